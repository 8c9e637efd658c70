"""Follow-up that is longer in one arm than in the other."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence, OutcomeEvidence
from analysis.cohort.guards.wording import warn
from analysis.phrases import phrase

UNEQUAL_FOLLOW_UP = 1.5
"""Ratio of the arms' median follow-up above which it differs."""

SMALL_ARM = 10
"""The median of fewer patients is one of them."""


def guard_follow_up(evidence: Evidence) -> Iterator[Problem]:
    """Find arms that were not followed equally long.

    Parameters
    ----------
    evidence : Evidence
        Its outcomes and arms.

    Yields
    ------
    Problem
        ``follow_up_differs``.

    Notes
    -----
    Follow-up is the reverse Kaplan–Meier median: Schemper M, Smith TL. Control Clin Trials 1996;17:343-6,
    doi:10.1016/0197-2456(96)00075-X.
    """
    for outcome in evidence.outcomes:
        yield from _of_endpoint(outcome, evidence)


def _of_endpoint(outcome: OutcomeEvidence, evidence: Evidence) -> Iterator[Problem]:
    arms = evidence.arms()
    if not arms or any(int((outcome.known & arm).sum()) < SMALL_ARM for _, arm in arms):
        return
    medians = [
        median_follow_up(outcome.time[outcome.known & arm], outcome.event[outcome.known & arm]) for _, arm in arms
    ]
    known = [median for median in medians if median is not None]
    if len(known) < 2:
        return
    shorter, longer = sorted(known)
    if shorter > 0 and longer / shorter > UNEQUAL_FOLLOW_UP:
        label = evidence.labels[0] if medians[0] == longer else evidence.labels[1]
        yield warn(
            "follow_up_differs",
            None,
            phrase(
                "{endpoint}: the arms should be followed equally long, and median follow-up is {ratio:.1f} times as long in "
                "the arm “{arm}”. Compare the arms only up to the time both were followed.",
                endpoint=outcome.name,
                ratio=longer / shorter,
                arm=label,
            ),
        )


def median_follow_up(time: NDArray[np.float64], event: NDArray[np.bool_]) -> float | None:
    """Reverse Kaplan–Meier: when half of the patients would have been lost, had nobody had the event.

    Parameters
    ----------
    time : (n, ) array of float
        In any unit.
    event : (n, ) array of bool
        True where the event was observed; at the same time events come before censored times.

    Returns
    -------
    float or None
        In the same unit; None when fewer than half are ever lost.

    Examples
    --------
    >>> median_follow_up(np.array([1.0, 2, 3, 4]), np.array([False, True, False, False]))
    3.0
    """
    order = np.argsort(time)
    time, lost = time[order], (~event[order]).astype(np.float64)
    starts = np.flatnonzero(np.concatenate(([True], time[1:] != time[:-1])))
    censored = np.add.reduceat(lost, starts)
    leaving = np.diff(np.append(starts, len(time)))
    at_risk = len(time) - starts - (leaving - censored)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(censored > 0, 1 - censored / at_risk, 1.0)
    reached = np.flatnonzero(np.cumprod(factor) <= 0.5)
    return float(time[starts[reached[0]]]) if len(reached) else None
