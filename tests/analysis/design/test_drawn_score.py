"""The score of drawn patients from columns made once is the score of a table of these patients."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.selection import StudyCohort
from analysis.design.design import design_patients, follows_from_score, weights_by_score
from analysis.design.propensity import drawn_logit, fit_propensity, score_columns
from analysis.errors import EstimationError
from analysis.robustness.part import drawn_patients
from analysis.settings import PropensitySettings, StudySettings
from tests.analysis.robustness.cases import patients, robust_study

LOGISTIC = PropensitySettings()


def studied(**changes: object) -> tuple[StudyCohort, StudySettings]:
    asked = robust_study({}, **changes)
    return patients(asked), asked


@given(seed=st.integers(0, 10_000), n=st.integers(20, 90))
@settings(max_examples=50, deadline=None)
def test_a_drawn_score_is_that_of_a_table_of_those_drawn_to_the_last_bit(seed: int, n: int) -> None:
    cohort, _ = studied()
    rows = np.sort(np.random.default_rng(seed).integers(0, 90, n))
    columns = score_columns(cohort.covariates, LOGISTIC)
    assert columns is not None
    found = drawn_logit(columns, rows, cohort.treated[rows])
    try:
        drawn = drawn_patients(cohort, rows)
        expected = fit_propensity(drawn.covariates, drawn.treated, LOGISTIC)
    except EstimationError:
        assert found is None
        return
    if found is not None:
        np.testing.assert_array_equal(found, expected.logit)
    else:
        assert drawn.covariates.shape[1] < cohort.covariates.shape[1] or len(expected.terms) <= columns.terms.shape[0]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"matching": {"distance": "probability", "caliper_scale": "pooled_sd", "ratio": 2}},
        {"matching": {"method": "optimal"}},
        {"matching": {"method": "full", "estimand": "ATE"}},
        {"matching": {"exact": ["etiology"], "caliper": None}},
        {"weighting": {"method": "iptw", "truncate": 95}},
    ],
)
def test_weights_by_score_are_those_of_the_design(changes: dict[str, object]) -> None:
    cohort, asked = studied(**changes)
    assert follows_from_score(asked)
    score = fit_propensity(cohort.covariates, cohort.treated, asked.propensity)
    expected = design_patients(cohort, score, asked).weights
    np.testing.assert_array_equal(weights_by_score(score.logit, cohort.treated, cohort.strata, asked), expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"support": {"method": "common_range"}},
        {"matching": {"distance": "mahalanobis"}},
        {"matching": {"calipers": [{"column": "age", "width": 5}]}},
        {"matching": {"method": "strata", "exact": ["etiology"]}},
        {"weighting": {"method": "entropy"}},
    ],
)
def test_other_designs_need_more_than_the_score(changes: dict[str, object]) -> None:
    assert not follows_from_score(studied(**changes)[1])


@pytest.mark.parametrize(
    "model",
    [
        PropensitySettings(model="firth"),
        PropensitySettings(splines=[{"column": "age", "knots": 3}]),
        PropensitySettings(interactions=[("age", "sex")]),
    ],
)
def test_other_scores_need_a_table(model: PropensitySettings) -> None:
    assert score_columns(pd.DataFrame({"age": [1.0, 2.0]}), model) is None
