"""The tables of a study's outcomes as data frames, before and after the design, full precision, absent values missing.

Columns are named for machines; arms carry the labels of the study.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from analysis.outcomes.rate_contrast import RateContrast
from analysis.outcomes.response import ArmResponse
from analysis.outcomes.response_categories import CATEGORIES
from analysis.outcomes.survival_comparison import ArmSurvival, SurvivalComparison
from analysis.reporting.survival_moments import curve_steps, median_values, moment_values
from analysis.study import PopulationOutcomes, ResponseOutcome, StudyResult, SurvivalOutcome
from analysis.study.competing import has_competing

POPULATIONS = ("before", "after")
"""Before the design: all patients whose covariates can be used. After: those it compares, weighted."""


def survival_table(result: StudyResult) -> pd.DataFrame:
    """The summary of every survival endpoint, before and after the design.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    DataFrame
        One row per endpoint and population: patients, events and medians of both arms, hazard ratio treated versus
        control, and the p-value of every test. Patients and events are counted, never weighted; the effective number
        of patients stands beside them where weights differ. Missing: not reached, or not estimable from these patients,
        and where other events compete with the endpoint medians and mean times.
    """
    rows = [
        {"outcome": outcome.name, "population": population}
        | (
            {}
            if outcome.comparison is None
            else _survival_summary(outcome.comparison, competing=has_competing(result.patients, outcome.name))
        )
        for population, outcome in _survival_outcomes(result)
    ]
    return _with_whole_numbers(pd.DataFrame(rows, columns=_SURVIVAL_COLUMNS))


def at_risk_table(result: StudyResult) -> pd.DataFrame:
    """Survival and the numbers at risk at the study's milestones.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    DataFrame
        One row per endpoint, population, arm and time. Patients at risk, with an event before and censored before
        that time sum to the arm's size; they are counted, never weighted. Survival is carried forward to a time that
        nobody of the arm was followed to, which ``past_follow_up`` says, and missing where other events compete.
    """
    rows = [
        {"outcome": outcome.name, "population": population, "arm": label}
        | moment_values(arm, at, competing=has_competing(result.patients, outcome.name))
        for population, outcome, label, arm in _survival_arms(result)
        for at in arm.at
    ]
    return _with_whole_numbers(pd.DataFrame(rows, columns=_AT_RISK_COLUMNS))


def curves_table(result: StudyResult) -> pd.DataFrame:
    """Every step of every Kaplan–Meier curve.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    DataFrame
        One row per endpoint, population, arm and distinct time of follow-up; counts alone where other events compete.
    """
    tables = []
    for population, outcome, label, arm in _survival_arms(result):
        table = curve_steps(arm.curve, competing=has_competing(result.patients, outcome.name))
        for position, (name, value) in enumerate(
            (("outcome", outcome.name), ("population", population), ("arm", label))
        ):
            table.insert(position, name, value)
        tables.append(table)
    if not tables:
        return pd.DataFrame(columns=["outcome", "population", "arm", "time", "survival"])
    return pd.concat(tables, ignore_index=True)


def response_table(result: StudyResult) -> pd.DataFrame:
    """Best responses and rates of every response endpoint.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    DataFrame
        One row per endpoint, population and arm: patients, counts and shares of CR, PR, SD, PD and NE, and both rates
        with their confidence limits. The denominator is every patient of the arm. Counts are never weighted; where
        the patients of an arm weigh differently, shares and rates are, and the effective number of patients is given.
    """
    return response_rows(dict(_populations(result)), *_labels(result))


def response_rows(
    populations: Mapping[str, PopulationOutcomes], treated_label: str, control_label: str
) -> pd.DataFrame:
    """Best responses and rates of every response endpoint in the populations given.

    Parameters
    ----------
    populations : mapping of str to PopulationOutcomes
        Heading to outcomes; a study without matched sets has one.
    treated_label, control_label : str
        The arms.

    Returns
    -------
    DataFrame
        As `response_table`.
    """
    rows = [
        {"outcome": outcome.name, "population": population, "arm": label} | _response_summary(arm)
        for population, outcomes in populations.items()
        for outcome in outcomes.response
        if outcome.comparison is not None
        for label, arm in (
            (treated_label, outcome.comparison.treated),
            (control_label, outcome.comparison.control),
        )
    ]
    return _with_whole_numbers(pd.DataFrame(rows, columns=_RESPONSE_COLUMNS))


def response_contrasts_table(result: StudyResult) -> pd.DataFrame:
    """Difference, ratio and odds ratio of every rate, treated versus control, and the tests.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    DataFrame
        One row per endpoint, population, rate and measure. The p-value of the named test stands in every row of its
        rate; a measure the counts leave undefined is missing.
    """
    rows = [
        {"outcome": outcome.name, "population": population, "rate": rate} | row
        for population, outcome in _response_outcomes(result)
        if outcome.comparison is not None
        for rate, contrast in (
            ("objective_response", outcome.comparison.objective_response),
            ("disease_control", outcome.comparison.disease_control),
        )
        if contrast is not None
        for row in _contrast_rows(contrast)
    ]
    columns = ["outcome", "population", "rate", "measure", "estimate", "ci_lower", "ci_upper", "test", "p_value"]
    return pd.DataFrame(rows, columns=columns)


_SURVIVAL_COLUMNS = [
    "outcome",
    "population",
    *(
        f"{name}_{arm}"
        for arm in ("treated", "control")
        for name in ("n", "effective_n", "events", "median", "median_ci_lower", "median_ci_upper")
    ),
    "hazard_ratio",
    "hazard_ratio_ci_lower",
    "hazard_ratio_ci_upper",
    "hazard_ratio_p_value",
    "hazard_ratio_by_set",
    "hazard_ratio_by_set_ci_lower",
    "hazard_ratio_by_set_ci_upper",
    "log_rank_p_value",
    "log_rank_stratified_p_value",
    "log_rank_robust_p_value",
    "schoenfeld_p_value",
    "rmst_horizon",
    "rmst_treated",
    "rmst_control",
    "rmst_difference",
    "rmst_difference_ci_lower",
    "rmst_difference_ci_upper",
    "rmst_difference_p_value",
    "follow_up_median",
]

_AT_RISK_COLUMNS = [
    "outcome",
    "population",
    "arm",
    "time",
    "survival",
    "ci_lower",
    "ci_upper",
    "at_risk",
    "events",
    "censored",
    "effective_at_risk",
    "past_follow_up",
]

_RESPONSE_COLUMNS = [
    "outcome",
    "population",
    "arm",
    "n",
    "effective_n",
    *CATEGORIES,
    *(f"{category}_share" for category in CATEGORIES),
    *(
        f"{rate}_{name}"
        for rate in ("objective_response", "disease_control")
        for name in ("count", "rate", "ci_lower", "ci_upper")
    ),
]

_WHOLE_NUMBERS = {"at_risk", "events", "censored", "n", "n_treated", "n_control", "events_treated", "events_control"}


def _survival_summary(comparison: SurvivalComparison, *, competing: bool) -> dict[str, Any]:
    summary: dict[str, Any] = {"follow_up_median": comparison.follow_up_median}
    for arm, survival in (("treated", comparison.treated), ("control", comparison.control)):
        curve = survival.curve
        summary |= {f"n_{arm}": survival.n, f"effective_n_{arm}": curve.effective_n}
        summary |= {f"events_{arm}": survival.n_events}
        summary |= {f"{key}_{arm}": value for key, value in median_values(curve, competing=competing).items()}
    for name, ratio in (("hazard_ratio", comparison.cox), ("hazard_ratio_by_set", comparison.cox_stratified)):
        if ratio is not None:
            summary |= {name: ratio.hazard_ratio, f"{name}_p_value": ratio.p_value}
            summary |= {f"{name}_ci_lower": ratio.ci_lower, f"{name}_ci_upper": ratio.ci_upper}
    for name, test in (
        ("log_rank", comparison.log_rank),
        ("log_rank_stratified", comparison.log_rank_stratified),
        ("log_rank_robust", comparison.log_rank_robust),
        ("schoenfeld", comparison.proportional_hazards),
    ):
        summary[f"{name}_p_value"] = None if test is None else test.p_value
    rmst = None if competing else comparison.rmst
    if rmst is not None:
        summary |= {"rmst_horizon": rmst.horizon, "rmst_treated": rmst.treated, "rmst_control": rmst.control}
        summary |= {"rmst_difference": rmst.difference, "rmst_difference_p_value": rmst.p_value}
        summary |= {"rmst_difference_ci_lower": rmst.ci_lower, "rmst_difference_ci_upper": rmst.ci_upper}
    return summary


def _response_summary(arm: ArmResponse) -> dict[str, Any]:
    counts = arm.categories or {}
    shares = arm.category_shares or {category: count / arm.n for category, count in counts.items()}
    summary: dict[str, Any] = {"n": arm.n, "effective_n": arm.effective_sample_size, **counts} | {
        f"{category}_share": share for category, share in shares.items()
    }
    for name, rate in (("objective_response", arm.objective_response), ("disease_control", arm.disease_control)):
        if rate is not None:
            summary |= {f"{name}_count": rate.count, f"{name}_rate": rate.rate}
            summary |= {f"{name}_ci_lower": rate.ci_lower, f"{name}_ci_upper": rate.ci_upper}
    return summary


def _contrast_rows(contrast: RateContrast) -> Iterator[dict[str, Any]]:
    measures = {
        "risk_difference": contrast.risk_difference,
        "risk_ratio": contrast.risk_ratio,
        "odds_ratio": contrast.odds_ratio,
        "paired_difference": contrast.paired_difference,
    }
    for name, measure in measures.items():
        if measure is not None:
            yield {
                "measure": name,
                "estimate": measure.estimate,
                "ci_lower": measure.ci_lower,
                "ci_upper": measure.ci_upper,
                "test": contrast.test.name,
                "p_value": contrast.test.p_value,
            }


def _survival_arms(result: StudyResult) -> Iterator[tuple[str, SurvivalOutcome, str, ArmSurvival]]:
    for population, outcome in _survival_outcomes(result):
        if outcome.comparison is not None:
            arms = (outcome.comparison.treated, outcome.comparison.control)
            for label, arm in zip(_labels(result), arms, strict=True):
                yield population, outcome, label, arm


def _survival_outcomes(result: StudyResult) -> Iterable[tuple[str, SurvivalOutcome]]:
    return [(name, item) for name, outcomes in _populations(result) for item in outcomes.survival]


def _response_outcomes(result: StudyResult) -> Iterable[tuple[str, ResponseOutcome]]:
    return [(name, item) for name, outcomes in _populations(result) for item in outcomes.response]


def _populations(result: StudyResult) -> Iterable[tuple[str, PopulationOutcomes]]:
    return zip(POPULATIONS, (result.before, result.after), strict=True)


def _labels(result: StudyResult) -> tuple[str, str]:
    return result.patients.treated_label, result.patients.control_label


def _with_whole_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Counts stay whole where some are missing, and a column without any value is one of numbers."""
    for column in table.columns:
        if column in _WHOLE_NUMBERS or column in CATEGORIES or str(column).endswith("_count"):
            table[column] = table[column].astype("Int64")
        elif column == "past_follow_up":
            table[column] = table[column].astype("boolean")
        elif column not in ("outcome", "population", "arm"):
            table[column] = table[column].astype("float64")
    return table
