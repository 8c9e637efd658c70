"""Every page in Korean and in Japanese: no sentence of it is left in English."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analysis.phrases import Phrase
from tests.pages.conftest import assert_sound

LANGUAGES = {"ko": "한국어", "ja": "日本語"}

PAGES = ("data", "overview", "matching", "survival", "response", "subgroups", "robustness", "report", "validation")

WORDS = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,})+")
"""Two English words in a row."""

NOT_ENGLISH = re.compile(
    r"Matched Cohort Explorer|Love plot|Source Sans|pooled SD|Wilson|Newcombe|Kaplan|Meier|Clopper|Pearson|Schoenfeld|"
    r"[A-Z][a-z]+ (?:19|20)\d\d|best_\w+|os_\w+|pfs_\w+|empirical equipoise|Child Pugh|Iacus, King|OS, PFS, ORR|"
    r"AMA \(JAMA Network\)|Annals of Oncology|Clinical and Molecular Hepatology|Hepatology Research \(Wiley\)|JAMA Network|"
    r"JAMA Oncology|Journal of Clinical Oncology|Journal of Gastroenterology \(Springer\)|Journal of Hepatology|"
    r"Liver Cancer \(Karger\)|New England Journal of Medicine",
)
"""Names, abbreviations, citations and columns of the sample study."""

TEXTS = (
    "title",
    "header",
    "subheader",
    "markdown",
    "caption",
    "text",
    "error",
    "warning",
    "info",
    "success",
    "expander",
)
LABELLED = (
    "button", "checkbox", "date_input", "multiselect", "number_input", "radio", "selectbox", "slider", "text_area",
    "text_input", "toggle",
)  # fmt: skip


def drawn(page: AppTest) -> Iterator[str]:
    """Every text that the page drew, as it was drawn."""
    for kind in TEXTS:
        yield from (str(getattr(item, "value", "") or getattr(item, "label", "")) for item in page.get(kind))
    for kind in LABELLED:
        for item in page.get(kind):
            yield from (
                text for text in (item.label, getattr(item, "help", ""), getattr(item, "placeholder", "")) if text
            )
            yield from getattr(item, "options", ())
    for item in page.get("button_group"):
        yield from (option.content for option in item.proto.options)
    for kind in ("download_button", "page_link", "popover"):
        yield from (str(getattr(item.proto, "label", "") or "") for item in page.get(kind))
    yield from (re.sub(r"<style>.*?</style>|<[^>]+>", " ", item.proto.body, flags=re.S) for item in page.get("html"))
    for item in page.get("arrow_data_frame"):
        yield from (
            str(text) for text in (*item.value.columns, *item.value.to_numpy().ravel()) if isinstance(text, str)
        )
    for item in page.get("plotly_chart"):
        yield from _lettering(item.proto)


def _lettering(proto: Any) -> Iterator[str]:
    """What stands in a figure, and what is told of it."""
    yield str(getattr(proto, "alt", ""))
    yield from map(json.loads, re.findall(r'"(?:text|hovertext)": ?("(?:[^"\\]|\\.)*")', proto.spec or ""))


def english(page: AppTest) -> list[str]:
    """The texts that hold two English words in a row, each once."""
    found = (NOT_ENGLISH.sub(" ", re.sub(r":material/\w+:|\(https?:[^)]*\)", " ", text)) for text in drawn(page))
    return sorted({text for text in found if WORDS.search(text)})


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_said_in_the_language_that_was_chosen(show: Callable[[str], AppTest], name: str, code: str) -> None:
    page = show(name).selectbox(key="language").set_value(LANGUAGES[code]).run()
    assert_sound(page)
    assert english(page) == []


def test_nothing_of_the_study_changes_with_the_language(show: Callable[[str], AppTest]) -> None:
    page = show("matching")
    form = page.session_state["workspace"].form
    for name in (*LANGUAGES.values(), "English"):
        page = page.selectbox(key="language").set_value(name).run().run()
        assert_sound(page)
        assert page.session_state["workspace"].form is form
    assert not isinstance(page.title[0].value, Phrase)
    assert page.title[0].value == "Matching"
