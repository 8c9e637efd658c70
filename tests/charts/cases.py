"""Small results of every kind, drawn by every figure, for the tests of the charts."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from matplotlib.figure import Figure

from analysis.cohort.missing import MissingPattern, MissingPicture
from analysis.cohort.selection import FlowStep, StudyCohort
from analysis.design.balance import CovariateBalance, covariate_balance
from analysis.design.matching import MatchedSets, match_nearest
from analysis.design.propensity import PropensityModel, fit_propensity
from analysis.outcomes.response import ResponseComparison, compare_response
from analysis.outcomes.survival_comparison import SurvivalComparison, compare_survival
from charts.balance import describe_love, love_figure, love_publication
from charts.flow import flow_figure, flow_publication
from charts.missing import missing_figure, missing_publication
from charts.overlap import describe_overlap, overlap_figure, overlap_publication
from charts.response import describe_response, response_figure, response_publication
from charts.style import LIGHT, DesignWord, Population, Theme
from charts.survival import describe_survival, survival_figure, survival_publication

AWKWARD = 'Arm <b>one</b>, $x^2$ & "two"; 50% of {all} %{y} 💊 한국 日本'
PLAIN = {"treated_label": "LEN", "control_label": "SOR"}
POPULATIONS: tuple[Population, ...] = ("before", "after", "compare")


@cache
def design() -> tuple[pd.DataFrame, np.ndarray, PropensityModel, MatchedSets]:
    """Eighty patients, two numbers and a category, matched 1:1."""
    rng = np.random.default_rng(20)
    treated = np.arange(80) < 34
    covariates = pd.DataFrame(
        {
            "age": rng.normal(60 + 4 * treated, 8),
            "albumin_gdl": rng.normal(3.6 - 0.2 * treated, 0.5),
            "etiology": pd.Categorical(rng.choice(["HBV", "HCV", "other"], 80)),
        }
    )
    model = fit_propensity(covariates, treated)
    return covariates, treated, model, match_nearest(model.logit, treated, caliper=0.2)


@cache
def follow_up() -> tuple[np.ndarray, np.ndarray]:
    """Time and event of the eighty patients."""
    rng = np.random.default_rng(21)
    time = np.round(rng.exponential(9.0, 80), 1) + 0.1
    return time, rng.random(80) < 0.7


@cache
def survival(population: str) -> SurvivalComparison:
    """Both arms, before or after matching."""
    _, treated, _, sets = design()
    time, event = follow_up()
    if population == "before":
        return compare_survival(time, event, treated)
    kept = sets.weights > 0
    return compare_survival(
        time[kept], event[kept], treated[kept], weights=sets.weights[kept], cluster=sets.subclass[kept]
    )


def arms_of_sizes(n_treated: int, n_control: int, *, events: bool = True, seed: int = 5) -> SurvivalComparison:
    """A comparison of two arms of any size."""
    rng = np.random.default_rng(seed)
    treated = np.arange(n_treated + n_control) < n_treated
    time = rng.exponential(10.0, treated.size)
    event = rng.random(treated.size) < 0.6 if events else np.zeros(treated.size, dtype=bool)
    return compare_survival(time, event, treated)


@cache
def response(
    treated: tuple[int, ...] = (1, 9, 9, 5, 1), control: tuple[int, ...] = (0, 3, 10, 10, 2)
) -> ResponseComparison:
    """Patients with CR, PR, SD, PD and NE in each arm."""
    category = np.repeat(np.array(["CR", "PR", "SD", "PD", "NE"] * 2, dtype=object), [*treated, *control])
    in_treated = np.repeat([True, False], [sum(treated), sum(control)])
    responders = np.isin(category, ["CR", "PR"])
    return compare_response(responders, responders | (category == "SD"), category, in_treated)


@cache
def balance() -> CovariateBalance:
    """Balance of the eighty patients before and after matching."""
    covariates, treated, _, sets = design()
    return covariate_balance(covariates, treated, sets.weights)


@cache
def patients(treated_label: str = "LEN", control_label: str = "SOR") -> StudyCohort:
    """The eighty patients, and five who were left out."""
    covariates, treated, _, _ = design()
    excluded = pd.DataFrame(
        {
            "row": [80, 81, 82, 83, 84],
            "identifier": ["a", "b", "c", "d", "e"],
            "arm": np.array([treated_label, control_label, control_label, "CABO", None], dtype=object),
            "reason": [
                "missing covariate: age",
                "missing covariate: age",
                "missing covariate: age, albumin_gdl",
                "other arm",
                "arm missing",
            ],
        }
    )
    return StudyCohort(
        row=np.arange(80),
        identifier=np.arange(80).astype(str).astype(object),
        treated=treated,
        treated_label=treated_label,
        control_label=control_label,
        covariates=covariates,
        strata=None,
        strata_columns=(),
        endpoints=(),
        responses=(),
        time_unit="months",
        flow=(
            FlowStep(step="read", kind="read", treated=35, control=48, other=2),
            FlowStep(step="complete covariates", kind="complete", treated=34, control=46, other=0),
        ),
        excluded=excluded,
        notes=(),
    )


def missing(treated_label: str = "LEN", control_label: str = "SOR") -> MissingPicture:
    """Three of five covariates with missing values, two of them mostly together; more patterns than are drawn."""
    together = [
        MissingPattern(columns=columns, treated=treated, control=control)
        for columns, treated, control in (
            ((), 25, 36),
            (("albumin_gdl", "bilirubin_mgdl"), 4, 3),
            (("afp_ngml",), 2, 4),
            (("bilirubin_mgdl",), 2, 2),
            (("albumin_gdl", "afp_ngml"), 1, 1),
            (("albumin_gdl", "bilirubin_mgdl", "afp_ngml"), 0, 1),
        )
    ]
    return MissingPicture(
        columns=("albumin_gdl", "bilirubin_mgdl", "afp_ngml"),
        n_covariates=5,
        treated_label=treated_label,
        control_label=control_label,
        n_treated=34,
        n_control=47,
        missing_treated=np.array([5, 6, 3]),
        missing_control=np.array([5, 6, 6]),
        patterns=tuple(together),
    )


def screen_figures(
    population: Population,
    theme: Theme = LIGHT,
    width: int = 480,
    label: str = "LEN",
    design_word: DesignWord = "matching",
) -> dict[str, go.Figure]:
    """Every interactive figure of the eighty patients."""
    arms = {"treated_label": label, "control_label": "SOR"}
    look: dict[str, Any] = {"theme": theme, "width": width}
    view: dict[str, Any] = {"population": population, "design_word": design_word}
    _, treated, model, sets = design()
    rates = {"mRECIST": response(), label: response((0, 3, 15, 6, 1), (0, 2, 10, 11, 2))}
    return {
        "survival": survival_figure(survival("before"), survival("after"), outcome=label, **view, **arms, **look),
        "overlap": overlap_figure(model.propensity_score, treated, sets.weights, **view, **arms, **look),
        "balance": love_figure(balance(), **view, **look),
        "response": response_figure(rates, rates, **view, **arms, **look),
        "flow": flow_figure(patients(treated_label=label), sets, **look),
        "missing": missing_figure(missing(label), **look),
    }


def describe_figures(population: Population, design_word: DesignWord = "matching") -> dict[str, str]:
    """Every figure that has a population before and after, in words."""
    view: dict[str, Any] = {"population": population, "design_word": design_word}
    _, treated, model, sets = design()
    rates = {"mRECIST": response()}
    return {
        "survival": describe_survival(survival("before"), survival("after"), outcome="OS", **view, **PLAIN),
        "overlap": describe_overlap(model.propensity_score, treated, sets.weights, **view, **PLAIN),
        "balance": describe_love(balance(), **view),
        "response": describe_response(rates, rates, **view, **PLAIN),
    }


def print_figures(
    population: Population, width: float, label: str = "LEN", design_word: DesignWord = "matching"
) -> dict[str, Callable[[], Figure]]:
    """Every publication figure of the eighty patients, drawn when called."""
    arms = {"treated_label": label, "control_label": "SOR"}
    view: dict[str, Any] = {"population": population, "design_word": design_word, "width": width}
    _, treated, model, sets = design()
    rates = {"mRECIST": response(), label: response((0, 3, 15, 6, 1), (0, 2, 10, 11, 2))}
    return {
        "survival": lambda: survival_publication(survival("before"), survival("after"), outcome=label, **view, **arms),
        "overlap": lambda: overlap_publication(model.propensity_score, treated, sets.weights, **view, **arms),
        "balance": lambda: love_publication(balance(), **view),
        "response": lambda: response_publication(rates, rates, **view, **arms),
        "flow": lambda: flow_publication(patients(treated_label=label), sets, width=width),
        "missing": lambda: missing_publication(missing(label), width=width),
    }
