"""Every figure of a design, of the eighty patients or of numbers made for it, for the tests of the charts."""

from collections.abc import Callable
from functools import cache
from typing import Any, cast

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from matplotlib.figure import Figure

from analysis.design.calibration import Calibration, calibration
from analysis.design.distribution import LevelShares, NumericDistribution, covariate_distribution
from analysis.design.left_out import LeftOut, compare_left_out
from analysis.design.weighting import weight_patients
from analysis.study.caliper_path import CaliperPath
from charts.calibration import calibration_figure, calibration_publication
from charts.caliper_path import caliper_path_figure, caliper_path_publication, caliper_scrubber_figure
from charts.distribution import distribution_figure, distribution_publication
from charts.left_out import (
    left_out_figure,
    left_out_map_figure,
    left_out_map_publication,
    left_out_publication,
)
from charts.pairs import pairs_figure, pairs_publication
from charts.style import LIGHT, Theme
from charts.weights import weights_figure, weights_publication
from tests.charts.cases import design

UNIT = "SD of the logit"


@cache
def path(measure: str | None = "hazard_ratio", *, n_terms: int = 6, k: int = 30, survival: bool = True) -> CaliperPath:
    """A path of k calipers on which sets grow, differences rise after a while, and the first effect is missing."""
    rng = np.random.default_rng(3)
    caliper = np.geomspace(0.01, 2.0, k)
    sets = np.round(np.linspace(8, 30, k)).astype(np.int64)
    smd = rng.normal(0, 0.1, (k, n_terms)) + np.linspace(0, 0.3, k)[:, None]
    smd[0, 0] = np.nan
    estimate = [None, *rng.uniform(0.6, 0.9, k - 1).tolist()]
    times = np.linspace(0, 30, 120) if survival else np.zeros(0)
    curves = np.exp(-times[None, :] * np.linspace(0.03, 0.05, k)[:, None])
    curves[:, 110:] = np.nan
    return CaliperPath(
        caliper=caliper,
        caliper_scale="sd",
        n_sets=sets,
        n_treated=sets,
        n_control=sets + 2,
        effective_sample_size_treated=sets.astype(np.float64),
        effective_sample_size_control=sets + 0.5,
        terms=tuple(f"term {number}" if number else "etiology=HBV" for number in range(n_terms)),
        smd_before=np.linspace(0.1, 0.6, n_terms),
        smd=smd,
        largest_smd_before=0.6,
        largest_smd=np.nanmax(np.abs(smd), axis=1),
        endpoint="OS" if measure else None,
        measure=cast(Any, measure),
        estimate_before=0.8 if measure else None,
        estimate=tuple(estimate) if measure else (None,) * k,
        ci_lower=tuple(None if one is None else one - 0.2 for one in estimate) if measure else (None,) * k,
        ci_upper=tuple(None if one is None else one + 0.3 for one in estimate) if measure else (None,) * k,
        confidence_level=0.95,
        times=times,
        survival_treated_before=np.exp(-times * 0.04),
        survival_control_before=np.exp(-times * 0.06),
        survival_treated=curves,
        survival_control=curves**1.2,
        current=14,
        knee=20,
        knee_reason="the widest caliper at which every difference is below 0.1",
    )


@cache
def calibrated() -> Calibration:
    """Of the score of the eighty patients."""
    _, treated, model, _ = design()
    return calibration(model.propensity_score, treated)


@cache
def distribution(column: str = "age") -> NumericDistribution | LevelShares:
    """Of one covariate, before and after matching."""
    covariates, treated, _, sets = design()
    return covariate_distribution(covariates[column], treated, sets.weights, before_and_after=True)


@cache
def left_out() -> LeftOut:
    """Who was left out by the matching."""
    covariates, treated, _, sets = design()
    return compare_left_out(covariates, treated, sets.weights)


@cache
def inverse_weights() -> np.ndarray:
    """Weights of the eighty patients."""
    _, treated, model, _ = design()
    return weight_patients(model.propensity_score, treated, method="iptw").weights


def design_figures(theme: Theme = LIGHT, width: int = 480, label: str = "LEN") -> dict[str, go.Figure]:
    """Every interactive figure of a design."""
    arms = {"treated_label": label, "control_label": "SOR"}
    look: dict[str, Any] = {**arms, "theme": theme, "width": width}
    covariates, treated, model, sets = design()
    age, etiology = covariates["age"], covariates["etiology"]
    return {
        "caliper path": caliper_path_figure(path(), unit=label, **look),
        "caliper path, points": caliper_path_figure(path("risk_difference"), unit=label, **look),
        "scrubber": caliper_scrubber_figure(path(), unit=label, **look),
        "scrubber, no curves": caliper_scrubber_figure(path(None, survival=False), unit=label, **look),
        "calibration": calibration_figure(calibrated(), treated_label=label, theme=theme, width=width),
        "distribution": distribution_figure(distribution(), population="compare", **look),
        "density": distribution_figure(distribution(), population="compare", curve="density", **look),
        "shares": distribution_figure(distribution("etiology"), population="compare", **look),
        "weights": weights_figure(inverse_weights(), treated, **look),
        "left out": left_out_figure(left_out(), **look),
        "left out map": left_out_map_figure(age.rename(label), etiology, treated, sets.weights, **look),
        "pairs": pairs_figure(sets, model.propensity_score, treated=treated, **look),
    }


def design_prints(width: float, label: str = "LEN") -> dict[str, Callable[[], Figure]]:
    """Every publication figure of a design, drawn when called."""
    look: dict[str, Any] = {"treated_label": label, "control_label": "SOR", "width": width}
    covariates, treated, model, sets = design()
    age, etiology = covariates["age"], covariates["etiology"]
    found = distribution()
    return {
        "caliper path": lambda: caliper_path_publication(path(), unit=label, **look),
        "calibration": lambda: calibration_publication(calibrated(), treated_label=label, width=width),
        "distribution": lambda: distribution_publication(found, population="compare", **look),
        "density": lambda: distribution_publication(found, population="after", curve="density", **look),
        "shares": lambda: distribution_publication(distribution("etiology"), population="compare", **look),
        "weights": lambda: weights_publication(inverse_weights(), treated, **look),
        "left out": lambda: left_out_publication(left_out(), **look),
        "left out map": lambda: left_out_map_publication(age.rename(label), etiology, treated, sets.weights, **look),
        "pairs": lambda: pairs_publication(sets, model.propensity_score, treated=treated, **look),
    }


def levels(n: int) -> pd.Series:
    """A category of so many long-named levels, one for each of n patients and more."""
    names = [f"a centre with a rather long name, number {number}" for number in range(n)]
    return pd.Series(pd.Categorical(np.resize(names, 3 * n), categories=names), name="centre")
