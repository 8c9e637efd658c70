"""Which caliper to suggest, and why: by sets kept and balance alone."""

from dataclasses import dataclass

import numpy as np

from analysis.phrases import phrase
from analysis.study.caliper_path.result import Floats, Integers

ALIKE = 0.1
"""Arms whose standardised differences are all smaller than this are called alike."""

ENOUGH_SETS = 0.5
"""A suggested caliper keeps at least this share of the sets that the widest caliper keeps."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suggestion:
    """Place of a caliper on the path and the reason, as a phrase; None and nothing where none can be suggested."""

    index: int | None
    reason: str


def suggest_caliper(caliper: Floats, n_sets: Integers, largest_smd: Floats) -> Suggestion:
    """Suggest a caliper by two rules, the second where the first finds none; see ``caliper_path``.

    Parameters
    ----------
    caliper, n_sets, largest_smd : ndarray, shape (k,)
        Along the path; calipers ascend, NaN where there is no difference.

    Examples
    --------
    >>> found = suggest_caliper(np.array([0.1, 0.2, 0.5]), np.array([30, 40, 50]), np.array([0.02, 0.08, 0.3]))
    >>> found.index, found.reason
    (1, 'the widest caliper at which every difference is below 0.1, with 40 of at most 50 sets')
    """
    known = np.isfinite(largest_smd) & (n_sets > 0)
    if not known.any():
        return Suggestion(index=None, reason="")
    most = int(n_sets.max())
    alike = np.flatnonzero(known & (largest_smd < ALIKE) & (n_sets >= ENOUGH_SETS * most))
    if alike.size:
        index = int(alike[-1])
        why = phrase("the widest caliper at which every difference is below {alike:g}", alike=ALIKE)
    else:
        index = _bend(known, n_sets, largest_smd)
        why = phrase(
            "no caliper keeps half of the sets with every difference below {alike:g}; here the "
            "curve of sets kept against the largest difference bends most",
            alike=ALIKE,
        )
    return Suggestion(
        index=index,
        reason=phrase("{why}, with {n_sets:,} of at most {most:,} sets", why=why, n_sets=int(n_sets[index]), most=most),
    )


def _bend(known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], n_sets: Integers, largest_smd: Floats) -> int:
    """Where sets, rescaled to run from 0 to 1, exceed differences, rescaled likewise, by most; the widest of equals."""
    places = np.flatnonzero(known)
    sets, smd = n_sets[places].astype(np.float64), largest_smd[places]
    lead = (sets - sets.min()) / max(float(np.ptp(sets)), 1.0) - (smd - smd.min()) / max(float(np.ptp(smd)), 1e-12)
    return int(places[np.flatnonzero(lead >= lead.max() - 1e-12)[-1]])
