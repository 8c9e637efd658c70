"""Landmark analysis: survival by response, from a time on that both groups have lived to."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pandas as pd

from analysis.cohort.time_units import UNIT_NAMES
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.printed.survival import Comparisons, contrast_rows
from analysis.settings import LandmarkSettings
from analysis.study.landmark import LandmarkComparison, Who
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_table, plain
from ui.exhibits.landmark import landmark_exhibit
from ui.exhibits.population import after_heading
from ui.form.columns import KNOWN_LATER, UNUSED
from ui.survival.found import When, from_landmark, populations_shown
from ui.workspace import StudyState, Workspace

RESPONSE, AT, TIME, WHO = "landmark response", "landmark column", "landmark time", "landmark patients"
NOT_CHOSEN = phrase("Choose a column")
TOLD = phrase("As the scans or dates tell it")

WHY = phrase(
    "A patient must live long enough to respond: from the index date, responders seem to live longer even where response does "
    "nothing, and such curves are not drawn here. From a landmark on, everyone has lived as long. Patients are grouped by "
    "whether they had responded until then, whatever happens later; those who had the event or left before are not compared. "
    "Choose the landmark before looking at the curves."
)

NOTHING_YET = phrase("Choose when responses were first seen. The curves follow, from a landmark that a slider moves.")
NOTHING_TELLS = phrase(
    "Nothing in this study tells when patients responded, and without that nobody can be said to have responded by a "
    "landmark. Scans tell it, or the date of response on the Data page, or a column of numbers with the time from the index "
    "date."
)


def draw_landmark(state: StudyState, name: str) -> None:
    """Draw the choice of a landmark, and the curves from it on."""
    assert state.patients is not None and state.settings is not None
    st.caption(plain(WHY))
    _draw_choice(state, name)
    if state.settings.outcomes.landmark is None:
        offered = _columns(session.workspace(), None) or any(
            _is_told(state, item.name) for item in state.patients.responses
        )
        st.info(NOTHING_YET if offered else NOTHING_TELLS, icon=":material/info:")
        return
    who = _draw_who(state)
    found: dict[When, LandmarkComparison] = {}
    problems: list[str] = []
    for when in populations_shown(state):
        try:
            found[when] = from_landmark(state, name, when, who)
        except AnalysisError as error:
            problems += [text for text in error.problems if text not in problems]
    if problems:
        st.info("\n\n".join(map(plain, problems)), icon=":material/info:")
    exhibit = landmark_exhibit(state, found.get("before"), found.get("after"))
    if exhibit is None:
        return
    draw_exhibit(exhibit)
    tests: Comparisons = {
        phrase("Before") if when == "before" else after_heading(state): one.comparison for when, one in found.items()
    }
    draw_table(
        contrast_rows(tests, state.settings.cohort.time_unit, within_sets=False), name=f"landmark {name}",
        caption=phrase(
            "Responders by the landmark v the others; who responds was not matched or weighted, so that a difference is no "
            "effect of response."
        ),
        column_config={"Estimate": st.column_config.TextColumn(width=205)},
    )  # fmt: skip


def _draw_choice(state: StudyState, name: str) -> None:
    """Which response, when it was first seen, and the landmark itself."""
    assert state.patients is not None and state.settings is not None
    desk, asked = session.workspace(), state.settings.outcomes.landmark
    responses = [item.name for item in state.settings.outcomes.response]
    if asked is not None:
        session.show(RESPONSE, asked.response)
        session.show(AT, asked.at or TOLD)
    elif session.shown(RESPONSE) not in responses:
        session.show(RESPONSE, responses[0])
    told = (asked is not None and asked.at is None) or _is_told(state, str(session.shown(RESPONSE)))
    columns = [*([TOLD] if told else []), *_columns(desk, asked)]
    if asked is None and session.shown(AT) not in (NOT_CHOSEN, *columns):
        session.show(AT, NOT_CHOSEN)
    first = [] if asked is not None else [NOT_CHOSEN]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(phrase("Response"), responses, key=RESPONSE, on_change=_take, args=(name,), width=220)
        st.selectbox(
            phrase("Time of the first response ({unit})", unit=UNIT_NAMES[desk.form.time_unit]), [*first, *columns], key=AT,
            on_change=_take, args=(name,), width=280,
            help=phrase("A column that holds the time from the index date, blank for the others."),
        )  # fmt: skip
        if asked is not None:
            st.button(phrase("No landmark"), icon=":material/close:", type="tertiary", on_click=_drop)
    if asked is not None:
        low, high = _ends(state, name)
        session.show(TIME, min(max(asked.time, low), high))
        st.slider(
            phrase("Landmark ({unit})", unit=UNIT_NAMES[desk.form.time_unit]), low, high, step=low, key=TIME, format="%g",
            on_change=_take, args=(name,),
            help=phrase("Patients who had the event or were censored by then are left out."),
        )  # fmt: skip


def _is_told(state: StudyState, response: str) -> bool:
    """True where scans or the date of response tell when patients first responded."""
    assert state.patients is not None and state.settings is not None
    dates = state.settings.dates
    if dates is not None and dates.response is not None:
        return True
    return any(item.name == response and item.days is not None for item in state.patients.responses)


def _columns(desk: Workspace, asked: LandmarkSettings | None) -> Sequence[str]:
    """Columns of numbers that could hold the time of a response: those nothing else is done with."""
    dated, table = desk.form.dates.roles(), desk.cohort.table
    free = [
        item.column
        for item in desk.form.roles
        if item.role in (UNUSED, KNOWN_LATER)
        and item.column not in dated
        and item.column in table
        and pd.api.types.is_numeric_dtype(table[item.column].dtype)
    ]
    current = asked.at if asked is not None else None
    return free if current is None or current in free else [*free, current]


def _ends(state: StudyState, name: str) -> tuple[float, float]:
    """The ends of the slider: a step, and where most patients have left."""
    assert state.patients is not None
    endpoint = next(item for item in state.patients.endpoints if item.name == name)
    step = {"days": 10.0, "weeks": 1.0, "months": 0.5, "years": 0.1}.get(state.patients.time_unit, 1.0)
    reach = float(pd.Series(endpoint.time[endpoint.known]).quantile(0.75))
    return step, max(2 * step, round(reach / step) * step)


def _draw_who(state: StudyState) -> Who:
    assert state.patients is not None
    words: dict[str, Who] = {phrase("Both arms"): "both", state.patients.treated_label: "treated"}
    words[state.patients.control_label] = "control"
    if session.shown(WHO) not in words:
        session.show(WHO, "Both arms")
    chosen = st.segmented_control(phrase("Patients"), list(words), key=WHO, required=True, persist_state="session")
    return words[str(chosen)]


def _take(name: str) -> None:
    """Take the landmark as chosen, once it is known when patients responded."""
    desk, at = session.workspace(), session.shown(AT)
    if at in (None, NOT_CHOSEN):
        return
    asked = desk.form.landmark
    time = session.shown(TIME) or (asked.time if asked is not None else _usual(desk))
    response = cast(str, session.shown(RESPONSE))
    column = None if at == TOLD else at
    desk.change(replace(desk.form, landmark=LandmarkSettings(time=time, response=response, at=column)))


def _usual(desk: Workspace) -> float:
    """Three months, by when a first response has mostly been looked for."""
    return {"days": 90.0, "weeks": 13.0, "months": 3.0, "years": 0.3}[desk.form.time_unit]


def _drop() -> None:
    desk = session.workspace()
    for key in (AT, TIME):
        session.forget(key)
    desk.change(replace(desk.form, landmark=None))
