"""Over time: when patients respond, for how long, and the course of each."""

from analysis.cohort.time_units import UNIT_NAMES
from analysis.errors import AnalysisError
from analysis.outcomes.lesions import Criterion
from analysis.phrases import join_phrases, phrase
from analysis.reporting.printed.response_times import response_time_rows
from analysis.study.responses_over_time import (
    ResponsesOverTime,
    ending_endpoint,
    responses_over_time,
    timed_criteria,
)
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_notes, draw_table, plain
from ui.exhibits.response_course import swimmer_exhibit
from ui.response.populations import draw_beside, drawn_populations, found_in, shown_populations
from ui.workspace import StudyState

CRITERION = "criterion over time"
ENDS_WITH = "end of a response"
PAIRS = "pairs of the swimmer"
SCANS_ALONE = phrase("Progression on scans alone")
HOW_TO_NAME = phrase(
    "When patients responded is told by their scans, and this study has none here. Bring the file of scans, one row a scan, "
    "on the Data page."
)


def draw_over_time(state: StudyState) -> None:
    """Draw the swimmer plot of each population, and times to and of response in both arms."""
    patients, settings = state.patients, state.settings
    assert patients is not None
    assert settings is not None
    criteria = timed_criteria(patients)
    if not criteria:
        st.info(plain(HOW_TO_NAME), icon=":material/info:")
        return
    criterion, ends_with = _controls(state, criteria)
    beside = draw_beside(state, PAIRS)
    rows: dict[str, ResponsesOverTime] = {}
    drawn_once = {population.when: population for population in drawn_populations(state)}
    for population in shown_populations(state):
        drawn = drawn_once.get(population.when)
        found = found_in(
            state, population, ("over time", criterion, ends_with),
            lambda design: responses_over_time(patients, design, settings, criterion, ends_with),
        )  # fmt: skip
        if isinstance(found, AnalysisError):
            st.info(plain(join_phrases(found.problems)), icon=":material/info:")
        elif found is not None:
            rows[population.words] = found
            if drawn is not None:
                draw_exhibit(swimmer_exhibit(state, drawn, found, pairs=beside and population.when == "after"))
    if rows:
        draw_table(
            response_time_rows(rows, patients.treated_label, patients.control_label),
            name="response times",
            caption=_caption(UNIT_NAMES[settings.cohort.time_unit], criterion, ends_with),
        )
        draw_notes([note for one in rows.values() for note in (*one.duration.notes, *one.time_to_response.notes)])


def _controls(state: StudyState, criteria: tuple[Criterion, ...]) -> tuple[Criterion, str | None]:
    assert state.settings is not None
    names = [item.name for item in state.settings.outcomes.survival]
    ends = [*names, SCANS_ALONE]
    if session.shown(CRITERION) not in criteria:
        session.show(CRITERION, criteria[0])
    if session.shown(ENDS_WITH) not in ends:
        session.show(ENDS_WITH, ending_endpoint(state.settings) or str(SCANS_ALONE))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="over time controls"):
        criterion = st.segmented_control(
            phrase("Criterion"), criteria, key=CRITERION, required=True, persist_state="session"
        )
        chosen = st.selectbox(
            phrase("A response ends with an event of"),
            ends,
            key=ENDS_WITH,
            persist_state="session",
            width=260,
            help=phrase(
                "Besides progression on a scan. Scans alone know of no deaths: patients who died without progression would "
                "be censored, and responses look longer."
            ),
        )
    return criterion or criteria[0], None if chosen == SCANS_ALONE else str(chosen)


def _caption(unit: str, criterion: Criterion, ends_with: str | None) -> str:
    medians = phrase(
        "In {unit}: medians, of the time to response with quartiles, of its duration with limits.", unit=unit
    )
    lasts = (
        phrase(
            "A response lasts from the first scan that shows it to progression by {criterion}, whichever comes first; "
            "without either it is censored at the last scan that could be assessed.",
            criterion=criterion,
        )
        if ends_with is None
        else phrase(
            "A response lasts from the first scan that shows it to progression by {criterion} or an event of {endpoint}, "
            "whichever comes first; without either it is censored at the last scan that could be assessed.",
            criterion=criterion,
            endpoint=ends_with,
        )
    )
    how = phrase("Durations are Kaplan–Meier, weighted where patients weigh differently.")
    return join_phrases((medians, lasts, how))
