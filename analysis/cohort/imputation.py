"""Multiple imputation of covariates by chained equations with predictive mean matching, blind to every outcome."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.imputation_kernel import ChainedColumn, draw_donors, working_columns
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.settings import MissingSettings

FEWEST_OBSERVED = 3
"""A covariate known in fewer patients gives no donors to choose among."""

MOSTLY_MISSING = 0.5

DRIFT = 4.0
"""A chain still drifts when the t-statistic of its last change over the sets exceeds this."""

FEWEST_ITERATIONS_FOR_DRIFT = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImputedSets:
    """The values drawn for every missing covariate, m times.

    Attributes
    ----------
    n_sets : int
        m.
    columns : tuple of str
        The covariates with missing values, in the order of the table.
    rows : tuple of (k_j, ) arrays of int
        For each of them the patients without a value, ascending.
    values : tuple of (m, k_j) arrays
        For each of them the values drawn: float64, or int64 codes of the category's levels.
    notes : tuple of Note
        What a reader should know of the imputation.
    """

    n_sets: int
    columns: tuple[str, ...]
    rows: tuple[NDArray[np.int64], ...]
    values: tuple[NDArray[np.float64] | NDArray[np.int64], ...]
    notes: tuple[Note, ...]


def impute(
    covariates: pd.DataFrame,
    treated: NDArray[np.bool_],
    missing: MissingSettings,
    progress: Callable[[int], None] | None = None,
) -> ImputedSets:
    """Draw every missing covariate m times from patients who are alike in what is known of them.

    The columns are imputed in turn, the one with the fewest missing values first, each from all other covariates and
    the treatment, and the round is repeated ``missing.iterations`` times. Within a turn a linear model predicts the
    column; a patient without a value takes the value of one of the five patients whose predictions are nearest to
    their own, at random (predictive mean matching, the model drawn anew each time for the patients without a value).
    So every value is one that was observed: scores stay whole, categories stay levels, laboratory values stay in
    their range. Numbers enter the models as normal scores of their ranks, so that neither a unit, a logarithm nor an
    extreme value changes what is drawn; a category is predicted as a whole, its levels by their indicators.

    Outcomes take no part: a shuffled outcome leaves every set as it is.

    Parameters
    ----------
    covariates : pandas.DataFrame
        (n, p), float64 with NaN or Categorical with missing cells.
    treated : (n, ) array of bool
        True in the treated arm.
    missing : MissingSettings
        The number of sets, the rounds, and the seed. A set depends on the seed and its own number only: the first
        five of twenty sets are the five sets of a run with five.
    progress : callable, optional
        Called with the number of each set, from 1, as it begins.

    Returns
    -------
    ImputedSets
        Without columns when nothing is missing.

    Raises
    ------
    EstimationError
        When a covariate is known in fewer than three patients; all such covariates at once.

    Notes
    -----
    Source: van Buuren & Groothuis-Oudshoorn 2011, doi:10.18637/jss.v045.i03 (chained equations); Little 1988,
    doi:10.1080/07350015.1988.10509663 (predictive mean matching, also of several columns at once); Morris, White &
    Royston 2014, doi:10.1186/1471-2288-14-75 (donors, and the model drawn for recipients only).

    Examples
    --------
    >>> table = pd.DataFrame({"age": [60.0, np.nan, 70.0, 65.0], "ecog": [0.0, 1.0, 1.0, 0.0]})
    >>> sets = impute(table, np.array([True, False, True, False]), MissingSettings(imputations=3))
    >>> sets.columns, sets.rows[0].tolist(), bool(np.isin(sets.values[0], [60.0, 65.0, 70.0]).all())
    (('age',), [1], True)
    """
    columns = working_columns(covariates)
    _require_donors(columns)
    incomplete = sorted((column for column in columns if column.missing.size), key=lambda column: column.missing.size)
    chains = [
        _run_chain(columns, incomplete, treated, missing.iterations, np.random.default_rng(seed))
        for seed in _announced(np.random.SeedSequence(missing.seed).spawn(missing.imputations), progress)
    ]
    traces = np.stack([chain.trace for chain in chains])
    in_table_order = [column for column in columns if column.missing.size]
    return ImputedSets(
        n_sets=missing.imputations,
        columns=tuple(column.name for column in in_table_order),
        rows=tuple(column.missing for column in in_table_order),
        values=tuple(
            _values(covariates[column.name], np.stack([chain.donors[column.name] for chain in chains]))
            for column in in_table_order
        ),
        notes=(*_scarcity_notes(columns, len(covariates)), *_drift_notes(incomplete, traces, missing.iterations)),
    )


def _require_donors(columns: list[ChainedColumn]) -> None:
    problems = [
        phrase(
            "{column}: a covariate must be known in at least {fewest} patients to be "
            "imputed; it is known in {n_known:,} of {n:,}. Remove it from covariates.",
            column=column.name,
            fewest=FEWEST_OBSERVED,
            n_known=column.observed.size,
            n=column.observed.size + column.missing.size,
        )
        for column in columns
        if column.missing.size and column.observed.size < FEWEST_OBSERVED
    ]
    if problems:
        raise EstimationError(*problems)


def _announced(
    seeds: list[np.random.SeedSequence], progress: Callable[[int], None] | None
) -> Iterator[np.random.SeedSequence]:
    for number, seed in enumerate(seeds, start=1):
        if progress is not None:
            progress(number)
        yield seed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Chain:
    """The donor of every missing cell at the end of a chain, and the means of what was drawn on the way."""

    donors: dict[str, NDArray[np.int64]]
    trace: NDArray[np.float64]


def _run_chain(
    columns: list[ChainedColumn],
    incomplete: list[ChainedColumn],
    treated: NDArray[np.bool_],
    iterations: int,
    rng: np.random.Generator,
) -> _Chain:
    """One set: start from values drawn at random, then impute each column in turn, round after round."""
    table = np.column_stack([np.ones(treated.size), treated, *(column.scores for column in columns)])
    donors = {}
    for column in incomplete:
        donors[column.name] = rng.choice(column.observed, size=column.missing.size)
        table[column.missing, column.place] = table[donors[column.name], column.place]
    trace = np.empty((iterations, len(incomplete)))
    for number in range(iterations):
        for place, column in enumerate(incomplete):
            donors[column.name] = draw_donors(table, column, rng)
            drawn = table[donors[column.name], column.place]
            table[column.missing, column.place] = drawn
            trace[number, place] = drawn[:, 0].mean()
    return _Chain(donors=donors, trace=trace)


def _values(column: pd.Series, donors: NDArray[np.int64]) -> NDArray[np.float64] | NDArray[np.int64]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.int64)[donors]
    return column.to_numpy(dtype=np.float64)[donors]


def _scarcity_notes(columns: list[ChainedColumn], n: int) -> list[Note]:
    scarce = [column for column in columns if column.missing.size > MOSTLY_MISSING * n]
    return [
        Note(
            code="imputed_mostly_missing",
            text=phrase(
                "{column} is known in {n_known:,} of {n:,} patients only: most of its values are imputed, "
                "and the results rest on the model that links it to the other covariates.",
                column=column.name,
                n_known=column.observed.size,
                n=n,
            ),
        )
        for column in scarce
    ]


def _drift_notes(incomplete: list[ChainedColumn], traces: NDArray[np.float64], iterations: int) -> list[Note]:
    """Which columns still change in one direction at the end of the chains, judged over the sets."""
    if iterations < FEWEST_ITERATIONS_FOR_DRIFT or traces.shape[0] < 3:
        return []
    quarter = max(1, iterations // 4)
    change = traces[:, -quarter:].mean(axis=1) - traces[:, -2 * quarter : -quarter].mean(axis=1)
    error = change.std(axis=0, ddof=1) / np.sqrt(len(change))
    drifting = np.abs(change.mean(axis=0)) > DRIFT * np.maximum(error, 1e-12)
    names = [column.name for column, drifts in zip(incomplete, drifting, strict=True) if drifts]
    if not names:
        return []
    text = phrase(
        "Imputed values still drift after {iterations} rounds of chained equations "
        "({columns}): raise missing.iterations.",
        iterations=iterations,
        columns=", ".join(names),
    )
    return [Note(code="imputation_drift", text=text)]


def imputed_covariates(covariates: pd.DataFrame, sets: ImputedSets, number: int) -> pd.DataFrame:
    """Fill the missing covariates in with the values of one set.

    Parameters
    ----------
    covariates : pandas.DataFrame
        The table that was imputed.
    sets : ImputedSets
        What `impute` drew.
    number : int
        The set, counted from 1.

    Returns
    -------
    pandas.DataFrame
        A new table of the same columns and types without missing values.
    """
    filled = {}
    drawn = dict(zip(sets.columns, zip(sets.rows, sets.values, strict=True), strict=True))
    for name in covariates.columns:
        column = covariates[name]
        if name not in drawn:
            filled[name] = column
            continue
        rows, values = drawn[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes = column.cat.codes.to_numpy().astype(np.int64)
            codes[rows] = values[number - 1]
            complete = pd.Categorical.from_codes(codes.tolist(), dtype=column.dtype)
            filled[name] = pd.Series(complete, index=column.index, name=name)
        else:
            numbers = column.to_numpy(dtype=np.float64, copy=True)
            numbers[rows] = values[number - 1]
            filled[name] = pd.Series(numbers, index=column.index, name=name)
    return pd.DataFrame(filled)


def compile_imputation() -> None:
    """Compile what `impute` runs, or load it from where it was kept, so that nobody's first imputation has to wait."""
    known = np.arange(12.0)
    covariates = pd.DataFrame(
        {
            "number": np.where(known < 10, known, np.nan),
            "category": pd.Categorical(["a", "b", "c", None] * 3),
        }
    )
    impute(covariates, known % 2 == 0, MissingSettings(imputations=2, iterations=1))


def impute_covariates(
    covariates: pd.DataFrame, treated: NDArray[np.bool_], missing: MissingSettings
) -> tuple[pd.DataFrame, ...]:
    """Complete the covariates m times, as `impute` draws them.

    Parameters
    ----------
    covariates, treated, missing
        As in `impute`.

    Returns
    -------
    tuple of pandas.DataFrame
        m tables without missing values; every value is one that was observed in its column.

    Raises
    ------
    EstimationError
        As in `impute`.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [60.0, np.nan, 70.0, 65.0], "ecog": [0.0, 1.0, 1.0, 0.0]})
    >>> sets = impute_covariates(table, np.array([True, False, True, False]), MissingSettings(imputations=2))
    >>> len(sets), int(sets[0].isna().sum().sum())
    (2, 0)
    """
    sets = impute(covariates, treated, missing)
    return tuple(imputed_covariates(covariates, sets, number) for number in range(1, sets.n_sets + 1))
