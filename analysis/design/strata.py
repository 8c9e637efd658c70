"""Matching by strata: everyone whose stratum holds both arms is kept."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design.matched_sets import MatchedSets, SetEstimand, assemble_sets, left_out_reasons
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note


def match_strata(treated: ArrayLike, strata: ArrayLike, *, estimand: SetEstimand = "ATT") -> MatchedSets:
    """Keep all patients of the strata that hold both arms, weighted so that each stratum counts alike in both.

    With strata of equal levels this is exact matching, with strata of classes coarsened exact matching.

    Parameters
    ----------
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    strata : array_like of int, shape (n,)
        Stratum of each patient, such as from `coarsened_strata`.
    estimand : {"ATT", "ATC", "ATE"}
        Whose patients the weighted strata stand for: the treated, the controls or all of those kept.

    Returns
    -------
    MatchedSets
        Without links: ``subclass`` tells the sets.

    Raises
    ------
    SettingsError
        The estimand does not exist.
    EstimationError
        An arm is empty, or no stratum holds both arms.

    Notes
    -----
    Source: Iacus, King & Porro 2012, doi:10.1093/pan/mpr013.

    Examples
    --------
    >>> sets = match_strata([True, False, False, True], [3, 3, 3, 8])
    >>> sets.subclass.tolist(), sets.weights.tolist(), sets.reason[3]
    ([0, 0, 0, -1], [1.0, 1.0, 1.0, 0.0], 'no control in the same stratum')
    """
    arm = np.asarray(treated, dtype=np.bool_)
    labels = np.asarray(strata)
    if arm.ndim != 1 or arm.shape != labels.shape:
        raise ValueError("treated and strata must be one-dimensional and of equal length")
    if estimand not in ("ATT", "ATC", "ATE"):
        raise SettingsError("The estimand of a matching by strata must be ATT, ATC or ATE.")
    n_treated = int(arm.sum())
    if n_treated in (0, arm.size):
        raise EstimationError(
            f"Matching needs patients in both arms; found {n_treated} treated and {arm.size - n_treated} control. "
            "Check the treatment column and its two arms."
        )
    stratum = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    treated_there = np.bincount(stratum, weights=arm)
    used = (treated_there > 0) & (treated_there < np.bincount(stratum))
    if not used.any():
        raise EstimationError(
            f"A stratum needs treated and control patients; none of {used.size} holds both arms. "
            "Match exactly on fewer columns, or cut numbers into fewer classes."
        )
    kept = used[stratum]
    return assemble_sets(
        arm,
        method="strata",
        estimand=estimand,
        set_label=np.where(kept, stratum, -1),
        reason=left_out_reasons(arm, has_other=kept, in_reach=kept, estimand=estimand),
        notes=(_note(used, arm, kept),),
    )


def _note(used: NDArray[np.bool_], arm: NDArray[np.bool_], kept: NDArray[np.bool_]) -> Note:
    n_used = int(used.sum())
    n_dropped = used.size - n_used
    if n_dropped == 0:
        every = "The only stratum holds" if n_used == 1 else f"All {n_used} strata hold"
        return Note(code="strata_used", text=f"{every} both arms.")
    left_out = ((int((arm & ~kept).sum()), "treated"), (int((~arm & ~kept).sum()), "control"))
    arms = [(count, name) for count, name in left_out if count]
    patients = "patient" if arms[-1][0] == 1 else "patients"
    other, verb = ("the other", "is") if n_dropped == 1 else (f"the other {n_dropped}", "are")
    text = (
        f"{n_used} of {used.size} strata {'holds' if n_used == 1 else 'hold'} both arms; {other}, with "
        f"{' and '.join(f'{count} {name}' for count, name in arms)} {patients}, {verb} left out."
    )
    return Note(code="strata_used", text=text)
