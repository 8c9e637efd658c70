"""Full matching: everyone within reach of the other arm is in a set, at the least total distance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analysis.design.alignment_kernel import align_covers
from analysis.design.assignment import assign_pairs, too_many_sentence
from analysis.design.caliper import CaliperScale, ColumnCaliper
from analysis.design.candidates import (
    MOST_COMPARED,
    AllowedPairs,
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
from analysis.design.matched_sets import MatchedSets, SetEstimand, assemble_sets
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase

Integers = NDArray[np.int64]

LARGE_SET = 10
"""Partners of one patient from which on a reader is told: her outcome stands for all of theirs."""

BLOCK_CELLS = 50_000_000
"""Bytes kept of the way back through the table of pairs."""


def match_full(
    distance: ArrayLike,
    treated: ArrayLike,
    *,
    caliper: float | None,
    caliper_scale: CaliperScale = "sd",
    strata: ArrayLike | None = None,
    estimand: SetEstimand = "ATT",
    calipers: Sequence[ColumnCaliper] = (),
    metric: ArrayLike | None = None,
) -> MatchedSets:
    """Put everyone within reach into sets of one treated patient with controls, or one control with treated patients.

    Everyone who is in at least one allowed pair is in exactly one set, and the distances of all links add up to the
    least. The sets do not depend on the estimand; the weights do.

    Parameters
    ----------
    distance : array_like of float, shape (n,)
        Logit of the propensity score, or the score itself; finite.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    caliper : float or None
        Largest difference allowed within a link, inclusive, in units of ``caliper_scale``; None for no limit.
    caliper_scale : {"sd", "pooled_sd", "raw"}
        As in `match_nearest`.
    strata : array_like of int, shape (n,), optional
        Sets form only within a stratum.
    estimand : {"ATT", "ATC", "ATE"}
        Whose patients the weighted sets stand for.
    calipers : sequence of ColumnCaliper
        Largest differences in single columns.
    metric : array_like of float, shape (n, p), optional
        Rows whose Euclidean distance is made small instead of the difference in ``distance``; the caliper stays on
        ``distance``.

    Returns
    -------
    MatchedSets
        Links between the patient a set is built around and each of her partners, by treated and control row.

    Raises
    ------
    SettingsError
        A setting is out of range.
    EstimationError
        A number is not finite, an arm is empty, no pair is allowed, or there are more pairs than can be solved.

    Notes
    -----
    Such sets are a cover of least cost: choosing links so that nobody is without one, those that are not needed fall
    away and stars remain. Sets have no limit of size here; a set that hangs on one patient lowers the effective sample
    size of her arm and is noted.

    Where the distance is the difference in score alone, the best cover is found along the sorted score; otherwise it
    is an assignment in which two people are put together when that costs less than giving each her nearest.

    Sources: Rosenbaum 1991, J. R. Stat. Soc. B 53, 597–610 (full matching is optimal); Hansen 2004,
    doi:10.1198/016214504000000647; Hansen & Klopfer 2006, doi:10.1198/106186006X137047.

    Examples
    --------
    >>> sets = match_full([0.0, 0.1, 0.2, 5.0, 5.1], [True, False, False, False, True], caliper=None, estimand="ATE")
    >>> sets.subclass.tolist()
    [0, 0, 0, 1, 1]
    """
    if estimand not in ("ATT", "ATC", "ATE"):
        raise SettingsError(phrase("The estimand of a full matching must be ATT, ATC or ATE."))
    rules = pair_rules(
        distance,
        treated,
        caliper=caliper,
        caliper_scale=caliper_scale,
        strata=strata,
        calipers=calipers,
        metric=metric,
    )
    line = line_up(rules, rules.arm)
    one, other, label, in_reach = (_covered_along_score if rules.one_dimensional else _covered)(rules, line)
    reason, notes = why_left_out(rules, line, in_reach, "ATE")
    treated_row, control_row = line.rows[one], line.other_rows[other]
    order = np.lexsort((control_row, treated_row))
    treated_row, control_row = treated_row[order], control_row[order]
    return assemble_sets(
        rules.arm,
        method="full",
        estimand=estimand,
        treated_row=treated_row,
        control_row=control_row,
        set_label=label[order],
        link_distance=pair_cost(rules, treated_row, control_row),
        reason=reason,
        caliper_width=rules.width,
        notes=(*notes, *_large_set_note(treated_row, control_row)),
    )


def _covered_along_score(rules: PairRules, line: ArmsInLine) -> tuple[Integers, Integers, Integers, Reach]:
    in_reach = line.in_reach
    people, others = np.flatnonzero(in_reach[0]), np.flatnonzero(in_reach[1])
    if people.size == 0:
        raise EstimationError(no_pair_sentence(rules))
    left_behind = np.concatenate(([0], np.cumsum(in_reach[1])))
    scores = rules.values[line.rows[people]], rules.values[line.other_rows[others]]
    strata = rules.stratum[line.rows[people]], rules.stratum[line.other_rows[others]]
    before = windows_within(0.0, scores[0], strata[0], scores[1], strata[1])[0]
    # Nobody need be linked beyond the neighbouring runs of the other arm: a link across a whole run can be cut in two
    # that end inside it, and both are shorter.
    runs, run = np.unique(before, return_inverse=True)
    edges = np.concatenate(([0], runs, [others.size]))
    first = np.maximum(edges[run], left_behind[line.first[people]])
    after = np.minimum(edges[run + 2], left_behind[line.after[people]])
    n_cells = int((after - first).sum())
    if n_cells > MOST_COMPARED:
        raise EstimationError(too_many_sentence(MOST_COMPARED, n_cells))
    one, other, star = align_covers(first, after, *scores, BLOCK_CELLS)
    return people[one], others[other], star, in_reach


def _covered(rules: PairRules, line: ArmsInLine) -> tuple[Integers, Integers, Integers, Reach]:
    pairs = allowed_pairs(rules, line, covering=True)
    in_reach = np.isfinite(pairs.cheapest), np.isfinite(pairs.other_cheapest)
    if not in_reach[0].any():
        raise EstimationError(no_pair_sentence(rules))
    saved = pairs.cost - pairs.cheapest[pairs.one] - pairs.other_cheapest[pairs.other]
    position = assign_pairs(
        pairs.one, pairs.other, saved, line.rows.size, line.other_rows.size, as_many_as_possible=False
    )
    one, other = _stars(*_cover(pairs, position, in_reach))
    n_people = line.rows.size
    n = n_people + line.other_rows.size
    links = csr_array((np.ones(one.size, dtype=np.int8), (one, n_people + other)), shape=(n, n))
    return one, other, connected_components(links, directed=False)[1][one].astype(np.int64), in_reach


def _cover(pairs: AllowedPairs, position: Integers, in_reach: Reach) -> tuple[Integers, Integers, NDArray[np.float64]]:
    # The pairs that save, and her nearest for everyone else; two may be each other's nearest.
    alone, other_alone = in_reach[0].copy(), in_reach[1].copy()
    alone[pairs.one[position]] = False
    other_alone[pairs.other[position]] = False
    one = np.concatenate((pairs.one[position], np.flatnonzero(alone), pairs.other_nearest[other_alone]))
    other = np.concatenate((pairs.other[position], pairs.nearest[alone], np.flatnonzero(other_alone)))
    cost = np.concatenate((pairs.cost[position], pairs.cheapest[alone], pairs.other_cheapest[other_alone]))
    once = np.unique(one * in_reach[1].size + other, return_index=True)[1]
    return one[once], other[once], cost[once]


def _stars(one: Integers, other: Integers, cost: NDArray[np.float64]) -> tuple[Integers, Integers]:
    # A link between two people who each have another one is not needed. In a cheapest cover it can only cost nothing,
    # so that there are few; the dearest falls first.
    n_links, n_other_links = np.bincount(one), np.bincount(other)
    kept = np.ones(one.size, dtype=np.bool_)
    spare = np.flatnonzero((n_links[one] > 1) & (n_other_links[other] > 1))
    for link in spare[np.argsort(-cost[spare], kind="stable")].tolist():
        if n_links[one[link]] > 1 and n_other_links[other[link]] > 1:
            kept[link] = False
            n_links[one[link]] -= 1
            n_other_links[other[link]] -= 1
    return one[kept], other[kept]


def _large_set_note(treated_row: Integers, control_row: Integers) -> tuple[Note, ...]:
    sentences = []
    for rows, sentence in ((treated_row, _large_round_treated), (control_row, _large_round_control)):
        partners = np.bincount(rows)
        n_large = int((partners > LARGE_SET).sum())
        if n_large:
            sentences.append(sentence(n_large, int(partners.max())))
    return (Note(code="large_sets", text=join_phrases(sentences)),) if sentences else ()


def _large_round_treated(n: int, largest: int) -> str:
    if n == 1:
        return phrase(
            "{n} set hangs on one treated patient with more than {limit} controls, the largest with {largest}.",
            n=n,
            limit=LARGE_SET,
            largest=largest,
        )
    return phrase(
        "{n} sets hang on one treated patient with more than {limit} controls, the largest with {largest}.",
        n=n,
        limit=LARGE_SET,
        largest=largest,
    )


def _large_round_control(n: int, largest: int) -> str:
    if n == 1:
        return phrase(
            "{n} set hangs on one control with more than {limit} treated patients, the largest with {largest}.",
            n=n,
            limit=LARGE_SET,
            largest=largest,
        )
    return phrase(
        "{n} sets hang on one control with more than {limit} treated patients, the largest with {largest}.",
        n=n,
        limit=LARGE_SET,
        largest=largest,
    )
