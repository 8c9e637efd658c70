"""All patients in the order in which a matching walks over them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design.caliper import ColumnCaliper
from analysis.design.layout_kernel import find_places, number_focal, rank_rows
from analysis.design.order import stable_order

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
    nearest : ndarray of float64, shape (n,)
        Distance of each patient to the nearest of the other arm in the stratum, calipers aside; infinite where there is
        none.
    """

    focal_rows: Integers
    partner_rows: Integers
    walked: tuple[Floats, Integers, Integers, Integers, Integers, Floats, Integers, Floats, Floats, Floats]
    listed: tuple[Floats, Integers, NDArray[np.bool_], Integers]
    nearest: Floats


def lay_out_treated(distance: Floats, treated: NDArray[np.bool_]) -> MatchingLayout:
    """The layout of sets round the treated, without strata and further calipers: a new caliper does not change it."""
    return lay_out(distance + 0.0, treated, np.zeros(distance.size, dtype=np.int64))


def lay_out_controls(distance: Floats, treated: NDArray[np.bool_]) -> MatchingLayout:
    """The layout of sets round the controls."""
    return lay_out_treated(distance, ~treated)


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
    by_distance = stable_order(values)
    rank = rank_rows(by_distance)
    one_stratum = not stratum.any()
    order = by_distance if one_stratum else by_distance[np.argsort(stratum[by_distance], kind="stable")]
    value, is_focal, stratum_at = values[order], focal[order], stratum[order]
    number = number_focal(focal, order)
    left, first, last, nearest_at = find_places(value, is_focal, stratum_at, number)
    nearest = np.empty(n)
    nearest[order] = nearest_at
    partner_rows = order[~is_focal]
    focal_rows = np.flatnonzero(focal)
    columns = np.column_stack([np.empty((n, 0)), *(item.values for item in calipers)])
    ends = np.zeros((1, columns.shape[1]))
    walked = (
        values[focal_rows],
        rank[focal_rows],
        left,
        first,
        last,
        np.concatenate(([0.0], value[~is_focal], [0.0])),
        np.concatenate(([0], rank[partner_rows], [0])),
        np.ascontiguousarray(columns[focal_rows]),
        np.concatenate((ends, columns[partner_rows], ends)),
        np.array([item.limit for item in calipers], dtype=np.float64),
    )
    return MatchingLayout(
        focal_rows=focal_rows,
        partner_rows=partner_rows,
        walked=walked,
        listed=(value, stratum_at, is_focal, number),
        nearest=nearest,
    )
