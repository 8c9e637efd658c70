"""Optimal matching: all pairs are chosen together, at the least total distance."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design.alignment_kernel import align_places, queue_windows
from analysis.design.assignment import assign_pairs, too_many_sentence
from analysis.design.caliper import CaliperScale, ColumnCaliper
from analysis.design.candidates import (
    MOST_COMPARED,
    ArmsInLine,
    PairRules,
    Reach,
    allowed_pairs,
    line_up,
    no_pair_sentence,
    pair_cost,
    pair_rules,
    why_left_out,
)
from analysis.design.candidates_kernel import windows_within
from analysis.design.matched_sets import CONTROL_TAKEN, SET_DISSOLVED, TREATED_TAKEN, MatchedSets, assemble_sets
from analysis.errors import EstimationError, SettingsError
from analysis.phrases import phrase

Integers = NDArray[np.int64]

CONTROL_GIVEN_AWAY = phrase("control given to another patient")
TREATED_GIVEN_AWAY = phrase("treated patient given to another one")

BLOCK_CELLS = 50_000_000
"""Bytes kept of the way back through the table of pairs."""


def match_optimal(
    distance: ArrayLike,
    treated: ArrayLike,
    *,
    caliper: float | None,
    caliper_scale: CaliperScale = "sd",
    ratio: int = 1,
    min_ratio: int = 1,
    strata: ArrayLike | None = None,
    estimand: Literal["ATT", "ATC"] = "ATT",
    calipers: Sequence[ColumnCaliper] = (),
    metric: ArrayLike | None = None,
) -> MatchedSets:
    """Match each treated patient with controls so that all sets together are as close as they can be.

    Of all the ways to form sets without using anyone twice it takes one in which as many treated patients as possible
    have a control, then as many controls as possible are used, then the distances add up to the least. The first two
    never conflict. With "ATC" sets are built round controls instead.

    Parameters
    ----------
    distance : array_like of float, shape (n,)
        Logit of the propensity score, or the score itself; finite.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    caliper : float or None
        Largest difference allowed within a pair, inclusive, in units of ``caliper_scale``; None for no limit.
    caliper_scale : {"sd", "pooled_sd", "raw"}
        As in `match_nearest`.
    ratio : int
        Partners wanted for each patient whom a set is built around, at least 1.
    min_ratio : int
        Sets with fewer partners are dissolved once the optimum is found; it is not looked for again without them.
    strata : array_like of int, shape (n,), optional
        Pairs form only within a stratum.
    estimand : {"ATT", "ATC"}
        Whom sets are built around: the treated, or the controls.
    calipers : sequence of ColumnCaliper
        Largest differences in single columns.
    metric : array_like of float, shape (n, p), optional
        Rows whose Euclidean distance is made small instead of the difference in ``distance``, such as whitened
        covariates; the caliper stays on ``distance``.

    Returns
    -------
    MatchedSets
        Links by set, nearest first.

    Raises
    ------
    SettingsError
        A setting is out of range.
    EstimationError
        A number is not finite, an arm is empty, no pair is allowed, every set has too few partners, or there are more
        allowed pairs than can be solved.

    Notes
    -----
    Where the distance is the difference in score alone, pairs that cross can be uncrossed at no cost, and the optimum
    is an alignment of the two sorted arms; otherwise it is an assignment in which each patient has ``ratio`` places.
    Several optima may exist when distances tie; the same data give the same one.

    Sources: Rosenbaum 1989, doi:10.2307/2290079 (optimal matching); Ming & Rosenbaum 2000,
    doi:10.1111/j.0006-341X.2000.00118.x (several controls).

    Examples
    --------
    The nearest pair first would leave the patient at 0 with the control at 3:

    >>> sets = match_optimal([0.0, 1.0, 1.1, 3.0], [True, True, False, False], caliper=None)
    >>> sets.control_row.tolist(), round(float(sets.link_distance.sum()), 12)
    ([2, 3], 3.1)
    """
    _check_settings(ratio, min_ratio, estimand)
    rules = pair_rules(
        distance,
        treated,
        caliper=caliper,
        caliper_scale=caliper_scale,
        strata=strata,
        calipers=calipers,
        metric=metric,
    )
    line = line_up(rules, rules.arm if estimand == "ATT" else ~rules.arm)
    one, other, in_reach = (_aligned if rules.one_dimensional else _assigned)(rules, line, ratio)
    if one.size == 0:
        raise EstimationError(no_pair_sentence(rules))
    reason, notes = why_left_out(rules, line, in_reach, estimand)
    reason[reason == CONTROL_TAKEN] = CONTROL_GIVEN_AWAY
    reason[reason == TREATED_TAKEN] = TREATED_GIVEN_AWAY
    row, partner = line.rows[one], line.other_rows[other]
    cost = pair_cost(rules, row, partner)
    order = np.lexsort((partner, cost, row))
    row, partner, cost = row[order], partner[order], cost[order]
    kept = np.bincount(row)[row] >= min_ratio
    if not kept.any():
        raise EstimationError(
            phrase(
                "A set needs at least {min_ratio} patients beside the one it is built around; of "
                "{n_sets} sets none has more than {n_most}. Ask for fewer or widen the caliper.",
                min_ratio=min_ratio,
                n_sets=np.unique(row).size,
                n_most=int(np.bincount(row).max()),
            )
        )
    reason[row[~kept]] = reason[partner[~kept]] = SET_DISSOLVED
    ends = (row[kept], partner[kept]) if estimand == "ATT" else (partner[kept], row[kept])
    return assemble_sets(
        rules.arm,
        method="optimal",
        estimand=estimand,
        treated_row=ends[0],
        control_row=ends[1],
        set_label=row[kept],
        link_distance=cost[kept],
        reason=reason,
        caliper_width=rules.width,
        ratio=ratio,
        notes=notes,
    )


def _check_settings(ratio: int, min_ratio: int, estimand: str) -> None:
    problems = []
    if ratio < 1:
        problems.append(phrase("The ratio must be at least 1 partner for each patient."))
    if not 1 <= min_ratio <= max(ratio, 1):
        problems.append(
            phrase(
                "The smallest number of partners must lie between 1 and the ratio, {ratio}; found {min_ratio}.",
                ratio=ratio,
                min_ratio=min_ratio,
            )
        )
    if estimand not in ("ATT", "ATC"):
        problems.append(phrase("Optimal sets are built around the treated (ATT) or the controls (ATC)."))
    if problems:
        raise SettingsError(*problems)


def _aligned(rules: PairRules, line: ArmsInLine, ratio: int) -> tuple[Integers, Integers, Reach]:
    values, stratum = rules.values, rules.stratum
    scores = values[line.rows], values[line.other_rows]
    other_stratum = stratum[line.other_rows]
    before = windows_within(0.0, scores[0], stratum[line.rows], scores[1], other_stratum)[0]
    start = np.searchsorted(other_stratum, stratum[line.rows])
    end = np.searchsorted(other_stratum, stratum[line.rows], side="right")
    first, after = queue_windows(ratio, before, start, end)
    first, after = np.maximum(first, line.first), np.minimum(after, line.after)
    n_cells = int((after - first).sum()) * ratio
    if n_cells > MOST_COMPARED:
        raise EstimationError(too_many_sentence(MOST_COMPARED // ratio, n_cells // ratio))
    chosen = align_places(ratio, first, after, *scores, BLOCK_CELLS)
    one, place = np.nonzero(chosen >= 0)
    return one, chosen[one, place], line.in_reach


def _assigned(rules: PairRules, line: ArmsInLine, ratio: int) -> tuple[Integers, Integers, Reach]:
    pairs = allowed_pairs(rules, line, places=ratio)
    # Each patient has as many places as partners are wanted; that her first one is taken matters most.
    place = (pairs.one[:, None] * ratio + np.arange(ratio)).ravel()
    position = assign_pairs(
        place,
        np.repeat(pairs.other, ratio),
        np.repeat(pairs.cost, ratio),
        line.rows.size * ratio,
        line.other_rows.size,
        urgent=np.arange(line.rows.size * ratio) % ratio == 0,
    )
    taken = position // ratio
    return pairs.one[taken], pairs.other[taken], (np.isfinite(pairs.cheapest), np.isfinite(pairs.other_cheapest))
