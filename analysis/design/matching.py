"""Nearest-neighbour matching on the propensity score."""

from math import inf
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design.caliper import CaliperScale, caliper_width
from analysis.design.layout import MatchingLayout, lay_out
from analysis.design.matched_sets import (
    CONTROL_TAKEN,
    NO_CONTROL_IN_CALIPER,
    NO_CONTROL_IN_STRATUM,
    NO_TREATED_IN_CALIPER,
    NO_TREATED_IN_STRATUM,
    NOT_NEEDED,
    MatchedSets,
    assemble_sets,
    left_out_reasons,
    one_arm_note,
)
from analysis.design.matching_kernel import match_closest, match_closest_untied, match_in_order
from analysis.errors import EstimationError, SettingsError

__all__ = [
    "CONTROL_TAKEN",
    "NOT_NEEDED",
    "NO_CONTROL_IN_CALIPER",
    "NO_CONTROL_IN_STRATUM",
    "NO_TREATED_IN_CALIPER",
    "NO_TREATED_IN_STRATUM",
    "MatchedSets",
    "MatchingOrder",
    "match_nearest",
]

MatchingOrder = Literal["closest", "largest", "smallest", "data", "random"]


def match_nearest(
    distance: ArrayLike,
    treated: ArrayLike,
    *,
    caliper: float | None,
    caliper_scale: CaliperScale = "sd",
    ratio: int = 1,
    replacement: bool = False,
    order: MatchingOrder = "closest",
    strata: ArrayLike | None = None,
    seed: int = 0,
) -> MatchedSets:
    """Match each treated patient with her nearest controls (the effect among the treated).

    All patients are sorted by distance, ties by row. From a treated patient's place the walk goes outwards on
    both sides: the smaller difference wins, at an equal difference the control fewer places away, then the one
    on the left. With ``ratio`` k there are k rounds; in each, every treated patient is offered one control; who
    finds none is not asked again. Treated patients with at least one control stay.

    Parameters
    ----------
    distance : array_like of float, shape (n,)
        Logit of the propensity score, or the score itself; finite.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    caliper : float or None
        Largest distance allowed within a pair, inclusive, in units of ``caliper_scale``; None for no limit.
    caliper_scale : {"sd", "pooled_sd", "raw"}
        "sd": the standard deviation of the distance, both arms as one sample (n − 1). "pooled_sd":
        √((s₁² + s₀²)/2). "raw": the number itself. The width is fixed once for all strata.
    ratio : int
        Controls wanted per treated patient, at least 1.
    replacement : bool
        Whether a control may serve several treated patients. The order then does not matter.
    order : {"closest", "largest", "smallest", "data", "random"}
        Who chooses first. "closest": in each round the closest pair still available; at equal distances the
        patient who had to look again, the latest first, then the lower row. "largest" and "smallest": by
        distance, ties by row. "data": by row. "random": a permutation drawn by ``numpy.random.default_rng(seed)``.
    strata : array_like of int, shape (n,), optional
        Pairs form only within a stratum.
    seed : int
        For the random order.

    Returns
    -------
    MatchedSets

    Raises
    ------
    SettingsError
        A setting is out of range.
    EstimationError
        The distance is not finite, an arm is empty, or no pair lies within the caliper.

    Notes
    -----
    Each treated patient weighs 1 and each control the number of treated over the number of controls in her set
    (summed over her sets with replacement); weights are then divided by their arm's mean among the matched.

    Sources: Ho et al. 2007, doi:10.1093/pan/mpl013; Stuart 2010, doi:10.1214/09-STS313; caliper: Austin 2011,
    doi:10.1002/pst.433.

    Examples
    --------
    >>> sets = match_nearest([0.0, 0.4, 1.0, 1.1], [True, False, True, False], caliper=None)
    >>> sets.treated_row.tolist(), sets.control_row.tolist()
    ([2, 0], [3, 1])
    """
    values, arm = _checked_arrays(distance, treated)
    _check_settings(caliper, caliper_scale, ratio, order)
    stratum = _stratum_numbers(strata, values.size)
    width = caliper_width(values, arm, caliper=caliper, caliper_scale=caliper_scale)
    limit = inf if width is None else width
    layout = lay_out(values, arm, stratum)
    if order == "closest" and not replacement:
        position, control, tied = match_closest_untied(ratio, limit, *layout.listed)
        if tied:
            position, control = match_closest(ratio, limit, *layout.walked)
    else:
        walk = _walking_order(values[layout.treated_rows], order, seed)
        position, control = match_in_order(walk, ratio, replacement, limit, *layout.walked)
    if position.size == 0:
        raise EstimationError(_no_pair_sentence(layout, width))
    treated_row, control_row = layout.treated_rows[position], layout.control_rows[control - 1]
    nearest = np.empty(values.size)
    nearest[layout.treated_rows] = layout.nearest_treated
    nearest[layout.control_rows] = layout.nearest_control
    has_other = np.isfinite(nearest)
    return assemble_sets(
        arm,
        method="nearest",
        estimand="ATT",
        treated_row=treated_row,
        control_row=control_row,
        set_label=treated_row,
        link_distance=np.abs(values[treated_row] - values[control_row]),
        reason=left_out_reasons(arm, has_other=has_other, in_reach=nearest <= limit, estimand="ATT"),
        caliper_width=width,
        replacement=replacement,
        ratio=ratio,
        notes=one_arm_note(stratum, has_other),
    )


def _checked_arrays(distance: ArrayLike, treated: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    # Adding zero turns −0.0 into 0.0, so that equal values are equal bit by bit.
    values = np.asarray(distance, dtype=np.float64) + 0.0
    arm = np.asarray(treated, dtype=np.bool_)
    if values.ndim != 1 or values.shape != arm.shape:
        raise ValueError("distance and treated must be one-dimensional and of equal length")
    problems = []
    n_unknown = int(np.count_nonzero(~np.isfinite(values)))
    if n_unknown:
        problems.append(
            f"Matching needs a finite distance for every patient; {n_unknown} of {values.size} have none. "
            "Check the propensity model."
        )
    n_treated = int(arm.sum())
    if n_treated == 0 or n_treated == arm.size:
        problems.append(
            f"Matching needs patients in both arms; found {n_treated} treated and {arm.size - n_treated} control. "
            "Check the treatment column and its two arms."
        )
    if problems:
        raise EstimationError(*problems)
    return values, arm


def _check_settings(caliper: float | None, caliper_scale: str, ratio: int, order: str) -> None:
    problems = []
    if caliper is not None and not (np.isfinite(caliper) and caliper >= 0):
        problems.append("The caliper must be a number of 0 or more, or null for none.")
    if caliper_scale not in ("sd", "pooled_sd", "raw"):
        problems.append("The caliper scale must be sd, pooled_sd or raw.")
    if ratio < 1:
        problems.append(f"The ratio must be at least 1 control per treated patient; it is {ratio}.")
    if order not in ("closest", "largest", "smallest", "data", "random"):
        problems.append("The matching order must be closest, largest, smallest, data or random.")
    if problems:
        raise SettingsError(*problems)


def _stratum_numbers(strata: ArrayLike | None, n: int) -> NDArray[np.int64]:
    if strata is None:
        return np.zeros(n, dtype=np.int64)
    labels = np.asarray(strata)
    if labels.shape != (n,):
        raise ValueError("strata must have one entry per patient")
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _walking_order(values: NDArray[np.float64], order: MatchingOrder, seed: int) -> NDArray[np.int64]:
    if order == "largest":
        return np.argsort(-values, kind="stable").astype(np.int64)
    if order == "smallest":
        return np.argsort(values, kind="stable").astype(np.int64)
    if order == "random":
        return np.random.default_rng(seed).permutation(values.size).astype(np.int64)
    return np.arange(values.size, dtype=np.int64)


def _no_pair_sentence(layout: MatchingLayout, width: float | None) -> str:
    if np.isinf(layout.nearest_treated).all():
        return (
            "A pair needs a treated and a control patient in the same stratum of the exact-matching columns; "
            "no stratum holds both arms. Match exactly on fewer columns."
        )
    return (
        f"A pair needs a treated and a control patient at most {width:.3g} apart; the closest two are "
        f"{layout.nearest_treated.min():.3g} apart. Widen the caliper or reconsider the covariates."
    )
