"""Nearest-neighbour matching on the propensity score."""

from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.caliper import CaliperScale, caliper_width
from analysis.design.layout import MatchingLayout, lay_out
from analysis.design.matching_kernel import match_closest, match_closest_untied, match_in_order
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note

MatchingOrder = Literal["closest", "largest", "smallest", "data", "random"]

NO_CONTROL_IN_CALIPER = "no control within the caliper"
CONTROL_TAKEN = "control taken by a closer patient"
NO_CONTROL_IN_STRATUM = "no control in the same stratum"
NO_TREATED_IN_CALIPER = "no treated patient within the caliper"
NOT_NEEDED = "not needed as a match"
NO_TREATED_IN_STRATUM = "no treated patient in the same stratum"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedSets:
    """Who was matched with whom, with which weight, and why the others were left out.

    A set is one treated patient with her controls. Rows are 0-based positions in the arrays that were matched.

    Attributes
    ----------
    n : int
        Patients offered to the matching, both arms.
    method : str
        "nearest".
    caliper_width : float or None
        Largest distance allowed within a pair (inclusive), on the scale of the distance; None without a caliper.
    treated_row, control_row, set_number : ndarray of int64, shape (links,)
        One entry per treated–control link, in the order taken. Sets are numbered from 0 by treated row.
    link_distance : ndarray of float64, shape (links,)
        Absolute distance of each link.
    subclass : ndarray of int64, shape (n,)
        Set of each patient, −1 when unmatched. A control in several sets carries the lowest of their numbers.
    weights : ndarray of float64, shape (n,)
        0 when unmatched, mean 1 in each arm among the matched.
    reason : ndarray of object, shape (n,)
        Why a patient is unmatched; None for the matched.
    n_sets, n_treated, n_control : int
        Sets, treated patients matched, and distinct controls matched.
    effective_sample_size_treated, effective_sample_size_control : float
        (Σw)²/Σw² in each arm.
    replacement : bool
        Whether a control could serve in several sets.
    ratio : int
        Controls wanted per treated patient.
    notes : tuple of Note
        What a reader should know before trusting the sets.
    """

    n: int
    method: str
    caliper_width: float | None
    treated_row: NDArray[np.int64]
    control_row: NDArray[np.int64]
    set_number: NDArray[np.int64]
    link_distance: NDArray[np.float64]
    subclass: NDArray[np.int64]
    weights: NDArray[np.float64]
    reason: NDArray[np.object_]
    n_sets: int
    n_treated: int
    n_control: int
    effective_sample_size_treated: float
    effective_sample_size_control: float
    replacement: bool
    ratio: int
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row per treated–control link: set, rows and distance, sorted by set and order taken."""
        table = pd.DataFrame(
            {
                "set": self.set_number,
                "treated_row": self.treated_row,
                "control_row": self.control_row,
                "distance": self.link_distance,
            }
        )
        return table.sort_values("set", kind="stable", ignore_index=True)


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
    links = layout.treated_rows[position], layout.control_rows[control - 1]
    return _assemble(values, arm, stratum, layout, *links, width=width, ratio=ratio, replacement=replacement)


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


def _assemble(
    values: NDArray[np.float64],
    arm: NDArray[np.bool_],
    stratum: NDArray[np.int64],
    layout: MatchingLayout,
    treated_row: NDArray[np.int64],
    control_row: NDArray[np.int64],
    *,
    width: float | None,
    ratio: int,
    replacement: bool,
) -> MatchedSets:
    matched_treated = np.unique(treated_row)
    set_number = np.searchsorted(matched_treated, treated_row)
    subclass = np.full(values.size, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(subclass, control_row, set_number)
    subclass[treated_row] = set_number
    subclass[subclass == np.iinfo(np.int64).max] = -1
    weights = _weights(arm, treated_row, control_row, set_number)
    control_weights = weights[~arm & (weights > 0)]
    return MatchedSets(
        n=values.size,
        method="nearest",
        caliper_width=width,
        treated_row=treated_row,
        control_row=control_row,
        set_number=set_number,
        link_distance=np.abs(values[treated_row] - values[control_row]),
        subclass=subclass,
        weights=weights,
        reason=_reasons(arm, layout, subclass >= 0, inf if width is None else width),
        n_sets=matched_treated.size,
        n_treated=matched_treated.size,
        n_control=control_weights.size,
        effective_sample_size_treated=float(matched_treated.size),
        effective_sample_size_control=float(control_weights.sum() ** 2 / np.square(control_weights).sum()),
        replacement=replacement,
        ratio=ratio,
        notes=_notes(stratum, layout, control_row, set_number, ratio),
    )


def _weights(
    arm: NDArray[np.bool_],
    treated_row: NDArray[np.int64],
    control_row: NDArray[np.int64],
    set_number: NDArray[np.int64],
) -> NDArray[np.float64]:
    n_controls = np.bincount(set_number)
    shares = np.bincount(control_row, weights=1.0 / n_controls[set_number], minlength=arm.size)
    weights: NDArray[np.float64] = shares / shares[shares > 0].mean()
    weights[treated_row] = 1.0
    return weights


def _reasons(
    arm: NDArray[np.bool_], layout: MatchingLayout, matched: NDArray[np.bool_], limit: float
) -> NDArray[np.object_]:
    reason = np.full(arm.size, None, dtype=object)
    for rows, nearest, alone, far, near in (
        (layout.treated_rows, layout.nearest_treated, NO_CONTROL_IN_STRATUM, NO_CONTROL_IN_CALIPER, CONTROL_TAKEN),
        (layout.control_rows, layout.nearest_control, NO_TREATED_IN_STRATUM, NO_TREATED_IN_CALIPER, NOT_NEEDED),
    ):
        text = np.full(rows.size, near, dtype=object)
        text[nearest > limit] = far
        text[np.isinf(nearest)] = alone
        left_out = ~matched[rows]
        reason[rows[left_out]] = text[left_out]
    return reason


def _notes(
    stratum: NDArray[np.int64],
    layout: MatchingLayout,
    control_row: NDArray[np.int64],
    set_number: NDArray[np.int64],
    ratio: int,
) -> tuple[Note, ...]:
    notes = []
    alone_rows = np.concatenate(
        (
            layout.treated_rows[np.isinf(layout.nearest_treated)],
            layout.control_rows[np.isinf(layout.nearest_control)],
        )
    )
    if alone_rows.size:
        text = (
            f"{np.unique(stratum[alone_rows]).size} of {int(stratum.max()) + 1} strata hold one arm only; their "
            f"{alone_rows.size} patients cannot be matched."
        )
        notes.append(Note(code="strata_with_one_arm", text=text))
    n_short = int((np.bincount(set_number) < ratio).sum())
    if n_short:
        text = f"{n_short} of {int(set_number.max()) + 1} sets have fewer than {ratio} controls."
        notes.append(Note(code="incomplete_sets", text=text))
    uses = np.bincount(control_row)
    if uses.max() > 1:
        text = f"{int((uses > 1).sum())} controls serve in several sets, one of them in {int(uses.max())}."
        notes.append(Note(code="controls_reused", text=text))
    return tuple(notes)
