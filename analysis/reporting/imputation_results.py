"""The imputed sets and what they give together: the key "imputation" of the results file, and a table of a row each."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from analysis.outcomes.pooling import PooledEstimate
from analysis.study import ImputedStudy, PooledPopulation, PooledRates

Json = dict[str, Any]

RATES = ("objective_response", "disease_control")
RATE_MEASURES = ("treated", "control", "risk_difference", "risk_ratio", "odds_ratio")

_COLUMNS = (
    "outcome",
    "population",
    "measure",
    "estimate",
    "ci_lower",
    "ci_upper",
    "p_value",
    "degrees_of_freedom",
    "fraction_missing",
    "relative_efficiency",
    "scale",
    "pooled",
    "standard_error",
    "within_variance",
    "between_variance",
    "rmst_horizon",
    "n_sets",
    "time",
    "cause",
    "variable",
    "level",
    "lowest_grade",
)
_WORDS = ("outcome", "population", "measure", "scale", "cause", "variable", "level")
_COUNTS = ("n_sets", "lowest_grade")


def imputation_document(imputation: ImputedStudy | None, further: dict[str, Json] | None = None) -> Json | None:
    """The imputation as plain values: how it was done, every set's design, the pooled estimates.

    Parameters
    ----------
    imputation : ImputedStudy or None
        None when nothing was imputed.
    further : dict, optional
        By population, lists that stand beside the endpoints' estimates: what else was pooled.

    Returns
    -------
    dict or None
    """
    if imputation is None:
        return None
    return {
        "n_sets": imputation.n_sets,
        "n_failed": imputation.n_failed,
        "shown_set": imputation.shown,
        "iterations": imputation.iterations,
        "seed": imputation.seed,
        "method": "chained equations, predictive mean matching, covariates and treatment only",
        "columns": [
            {"column": column, "missing": missing}
            for column, missing in zip(imputation.columns, imputation.n_missing, strict=True)
        ],
        "sets": [
            {
                "set": imputation.number[place],
                "n_sets": imputation.n_matched[place],
                "n_treated": imputation.n_treated[place],
                "n_control": imputation.n_control[place],
                "largest_smd_after": imputation.largest_smd[place],
            }
            for place in range(len(imputation.number))
        ],
        "pooled": {
            when: _population(pooled) | (further or {}).get(when, {"effects": [], "interactions": []})
            for when, pooled in (("before", imputation.before), ("after", imputation.after))
        },
    }


def _population(population: PooledPopulation) -> Json:
    return {
        "survival": [
            {
                "outcome": item.name,
                "hazard_ratio": pooled_estimate(item.hazard_ratio),
                "rmst_difference": pooled_estimate(item.rmst_difference),
                "rmst_horizon": item.rmst_horizon,
            }
            for item in population.survival
        ],
        "response": [
            {"outcome": item.name, **{rate: _rates(getattr(item, rate)) for rate in RATES}}
            for item in population.response
        ],
    }


def _rates(rates: PooledRates | None) -> Json | None:
    return None if rates is None else {measure: pooled_estimate(getattr(rates, measure)) for measure in RATE_MEASURES}


def pooled_estimate(pooled: PooledEstimate | None) -> Json | None:
    """A pooled estimate as plain values; None without one."""
    if pooled is None:
        return None
    return {
        "estimate": pooled.estimate,
        "ci_lower": pooled.ci_lower,
        "ci_upper": pooled.ci_upper,
        "p_value": pooled.p_value,
        "degrees_of_freedom": pooled.degrees_of_freedom,
        "fraction_missing": pooled.fraction_missing,
        "relative_efficiency": pooled.relative_efficiency,
        "scale": pooled.scale,
        "pooled": pooled.pooled,
        "standard_error": pooled.standard_error,
        "within_variance": pooled.within,
        "between_variance": pooled.between,
        "n_sets": pooled.n_sets,
    }


def pooled_table(imputation: ImputedStudy, further: Iterable[Json] = ()) -> pd.DataFrame:
    """Every pooled estimate in a row: endpoint, population, measure, limits, and what Rubin's rules rest on.

    Parameters
    ----------
    imputation : ImputedStudy
        The imputed sets of one run.
    further : iterable of dict
        Rows of what else was pooled.

    Returns
    -------
    DataFrame
        Full precision; a measure that could not be pooled has no row. Degrees of freedom are missing where the
        normal distribution was used. A test of interaction has a p-value and the degrees of freedom of its denominator.
    """
    rows = [
        {"outcome": outcome, "population": population, "measure": measure, **(pooled_estimate(pooled) or {}), **more}
        for population, outcome, measure, pooled, more in _measures(imputation)
    ]
    table = pd.DataFrame([*rows, *further], columns=list(_COLUMNS))
    numbers = [column for column in _COLUMNS if column not in (*_WORDS, *_COUNTS)]
    return table.astype(dict.fromkeys(numbers, "float64") | dict.fromkeys(_COUNTS, "Int64"))


def _measures(imputation: ImputedStudy) -> Iterator[tuple[str, str, str, PooledEstimate, Json]]:
    for name, population in (("before", imputation.before), ("after", imputation.after)):
        for survival in population.survival:
            if survival.hazard_ratio is not None:
                yield name, survival.name, "hazard_ratio", survival.hazard_ratio, {}
            if survival.rmst_difference is not None:
                horizon = {"rmst_horizon": survival.rmst_horizon}
                yield name, survival.name, "rmst_difference", survival.rmst_difference, horizon
        for response in population.response:
            for rate in RATES:
                rates: PooledRates | None = getattr(response, rate)
                for measure in RATE_MEASURES if rates is not None else ():
                    pooled: PooledEstimate | None = getattr(rates, measure)
                    if pooled is not None:
                        yield name, response.name, f"{rate}_{measure}", pooled, {}
