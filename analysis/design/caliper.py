"""The caliper: how different the two members of a pair may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design.exact_sum_kernel import exact_sum
from analysis.errors import EstimationError, SettingsError
from analysis.phrases import join_phrases, phrase

CaliperScale = Literal["sd", "pooled_sd", "raw"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnCaliper:
    """How far apart the two members of a pair may be in one column.

    Attributes
    ----------
    column : str
        Its name, for sentences.
    values : ndarray of float64, shape (n,)
        Every patient's value, finite.
    width : float
        Largest difference allowed, inclusive, in the column's own unit; infinite for no limit.
    """

    column: str
    values: NDArray[np.float64]
    width: float

    @property
    def limit(self) -> float:
        """The width with room for the rounding of decimals: 1.1 and 1.0 are 0.1 apart, though not in binary."""
        return self.width + 4.0 * float(np.finfo(np.float64).eps) * float(np.abs(self.values).max(initial=0.0))


def caliper_width(
    distance: ArrayLike,
    treated: ArrayLike,
    *,
    caliper: float | None,
    caliper_scale: CaliperScale = "sd",
) -> float | None:
    """Largest distance allowed within a pair, on the scale of ``distance``.

    Parameters
    ----------
    distance : array_like of float, shape (n,)
        Logit of the propensity score, or the score itself.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    caliper : float or None
        In units of ``caliper_scale``.
    caliper_scale : {"sd", "pooled_sd", "raw"}
        See `match_nearest`.

    Returns
    -------
    float or None
        None without a caliper.

    Raises
    ------
    EstimationError
        An arm has one patient only and "pooled_sd" was asked for.
    """
    if caliper is None:
        return None
    if caliper_scale == "raw":
        return float(caliper)
    unit = overall_sd if caliper_scale == "sd" else pooled_sd
    return float(caliper) * unit(np.asarray(distance, dtype=np.float64), np.asarray(treated, dtype=np.bool_))


def overall_sd(distance: NDArray[np.float64], _: NDArray[np.bool_]) -> float:
    """The width of a caliper of 1 on the scale "sd": the standard deviation of all patients as one sample."""
    return sqrt(_variance(distance))


def pooled_sd(distance: NDArray[np.float64], arm: NDArray[np.bool_]) -> float:
    """The width of a caliper of 1 on the scale "pooled_sd": the root of the arms' mean variance.

    Raises
    ------
    EstimationError
        An arm has one patient only.
    """
    if min(arm.sum(), (~arm).sum()) < 2:
        raise EstimationError(
            phrase(
                "The pooled standard deviation needs two patients in each arm; one arm has a single "
                "patient. Use the caliper scale sd or raw."
            )
        )
    return sqrt((_variance(distance[arm]) + _variance(distance[~arm])) / 2)


def _variance(values: NDArray[np.float64]) -> float:
    # Exact sums: the same width on every machine, so that a pair at its very edge is never in doubt.
    mean = exact_sum(values, 0.0, False) / values.size
    return float(exact_sum(values, mean, True) / (values.size - 1))


def effective_calipers(calipers: Sequence[ColumnCaliper], n: int) -> tuple[ColumnCaliper, ...]:
    """The calipers that limit anything, once all are found sound.

    Parameters
    ----------
    calipers : sequence of ColumnCaliper
        As a matching was given them.
    n : int
        Patients.

    Returns
    -------
    tuple of ColumnCaliper
        Those of finite width.

    Raises
    ------
    SettingsError
        A width is negative or no number.
    EstimationError
        A column has missing or infinite values.
    """
    out_of_range = [item.column for item in calipers if not item.width >= 0]
    if out_of_range:
        raise SettingsError(
            *(
                phrase(
                    "The caliper on {column} must be a number of 0 or more, in the column's own unit.", column=column
                )
                for column in out_of_range
            )
        )
    problems = []
    for item in calipers:
        if np.shape(item.values) != (n,):
            raise ValueError("a caliper needs one value per patient")
        n_unknown = int(np.count_nonzero(~np.isfinite(item.values)))
        if n_unknown:
            problems.append(
                phrase(
                    "A caliper needs a value of {column} for every patient; {n_unknown} of {n} are "
                    "missing or infinite. Leave these patients out or leave the caliper out.",
                    column=item.column,
                    n_unknown=n_unknown,
                    n=n,
                )
            )
    if problems:
        raise EstimationError(*problems)
    return tuple(item for item in calipers if item.width < np.inf)


def within_calipers(
    calipers: Sequence[ColumnCaliper], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which pairs of rows satisfy all calipers.

    Parameters
    ----------
    calipers : sequence of ColumnCaliper
        The limits, each inclusive.
    first, second : ndarray of int64, shape (pairs,)
        Rows of the two members of each pair.

    Returns
    -------
    ndarray of bool, shape (pairs,)

    Examples
    --------
    >>> age = ColumnCaliper(column="age", values=np.array([50.0, 55.0, 61.0]), width=5.0)
    >>> within_calipers([age], np.array([0, 0, 1]), np.array([1, 2, 2])).tolist()
    [True, False, False]
    """
    within = np.ones(np.shape(first), dtype=np.bool_)
    for item in calipers:
        within &= np.abs(item.values[first] - item.values[second]) <= item.limit
    return within


def calipers_in_words(calipers: Sequence[ColumnCaliper]) -> str:
    """Such as "age (within 5) and bilirubin (within 0.3)"."""
    named = [phrase("{column} (within {width:g})", column=item.column, width=item.width) for item in calipers]
    if len(named) == 1:
        return named[-1]
    return phrase("{first} and {last}", first=join_phrases(named[:-1], ", "), last=named[-1])
