"""The best pairing of two groups over a list of allowed pairs: as many pairs as possible, then the least total cost."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

from analysis.errors import EstimationError
from analysis.phrases import phrase

MOST_CANDIDATES = 20_000_000
"""Allowed pairs that fit into memory and a few minutes."""


def assign_pairs(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    cost: NDArray[np.float64],
    n_first: int,
    n_second: int,
    *,
    urgent: NDArray[np.bool_] | None = None,
    as_many_as_possible: bool = True,
) -> NDArray[np.int64]:
    """Choose among allowed pairs so that nobody is in two, as many as possible are chosen, and they cost the least.

    Everyone of the first group is also offered a partner of her own outside the second one, at a price above any sum of costs, so
    that a full assignment always exists and leaves as few as possible to these partners. Groups that no allowed pair
    connects are solved one by one.

    Parameters
    ----------
    first, second : ndarray of int64, shape (pairs,)
        The two ends of each allowed pair, numbered from 0 in their group.
    cost : ndarray of float64, shape (pairs,)
        Finite; below 0 only when ``as_many_as_possible`` is False.
    n_first, n_second : int
        Sizes of the groups.
    urgent : ndarray of bool, shape (n_first,), optional
        As many as possible of these are chosen too. That takes no pair from the others: whoever can be paired at the
        same time can be so in a choice of the most pairs, with partners perhaps exchanged.
    as_many_as_possible : bool
        False chooses the least total cost whatever the number of pairs: those that save something, below 0.

    Returns
    -------
    ndarray of int64
        Positions of the chosen pairs, by their first end.

    Raises
    ------
    EstimationError
        More than ``MOST_CANDIDATES`` allowed pairs.

    Notes
    -----
    The assignment is scipy's (Jonker & Volgenant 1987, doi:10.1007/BF02278710, in its sparse form).

    Examples
    --------
    >>> ends = np.array([0, 0, 1]), np.array([0, 1, 0])
    >>> assign_pairs(*ends, np.array([1.0, 5.0, 2.0]), 2, 2).tolist()
    [1, 2]
    >>> assign_pairs(*ends, np.array([-3.0, -1.0, -1.0]), 2, 2, as_many_as_possible=False).tolist()
    [0]
    """
    if first.size > MOST_CANDIDATES:
        raise EstimationError(too_many_sentence(MOST_CANDIDATES, first.size))
    if first.size == 0:
        return np.empty(0, dtype=np.int64)
    twice = np.zeros(n_first, dtype=np.bool_) if urgent is None else urgent
    chosen = [
        part[_assign_connected(first[part], second[part], cost[part], twice, as_many_as_possible)]
        for part in _connected_parts(first, second, n_first, n_second)
    ]
    positions = np.concatenate(chosen)
    return positions[np.argsort(first[positions], kind="stable")]


def too_many_sentence(most: int, found: int) -> str:
    """Why choosing the best among so many pairs is refused."""
    return phrase(
        "Optimal matching may choose among {most:,} pairs within the caliper, and there are "
        "{found:,}. Narrow the caliper, or match to the nearest.",
        most=most,
        found=found,
    )


def _connected_parts(
    first: NDArray[np.int64], second: NDArray[np.int64], n_first: int, n_second: int
) -> list[NDArray[np.int64]]:
    """Positions of the pairs of each group of people whom allowed pairs connect."""
    n = n_first + n_second
    links = csr_array((np.ones(first.size, dtype=np.int8), (first, n_first + second)), shape=(n, n))
    part = connected_components(links, directed=False)[1][first]
    order = np.argsort(part, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(part[order])) + 1)


def _assign_connected(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    cost: NDArray[np.float64],
    urgent: NDArray[np.bool_],
    as_many_as_possible: bool,
) -> NDArray[np.int64]:
    people, row = np.unique(first, return_inverse=True)
    others, column = np.unique(second, return_inverse=True)
    if people.size == 1 and as_many_as_possible:
        return np.array([int(np.argmin(cost))])
    raised, alone = _prices(cost, urgent[people], others.size, as_many_as_possible)
    weights = csr_array(
        (
            np.concatenate([raised, alone]),
            (
                np.concatenate([row, np.arange(people.size)]),
                np.concatenate([column, others.size + np.arange(people.size)]),
            ),
        ),
        shape=(people.size, others.size + people.size),
    )
    rows, columns = min_weight_full_bipartite_matching(weights)
    paired = columns < others.size
    wanted = rows[paired] * others.size + columns[paired]
    order = np.argsort(row * others.size + column)
    found = np.searchsorted((row * others.size + column)[order], wanted)
    positions: NDArray[np.int64] = order[found]
    return positions


def _prices(
    cost: NDArray[np.float64], urgent: NDArray[np.bool_], n_others: int, as_many_as_possible: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Costs of 0 are no entries of a sparse matrix: all are raised alike, which changes no comparison of full
    # assignments. They are scaled to at most 1 before, so that raising them costs no digits.
    largest = float(np.abs(cost).max()) or 1.0
    if not as_many_as_possible:
        return cost / largest + 2.0, np.full(urgent.size, 2.0)
    # The price of staying alone exceeds what any rearrangement of the others could save. For the urgent it is twice
    # that: the difference, too, exceeds any saving, and no multiple of a multiple wastes digits.
    alone = float(min(urgent.size, n_others) + 1)
    return cost / largest + 1.0, np.where(urgent, 2.0 * alone, alone) + 1.0
