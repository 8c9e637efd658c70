"""Depth: how far the lesions of each patient shrank, and their course from scan to scan."""

from analysis.errors import AnalysisError
from analysis.outcomes.lesions import Criterion
from analysis.phrases import phrase
from analysis.study.depth import depth_of_response, lesion_courses
from analysis.study.responses_over_time import timed_criteria
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, plain
from ui.exhibits.response_course import spider_exhibit, waterfall_exhibit
from ui.response.populations import ShownPopulation, draw_beside, drawn_populations, found_in, shown_populations
from ui.workspace import StudyState

ENDPOINT = "endpoint of depth"
SCANS = "criterion of depth"
PAIRS = "pairs of the waterfall"
HOW_TO_NAME = phrase(
    "This study knows no changes of the lesions' sums. Choose the column of the best change in percent on the card of a "
    "response on the Data page, or bring a file of scans there."
)


def draw_depth(state: StudyState) -> None:
    """Draw the waterfall of one response, pairs beside each other on request, and the spider where there are scans."""
    assert state.patients is not None
    names = [item.name for item in state.patients.responses if item.change is not None]
    if not names and not timed_criteria(state.patients):
        st.info(plain(HOW_TO_NAME), icon=":material/info:")
        return
    if names:
        _draw_waterfalls(state, names)
    criteria = timed_criteria(state.patients)
    if not criteria:
        return
    if session.shown(SCANS) not in criteria:
        session.show(SCANS, criteria[0])
    chosen = st.segmented_control(phrase("Scans by"), criteria, key=SCANS, required=True, persist_state="session")
    for population in drawn_populations(state):
        _draw_spider(state, population, chosen or criteria[0])


def _draw_waterfalls(state: StudyState, names: list[str]) -> None:
    patients = state.patients
    assert patients is not None
    if session.shown(ENDPOINT) not in names:
        session.show(ENDPOINT, names[0])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="depth controls"):
        name = st.segmented_control(phrase("Response"), names, key=ENDPOINT, required=True, persist_state="session")
        beside = draw_beside(state, PAIRS)
    for population in shown_populations(state):
        found = found_in(
            state, population, ("depth", name),
            lambda design: depth_of_response(patients, design, str(name)),
        )  # fmt: skip
        if found is None or isinstance(found, AnalysisError):
            continue
        if not found.row.size:
            told = phrase("{who}: no patient has a known change of {endpoint}.", who=population.words, endpoint=name)
            st.info(plain(told), icon=":material/info:")
        else:
            pairs = beside and population.when == "after"
            draw_exhibit(waterfall_exhibit(state, population, found, pairs=pairs))


def _draw_spider(state: StudyState, population: ShownPopulation, criterion: Criterion) -> None:
    patients, settings = state.patients, state.settings
    assert patients is not None
    assert settings is not None
    found = found_in(
        state, population, ("courses", criterion),
        lambda design: lesion_courses(patients, design, settings, criterion),
    )  # fmt: skip
    if found is not None and not isinstance(found, AnalysisError):
        draw_exhibit(spider_exhibit(state, population, found))
