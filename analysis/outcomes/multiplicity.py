"""p-values of several tests, adjusted for there being several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.phrases import phrase

Adjustment = Literal["none", "holm", "hochberg", "benjamini-hochberg"]

METHODS = {
    "none": phrase("not adjusted for the number of tests"),
    "holm": phrase("Holm: chance of any false finding, whatever the tests have in common"),
    "hochberg": phrase("Hochberg: chance of any false finding, for tests that are independent or positively related"),
    "benjamini-hochberg": phrase("Benjamini–Hochberg: expected share of false findings among all findings"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdjustedPValues:
    """p-values beside their adjusted ones.

    Attributes
    ----------
    p_values, adjusted : tuple of float or None
        In the order given; None for a test that has no p-value.
    n_tests : int
        Tests with a p-value: the number that is adjusted for.
    adjustment : {"none", "holm", "hochberg", "benjamini-hochberg"}
    method : str
        The adjustment in words, with what it guards.
    """

    p_values: tuple[float | None, ...]
    adjusted: tuple[float | None, ...]
    n_tests: int
    adjustment: Adjustment
    method: str


def adjust_p_values(p_values: Sequence[float | None], adjustment: Adjustment = "holm") -> AdjustedPValues:
    """Adjust the p-values of tests that are read side by side.

    A test without a p-value takes no part and does not count among the tests.

    Parameters
    ----------
    p_values : sequence of float or None
        In [0, 1].
    adjustment : {"none", "holm", "hochberg", "benjamini-hochberg"}
        Holm and Hochberg guard the chance of any false finding, Benjamini–Hochberg the share of false ones among the
        findings. Hochberg's needs tests that are independent or positively related.

    Returns
    -------
    AdjustedPValues
        = R ``p.adjust``.

    Raises
    ------
    EstimationError
        If a p-value lies outside 0 to 1.
    SettingsError
        If the adjustment is none of those above.

    Notes
    -----
    Holm 1979, Scandinavian Journal of Statistics 6:65–70. Hochberg 1988, doi:10.1093/biomet/75.4.800.
    Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> [round(p, 3) for p in adjust_p_values([0.01, 0.04, 0.03]).adjusted]
    [0.03, 0.06, 0.06]
    >>> [round(p, 3) for p in adjust_p_values([0.01, 0.04, 0.03], "benjamini-hochberg").adjusted]
    [0.03, 0.04, 0.04]
    """
    if adjustment not in METHODS:
        raise SettingsError(
            phrase(
                "The adjustment for several tests must be one of {adjustments}; '{given}' was given. "
                "Choose one of these.",
                adjustments=", ".join(METHODS),
                given=adjustment,
            )
        )
    known = [position for position, p in enumerate(p_values) if p is not None]
    values = np.array([p_values[position] for position in known], dtype=np.float64)
    wrong = int(np.count_nonzero(~((values >= 0.0) & (values <= 1.0))))
    if wrong:
        raise EstimationError(
            phrase(
                "Every p-value must lie between 0 and 1; {wrong} of {n} do not. Give the p-values "
                "of the tests themselves, and leave out tests that have none.",
                wrong=wrong,
                n=values.size,
            )
        )
    adjusted: list[float | None] = [None] * len(p_values)
    for position, p in zip(known, _ADJUST[adjustment](values), strict=True):
        adjusted[position] = float(p)
    return AdjustedPValues(
        p_values=tuple(p_values),
        adjusted=tuple(adjusted),
        n_tests=len(known),
        adjustment=adjustment,
        method=METHODS[adjustment],
    )


def _unchanged(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    return p_values


def _holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(p_values, kind="stable")
    steps = np.arange(p_values.size, 0, -1) * p_values[order]
    return _back(np.maximum.accumulate(steps), order)


def _hochberg(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(-p_values, kind="stable")
    return _back(np.minimum.accumulate(np.arange(1, p_values.size + 1) * p_values[order]), order)


def _benjamini_hochberg(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    n = p_values.size
    order = np.argsort(-p_values, kind="stable")
    return _back(np.minimum.accumulate(n / np.arange(n, 0, -1) * p_values[order]), order)


def _back(sorted_values: NDArray[np.float64], order: NDArray[np.int64]) -> NDArray[np.float64]:
    """At most 1, in the order in which the tests were given."""
    values = np.empty(order.size)
    values[order] = np.minimum(sorted_values, 1.0)
    return values


_ADJUST: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "none": _unchanged,
    "holm": _holm,
    "hochberg": _hochberg,
    "benjamini-hochberg": _benjamini_hochberg,
}
