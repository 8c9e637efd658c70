"""All patients in the order in which a matching walks over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from analysis.design.caliper import ColumnCaliper

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchingLayout:
    """Both arms sorted by stratum and distance, ties by row, as the compiled walks need them.

    Sets are built round the focal patients, from partners of the other arm.

    Attributes
    ----------
    focal_rows, partner_rows : ndarray of int64
        Focal rows in row order; partner rows by stratum and distance. The walks number partners from 1.
    walked : tuple of ndarray
        For each focal patient: distance, rank among all patients, last partner before it, first and last partner of
        its stratum. For each partner, with a sentinel at both ends: distance and rank. Then the columns of the
        calipers for focal patients and partners (shapes (t, c) and (m + 2, c)) and their limits.
    listed : tuple of ndarray
        For each patient by stratum and distance: distance, stratum, whether focal, number within the arm.
    nearest_focal, nearest_partner : ndarray of float64
        Distance of each focal patient to the nearest partner of its stratum, calipers aside, and the reverse; infinite
        where there is none.
    """

    focal_rows: Integers
    partner_rows: Integers
    walked: tuple[Floats, Integers, Integers, Integers, Integers, Floats, Integers, Floats, Floats, Floats]
    listed: tuple[Floats, Integers, NDArray[np.bool_], Integers]
    nearest_focal: Floats
    nearest_partner: Floats


def lay_out(
    values: Floats, focal: NDArray[np.bool_], stratum: Integers, calipers: Sequence[ColumnCaliper] = ()
) -> MatchingLayout:
    """Sort once; number the partners by stratum and distance; find each unit's neighbours in the other arm.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Distances, finite.
    focal : ndarray of bool, shape (n,)
        True for the arm round whose patients sets are built.
    stratum : ndarray of int64, shape (n,)
        Numbered from 0.
    calipers : sequence of ColumnCaliper
        Further limits of a pair.
    """
    n = values.size
    by_distance = np.argsort(values, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[by_distance] = np.arange(n)
    by_stratum = by_distance[np.argsort(stratum[by_distance], kind="stable")]
    focal_rows = np.flatnonzero(focal)
    partner_rows = by_stratum[~focal[by_stratum]]
    left, first, last = _other_arm_neighbours(by_stratum, ~focal, stratum, focal_rows)
    focal_sorted = by_stratum[focal[by_stratum]]
    neighbours = _other_arm_neighbours(by_stratum, focal, stratum, partner_rows)
    columns = np.column_stack([np.empty((n, 0)), *(item.values for item in calipers)])
    ends = np.zeros((1, columns.shape[1]))
    walked = (
        values[focal_rows],
        rank[focal_rows],
        left,
        first,
        last,
        np.concatenate(([0.0], values[partner_rows], [0.0])),
        np.concatenate(([0], rank[partner_rows], [0])),
        np.ascontiguousarray(columns[focal_rows]),
        np.concatenate((ends, columns[partner_rows], ends)),
        np.array([item.limit for item in calipers], dtype=np.float64),
    )
    number = np.empty(n, dtype=np.int64)
    number[focal_rows] = np.arange(focal_rows.size)
    number[partner_rows] = np.arange(1, partner_rows.size + 1)
    return MatchingLayout(
        focal_rows=focal_rows,
        partner_rows=partner_rows,
        walked=walked,
        listed=(values[by_stratum], stratum[by_stratum], focal[by_stratum], number[by_stratum]),
        nearest_focal=_nearest_distance(values, focal_rows, partner_rows, left, first, last),
        nearest_partner=_nearest_distance(values, partner_rows, focal_sorted, *neighbours),
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
