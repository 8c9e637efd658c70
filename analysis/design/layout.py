"""All patients in the order in which a matching walks over them."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchingLayout:
    """Both arms sorted by stratum and distance, ties by row, as the compiled walks need them.

    Attributes
    ----------
    treated_rows, control_rows : ndarray of int64
        Treated rows in row order; control rows by stratum and distance. The walks number controls from 1.
    walked : tuple of ndarray
        For each treated: distance, rank among all patients, last control before it, first and last control of its
        stratum. For each control, with a sentinel at both ends: distance and rank.
    listed : tuple of ndarray
        For each patient by stratum and distance: distance, stratum, arm, number within the arm.
    nearest_treated, nearest_control : ndarray of float64
        Distance of each treated to the nearest control of its stratum, and the reverse; infinite where there is none.
    """

    treated_rows: Integers
    control_rows: Integers
    walked: tuple[Floats, Integers, Integers, Integers, Integers, Floats, Integers]
    listed: tuple[Floats, Integers, NDArray[np.bool_], Integers]
    nearest_treated: Floats
    nearest_control: Floats


def lay_out(values: Floats, arm: NDArray[np.bool_], stratum: Integers) -> MatchingLayout:
    """Sort once; number the controls by stratum and distance; find each unit's neighbours in the other arm.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Distances, finite.
    arm : ndarray of bool, shape (n,)
        True for the treated.
    stratum : ndarray of int64, shape (n,)
        Numbered from 0.
    """
    n = values.size
    by_distance = np.argsort(values, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[by_distance] = np.arange(n)
    by_stratum = by_distance[np.argsort(stratum[by_distance], kind="stable")]
    treated_rows = np.flatnonzero(arm)
    control_rows = by_stratum[~arm[by_stratum]]
    left_control, first_control, last_control = _other_arm_neighbours(by_stratum, ~arm, stratum, treated_rows)
    nearest_treated = _nearest_distance(values, treated_rows, control_rows, left_control, first_control, last_control)
    treated_sorted = by_stratum[arm[by_stratum]]
    neighbours = _other_arm_neighbours(by_stratum, arm, stratum, control_rows)
    nearest_control = _nearest_distance(values, control_rows, treated_sorted, *neighbours)
    walked = (
        values[treated_rows],
        rank[treated_rows],
        left_control,
        first_control,
        last_control,
        np.concatenate(([0.0], values[control_rows], [0.0])),
        np.concatenate(([0], rank[control_rows], [0])),
    )
    number = np.empty(n, dtype=np.int64)
    number[treated_rows] = np.arange(treated_rows.size)
    number[control_rows] = np.arange(1, control_rows.size + 1)
    return MatchingLayout(
        treated_rows=treated_rows,
        control_rows=control_rows,
        walked=walked,
        listed=(values[by_stratum], stratum[by_stratum], arm[by_stratum], number[by_stratum]),
        nearest_treated=nearest_treated,
        nearest_control=nearest_control,
    )


def _other_arm_neighbours(
    by_stratum: Integers,
    is_other: NDArray[np.bool_],
    stratum: Integers,
    rows: Integers,
) -> tuple[Integers, Integers, Integers]:
    # Numbers, from 1, of the last unit of the other arm before each row, and of its stratum's first and last.
    before = np.empty(stratum.size, dtype=np.int64)
    before[by_stratum] = np.cumsum(is_other[by_stratum])
    per_stratum = np.bincount(stratum, weights=is_other).astype(np.int64)
    last = np.cumsum(per_stratum)
    return before[rows], (last - per_stratum + 1)[stratum[rows]], last[stratum[rows]]


def _nearest_distance(
    values: Floats,
    rows: Integers,
    other_rows: Integers,
    left: Integers,
    first: Integers,
    last: Integers,
) -> Floats:
    # Infinite where the stratum has nobody of the other arm.
    other = np.concatenate(([0.0], values[other_rows], [0.0]))
    on_left = np.where(left >= first, np.abs(values[rows] - other[left]), inf)
    on_right = np.where(left < last, np.abs(values[rows] - other[left + 1]), inf)
    return np.minimum(on_left, on_right)
