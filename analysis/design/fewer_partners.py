"""The design that the same matching gives with fewer partners in a set, without matching again."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design.design import Design
from analysis.design.matched_sets import NOT_NEEDED, MatchedSets, assemble_sets
from analysis.settings import MatchingSettings

_COUNTED_ANEW = ("incomplete_sets", "controls_reused")


def goes_in_rounds(matching: MatchingSettings) -> bool:
    """Whether every set is offered its first partner before any is offered a second, and a smaller ratio can be told.

    With replacement and a least number of partners it cannot: who was also in a set that was too small is not known any
    more of a patient whom a larger ratio keeps.
    """
    return matching.method == "nearest" and not (matching.replacement and matching.min_ratio > 1)


def with_fewer_partners(design: Design, treated: ArrayLike, ratio: int) -> Design:
    """Keep the first partners of every set.

    Where matching goes in rounds, a smaller ratio ends after an earlier round and changes nothing before. Sets with
    fewer than ``min_ratio`` partners are the same under both ratios, as neither is below it.

    Parameters
    ----------
    design : Design
        By a matching in rounds, of at least this ratio and at most its ``min_ratio``.
    treated : array_like of bool, shape (n,)
    ratio : int

    Returns
    -------
    Design
        That of the matching with this ratio.

    Raises
    ------
    ValueError
        The design is of no sets with links, or of a smaller ratio.
    """
    sets = design.sets
    if sets is None or sets.ratio is None or sets.ratio < ratio:
        raise ValueError("fewer partners need sets of at least that many")
    arm = np.asarray(treated, dtype=np.bool_)
    fewer = _fewer(sets, arm, ratio)
    largest = [np.bincount(fewer.subclass[rows & (fewer.subclass >= 0)]).max(initial=0) for rows in (arm, ~arm)]
    return replace(
        design,
        weights=fewer.weights,
        subclass=fewer.subclass,
        cluster=fewer.subclass if design.disjoint_sets else design.cluster,
        pairs=design.disjoint_sets and largest == [1, 1],
        reason=fewer.reason,
        n_treated=fewer.n_treated,
        n_control=fewer.n_control,
        effective_sample_size_treated=fewer.effective_sample_size_treated,
        effective_sample_size_control=fewer.effective_sample_size_control,
        sets=fewer,
        notes=(*design.notes[: len(design.notes) - len(sets.notes)], *fewer.notes),
    )


def _fewer(sets: MatchedSets, arm: NDArray[np.bool_], ratio: int) -> MatchedSets:
    kept = _place_in_set(sets.set_number) < ratio
    reason = sets.reason.copy()
    partners = sets.treated_row if sets.estimand == "ATC" else sets.control_row
    # Whoever is no partner any more was within reach, and there was no need of her.
    reason[partners[~kept]] = NOT_NEEDED
    return assemble_sets(
        arm,
        method=sets.method,
        estimand=sets.estimand,
        treated_row=sets.treated_row[kept],
        control_row=sets.control_row[kept],
        set_label=sets.set_number[kept],
        link_distance=sets.link_distance[kept],
        reason=reason,
        caliper_width=sets.caliper_width,
        replacement=sets.replacement,
        ratio=ratio,
        notes=tuple(note for note in sets.notes if note.code not in _COUNTED_ANEW),
    )


def _place_in_set(set_number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which partner of its set each link brought, from 0, in the order taken."""
    order = np.argsort(set_number, kind="stable")
    ordered = set_number[order]
    first = np.searchsorted(ordered, ordered, side="left")
    place = np.empty(set_number.size, dtype=np.int64)
    place[order] = np.arange(set_number.size) - first
    return place
