"""Matched sets that can tell the arms apart: in a response, or in who has the event first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimationError
from analysis.outcomes.follow_up import sort_follow_up
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisiveSets:
    """Sets with patients of both arms, of whom some have the outcome and others do not.

    Attributes
    ----------
    size, n_treated, n_outcome, n_treated_outcome : (s,) int64
        Of each decisive set: patients compared, the treated among them, those with the outcome, the treated among
        those.
    n_sets : int
        All sets with patients of both arms, decisive or not.
    outcome : str
        What happened, in words that follow "the treated patient".
    """

    size: NDArray[np.int64]
    n_treated: NDArray[np.int64]
    n_outcome: NDArray[np.int64]
    n_treated_outcome: NDArray[np.int64]
    n_sets: int
    outcome: str

    @property
    def pairs(self) -> bool:
        """Whether every decisive set compares one treated patient with one control."""
        return bool(np.all(self.size == 2))


def response_sets(outcome: NDArray[np.bool_], treated: NDArray[np.bool_], subclass: NDArray[np.int64]) -> DecisiveSets:
    """Find the matched sets in which some patients have a yes-or-no outcome and others do not.

    Parameters
    ----------
    outcome, treated : (n,) bool
    subclass : (n,) int
        Number of the matched set, −1 outside any. Sets may hold any number of either arm.

    Returns
    -------
    DecisiveSets

    Raises
    ------
    EstimationError
        If the columns have different lengths, or no set holds both arms.

    Examples
    --------
    >>> sets = response_sets(np.array([True, False, True, True]), np.array([True, False] * 2), np.array([0, 0, 1, 1]))
    >>> sets.n_sets, sets.size.size, int(sets.n_treated_outcome[0])
    (2, 1, 1)
    """
    _refuse_lengths(outcome, treated, subclass)
    kept = subclass >= 0
    _, number = np.unique(subclass[kept], return_inverse=True)
    arm, happened = treated[kept], outcome[kept]
    size = np.bincount(number)
    counts = [np.bincount(number[rows], minlength=size.size) for rows in (arm, happened, arm & happened)]
    n_sets = _n_with_both_arms(number, arm)
    return _decisive(size, *counts, n_sets=n_sets, outcome=phrase("had the outcome"))


def survival_sets(
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    subclass: NDArray[np.int64],
) -> DecisiveSets:
    """Find the matched sets whose first event happens while patients of both arms are still followed.

    A patient censored at the time of an event was still followed; one censored before it takes no part. In a pair the
    one with the earlier event is known unless the other was censored before it or both events are tied; these
    decisive pairs carry all that a log-rank test stratified by pair uses, and their split is its exact form. It is
    the sign test of paired survival, chosen over the paired Prentice–Wilcoxon test of O'Brien and Fleming because its
    distribution under hidden bias is exact and needs no scores. In larger sets only the first event counts.

    Parameters
    ----------
    time : (n,) float
        To event or censoring, any unit. Ties as everywhere: 1.5e-8, absolute or relative to the mean time.
    event, treated : (n,) bool
    subclass : (n,) int
        Number of the matched set, −1 outside any. Sets may hold any number of either arm.

    Returns
    -------
    DecisiveSets

    Raises
    ------
    EstimationError
        If the columns do not fit together, a time is impossible, or no set holds both arms.

    Notes
    -----
    O'Brien & Fleming 1987, doi:10.2307/2531957.

    Examples
    --------
    >>> time, event = np.array([5.0, 3.0, 2.0, 9.0]), np.array([True, True, False, True])
    >>> sets = survival_sets(time, event, np.array([True, False] * 2), np.array([0, 0, 1, 1]))
    >>> sets.n_sets, sets.size.size, int(sets.n_treated_outcome[0])
    (2, 1, 0)
    """
    _refuse_lengths(time, event, treated, subclass)
    kept = subclass >= 0
    _, number = np.unique(subclass[kept], return_inverse=True)
    n_sets = _n_with_both_arms(number, treated[kept])
    follow_up = sort_follow_up(time[kept], event[kept], treated[kept], stratum=number)
    first = follow_up.starts[:-1]
    run_with_event = np.flatnonzero(np.add.reduceat(follow_up.event.astype(np.int64), first))
    set_number, position = np.unique(follow_up.run_stratum[run_with_event], return_index=True)
    run = run_with_event[position]
    here, after = follow_up.starts[run], follow_up.starts[run + 1]
    end = follow_up.starts[np.searchsorted(follow_up.run_stratum, set_number, side="right")]
    treated_before = np.concatenate([[0], np.cumsum(follow_up.treated)])
    events_before = np.concatenate([[0], np.cumsum(follow_up.event)])
    both_before = np.concatenate([[0], np.cumsum(follow_up.event & follow_up.treated)])
    return _decisive(
        end - here,
        treated_before[end] - treated_before[here],
        events_before[after] - events_before[here],
        both_before[after] - both_before[here],
        n_sets=n_sets,
        outcome=phrase("had the first event of the set"),
    )


def pair_sets(treated_only: int, control_only: int, n_pairs: int | None = None) -> DecisiveSets:
    """Write counts of discordant pairs as sets.

    Parameters
    ----------
    treated_only, control_only : int
        Pairs in which only the treated, or only the control, patient has the outcome.
    n_pairs : int, optional
        All pairs; the discordant ones where not given.

    Raises
    ------
    EstimationError
        If a count is negative, or more pairs are discordant than there are.
    """
    discordant = treated_only + control_only
    if min(treated_only, control_only) < 0 or (n_pairs is not None and n_pairs < discordant):
        raise EstimationError(
            phrase(
                "Counts of discordant pairs must not be negative and not exceed all pairs; "
                "{treated_only} and {control_only} of {discordant} were given. Count each pair once.",
                treated_only=treated_only,
                control_only=control_only,
                discordant=discordant if n_pairs is None else n_pairs,
            )
        )
    ones = np.ones(discordant, dtype=np.int64)
    return DecisiveSets(
        size=2 * ones,
        n_treated=ones,
        n_outcome=ones,
        n_treated_outcome=(np.arange(discordant) < treated_only).astype(np.int64),
        n_sets=discordant if n_pairs is None else n_pairs,
        outcome=phrase("had the outcome"),
    )


def _refuse_lengths(*columns: NDArray[np.generic]) -> None:
    if any(column.ndim != 1 or column.shape != columns[0].shape for column in columns):
        raise EstimationError(
            phrase(
                "Every column of matched patients must have one entry per patient; the lengths are "
                "{lengths}. Give columns of the same patients in the same order.",
                lengths=", ".join(str(column.size) for column in columns),
            )
        )


def _n_with_both_arms(number: NDArray[np.int64], treated: NDArray[np.bool_]) -> int:
    n_sets = int(np.intersect1d(number[treated], number[~treated]).size)
    if n_sets == 0:
        raise EstimationError(
            phrase(
                "Bounds for hidden bias compare patients within matched sets; 0 sets hold patients "
                "of both arms. Match in disjoint sets first."
            )
        )
    return n_sets


def _decisive(
    size: NDArray[np.int64],
    n_treated: NDArray[np.int64],
    n_outcome: NDArray[np.int64],
    n_treated_outcome: NDArray[np.int64],
    *,
    n_sets: int,
    outcome: str,
) -> DecisiveSets:
    kept = (n_treated > 0) & (n_treated < size) & (n_outcome > 0) & (n_outcome < size)
    return DecisiveSets(
        size=size[kept],
        n_treated=n_treated[kept],
        n_outcome=n_outcome[kept],
        n_treated_outcome=n_treated_outcome[kept],
        n_sets=n_sets,
        outcome=outcome,
    )
