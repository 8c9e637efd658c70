"""Landmark, subgroups, agreement, adverse events and several endpoints in sentences, of the patients compared."""

from collections.abc import Callable, Iterator
from functools import partial

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.outcome_sentences import (
    adverse_events_sentence,
    agreement_sentence,
    board_sentence,
    landmark_sentence,
    subgroups_sentence,
)
from analysis.reporting.sensitivity_sentences import robustness_sentences
from analysis.settings import StudySettings
from analysis.study.agreement import criteria_agreement, criteria_pairs
from analysis.study.endpoint_board import endpoint_board
from analysis.study.landmark import compare_from_landmark
from analysis.study.safety import compare_safety
from analysis.study.sensitivity import study_confounding, study_power
from analysis.study.subgroups import Measure, compare_subgroups, subgroup_endpoints
from ui import session
from ui.exhibits.population import population_words
from ui.workspace import StudyState


def further_sentences(state: StudyState) -> tuple[str, ...]:
    """What a study asks for beyond its endpoints, a sentence each; computed once for these patients and settings."""
    if state.patients is None or state.settings is None or state.is_covered:
        return ()
    patients, design, settings = state.patients, state.design, state.settings
    key = ("further sentences", patients, design, settings.outcomes, settings.confidence)
    told: tuple[str, ...] = session.computed(key, lambda: tuple(_told(state, design)))
    where = population_words(state, "Before" if design is None else "After")
    return tuple(phrase("{population}: {sentence}", population=where, sentence=sentence) for sentence in told)


def _told(state: StudyState, design: Design | None) -> Iterator[str]:
    patients, settings = state.patients, state.settings
    assert patients is not None and settings is not None
    asked, outcomes = (patients, design, settings), settings.outcomes
    if outcomes.landmark is not None:
        for item in patients.endpoints:
            if item.competing is None:
                yield from _given(partial(_landmark, *asked, item.name))
    if outcomes.subgroups:
        for name, measure in subgroup_endpoints(patients):
            yield from _given(partial(_subgroups, *asked, name, measure))
    for first, second in criteria_pairs(patients):
        yield from _given(partial(_agreement, *asked, first, second))
    yield from _given(partial(_safety, *asked))
    if state.before is not None:
        board = endpoint_board(state.before, state.after, outcomes, settings.confidence.level)
        yield from _given(partial(board_sentence, board, "before" if design is None else "after"))
    if state.after is not None:
        yield from robustness_sentences(study_confounding(*asked, state.after), study_power(*asked, state.after))


def _landmark(patients: StudyCohort, design: Design | None, settings: StudySettings, name: str) -> str:
    return landmark_sentence(compare_from_landmark(patients, design, settings, name), settings.cohort.time_unit)


def _subgroups(
    patients: StudyCohort, design: Design | None, settings: StudySettings, name: str, measure: Measure
) -> str:
    return subgroups_sentence(compare_subgroups(patients, design, settings, name, measure))


def _agreement(patients: StudyCohort, design: Design | None, settings: StudySettings, first: str, second: str) -> str:
    return agreement_sentence(criteria_agreement(patients, design, settings, first, second))


def _safety(patients: StudyCohort, design: Design | None, settings: StudySettings) -> str | None:
    found = compare_safety(patients, design, settings)
    if found is None:
        return None
    return adverse_events_sentence(found, treated_label=patients.treated_label, control_label=patients.control_label)


def _given(make: Callable[[], str | None]) -> Iterator[str]:
    """The sentence, where the data give one."""
    try:
        sentence = make()
    except AnalysisError:
        return
    if sentence is not None:
        yield sentence
