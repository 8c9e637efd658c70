"""Nearest-neighbour matching on the propensity score, or on covariates inside a caliper on it."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design.caliper import CaliperScale, ColumnCaliper, caliper_width, calipers_in_words, effective_calipers
from analysis.design.layout import MatchingLayout, lay_out
from analysis.design.matched_sets import (
    CONTROL_TAKEN,
    NO_CONTROL_IN_CALIPER,
    NO_CONTROL_IN_STRATUM,
    NO_TREATED_IN_CALIPER,
    NO_TREATED_IN_STRATUM,
    NOT_NEEDED,
    OUTSIDE_SUPPORT,
    SET_DISSOLVED,
    TREATED_TAKEN,
    MatchedSets,
    assemble_sets,
    embed_sets,
    left_out_reasons,
    too_few_reason,
)
from analysis.design.nearest import MatchingPool, NearestLinks, find_in_reach, nearest_links
from analysis.design.set_notes import dissolved_note, one_arm_note
from analysis.errors import EstimationError, SettingsError
from analysis.phrases import phrase

__all__ = [
    "CONTROL_TAKEN",
    "NOT_NEEDED",
    "NO_CONTROL_IN_CALIPER",
    "NO_CONTROL_IN_STRATUM",
    "NO_TREATED_IN_CALIPER",
    "NO_TREATED_IN_STRATUM",
    "OUTSIDE_SUPPORT",
    "SET_DISSOLVED",
    "TREATED_TAKEN",
    "MatchedSets",
    "MatchingOrder",
    "assemble_sets",
    "embed_sets",
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
    estimand: Literal["ATT", "ATC"] = "ATT",
    min_ratio: int = 1,
    calipers: Sequence[ColumnCaliper] = (),
    metric: ArrayLike | None = None,
    layout: MatchingLayout | None = None,
) -> MatchedSets:
    """Match each treated patient with her nearest controls (the effect among the treated).

    All patients are sorted by distance, ties by row. From a treated patient's place the walk goes outwards on
    both sides: the smaller difference wins, at an equal difference the control fewer places away, then the one
    on the left. With ``ratio`` k there are k rounds; in each, every treated patient is offered one control; who
    finds none is not asked again. Treated patients with at least ``min_ratio`` controls stay.

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
        ``distance``, ties by row. "data": by row. "random": a permutation drawn by
        ``numpy.random.default_rng(seed)``.
    strata : array_like of int, shape (n,), optional
        Pairs form only within a stratum.
    seed : int
        For the random order.
    estimand : {"ATT", "ATC"}
        "ATC" matches each control with her nearest treated patients (the effect among the controls): the two arms
        change places in every rule, and the order is that of the controls.
    min_ratio : int
        A set with fewer controls is dissolved once all are matched; its controls are not offered to others.
    calipers : sequence of ColumnCaliper
        Further limits of a pair. A control beyond one of them is passed over in the walk like a control that is gone.
    metric : array_like of float, shape (n, p), optional
        Rows whose Euclidean distance is what pairs are chosen by (see `whitened_covariates`); of controls at exactly
        the same distance the lower row. Caliper and the orders by distance stay with ``distance``.
    layout : MatchingLayout, optional
        The same patients already sorted, for the same estimand, strata and further calipers.

    Returns
    -------
    MatchedSets
        ``link_distance`` is the difference of ``distance``, or the distance of the rows of ``metric``.

    Raises
    ------
    SettingsError
        A setting is out of range.
    EstimationError
        The distance, a caliper's column or the metric is not finite, an arm is empty, no pair lies within the
        calipers, or no set has ``min_ratio`` controls.

    Notes
    -----
    Each treated patient weighs 1 and each control the number of treated over the number of controls in her set
    (summed over her sets with replacement); weights are then divided by their arm's mean among the matched.

    Sources: Ho et al. 2007, doi:10.1093/pan/mpl013; Stuart 2010, doi:10.1214/09-STS313; caliper: Austin 2011,
    doi:10.1002/pst.433; Mahalanobis distance: Rubin 1980, doi:10.2307/2529981.

    Examples
    --------
    >>> sets = match_nearest([0.0, 0.4, 1.0, 1.1], [True, False, True, False], caliper=None)
    >>> sets.treated_row.tolist(), sets.control_row.tolist()
    ([2, 0], [3, 1])
    """
    values, arm = _checked_arrays(distance, treated)
    rows = None if metric is None else _checked_metric(metric, arm.size)
    _check_settings(caliper, caliper_scale, ratio, min_ratio, order, estimand)
    limits = effective_calipers(calipers, arm.size)
    stratum = _stratum_numbers(strata, values.size)
    focal = arm if estimand == "ATT" else ~arm
    pool = MatchingPool(
        distance=values,
        focal=focal,
        stratum=stratum,
        width=caliper_width(values, arm, caliper=caliper, caliper_scale=caliper_scale),
        calipers=limits,
        metric=rows,
        layout=lay_out(values, focal, stratum, limits) if layout is None else layout,
    )
    closest_first = order == "closest" and not replacement
    walk = None if closest_first else _walking_order(values[pool.layout.focal_rows], order, seed)
    links = nearest_links(pool, walk, ratio=ratio, replacement=replacement)
    return _assemble(pool, links, estimand, ratio=ratio, min_ratio=min_ratio, replacement=replacement)


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
            phrase(
                "Matching needs a finite distance for every patient; {n_unknown} of {n} have "
                "none. Check the propensity model.",
                n_unknown=n_unknown,
                n=values.size,
            )
        )
    n_treated = int(arm.sum())
    if n_treated == 0 or n_treated == arm.size:
        problems.append(
            phrase(
                "Matching needs patients in both arms; found {n_treated} treated and {n_control} control. "
                "Check the treatment column and its two arms.",
                n_treated=n_treated,
                n_control=arm.size - n_treated,
            )
        )
    if problems:
        raise EstimationError(*problems)
    return values, arm


def _checked_metric(metric: ArrayLike, n: int) -> NDArray[np.float64]:
    rows = np.ascontiguousarray(metric, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[0] != n or rows.shape[1] == 0:
        raise ValueError("metric must have one row per patient and at least one column")
    n_unknown = int(np.count_nonzero(~np.isfinite(rows).all(axis=1)))
    if n_unknown:
        raise EstimationError(
            phrase(
                "Matching on covariates needs finite numbers for every patient; {n_unknown} of {n} "
                "have a missing or infinite one. Check the covariates.",
                n_unknown=n_unknown,
                n=n,
            )
        )
    return rows


def _check_settings(
    caliper: float | None, caliper_scale: str, ratio: int, min_ratio: int, order: str, estimand: str
) -> None:
    problems = []
    if caliper is not None and not (np.isfinite(caliper) and caliper >= 0):
        problems.append(phrase("The caliper must be a number of 0 or more, or null for none."))
    if caliper_scale not in ("sd", "pooled_sd", "raw"):
        problems.append(phrase("The caliper scale must be sd, pooled_sd or raw."))
    if ratio < 1:
        problems.append(phrase("The ratio must be at least 1 control per treated patient; it is {ratio}.", ratio=ratio))
    elif not 1 <= min_ratio <= ratio:
        problems.append(
            phrase(
                "The smallest ratio must lie between 1 and the ratio, {ratio}; it is {min_ratio}.",
                ratio=ratio,
                min_ratio=min_ratio,
            )
        )
    if order not in ("closest", "largest", "smallest", "data", "random"):
        problems.append(phrase("The matching order must be closest, largest, smallest, data or random."))
    if estimand not in ("ATT", "ATC"):
        problems.append(
            phrase(
                "Nearest-neighbour matching estimates the effect among the treated (ATT) or among "
                "the controls (ATC). For the effect in all patients choose full matching, strata or "
                "weights."
            )
        )
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


def _assemble(
    pool: MatchingPool,
    links: NearestLinks,
    estimand: Literal["ATT", "ATC"],
    *,
    ratio: int,
    min_ratio: int,
    replacement: bool,
) -> MatchedSets:
    if links.gap.size == 0:
        raise EstimationError(_no_pair_sentence(pool))
    n_partners = np.bincount(links.focal_row)
    kept = n_partners[links.focal_row] >= min_ratio
    if not kept.any():
        raise EstimationError(_too_few_sentence(min_ratio, int(n_partners.max()), estimand))
    has_other, in_reach = find_in_reach(pool)
    arm = pool.focal if estimand == "ATT" else ~pool.focal
    reason = left_out_reasons(arm, has_other=has_other, in_reach=in_reach, estimand=estimand)
    limited = pool.width is not None or bool(pool.calipers)
    reason[links.focal_row[~kept]] = too_few_reason(min_ratio, estimand, within_caliper=limited)
    reason[links.partner_row[~kept]] = SET_DISSOLVED
    focal_row, partner_row = links.focal_row[kept], links.partner_row[kept]
    n_dissolved = int(np.count_nonzero((n_partners > 0) & (n_partners < min_ratio)))
    return assemble_sets(
        arm,
        method="nearest",
        estimand=estimand,
        treated_row=focal_row if estimand == "ATT" else partner_row,
        control_row=partner_row if estimand == "ATT" else focal_row,
        set_label=focal_row,
        link_distance=links.gap[kept],
        reason=reason,
        caliper_width=pool.width,
        replacement=replacement,
        ratio=ratio,
        notes=one_arm_note(pool.stratum, has_other) + dissolved_note(n_dissolved, min_ratio, estimand),
    )


def _no_pair_sentence(pool: MatchingPool) -> str:
    nearest = pool.layout.nearest
    if np.isinf(nearest).all():
        return phrase(
            "A pair needs a treated and a control patient in the same stratum of the "
            "exact-matching columns; no stratum holds both arms. Match exactly on fewer columns."
        )
    if pool.calipers:
        calipers = calipers_in_words(pool.calipers)
        if pool.width is None:
            return phrase(
                "A pair needs a treated and a control patient alike in {calipers}; no pair is. Widen a caliper or "
                "reconsider the covariates.",
                calipers=calipers,
            )
        return phrase(
            "A pair needs a treated and a control patient at most {width:.3g} apart and alike in {calipers}; no pair is. "
            "Widen a caliper or reconsider the covariates.",
            width=pool.width,
            calipers=calipers,
        )
    return phrase(
        "A pair needs a treated and a control patient at most {width:.3g} apart; the closest "
        "two are {nearest:.3g} apart. Widen the caliper or reconsider the covariates.",
        width=pool.width,
        nearest=nearest.min(),
    )


def _too_few_sentence(min_ratio: int, n_most: int, estimand: str) -> str:
    if estimand == "ATT":
        return phrase(
            "A set needs at least {min_ratio} controls for a treated patient; the most that were found are {n_most}. Ask "
            "for fewer, or widen the calipers.",
            min_ratio=min_ratio,
            n_most=n_most,
        )
    return phrase(
        "A set needs at least {min_ratio} treated patients for a control; the most that were found are {n_most}. Ask for "
        "fewer, or widen the calipers.",
        min_ratio=min_ratio,
        n_most=n_most,
    )
