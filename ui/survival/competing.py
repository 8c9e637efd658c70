"""Competing risks of an endpoint: what can come first, how often it does, and how the arms compare."""

from analysis.design.description import design_name
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.competing_results import competing_table_rows
from analysis.reporting.printed.competing import competing_rows, incidence_rows
from analysis.study.competing import CompetingComparison, has_competing
from charts.incidence import Cause
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_notes, draw_table, plain
from ui.exhibits.incidence import competing_sentences, incidence_exhibit
from ui.exhibits.population import after_heading, arm_labels, design_word
from ui.messages import draw_sentences
from ui.survival.competing_choice import draw_competing_choice, why_nothing_competes
from ui.survival.found import competing, populations_shown
from ui.survival.paired import paired_columns
from ui.workspace import StudyState

CAUSE = "cause of incidence"
CAUSES: dict[str, Cause] = {phrase("Event"): "event", phrase("Competing events"): "competing"}

WHAT_THEY_ARE = phrase(
    "A patient who dies before progression can never progress. To count such a patient as censored pretends that it still "
    "could happen: one minus such a Kaplan–Meier curve is too high. Where something can come first, the cumulative incidence "
    "says how many patients have had the event by when, Gray’s test compares it, and two hazard ratios go with it: Fine and "
    "Gray’s of the incidence, the cause-specific one of the rate among patients still free of both."
)

LABEL_IN_TABLE = 12.0
"""Ems of an arm's label in a row; the legend of the figure has the whole."""


def draw_competing(state: StudyState, name: str) -> None:
    """Draw what competes with an endpoint, and the incidences, tests and ratios where something does."""
    assert state.patients is not None and state.settings is not None
    draw_competing_choice(name, "section")
    if not has_competing(state.patients, name):
        why = why_nothing_competes(name) or phrase(
            "Nothing competes with {endpoint} so far; choose above what does.", endpoint=name
        )
        st.info("\n\n".join((plain(why), plain(WHAT_THEY_ARE))), icon=":material/info:")
        return
    found: dict[str, CompetingComparison] = {}
    for when in populations_shown(state):
        try:
            comparison = competing(state, name, when)
        except AnalysisError as error:
            st.info("\n\n".join(plain(text) for text in error.problems), icon=":material/info:")
            return
        if comparison is not None:
            found[phrase("Before") if when == "before" else after_heading(state)] = comparison
    session.show(CAUSE, session.shown(CAUSE) or "Event")
    cause = st.segmented_control(
        phrase("Cause"), list(CAUSES), key=CAUSE, required=True, persist_state="session", label_visibility="collapsed"
    )
    exhibit = incidence_exhibit(state, name, cause=CAUSES[str(cause)], width=600, plot_height=360)
    if exhibit is not None:
        draw_exhibit(exhibit)
    draw_sentences(competing_sentences(state, name))
    _draw_tables(state, name, found)


def _draw_tables(state: StudyState, name: str, found: dict[str, CompetingComparison]) -> None:
    assert state.patients is not None and state.settings is not None
    word, plain_tests = design_name(design_word(state)), state.design is None or state.design.plain_tests
    tests = phrase(" Gray’s test has no weights and would repeat the comparison before {design}.", design=word)
    draw_table(
        competing_rows(found, name), name=f"competing {name}",
        file=lambda: competing_table_rows({heading.lower(): item for heading, item in found.items()}),
        caption=phrase(
            "{treated} v {control}. {competing} After {design} both ratios use the weights and robust standard errors over "
            "the independent units of the design.{tests}", treated=state.patients.treated_label,
            control=state.patients.control_label, competing=_who_competes(name), design=word,
            tests="" if plain_tests else tests,
        ),
    )  # fmt: skip
    moments = incidence_rows(found, name, *arm_labels(state, LABEL_IN_TABLE), state.settings.cohort.time_unit)
    if len(moments):
        st.markdown("## " + phrase("Incidence at milestones"))
        draw_table(
            paired_columns(moments, ("incidence", "difference")), name=f"incidence {name}",
            caption=phrase(
                "Aalen–Johansen estimate with log(−log) limits; events and patients at risk are counted, never weighted. "
                "Differences are points with plain limits, over the independent units of the design."
            ),
        )  # fmt: skip
    draw_notes([note for item in found.values() for note in item.notes])


def _who_competes(name: str) -> str:
    """The labels that the word “Competing” stands for in a table."""
    labels = session.workspace().form.competing.get(name, ())
    return phrase("Competing: {labels}.", labels=", ".join(labels)) if labels else ""
