"""Compiled walks over the pairs within the calipers: arrays in, counts and pairs out.

Both arms are sorted by stratum and distance. Whom a patient may be paired with is then one stretch of the other arm,
and the stretches move on with her.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@njit(cache=True, nogil=True)
def windows_within(
    width: float, value: Floats, stratum: Integers, other_value: Floats, other_stratum: Integers
) -> tuple[Integers, Integers]:
    """First place, and the one after the last, of the other arm within ``width`` (inclusive) in the same stratum.

    Parameters
    ----------
    width : float64
        Infinite for none.
    value, stratum : (n,)
        One arm, sorted by stratum and value.
    other_value, other_stratum : (m,)
        The other arm, sorted likewise.
    """
    n = value.size
    m = other_value.size
    first = np.empty(n, np.int64)
    after = np.empty(n, np.int64)
    low = 0
    high = 0
    for i in range(n):
        while low < m and (
            other_stratum[low] < stratum[i]
            or (other_stratum[low] == stratum[i] and value[i] - other_value[low] > width)
        ):
            low += 1
        high = max(high, low)
        while high < m and other_stratum[high] == stratum[i] and other_value[high] - value[i] <= width:
            high += 1
        first[i] = low
        after[i] = high
    return first, after


@njit(cache=True, nogil=True)
def count_pairs(
    first: Integers,
    after: Integers,
    columns: Floats,
    other_columns: Floats,
    widths: Floats,
    position: Floats,
    other_position: Floats,
) -> tuple[Integers, Floats, Integers, Floats, Integers]:
    """How many allowed pairs each patient of one arm has, and the cheapest pair of each patient of both arms.

    Parameters
    ----------
    first, after : int64 (n,)
        From `windows_within`.
    columns, other_columns : float64 (n, q), (m, q)
        Columns with a caliper of their own.
    widths : float64 (q,)
        Their calipers, inclusive.
    position, other_position : float64 (n, p), (m, p)
        What the cost of a pair is the Euclidean distance of.

    Returns
    -------
    count : int64 (n,)
    cheapest, nearest : float64 (n,), int64 (n,)
        Cost and other end of the cheapest pair, the first of several; infinite and −1 for a patient in none.
    other_cheapest, other_nearest : float64 (m,), int64 (m,)
    """
    m = other_position.shape[0]
    count = np.zeros(first.size, np.int64)
    cheapest = np.full(first.size, np.inf)
    nearest = np.full(first.size, -1, np.int64)
    other_cheapest = np.full(m, np.inf)
    other_nearest = np.full(m, -1, np.int64)
    for i in range(first.size):
        for j in range(first[i], after[i]):
            if _is_allowed(i, j, columns, other_columns, widths):
                cost = _cost(i, j, position, other_position)
                count[i] += 1
                if cost < cheapest[i]:
                    cheapest[i] = cost
                    nearest[i] = j
                if cost < other_cheapest[j]:
                    other_cheapest[j] = cost
                    other_nearest[j] = i
    return count, cheapest, nearest, other_cheapest, other_nearest


@njit(cache=True, nogil=True)
def list_pairs(
    first: Integers,
    after: Integers,
    columns: Floats,
    other_columns: Floats,
    widths: Floats,
    position: Floats,
    other_position: Floats,
    most: Floats,
    other_most: Floats,
    pair: Integers,
    other_pair: Integers,
    cost: Floats,
) -> int:
    """Write the allowed pairs that cost less than both of their ends would spend together; count those there are.

    Parameters
    ----------
    first, after, columns, other_columns, widths, position, other_position
        As in `count_pairs`.
    most, other_most : float64 (n,), (m,)
        A pair is listed when its cost is below the sum of the two; infinite for all pairs.
    pair, other_pair, cost : (pairs,)
        Filled with the two ends and the cost of as many pairs as they hold.
    """
    n_pairs = 0
    for i in range(first.size):
        for j in range(first[i], after[i]):
            if not _is_allowed(i, j, columns, other_columns, widths):
                continue
            price = _cost(i, j, position, other_position)
            if price < most[i] + other_most[j]:
                if n_pairs < cost.size:
                    pair[n_pairs] = i
                    other_pair[n_pairs] = j
                    cost[n_pairs] = price
                n_pairs += 1
    return n_pairs


@njit(cache=True, nogil=True)
def _is_allowed(i: int, j: int, columns: Floats, other_columns: Floats, widths: Floats) -> bool:
    allowed = True
    for k in range(widths.size):
        allowed = allowed and abs(columns[i, k] - other_columns[j, k]) <= widths[k]
    return allowed


@njit(cache=True, nogil=True)
def _cost(i: int, j: int, position: Floats, other_position: Floats) -> float:
    # One dimension is no square root of a square: the difference keeps its last digit.
    if position.shape[1] == 1:
        return abs(position[i, 0] - other_position[j, 0])
    total = 0.0
    for k in range(position.shape[1]):
        total += (position[i, k] - other_position[j, k]) ** 2
    return np.sqrt(total)
