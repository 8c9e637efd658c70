"""Compiled loops behind rates in two arms: counts, weighted sums, pairs, and two equations of exact methods."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

NEGLIGIBLE = 1e-300
"""Of the likeliest table; rarer ones add nothing to a sum."""


@njit(cache=True, nogil=True)
def weight_limits(
    treated: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[int, float, float, int, float, float]:
    """Patients with a weight in the treated arm, their smallest and largest; and those of the control arm."""
    n_treated, least_treated, most_treated = 0, np.inf, 0.0
    n_control, least_control, most_control = 0, np.inf, 0.0
    for i in range(treated.shape[0]):
        here = weights[i] > 0.0
        in_treated, in_control = here & treated[i], here & (not treated[i])
        n_treated += in_treated
        n_control += in_control
        least_treated = min(least_treated, weights[i] if in_treated else np.inf)
        least_control = min(least_control, weights[i] if in_control else np.inf)
        most_treated = max(most_treated, weights[i] if in_treated else 0.0)
        most_control = max(most_control, weights[i] if in_control else 0.0)
    return n_treated, least_treated, most_treated, n_control, least_control, most_control


@njit(cache=True, nogil=True)
def weight_sums(
    treated: NDArray[np.bool_], weights: NDArray[np.float64], arm: bool, largest: float
) -> tuple[float, float]:
    """Sum of an arm's weights and Kish's (Σw)² / Σw².

    They are summed over a power of two near the largest, which rounds nothing and keeps squares within reach.
    """
    power = math.frexp(largest)[1]
    total, lost, square = 0.0, 0.0, 0.0
    for i in range(treated.shape[0]):
        if treated[i] == arm and weights[i] > 0.0:
            scaled = math.ldexp(weights[i], -power)
            total, lost = add(total, lost, scaled)
            square += scaled * scaled
    total += lost
    return math.ldexp(total, power), total * total / square


@njit(cache=True, nogil=True)
def add(total: float, lost: float, term: float) -> tuple[float, float]:
    """Add to a sum that carries what rounding took from it: arms whose weights come to the same have the same rate."""
    high = total + term
    part = high - total
    return high, lost + ((total - (high - part)) + (term - part))


@njit(cache=True, nogil=True)
def outcome_counts(
    outcome: NDArray[np.bool_], treated: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[int, int]:
    """Treated and control patients with the outcome; those without a weight do not count."""
    in_treated, in_all = 0, 0
    for i in range(outcome.shape[0]):
        counted = outcome[i] & (weights[i] > 0.0)
        in_all += counted
        in_treated += counted & treated[i]
    return in_treated, in_all - in_treated


@njit(cache=True, nogil=True)
def outcome_weights(
    outcome: NDArray[np.bool_], treated: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Summed weights of the treated and of the control patients with the outcome."""
    of_treated, of_control, lost_treated, lost_control = 0.0, 0.0, 0.0, 0.0
    for i in range(outcome.shape[0]):
        if outcome[i] and treated[i]:
            of_treated, lost_treated = add(of_treated, lost_treated, weights[i])
        elif outcome[i]:
            of_control, lost_control = add(of_control, lost_control, weights[i])
    return of_treated + lost_treated, of_control + lost_control


@njit(cache=True, nogil=True)
def category_counts(
    code: NDArray[np.int8], treated: NDArray[np.bool_], weights: NDArray[np.float64], n_codes: int
) -> NDArray[np.int64]:
    """Patients of each arm, treated first, and category; those without a weight do not count."""
    counts = np.zeros((2, n_codes), dtype=np.int64)
    for i in range(code.shape[0]):
        counts[1 - int(treated[i]), code[i]] += weights[i] > 0.0
    return counts


@njit(cache=True, nogil=True)
def category_weights(
    code: NDArray[np.int8], treated: NDArray[np.bool_], weights: NDArray[np.float64], n_codes: int
) -> NDArray[np.float64]:
    """Summed weights of each arm, treated first, and category."""
    sums, lost = np.zeros((2, n_codes)), np.zeros((2, n_codes))
    for i in range(code.shape[0]):
        arm = 1 - int(treated[i])
        sums[arm, code[i]], lost[arm, code[i]] = add(sums[arm, code[i]], lost[arm, code[i]], weights[i])
    return sums + lost


@njit(cache=True, nogil=True)
def pair_rows(
    treated: NDArray[np.bool_], subclass: NDArray[np.int64], n_sets: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Rows of the treated and of the control patient of each set with both, by set; and how many share set and arm.

    Sets are numbered below ``n_sets``; a negative number is none.
    """
    member = np.full((2, n_sets), -1, dtype=np.int64)
    crowded = 0
    for i in range(treated.shape[0]):
        if subclass[i] >= 0:
            arm = 0 if treated[i] else 1
            if member[arm, subclass[i]] >= 0:
                crowded += 1
            else:
                member[arm, subclass[i]] = i
    n_pairs = 0
    for s in range(n_sets):
        if member[0, s] >= 0 and member[1, s] >= 0:
            member[0, n_pairs], member[1, n_pairs] = member[0, s], member[1, s]
            n_pairs += 1
    return member[0, :n_pairs].copy(), member[1, :n_pairs].copy(), crowded


@njit(cache=True, nogil=True)
def discordant_pairs(
    outcome: NDArray[np.bool_], treated_row: NDArray[np.int64], control_row: NDArray[np.int64]
) -> tuple[int, int]:
    """Pairs in which only the treated, and only the control, patient has the outcome."""
    treated_only, control_only = 0, 0
    for i in range(treated_row.shape[0]):
        of_treated, of_control = outcome[treated_row[i]], outcome[control_row[i]]
        treated_only += of_treated and not of_control
        control_only += of_control and not of_treated
    return treated_only, control_only


@njit(cache=True, nogil=True)
def approximate_tests(
    treated_count: int, treated_n: int, control_count: int, control_n: int
) -> tuple[float, float, float]:
    """p-values of Pearson's test without and with Yates's correction, and of the likelihood ratio's; NaN where undefined.

    Yates's correction is at most the deviation itself.
    """
    n, having = treated_n + control_n, treated_count + control_count
    if having == 0 or having == n:
        return math.nan, math.nan, math.nan
    # In a two-by-two table all four cells deviate from expectation by the same amount.
    deviation = abs(treated_count * (control_n - control_count) - (treated_n - treated_count) * control_count) / n
    corrected = deviation - min(0.5, deviation)
    inverse, statistic = 0.0, 0.0
    for of_arm, count in ((treated_n, treated_count), (control_n, control_count)):
        for observed, of_margin in ((count, having), (of_arm - count, n - having)):
            expected = of_arm * of_margin / n
            inverse += 1.0 / expected
            if observed > 0:
                statistic += observed * math.log(observed / expected)
    return (
        _chi_squared_tail(deviation * deviation * inverse),
        _chi_squared_tail(corrected * corrected * inverse),
        _chi_squared_tail(max(0.0, 2.0 * statistic)),
    )


@njit(cache=True, nogil=True)
def _chi_squared_tail(statistic: float) -> float:
    return math.erfc(math.sqrt(0.5 * statistic))


@njit(cache=True, nogil=True)
def rarer_tables(treated_n: int, control_n: int, having: int, observed: int, tie: float) -> float:
    """Probability, given both margins, of all two-by-two tables no likelier than the observed one.

    Tables are weighed against the likeliest, from which one goes to the next by a simple ratio: nothing overflows, and
    no factorials are needed, whose difference would lose digits in large tables. 1 where every table counts.
    """
    lowest, highest = max(0, having - control_n), min(having, treated_n)
    mode = (treated_n + 1.0) * (having + 1.0) / (treated_n + control_n + 2.0)
    start = min(highest, max(lowest, int(mode)))
    weight = 1.0
    for count in range(start, observed):
        weight *= _next(treated_n, control_n, having, count)
    for count in range(start, observed, -1):
        weight /= _next(treated_n, control_n, having, count - 1)
    limit = weight * (1.0 + tie)
    total, rarer, every = 0.0, 0.0, True
    for step in (1, -1):
        count, term = start, 1.0
        if step < 0:
            if start == lowest:
                break
            count -= 1
            term /= _next(treated_n, control_n, having, count)
        while term > NEGLIGIBLE:
            total += term
            if term <= limit:
                rarer += term
            else:
                every = False
            if count == (highest if step > 0 else lowest):
                break
            if step > 0:
                term *= _next(treated_n, control_n, having, count)
                count += 1
            else:
                count -= 1
                term /= _next(treated_n, control_n, having, count)
    return 1.0 if every else min(1.0, rarer / total)


@njit(cache=True, nogil=True)
def _next(treated_n: int, control_n: int, having: int, count: int) -> float:
    """How many times as likely the table with one more treated patient with the outcome is."""
    more = (treated_n - float(count)) * (having - float(count))
    return more / ((count + 1.0) * (control_n - having + count + 1.0))


@njit(cache=True, nogil=True)
def tango_root(more: int, fewer: int, n: int, z: float) -> float:
    """The difference above the estimate at which Tango's score equals −z, halving the range that holds it."""
    low, high = (more - fewer) / n, 1.0
    while True:
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            return middle
        # Most likely share of pairs with the control outcome only, were this difference the true one.
        linear = (2 * n - more + fewer) * middle - more - fewer
        product = -fewer * middle * (1 - middle)
        share = (math.sqrt(max(0.0, linear * linear - 8.0 * n * product)) - linear) / (4.0 * n)
        variance = max(0.0, 2 * share + middle * (1 - middle))
        if more - fewer - n * middle + z * math.sqrt(n * variance) > 0.0:
            low = middle
        else:
            high = middle
