"""Matched sets, whoever made them: who is with whom, with which weight, and why the others were left out."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.decimals import settle_decimal
from analysis.design.set_notes import set_notes
from analysis.design.sets_kernel import add_shares, first_of_each, number_labels, number_sets
from analysis.notes import Note
from analysis.phrases import phrase

SetEstimand = Literal["ATT", "ATC", "ATE"]

NO_CONTROL_IN_CALIPER = phrase("no control within the caliper")
CONTROL_TAKEN = phrase("control taken by a closer patient")
NO_CONTROL_IN_STRATUM = phrase("no control in the same stratum")
NO_TREATED_IN_CALIPER = phrase("no treated patient within the caliper")
TREATED_TAKEN = phrase("treated patient taken by a closer patient")
NO_TREATED_IN_STRATUM = phrase("no treated patient in the same stratum")
NOT_NEEDED = phrase("not needed as a match")
SET_DISSOLVED = phrase("matched in a set too small to be kept")
OUTSIDE_SUPPORT = phrase("outside the common support")

_NO_LINKS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedSets:
    """Who was matched with whom, with which weight, and why the others were left out.

    A set is a treated patient with her controls (ATT), a control with her treated patients (ATC), or any number of
    both. Rows are 0-based positions in the arrays that were matched.

    Attributes
    ----------
    n : int
        Patients offered to the matching, both arms.
    method : str
        "nearest", "optimal", "full" or "strata".
    estimand : str
        "ATT", "ATC" or "ATE": whose patients the weighted sets stand for.
    caliper_width : float or None
        Largest distance allowed within a pair (inclusive), on the scale of the distance; None without a caliper.
    treated_row, control_row, set_number : ndarray of int64, shape (links,)
        One entry per treated–control link, in the order taken; empty where patients share a stratum without being
        linked. Sets are numbered from 0 by their lowest treated row (ATC: their lowest control row).
    link_distance : ndarray of float64, shape (links,)
        How far apart the two are: what the matching kept small.
    subclass : ndarray of int64, shape (n,)
        Set of each patient, −1 when unmatched. A patient in several sets carries the lowest of their numbers.
    weights : ndarray of float64, shape (n,)
        0 when unmatched, mean 1 in each arm among the matched.
    reason : ndarray of object, shape (n,)
        Why a patient is unmatched; None for the matched.
    n_sets, n_treated, n_control : int
        Sets, and distinct patients matched in each arm.
    effective_sample_size_treated, effective_sample_size_control : float
        (Σw)²/Σw² in each arm.
    replacement : bool
        Whether a patient could serve in several sets.
    ratio : int or None
        Partners wanted for the patient a set is built around; None where sets may have any size.
    notes : tuple of Note
        What a reader should know before trusting the sets.
    """

    n: int
    method: str
    estimand: SetEstimand
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
    ratio: int | None
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


def assemble_sets(
    treated: ArrayLike,
    *,
    method: str,
    estimand: SetEstimand,
    treated_row: NDArray[np.int64] = _NO_LINKS,
    control_row: NDArray[np.int64] = _NO_LINKS,
    set_label: ArrayLike,
    link_distance: ArrayLike = (),
    reason: NDArray[np.object_],
    caliper_width: float | None = None,
    replacement: bool = False,
    ratio: int | None = None,
    notes: tuple[Note, ...] = (),
) -> MatchedSets:
    """Number the sets and give every patient subclass, weight and, when left out, her reason.

    Parameters
    ----------
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    method, estimand, caliper_width, replacement, ratio
        As in `MatchedSets`.
    treated_row, control_row : ndarray of int64, shape (links,)
        The two ends of each link; left out where strata tell the sets.
    set_label : array_like of int, shape (links,) or (n,)
        What the links of one set have in common, any numbers; without links, the stratum of each patient, −1 for
        those in none. Every set needs both arms.
    link_distance : array_like of float, shape (links,)
        Distance of each link.
    reason : ndarray of object, shape (n,)
        Why each patient would be left out; kept for those who are.
    notes : tuple of Note
        Notes of the method; those on sets that fell short and on patients in several sets are added.

    Notes
    -----
    With N₁ treated and N₀ controls in a set, a treated patient weighs 1 and a control N₁/N₀ (ATT); N₀/N₁ and 1
    (ATC); (N₁ + N₀)/N₁ and (N₁ + N₀)/N₀ (ATE); summed over her sets. Weights are then divided by their arm's mean
    among the matched (Stuart 2010, doi:10.1214/09-STS313).

    Examples
    --------
    One set of a treated patient with two controls, and a control left out:

    >>> sets = assemble_sets(
    ...     [True, False, False, False], method="full", estimand="ATE", reason=np.full(4, "far", dtype=object),
    ...     treated_row=np.array([0, 0]), control_row=np.array([2, 1]), set_label=[7, 7], link_distance=[0.1, 0.2],
    ... )
    >>> sets.subclass.tolist(), sets.weights.tolist(), sets.reason.tolist()
    ([0, 0, 0, -1], [1.0, 1.0, 1.0, 0.0], [None, None, None, 'far'])
    """
    arm = np.asarray(treated, dtype=np.bool_)
    labels = np.asarray(set_label, dtype=np.int64)
    linked = treated_row.size > 0
    if linked:
        labels = _numbered(labels)
        row, label = _members(treated_row, control_row, labels)
    else:
        row = np.flatnonzero(labels >= 0)
        label = _numbered(labels[row])
    numbers, subclass, both_arms = number_sets(row, label, arm, int(label.max(initial=-1)) + 1, estimand != "ATC")
    if not both_arms:
        raise ValueError("every set needs patients of both arms")
    left_out = reason.copy()
    left_out[subclass >= 0] = None
    set_number = numbers[labels] if linked else _NO_LINKS
    weights = add_shares(row, numbers[label], arm, numbers.size, estimand != "ATC", estimand != "ATT")
    held = [_scale(weights, rows) for rows in (arm, ~arm)]
    return MatchedSets(
        n=arm.size,
        method=method,
        estimand=estimand,
        caliper_width=caliper_width,
        treated_row=treated_row,
        control_row=control_row,
        set_number=set_number,
        link_distance=np.asarray(link_distance, dtype=np.float64),
        subclass=subclass,
        weights=weights,
        reason=left_out,
        n_sets=numbers.size,
        n_treated=held[0].size,
        n_control=held[1].size,
        effective_sample_size_treated=_effective_size(held[0]),
        effective_sample_size_control=_effective_size(held[1]),
        replacement=replacement,
        ratio=ratio,
        notes=notes + set_notes(treated_row, control_row, set_number, ratio, estimand),
    )


def _numbered(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    # Numbers from 0 in the order of the labels.
    if labels.size == 0:
        return labels
    lowest, highest = int(labels.min()), int(labels.max())
    if highest - lowest < NEARLY_CONSECUTIVE * labels.size:
        return number_labels(labels, lowest, highest - lowest + 1)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


NEARLY_CONSECUTIVE = 8
"""Numbers spread no wider than this many times their count are told apart without sorting."""


def _members(
    treated_row: NDArray[np.int64], control_row: NDArray[np.int64], labels: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # Everyone once per set she is in, in the order of the links.
    row = np.concatenate((treated_row, control_row))
    label = np.concatenate((labels, labels))
    once = first_of_each(row, label, int(labels.max()) + 1, int(row.max()) + 1)
    return (row, label) if once.all() else (row[once], label[once])


def _scale(weights: NDArray[np.float64], arm: NDArray[np.bool_]) -> NDArray[np.float64]:
    # An arm's weights above 0, brought to mean 1 in place.
    rows = np.flatnonzero(arm & (weights > 0))
    held = weights[rows]
    if rows.size:
        held /= held.mean()
        weights[rows] = held
    return held


def _effective_size(kept: NDArray[np.float64]) -> float:
    return settle_decimal(float(kept.sum() ** 2 / np.square(kept).sum())) if kept.size else 0.0


def left_out_reasons(
    treated: ArrayLike, *, has_other: ArrayLike, in_reach: ArrayLike, estimand: SetEstimand
) -> NDArray[np.object_]:
    """Why each patient would be left out, from what she had around her.

    Parameters
    ----------
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    has_other : array_like of bool, shape (n,)
        Whether her stratum holds anyone of the other arm.
    in_reach : array_like of bool, shape (n,)
        Whether one of them lies within every caliper.
    estimand : {"ATT", "ATC", "ATE"}
        Patients whom sets are built around (ATT the treated, ATC the controls, ATE both) lost theirs to others;
        the rest were not needed.

    Returns
    -------
    ndarray of object, shape (n,)
    """
    arm = np.asarray(treated, dtype=np.bool_)
    reason = np.full(arm.size, None, dtype=object)
    for rows, stratum, caliper, taken in (
        (arm, NO_CONTROL_IN_STRATUM, NO_CONTROL_IN_CALIPER, NOT_NEEDED if estimand == "ATC" else CONTROL_TAKEN),
        (~arm, NO_TREATED_IN_STRATUM, NO_TREATED_IN_CALIPER, NOT_NEEDED if estimand == "ATT" else TREATED_TAKEN),
    ):
        reason[rows] = taken
        reason[rows & ~np.asarray(in_reach, dtype=np.bool_)] = caliper
        reason[rows & ~np.asarray(has_other, dtype=np.bool_)] = stratum
    return reason


def too_few_reason(min_ratio: int, estimand: SetEstimand, *, within_caliper: bool) -> str:
    """Why a patient is left out whose set fell short of ``min_ratio`` partners and was dissolved.

    Her partners, who are not offered again, carry ``SET_DISSOLVED``.
    """
    if estimand == "ATC":
        if within_caliper:
            return phrase("fewer than {n} treated patients left within the caliper", n=min_ratio)
        return phrase("fewer than {n} treated patients left", n=min_ratio)
    if within_caliper:
        return phrase("fewer than {n} controls left within the caliper", n=min_ratio)
    return phrase("fewer than {n} controls left", n=min_ratio)


def embed_sets(sets: MatchedSets, rows: ArrayLike, n: int, reason: str) -> MatchedSets:
    """The same sets among all n patients, when only some of them were offered to the matching.

    Parameters
    ----------
    sets : MatchedSets
        Made on the patients ``rows``.
    rows : array_like of int, shape (sets.n,)
        Their rows among all patients, ascending.
    n : int
        All patients.
    reason : str
        Why the others were left out, such as ``OUTSIDE_SUPPORT``.

    Examples
    --------
    >>> sets = assemble_sets([True, False], method="strata", estimand="ATT", set_label=[0, 0],
    ...     reason=np.full(2, None, dtype=object))
    >>> embed_sets(sets, [0, 2], 3, OUTSIDE_SUPPORT).reason.tolist()
    [None, 'outside the common support', None]
    """
    places = np.asarray(rows, dtype=np.int64)
    if places.shape != (sets.n,):
        raise ValueError("rows must name one row per patient of the sets")
    subclass = np.full(n, -1, dtype=np.int64)
    weights = np.zeros(n)
    reasons = np.full(n, reason, dtype=object)
    subclass[places] = sets.subclass
    weights[places] = sets.weights
    reasons[places] = sets.reason
    return replace(
        sets,
        n=n,
        treated_row=places[sets.treated_row],
        control_row=places[sets.control_row],
        subclass=subclass,
        weights=weights,
        reason=reasons,
    )
