"""A study with missing covariates: every imputed set is scored, matched and compared, and the results are pooled."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.imputation import ImputedSets, impute, imputed_covariates
from analysis.cohort.selection import StudyCohort
from analysis.notes import Note
from analysis.outcomes.pooling import PooledEstimate
from analysis.settings import MissingSettings, StudySettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledSurvival:
    """One survival endpoint in one population, pooled over the imputed sets.

    Attributes
    ----------
    name : str
        The endpoint as the study names it.
    hazard_ratio, rmst_difference : PooledEstimate or None
        Treated versus control; None where some set does not give it, which a note says.
    rmst_horizon : float or None
        The horizon of the mean survival time, the same in all sets.
    notes : tuple of Note
    """

    name: str
    hazard_ratio: PooledEstimate | None
    rmst_difference: PooledEstimate | None
    rmst_horizon: float | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledRates:
    """One rate in both arms and its contrasts, pooled over the imputed sets.

    Attributes
    ----------
    treated, control : PooledEstimate or None
        The rate in each arm.
    risk_difference, risk_ratio, odds_ratio : PooledEstimate or None
        Treated versus control; None where some set does not give it, which a note says.
    """

    treated: PooledEstimate | None
    control: PooledEstimate | None
    risk_difference: PooledEstimate | None
    risk_ratio: PooledEstimate | None
    odds_ratio: PooledEstimate | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledResponse:
    """One response endpoint in one population, pooled over the imputed sets.

    Attributes
    ----------
    name : str
        The endpoint as the study names it.
    objective_response : PooledRates or None
    disease_control : PooledRates or None
        None where disease control is not known.
    notes : tuple of Note
    """

    name: str
    objective_response: PooledRates | None
    disease_control: PooledRates | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledPopulation:
    """Every endpoint in one population, pooled, in the order of the study file."""

    survival: tuple[PooledSurvival, ...]
    response: tuple[PooledResponse, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImputedStudy:
    """What the imputed sets found, each on its own and all together.

    Attributes
    ----------
    n_sets : int
        Sets imputed.
    n_failed : int
        Sets in which no matched set could be formed; the other k are pooled.
    shown : int
        The number of the set, from 1, that everything but the pooled estimates is taken from.
    iterations, seed : int
        Of the imputation.
    columns : tuple of str
        The covariates imputed.
    n_missing : tuple of int
        Patients without a value, for each of them.
    n_matched : (k, ) array of int
        Matched sets (pairs when the ratio is 1) in each imputed set.
    largest_smd : tuple of float or None
        Largest |SMD| after matching in each imputed set.
    before, after : PooledPopulation
        Pooled estimates of all patients, and of the matched ones.
    notes : tuple of Note
    """

    n_sets: int
    n_failed: int
    shown: int
    iterations: int
    seed: int
    columns: tuple[str, ...]
    n_missing: tuple[int, ...]
    n_matched: NDArray[np.int64]
    largest_smd: tuple[float | None, ...]
    before: PooledPopulation
    after: PooledPopulation
    notes: tuple[Note, ...]


def imputed_sets(
    patients: StudyCohort, missing: MissingSettings, progress: Callable[[int], None] | None = None
) -> ImputedSets:
    """Draw the missing covariates of the patients m times; ``progress`` is told each set as it is drawn."""
    return impute(patients.covariates, patients.treated, missing, progress)


def patients_of_set(patients: StudyCohort, sets: ImputedSets, number: int) -> StudyCohort:
    """The patients with the covariates of one imputed set, ``number`` counted from 1."""
    return replace(patients, covariates=imputed_covariates(patients.covariates, sets, number), incomplete=False)


def impute_study(
    patients: StudyCohort,
    sets: ImputedSets,
    settings: StudySettings,
    progress: Callable[[int], None] | None = None,
) -> ImputedStudy:
    """Score, match and compare in every imputed set, and pool the results by Rubin's rules."""
    raise NotImplementedError
