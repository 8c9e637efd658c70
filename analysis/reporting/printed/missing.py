"""Missing covariates as printed tables: what each way of handling them costs, and the estimates pooled over sets."""

from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from analysis.cohort.missing import MissingCost, MissingMethod
from analysis.cohort.time_units import UNIT_NAMES
from analysis.design.description import design_name
from analysis.outcomes.pooling import PooledEstimate
from analysis.phrases import join_phrases, phrase
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
    "complete_case": phrase("Complete cases"),
    "indicator": phrase("Missing indicator"),
    "multiple_imputation": phrase("Multiple imputation"),
}

RATE_NAMES = {"objective_response": phrase("objective response"), "disease_control": phrase("disease control")}

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
                phrase("Method"): METHOD_NAMES[cost.method],
                phrase("Kept: {arm}", arm=treated_label): f"{cost.treated:,}",
                phrase("Kept: {arm}", arm=control_label): f"{cost.control:,}",
                phrase("Left out: {arm}", arm=treated_label): f"{cost.lost_treated:,}",
                phrase("Left out: {arm}", arm=control_label): f"{cost.lost_control:,}",
                phrase("What it does"): cost.explanation,
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
            {phrase("Endpoint"): item.name, phrase("Measure"): measure, design_name(design_word).capitalize(): heading}
            | _cells(pooled, form)
            for heading, population in populations.items()
            for item in population.survival
            for measure, pooled, form in (
                (phrase("Hazard ratio"), item.hazard_ratio, format_ratio),
                (_horizon_words(item.rmst_horizon, time_unit), item.rmst_difference, time_form(time_unit)),
            )
        ]
    )


def _horizon_words(horizon: float | None, time_unit: str) -> str:
    words = phrase("Difference in mean survival time ({unit})", unit=UNIT_NAMES[time_unit])
    if horizon is None:
        return words
    return phrase("{measure} up to {time}", measure=words, time=format_time(horizon, time_unit))


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
            {
                phrase("Endpoint"): item.name,
                phrase("Measure"): join_phrases((measure, words), ", "),
                design_name(design_word).capitalize(): heading,
            }
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
        yield phrase("Rate with {arm}", arm=treated_label), rates.treated, format_percent
        yield phrase("Rate with {arm}", arm=control_label), rates.control, format_percent
        yield phrase("Difference in points"), rates.risk_difference, format_points
        yield phrase("Risk ratio"), rates.risk_ratio, format_ratio
        yield phrase("Odds ratio"), rates.odds_ratio, format_ratio


def _cells(pooled: PooledEstimate | None, form: Form) -> dict[str, str]:
    if pooled is None:
        return dict.fromkeys(
            (phrase("Pooled estimate (CI)"), "p", phrase("Degrees of freedom"), phrase("Missing information")),
            NOT_ESTIMATED,
        )
    degrees = pooled.degrees_of_freedom
    limits = format_interval(pooled.ci_lower, pooled.ci_upper, form)
    return {
        phrase("Pooled estimate (CI)"): f"{form(pooled.estimate)} ({limits})",
        "p": format_p(pooled.p_value),
        phrase("Degrees of freedom"): phrase("normal", "a distribution") if degrees is None else f"{degrees:,.1f}",
        phrase("Missing information"): format_percent(pooled.fraction_missing),
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
    matched = {phrase("Matched sets"): imputation.n_matched} if imputation.n_matched.any() else {}
    return pd.DataFrame(
        {
            phrase("Imputed set"): imputation.number,
            **matched,
            phrase("Treated"): imputation.n_treated,
            phrase("Control"): imputation.n_control,
            phrase("Largest |SMD|"): pd.Series(imputation.largest_smd, dtype="float64"),
        }
    )
