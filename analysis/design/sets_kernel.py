"""Compiled counts over the members of matched sets."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@njit(cache=True, nogil=True)
def first_of_each(row: Integers, label: Integers, n_labels: int, n: int) -> NDArray[np.bool_]:
    """Whether each entry is the first of its row in its set.

    Parameters
    ----------
    row, label : int64 (m,)
        Patients, below ``n``, and their sets, numbered from 0.
    n_labels, n : int64
        Sets, and patients in all.

    Returns
    -------
    bool (m,)
    """
    m = row.size
    last_set = np.full(n, -1, np.int64)
    first = np.empty(m, np.bool_)
    one_set_each = True
    for k in range(m):
        first[k] = last_set[row[k]] < 0
        one_set_each &= first[k] or last_set[row[k]] == label[k]
        last_set[row[k]] = label[k]
    if one_set_each:
        return first
    # Whoever is in several sets is met set by set.
    place = np.zeros(n_labels + 1, np.int64)
    for k in range(m):
        place[label[k] + 1] += 1
    for j in range(n_labels):
        place[j + 1] += place[j]
    by_set = np.empty(m, np.int64)
    for k in range(m):
        by_set[place[label[k]]] = k
        place[label[k]] += 1
    last_set[:] = -1
    for place_in_order in range(m):
        k = by_set[place_in_order]
        first[k] = last_set[row[k]] != label[k]
        last_set[row[k]] = label[k]
    return first


@njit(cache=True, nogil=True)
def add_shares(
    row: Integers, number: Integers, arm: NDArray[np.bool_], n_sets: int, towards_treated: bool, towards_control: bool
) -> NDArray[np.float64]:
    """What each patient weighs before weights are put on a scale, added up over her sets.

    Parameters
    ----------
    row, number : int64 (m,)
        Members of sets and the sets' numbers, each patient once per set.
    arm : bool (n,)
    n_sets : int64
    towards_treated, towards_control : bool
        Whom a set stands for: its treated patients, its controls, or both.

    Returns
    -------
    float64 (n,)
        Patients the set stands for over those of the patient's own arm in it.
    """
    in_set = np.zeros((n_sets, 2))
    for k in range(row.size):
        in_set[number[k], 0 if arm[row[k]] else 1] += 1.0
    weights = np.zeros(arm.size)
    for k in range(row.size):
        n_treated = in_set[number[k], 0]
        n_control = in_set[number[k], 1]
        target = 0.0
        if towards_treated:
            target += n_treated
        if towards_control:
            target += n_control
        weights[row[k]] += target / (n_treated if arm[row[k]] else n_control)
    return weights


@njit(cache=True, nogil=True)
def number_sets(
    row: Integers, label: Integers, arm: NDArray[np.bool_], n_labels: int, by_treated: bool
) -> tuple[Integers, Integers, bool]:
    """Number sets by the lowest row of one arm, sets that share it by label, and give each patient the lowest number.

    Parameters
    ----------
    row, label : int64 (m,)
        Members of sets and their labels, numbered from 0 without gaps.
    arm : bool (n,)
    n_labels : int64
    by_treated : bool
        Which arm's rows count.

    Returns
    -------
    numbers : int64 (n_labels,)
        The number of each label.
    subclass : int64 (n,)
        −1 for patients in no set.
    both_arms : bool
        Whether every set holds both arms.
    """
    n = arm.size
    lowest = np.full(n_labels, n, np.int64)
    met = np.zeros((2, n_labels), np.bool_)
    for k in range(row.size):
        treated = arm[row[k]]
        met[1 if treated else 0, label[k]] = True
        if treated == by_treated:
            lowest[label[k]] = min(lowest[label[k]], row[k])
    place = np.zeros(n + 2, np.int64)
    for j in range(n_labels):
        place[lowest[j] + 1] += 1
    for i in range(n + 1):
        place[i + 1] += place[i]
    numbers = np.empty(n_labels, np.int64)
    for j in range(n_labels):
        numbers[j] = place[lowest[j]]
        place[lowest[j]] += 1
    subclass = np.full(n, -1, np.int64)
    for k in range(row.size):
        number = numbers[label[k]]
        if subclass[row[k]] < 0 or number < subclass[row[k]]:
            subclass[row[k]] = number
    return numbers, subclass, bool(met.all())


@njit(cache=True, nogil=True)
def number_labels(labels: Integers, lowest: int, span: int) -> Integers:
    """Numbers of labels in their order, from 0 without gaps; labels lie from ``lowest`` to less than ``span`` above."""
    number = np.zeros(span, np.int64)
    for label in labels:
        number[label - lowest] = 1
    n_before = 0
    for place in range(span):
        met = number[place]
        number[place] = n_before
        n_before += met
    numbers = np.empty(labels.size, np.int64)
    for k in range(labels.size):
        numbers[k] = number[labels[k] - lowest]
    return numbers
