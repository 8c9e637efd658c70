"""Streamlit's own words: they are still Streamlit's, and the page is given them in the session's language."""

import re
from pathlib import Path
from typing import Any

import pytest
import streamlit

from ui.language import document
from ui.language.catalogue import CODES
from ui.language.streamlit_words import PLACES, streamlit_words

PARTS = {
    " to apply": ("apply",),
    "1 result": (" result",),
    " results": (" result",),
    "1 option available.": (" option", " available."),
    " options available.": (" options", " available."),
    "Choose date, ": ("Choose date",),
    "year, ": ("year",),
    "month, ": ("month",),
    "day, ": ("day",),
    "The page that": ("The page that you have requested does not seem to exist", ". Running the app's main page."),
    ", but no": (
        ", but no corresponding file was found in the app's pages/ directory",
        ". Running the app's main page.",
    ),
}
"""What Streamlit puts together while it runs, and the parts to look for instead, by how it begins."""


@pytest.fixture(scope="module")
def scripts() -> str:
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.js")))


def pieces(text: str) -> list[str]:
    """A text's parts around its fields, as the scripts have them."""
    found: list[str] = []
    for piece in re.split(r"\{\w+\}", text):
        piece = re.sub("^(Error)?: (?=Number)", "", piece)
        found += next((parts for start, parts in PARTS.items() if piece.startswith(start)), (piece,))
    return [piece for piece in found if re.search("[A-Za-z]", piece)]


def test_every_word_is_one_that_this_streamlit_draws(scripts: str) -> None:
    texts = {str(text) for known in PLACES.values() for text in known}
    assert [text for text in sorted(texts) if not all(piece in scripts for piece in pieces(text))] == []


def test_every_place_is_one_that_this_streamlit_has(scripts: str) -> None:
    named = {name for place in PLACES for name in re.findall(r'data-testid="(\w+)"', place)}
    assert [name for name in sorted(named) if name not in scripts] == []


@pytest.mark.parametrize("code", CODES)
def test_each_place_says_its_words_in_the_language(code: str) -> None:
    told = streamlit_words(code)
    assert list(told) == list(PLACES)
    for place, words in told.items():
        assert list(words) == [str(text) for text in PLACES[place]]
        assert all(re.findall(r"\{\w+\}", said) for english, said in words.items() if "{" in english)
        assert all(english != said for english, said in words.items())


def test_the_page_is_given_words_in_every_language_but_english(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[dict[str, Any]] = []
    monkeypatch.setattr(document, "_component", lambda: lambda **named: drawn.append(named))
    document.draw_document_language("en")
    assert drawn == []
    document.draw_document_language("ja")
    assert [named["data"] for named in drawn] == [{"language": "ja", "words": streamlit_words("ja")}]
