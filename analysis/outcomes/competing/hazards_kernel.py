"""Compiled loops behind the Fine–Gray ratio: risk sets that keep competing events, and the scores of patients."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.outcomes.cox_kernel import RiskSets


class Censoring(NamedTuple):
    """One entry for each distinct time."""

    uncensored: NDArray[np.float64]  # Kaplan–Meier share not yet censored just before
    at_risk: NDArray[np.float64]
    censored: NDArray[np.float64]
    kept_treated: NDArray[np.float64]  # Σ weight / uncensored of earlier competing events, by arm
    kept_control: NDArray[np.float64]


@njit(cache=True, nogil=True)
def subdistribution_sets(
    cause: NDArray[np.int64],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    starts: NDArray[np.int64],
    interest: int,
) -> tuple[RiskSets, Censoring]:
    """Risk sets by arm, in which patients with a competing event stay with the share of them not yet censored.

    Events at one time count as one step: Breslow's ties.
    """
    n_runs = starts.shape[0] - 1
    risk_treated, risk_control = np.empty(n_runs), np.empty(n_runs)
    died_treated, died_control = np.zeros(n_runs), np.zeros(n_runs)
    steps = np.zeros(n_runs, dtype=np.int64)
    at_risk, censored, uncensored = np.empty(n_runs), np.zeros(n_runs), np.empty(n_runs)
    kept_treated, kept_control = np.zeros(n_runs), np.zeros(n_runs)
    left_treated, left_control = 0.0, 0.0
    for g in range(n_runs - 1, -1, -1):
        for i in range(starts[g], starts[g + 1]):
            if treated[i]:
                left_treated += weights[i]
            else:
                left_control += weights[i]
            if cause[i] == 0:
                censored[g] += weights[i]
            elif cause[i] == interest:
                steps[g] = 1
                if treated[i]:
                    died_treated[g] += weights[i]
                else:
                    died_control[g] += weights[i]
        at_risk[g] = left_treated + left_control
        risk_treated[g], risk_control[g] = left_treated, left_control
    share, held_treated, held_control = 1.0, 0.0, 0.0
    for g in range(n_runs):
        uncensored[g], kept_treated[g], kept_control[g] = share, held_treated, held_control
        risk_treated[g] += share * held_treated
        risk_control[g] += share * held_control
        for i in range(starts[g], starts[g + 1]):
            if cause[i] > 0 and cause[i] != interest:
                if treated[i]:
                    held_treated += weights[i] / share
                else:
                    held_control += weights[i] / share
        # Only the last time can leave nobody uncensored; a sum that rounds must not leave less.
        share *= max(1.0 - censored[g] / at_risk[g], 0.0)
        if g < n_runs - 1 and share == 0.0:
            share = np.finfo(np.float64).tiny
    sets = RiskSets(risk_treated, risk_control, died_treated, died_control, steps)
    return sets, Censoring(uncensored, at_risk, censored, kept_treated, kept_control)


@njit(cache=True, nogil=True)
def subdistribution_scores(
    sets: RiskSets,
    censoring: Censoring,
    log_ratio: float,
    cause: NDArray[np.int64],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    n_clusters: int,
    starts: NDArray[np.int64],
    interest: int,
    estimated: bool,
) -> NDArray[np.float64]:
    """Weighted scores summed within clusters, with each patient's part in the censoring where it is ``estimated``."""
    n_runs = starts.shape[0] - 1
    ratio = math.exp(log_ratio)
    share, hazard = np.zeros(n_runs), np.zeros(n_runs)
    for g in range(n_runs):
        if sets.n_events[g] > 0:
            total = sets.risk_treated[g] * ratio + sets.risk_control[g]
            share[g] = sets.risk_treated[g] * ratio / total
            hazard[g] = (sets.died_treated[g] + sets.died_control[g]) / total
    # What lies from each time on, for patients held at risk after a competing event: with and without treatment.
    ahead_treated, ahead_control = np.zeros(n_runs + 1), np.zeros(n_runs + 1)
    for g in range(n_runs - 1, -1, -1):
        step = censoring.uncensored[g] * hazard[g]
        ahead_treated[g] = ahead_treated[g + 1] + step * (1.0 - share[g])
        ahead_control[g] = ahead_control[g + 1] - step * share[g]
    scores = np.zeros(n_clusters)
    past_treated, past_control, drift = 0.0, 0.0, 0.0
    for g in range(n_runs):
        past_treated += hazard[g] * (1.0 - share[g])
        past_control -= hazard[g] * share[g]
        pull = 0.0
        if estimated and censoring.censored[g] > 0.0:
            pull = ratio * censoring.kept_treated[g] * ahead_treated[g] + censoring.kept_control[g] * ahead_control[g]
            pull /= censoring.at_risk[g]
            drift += pull * censoring.censored[g] / censoring.at_risk[g]
        for i in range(starts[g], starts[g + 1]):
            lived = past_treated if treated[i] else past_control
            if cause[i] > 0 and cause[i] != interest:
                lived += (ahead_treated[g + 1] if treated[i] else ahead_control[g + 1]) / censoring.uncensored[g]
            residual = -lived * (ratio if treated[i] else 1.0) - drift
            if cause[i] == interest:
                residual += (1.0 if treated[i] else 0.0) - share[g]
            elif cause[i] == 0:
                residual += pull
            scores[cluster[i]] += weights[i] * residual
    return scores
