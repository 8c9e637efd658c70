"""Whether covariates tell the arms apart without error, so that no propensity model exists."""

import numpy as np
from numpy.typing import NDArray

_FIRST_ROWS = 2_000
_MORE_ROWS = 2_000
_FEASIBLE = 1e-8
_PRECISION = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}


def separating_covariates(
    matrix: NDArray[np.float64], owners: tuple[str, ...], outcome: NDArray[np.bool_]
) -> tuple[str, ...]:
    """Covariates that together separate the arms, fully or except for ties; empty when none do.

    The arms are separated when some combination of the columns is never negative for the treated, never positive
    for the controls, and not always zero. A linear programme decides; covariates that are not needed for the
    separation are then left out one by one.

    Parameters
    ----------
    matrix : ndarray of float64, shape (n, 1 + p)
        The intercept's ones, then standardised columns.
    owners : tuple of str, length p
        Covariate that each column was made from.
    outcome : ndarray of bool, shape (n,)
        True for the treated arm.

    Source: Albert & Anderson 1984, doi:10.1093/biomet/71.1.1.
    """
    signed = np.where(outcome, 1.0, -1.0)[:, None] * matrix
    if not _separates(signed):
        return ()
    column_owner = np.array(("", *owners), dtype=object)
    needed = list(dict.fromkeys(owners))
    for candidate in tuple(needed):
        rest = [name for name in needed if name != candidate]
        if rest and _separates(signed[:, np.isin(column_owner, ["", *rest])]):
            needed = rest
    return tuple(needed)


def _separates(signed: NDArray[np.float64]) -> bool:
    from scipy.optimize import linprog  # slow to load, and needed for few cohorts

    # Rows enter as constraints only when a solution without them would break them.
    total = signed.mean(axis=0)
    rng = np.random.default_rng(0)
    active = np.sort(rng.permutation(signed.shape[0])[:_FIRST_ROWS])
    while True:
        solution = linprog(
            -total,
            A_ub=-signed[active],
            b_ub=np.zeros(active.size),
            bounds=(-1.0, 1.0),
            method="highs",
            options=_PRECISION,
        )
        if solution.x is None:
            return False
        margins = signed @ solution.x
        if margins.max() < _FEASIBLE:
            return False
        broken = np.setdiff1d(np.flatnonzero(margins < -_FEASIBLE), active)
        if broken.size == 0:
            return bool(margins.min() > -_FEASIBLE)
        worst = broken[np.argsort(margins[broken])[:_MORE_ROWS]]
        active = np.union1d(active, worst)
