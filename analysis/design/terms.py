"""The columns that covariates become: numbers as they are or as splines, indicators of levels, and their products."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.splines import restricted_cubic_spline, spline_knots
from analysis.errors import EstimationError, SettingsError
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CovariateTerm:
    """One column of numbers made from a covariate.

    Attributes
    ----------
    name : str
        The covariate's name, or ``column=level``; with a prime for each bend of a spline; two names joined by a colon
        for a product.
    covariate : str
        The column it was made from, or the two columns joined by a colon.
    level : str or None
        The level it marks; None for a number or a product.
    values : ndarray of float64, shape (n,)
        The numbers, or 1 where the patient has the level.
    """

    name: str
    covariate: str
    level: str | None
    values: NDArray[np.float64]


def covariate_terms(covariates: pd.DataFrame, *, every_level: bool) -> Iterator[CovariateTerm]:
    """Terms of a table of covariates, in its column order, made one at a time.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numbers or categoricals, without missing values.
    every_level : bool
        False leaves out each category's first level (the reference), as a model needs it. True keeps all levels
        of a category of three or more, and the second level of one of two, as a balance table needs it.
    """
    for column, series in covariates.items():
        if not isinstance(series.dtype, pd.CategoricalDtype):
            values = series.to_numpy(dtype=np.float64)
            yield CovariateTerm(name=str(column), covariate=str(column), level=None, values=values)
            continue
        levels, codes = present_levels(series)
        start = 0 if every_level and len(levels) != 2 else 1
        for code in range(start, len(levels)):
            yield CovariateTerm(
                name=f"{column}={levels[code]}",
                covariate=str(column),
                level=levels[code],
                values=(codes == code).astype(np.float64),
            )


def model_terms(
    covariates: pd.DataFrame, *, interactions: Sequence[tuple[str, str]] = (), splines: Mapping[str, int] | None = None
) -> list[CovariateTerm]:
    """Terms of a regression: each covariate's own, bent where a spline is asked for, then the products of pairs.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numbers or categoricals, without missing values.
    interactions : sequence of (str, str)
        Pairs of covariates: every term of the one times every term of the other. A pair given twice counts once.
    splines : mapping of str to int, optional
        Numeric covariates and their number of knots (see `restricted_cubic_spline`). Their further terms are named
        ``age'``, ``age''`` and so on.

    Returns
    -------
    list of CovariateTerm

    Raises
    ------
    SettingsError
        A spline or a pair names a column that is no covariate, a spline names a category, a pair names one covariate
        twice.
    EstimationError
        So many patients share a value that knots of a spline fall together.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [50.0, 60.0], "sex": pd.Categorical(["F", "M"])})
    >>> [term.name for term in model_terms(table, interactions=[("age", "sex")])]
    ['age', 'sex=M', 'age:sex=M']
    """
    bent = {} if splines is None else splines
    _refuse_unknown(covariates, interactions, bent)
    own: dict[str, list[CovariateTerm]] = {}
    for term in covariate_terms(covariates, every_level=False):
        own.setdefault(term.covariate, []).append(term)
    for column, n_knots in bent.items():
        own[column].extend(_bends(own[column][0], n_knots))
    terms = [term for several in own.values() for term in several]
    distinct = {frozenset(pair): pair for pair in reversed(interactions)}
    for first, second in reversed(distinct.values()):
        # A category with one level has no term; it is refused by name before a model is fitted.
        terms.extend(_product(one, other) for one in own.get(first, ()) for other in own.get(second, ()))
    return terms


def _refuse_unknown(
    covariates: pd.DataFrame, interactions: Sequence[tuple[str, str]], splines: Mapping[str, int]
) -> None:
    columns = {str(column): covariates[column] for column in covariates.columns}
    problems = []
    for column in splines:
        if column not in columns:
            problems.append(
                phrase(
                    "A spline's column must be a covariate; {column} is none. Add it to the covariates, "
                    "or leave the spline out.",
                    column=column,
                )
            )
        elif isinstance(columns[column].dtype, pd.CategoricalDtype):
            problems.append(
                phrase(
                    "A spline's column must hold numbers; {column} is a category. Leave the spline out.", column=column
                )
            )
    for first, second in interactions:
        problems.extend(
            phrase(
                "An interaction's columns must be covariates; {column} is none. Add it to the "
                "covariates, or leave the interaction out.",
                column=column,
            )
            for column in dict.fromkeys((first, second))
            if column not in columns
        )
        if first == second:
            problems.append(
                phrase(
                    "An interaction needs two different covariates; {first} is paired with itself. Leave "
                    "the interaction out; a spline lets the effect of a number bend.",
                    first=first,
                )
            )
    if problems:
        raise SettingsError(*dict.fromkeys(problems))


def _bends(term: CovariateTerm, n_knots: int) -> Iterator[CovariateTerm]:
    knots = spline_knots(term.values, n_knots)
    n_distinct = np.unique(knots).size
    if n_distinct < n_knots:
        raise EstimationError(
            phrase(
                "A spline of {covariate} with {n_knots} knots needs {n_knots} different quantiles; "
                "found {n_distinct}, as many patients share a value. Choose fewer knots, or leave "
                "the spline out.",
                covariate=term.covariate,
                n_knots=n_knots,
                n_distinct=n_distinct,
            )
        )
    for bend, values in enumerate(restricted_cubic_spline(term.values, knots), start=1):
        yield CovariateTerm(name=term.name + "'" * bend, covariate=term.covariate, level=None, values=values)


def _product(one: CovariateTerm, other: CovariateTerm) -> CovariateTerm:
    return CovariateTerm(
        name=f"{one.name}:{other.name}",
        covariate=f"{one.covariate}:{other.covariate}",
        level=None,
        values=one.values * other.values,
    )


def present_levels(series: pd.Series) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Levels of a categorical that occur, in order, and each patient's level by number (−1 missing)."""
    held = series.array
    codes = held.codes.astype(np.int64)
    names = tuple(str(level) for level in held.categories)
    counts = np.bincount(codes + 1, minlength=len(names) + 1)[1:]
    if counts.all():
        return names, codes
    used = np.flatnonzero(counts)
    # One place more, for the −1 of the missing.
    number = np.full(len(names) + 1, -1, dtype=np.int64)
    number[used] = np.arange(used.size)
    return tuple(names[place] for place in used), number[codes]


def count_terms(covariates: pd.DataFrame) -> int:
    """Terms that covariates have in a model without interactions and splines: as of `covariate_terms`, not made."""
    return sum(
        max(len(present_levels(column)[0]) - 1, 0) if isinstance(column.dtype, pd.CategoricalDtype) else 1
        for _, column in covariates.items()
    )
