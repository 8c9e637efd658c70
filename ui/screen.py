"""Streamlit as the pages use it: phrases are said in the session's language, and a control has the help of its label.

Pages and the rest of ``ui`` import this module as ``st``. Only phrases are translated, so that a patient's label, a column
or a file's name is drawn as it was written.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

import streamlit

from analysis.phrases import Phrase
from ui.acts import act_of_control, part_of_page
from ui.guide.meanings import meaning_of
from ui.language.choice import language, remember_choice, said, said_in
from ui.language.letters import letter_by_letter
from ui.popover_focus import draw_way_in

if TYPE_CHECKING:
    import pandas as pd

    def dataframe(data: Any, /, **looks: Any) -> Any: ...  # Streamlit has a module of that name too

    from streamlit import *  # type: ignore[assignment]  # noqa: F403
    from streamlit import column_config as column_config


_CHOICES = frozenset({"multiselect", "pills", "radio", "segmented_control", "select_slider", "selectbox"})
"""Widgets whose options stay what the study knows them by; only what is shown of them is said."""

_MARKDOWN_OPTIONS = frozenset({"pills", "radio", "segmented_control"})
"""Widgets that would read Markdown in an option."""

_SPOKEN = _CHOICES | {
    "badge", "button", "caption", "checkbox", "code", "date_input", "download_button", "error", "expander",
    "file_uploader", "header", "html", "image", "info", "link_button", "markdown", "metric", "number_input", "page_link",
    "plotly_chart", "popover", "progress", "slider", "spinner", "status", "subheader", "success", "tabs", "text",
    "text_area", "text_input", "title", "toast", "toggle", "warning", "write",
}  # fmt: skip

_CONTROLS = _CHOICES | {
    "checkbox", "date_input", "file_uploader", "number_input", "slider", "text_area", "text_input", "toggle",
}  # fmt: skip
"""What a person sets: with a word of help each, its own or that of its label."""

_SET_OFF = ("on_change", "on_click", "on_select")

_NEVER_SAID = frozenset({"key", "options", "args", "kwargs", "default", "value", "index", "file_name"})


def __getattr__(name: str) -> Any:
    """A function of Streamlit, which says the phrases it is given."""
    if name in ("dataframe", "data_editor"):
        return _table(name)
    if name == "fragment":
        return _fragment
    return _spoken(name) if name in _SPOKEN else getattr(streamlit, name)


@cache
def _spoken(name: str) -> Callable[..., Any]:
    function = getattr(streamlit, name)

    @wraps(function)
    def call(*positional: Any, **named: Any) -> Any:
        if name in _CONTROLS and positional:
            named.setdefault("help", meaning_of(positional[0]))
        if name in _CHOICES:
            if "key" in named:
                remember_choice(named["key"])
            label, *rest = positional
            options = named["options"] if "options" in named else rest.pop(0)
            letters = letter_by_letter if name in _MARKDOWN_OPTIONS else str
            named["format_func"] = _shown_as(named.get("format_func", str), options, letters)
            # An option is known by its English text, whatever the language in which it was chosen.
            known = [str(one) if isinstance(one, Phrase) else one for one in options]
            named.pop("options", None)
            positional = (label, known, *rest)
        _guard(named)
        made = function(
            *(_said(item) for item in positional),
            **{key: item if key in _NEVER_SAID else _said(item) for key, item in named.items()},
        )
        if name == "popover" and (named.get("on_change") != "rerun" or made.open):
            with made:
                draw_way_in(str(named.get("key", named.get("icon"))))
        return made

    return call


def _fragment(draw: Callable[..., object], *, run_every: float | None = None) -> Callable[..., Any]:
    """As Streamlit's, for a part that may outlive its visit."""
    return streamlit.fragment(part_of_page(draw), run_every=run_every)


def _guard(named: dict[str, Any]) -> None:
    """Let what a control sets off be done only where its visit is open."""
    for name in _SET_OFF:
        if callable(named.get(name)):
            named[name] = act_of_control(named[name], None if name == "on_click" else named.get("key"))


def _said(item: Any) -> Any:
    """A phrase, or each phrase of a list of labels, as it is said."""
    if isinstance(item, Phrase):
        return said(item)
    if isinstance(item, list) and any(isinstance(one, Phrase) for one in item):
        return [_said(one) for one in item]
    return item


def _shown_as(
    words: Callable[[Any], str], options: Iterable[Any], letters: Callable[[str], str]
) -> Callable[[Any], str]:
    """What is shown of an option, which may be a phrase itself; what is no phrase is a label, given to ``letters``."""
    phrases = {str(option): option for option in options if isinstance(option, Phrase)}
    code = language()  # that of this drawing: what was chosen in it is understood in it, whatever comes after

    def shown(option: Any) -> str:
        found = phrases.get(option, option) if words is str and isinstance(option, str) else words(option)
        return said_in(found, code) if isinstance(found, Phrase) else letters(str(found))

    return shown


@cache
def _table(name: str) -> Callable[..., Any]:
    function = getattr(streamlit, name)

    @wraps(function)
    def call(table: "pd.DataFrame", **named: Any) -> Any:
        config = named.pop("column_config", None) or {}
        _guard(named)
        return function(said_table(table), column_config=said_config(table, config), **named)

    return call


def said_config(table: "pd.DataFrame", config: Mapping[Any, Any]) -> dict[Any, Any]:
    """The columns' looks, with headings in the session's language; columns keep the names that the code knows them by."""
    told: dict[Any, Any] = {key: _said_column(item) for key, item in config.items()}
    for column in table.columns:
        if isinstance(column, Phrase) and said(column) != column:
            looks = told.get(column)
            if looks is None or (isinstance(looks, dict) and not looks.get("label")):
                told[str(column)] = {**(looks or {}), "label": said(column)}
    return told


def _said_column(looks: Any) -> Any:
    if not isinstance(looks, dict):
        return _said(looks)
    return {key: _said(item) if key in ("label", "help") else item for key, item in looks.items()}


def said_table(table: "pd.DataFrame") -> "pd.DataFrame":
    """A table whose cells are in the session's language where they are phrases."""
    if language() == "en":
        return table
    told = table.copy()
    for place in range(table.shape[1]):
        values = table.iloc[:, place]
        if values.dtype == object and any(isinstance(value, Phrase) for value in values):
            told.isetitem(place, values.map(lambda value: said(value) if isinstance(value, Phrase) else value))
    return told
