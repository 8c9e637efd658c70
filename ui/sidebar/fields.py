"""One setting of the form as a widget: it shows what the study has, and a change of it is one change of the study."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.form.design import Part
from ui.workspace import Workspace


def field_key(part: Part, name: str) -> str:
    """The key of a setting's widget."""
    return name if part == "matching" else f"{part} {name}"


def draw_select(desk: Workspace, part: Part, name: str, label: str, words: Mapping[Any, str], **looks: Any) -> None:
    """Draw a setting as a choice among words; a value that a study file brought is offered too."""
    key, value = field_key(part, name), getattr(getattr(desk.form, part), name)
    options = [*words, *([] if value in words else [value])]
    session.show(key, value)
    st.selectbox(
        label, options, key=key, format_func=lambda option: words.get(option, str(option)),
        on_change=take_field, args=(part, name), **looks,
    )  # fmt: skip


def draw_toggle(desk: Workspace, part: Part, name: str, label: str, **looks: Any) -> None:
    """Draw a setting that is on or off."""
    key = field_key(part, name)
    session.show(key, getattr(getattr(desk.form, part), name))
    st.toggle(label, key=key, on_change=take_field, args=(part, name), **looks)


def draw_columns(desk: Workspace, part: Part, name: str, label: str, offered: Sequence[str], **looks: Any) -> None:
    """Draw a setting that is a list of columns; columns that are no longer offered can be taken off."""
    key, chosen = field_key(part, name), list(getattr(getattr(desk.form, part), name))
    session.show(key, chosen)
    st.multiselect(
        label,
        [*offered, *(column for column in chosen if column not in offered)],
        key=key,
        on_change=take_field,
        args=(part, name),
        placeholder=phrase("None"),
        **looks,
    )


def draw_count(desk: Workspace, part: Part, name: str, label: str, low: int, high: int, **looks: Any) -> None:
    """Draw a setting that is a whole number."""
    key = field_key(part, name)
    session.show(key, getattr(getattr(desk.form, part), name))
    st.number_input(label, low, high, step=1, key=key, on_change=take_field, args=(part, name), **looks)


def take_field(part: Part, name: str) -> None:
    """Take what a setting's widget says."""
    value: Any = session.shown(field_key(part, name))
    session.workspace().change_settings(part, **{name: tuple(value) if isinstance(value, list) else value})
