"""The columns of the baseline table, one by one: their values, their levels and their missing values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.manuscript.tables.hiding import HIDDEN
from analysis.manuscript.tables.source import ARMS, WHEN, TableSource, When
from analysis.reporting.suppression import is_active, is_small

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BaselineColumn:
    """One column of the baseline table.

    Attributes
    ----------
    name : str
    values : pandas.Series
        (n,) of the patients before the design; NaN where missing.
    terms : tuple of dict
        Its rows of the balance table, one for each level that has one, hidden where they are hidden there.
    missing : dict of str to int, or HIDDEN
        Patients without a value by arm.
    covariate : bool
        Whether it is part of the propensity score.
    """

    name: str
    values: pd.Series
    terms: tuple[Json, ...]
    missing: Mapping[str, Any]
    covariate: bool

    @property
    def levels(self) -> tuple[Any, ...]:
        """Its levels, one for each term; empty for a column of numbers."""
        if isinstance(self.values.dtype, pd.CategoricalDtype):
            levels = tuple(self.values.cat.categories)
            return levels if len(levels) > 2 else levels[-1:]
        return (1.0,) if self.terms and self.terms[0]["kind"] == "binary" else ()


def baseline_columns(source: TableSource) -> Iterator[BaselineColumn]:
    """Every covariate, then every further column of the balance table, that has a row there."""
    result, document = source.publication.result, source.document
    also = [column for column in result.settings.balance.also if column in result.patients.extra]
    frames = (
        (result.patients.covariates, list(result.patients.covariates.columns), document["balance"], True),
        (result.patients.extra, also, document["balance_other"] or [], False),
    )
    missing = _missing_covariates(source)
    for frame, names, rows, covariate in frames:
        for name in names:
            terms = tuple(row for row in rows if row["covariate"] == name)
            if not terms:
                continue
            absent = missing.get(name, dict.fromkeys(ARMS, 0)) if covariate else _missing_here(source, frame[name])
            yield BaselineColumn(name=name, values=frame[name], terms=terms, missing=absent, covariate=covariate)


def _missing_covariates(source: TableSource) -> dict[str, dict[str, Any]]:
    """Missing values of the covariates by arm, among all who were eligible; all or none where small counts are hidden."""
    picture, below = source.publication.missing, source.below
    if picture is None:
        return {}
    counts = {
        name: {"treated": int(treated), "control": int(control)}
        for name, treated, control in zip(
            picture.columns, picture.missing_treated, picture.missing_control, strict=True
        )
    }
    sizes = {"treated": picture.n_treated, "control": picture.n_control}
    told = [
        part
        for absent in counts.values()
        for arm in ARMS
        # Against all who were eligible, and against those whom any missing value left out.
        for part in (absent[arm], sizes[arm] - absent[arm], sizes[arm] - _complete(source, arm) - absent[arm])
    ]
    if is_active(below) and any(is_small(abs(part), below) for part in told):
        return {name: dict.fromkeys(ARMS, HIDDEN) for name in counts}
    return dict(counts)


def _complete(source: TableSource, arm: str) -> int:
    treated = source.publication.result.patients.treated
    return int((treated if arm == "treated" else ~treated).sum())


def _missing_here(source: TableSource, values: pd.Series) -> dict[str, Any]:
    treated = source.publication.result.patients.treated
    absent = values.isna().to_numpy()
    counts = {"treated": int((absent & treated).sum()), "control": int((absent & ~treated).sum())}
    parts = [*counts.values(), int(treated.sum()) - counts["treated"], int((~treated).sum()) - counts["control"]]
    small = is_active(source.below) and any(is_small(part, source.below) for part in parts)
    return dict.fromkeys(ARMS, HIDDEN) if small else dict(counts)


def arm_rows(source: TableSource, when: When, arm: str) -> NDArray[np.bool_]:
    """Which patients of an arm are in a population."""
    result = source.publication.result
    treated = result.patients.treated if arm == "treated" else ~result.patients.treated
    return treated & (result.design.weights > 0) if when == "after" else treated


def level_counts(source: TableSource, column: BaselineColumn, when: When, arm: str) -> list[int]:
    """Patients of an arm at each level that the table shows."""
    values = column.values[arm_rows(source, when, arm)]
    return [int((values == level).sum()) for level in column.levels]


def hidden_levels(source: TableSource, column: BaselineColumn) -> dict[When, set[int]]:
    """Which levels of a column are hidden in each population, in both arms.

    Parameters
    ----------
    source : TableSource
    column : BaselineColumn

    Returns
    -------
    dict of str to set of int
        Places of levels: those hidden in the balance table of the run, those with few patients of an arm or few of an
        arm without them, and where what is hidden of an arm sums to a small number, the next smallest.
    """
    found: dict[When, set[int]] = {}
    for when in WHEN:
        hidden = {place for place, term in enumerate(column.terms) if _is_hidden(term, when)}
        for arm in ARMS if is_active(source.below) else ():
            n = int(arm_rows(source, when, arm).sum())
            known = int(column.values[arm_rows(source, when, arm)].notna().sum())
            hidden |= _hidden_of(level_counts(source, column, when, arm), (n, known), hidden, source.below)
        found[when] = hidden
    return found


def _is_hidden(term: Json, when: When) -> bool:
    return term["kind"] == "binary" and term[f"mean_treated_{when}"] is HIDDEN


def _hidden_of(counts: list[int], sizes: tuple[int, int], hidden: set[int], below: int) -> set[int]:
    n, known = sizes
    if is_small(n, below) or is_small(known, below) or is_small(n - known, below):
        return set(range(len(counts)))
    small = {place for place, count in enumerate(counts) if is_small(count, below) or is_small(known - count, below)}
    hidden = hidden | small
    left = sorted((count == 0, count, place) for place, count in enumerate(counts) if place not in hidden)
    # Levels of three and more sum to all who are known: what is hidden must not follow from those that remain.
    while len(counts) > 1 and small and left and (len(hidden) == 1 or sum(counts[place] for place in hidden) < below):
        hidden = hidden | {left.pop(0)[2]}
    return hidden
