"""Matching of the closest pairs where no tie decides."""

import numpy as np
from numpy.typing import NDArray

from analysis.design.neighbour_kernel import chain_neighbours, take_closest
from analysis.design.order import stable_order

Integers = NDArray[np.int64]


def match_closest_untied(
    ratio: int,
    width: float,
    value: NDArray[np.float64],
    stratum: Integers,
    is_treated: NDArray[np.bool_],
    number: Integers,
) -> tuple[Integers, Integers, bool]:
    """Links taken when the closest pair goes first, for data in which no tie decides who is matched.

    Without ties the closest available pair always stands side by side among the units still available, so that
    neighbouring pairs alone are looked at. It stops as soon as two units compete at exactly equal distances.

    Parameters
    ----------
    ratio : int
        Rounds.
    width : float
        Largest distance allowed, inclusive; infinite for none.
    value, stratum, is_treated, number : ndarray, shape (n,)
        All units by stratum and distance: distance, stratum, arm, and number within the arm.

    Returns
    -------
    link_treated, link_control : ndarray of int64, shape (links,)
        In the order taken; empty when tied.
    tied : bool
        True when the order of equally distant units matters; `matching_kernel.match_closest` then decides.
    """
    # Units of one stratum and different arms differ in the last bit alone.
    kind = (2 * stratum + is_treated).astype(np.int32)
    available = np.ones(value.size, dtype=np.bool_)
    none = np.empty(0, dtype=np.int64)
    treated_links, control_links = [none], [none]
    for _ in range(ratio):
        chain, gap, lower = chain_neighbours(available, width, value, kind)
        order = stable_order(gap)
        treated, control, tied = take_closest(available, chain, width, value, gap[order], lower[order])
        if tied:
            return none, none, True
        treated_links.append(number[treated])
        control_links.append(number[control])
    return np.concatenate(treated_links), np.concatenate(control_links), False
