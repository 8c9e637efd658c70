"""A study with missing covariates: every imputed set is scored, designed and compared, and the results are pooled."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.imputation import ImputedSets, impute, imputed_covariates
from analysis.cohort.selection import StudyCohort
from analysis.design.balance import covariate_balance
from analysis.design.design import Design, design_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.phrases import phrase, uncapitalised
from analysis.settings import MissingSettings, StudySettings
from analysis.study.pooled import PooledPopulation, pool_outcomes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImputedStudy:
    """What the imputed sets found, each on its own and all together.

    Attributes
    ----------
    n_sets : int
        Sets imputed.
    n_failed : int
        Sets in which no scores, matched sets or weights could be had; the other k are pooled.
    shown : int
        The set, counted from 1, that everything but the pooled estimates is taken from: the first that is pooled.
    iterations, seed : int
        Of the imputation.
    columns : tuple of str
        The covariates imputed.
    n_missing : tuple of int
        Patients without a value, for each of them.
    number : (k, ) array of int
        The sets that are pooled, counted from 1.
    n_matched, n_treated, n_control : (k, ) array of int
        Matched sets (pairs when the ratio is 1; 0 where patients are weighted), and patients of each arm who are
        compared, for each set that is pooled.
    largest_smd : tuple of float or None
        Largest |SMD| under the design in each of them.
    before, after : PooledPopulation
        Pooled estimates of all patients, and of those compared.
    sets : ImputedSets
        What was drawn.
    designs : tuple of Design
        Of each set that is pooled: weights, sets and clusters; without reasons, links and notes.
    notes : tuple of Note
    """

    n_sets: int
    n_failed: int
    shown: int
    iterations: int
    seed: int
    columns: tuple[str, ...]
    n_missing: tuple[int, ...]
    number: NDArray[np.int64]
    n_matched: NDArray[np.int64]
    n_treated: NDArray[np.int64]
    n_control: NDArray[np.int64]
    largest_smd: tuple[float | None, ...]
    before: PooledPopulation
    after: PooledPopulation
    sets: ImputedSets
    designs: tuple[Design, ...]
    notes: tuple[Note, ...]


def imputed_sets(
    patients: StudyCohort, missing: MissingSettings, progress: Callable[[int], None] | None = None
) -> ImputedSets:
    """Draw the missing covariates of the patients m times, from covariates and treatment alone.

    Parameters
    ----------
    patients : StudyCohort
        With missing covariates.
    missing : MissingSettings
        The number of sets, the rounds and the seed.
    progress : callable, optional
        Called with the number of each set, from 1, as it begins.

    Returns
    -------
    ImputedSets

    Raises
    ------
    EstimationError
        When a covariate is known in too few patients.
    """
    return impute(patients.covariates, patients.treated, missing, progress)


def patients_of_set(patients: StudyCohort, sets: ImputedSets, number: int) -> StudyCohort:
    """Complete the patients' covariates with one imputed set.

    Parameters
    ----------
    patients : StudyCohort
        With missing covariates.
    sets : ImputedSets
        What was drawn for them.
    number : int
        The set, counted from 1.

    Returns
    -------
    StudyCohort
        The same patients, nothing missing.
    """
    return replace(patients, covariates=imputed_covariates(patients.covariates, sets, number), incomplete=False)


def impute_study(
    patients: StudyCohort,
    sets: ImputedSets,
    settings: StudySettings,
    progress: Callable[[int], None] | None = None,
) -> ImputedStudy:
    """Score and match or weight the patients in every imputed set, and pool each endpoint by Rubin's rules.

    Each set is analysed as if it were the cohort and only the effects are pooled, not the scores (the "within"
    approach).

    Parameters
    ----------
    patients : StudyCohort
        With missing covariates.
    sets : ImputedSets
        What was drawn for them.
    settings : StudySettings
        Propensity, design, outcomes, confidence and the missing settings of the sets.
    progress : callable, optional
        Called with the number of each set, from 1, as it begins.

    Returns
    -------
    ImputedStudy

    Raises
    ------
    EstimationError
        When more than half of the sets give no scores, no matched sets or no weights.

    Notes
    -----
    Source: Mitra & Reiter 2016, doi:10.1177/0962280212445945; Leyrat et al. 2019, doi:10.1177/0962280217713032.
    """
    designs: list[_SetDesign] = []
    refusals: list[str] = []
    for number in range(1, sets.n_sets + 1):
        if progress is not None:
            progress(number)
        try:
            designs.append(_design_of_set(patients_of_set(patients, sets, number), number, settings))
        except EstimationError as error:
            refusals += error.problems[:1]
    if len(refusals) > sets.n_sets / 2:
        reason, _ = Counter(refusals).most_common(1)[0]
        raise EstimationError(
            phrase(
                "{wanted} must be found in most of the imputed sets; {n_refusals} of {n_sets} gave "
                "none. The most frequent reason: {reason}",
                wanted=_wanted(settings),
                n_refusals=len(refusals),
                n_sets=sets.n_sets,
                reason=reason,
            )
        )
    compared = [design.design for design in designs]
    wanted = _wanted(settings)
    return ImputedStudy(
        n_sets=sets.n_sets,
        n_failed=len(refusals),
        shown=designs[0].number,
        iterations=settings.missing.iterations,
        seed=settings.missing.seed,
        columns=sets.columns,
        n_missing=tuple(len(rows) for rows in sets.rows),
        number=np.array([design.number for design in designs], dtype=np.int64),
        n_matched=np.array([_n_sets(design) for design in compared], dtype=np.int64),
        n_treated=np.array([design.n_treated for design in compared], dtype=np.int64),
        n_control=np.array([design.n_control for design in compared], dtype=np.int64),
        largest_smd=tuple(design.largest_smd for design in designs),
        before=pool_outcomes(patients, [None] * len(designs), settings.outcomes, settings.confidence),
        after=pool_outcomes(patients, compared, settings.outcomes, settings.confidence),
        sets=sets,
        designs=tuple(_lean(design) for design in compared),
        notes=(*_notes(sets, designs[0].number, len(refusals), wanted), *sets.notes),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _SetDesign:
    number: int
    design: Design
    largest_smd: float | None


def _wanted(settings: StudySettings) -> str:
    return phrase("Matched sets") if settings.weighting is None else phrase("Weights")


def _design_of_set(patients: StudyCohort, number: int, settings: StudySettings) -> _SetDesign:
    propensity = fit_propensity(patients.covariates, patients.treated, settings.propensity, patients.score)
    design = design_patients(patients, propensity, settings)
    balance = covariate_balance(patients.covariates, patients.treated, design.weights, settings.balance)
    return _SetDesign(number=number, design=design, largest_smd=balance.largest_smd_after)


def _lean(design: Design) -> Design:
    """What outcomes need of a design: many of them are kept at once."""
    reason: NDArray[np.object_] = np.broadcast_to(np.array(None, dtype=object), (design.n,))
    return replace(design, reason=reason, support=None, sets=None, weighted=None, notes=())


def _n_sets(design: Design) -> int:
    return 0 if design.sets is None else design.sets.n_sets


def _notes(sets: ImputedSets, shown: int, n_failed: int, wanted: str) -> list[Note]:
    cells = sum(len(rows) for rows in sets.rows)
    values = phrase("value was") if cells == 1 else phrase("values were")
    wanted = uncapitalised(wanted)
    notes = [
        Note(
            code="imputed_set_shown",
            text=phrase(
                "Scores, {wanted}, balance, curves and rates shown are of imputed set {shown} of "
                "{n_sets}; the effects to report are the pooled estimates.",
                wanted=wanted,
                shown=shown,
                n_sets=sets.n_sets,
            ),
        ),
        Note(
            code="imputed_without_outcome",
            text=phrase(
                "{cells:,} missing {values} imputed ({columns}) from the other covariates and the "
                "treatment, never from outcomes: the design does not see them. Where a covariate is "
                "tied to the outcome beyond that, an imputation that includes the outcome is less "
                "biased (Leyrat et al. 2019).",
                cells=cells,
                values=values,
                columns=", ".join(sets.columns),
            ),
        ),
    ]
    if n_failed:
        notes.append(
            Note(
                code="imputed_sets_failed",
                text=phrase(
                    "No {wanted} could be formed in {n_failed} of {n_sets} imputed sets; the others are pooled.",
                    wanted=wanted,
                    n_failed=n_failed,
                    n_sets=sets.n_sets,
                ),
            )
        )
    return notes
