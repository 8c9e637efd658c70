"""Where an endpoint's effect would tip, over how common and how strong an unmeasured confounder may be."""

import numpy as np

from analysis.errors import EstimationError
from analysis.phrases import phrase
from analysis.sensitivity.tipping_point import TippingPoints, tipping_points
from analysis.study.sensitivity.effects import EndpointEffect

PREVALENCE_CONTROL = 0.5
"""Share of controls who have the confounder, where nobody says otherwise: the one that leaves room on both sides."""

SHARES = 101
"""Points of the grid along the prevalence among treated patients."""

STRENGTHS = 41
"""Points of the grid along the confounder's strength."""

STRONGEST = (5.0, 10.0, 20.0, 50.0, 100.0)
"""Ratios at which the grid may end: the first beyond which no more than the edge of the contour lies."""


def endpoint_tipping(found: EndpointEffect, prevalence_control: float = PREVALENCE_CONTROL) -> TippingPoints:
    """Adjust an effect for every confounder of a grid: from none to all treated patients, from no strength upwards.

    A confounder that protects is the absence of one that harms, so that ratios start at 1 and differences at 0.

    Parameters
    ----------
    found : EndpointEffect
    prevalence_control : float
        Share of controls who have it, in [0, 1].

    Returns
    -------
    TippingPoints

    Raises
    ------
    EstimationError
        Without an estimate, with a ratio of 0, or when the prevalence is impossible.
    """
    if found.measure == "hazard_ratio" and found.effect.estimate == 0.0:
        raise EstimationError(
            phrase(
                "{endpoint}: a tipping point needs events in both arms; one has 0. Report the counts instead.",
                endpoint=found.endpoint,
            )
        )
    shares = np.linspace(0.0, 1.0, SHARES)
    if found.measure == "rate_difference":
        strengths = np.linspace(0.0, 1.0, STRENGTHS)
    else:
        strengths = np.geomspace(1.0, _strongest(found, prevalence_control), STRENGTHS)
    return tipping_points(
        found.effect,
        found.measure,
        strengths=strengths,
        prevalence_treated=shares,
        prevalence_control=prevalence_control,
    )


def _strongest(found: EndpointEffect, prevalence_control: float) -> float:
    """Where the ratios end, so that the contour of the estimate is seen where it is lowest."""
    ends = tipping_points(
        found.effect,
        "hazard_ratio",
        strengths=[1.0],
        prevalence_treated=[0.0, 1.0],
        prevalence_control=prevalence_control,
    ).tipping_strengths
    needed = min((strength for strength in ends if strength is not None and strength >= 1.0), default=1.0)
    return next((end for end in STRONGEST if end >= 1.5 * needed), STRONGEST[-1])
