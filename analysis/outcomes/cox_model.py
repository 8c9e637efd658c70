"""Cox regression on several columns: how the hazard goes with each of them, others held still."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from analysis.errors import EstimationError
from analysis.outcomes.cox_model_kernel import efron_derivatives
from analysis.outcomes.follow_up import sort_follow_up

MAX_STEPS = 50
# A further step of the search moves no patient's predictor by more than this, relative to the largest.
STEP_TOLERANCE = 1e-9
# A step that moves a predictor this far and gains less than this leads along a ridge that never ends.
FAR, FLAT = 0.1, 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxModel:
    """Log hazard ratios of several columns.

    Attributes
    ----------
    coefficients, standard_errors : (p,) float64
        Per unit of each column, on the logarithmic scale; errors from the information.
    log_likelihood : float
        Partial, at the maximum.
    n, n_events : int
    """

    coefficients: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    log_likelihood: float
    n: int
    n_events: int

    def predictor(self, columns: ArrayLike) -> NDArray[np.float64]:
        """Columns times coefficients: the log hazard ratio to a patient with zeros throughout."""
        return np.asarray(columns, dtype=np.float64) @ self.coefficients


def cox_model(time: ArrayLike, event: ArrayLike, columns: ArrayLike) -> CoxModel:
    """Estimate log hazard ratios by maximum partial likelihood, ties by Efron's method.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event : (n,) bool
    columns : (n, p) numbers
        Finite; every column varies and none is made up of the others.

    Returns
    -------
    CoxModel

    Raises
    ------
    EstimationError
        If the follow-up is impossible, or the likelihood has no maximum at finite coefficients.

    Notes
    -----
    Newton's method on standardised columns; a step that does not raise the likelihood is halved. = R ``coxph``.
    Efron 1977, doi:10.1080/01621459.1977.10480613.

    Examples
    --------
    >>> model = cox_model([1, 2, 3, 4], [True] * 4, [[1.0], [0.0], [1.0], [0.0]])
    >>> round(float(np.exp(model.coefficients[0])), 3)
    2.562
    """
    times, table = np.asarray(time, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    # The order that the follow-up is sorted into below, taken first so that columns follow it.
    order = np.argsort(times, kind="stable")
    follow_up = sort_follow_up(times[order], np.asarray(event)[order])
    scales = table.std(axis=0)
    standard = np.ascontiguousarray((table[order] - table.mean(axis=0)) / scales)
    coefficients = np.zeros(table.shape[1])
    likelihood, gradient, information = _derivatives(standard, coefficients, follow_up.event, follow_up.starts)
    for _ in range(MAX_STEPS):
        try:
            step = cho_solve(cho_factor(information), gradient)
        except (LinAlgError, ValueError):
            break
        moved = float(np.abs(standard @ step).max())
        if moved < STEP_TOLERANCE * max(1.0, float(np.abs(standard @ coefficients).max())):
            inverse = cho_solve(cho_factor(information), np.eye(coefficients.size))
            return CoxModel(
                coefficients=coefficients / scales,
                standard_errors=np.sqrt(np.diag(inverse)) / scales,
                log_likelihood=likelihood,
                n=times.size,
                n_events=int(follow_up.event.sum()),
            )
        length = 1.0
        there = _derivatives(standard, coefficients + step, follow_up.event, follow_up.starts)
        while not there[0] >= likelihood - 1e-12 * abs(likelihood) and length > 1e-4:
            length /= 2
            there = _derivatives(standard, coefficients + length * step, follow_up.event, follow_up.starts)
        if length * moved > FAR and there[0] - likelihood < FLAT:
            break
        coefficients = coefficients + length * step
        likelihood, gradient, information = there
    raise EstimationError(_no_maximum_sentence(times.size, int(follow_up.event.sum()), table.shape[1]))


def _no_maximum_sentence(n: int, n_events: int, n_columns: int) -> str:
    return (
        f"A Cox model needs a likelihood with a maximum at finite coefficients; {n_events} events of {n} patients and "
        f"{n_columns} {'column' if n_columns == 1 else 'columns'} have none: a column, or several together, tell without "
        "error who has the event next. Use fewer covariates."
    )


def _derivatives(
    columns: NDArray[np.float64],
    coefficients: NDArray[np.float64],
    event: NDArray[np.bool_],
    starts: NDArray[np.int64],
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    predictor = columns @ coefficients
    found: tuple[float, NDArray[np.float64], NDArray[np.float64]] = efron_derivatives(
        columns, predictor - predictor.max(), event, starts
    )
    return found
