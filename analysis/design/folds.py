"""Folds for cross-validation and cross-fitting: patients dealt out by arm, equal patients together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimationError
from analysis.phrases import phrase


def distinct_rows(columns: Sequence[NDArray[np.float64]]) -> NDArray[np.int64]:
    """Number of each patient's row among the distinct rows of values, counted in their sorted order.

    Parameters
    ----------
    columns : sequence of ndarray, each of shape (n,)
        Complete values; the first column sorts first.

    Returns
    -------
    ndarray of int64, shape (n,)
        Equal for patients with equal rows, and the same wherever a patient stands in the file.

    Examples
    --------
    >>> distinct_rows([np.array([2.0, 1.0, 2.0]), np.array([5.0, 7.0, 5.0])]).tolist()
    [1, 0, 1]
    """
    order = np.lexsort(tuple(reversed(columns)))
    new = np.zeros(order.size, dtype=np.int64)
    for column in columns:
        arranged = column[order]
        new[1:] |= arranged[1:] != arranged[:-1]
    numbers = np.empty(order.size, dtype=np.int64)
    numbers[order] = np.cumsum(new)
    return numbers


def assign_folds(
    groups: NDArray[np.int64], treated: NDArray[np.bool_], *, n_folds: int, seed: int
) -> NDArray[np.int64]:
    """Deal groups of patients into folds so that each fold holds about the same share of each arm.

    Groups are shuffled, sorted by size, largest first, and each goes to the fold that has had least of its arms.

    Parameters
    ----------
    groups : ndarray of int64, shape (n,)
        Patients with the same number stay together; numbers from 0 without gaps.
    treated : ndarray of bool, shape (n,)
        True for the treated arm.
    n_folds : int
        2 or more.
    seed : int
        Of the shuffling.

    Returns
    -------
    ndarray of int64, shape (n,)
        Fold of each patient, from 0.

    Raises
    ------
    EstimationError
        An arm has fewer patients than folds, or lies in one fold, so that the others hold none of it.

    Examples
    --------
    >>> arm = np.array([True, True, False, False])
    >>> folds = assign_folds(np.arange(4), arm, n_folds=2, seed=0)
    >>> sorted(folds[arm].tolist()), sorted(folds[~arm].tolist())
    ([0, 1], [0, 1])
    """
    n_treated, n_control = int(treated.sum()), int((~treated).sum())
    fewest = min(n_treated, n_control)
    if fewest < n_folds:
        raise EstimationError(
            phrase(
                "{n_folds} folds need at least {n_folds} patients in each arm; the smaller arm has "
                "{fewest}. Choose fewer folds, or a regression.",
                n_folds=n_folds,
                fewest=fewest,
            )
        )
    sizes_treated = np.bincount(groups[treated], minlength=groups.max() + 1)
    sizes = np.bincount(groups)
    shuffled = np.random.default_rng(seed).permutation(sizes.size)
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    fold_of_group = np.empty(sizes.size, dtype=np.int64)
    held_treated, held_control = [0] * n_folds, [0] * n_folds
    for group, treated_here, size in zip(
        order.tolist(), sizes_treated[order].tolist(), sizes[order].tolist(), strict=True
    ):
        control_here = size - treated_here
        part_treated, part_control = treated_here / n_treated**2, control_here / n_control**2
        # The rise of the sum of squared shares of each arm, were the group put there.
        rises = [
            part_treated * (2 * held_treated[fold] + treated_here)
            + part_control * (2 * held_control[fold] + control_here)
            for fold in range(n_folds)
        ]
        fold = rises.index(min(rises))
        fold_of_group[group] = fold
        held_treated[fold] += treated_here
        held_control[fold] += control_here
    if n_treated in held_treated or n_control in held_control:
        raise EstimationError(
            phrase(
                "Each fold needs both arms among the patients outside it; found {n_rows} different "
                "rows of covariates, and one fold holds an arm alone. Choose a regression, or more "
                "covariates.",
                n_rows=sizes.size,
            )
        )
    return fold_of_group[groups]
