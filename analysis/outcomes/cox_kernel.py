"""Compiled loops behind the two-arm tests: risk sets, the log-rank sums, the Efron likelihood and its residuals."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

MAX_ITERATIONS = 100
# The last Newton step leaves an error of about its square, far below rounding.
STEP_TOLERANCE = 1e-10


class RiskSets(NamedTuple):
    """One entry for each run of tied times within a stratum; weights, or counts where all weights are 1."""

    risk_treated: NDArray[np.float64]
    risk_control: NDArray[np.float64]
    died_treated: NDArray[np.float64]
    died_control: NDArray[np.float64]
    n_events: NDArray[np.int64]  # never weighted


@njit(cache=True, nogil=True)
def risk_set_columns(
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    starts: NDArray[np.int64],
    run_stratum: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The fields of :class:`RiskSets`, the first four a row each: few arrays leave compiled code sooner.

    Risk sets are summed from the end of each stratum.
    """
    n_runs = starts.shape[0] - 1
    amounts, n_events = np.empty((4, n_runs)), np.empty(n_runs, dtype=np.int64)
    risk_treated, risk_control, died_treated, died_control = amounts[0], amounts[1], amounts[2], amounts[3]
    with_treatment, without = 0.0, 0.0
    for g in range(n_runs - 1, -1, -1):
        if g < n_runs - 1 and run_stratum[g] != run_stratum[g + 1]:
            with_treatment, without = 0.0, 0.0
        of_treated, of_control, deaths = 0.0, 0.0, 0
        for i in range(starts[g], starts[g + 1]):
            # Multiplied by 0 or 1: arms and events are as good as random, and a wrongly guessed branch costs more.
            arm, happened = int(treated[i]), int(event[i])
            with_treatment += weights[i] * arm
            without += weights[i] * (1 - arm)
            of_treated += weights[i] * (arm * happened)
            of_control += weights[i] * ((1 - arm) * happened)
            deaths += happened
        died_treated[g], died_control[g], n_events[g] = of_treated, of_control, deaths
        risk_treated[g], risk_control[g] = with_treatment, without
    return amounts, n_events


@njit(cache=True, nogil=True)
def logrank_sums(sets: RiskSets) -> tuple[float, float, float]:
    """Observed and expected events of the treated arm and the hypergeometric variance; counts, not weights."""
    observed, expected, variance = 0.0, 0.0, 0.0
    for g in range(sets.n_events.shape[0]):
        deaths = sets.n_events[g]
        if deaths == 0:
            continue
        n = sets.risk_treated[g] + sets.risk_control[g]
        share = sets.risk_treated[g] / n
        observed += sets.died_treated[g]
        expected += deaths * share
        if n > 1.0:
            variance += deaths * share * (1.0 - share) * (n - deaths) / (n - 1.0)
    return observed, expected, variance


@njit(cache=True, nogil=True)
def contested_events(sets: RiskSets) -> tuple[int, int]:
    """Times at which a treated patient has the event while a control is at risk, and the reverse.

    The likelihood has a finite maximum exactly when both are above zero.
    """
    treated, control = 0, 0
    for g in range(sets.n_events.shape[0]):
        if sets.died_treated[g] > 0.0 and sets.risk_control[g] > 0.0:
            treated += 1
        if sets.died_control[g] > 0.0 and sets.risk_treated[g] > 0.0:
            control += 1
    return treated, control


# Sums of one tie may be added in any order, so that several steps are taken at a time.
@njit(cache=True, nogil=True, fastmath={"reassoc"})
def _moments(sets: RiskSets, g: int, hazard_ratio: float) -> tuple[float, float]:
    """Sums over Efron's steps at one time of the treated share of the risk set, and of share · (1 − share)."""
    steps = sets.n_events[g]
    risk_treated, risk_control = sets.risk_treated[g], sets.risk_control[g]
    died_treated, died_control = sets.died_treated[g], sets.died_control[g]
    share_sum, spread_sum = 0.0, 0.0
    for k in range(steps):
        part = k / steps
        treated = (risk_treated - part * died_treated) * hazard_ratio
        total = treated + (risk_control - part * died_control)
        # Weights too far apart leave nobody at risk in floating point; the search then ends without a maximum.
        share = treated / total if total > 0.0 else 0.0
        share_sum += share
        spread_sum += share * (1.0 - share)
    return share_sum, spread_sum


@njit(cache=True, nogil=True)
def score_and_information(sets: RiskSets, log_hazard_ratio: float) -> tuple[float, float]:
    """First derivative of the Efron log partial likelihood and minus the second."""
    hazard_ratio = math.exp(log_hazard_ratio)
    score, information = 0.0, 0.0
    for g in range(sets.n_events.shape[0]):
        if sets.n_events[g] == 0:
            continue
        mean_weight = (sets.died_treated[g] + sets.died_control[g]) / sets.n_events[g]
        share_sum, spread_sum = _moments(sets, g, hazard_ratio)
        score += sets.died_treated[g] - mean_weight * share_sum
        information += mean_weight * spread_sum
    return score, information


@njit(cache=True, nogil=True)
def maximise(sets: RiskSets) -> tuple[float, float, bool]:
    """Log hazard ratio, information there, and whether the search converged.

    The score falls steadily, so Newton steps are kept between the points known to lie on either side.
    """
    low, high = -np.inf, np.inf
    beta = 0.0
    for _ in range(MAX_ITERATIONS):
        score, information = score_and_information(sets, beta)
        if score > 0.0:
            low = beta
        else:
            high = beta
        step = score / information if information > 0.0 else math.copysign(1.0, score)
        step = min(2.0, max(-2.0, step))
        candidate = beta + step
        if candidate < low or candidate > high:
            candidate = 0.5 * (low + high)
        step = abs(candidate - beta)
        beta = candidate
        if step <= STEP_TOLERANCE * (1.0 + abs(beta)):
            score, information = score_and_information(sets, beta)
            return beta, information, True
    return beta, np.nan, False


@njit(cache=True, nogil=True)
def cluster_scores(
    sets: RiskSets,
    log_hazard_ratio: float,
    timing: NDArray[np.float64],
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    n_clusters: int,
    starts: NDArray[np.int64],
    run_stratum: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Weighted Efron score residuals summed within clusters, in one pass over the patients.

    A patient who leaves at a time has lived through the running sums of hazard and of share-weighted hazard; those
    with the event there carry only part of each of Efron's steps. ``timing`` multiplies the treatment at each run of
    tied times: 1 throughout for the effect of treatment itself.
    """
    scores = np.zeros(n_clusters)
    hazard_ratio = math.exp(log_hazard_ratio)
    hazard, share_hazard = 0.0, 0.0
    for g in range(starts.shape[0] - 1):
        if g > 0 and run_stratum[g] != run_stratum[g - 1]:
            hazard, share_hazard = 0.0, 0.0
        steps = sets.n_events[g]
        past_hazard, past_share = hazard, share_hazard
        mean_share = 0.0
        for k in range(steps):
            part = k / steps
            in_treated = (sets.risk_treated[g] - part * sets.died_treated[g]) * hazard_ratio
            total = in_treated + sets.risk_control[g] - part * sets.died_control[g]
            share = in_treated / total
            increment = timing[g] * ((sets.died_treated[g] + sets.died_control[g]) / steps / total)
            hazard += increment
            share_hazard += increment * share
            past_hazard += (1.0 - part) * increment
            past_share += (1.0 - part) * increment * share
            mean_share += share / steps
        for i in range(starts[g], starts[g + 1]):
            x = 1.0 if treated[i] else 0.0
            risk = hazard_ratio if treated[i] else 1.0
            lived = past_hazard if event[i] else hazard
            shared = past_share if event[i] else share_hazard
            died = timing[g] if event[i] else 0.0
            residual = died * (x - mean_share) - risk * (x * lived - shared)
            scores[cluster[i]] += weights[i] * residual
    return scores


@njit(cache=True, nogil=True)
def sum_and_square(scores: NDArray[np.float64]) -> tuple[float, float]:
    """Sum of the clusters' scores and sum of their squares."""
    total, square = 0.0, 0.0
    for c in range(scores.shape[0]):
        total += scores[c]
        square += scores[c] * scores[c]
    return total, square


@njit(cache=True, nogil=True)
def score_sums(
    sets: RiskSets,
    log_hazard_ratio: float,
    timing: NDArray[np.float64],
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    n_clusters: int,
    starts: NDArray[np.int64],
    run_stratum: NDArray[np.int64],
) -> tuple[float, float]:
    """Sum, and sum of squares, of the clusters' scores of :func:`cluster_scores`."""
    return sum_and_square(
        cluster_scores(
            sets, log_hazard_ratio, timing, event, treated, weights, cluster, n_clusters, starts, run_stratum
        )
    )


@njit(cache=True, nogil=True)
def proportionality_sums(sets: RiskSets, log_hazard_ratio: float) -> tuple[float, float, NDArray[np.float64]]:
    """Score of a treatment effect that changes with survival, its information given the constant effect, its timing.

    The changing part is multiplied, at each run of tied times, by the Kaplan–Meier survival of both arms together
    just before, less the mean that makes it independent of the constant effect; 0 where nobody has the event.
    """
    hazard_ratio = math.exp(log_hazard_ratio)
    n_runs = sets.n_events.shape[0]
    spread = np.zeros(n_runs)
    surprise = np.zeros(n_runs)
    timing = np.zeros(n_runs)
    survival, total, weighted = 1.0, 0.0, 0.0
    for g in range(n_runs):
        if sets.n_events[g] == 0:
            continue
        died = sets.died_treated[g] + sets.died_control[g]
        mean_weight = died / sets.n_events[g]
        share_sum, spread_sum = _moments(sets, g, hazard_ratio)
        spread[g] = mean_weight * spread_sum
        surprise[g] = sets.died_treated[g] - mean_weight * share_sum
        timing[g] = survival
        total += spread[g]
        weighted += spread[g] * survival
        at_risk = sets.risk_treated[g] + sets.risk_control[g]
        survival *= max(at_risk - died, 0.0) / at_risk
    score, variance = 0.0, 0.0
    for g in range(n_runs):
        if sets.n_events[g] > 0:
            timing[g] -= weighted / total
            score += timing[g] * surprise[g]
            variance += timing[g] * timing[g] * spread[g]
    return score, variance, timing
