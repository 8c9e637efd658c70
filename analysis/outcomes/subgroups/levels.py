"""The levels of a subgroup: categories as they are, numbers cut at stated points."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubgroupLevels:
    """The level of every patient.

    Attributes
    ----------
    codes : (n,) int64
        Position in ``labels``; −1 where the column has no value.
    labels : tuple of str
    cutpoints : tuple of float
        Where numbers were cut, upper limits of their levels; empty for categories.
    """

    codes: NDArray[np.int64]
    labels: tuple[str, ...]
    cutpoints: tuple[float, ...]


def label_levels(values: ArrayLike, labels: Sequence[str] | None = None) -> SubgroupLevels:
    """Take the categories of a column as levels.

    Parameters
    ----------
    values : (n,) labels
        Missing where unknown.
    labels : sequence, optional
        The levels in their order; by default those found, sorted.

    Raises
    ------
    EstimationError
        If a value is none of ``labels``.

    Examples
    --------
    >>> label_levels(["HBV", "HCV", None, "HBV"]).codes.tolist()
    [0, 1, -1, 0]
    """
    column = pd.Series(np.asarray(values, dtype=object))
    names = sorted(column.dropna().unique(), key=str) if labels is None else list(labels)
    codes = pd.Index(names, dtype=object).get_indexer(pd.Index(column))
    strange = int(np.count_nonzero((codes < 0) & column.notna().to_numpy()))
    if strange:
        raise EstimationError(
            phrase(
                "Every value of a subgroup must be one of its levels ({levels}); {strange} of {n} "
                "are not. Add these levels or correct the values.",
                levels=", ".join(map(str, names)),
                strange=strange,
                n=column.size,
            )
        )
    return SubgroupLevels(codes=codes.astype(np.int64), labels=tuple(str(name) for name in names), cutpoints=())


def cut_levels(values: ArrayLike, cutpoints: Sequence[float] | None = None) -> SubgroupLevels:
    """Cut a column of numbers into levels; a number at a cutpoint belongs to the level below.

    Cut once, over the whole cohort, so that levels before and after matching are the same patients.

    Parameters
    ----------
    values : (n,) numbers
        NaN where unknown.
    cutpoints : sequence of float, optional
        By default the median of the values, unweighted.

    Raises
    ------
    EstimationError
        If the column has no number, or a level would hold no patient.
    SettingsError
        If cutpoints are not finite numbers that rise.

    Examples
    --------
    >>> levels = cut_levels([40, 50, 60, 70])
    >>> levels.labels, levels.codes.tolist()
    (('≤ 55', '> 55'), [0, 0, 1, 1])
    """
    column = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(column)
    if not known.any():
        raise EstimationError(
            phrase("A subgroup must have values; none of {n} patients has one. Choose another column.", n=column.size)
        )
    cuts = np.array([np.median(column[known])] if cutpoints is None else list(cutpoints), dtype=np.float64)
    if cuts.size == 0 or not np.isfinite(cuts).all() or (np.diff(cuts) <= 0).any():
        raise SettingsError(
            phrase("Cutpoints of a subgroup must be finite numbers that rise. Correct the list of cutpoints.")
        )
    codes = np.where(known, np.searchsorted(cuts, column, side="left"), -1)
    sizes = np.bincount(codes[known], minlength=cuts.size + 1)
    if (sizes == 0).any():
        raise EstimationError(
            phrase(
                "Every level of a subgroup must hold patients; {n_empty} of {n_levels} hold none of the "
                "{n} patients. Choose cutpoints between the smallest and the largest value.",
                n_empty=int((sizes == 0).sum()),
                n_levels=sizes.size,
                n=int(known.sum()),
            )
        )
    between = [phrase("> {low:g} to {high:g}", low=low, high=high) for low, high in pairwise(cuts.tolist())]
    labels = (f"≤ {cuts[0]:g}", *between, f"> {cuts[-1]:g}")
    return SubgroupLevels(codes=codes.astype(np.int64), labels=labels, cutpoints=tuple(cuts.tolist()))
