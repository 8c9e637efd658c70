"""Terms of a regression: splines and products against R's glm, their names, and what is refused."""

import json

import numpy as np
import pandas as pd
import pytest

from analysis.design.propensity import fit_propensity
from analysis.design.terms import model_terms
from analysis.errors import EstimationError, SettingsError
from analysis.settings import PropensitySettings
from tests.analysis.design.cohorts import REFERENCE

GLM_TOLERANCE = 1e-6
"""R's glm with a tolerance of 1e-14; products of raw columns lose some digits in its QR."""

EXPECTED = json.loads((REFERENCE / "design" / "propensity.json").read_text())


@pytest.fixture(scope="module")
def gbsg() -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "gbsg.csv")
    return table.assign(grade=pd.Categorical(table["grade"]))


@pytest.mark.parametrize("case", EXPECTED["splines"], ids=lambda case: f"{case['knots']} knots")
def test_splines_equal_r(gbsg: pd.DataFrame, case: dict) -> None:
    settings = PropensitySettings.model_validate({"splines": [{"column": "age", "knots": case["knots"]}]})
    model = fit_propensity(gbsg[["age", "size", "nodes"]], gbsg["arm"] == "tamoxifen", settings)
    bends = ["age" + "'" * bend for bend in range(case["knots"] - 1)]
    assert model.terms == ("(Intercept)", *bends, "size", "nodes")
    np.testing.assert_allclose(model.coefficients, case["coefficients"], rtol=GLM_TOLERANCE)
    np.testing.assert_allclose(model.standard_errors, case["standard_errors"], rtol=GLM_TOLERANCE)
    assert model.knots[0][0] == "age"
    assert len(model.knots[0][1]) == case["knots"]


def test_products_of_splines_levels_and_numbers_equal_r(gbsg: pd.DataFrame) -> None:
    settings = PropensitySettings.model_validate(
        {"splines": ["age"], "interactions": [["age", "grade"], ["size", "grade"], ["grade", "age"]]}
    )
    model = fit_propensity(gbsg[["age", "grade", "size"]], gbsg["arm"] == "tamoxifen", settings)
    names = {
        "age1": "age",
        "age2": "age'",
        "age3": "age''",
        "grade2": "grade=2",
        "grade3": "grade=3",
        "gbsg$size": "size",
    }
    expected = {}
    figures = zip(*(EXPECTED["products"][key] for key in ("terms", "coefficients", "standard_errors")), strict=True)
    for term, coefficient, error in figures:
        parts = [names.get(part, part) for part in term.split(":")]
        if parts == ["grade=2", "size"] or parts == ["grade=3", "size"]:
            parts.reverse()
        expected[":".join(parts)] = (coefficient, error)
    assert set(model.terms) == set(expected)
    found = np.column_stack((model.coefficients, model.standard_errors))
    np.testing.assert_allclose(found, [expected[term] for term in model.terms], rtol=GLM_TOLERANCE)


def test_equal_patients_score_equally_with_splines_and_products(gbsg: pd.DataFrame) -> None:
    settings = PropensitySettings.model_validate({"splines": ["age"], "interactions": [["age", "size"]]})
    rows = np.random.default_rng(0).permutation(np.tile(np.arange(100), 7))
    cohort = gbsg.iloc[rows]
    model = fit_propensity(cohort[["age", "size"]], cohort["arm"] == "tamoxifen", settings)
    assert all(np.unique(model.logit[rows == row]).size == 1 for row in range(100))


def test_levels_that_nobody_has_together_are_dropped_and_named() -> None:
    rng = np.random.default_rng(1)
    site, stage = rng.choice(["A", "B", "C"], 200), rng.choice(["I", "II"], 200)
    stage[site == "C"] = "I"
    table = pd.DataFrame({"site": pd.Categorical(site), "stage": pd.Categorical(stage)})
    settings = PropensitySettings.model_validate({"interactions": [["site", "stage"]]})
    model = fit_propensity(table, rng.random(200) < 0.5, settings)
    assert model.dropped == ("site=C:stage=II",)
    assert model.notes[0].text == (
        "site=C:stage=II was left out of the propensity model: it is the same for every patient."
    )


TABLE = pd.DataFrame({"age": np.arange(40.0), "sex": pd.Categorical(["F", "M"] * 20)})


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (
            {"splines": {"weight": 4}},
            "A spline's column must be a covariate; weight is none. Add it to the covariates, or leave the spline out.",
        ),
        (
            {"splines": {"sex": 4}},
            "A spline's column must hold numbers; sex is a category. Leave the spline out.",
        ),
        (
            {"interactions": [("age", "weight")]},
            "An interaction's columns must be covariates; weight is none. Add it to the covariates, or leave the "
            "interaction out.",
        ),
        (
            {"interactions": [("age", "age")]},
            "An interaction needs two different covariates; age is paired with itself. Leave the interaction out; a "
            "spline lets the effect of a number bend.",
        ),
    ],
)
def test_columns_that_cannot_have_such_terms_are_named(terms: dict, sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        model_terms(TABLE, **terms)
    assert error.value.problems == (sentence,)


def test_knots_that_fall_together_are_refused() -> None:
    table = pd.DataFrame({"nodes": np.repeat([0.0, 1.0, 2.0], [80, 10, 10])})
    with pytest.raises(EstimationError) as error:
        model_terms(table, splines={"nodes": 4})
    assert str(error.value) == (
        "A spline of nodes with 4 knots needs 4 different quantiles; found 2, as many patients share a value. "
        "Choose fewer knots, or leave the spline out."
    )


def test_two_splines_of_one_covariate_are_refused() -> None:
    settings = PropensitySettings.model_validate({"splines": ["age", {"column": "age", "knots": 5}]})
    with pytest.raises(SettingsError, match="A covariate can have one spline; found 2 splines of 1 covariates"):
        fit_propensity(TABLE, np.arange(40) % 3 == 0, settings)


def test_an_interaction_that_separates_is_named() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.integers(0, 2, 200), rng.integers(0, 2, 200)
    table = pd.DataFrame({"one": one.astype(float), "other": other.astype(float)})
    treated = (rng.random(200) < 0.5) | ((one == 1) & (other == 1))
    assert fit_propensity(table, treated).converged
    settings = PropensitySettings.model_validate({"interactions": [["one", "other"]]})
    with pytest.raises(EstimationError, match=r"one:other.* tell treated from control"):
        fit_propensity(table, treated, settings)
