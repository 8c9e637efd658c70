"""What the curves of an endpoint give at its milestones and of its medians, and what they cannot give."""

from typing import Any

import pandas as pd

from analysis.notes import Note
from analysis.outcomes.survival import KaplanMeierCurve, SurvivalAt
from analysis.outcomes.survival_comparison import ArmSurvival
from analysis.phrases import phrase

Json = dict[str, Any]

OF_THE_CURVE = ("survival", "standard_error", "ci_lower", "ci_upper")
"""What a curve that censors competing events says of no patients there are."""


def is_past_follow_up(arm: ArmSurvival, moment: SurvivalAt) -> bool:
    """True at a time that nobody of the arm was followed to, unless all had had the event by then.

    Parameters
    ----------
    arm : ArmSurvival
    moment : SurvivalAt
        One of its milestones.

    Returns
    -------
    bool
    """
    return bool(moment.time > arm.curve.time[-1]) and moment.survival > 0


def moment_values(arm: ArmSurvival, moment: SurvivalAt, *, competing: bool) -> Json:
    """One milestone of one arm, at full precision.

    Parameters
    ----------
    arm : ArmSurvival
    moment : SurvivalAt
        One of its milestones.
    competing : bool
        Whether other events compete with the endpoint.

    Returns
    -------
    dict
        Patients counted; survival and its limits None where other events compete. Past follow-up, which is said, they
        are the last ones carried forward, as R's ``summary(survfit, times, extend=TRUE)`` prints them.
    """
    return {
        "time": moment.time,
        "survival": None if competing else moment.survival,
        "ci_lower": None if competing else moment.ci_lower,
        "ci_upper": None if competing else moment.ci_upper,
        "at_risk": moment.at_risk,
        "events": moment.events,
        "censored": moment.censored,
        "effective_at_risk": moment.effective_at_risk,
        "past_follow_up": is_past_follow_up(arm, moment),
    }


def median_values(curve: KaplanMeierCurve, *, competing: bool) -> Json:
    """The median with its limits; None where it is not reached, and where other events compete."""
    names = ("median", "median_ci_lower", "median_ci_upper")
    return {name: None if competing else getattr(curve, name) for name in names}


def curve_steps(curve: KaplanMeierCurve, *, competing: bool) -> pd.DataFrame:
    """Every step of a curve; where other events compete its counts alone."""
    steps = curve.to_table()
    return steps.assign(**dict.fromkeys(OF_THE_CURVE, float("nan"))) if competing else steps


def competing_note(name: str) -> Note:
    """Why an endpoint has no median, survival or mean time, and what is there instead.

    Parameters
    ----------
    name : str
        An endpoint with competing events.

    Returns
    -------
    Note
    """
    return Note(
        code="competing_events",
        text=phrase(
            "{endpoint}: other events compete with it, so that survival, its median and its mean time, which count those "
            "patients as if they could still have the event, are not given; read the cumulative incidence. Hazard ratios "
            "and log-rank tests are cause-specific.",
            endpoint=name,
        ),
    )
