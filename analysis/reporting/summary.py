"""A finished run in a few lines of a terminal."""

from collections.abc import Mapping
from contextlib import suppress

import numpy as np

from analysis.design.description import describe_design, describe_score, estimand_sentence
from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.reporting.findings import Findings, study_findings
from analysis.reporting.gate_results import gate_lines
from analysis.reporting.outcome_sentences import (
    adverse_events_sentence,
    agreement_sentence,
    board_sentence,
    landmark_sentence,
    pooled_effect_sentences,
    subgroups_sentence,
)
from analysis.reporting.printed.competing import incidence_sentence
from analysis.reporting.sensitivity_sentences import robustness_sentences
from analysis.reporting.sentences import (
    imputed_set_words,
    missing_sentence,
    pooled_response_sentence,
    pooled_survival_sentence,
    pooled_words,
    response_sentence,
    survival_sentence,
)
from analysis.study import PooledResponse, PooledSurvival, ResponseOutcome, StudyResult, SurvivalOutcome
from analysis.study.agreement import criteria_agreement, criteria_pairs
from analysis.study.competing import CompetingComparison, has_competing
from analysis.study.pooled_effects import PooledEffects
from analysis.study.safety import compare_safety
from charts.style import format_count, format_smd


def summary_lines(result: StudyResult, findings: Findings | None = None) -> list[str]:
    """What was done, how even the arms became, every endpoint before and after, and what to mind.

    Parameters
    ----------
    result : StudyResult
        One run.
    findings : Findings, optional
        What `study_findings` gives, where it is at hand.

    Returns
    -------
    list of str
        One sentence a line, no patient's value among them.
    """
    patients, design, balance = result.patients, result.design, result.balance
    treated, control = patients.treated_label, patients.control_label
    n_treated = int(patients.treated.sum())
    n_control = patients.treated.size - n_treated
    lines = [
        *_missing_lines(result),
        f"Propensity score: {describe_score(result.settings.propensity)}; "
        f"C-statistic {result.propensity.c_statistic:.2f}.",
        f"{_capitalised(describe_design(result.settings, design))}.",
        f"{_compared_words(design)} {format_count(design.n_treated)} of {format_count(n_treated)} patients in arm {treated} "
        f"with {format_count(design.n_control)} of {format_count(n_control)} in arm {control}: {_size_words(design)}.",
        estimand_sentence(patients, design),
        f"Largest |SMD| {format_smd(balance.largest_smd_before)} before {design.kind}, "
        f"{format_smd(balance.largest_smd_after)} after.",
    ]
    found = findings or study_findings(result)
    return [
        *lines,
        *gate_lines(result),
        *_outcome_lines(result, found.survival.competing),
        *_further_lines(result, found),
        *_pooled_lines(result, found.pooled),
        *_note_lines(result),
    ]


def _compared_words(design: Design) -> str:
    return "Compared" if design.sets is None else "Matched"


def _size_words(design: Design) -> str:
    """Sets, where there are any, and what the patients are worth, where they weigh differently."""
    effective = (design.effective_sample_size_treated, design.effective_sample_size_control)
    worth = f"worth {effective[0]:,.1f} and {effective[1]:,.1f} patients of equal weight"
    if design.sets is None:
        return worth
    sets = f"{format_count(design.sets.n_sets)} sets"
    return sets if np.allclose(effective, (design.n_treated, design.n_control)) else f"{sets}, {worth}"


def _missing_lines(result: StudyResult) -> list[str]:
    """How missing covariates were handled, where it matters."""
    if result.settings.missing.method == "complete_case":
        return []
    return [missing_sentence(result.settings.missing, result.imputation, design_word=result.design.kind)]


def _capitalised(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _outcome_lines(result: StudyResult, competing: Mapping[tuple[str, str], CompetingComparison]) -> list[str]:
    treated, control = result.patients.treated_label, result.patients.control_label
    unit = result.settings.cohort.time_unit
    lines = []
    for when, outcomes in (("before", result.before), ("after", result.after)):
        population = _population(result, when)
        for survival in outcomes.survival:
            rivalled = competing.get((survival.name, when))
            if rivalled is not None:
                lines.append(f"{population}: {incidence_sentence(rivalled, treated, control, unit)}")
            elif survival.comparison is not None and not has_competing(result.patients, survival.name):
                sentence = survival_sentence(
                    survival.name,
                    survival.comparison,
                    treated_label=treated,
                    control_label=control,
                    time_unit=unit,
                )
                lines.append(f"{population}: {sentence}")
        for response in outcomes.response:
            if response.comparison is not None:
                sentence = response_sentence(
                    response.name, response.comparison, treated_label=treated, control_label=control
                )
                lines.append(f"{population}: {sentence}")
    return lines


def _further_lines(result: StudyResult, found: Findings) -> list[str]:
    """A line for each further result that the study asks for, of the patients compared by the design."""
    patients, design, settings = result.patients, result.design, result.settings
    arms = {"treated_label": patients.treated_label, "control_label": patients.control_label}
    told = [
        landmark_sentence(one, settings.cohort.time_unit)
        for (_, when), one in found.survival.landmark.items()
        if when == "after"
    ]
    told += [subgroups_sentence(after) for _, after in found.models.subgroups]
    with suppress(EstimationError):
        safety = compare_safety(patients, design, settings)
        told += [] if safety is None else [adverse_events_sentence(safety, **arms)]
    for first, second in criteria_pairs(patients):
        with suppress(EstimationError):
            told.append(agreement_sentence(criteria_agreement(patients, design, settings, first, second)))
    adjusted = board_sentence(found.models.board, "after")
    told += [] if adjusted is None else [adjusted]
    told += robustness_sentences(found.sensitivity.confounding[1], found.sensitivity.power[1])
    return [f"{_population(result, 'after')}: {sentence}" for sentence in told]


def _population(result: StudyResult, when: str) -> str:
    """Such as ``After matching``, with the imputed set that it is of."""
    shown = imputed_set_words(result.imputation) if when == "after" else ""
    return f"{when.capitalize()} {result.design.kind}{f' ({shown})' if shown else ''}"


def _pooled_lines(result: StudyResult, further: tuple[PooledEffects, PooledEffects] | None) -> list[str]:
    imputation = result.imputation
    if imputation is None:
        return []
    words = pooled_words(imputation)
    control = result.patients.control_label
    after, shown = imputation.after, f"After {result.design.kind}"
    return [
        *(f"{shown}: {pooled_survival_sentence(item, words, control_label=control)}" for item in after.survival),
        *(f"{shown}: {pooled_response_sentence(item, words)}" for item in after.response),
        *(f"{shown}: {told}" for one in (further or ())[1:] for told in pooled_effect_sentences(one, words)),
    ]


def _note_lines(result: StudyResult) -> list[str]:
    lines = [f"Note: {note.text}" for note in result.notes]
    if result.imputation is not None:
        after = result.imputation.after
        pooled: list[PooledSurvival | PooledResponse] = [*after.survival, *after.response]
        lines += [f"Note ({item.name}, pooled): {note.text}" for item in pooled for note in item.notes]
    for population, outcomes in (
        (f"before {result.design.kind}", result.before),
        (f"after {result.design.kind}", result.after),
    ):
        endpoints: list[SurvivalOutcome | ResponseOutcome] = [*outcomes.survival, *outcomes.response]
        for outcome in endpoints:
            lines += [f"Note ({outcome.name}, {population}): {note.text}" for note in outcome.notes]
    return lines
