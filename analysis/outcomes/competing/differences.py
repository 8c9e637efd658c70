"""Differences in cumulative incidence at stated times, with their intervals."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.competing.causes import (
    CompetingFollowUp,
    check_cause_of_interest,
    one_arm_causes,
    sort_competing,
)
from analysis.outcomes.competing.incidence_kernel import (
    CauseSets,
    aalen_johansen,
    add_incidence_influence,
    cause_sets,
    counting_error,
)
from analysis.outcomes.logrank import chi_square_p_value
from analysis.outcomes.survival import normal_quantile
from analysis.outcomes.words import CONTROL, TREATED, jackknife_variance, weighted_word
from analysis.phrases import join_phrases, phrase

# A standard error that ought to be 0 comes out as the root of a variance's rounding.
ROUNDING = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncidenceDifference:
    """Cumulative incidence of one cause at one time in each arm, and the difference.

    Attributes
    ----------
    time, treated, control : float
        The time, and the share of each arm to whom the cause has happened first by then.
    difference : float
        Treated minus control, in [−1, 1]; below 0 favours treatment where the event is unwanted.
    ci_lower, ci_upper, p_value : float or None
        Limits and Wald's test of no difference; None where the standard error is 0: nobody, or everybody, having had the
        event says nothing of precision.
    standard_error : float
        Of the difference.
    cause : int
    robust : bool
        True where the standard error is the infinitesimal jackknife over clusters or patients.
    """

    time: float
    treated: float
    control: float
    difference: float
    ci_lower: float | None
    ci_upper: float | None
    p_value: float | None
    standard_error: float
    cause: int
    robust: bool
    confidence_level: float
    method: str


def incidence_differences(
    time: ArrayLike,
    cause: ArrayLike,
    treated: ArrayLike,
    milestones: Iterable[float],
    *,
    cause_of_interest: int = 1,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> tuple[IncidenceDifference, ...]:
    """Compare how often a cause has happened first by stated times between two arms.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    cause : (n,) whole numbers
        What happened first: 0 = censored, 1, 2, … the causes.
    treated : (n,) bool
    milestones : numbers in the unit of time
        Finite and > 0; each arm must be followed up that long, unless everyone in it has had an event.
    cause_of_interest : int
        ≥ 1.
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together; clusters may span both arms.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    tuple of IncidenceDifference
        One for each time, in the order given, with plain limits cut at −1 and 1. Without clusters and weights that
        differ the arms' variances, of independent counting processes, add up (R's ``cmprsk::cuminc``). Otherwise the
        infinitesimal jackknife of the difference, summed within clusters across the arms, so that matched patients
        who resemble each other narrow the interval (R's ``survfit`` of several states and its influences).

    Raises
    ------
    EstimationError
        If a milestone lies past an arm's follow-up, or the columns are impossible.
    SettingsError
        If a milestone is not a finite number above 0, or nobody can have the cause of interest.

    Notes
    -----
    Variances: Gray 1988, doi:10.1214/aos/1176350951. Comparing at a fixed time: Klein and others 2007,
    doi:10.1002/sim.2864.

    Examples
    --------
    >>> row = incidence_differences([1, 2, 3, 4] * 2, [1, 2, 1, 1, 2, 1, 1, 1], [True] * 4 + [False] * 4, [1])[0]
    >>> row.treated, row.control, row.difference, row.standard_error
    (0.25, 0.0, 0.25, 0.25)
    """
    patients = sort_competing(time, cause, treated, weights=weights, cluster=cluster)
    check_cause_of_interest(cause_of_interest, patients)
    z = normal_quantile(confidence_level)
    arms = tuple(_arm(one_arm_causes(patients, side), cause_of_interest) for side in (True, False))
    robust = patients.follow_up.weighted or patients.follow_up.clustered
    rows = []
    for tick in _checked(milestones, arms):
        places = [_place(arm, tick) for arm in arms]
        shares = [float(arm.incidence[at]) if at >= 0 else 0.0 for arm, at in zip(arms, places, strict=True)]
        error = _robust_error(arms, places) if robust else _counted_error(arms, places)
        error = error if error > ROUNDING else 0.0
        difference = shares[0] - shares[1]
        rows.append(
            IncidenceDifference(
                time=tick,
                treated=shares[0],
                control=shares[1],
                difference=difference,
                ci_lower=max(-1.0, difference - z * error) if error > 0.0 else None,
                ci_upper=min(1.0, difference + z * error) if error > 0.0 else None,
                p_value=chi_square_p_value((difference / error) ** 2) if error > 0.0 else None,
                standard_error=error,
                cause=cause_of_interest,
                robust=robust,
                confidence_level=confidence_level,
                method=_method(patients),
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Arm:
    patients: CompetingFollowUp
    cause: int
    time: NDArray[np.float64]
    sets: CauseSets
    incidence: NDArray[np.float64]
    ends_free: bool


def _arm(patients: CompetingFollowUp, cause: int) -> _Arm:
    follow_up = patients.follow_up
    sets = cause_sets(patients.cause, follow_up.weights, follow_up.starts, cause)
    incidence, free = aalen_johansen(sets)
    return _Arm(
        patients=patients,
        cause=cause,
        time=follow_up.time[follow_up.starts[:-1]],
        sets=sets,
        incidence=incidence,
        ends_free=bool(free[-1] > 0.0),
    )


def _checked(milestones: Iterable[float], arms: tuple[_Arm, ...]) -> list[float]:
    ticks = [float(tick) for tick in milestones]
    if any(not 0.0 < tick < math.inf for tick in ticks):
        raise SettingsError(phrase("Milestones must be finite times above 0. Correct the list of times."))
    for arm, name in zip(arms, (TREATED, CONTROL), strict=True):
        end = float(arm.time[-1]) + arm.patients.follow_up.tie_gap
        past = sum(tick > end for tick in ticks)
        if past and arm.ends_free:
            raise EstimationError(
                phrase(
                    "Incidence at a milestone needs follow-up that long; {past} of {n} milestones "
                    "lie past the follow-up of the {arm} arm. Choose earlier milestones.",
                    past=past,
                    n=len(ticks),
                    arm=name,
                )
            )
    return ticks


def _place(arm: _Arm, tick: float) -> int:
    """Of the last distinct time up to the tick; −1 before the first."""
    return int(np.searchsorted(arm.time, tick + arm.patients.follow_up.tie_gap, side="right")) - 1


def _counted_error(arms: tuple[_Arm, ...], places: list[int]) -> float:
    return math.hypot(
        *(float(counting_error(arm.sets)[at]) if at >= 0 else 0.0 for arm, at in zip(arms, places, strict=True))
    )


def _robust_error(arms: tuple[_Arm, ...], places: list[int]) -> float:
    scores = np.zeros(arms[0].patients.follow_up.n_clusters)
    for arm, at, sign in zip(arms, places, (1.0, -1.0), strict=True):
        # Before the first event of the cause nothing is known to vary.
        if at < 0 or arm.incidence[at] == 0.0:
            continue
        follow_up = arm.patients.follow_up
        add_incidence_influence(
            scores,
            sign,
            arm.patients.cause,
            follow_up.weights,
            follow_up.cluster,
            follow_up.starts,
            arm.cause,
            arm.sets,
            arm.incidence,
            at,
        )
    return float(np.linalg.norm(scores))


def _method(patients: CompetingFollowUp) -> str:
    follow_up = patients.follow_up
    if not (follow_up.weighted or follow_up.clustered):
        return phrase("Difference of Aalen–Johansen incidences, variance of independent counting processes")
    parts = [phrase("Difference of Aalen–Johansen incidences"), *weighted_word(follow_up.weighted)]
    return join_phrases([*parts, jackknife_variance(follow_up.unit)], ", ")
