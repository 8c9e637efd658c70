"""Missing covariates as printed tables: what each way of handling them costs, and the estimates pooled over sets."""

from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from analysis.cohort.missing import MissingCost, MissingMethod
from analysis.outcomes.pooling import PooledEstimate
from analysis.study import ImputedStudy, PooledPopulation, PooledRates
from charts.style import (
    NOT_ESTIMATED,
    DesignWord,
    format_interval,
    format_p,
    format_percent,
    format_points,
    format_ratio,
    format_time,
    time_form,
)

METHOD_NAMES: dict[MissingMethod, str] = {
    "complete_case": "Complete cases",
    "indicator": "Missing indicator",
    "multiple_imputation": "Multiple imputation",
}

RATE_NAMES = {"objective_response": "objective response", "disease_control": "disease control"}

Form = Callable[[float | None], str]


def cost_rows(costs: Sequence[MissingCost], treated_label: str, control_label: str) -> pd.DataFrame:
    """How many patients each way of handling missing covariates keeps and loses.

    Parameters
    ----------
    costs : sequence of MissingCost
        As counted.
    treated_label, control_label : str
        The arms.

    Returns
    -------
    DataFrame
        One row per method; text only.
    """
    return pd.DataFrame(
        [
            {
                "Method": METHOD_NAMES[cost.method],
                f"Kept: {treated_label}": f"{cost.treated:,}",
                f"Kept: {control_label}": f"{cost.control:,}",
                f"Left out: {treated_label}": f"{cost.lost_treated:,}",
                f"Left out: {control_label}": f"{cost.lost_control:,}",
                "What it does": cost.explanation,
            }
            for cost in costs
        ]
    )


def pooled_survival_rows(
    populations: dict[str, PooledPopulation], time_unit: str, design_word: DesignWord = "matching"
) -> pd.DataFrame:
    """Pooled hazard ratios and differences in mean survival time.

    Parameters
    ----------
    populations : dict
        Heading to pooled population, such as ``{"Before": …, "After": …}``.
    time_unit : str
        As in the study file.
    design_word : {"matching", "weighting"}
        The name of the column that says before or after which design.

    Returns
    -------
    DataFrame
        One row per endpoint, measure and population; text only.
    """
    return pd.DataFrame(
        [
            {"Endpoint": item.name, "Measure": measure, design_word.capitalize(): heading} | _cells(pooled, form)
            for heading, population in populations.items()
            for item in population.survival
            for measure, pooled, form in (
                ("Hazard ratio", item.hazard_ratio, format_ratio),
                (_horizon_words(item.rmst_horizon, time_unit), item.rmst_difference, time_form(time_unit)),
            )
        ]
    )


def _horizon_words(horizon: float | None, time_unit: str) -> str:
    words = f"Difference in mean survival time ({time_unit})"
    return words if horizon is None else f"{words} up to {format_time(horizon, time_unit)}"


def pooled_response_rows(
    populations: dict[str, PooledPopulation],
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
) -> pd.DataFrame:
    """Pooled rates of both arms, their difference and their ratios.

    Parameters
    ----------
    populations : dict
        Heading to pooled population.
    treated_label, control_label : str
        The arms.
    design_word : {"matching", "weighting"}
        The name of the column that says before or after which design.

    Returns
    -------
    DataFrame
        One row per endpoint, rate, measure and population; text only.
    """
    return pd.DataFrame(
        [
            {"Endpoint": item.name, "Measure": f"{measure}, {words}", design_word.capitalize(): heading}
            | _cells(pooled, form)
            for heading, population in populations.items()
            for item in population.response
            for rate, words in RATE_NAMES.items()
            for measure, pooled, form in _rate_measures(getattr(item, rate), treated_label, control_label)
        ]
    )


def _rate_measures(
    rates: PooledRates | None, treated_label: str, control_label: str
) -> Iterator[tuple[str, PooledEstimate | None, Form]]:
    if rates is not None:
        yield f"Rate with {treated_label}", rates.treated, format_percent
        yield f"Rate with {control_label}", rates.control, format_percent
        yield "Difference in points", rates.risk_difference, format_points
        yield "Risk ratio", rates.risk_ratio, format_ratio
        yield "Odds ratio", rates.odds_ratio, format_ratio


def _cells(pooled: PooledEstimate | None, form: Form) -> dict[str, str]:
    if pooled is None:
        return dict.fromkeys(("Pooled estimate (CI)", "p", "Degrees of freedom", "Missing information"), NOT_ESTIMATED)
    degrees = pooled.degrees_of_freedom
    return {
        "Pooled estimate (CI)": f"{form(pooled.estimate)} ({format_interval(pooled.ci_lower, pooled.ci_upper, form)})",
        "p": format_p(pooled.p_value),
        "Degrees of freedom": "normal" if degrees is None else f"{degrees:,.1f}",
        "Missing information": format_percent(pooled.fraction_missing),
    }


def imputed_set_rows(imputation: ImputedStudy) -> pd.DataFrame:
    """Every imputed set: matched sets where there are any, patients compared, and the largest |SMD| that is left.

    Parameters
    ----------
    imputation : ImputedStudy
        The imputed sets of one run.

    Returns
    -------
    DataFrame
        Numbers, one row for each set that is pooled.
    """
    matched = {"Matched sets": imputation.n_matched} if imputation.n_matched.any() else {}
    return pd.DataFrame(
        {
            "Imputed set": imputation.number,
            **matched,
            "Treated": imputation.n_treated,
            "Control": imputation.n_control,
            "Largest |SMD|": pd.Series(imputation.largest_smd, dtype="float64"),
        }
    )
