"""Cox regression on several columns: against R, by laws, and where there is no maximum."""

import contextlib
import csv
import doctest
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from analysis.errors import EstimationError
from analysis.outcomes import cox_model as module
from analysis.outcomes.cox import cox_hazard_ratio
from analysis.outcomes.cox_model import cox_model
from tests.analysis.outcomes.survival_reference import REFERENCE, cohorts

# Both sides iterate until the likelihood no longer rises; R stops on its logarithm, here on the step.
ITERATED = 1e-8

CASES = json.loads((REFERENCE / "design" / "prognostic.json").read_text())["cases"]


def controls(case):
    with open(REFERENCE / case["file"], newline="") as lines:
        table = pd.DataFrame([row for row in csv.DictReader(lines) if row["arm"] != case["treated"]])
    numbers = [name for name in case["covariates"] if name != "celltype"]
    columns = table[numbers].astype(float)
    if "celltype" in case["covariates"]:
        columns = pd.concat([pd.get_dummies(table["celltype"]).astype(float).iloc[:, 1:], columns], axis=1)
    return table["t"].astype(float).to_numpy(), table["status"].to_numpy() == "1", columns.to_numpy()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_coefficients_equal_r(case):
    model = cox_model(*controls(case))
    np.testing.assert_allclose(model.coefficients, case["cox"]["coefficients"], rtol=ITERATED)
    np.testing.assert_allclose(model.standard_errors, case["cox"]["errors"], rtol=ITERATED)
    assert model.log_likelihood == pytest.approx(case["cox"]["log_likelihood"], rel=1e-10)


@settings(max_examples=40, deadline=None)
@given(cohorts(smallest=10))
def test_one_binary_column_is_the_two_arm_model(cohort):
    try:
        ratio = cox_hazard_ratio(cohort["time"], cohort["event"], cohort["treated"])
    except EstimationError:
        with pytest.raises(EstimationError):
            cox_model(cohort["time"], cohort["event"], cohort["treated"][:, None])
        return
    model = cox_model(cohort["time"], cohort["event"], cohort["treated"][:, None])
    assert model.coefficients[0] == pytest.approx(ratio.log_hazard_ratio, rel=1e-6, abs=1e-8)
    assert model.standard_errors[0] == pytest.approx(ratio.standard_error, rel=1e-6)


def test_units_and_row_order_do_not_matter():
    rng = np.random.default_rng(4)
    columns = np.column_stack([rng.normal(size=80), rng.normal(50, 10, 80), rng.random(80) < 0.4])
    time, event = rng.exponential(np.exp(-0.5 * columns[:, 0])).round(1), rng.random(80) < 0.7
    model = cox_model(time, event, columns)
    order = rng.permutation(80)
    other = cox_model(time[order] * 30, event[order], columns[order] * [1, 1000, 1] + [0, 5e6, 0])
    np.testing.assert_allclose(other.coefficients * [1, 1000, 1], model.coefficients, rtol=1e-7)
    np.testing.assert_allclose(model.predictor(columns[:3]), columns[:3] @ model.coefficients)


def test_a_likelihood_without_a_maximum_is_refused():
    with pytest.raises(EstimationError) as error:
        cox_model([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [[1.0], [1.0], [1.0], [0.0], [0.0], [0.0]])
    assert str(error.value).startswith(
        "A Cox model needs a likelihood with a maximum at finite coefficients; 3 events of 6 patients and 1 column have none"
    )


def nearly_dependent(seed):
    """Few patients, columns that all but repeat each other, and weights of very different sizes."""
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(5, 12)), int(rng.integers(2, 4))
    columns = rng.integers(0, 4, (n, p)).astype(float)
    columns[:, 0] += rng.choice([0, 1e-3, 1e-6]) * rng.normal(size=n)
    if rng.random() < 0.5:
        columns[:, 1] = columns[:, 0] + rng.choice([1e-3, 1e-5, 1e-7]) * rng.normal(size=n)
    return columns, rng.integers(0, 2, n), rng.uniform(0.1, 5, n) * 10.0 ** rng.integers(-3, 3, n)


# Among them steps so long that everyone at risk is lost to rounding (5, 11, 12, 22), and an information that rounding
# leaves without an inverse (547).
@pytest.mark.parametrize("seed", [*range(30), 547])
def test_columns_that_all_but_repeat_give_finite_figures_or_a_sentence(seed):
    columns, event, weights = nearly_dependent(seed)
    found = []
    with contextlib.suppress(EstimationError):
        model = cox_model(np.arange(1, event.size + 1), event, columns, weights=weights)
        found = [*model.coefficients, *model.standard_errors, model.log_likelihood]
    assert np.isfinite(found).all()


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
