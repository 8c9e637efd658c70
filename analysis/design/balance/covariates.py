"""Balance of the covariates, and of columns that have no part in the model."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.balance.before import measure_term, term_before, terms_before
from analysis.design.balance.convention import USUAL
from analysis.design.balance.measures import TermMeasures, checked_arrays, weigh_arms
from analysis.design.balance.result import CovariateBalance, collect_balance
from analysis.design.terms import covariate_terms
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase
from analysis.settings import BalanceSettings


def covariate_balance(
    covariates: pd.DataFrame, treated: ArrayLike, weights: ArrayLike, convention: BalanceSettings | None = None
) -> CovariateBalance:
    """Measure how alike the arms are in each covariate, in the full sample and under the design's weights.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numeric columns and categoricals, without missing values.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    weights : array_like of float, shape (n,)
        Weights of the design, 0 for a patient left out. Their scale within an arm does not matter.
    convention : BalanceSettings, optional
        What differences are divided by; the pooled standard deviation of the full sample when absent.

    Returns
    -------
    CovariateBalance

    Raises
    ------
    EstimationError
        An arm is empty, or all its weights are 0.

    Notes
    -----
    The divisor of the SMD is usually that of the full sample also after matching, so that a changed SMD means changed
    means (Stuart 2008, doi:10.1002/sim.3207). Recomputed, it is that of the patients compared, under their weights
    (Austin & Stuart 2015, doi:10.1002/sim.6607). A share left raw is the difference of proportions itself.
    Under randomisation an SMD has a standard error of about √(1/n₁ + 1/n₀); 1.96 times that, with the effective
    sizes after matching, is ``chance_smd``. With 25 patients per arm it is 0.55: lines at 0.1 say little there.

    Sources: Stuart 2010, doi:10.1214/09-STS313; Ho et al. 2007, doi:10.1093/pan/mpl013.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [50.0, 60.0, 40.0, 50.0]})
    >>> balance = covariate_balance(table, [True, True, False, False], [1.0, 0.0, 0.0, 1.0])
    >>> round(balance.smd_before[0], 3), balance.smd_after
    (1.414, (0.0,))
    """
    arm, weight = checked_arrays(covariates, treated, weights)
    arms = weigh_arms(arm, weight)
    terms = [measure_term(term, before, arms) for term, before in terms_before(covariates, arm)]
    return collect_balance(terms, arm, weight, USUAL if convention is None else convention)


def other_balance(
    extra: pd.DataFrame, treated: ArrayLike, weights: ArrayLike, convention: BalanceSettings | None = None
) -> CovariateBalance:
    """Measure how alike the arms are in columns that are not in the model, among the patients whose value is known.

    Parameters
    ----------
    extra : DataFrame, shape (n, q)
        Numeric columns and categoricals; values may be missing.
    treated, weights, convention
        As in ``covariate_balance``.

    Returns
    -------
    CovariateBalance
        A term's measures are of the patients with a value, before and after; ``n_missing`` counts the others. Numbers
        of patients, effective sizes and what chance would leave are of all patients. A column without a value in
        some arm, before or among the patients compared, is left out, and a note names it.

    Raises
    ------
    EstimationError
        An arm is empty, or all its weights are 0.

    Examples
    --------
    >>> table = pd.DataFrame({"afp": [50.0, 60.0, None, 40.0, 50.0]})
    >>> balance = other_balance(table, [True, True, True, False, False], np.ones(5))
    >>> round(balance.smd_before[0], 3), balance.n_missing
    (1.414, (1,))
    """
    arm, weight = checked_arrays(extra, treated, weights)
    terms: list[TermMeasures] = []
    unknown: list[str] = []
    missing: list[tuple[str, int]] = []
    for position, column in enumerate(extra.columns):
        known = extra.iloc[:, position].notna().to_numpy()
        if not _compared_in_both_arms(known, arm, weight):
            unknown.append(str(column))
            continue
        n_missing = int((~known).sum())
        if n_missing:
            missing.append((str(column), n_missing))
        everyone, arms = (weigh_arms(arm[known], given[known]) for given in (np.ones(arm.size), weight))
        found = covariate_terms(extra.iloc[known, [position]], every_level=True)
        terms += [measure_term(term, term_before(term, everyone), arms, n_missing=n_missing) for term in found]
    notes = (*_unknown_note(unknown), *_missing_note(missing, arm.size))
    return collect_balance(terms, arm, weight, USUAL if convention is None else convention, notes)


def _compared_in_both_arms(known: NDArray[np.bool_], arm: NDArray[np.bool_], weight: NDArray[np.float64]) -> bool:
    compared = known & (weight > 0)
    return bool((compared & arm).any() and (compared & ~arm).any())


def _unknown_note(columns: list[str]) -> tuple[Note, ...]:
    if not columns:
        return ()
    text = phrase(
        "No balance is given for {columns}: no value is known in one of the arms compared.", columns=", ".join(columns)
    )
    return (Note(code="no_known_values", text=text),)


def _missing_note(missing: list[tuple[str, int]], n: int) -> tuple[Note, ...]:
    if not missing:
        return ()
    counts = join_phrases(
        (phrase("{column} in {count:,}", column=column, count=count) for column, count in missing), ", "
    )
    text = phrase(
        "Of {n:,} patients a value is missing: {counts}. Balance is that of the patients whose value is known.",
        n=n,
        counts=counts,
    )
    return (Note(code="missing_values_in_balance", text=text),)
