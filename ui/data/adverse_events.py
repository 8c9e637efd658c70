"""The card of adverse events: which columns hold the worst grade of each patient."""

from analysis.cohort.adverse_events import holds_grades
from analysis.cohort.words.codings import name_words
from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.data.card import action, draw_words
from ui.data.words import number_of
from ui.exhibit import plain
from ui.form.changes import with_adverse_events
from ui.form.columns import ADVERSE_EVENT, IDLE_ROLES
from ui.form.study import adverse_events_in_order
from ui.workspace import Workspace

KEY = "columns of adverse events"
MOST_NAMED = 6
MOST_LABELS = 12
WORDS = {
    *("ae", "aes", "irae", "teae", "trae", "adverse", "toxicity", "tox", "ctcae", "grade", "gr"),
    *("부작용", "이상반응", "독성", "등급", "副作用", "有害事象", "毒性", "グレード"),
}
"""Words of names that speak of adverse events."""


def draw_adverse_events() -> None:
    """Say which adverse events are compared, and let their columns be chosen; nothing where no column holds grades."""
    desk = session.workspace()
    chosen = [item.column for item in adverse_events_in_order(desk.form)]
    offered = _offered(desk)
    if not chosen and not offered:
        return
    with st.container(border=True, key="card adverse events", gap="xsmall"):
        draw_words(
            phrase("Adverse events"),
            _sentence(desk),
            (phrase("Each column holds the worst grade, 0 to 5, of one event; blank is none."),),
        )
        session.show(KEY, chosen)
        st.multiselect(
            phrase("Columns of adverse events"),
            [*offered, *(name for name in chosen if name not in offered)],
            key=KEY,
            on_change=_take,
            placeholder=phrase("Choose columns of worst grades"),
            label_visibility="collapsed",
        )
        likely = [name for name in offered if name not in chosen and _is_named(name)]
        if likely:
            words = phrase("Use {columns} named as adverse events", columns=number_of(len(likely), "column"))
            action(words, "add", "adverse events", _add, (*chosen, *likely), help=plain(", ".join(likely)))


def _sentence(desk: Workspace) -> str:
    events = [next(iter(item.endpoints), item.column) for item in adverse_events_in_order(desk.form)]
    if not events:
        return phrase("None is compared yet; chosen columns are compared between the arms on the Response page")
    counted, named = number_of(len(events), "adverse event"), ", ".join(events[:MOST_NAMED])
    if len(events) > MOST_NAMED:
        return phrase("{counted}: {named} and {n} more", counted=counted, named=named, n=len(events) - MOST_NAMED)
    return phrase("{counted}: {named}", counted=counted, named=named)


def _offered(desk: Workspace) -> list[str]:
    """Columns of grades that have no other role, the file's order."""
    few = {item.column for item in desk.guess().columns if item.n_distinct <= MOST_LABELS}
    changes, dated = set(desk.form.response_changes.values()), desk.form.dates.roles()
    return [
        item.column
        for item in desk.form.roles
        if item.role in (*IDLE_ROLES, ADVERSE_EVENT)
        and item.column in few
        and item.column not in changes
        and item.column not in dated
        and holds_grades(desk.labels(item.column))
    ]


def _is_named(column: str) -> bool:
    plain = column.casefold()
    return bool(WORDS & set(name_words(column))) or any(word in plain for word in WORDS if not word.isascii())


def _take() -> None:
    _add(tuple(session.shown(KEY) or ()))


def _add(columns: tuple[str, ...]) -> None:
    desk = session.workspace()
    desk.change(with_adverse_events(desk.form, columns))
