"""Subgroups: which columns make them, where numbers are cut, and the effect in each level."""

from functools import partial

import pandas as pd

from analysis.errors import AnalysisError
from analysis.phrases import join_phrases, phrase
from analysis.reporting.printed.models import subgroups_printed
from analysis.settings import StudySettings, SubgroupSettings
from analysis.study.subgroups import EndpointSubgroups, compare_subgroups, with_subgroups
from charts.forest import subgroup_rows
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_notes, draw_table, plain
from ui.exhibits.models import subgroups_exhibit
from ui.exhibits.population import after_heading, design_word, shows
from ui.form import changes, covariates_in_order
from ui.matching.endpoint import draw_endpoint
from ui.sidebar.columns import known_columns
from ui.workspace import StudyState, Workspace

COLUMNS = "columns of subgroups"
MOST_SUGGESTED = 6
HOW_TO_CHOOSE = phrase(
    "This study names no subgroups. Choose columns that were known at time zero, few and for a reason: with many "
    "subgroups some differ by chance."
)
SMALL = phrase(
    "* fewer than 10 patients in an arm, or fewer than 10 events in all. p of interaction: whether effects differ between "
    "the levels of a column."
)


def draw_subgroups(state: StudyState) -> None:
    """Let a person choose the subgroups, and draw the effect in each level before and after."""
    assert state.settings is not None and state.patients is not None
    desk = session.workspace()
    _draw_columns(desk, state)
    if not state.settings.outcomes.subgroups:
        st.info(plain(HOW_TO_CHOOSE), icon=":material/info:")
        st.button(phrase("Use the first covariates"), icon=":material/add:", on_click=_suggest, args=(state,))
        return
    _draw_cutpoints(desk, state)
    endpoint = draw_endpoint(state, phrase("Effect on"), "endpoint of subgroups")
    assert endpoint is not None
    before, after = _compared(state, endpoint)
    draw_exhibit(subgroups_exhibit(state, before, after))
    shown = {phrase("Before"): before} if shows("before") or after is None else {}
    if after is not None and shows("after"):
        shown[after_heading(state)] = after
    draw_table(
        subgroups_printed(shown, state.patients.treated_label, state.patients.control_label, design_word(state)),
        name=f"subgroups {endpoint}",
        file=lambda: subgroup_rows(before, after),
        caption=join_phrases((SMALL, _happened(before))),
    )
    draw_notes([note for found in shown.values() for note in found.notes])


def _happened(found: EndpointSubgroups) -> str:
    if found.measure == "hazard_ratio":
        return phrase("Under the arms: events of patients, counted.")
    return phrase("Under the arms: responders of patients, counted.")


def _compared(state: StudyState, endpoint: str) -> tuple[EndpointSubgroups, EndpointSubgroups | None]:
    patients, design, settings = state.patients, state.design, state.settings
    assert patients is not None and settings is not None
    key = ("effects in subgroups", patients, settings.outcomes.subgroups, settings.confidence, endpoint)
    words = phrase("Comparing the arms in each subgroup …")
    before: EndpointSubgroups = session.computed(
        key, lambda: compare_subgroups(patients, None, settings, endpoint), words
    )
    after: EndpointSubgroups | None = None
    if design is not None:
        after = session.computed((*key, design), lambda: compare_subgroups(patients, design, settings, endpoint), words)
    return before, after


def _draw_columns(desk: Workspace, state: StudyState) -> None:
    chosen = [item.column for item in desk.form.subgroups]
    offered = _offered(desk, state)
    session.show(COLUMNS, chosen)
    st.multiselect(
        phrase("Subgroups"),
        [*offered, *(name for name in chosen if name not in offered)],
        key=COLUMNS,
        on_change=_take_columns,
        placeholder=phrase("Choose columns whose levels are compared"),
        help=phrase(
            "Columns known at time zero. Numbers are cut at the median unless you say where; those of at most five values "
            "are taken value by value."
        ),
    )


def _take_columns() -> None:
    desk = session.workspace()
    desk.change(changes.with_subgroups(desk.form, session.shown(COLUMNS) or ()))


def _suggest(state: StudyState) -> None:
    desk = session.workspace()
    offered = _offered(desk, state)
    names = [item.column for item in covariates_in_order(desk.form) if item.column in offered]
    desk.change(changes.with_subgroups(desk.form, names[:MOST_SUGGESTED]))


def _offered(desk: Workspace, state: StudyState) -> list[str]:
    """The columns known at time zero that make levels: not those of one value, of dates, or of free text."""
    names = known_columns(desk)
    found: list[str] = session.computed(
        ("columns of subgroups", state.patients, names),
        lambda: [name for name in names if _makes_levels(desk, state, name)],
    )
    return found


def _makes_levels(desk: Workspace, state: StudyState, name: str) -> bool:
    assert state.patients is not None and state.settings is not None
    try:
        with_subgroups(state.patients, desk.cohort, _of_column(state.settings, name))
    except AnalysisError:
        return False
    return True


def _of_column(settings: StudySettings, name: str) -> StudySettings:
    outcomes = settings.outcomes.model_copy(update={"subgroups": (SubgroupSettings(column=name),)})
    return settings.model_copy(update={"outcomes": outcomes})


def _draw_cutpoints(desk: Workspace, state: StudyState) -> None:
    """Where each column of numbers is cut."""
    assert state.patients is not None
    columns = state.patients.subgroups
    numeric = [item for item in desk.form.subgroups if item.cutpoints or _is_cut(columns, item.column)]
    if not numeric:
        return
    with st.expander(phrase("Where numbers are cut")), st.container(horizontal=True):
        for item in numeric:
            key = f"cutpoints of subgroup {item.column}"
            session.show(key, ", ".join(f"{point:g}" for point in item.cutpoints or ()))
            st.text_input(
                phrase("{column}: cut at", column=plain(item.column)),
                key=key,
                on_change=partial(_take_cutpoints, item.column),
                placeholder=phrase("median", "of a column"),
                width=220,
                help=phrase("Numbers separated by commas; one at a cutpoint belongs below it."),
            )
        refused = session.remembered("cutpoints of subgroups refused")
        if refused:
            st.warning(refused)


def _is_cut(columns: pd.DataFrame, name: str) -> bool:
    return name in columns and not isinstance(columns[name].dtype, pd.CategoricalDtype)


def _take_cutpoints(column: str) -> None:
    words = (session.shown(f"cutpoints of subgroup {column}") or "").replace(";", ",").split(",")
    try:
        points = tuple(sorted({float(word) for word in words if word.strip()}))
        if not all(abs(point) < float("inf") for point in points):
            raise ValueError
    except ValueError:
        session.remember("cutpoints of subgroups refused", phrase("Cutpoints must be numbers, separated by commas."))
        return
    session.remember("cutpoints of subgroups refused", None)
    desk = session.workspace()
    desk.change(changes.with_cutpoints(desk.form, column, points or None))
