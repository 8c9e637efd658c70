"""The choice of what competes with an endpoint, as the Data page and the section of competing risks offer it."""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.form import EVENT
from ui.form.changes import with_competing

FEWEST_LABELS = 3
"""Of an event column in which something competes: the event, that, and censored."""


def draw_competing_choice(name: str, place: str) -> None:
    """Offer the labels of the event column that compete, or death where the endpoint is built from dates.

    Parameters
    ----------
    name : str
        A survival endpoint.
    place : str
        Where the choice stands: it can be on screen twice.
    """
    desk = session.workspace()
    form, key = desk.form, f"competing of {name} {place}"
    if form.from_dates.get(name) == "ttp":
        session.show(key, name in form.competing)
        st.toggle(
            phrase("Death without progression competes"), key=key, on_change=_take_death, args=(name, key),
            help=phrase("The dead without progression are followed to their death instead of being censored."),
        )  # fmt: skip
        return
    if name in form.from_dates:
        return
    chosen, labels = list(form.competing.get(name, ())), desk.labels(form.column(EVENT, name))
    if len(labels) < FEWEST_LABELS and not chosen:
        return
    offered = [label for label in labels if label not in form.observed.get(name, ())]
    session.show(key, chosen)
    st.multiselect(
        phrase("{endpoint}: what can come first and keep the event from being seen", endpoint=plain(name)),
        [*offered, *(label for label in chosen if label not in offered)], key=key, on_change=_take_labels,
        args=(name, key), placeholder=phrase("Nothing competes"),
        help=phrase("Labels of the event column, such as death without progression."),
    )  # fmt: skip


def why_nothing_competes(name: str) -> str:
    """Why there is nothing to choose from for an endpoint; empty where there is."""
    desk = session.workspace()
    form = desk.form
    built = form.from_dates.get(name)
    if built == "ttp" or form.competing.get(name):
        return ""
    if built is not None:
        return phrase(
            "{endpoint} is built from dates, and death is part of its event: nothing is left that could come before it.",
            endpoint=name,
        )
    column = form.column(EVENT, name)
    if len(desk.labels(column)) >= FEWEST_LABELS:
        return ""
    return phrase(
        "{column} tells the event from everything else and no more. Something can compete once the column has a label "
        "for it, such as death without progression, or where time to progression is built from dates on the Data page.",
        column=column,
    )


def _take_death(name: str, key: str) -> None:
    desk = session.workspace()
    desk.change(with_competing(desk.form, name, ("death",) if session.shown(key) else ()))


def _take_labels(name: str, key: str) -> None:
    desk = session.workspace()
    desk.change(with_competing(desk.form, name, tuple(session.shown(key) or ())))
