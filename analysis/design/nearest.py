"""The links that nearest-neighbour matching finds in a pool of patients, by score or by rows of covariates."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from analysis.design.caliper import ColumnCaliper
from analysis.design.layout import MatchingLayout, lay_out
from analysis.design.matching_kernel import find_reached, match_closest, match_in_order
from analysis.design.metric_kernel import match_metric_closest, match_metric_in_order
from analysis.design.neighbours import match_closest_untied

LISTED_IN_ORDER = 8
LISTED_WHEN_CLOSEST = 16
"""Nearest partners remembered for each patient when rows of covariates are compared; a matter of speed alone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchingPool:
    """Patients offered to a matching, and the pairs that are allowed.

    Attributes
    ----------
    distance : ndarray of float64, shape (n,)
        What the width limits, finite.
    focal : ndarray of bool, shape (n,)
        True for the arm round whose patients sets are built; partners come from the other.
    stratum : ndarray of int64, shape (n,)
        Numbered from 0; pairs form within.
    width : float or None
        Largest difference of distance, inclusive.
    calipers : tuple of ColumnCaliper
        Further limits.
    metric : ndarray of float64, shape (n, p), or None
        Rows whose Euclidean distance pairs are chosen by; None chooses by distance.
    layout : MatchingLayout
        The patients sorted by distance.
    """

    distance: NDArray[np.float64]
    focal: NDArray[np.bool_]
    stratum: NDArray[np.int64]
    width: float | None
    calipers: tuple[ColumnCaliper, ...]
    metric: NDArray[np.float64] | None
    layout: MatchingLayout

    @property
    def limit(self) -> float:
        """The width, infinite where there is none."""
        return inf if self.width is None else self.width


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearestLinks:
    """Who was linked with whom, in the order taken: rows of focal patients and partners, and how far apart."""

    focal_row: NDArray[np.int64]
    partner_row: NDArray[np.int64]
    gap: NDArray[np.float64]


def nearest_links(pool: MatchingPool, walk: NDArray[np.int64] | None, *, ratio: int, replacement: bool) -> NearestLinks:
    """Give each focal patient up to ``ratio`` partners.

    Parameters
    ----------
    pool : MatchingPool
        The patients.
    walk : ndarray of int64, or None
        The order in which focal patients choose, as positions among them; None lets the closest pair go first.
    ratio : int
        Rounds.
    replacement : bool
        Whether a partner may serve several focal patients; needs a walk.
    """
    if pool.metric is not None:
        return _links_by_metric(pool, pool.metric, walk, ratio, replacement)
    layout = pool.layout
    if walk is not None:
        position, partner = match_in_order(walk, ratio, replacement, pool.limit, *layout.walked)
    else:
        tied = True
        if not pool.calipers:
            position, partner, tied = match_closest_untied(ratio, pool.limit, *layout.listed)
        if tied:
            position, partner = match_closest(ratio, pool.limit, *layout.walked)
    focal_row, partner_row = layout.focal_rows[position], layout.partner_rows[partner - 1]
    gap = np.abs(pool.distance[focal_row] - pool.distance[partner_row])
    return NearestLinks(focal_row=focal_row, partner_row=partner_row, gap=gap)


def _links_by_metric(
    pool: MatchingPool,
    metric: NDArray[np.float64],
    walk: NDArray[np.int64] | None,
    ratio: int,
    replacement: bool,
) -> NearestLinks:
    layout = pool.layout
    if pool.width is None:
        # Without a caliper the walk goes along the widest column, and ends where that alone is too far.
        widest = np.ascontiguousarray(metric[:, np.argmax(metric.var(axis=0))])
        layout = lay_out(widest, pool.focal, pool.stratum, pool.calipers)
    key, _, left_of, first, last, partner_key, _, column, partner_column, column_limit = layout.walked
    ends = np.zeros((1, metric.shape[1]))
    arrays = (
        pool.limit,
        pool.width is None,
        metric[layout.focal_rows],
        np.concatenate((ends, metric[layout.partner_rows], ends)),
        np.concatenate(([0], layout.partner_rows, [0])),
        key,
        left_of,
        first,
        last,
        partner_key,
        column,
        partner_column,
        column_limit,
    )
    if walk is None:
        position, partner, square = match_metric_closest(ratio, LISTED_WHEN_CLOSEST, *arrays)
    else:
        keep = ratio if replacement or ratio == 1 else LISTED_IN_ORDER
        position, partner, square = match_metric_in_order(walk, ratio, replacement, keep, *arrays)
    return NearestLinks(
        focal_row=layout.focal_rows[position], partner_row=layout.partner_rows[partner - 1], gap=np.sqrt(square)
    )


def find_in_reach(pool: MatchingPool) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each patient's stratum holds anyone of the other arm, and whether one lies within all calipers.

    Returns
    -------
    has_other, in_reach : ndarray of bool, shape (n,)
    """
    layout = pool.layout
    has_other = np.isfinite(layout.nearest)
    if not pool.calipers:
        return has_other, has_other & (layout.nearest <= pool.limit)
    in_reach = np.empty(pool.focal.size, dtype=np.bool_)
    in_reach[layout.focal_rows] = find_reached(pool.limit, *layout.walked)
    mirrored = lay_out(pool.distance, ~pool.focal, pool.stratum, pool.calipers)
    in_reach[mirrored.focal_rows] = find_reached(pool.limit, *mirrored.walked)
    return has_other, in_reach
