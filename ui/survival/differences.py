"""Absolute differences of an endpoint: how many more patients, how much more time."""

from dataclasses import replace

from analysis.design.description import design_name
from analysis.errors import AnalysisError
from analysis.phrases import join_phrases, phrase
from analysis.reporting.absolute_effects import milestone_sentence, without_event_words
from analysis.reporting.printed.differences import difference_rows
from analysis.reporting.survival_results import differences_rows
from analysis.study.differences import EndpointDifferences
from ui import screen as st
from ui.exhibit import draw_notes, draw_table, plain
from ui.exhibits.population import after_heading, arm_labels, arms_words, design_word, population_words
from ui.messages import draw_sentences
from ui.survival.found import differences, populations_shown
from ui.survival.paired import paired_columns
from ui.workspace import StudyState

LABEL_IN_HEADING = 16.0
"""Ems of an arm's label in the heading of the section."""


def draw_differences(state: StudyState, name: str) -> None:
    """Draw every absolute difference with its interval, and each milestone as a sentence."""
    assert state.patients is not None and state.settings is not None
    found: dict[str, EndpointDifferences] = {}
    for when in populations_shown(state):
        try:
            heading = phrase("Before") if when == "before" else after_heading(state)
            found[heading] = differences(state, name, when)
        except AnalysisError as error:
            st.info("\n\n".join(plain(text) for text in error.problems), icon=":material/info:")
            return
    unit = state.settings.cohort.time_unit
    labels = arm_labels(state, LABEL_IN_HEADING)
    fields = {"endpoint": plain(name), "treated": plain(labels[0]), "control": plain(labels[1])}
    st.markdown("## " + phrase("{endpoint}: absolute differences, {treated} v {control}", **fields))
    draw_table(
        paired_columns(difference_rows(found, unit), ("difference", "arms", "p")), name=f"differences {name}",
        file=lambda: differences_rows({heading.lower(): item for heading, item in found.items()}),
        caption=_caption(state),
    )  # fmt: skip
    endpoint = next(item for item in state.settings.outcomes.survival if item.name == name)
    words = without_event_words(endpoint)
    sentences = [
        phrase(
            "{population}: {sentence}",
            population=population_words(state, heading),
            sentence=milestone_sentence(row, words, unit, arms_words(state)),
        )
        for heading, item in reversed(found.items())
        for row in item.milestones
    ]
    draw_sentences(sentences)
    draw_notes(
        [
            replace(
                note,
                text=phrase(
                    "{population}: {sentence}", population=population_words(state, heading), sentence=note.text
                ),
            )
            for heading, item in found.items()
            for note in item.notes
        ]
    )


def _caption(state: StudyState) -> str:
    assert state.settings is not None
    outcomes = state.settings.outcomes
    design = design_name(design_word(state))
    before = phrase(
        "Before {design}: Greenwood’s variance for milestones and means; medians by {resamples:,} resamples of the patients "
        "of each arm (seed {seed}).",
        design=design,
        resamples=outcomes.resamples,
        seed=outcomes.seed,
    )
    if state.design is None:
        return before
    after = (
        phrase(
            "After {design}: percentile limits of {resamples:,} resamples of matched sets drawn whole, the design taken as "
            "given; p has no closed form there.",
            design=design,
            resamples=outcomes.resamples,
        )
        if state.design.disjoint_sets and state.design.plain_tests
        else phrase(
            "After {design}: percentile limits of {resamples:,} resamples of patients, with their weights, the design taken "
            "as given; p has no closed form there.",
            design=design,
            resamples=outcomes.resamples,
        )
    )
    return join_phrases((before, after))
