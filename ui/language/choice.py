"""The language that this session chose, and texts as they are said in it.

The choice is made above every page, before anything of the study is loaded, and stands in the page's address: a
language tells nothing of a patient.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Final

import streamlit as st

from analysis.phrases import Phrase, Reader, said_by
from charts.lettering import lettered_in
from ui.language.catalogue import reader
from ui.language.document import draw_document_language

LANGUAGES: Final = {"English": "en", "한국어": "ko", "日本語": "ja"}
"""By the name that each gives itself."""

KEY: Final = "language"
"""The key of the choice, and what it is called in the page's address."""

_CHOICES: Final = "choices among words"
_LABELS: Final = {"en": "Language", "ko": "언어", "ja": "言語"}
_SENTENCE_END: Final = re.compile("。 +")


def draw_language() -> None:
    """Draw the choice of language; on the first visit it stands at the browser's."""
    names = list(LANGUAGES)
    place = st.container(key="language-corner")
    place.selectbox(
        _LABELS[language()], names, index=names.index(_of_browser()), key=KEY, persist_state="session",
        bind="query-params", label_visibility="collapsed", on_change=_keep_choices,
    )  # fmt: skip
    with place:
        draw_document_language(language())


def remember_choice(key: str) -> None:
    """Know the key of a widget whose options are words: the browser knows the chosen one by its words."""
    st.session_state.setdefault(_CHOICES, set()).add(key)


def _keep_choices() -> None:
    """What is chosen stays chosen: each value is given to its widget anew, which the browser then shows in its new words."""
    for key in st.session_state.get(_CHOICES, ()):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def language() -> str:
    """The session's language: ``en``, ``ko`` or ``ja``."""
    name = st.session_state.get(KEY) or st.query_params.get(KEY)
    return LANGUAGES.get(str(name), LANGUAGES[_of_browser()])


def said(text: str) -> str:
    """A text in the session's language where it is a phrase; any other text, such as a label, as it is.

    Parameters
    ----------
    text : str
        What is about to be drawn.
    """
    return said_in(text, language()) if isinstance(text, Phrase) else text


def said_in(text: str, code: str) -> str:
    """A text in one of the languages, as :func:`said` does it in the session's."""
    if not isinstance(text, Phrase):
        return text
    if code == "en":
        return str(text)
    told = text.said(reader(code))
    return _SENTENCE_END.sub("。", told) if code == "ja" else told


def as_html(text: str) -> str:
    """A text in the session's language, safe inside markup."""
    return escape(said(text))


@contextmanager
def in_words() -> Iterator[None]:
    """Draw a figure of the screen inside: its words are said in the session's language, with that language's fonts."""
    code = language()
    with said_by(_reader(code)), lettered_in(code):
        yield


def _reader(code: str) -> Reader | None:
    return None if code == "en" else reader(code)


def _of_browser() -> str:
    """The language that the browser asks for; English where it asks for another."""
    asked = (st.context.locale or "").split("-")[0].casefold()
    return next((name for name, code in LANGUAGES.items() if code == asked), "English")
