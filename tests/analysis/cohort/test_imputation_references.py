"""Imputed covariates agree with R's mice and with scikit-learn's imputer, as far as simulation error lets anyone tell."""

import json
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.linear_model import BayesianRidge

from analysis.cohort.imputation import impute_covariates
from analysis.settings import MissingSettings

FOLDER = Path(__file__).parents[2] / "reference" / "imputation"
REFERENCE = json.loads((FOLDER / "mice.json").read_text())
CATEGORIES = ("etiology", "ascites", "grade", "invasion")
FOUR_LEVELS = ("etiology", "grade")

SETS = 100

ERRORS = 4.0
"""Simulation errors that two correct imputations may differ by: once in 16,000 comparisons they differ by more."""

VALUE_ALLOWANCE = 0.04
"""Of an observed standard deviation: mice's linear model is of the values, ours of their normal scores."""

SHARE_ALLOWANCE = 0.02
"""Of the patients imputed: mice draws levels from (multinomial) logistic models, we take them from near patients."""

COEFFICIENT_ALLOWANCE = 0.1
"""Of the pooled standard error, where mice matches too or draws from a logistic model with drawn parameters."""

FOUR_LEVELS_ALLOWANCE = 0.4
"""The same for a category of four levels: five donors in three directions are less near (docs/methods/missing_values.md)."""

ERROR_ALLOWANCE = 0.03
"""Relative, of pooled standard errors and of variances within sets."""

FOUR_LEVELS_ERROR_ALLOWANCE = 0.1
"""The same for a category of four levels: our sets differ more between them than those of mice's polyreg."""

Figures = tuple[np.ndarray, np.ndarray]
"""The mean over the sets and the standard deviation between them."""


@dataclass(frozen=True)
class Completed:
    """A cohort, the patients without a value by covariate, and its completed tables."""

    holed: pd.DataFrame
    sets: list[pd.DataFrame]

    def drawn(self, name: str) -> list[pd.Series]:
        lost = self.holed[name].isna()
        return [filled[name][lost] for filled in self.sets]


@cache
def completed(name: str) -> Completed:
    table = pd.read_csv(FOLDER / f"{name}.csv", dtype=dict.fromkeys(CATEGORIES, str))
    treated = table.pop("treated").to_numpy() == 1
    if "afp" in table:
        table["log_afp"] = np.log(table.pop("afp"))
    holed = table.astype({column: "category" if column in CATEGORIES else np.float64 for column in table})
    sets = impute_covariates(holed, treated, MissingSettings(imputations=SETS, iterations=10))
    return Completed(holed, [filled.assign(treated=treated.astype(float)) for filled in sets])


def over_sets(values: list[Any]) -> Figures:
    return np.mean(values, axis=0), np.std(values, axis=0, ddof=1)


def simulation_error(ours: Figures, theirs: dict[str, Any], n_theirs: int) -> np.ndarray:
    return np.sqrt(ours[1] ** 2 / SETS + np.square(theirs["sd"]) / n_theirs)


def assert_agree(ours: Figures, theirs: dict[str, Any], allowance: float) -> None:
    allowed = ERRORS * simulation_error(ours, theirs, REFERENCE["sets"]) + allowance
    assert (np.abs(ours[0] - np.array(theirs["mean"])) <= allowed).all(), (ours[0], theirs["mean"], allowed)


COLUMNS = [(cohort, column) for cohort, found in REFERENCE["cohorts"].items() for column in found["columns"]]


@pytest.mark.parametrize(("cohort", "column"), COLUMNS)
def test_the_values_drawn_are_distributed_as_those_of_mice(cohort: str, column: str) -> None:
    theirs = REFERENCE["cohorts"][cohort]["columns"][column]
    drawn = completed(cohort).drawn(column)
    assert len(drawn[0]) == theirs["n_missing"]
    if "shares" in theirs:
        numbers = column not in CATEGORIES
        levels = [float(level) if numbers else level for level in theirs["levels"]]
        shares = over_sets([[(values == level).mean() for level in levels] for values in drawn])
        assert_agree(shares, theirs["shares"], SHARE_ALLOWANCE)
        return
    allowance = VALUE_ALLOWANCE * theirs["observed_sd"]
    assert_agree(over_sets([values.mean() for values in drawn]), theirs["average"], allowance)
    assert_agree(over_sets([values.std() for values in drawn]), theirs["deviation"], allowance)
    quantiles = over_sets([values.quantile(REFERENCE["quantiles"]) for values in drawn])
    assert_agree(quantiles, theirs["quantiles"], allowance)


REGRESSIONS = [(cohort, found) for cohort, one in REFERENCE["cohorts"].items() for found in one["regressions"]]


@pytest.mark.parametrize(("cohort", "theirs"), REGRESSIONS, ids=[found["formula"] for _, found in REGRESSIONS])
def test_regressions_pooled_over_the_sets_agree_with_those_of_mice(cohort: str, theirs: dict[str, Any]) -> None:
    outcome = theirs["formula"].split(" ~ ")[0]
    fits = [linear_model(filled, outcome, theirs["terms"]) for filled in completed(cohort).sets]
    estimates, variances = (np.array(part) for part in zip(*fits, strict=True))
    four_levels = any(name in theirs["formula"] for name in FOUR_LEVELS)
    within, between = variances.mean(axis=0), estimates.var(axis=0, ddof=1)
    error = np.sqrt(within + (1 + 1 / SETS) * between)
    their_between, their_error = np.array(theirs["between"]), np.array(theirs["standard_error"])

    allowance = (FOUR_LEVELS_ALLOWANCE if four_levels else COEFFICIENT_ALLOWANCE) * their_error
    simulated = np.sqrt(between / SETS + their_between / REFERENCE["sets"])
    difference = np.abs(estimates.mean(axis=0) - np.array(theirs["estimate"]))
    assert (difference <= ERRORS * simulated + allowance).all(), (difference, simulated, their_error)

    np.testing.assert_allclose(within, theirs["within"], rtol=ERROR_ALLOWANCE)
    # The relative error of a variance between m sets is the root of 2 / (m - 1); it moves the total by its share.
    share = their_between / their_error**2
    by_chance = 0.5 * share * np.sqrt(2 / (SETS - 1) + 2 / (REFERENCE["sets"] - 1))
    allowed = ERRORS * by_chance + (FOUR_LEVELS_ERROR_ALLOWANCE if four_levels else ERROR_ALLOWANCE)
    assert (np.abs(error / their_error - 1) <= allowed).all(), (error, their_error, allowed)


def linear_model(table: pd.DataFrame, outcome: str, terms: list[str]) -> Figures:
    """Least squares with R's names of terms: a column, or a category and its level."""
    columns = [np.ones(len(table)) if term == "(Intercept)" else predictor(table, term) for term in terms]
    design = np.column_stack(columns)
    inverse = np.linalg.inv(design.T @ design)
    target = table[outcome].to_numpy()
    coefficients = inverse @ design.T @ target
    residual = target - design @ coefficients
    return coefficients, np.diag(inverse) * (residual @ residual) / (len(table) - len(terms))


def predictor(table: pd.DataFrame, term: str) -> np.ndarray:
    if term in table:
        return table[term].to_numpy(dtype=float)
    name = next(name for name in CATEGORIES if term.startswith(name))
    return (table[name] == term.removeprefix(name)).to_numpy(dtype=float)


def test_normal_data_give_the_moments_that_scikit_learn_gives() -> None:
    """Draws from normal models and draws of near values are the same where all is normal."""
    rng = np.random.default_rng(8)
    n = 400
    first = rng.normal(size=n)
    second = 0.6 * first + 0.8 * rng.normal(size=n)
    third = 0.5 * second - 0.3 * first + 0.7 * rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-0.5 * first))
    holed = pd.DataFrame({"first": first, "second": second, "third": third})
    for name in ("second", "third"):
        holed.loc[rng.random(n) < 1 / (1 + np.exp(1 - 0.8 * first)), name] = np.nan
    whole = holed.notna().all(axis=1)
    ours = [moments(filled) for filled in impute_covariates(holed, treated, MissingSettings(imputations=SETS))]
    theirs = [moments(filled) for filled in drawn_by_scikit_learn(holed, treated, n_sets=40)]
    (our_mean, our_spread), (their_mean, their_spread) = over_sets(ours), over_sets(theirs)
    simulated = np.sqrt(our_spread**2 / len(ours) + their_spread**2 / len(theirs))
    assert (np.abs(our_mean - their_mean) <= ERRORS * simulated).all(), (our_mean, their_mean, simulated)
    # The comparison can tell: patients without missing values have other means than either imputation finds.
    assert (np.abs(moments(holed[whole])[:2] - their_mean[:2]) > 2 * ERRORS * simulated[:2]).all()


def moments(table: pd.DataFrame) -> np.ndarray:
    """Means and variances of the two incomplete columns, and all correlations."""
    incomplete = table[["second", "third"]]
    return np.r_[incomplete.mean(), incomplete.var(), np.corrcoef(table.to_numpy().T)[np.triu_indices(3, 1)]]


def drawn_by_scikit_learn(holed: pd.DataFrame, treated: np.ndarray, n_sets: int) -> list[pd.DataFrame]:
    table = np.column_stack([holed, treated])
    found = []
    for seed in range(n_sets):
        imputer = IterativeImputer(BayesianRidge(), sample_posterior=True, max_iter=10, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # draws never settle, and scikit-learn warns that they did not
            filled = imputer.fit_transform(table)
        found.append(pd.DataFrame(filled[:, : holed.shape[1]], columns=holed.columns))
    return found
