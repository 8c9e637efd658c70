"""What a reader is told of matched sets: those that fell short, patients who serve in several, strata of one arm."""

import numpy as np
from numpy.typing import NDArray

from analysis.notes import Note
from analysis.phrases import phrase


def set_notes(
    treated_row: NDArray[np.int64],
    control_row: NDArray[np.int64],
    set_number: NDArray[np.int64],
    ratio: int | None,
    estimand: str,
) -> tuple[Note, ...]:
    """The notes on sets that found fewer partners than asked for, and on partners who serve in several sets.

    Parameters
    ----------
    treated_row, control_row, set_number : ndarray of int64, shape (n_links,)
        Who stands with whom, and in which set.
    ratio : int or None
        Partners asked for; None where sets are as large as they come.
    estimand : {"ATT", "ATC", "ATE"}
        Sets are built around controls for the ATC, else around the treated.
    """
    notes = []
    of_treated = estimand != "ATC"
    if ratio is not None and set_number.size:
        n_short = int((np.bincount(set_number) < ratio).sum())
        if n_short:
            text = _incomplete_sentence(n_short, int(set_number.max()) + 1, ratio, of_treated=of_treated)
            notes.append(Note(code="incomplete_sets", text=text))
        uses = np.bincount(control_row if of_treated else treated_row)
        if uses.max() > 1:
            text = _reused_sentence(int((uses > 1).sum()), int(uses.max()), of_treated=of_treated)
            notes.append(Note(code="controls_reused", text=text))
    return tuple(notes)


def _incomplete_sentence(n_short: int, n_sets: int, ratio: int, *, of_treated: bool) -> str:
    if n_sets == 1:
        sets = phrase("The only set has")
    elif n_short == 1:
        sets = phrase("{n} of {n_sets} sets has", n=n_short, n_sets=n_sets)
    else:
        sets = phrase("{n} of {n_sets} sets have", n=n_short, n_sets=n_sets)
    if of_treated:
        return phrase("{sets} fewer than {ratio} controls.", sets=sets, ratio=ratio)
    return phrase("{sets} fewer than {ratio} treated patients.", sets=sets, ratio=ratio)


def _reused_sentence(n: int, most: int, *, of_treated: bool) -> str:
    if n == 1 and of_treated:
        return phrase("1 control serves in {most} sets.", most=most)
    if n == 1:
        return phrase("1 treated patient serves in {most} sets.", most=most)
    if of_treated:
        return phrase("{n} controls serve in several sets, one of them in {most}.", n=n, most=most)
    return phrase("{n} treated patients serve in several sets, one of them in {most}.", n=n, most=most)


def dissolved_note(n_dissolved: int, min_ratio: int, estimand: str) -> tuple[Note, ...]:
    """The note on sets that were dissolved for want of partners; none where there was no such set."""
    if n_dissolved == 0:
        return ()
    partners = phrase("{n} controls", n=min_ratio)
    if estimand == "ATC":
        partners = phrase("{n} treated patients", n=min_ratio)
    text = phrase(
        "{n} sets with fewer than {partners} were dissolved; nobody in them was offered again.",
        n=n_dissolved,
        partners=partners,
    )
    if n_dissolved == 1:
        text = phrase(
            "{n} set with fewer than {partners} was dissolved; nobody in it was offered again.",
            n=n_dissolved,
            partners=partners,
        )
    return (Note(code="sets_dissolved", text=text),)


def one_arm_note(strata: NDArray[np.int64], has_other: NDArray[np.bool_]) -> tuple[Note, ...]:
    """The note on strata that hold one arm only; none where all hold both.

    Parameters
    ----------
    strata : ndarray of int64, shape (n,)
        Numbered from 0.
    has_other : ndarray of bool, shape (n,)
        Whether her stratum holds anyone of the other arm.
    """
    alone = strata[~has_other]
    if alone.size == 0:
        return ()
    n_alone = np.unique(alone).size
    n_strata = int(strata.max()) + 1
    if n_alone > 1:
        text = phrase(
            "{n_alone} of {n_strata} strata hold one arm only; their {n} patients cannot be matched.",
            n_alone=n_alone,
            n_strata=n_strata,
            n=alone.size,
        )
    elif alone.size > 1:
        text = phrase(
            "{n_alone} of {n_strata} strata holds one arm only; its {n} patients cannot be matched.",
            n_alone=n_alone,
            n_strata=n_strata,
            n=alone.size,
        )
    else:
        text = phrase(
            "{n_alone} of {n_strata} strata holds one arm only; its {n} patient cannot be matched.",
            n_alone=n_alone,
            n_strata=n_strata,
            n=alone.size,
        )
    return (Note(code="strata_with_one_arm", text=text),)
