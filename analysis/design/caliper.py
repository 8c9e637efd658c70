"""The caliper: how different the two members of a pair may be."""

from math import fsum, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError

CaliperScale = Literal["sd", "pooled_sd", "raw"]


def caliper_width(
    distance: ArrayLike,
    treated: ArrayLike,
    *,
    caliper: float | None,
    caliper_scale: CaliperScale = "sd",
) -> float | None:
    """Largest distance allowed within a pair, on the scale of ``distance``.

    Parameters
    ----------
    distance : array_like of float, shape (n,)
        Logit of the propensity score, or the score itself.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    caliper : float or None
        In units of ``caliper_scale``.
    caliper_scale : {"sd", "pooled_sd", "raw"}
        See `match_nearest`.

    Returns
    -------
    float or None
        None without a caliper.

    Raises
    ------
    EstimationError
        An arm has one patient only and "pooled_sd" was asked for.
    """
    if caliper is None:
        return None
    if caliper_scale == "raw":
        return float(caliper)
    values = np.asarray(distance, dtype=np.float64)
    if caliper_scale == "sd":
        return float(caliper) * sqrt(_variance(values))
    arm = np.asarray(treated, dtype=np.bool_)
    if min(arm.sum(), (~arm).sum()) < 2:
        raise EstimationError(
            "The pooled standard deviation needs two patients in each arm; one arm has a single patient. "
            "Use the caliper scale sd or raw."
        )
    return float(caliper) * sqrt((_variance(values[arm]) + _variance(values[~arm])) / 2)


def _variance(values: NDArray[np.float64]) -> float:
    # Exact sums: the same width on every machine, so that a pair at its very edge is never in doubt.
    mean = fsum(values.tolist()) / values.size
    deviations = values - mean
    return fsum(np.square(deviations).tolist()) / (values.size - 1)
