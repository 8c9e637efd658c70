"""Response as printed tables."""

from collections.abc import Callable

import pandas as pd

from analysis.design.description import design_name
from analysis.outcomes.proportion import Rate
from analysis.outcomes.rate_contrast import RateContrast
from analysis.outcomes.response import ArmResponse, ResponseComparison
from analysis.phrases import phrase
from analysis.reporting.sentences import ROBUST_TEST
from analysis.study import PopulationOutcomes
from charts.style import (
    NOT_ESTIMATED,
    DesignWord,
    format_interval,
    format_p,
    format_percent,
    format_points,
    format_ratio,
)

RATES = {"objective_response": phrase("Objective response"), "disease_control": phrase("Disease control")}
COUNT_TESTS = {
    "pearson": "Pearson",
    "yates": "Yates",
    "fisher": "Fisher",
    "likelihood_ratio": phrase("Likelihood ratio"),
}
TESTS = COUNT_TESTS | {"mcnemar_exact": "McNemar", "mcnemar_mid_p": "McNemar mid-p"}
ROBUST_TESTS = {"robust_wald": phrase("Robust Wald"), "robust_score": phrase("Robust score")}
"""Tests that use the weights and not the counts; in place of the others where patients are weighted as a whole."""

SHORT_NAMES = {"Pearson chi-squared": "Pearson", "Fisher exact": "Fisher", "Robust Wald": phrase("robust", "a test")}
SHORT_NAMES |= {"Robust score": phrase("robust score", "a test")}
"""A test's name as it stands behind its p in a table."""

SHORT_RATES = {"Objective response": "ORR", "Disease control": "DCR"}
SHORT_TESTS = {
    "Robust Wald": "Wald",
    "Robust score": phrase("Score", "a test"),
    "Likelihood ratio": "LR",
    "McNemar mid-p": "Mid-p",
}
"""Rates and tests as they stand in a narrow table, whose caption spells them out."""

CONTRASTS = [phrase("Difference, points"), phrase("Odds ratio"), phrase("p (test)")]
"""The columns of `rate_table` that compare the arms."""


def rate_table(
    populations: dict[str, PopulationOutcomes],
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
) -> pd.DataFrame:
    """Every rate of every response endpoint in both arms, their contrast and the named test.

    Parameters
    ----------
    populations : dict
        Heading to outcomes, such as ``{"Before": …, "After": …}``.
    treated_label, control_label : str
        The arms.
    design_word : {"matching", "weighting"}
        The name of the column that says before or after which design.

    Returns
    -------
    DataFrame
        One row per endpoint, rate and population; text only. Patients are counted; a rate of patients who weigh
        differently is weighted, which it says.
    """
    rows = []
    for name in _names(populations):
        for rate, words in RATES.items():
            for heading, outcomes in populations.items():
                comparison = _comparison(outcomes, name)
                contrast = None if comparison is None else getattr(comparison, rate)
                if comparison is not None and contrast is not None:
                    row = {
                        phrase("Endpoint"): name,
                        phrase("Rate"): words,
                        design_name(design_word).capitalize(): heading,
                    }
                    rows.append(row | _cells(comparison, rate, contrast, treated_label, control_label))
    return pd.DataFrame(rows)


def all_tests_table(
    populations: dict[str, PopulationOutcomes],
    *,
    form: Callable[[float | None], object] = format_p,
    design_word: DesignWord = "matching",
) -> pd.DataFrame:
    """The p-value of every test of every rate, the named one marked.

    Parameters
    ----------
    populations : dict
        Heading to outcomes.
    form : callable, optional
        How a p-value is written; as it is printed unless given.
    design_word : {"matching", "weighting"}
        The name of the column that says before or after which design.

    Returns
    -------
    DataFrame
        One row per endpoint, rate and population. Where a population has robust tests, they come first and there are
        none of pairs.
    """
    rows = []
    tests = ROBUST_TESTS | COUNT_TESTS if _any_robust(populations) else TESTS
    for name in _names(populations):
        for rate, words in RATES.items():
            for heading, outcomes in populations.items():
                comparison = _comparison(outcomes, name)
                contrast = None if comparison is None else getattr(comparison, rate)
                if contrast is not None:
                    cells = {title: form(contrast.tests.get(key)) for key, title in tests.items()}
                    row = {
                        phrase("Endpoint"): name,
                        phrase("Rate"): words,
                        design_name(design_word).capitalize(): heading,
                    }
                    rows.append(row | {phrase("Named test"): contrast.test.name} | cells)
    return pd.DataFrame(rows)


def _any_robust(populations: dict[str, PopulationOutcomes]) -> bool:
    found = [item.comparison for outcomes in populations.values() for item in outcomes.response]
    return any(item is not None and ROBUST_TEST in item.objective_response.tests for item in found)


def category_table(
    populations: dict[str, PopulationOutcomes],
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
) -> pd.DataFrame:
    """Best responses counted by category in both arms.

    Parameters
    ----------
    populations : dict
        Heading to outcomes.
    treated_label, control_label : str
        The arms.
    design_word : {"matching", "weighting"}
        The name of the column that says before or after which design.

    Returns
    -------
    DataFrame
        One row per endpoint, population and arm that has categories; text only. Patients are counted; where they
        weigh differently, shares are weighted and the effective number of patients stands beside the arm's size.
    """
    rows = []
    for name in _names(populations):
        for heading, outcomes in populations.items():
            comparison = _comparison(outcomes, name)
            if comparison is None:
                continue
            for label, arm in ((treated_label, comparison.treated), (control_label, comparison.control)):
                if arm.categories is not None:
                    row = {phrase("Endpoint"): name, design_name(design_word).capitalize(): heading}
                    row |= {phrase("Arm"): label, "n": _size(arm)}
                    rows.append(row | _counts(arm))
    table = pd.DataFrame(rows)
    weighted = len(table) and table["n"].str.contains("(", regex=False).any()
    return table.rename(columns={"n": phrase("n (effective)")}) if weighted else table


def _names(populations: dict[str, PopulationOutcomes]) -> list[str]:
    return list(dict.fromkeys(item.name for outcomes in populations.values() for item in outcomes.response))


def _comparison(outcomes: PopulationOutcomes, name: str) -> ResponseComparison | None:
    return next((item.comparison for item in outcomes.response if item.name == name), None)


def _cells(
    comparison: ResponseComparison, rate: str, contrast: RateContrast, treated_label: str, control_label: str
) -> dict[str, str]:
    difference, odds = contrast.risk_difference, contrast.odds_ratio
    limits = format_interval(difference.ci_lower, difference.ci_upper, format_points)
    odds_limits = format_interval(odds.ci_lower, odds.ci_upper, format_ratio)
    return {
        treated_label: _rate(comparison.treated, getattr(comparison.treated, rate)),
        control_label: _rate(comparison.control, getattr(comparison.control, rate)),
        phrase("Difference, points"): format_points(difference.estimate) + " (" + limits + ")",
        phrase("Odds ratio"): format_ratio(odds.estimate) + " (" + odds_limits + ")",
        phrase("p (test)"): phrase(
            "{p} ({test})",
            p=format_p(contrast.test.p_value),
            test=SHORT_NAMES.get(contrast.test.name, contrast.test.name),
        ),
    }


def _rate(arm: ArmResponse, rate: Rate | None) -> str:
    if rate is None:
        return NOT_ESTIMATED
    interval = format_interval(rate.ci_lower, rate.ci_upper, format_percent)
    counts = f"{rate.count:,}/{arm.n:,}"
    if arm.effective_sample_size is None:
        return f"{counts}, {format_percent(rate.rate)} ({interval})"
    return phrase(
        "{counts}, weighted {rate} ({interval})", counts=counts, rate=format_percent(rate.rate), interval=interval
    )


def _size(arm: ArmResponse) -> str:
    effective = arm.effective_sample_size
    return f"{arm.n:,}" if effective is None else f"{arm.n:,} ({effective:,.1f})"


def _counts(arm: ArmResponse) -> dict[str, str]:
    counts = arm.categories or {}
    shares = arm.category_shares or {category: count / arm.n for category, count in counts.items()}
    return {category: f"{count:,} ({format_percent(shares[category])})" for category, count in counts.items()}
