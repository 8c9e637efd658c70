"""The table of a Cox regression: by hand, against R and lifelines, by its laws, and where a model has no maximum."""

import doctest
import json
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from lifelines import CoxPHFitter

from analysis.errors import EstimationError
from analysis.outcomes import cox_table as module
from analysis.outcomes.cox import cox_hazard_ratio, proportional_hazards_test
from analysis.outcomes.cox_model import cox_model
from analysis.outcomes.cox_table import cox_table
from tests.analysis.outcomes.survival_reference import REFERENCE, cohorts

# Both sides iterate until the likelihood no longer rises; R stops on its logarithm, here on the step.
ITERATED = 1e-8
# lifelines stops its search sooner.
LIFELINES = 1e-5

CASES = json.loads((REFERENCE / "outcomes" / "cox_table.json").read_text())["cases"]
FORMS = {
    "plain": (),
    "weighted": ("weights",),
    "clustered": ("weights", "cluster"),
    "clustered_unweighted": ("cluster",),
}


def table_of(case, form="plain"):
    data = case["data"]
    units = {"weights": data["w"], "cluster": data["cl"]}
    covariates = pd.DataFrame({name: data[name] for name in case["terms"]})
    for name in covariates.select_dtypes(object).columns:
        found = [level[len(name) :] for level in case["multivariable"]["plain"]["names"] if level.startswith(name)]
        reference = set(covariates[name]) - set(found)
        covariates[name] = pd.Categorical(covariates[name], [*reference, *found])
    return cox_table(data["time"], data["event"], covariates, **{key: units[key] for key in FORMS[form]})


def listed(value):
    return value if isinstance(value, list) else [value]


def equals_r(estimates, tests, expected):
    for key in ("coefficients", "errors", "lower", "upper", "p"):
        name = {"coefficients": "log_hazard_ratio", "errors": "standard_error", "p": "p_value"}.get(key, f"ci_{key}")
        # A small p-value doubles and redoubles what its statistic is off by.
        tolerance = 1e-6 if key == "p" else ITERATED
        np.testing.assert_allclose([getattr(e, name) for e in estimates], listed(expected[key]), rtol=tolerance)
    for test, (chi_square, degrees, p) in zip(tests, expected["wald"].values(), strict=True):
        assert test.chi_square == pytest.approx(chi_square, rel=ITERATED)
        assert test.degrees_of_freedom == degrees
        assert test.p_value == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_multivariable_model_equals_r(case, form):
    table = table_of(case, form)
    rows = [row for variable in table.variables for row in variable.rows if not row.reference]
    equals_r(
        [row.multivariable for row in rows],
        [variable.multivariable_test for variable in table.variables],
        case["multivariable"][form],
    )
    assert table.robust == (form != "plain")


@pytest.mark.parametrize("form", ["plain", "clustered"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_covariate_alone_equals_r(case, form):
    for variable in table_of(case, form).variables:
        estimates = [row.univariable for row in variable.rows if not row.reference]
        equals_r(estimates, [variable.univariable_test], case["univariable"][variable.name][form])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_proportional_hazards_equal_cox_zph(case):
    table = table_of(case)
    tests = [variable.proportional_hazards for variable in table.variables] + [table.proportional_hazards]
    for test, (chi_square, degrees, p) in zip(tests, case["zph"], strict=True):
        assert test.chi_square == pytest.approx(chi_square, rel=1e-6)
        assert (test.degrees_of_freedom, test.p_value) == (degrees, pytest.approx(p, rel=1e-5))


def test_likelihood_in_units_of_the_weights_equals_r():
    data = CASES[2]["data"]
    columns = np.column_stack([data["treated"], data["x"], *[np.array(data["stage"]) == s for s in ("II", "III")]])
    model = cox_model(data["time"], data["event"], columns, weights=data["w"])
    assert model.log_likelihood == pytest.approx(CASES[2]["multivariable"]["weighted"]["log_likelihood"], rel=1e-10)


def test_lifelines_finds_the_same_without_weights():
    data = CASES[0]["data"]
    covariates = pd.DataFrame({key: data[key] for key in ("treated", "karno", "age")})
    table = cox_table(data["time"], data["event"], covariates)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter = CoxPHFitter().fit(covariates.assign(t=data["time"], e=data["event"]), "t", "e")
    for variable in table.variables:
        estimate = variable.rows[0].multivariable
        assert estimate.log_hazard_ratio == pytest.approx(fitter.params_[variable.name], rel=LIFELINES)
        assert estimate.standard_error == pytest.approx(fitter.standard_errors_[variable.name], rel=LIFELINES)


@settings(max_examples=40, deadline=None)
@given(cohorts(smallest=12))
def test_treatment_alone_is_the_two_arm_model(cohort):
    covariates = pd.DataFrame({"treated": cohort["treated"]})
    units = {"weights": cohort["weights"], "cluster": cohort["cluster"]}
    table = cox_table(cohort["time"], cohort["event"], covariates, **units)
    row = table.variables[0].rows[1]
    try:
        ratio = cox_hazard_ratio(cohort["time"], cohort["event"], cohort["treated"], **units)
    except EstimationError:
        assert row.univariable is None
        assert "hazard_ratio_not_estimable" in [note.code for note in table.notes]
        return
    assert row.multivariable.log_hazard_ratio == pytest.approx(ratio.log_hazard_ratio, rel=1e-6, abs=1e-8)
    assert row.multivariable.standard_error == pytest.approx(ratio.standard_error, rel=1e-6)
    assert row.n == int(cohort["treated"].sum())
    assert row.n_events == int((cohort["treated"] & cohort["event"]).sum())
    try:
        changing = proportional_hazards_test(cohort["time"], cohort["event"], cohort["treated"], **units)
    except EstimationError:
        return
    if table.proportional_hazards is not None:
        assert table.proportional_hazards.chi_square == pytest.approx(changing.chi_square, rel=1e-5, abs=1e-7)


def test_a_factor_of_the_weights_and_units_of_a_column_change_nothing():
    rng = np.random.default_rng(2)
    covariates = pd.DataFrame({"age": rng.normal(60, 9, 90), "stage": rng.choice(["I", "II", "III"], 90)})
    time, event, weights = rng.exponential(10, 90).round(), rng.random(90) < 0.7, rng.uniform(0.3, 3, 90)
    table = cox_table(time, event, covariates, weights=weights)
    other = cox_table(time * 30, event, covariates.assign(age=covariates["age"] * 365), weights=weights * 12)
    for variable, again in zip(table.variables, other.variables, strict=True):
        assert again.multivariable_test.chi_square == pytest.approx(variable.multivariable_test.chi_square, rel=1e-7)
        assert again.proportional_hazards.p_value == pytest.approx(variable.proportional_hazards.p_value, rel=1e-6)


def test_levels_reference_and_counts_in_the_table():
    covariates = pd.DataFrame({"stage": pd.Categorical(list("BABABBAA"), ["B", "A", "C"]), "age": range(8)})
    table = cox_table([5, 3, 8, 1, 4, 7, 2, 6], [1, 1, 0, 1, 1, 1, 1, 0], covariates)
    frame = table.to_table()
    assert frame["level"].tolist()[:2] == ["B", "A"]
    assert frame["reference"].tolist() == [True, False, False]
    assert frame["n"].tolist() == [4, 4, 8]
    assert frame["n_events"].tolist() == [3, 3, 6]
    assert table.events_per_coefficient == 3.0
    assert [note.text for note in table.notes] == [
        "6 events for 2 coefficients, fewer than 10 for each: the multivariable ratios are unstable. "
        "Use fewer covariates or levels."
    ]


def test_patients_of_weight_zero_are_left_out_of_every_count():
    covariates = pd.DataFrame({"age": [1.0, 5, 2, 4, 3, np.nan]})
    table = cox_table([1, 2, 3, 4, 5, 6], [1] * 6, covariates, weights=[1, 1, 1, 1, 1, 0])
    assert (table.n, table.n_events, table.variables[0].rows[0].n) == (5, 5, 5)


def test_a_model_without_a_maximum_leaves_its_estimates_out():
    covariates = pd.DataFrame({"stage": ["I", "I", "I", "II", "II", "II"], "age": [5, 1, 4, 2, 6, 3]})
    table = cox_table([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], covariates)
    assert table.variables[0].rows[1].univariable is None
    assert table.variables[1].rows[0].univariable is not None
    assert table.variables[1].rows[0].multivariable is None
    texts = {note.code: note.text for note in table.notes}
    assert texts["level_without_events"].startswith("'stage' has 1 level without an event")
    assert texts["hazard_ratio_not_estimable"].startswith("All covariates together: A Cox model needs a likelihood")


def test_a_ratio_beyond_every_number_is_left_out_and_a_limit_beyond_stays_finite():
    numbers = np.array([1.0, 5, 2, 4, 3, 6])
    covariates = pd.DataFrame({"grams": numbers / 1e9, "tons": numbers / 1e3, "kg": numbers})
    alone = {}
    for name in covariates:
        table = cox_table([1, 2, 3, 4, 5, 6], [1] * 6, covariates[[name]])
        alone[name] = table.variables[0].rows[0].univariable
        told = [note.text for note in table.notes if note.code == "hazard_ratio_not_estimable"]
        assert told == (
            []
            if name != "grams"
            else [
                "'grams': the hazard ratio of one unit is too far from 1 to be written as a number. "
                "Give the column in another unit."
            ]
        )
    assert alone["grams"] is None
    assert alone["tons"].log_hazard_ratio == pytest.approx(1e3 * alone["kg"].log_hazard_ratio)
    assert np.isfinite([alone["tons"].hazard_ratio, alone["tons"].ci_upper]).all()
    assert alone["tons"].p_value == pytest.approx(alone["kg"].p_value)


def test_missing_constant_and_absent_covariates_are_refused():
    with pytest.raises(EstimationError) as error:
        cox_table([1, 2, 3], [1, 1, 0], pd.DataFrame({"age": [1, None, 3], "sex": ["f", "f", "f"]}))
    assert error.value.problems == (
        "Every covariate of a Cox table must be known; 'age' is missing in 1 of 3 patients. "
        "Choose what is done about missing values, or leave this covariate out.",
        "A covariate of a Cox table must differ between patients; 'sex' is the same in all 3. Leave it out.",
    )
    with pytest.raises(
        EstimationError, match="needs at least one covariate with an entry for each patient; 0 covariates"
    ):
        cox_table([1, 2], [1, 1], pd.DataFrame(index=range(2)))
    with pytest.raises(EstimationError, match="robust standard error of a Cox model needs clusters that differ"):
        cox_model([1, 2, 3, 4], [1] * 4, [[1.0], [0], [1], [0]], cluster=[1] * 4)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
