"""Scores from trees: never from trees that saw the patient, equal for equal patients, in any order and unit."""

import numpy as np
import pandas as pd
import pytest

from analysis.design.propensity import fit_propensity
from analysis.design.trees import NEAREST_TO_CERTAIN, cross_fitted_scores
from analysis.errors import EstimationError
from analysis.settings import PropensitySettings

MODELS = ("boosting", "forest")


def cohort(seed: int = 0, n: int = 400) -> tuple[pd.DataFrame, np.ndarray]:
    """Treatment goes to both the young and the old, which a straight line cannot tell."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"age": rng.normal(60, 10, n), "site": pd.Categorical(rng.choice(["A", "B", "C"], n))})
    return table, np.where(np.abs(table["age"] - 60) > 8, 0.85, 0.15) > rng.random(n)


def chosen(model: str) -> PropensitySettings:
    return PropensitySettings.model_validate({"model": model, "folds": 4, "seed": 2})


@pytest.mark.parametrize("model", MODELS)
def test_trees_find_the_curve_that_a_line_misses(model: str) -> None:
    table, treated = cohort()
    fitted = fit_propensity(table, treated, chosen(model))
    assert fit_propensity(table, treated).c_statistic < 0.62
    assert fitted.c_statistic > 0.75
    assert (fitted.method, fitted.terms, fitted.n_folds, fitted.seed) == (model, (), 4, 2)
    assert fitted.coefficients.size == fitted.standard_errors.size == len(fitted.to_table()) == 0
    np.testing.assert_allclose(1 / (1 + np.exp(-fitted.logit)), fitted.propensity_score, rtol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_arms_of_a_fold_never_reach_its_own_scores(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table, treated = cohort(1, 120)
    folds = np.arange(120) % 2
    monkeypatch.setattr("analysis.design.trees.assign_folds", lambda *_, **__: folds)
    turned = np.where(folds == 0, ~treated, treated)
    before = cross_fitted_scores(table, treated, model=model, n_folds=2, seed=0).score
    after = cross_fitted_scores(table, turned, model=model, n_folds=2, seed=0).score
    assert (before[folds == 0] == after[folds == 0]).all()
    assert (before[folds == 1] != after[folds == 1]).any()


@pytest.mark.parametrize("model", MODELS)
def test_treatment_by_chance_is_not_learnt_by_heart(model: str) -> None:
    table, _ = cohort(2, 300)
    treated = np.random.default_rng(9).random(300) < 0.5
    assert 0.38 < fit_propensity(table, treated, chosen(model)).c_statistic < 0.62


@pytest.mark.parametrize("model", MODELS)
def test_equal_patients_score_equally_in_any_order_and_unit(model: str) -> None:
    table, treated = cohort(3, 150)
    rows = np.tile(np.arange(150), 2)
    doubled, arm = table.iloc[rows], treated[rows]
    fitted = fit_propensity(doubled, arm, chosen(model))
    assert (fitted.logit[:150] == fitted.logit[150:]).all()
    order = np.random.default_rng(0).permutation(300)
    moved = doubled.assign(age=np.exp(doubled["age"] / 10)).iloc[order]
    assert (fit_propensity(moved, arm[order], chosen(model)).logit == fitted.logit[order]).all()


@pytest.mark.parametrize("model", MODELS)
def test_separated_arms_have_scores_kept_away_from_0_and_1(model: str) -> None:
    table = pd.DataFrame({"x": np.arange(400.0)})
    fitted = fit_propensity(table, np.arange(400) >= 200, chosen(model))
    assert fitted.propensity_score.min() == NEAREST_TO_CERTAIN
    assert fitted.propensity_score.max() == 1 - NEAREST_TO_CERTAIN
    n_moved = np.isin(fitted.propensity_score, [NEAREST_TO_CERTAIN, 1 - NEAREST_TO_CERTAIN]).sum()
    assert fitted.notes[0].text == (
        f"{n_moved} of 400 propensity scores lay within 0.001 of 0 or 1 and were moved to that distance, so that their "
        "log odds are finite."
    )


def test_few_different_rows_are_noted() -> None:
    rng = np.random.default_rng(4)
    table = pd.DataFrame({name: rng.integers(0, 2, 200).astype(float) for name in "abcd"})
    notes = fit_propensity(table, rng.random(200) < 0.5, chosen("boosting")).notes
    assert [note.code for note in notes] == ["few_distinct_rows"]
    assert notes[0].text.startswith("The 200 patients have only 16 different rows of covariates.")


def test_splines_and_interactions_of_the_settings_are_said_to_be_unused() -> None:
    table, treated = cohort(5, 200)
    settings = PropensitySettings.model_validate({"model": "boosting", "splines": ["age"]})
    assert fit_propensity(table, treated, settings).notes[0].text == (
        "Interactions and splines belong to a regression; those of the settings were not used, as the score comes from "
        "trees, which find curves and interactions themselves."
    )


@pytest.mark.parametrize("model", MODELS)
def test_what_trees_refuse(model: str) -> None:
    table, treated = cohort(6, 60)
    with pytest.raises(EstimationError, match="The covariate ward must vary"):
        fit_propensity(table.assign(ward=1.0), treated, chosen(model))
    with pytest.raises(EstimationError, match="The covariate age must be known for every patient; 1 of 60"):
        fit_propensity(table.assign(age=table["age"].where(table.index > 0)), treated, chosen(model))
    with pytest.raises(EstimationError, match="4 folds need at least 4 patients in each arm; the smaller arm has 3"):
        fit_propensity(table, np.arange(60) < 3, chosen(model))
