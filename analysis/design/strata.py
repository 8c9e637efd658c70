"""Matching by strata: everyone whose stratum holds both arms is kept."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design.arms import arm_name
from analysis.design.matched_sets import MatchedSets, SetEstimand, assemble_sets, left_out_reasons
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase


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
        raise SettingsError(phrase("The estimand of a matching by strata must be ATT, ATC or ATE."))
    n_treated = int(arm.sum())
    if n_treated in (0, arm.size):
        raise EstimationError(
            phrase(
                "Matching needs patients in both arms; found {n_treated} treated and {n_control} control. "
                "Check the treatment column and its two arms.",
                n_treated=n_treated,
                n_control=arm.size - n_treated,
            )
        )
    stratum = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    treated_there = np.bincount(stratum, weights=arm)
    used = (treated_there > 0) & (treated_there < np.bincount(stratum))
    if not used.any():
        raise EstimationError(
            phrase(
                "A stratum needs treated and control patients; none of {n_strata} holds both arms. Match "
                "exactly on fewer columns, or cut numbers into fewer classes.",
                n_strata=used.size,
            )
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
        text = phrase("All {n} strata hold both arms.", n=n_used)
        if n_used == 1:
            text = phrase("The only stratum holds both arms.")
        return Note(code="strata_used", text=text)
    held = phrase("{n_used} of {n} strata hold both arms", n_used=n_used, n=used.size)
    if n_used == 1:
        held = phrase("{n_used} of {n} strata holds both arms", n_used=n_used, n=used.size)
    patients = _patients_in_words(int((arm & ~kept).sum()), int((~arm & ~kept).sum()))
    text = phrase("{held}; the other {n}, with {patients}, are left out.", held=held, n=n_dropped, patients=patients)
    if n_dropped == 1:
        text = phrase("{held}; the other, with {patients}, is left out.", held=held, patients=patients)
    return Note(code="strata_used", text=text)


def _patients_in_words(n_treated: int, n_control: int) -> str:
    """How many of each arm there are, without an arm that has none."""
    parts = [phrase("{n} {arm}", n=n, arm=arm_name(treated=arm)) for n, arm in _present(n_treated, n_control)]
    counted = join_phrases(parts, phrase(" and "))
    last = n_control or n_treated
    return phrase("{counted} patient", counted=counted) if last == 1 else phrase("{counted} patients", counted=counted)


def _present(n_treated: int, n_control: int) -> list[tuple[int, bool]]:
    return [(n, arm) for n, arm in ((n_treated, True), (n_control, False)) if n]
