"""Which patients may be paired with whom, and at what cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design.assignment import MOST_CANDIDATES, too_many_sentence
from analysis.design.caliper import CaliperScale, ColumnCaliper, caliper_width
from analysis.design.candidates_kernel import count_pairs, list_pairs, windows_within
from analysis.design.matched_sets import SetEstimand, left_out_reasons
from analysis.design.set_notes import one_arm_note
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.phrases import phrase

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Reach = tuple[NDArray[np.bool_], NDArray[np.bool_]]

MOST_COMPARED = 4_000_000_000
"""Pairs within the caliper that are compared in a minute or so."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairRules:
    """The patients and what a pair must keep.

    Attributes
    ----------
    values : ndarray of float64, shape (n,)
        The score that the caliper is on.
    arm : ndarray of bool, shape (n,)
        True for the treated.
    stratum : ndarray of int64, shape (n,)
        Numbered from 0.
    width : float or None
        Largest difference in score within a pair, inclusive.
    columns : ndarray of float64, shape (n, q)
        Columns with calipers of their own.
    widths : ndarray of float64, shape (q,)
        These calipers, inclusive.
    position : ndarray of float64, shape (n, p)
        What the cost of a pair is the Euclidean distance of: the score, or the rows of a metric.
    one_dimensional : bool
        The cost is the difference in score and no column has a caliper of its own.
    """

    values: Floats
    arm: NDArray[np.bool_]
    stratum: Integers
    width: float | None
    columns: Floats
    widths: Floats
    position: Floats
    one_dimensional: bool

    @property
    def has_other(self) -> NDArray[np.bool_]:
        """Whether each patient's stratum holds anyone of the other arm."""
        n_treated = np.bincount(self.stratum, weights=self.arm)
        n_control = np.bincount(self.stratum, weights=~self.arm)
        found: NDArray[np.bool_] = np.where(self.arm, n_control[self.stratum], n_treated[self.stratum]) > 0
        return found


def pair_rules(
    distance: ArrayLike,
    treated: ArrayLike,
    *,
    caliper: float | None,
    caliper_scale: CaliperScale,
    strata: ArrayLike | None,
    calipers: Sequence[ColumnCaliper],
    metric: ArrayLike | None,
) -> PairRules:
    """Check the patients and fix the width of the caliper.

    Parameters
    ----------
    distance : array_like of float, shape (n,)
        Logit of the propensity score, or the score itself; finite.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    caliper, caliper_scale, strata
        As in `match_nearest`.
    calipers : sequence of ColumnCaliper
        Calipers on single columns.
    metric : array_like of float, shape (n, p), optional
        Rows whose Euclidean distance is the cost of a pair; the difference in ``distance`` where absent.

    Returns
    -------
    PairRules

    Raises
    ------
    SettingsError
        A caliper is out of range.
    EstimationError
        A number is not finite or an arm is empty.
    """
    # Adding zero turns −0.0 into 0.0, so that equal values are equal bit by bit.
    values = np.asarray(distance, dtype=np.float64) + 0.0
    arm = np.asarray(treated, dtype=np.bool_)
    if values.ndim != 1 or values.shape != arm.shape:
        raise ValueError("distance and treated must be one-dimensional and of equal length")
    position = values[:, None] if metric is None else np.asarray(metric, dtype=np.float64)
    columns = np.array([column.values for column in calipers], dtype=np.float64).reshape(len(calipers), values.size).T
    if position.ndim != 2 or position.shape[0] != values.size:
        raise ValueError("metric must have one row per patient")
    _check_calipers(caliper, caliper_scale)
    _check_patients(values, arm, position, columns, calipers)
    return PairRules(
        values=values,
        arm=arm,
        stratum=_stratum_numbers(strata, values.size),
        width=caliper_width(values, arm, caliper=caliper, caliper_scale=caliper_scale),
        columns=np.ascontiguousarray(columns),
        widths=np.array([column.limit for column in calipers], dtype=np.float64),
        position=np.ascontiguousarray(position),
        one_dimensional=metric is None and not calipers,
    )


def _check_calipers(caliper: float | None, caliper_scale: str) -> None:
    problems = []
    if caliper is not None and not (np.isfinite(caliper) and caliper >= 0):
        problems.append(phrase("The caliper must be a finite number of at least 0, or None for no limit."))
    if caliper_scale not in ("sd", "pooled_sd", "raw"):
        problems.append(phrase("The caliper scale must be sd, pooled_sd or raw."))
    if problems:
        raise SettingsError(*problems)


def _check_patients(
    values: Floats, arm: NDArray[np.bool_], position: Floats, columns: Floats, calipers: Sequence[ColumnCaliper]
) -> None:
    problems = []
    n_unknown = int(np.count_nonzero(~(np.isfinite(values) & np.isfinite(position).all(axis=1))))
    if n_unknown:
        problems.append(
            phrase(
                "Matching needs a finite distance for every patient; {n_unknown} of {n} have "
                "none. Check the propensity model.",
                n_unknown=n_unknown,
                n=values.size,
            )
        )
    for column, numbers in zip(calipers, columns.T, strict=True):
        n_missing = int(np.count_nonzero(~np.isfinite(numbers)))
        if n_missing:
            problems.append(
                phrase(
                    "A caliper needs a finite number for every patient; in column {column} {n_missing} "
                    "of {n} have none. Leave these patients out or drop this caliper.",
                    column=column.column,
                    n_missing=n_missing,
                    n=values.size,
                )
            )
    n_treated = int(arm.sum())
    if n_treated in (0, arm.size):
        problems.append(
            phrase(
                "Matching needs patients in both arms; found {n_treated} treated and {n_control} control. "
                "Check the treatment column and its two arms.",
                n_treated=n_treated,
                n_control=arm.size - n_treated,
            )
        )
    if problems:
        raise EstimationError(*problems)


def _stratum_numbers(strata: ArrayLike | None, n: int) -> Integers:
    if strata is None:
        return np.zeros(n, dtype=np.int64)
    labels = np.asarray(strata)
    if labels.shape != (n,):
        raise ValueError("strata must have one entry per patient")
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmsInLine:
    """Both arms sorted by stratum and score, ties by row, with each patient's stretch of the other arm.

    Attributes
    ----------
    rows, other_rows : ndarray of int64, shape (f,), (m,)
        Rows of the patients whom sets are built around, and of the others.
    first, after : ndarray of int64, shape (f,)
        Positions in ``other_rows``: the first one within the caliper and stratum, and the one after the last.
    """

    rows: Integers
    other_rows: Integers
    first: Integers
    after: Integers

    @property
    def in_reach(self) -> Reach:
        """Whether each of ``rows`` and of ``other_rows`` has anyone within the caliper on the score."""
        steps = np.zeros(self.other_rows.size + 1, dtype=np.int64)
        np.add.at(steps, self.first, 1)
        np.add.at(steps, self.after, -1)
        return self.after > self.first, np.cumsum(steps)[:-1] > 0


def line_up(rules: PairRules, focal: NDArray[np.bool_]) -> ArmsInLine:
    """Sort both arms and find the patients of the other arm within the caliper on the score.

    Parameters
    ----------
    rules : PairRules
    focal : ndarray of bool, shape (n,)
        True for the arm whose patients sets are built around.
    """
    order = np.lexsort((rules.values, rules.stratum))
    rows, other_rows = order[focal[order]], order[~focal[order]]
    first, after = windows_within(
        inf if rules.width is None else rules.width,
        rules.values[rows],
        rules.stratum[rows],
        rules.values[other_rows],
        rules.stratum[other_rows],
    )
    return ArmsInLine(rows=rows, other_rows=other_rows, first=first, after=after)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AllowedPairs:
    """Allowed pairs, each with its cost.

    Attributes
    ----------
    one, other : ndarray of int64, shape (pairs,)
        Positions in ``rows`` and ``other_rows`` of the arms in line.
    cost : ndarray of float64, shape (pairs,)
    cheapest, other_cheapest : ndarray of float64, shape (f,), (m,)
        The least cost of each patient's pairs; infinite for whom no pair is allowed.
    nearest, other_nearest : ndarray of int64, shape (f,), (m,)
        The other end of her cheapest pair, the first in line of several; −1 for whom no pair is allowed.
    """

    one: Integers
    other: Integers
    cost: Floats
    cheapest: Floats
    nearest: Integers
    other_cheapest: Floats
    other_nearest: Integers


def allowed_pairs(rules: PairRules, line: ArmsInLine, *, covering: bool = False, places: int = 1) -> AllowedPairs:
    """List the pairs within every caliper; they are counted first, and too many are refused.

    Parameters
    ----------
    rules : PairRules
    line : ArmsInLine
    covering : bool
        Only pairs that cost less than the cheapest pairs of their two ends together: two people are not put together
        when it costs less to give each of them her nearest.
    places : int
        Partners wanted for each patient of the first arm: a pair counts once for each.

    Raises
    ------
    EstimationError
        More pairs than fit into memory or a few minutes.
    """
    n_compared = int((line.after - line.first).sum())
    if n_compared > MOST_COMPARED:
        raise EstimationError(too_many_sentence(MOST_COMPARED, n_compared))
    walked = (
        line.first,
        line.after,
        rules.columns[line.rows],
        rules.columns[line.other_rows],
        rules.widths,
        rules.position[line.rows],
        rules.position[line.other_rows],
    )
    count, cheapest, nearest, other_cheapest, other_nearest = count_pairs(*walked)
    if covering:
        most, other_most = cheapest, other_cheapest
        empty = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
        n_pairs = list_pairs(*walked, most, other_most, *empty)
    else:
        most, other_most = np.full(cheapest.size, inf), np.full(other_cheapest.size, inf)
        n_pairs = int(count.sum())
    if n_pairs * places > MOST_CANDIDATES:
        raise EstimationError(too_many_sentence(MOST_CANDIDATES // places, n_pairs))
    one, other, cost = np.empty(n_pairs, dtype=np.int64), np.empty(n_pairs, dtype=np.int64), np.empty(n_pairs)
    list_pairs(*walked, most, other_most, one, other, cost)
    return AllowedPairs(
        one=one,
        other=other,
        cost=cost,
        cheapest=cheapest,
        nearest=nearest,
        other_cheapest=other_cheapest,
        other_nearest=other_nearest,
    )


def pair_cost(rules: PairRules, row: Integers, other_row: Integers) -> Floats:
    """Cost of each pair of rows: the difference in score, or the Euclidean distance in the metric."""
    if rules.position.shape[1] == 1:
        return np.abs(rules.position[row, 0] - rules.position[other_row, 0])
    cost: Floats = np.sqrt(np.square(rules.position[row] - rules.position[other_row]).sum(axis=1))
    return cost


def no_pair_sentence(rules: PairRules) -> str:
    """Why no pair can be formed under these rules."""
    if not rules.has_other.any():
        return phrase(
            "A pair needs a treated and a control patient in the same stratum of the "
            "exact-matching columns; no stratum holds both arms. Match exactly on fewer columns."
        )
    if rules.width is None:
        return phrase(
            "A pair needs a treated and a control patient within the calipers on single columns; there is none. Widen "
            "the caliper or reconsider the covariates."
        )
    if rules.widths.size:
        return phrase(
            "A pair needs a treated and a control patient at most {width:.3g} apart and within the calipers on single "
            "columns; there is none. Widen the caliper or reconsider the covariates.",
            width=rules.width,
        )
    return phrase(
        "A pair needs a treated and a control patient at most {width:.3g} apart; there is none. Widen the caliper or "
        "reconsider the covariates.",
        width=rules.width,
    )


def why_left_out(
    rules: PairRules, line: ArmsInLine, in_reach: Reach, estimand: SetEstimand
) -> tuple[NDArray[np.object_], tuple[Note, ...]]:
    """The reason each patient would be left out for, and the note on strata that hold one arm only.

    Parameters
    ----------
    rules : PairRules
    line : ArmsInLine
    in_reach : pair of ndarray of bool, shape (f,), (m,)
        Whether each of ``rows`` and ``other_rows`` is in an allowed pair.
    estimand : {"ATT", "ATC", "ATE"}
    """
    reached = np.empty(rules.arm.size, dtype=np.bool_)
    reached[line.rows], reached[line.other_rows] = in_reach
    has_other = rules.has_other
    reason = left_out_reasons(rules.arm, has_other=has_other, in_reach=reached, estimand=estimand)
    return reason, one_arm_note(rules.stratum, has_other)
