"""Balance within subgroups or centres: whether arms that agree as a whole also agree in each part."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.balance.convention import USUAL, describe_convention, divisor
from analysis.design.balance.measures import arm_moments, chance_smd, checked_arrays, is_binary
from analysis.design.balance.result import largest_size
from analysis.design.terms import CovariateTerm, covariate_terms, present_levels
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.settings import BalanceSettings

Smds = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubgroupBalance:
    """Differences between the arms within each level of a category, before and after.

    Differences are treated minus control. A level in which an arm has nobody has None throughout.

    Attributes
    ----------
    group : str
        The category.
    levels : tuple of str
        Its levels that occur, in order.
    n_treated_before, n_control_before, n_treated_after, n_control_after : tuple of int
        Patients in each level; after, those with a weight above 0.
    effective_sample_size_treated_after, effective_sample_size_control_after : tuple of float
        (Σw)²/Σw² in each level; 0 where nobody is left.
    terms, covariate : tuple of str
        As in ``CovariateBalance``.
    smd_before, smd_after : tuple of tuple of float or None
        One row per level, one entry per term: the difference of the level's means over the divisor of the full
        sample, the same in all levels, before and after.
    largest_smd_before, largest_smd_after : tuple of float or None
        Largest |SMD| in each level.
    chance_smd_before, chance_smd_after : tuple of float or None
        |SMD| that chance alone stays below in 95 % of randomised comparisons of the level's (effective) size.
    method : str
        What differences are divided by.
    notes : tuple of Note
        Levels without both arms, and patients in no level.
    """

    group: str
    levels: tuple[str, ...]
    n_treated_before: tuple[int, ...]
    n_control_before: tuple[int, ...]
    n_treated_after: tuple[int, ...]
    n_control_after: tuple[int, ...]
    effective_sample_size_treated_after: tuple[float, ...]
    effective_sample_size_control_after: tuple[float, ...]
    terms: tuple[str, ...]
    covariate: tuple[str, ...]
    smd_before: tuple[Smds, ...]
    smd_after: tuple[Smds, ...]
    largest_smd_before: tuple[float | None, ...]
    largest_smd_after: tuple[float | None, ...]
    chance_smd_before: tuple[float | None, ...]
    chance_smd_after: tuple[float | None, ...]
    method: str
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row per level and term: ``level``, ``term``, ``covariate``, ``smd_before``, ``smd_after``."""
        return pd.DataFrame(
            {
                "level": np.repeat(np.array(self.levels, dtype=object), len(self.terms)),
                "term": list(self.terms) * len(self.levels),
                "covariate": list(self.covariate) * len(self.levels),
                "smd_before": pd.Series([smd for row in self.smd_before for smd in row], dtype=object),
                "smd_after": pd.Series([smd for row in self.smd_after for smd in row], dtype=object),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """Level and arm of each patient as one number, controls of a level before its treated; −1 in no level."""

    code: NDArray[np.int64]
    n_levels: int

    def sums(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums over each level (rows) and arm (control, treated)."""
        used = self.code >= 0
        found = np.bincount(self.code[used], weights=amounts[used], minlength=2 * self.n_levels)
        return np.asarray(found, dtype=np.float64).reshape(self.n_levels, 2)


def subgroup_balance(
    covariates: pd.DataFrame,
    treated: ArrayLike,
    weights: ArrayLike,
    groups: pd.Series,
    convention: BalanceSettings | None = None,
) -> SubgroupBalance:
    """Measure how alike the arms are within each level of a category, such as a subgroup or a centre.

    Parameters
    ----------
    covariates, treated, weights
        As in ``covariate_balance``.
    groups : Series, shape (n,)
        Categories; a patient without one is in no level.
    convention : BalanceSettings, optional
        Whose standard deviation divides, and whether shares are standardised. It is always that of the full sample
        before matching, also where the convention would recompute it: a level of few patients has no steady one,
        and with one divisor the same difference of means is the same SMD in every level.

    Returns
    -------
    SubgroupBalance

    Raises
    ------
    EstimationError
        An arm is empty, or all its weights are 0.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [50.0, 60.0, 40.0, 50.0]})
    >>> sites = pd.Series(["A", "B", "A", "B"], name="site", dtype="category")
    >>> balance = subgroup_balance(table, [True, True, False, False], np.ones(4), sites)
    >>> balance.levels, [round(smd, 3) for (smd,) in balance.smd_before]
    (('A', 'B'), [1.414, 1.414])
    """
    arm, weight = checked_arrays(covariates, treated, weights)
    levels, level_of = present_levels(groups.astype("category"))
    cells = _Cells(code=np.where(level_of >= 0, 2 * level_of + arm, -1), n_levels=len(levels))
    rule = (USUAL if convention is None else convention).model_copy(update={"after": "fixed"})
    before, after = cells.sums(np.ones(arm.size)), cells.sums(weight)
    squares = cells.sums(np.square(weight))
    effective = np.divide(after**2, squares, out=np.zeros_like(after), where=squares > 0)
    n_after = cells.sums((weight > 0).astype(np.float64))
    names, columns = [], []
    for term in covariate_terms(covariates, every_level=True):
        names.append((term.name, term.covariate))
        columns.append(_term_smds(term, arm, weight, cells, rule))
    smd_before, smd_after = (_rows([pair[when] for pair in columns], len(levels)) for when in (0, 1))
    return SubgroupBalance(
        group=str(groups.name),
        levels=levels,
        n_treated_before=_counts(before[:, 1]),
        n_control_before=_counts(before[:, 0]),
        n_treated_after=_counts(n_after[:, 1]),
        n_control_after=_counts(n_after[:, 0]),
        effective_sample_size_treated_after=tuple(effective[:, 1].tolist()),
        effective_sample_size_control_after=tuple(effective[:, 0].tolist()),
        terms=tuple(name for name, _ in names),
        covariate=tuple(column for _, column in names),
        smd_before=smd_before,
        smd_after=smd_after,
        largest_smd_before=tuple(map(largest_size, smd_before)),
        largest_smd_after=tuple(map(largest_size, smd_after)),
        chance_smd_before=_chances(before),
        chance_smd_after=_chances(effective),
        method=phrase("{divisor}, the same in every level", divisor=describe_convention(rule)),
        notes=_notes(levels, before, after, int((level_of < 0).sum())),
    )


def _term_smds(
    term: CovariateTerm, arm: NDArray[np.bool_], weight: NDArray[np.float64], cells: _Cells, rule: BalanceSettings
) -> tuple[Smds, Smds]:
    """The term's differences in every level, before and after."""
    binary = is_binary(term)
    full = [arm_moments(term.values[rows], np.ones(int(rows.sum())), binary=binary) for rows in (arm, ~arm)]
    spread = 1.0 if binary and rule.binary == "raw" else divisor(full[0].variance, full[1].variance, rule)
    # Measured from the mean of the full sample, so that large numbers lose no digits.
    offsets = term.values - term.values.mean()
    return (
        _level_smds(cells.sums(offsets), cells.sums(np.ones(arm.size)), spread),
        _level_smds(cells.sums(weight * offsets), cells.sums(weight), spread),
    )


def _level_smds(totals: NDArray[np.float64], sizes: NDArray[np.float64], spread: float | None) -> Smds:
    def one(total: NDArray[np.float64], size: NDArray[np.float64]) -> float | None:
        if spread is None or not (size > 0).all():
            return None
        return float(total[1] / size[1] - total[0] / size[0]) / spread

    return tuple(one(total, size) for total, size in zip(totals, sizes, strict=True))


def _rows(columns: list[Smds], n_levels: int) -> tuple[Smds, ...]:
    return tuple(tuple(column[level] for column in columns) for level in range(n_levels))


def _counts(sums: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(sums.astype(np.int64).tolist())


def _chances(sizes: NDArray[np.float64]) -> tuple[float | None, ...]:
    return tuple(chance_smd(size[1], size[0]) if (size > 0).all() else None for size in sizes)


def _notes(
    levels: tuple[str, ...], before: NDArray[np.float64], after: NDArray[np.float64], n_without: int
) -> tuple[Note, ...]:
    notes = []
    alone = [level for level, size in zip(levels, before, strict=True) if not (size > 0).all()]
    left = [level for level, size in zip(levels, after, strict=True) if not (size > 0).all() and level not in alone]
    if alone:
        text = phrase(
            "Only one arm has patients in {levels}: there is nothing to compare there.", levels=", ".join(alone)
        )
        notes.append(Note(code="level_with_one_arm", text=text))
    if left:
        text = phrase(
            "In {levels} one arm has nobody among the patients compared: nothing is compared there any more.",
            levels=", ".join(left),
        )
        notes.append(Note(code="level_with_one_arm_after", text=text))
    if n_without:
        text = phrase("{n:,} patients have no value and are in no level.", n=n_without)
        if n_without == 1:
            text = phrase("{n:,} patient has no value and is in no level.", n=n_without)
        notes.append(Note(code="patients_in_no_level", text=text))
    return tuple(notes)
