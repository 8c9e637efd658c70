"""The caliper path: at every caliper the study's own figures, in one sweep; a range that matters; a reasoned suggestion."""

import doctest
import importlib
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.selection import select_patients
from analysis.design.balance import covariate_balance
from analysis.design.caliper_sweep import caliper_range, caliper_steps
from analysis.design.design import design_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.survival import kaplan_meier
from analysis.study import outcomes_after
from analysis.study.caliper_path import caliper_path, suggest_caliper
from analysis.study.caliper_path.balance_kernel import weighted_sums
from tests.analysis.study.cases import cohort_of, study, whole_table

COMPLETE = {"missing": {"method": "complete_case"}}
# The same sums in another order, or numbers of sets that label the same clusters differently.
ROUNDING = 1e-9

DESIGNS = {
    "closest": {},
    "probability": {"matching": {"distance": "probability", "caliper_scale": "pooled_sd"}},
    "controls": {"matching": {"estimand": "ATC"}},
    "strata and columns": {"matching": {"exact": ["etiology"], "calipers": [{"column": "age", "width": 6}]}},
    "support": {"support": {"method": "common_range"}},
    "largest first": {"matching": {"order": "largest", "ratio": 2}},
    "replacement": {"matching": {"replacement": True, "caliper": 0.5}},
    "mahalanobis": {"matching": {"distance": "mahalanobis"}},
    "optimal": {"matching": {"method": "optimal"}},
    "full": {"matching": {"method": "full", "estimand": "ATE"}},
}


@cache
def case(name, n=90):
    asked = study(**COMPLETE, **DESIGNS[name])
    patients = select_patients(cohort_of(whole_table(n)), asked)
    return patients, fit_propensity(patients.covariates, patients.treated), asked


def at(asked, caliper):
    return asked.model_copy(update={"matching": asked.matching.model_copy(update={"caliper": caliper})})


@pytest.mark.parametrize("name", DESIGNS)
def test_every_step_is_the_study_at_that_caliper(name):
    patients, propensity, asked = case(name)
    path = caliper_path(patients, propensity, asked, calipers=[0.01, 0.1, 0.6, 3.0])
    for row, caliper in enumerate(path.caliper):
        changed = at(asked, float(caliper))
        try:
            design = design_patients(patients, propensity, changed)
        except EstimationError:
            assert path.n_sets[row] == 0
            assert np.isnan(path.largest_smd[row])
            assert path.estimate[row] is None
            continue
        assert (path.n_sets[row], path.n_treated[row]) == (design.sets.n_sets, design.n_treated)
        assert path.effective_sample_size_control[row] == pytest.approx(design.effective_sample_size_control)
        balance = covariate_balance(patients.covariates, patients.treated, design.weights, asked.balance)
        assert path.terms == balance.terms
        np.testing.assert_allclose(path.smd[row], balance.smd_after, rtol=ROUNDING, atol=1e-12)
        np.testing.assert_allclose(path.smd_before, balance.smd_before, rtol=ROUNDING, atol=1e-12)
        comparison = outcomes_after(patients, design, changed.outcomes, changed.confidence).survival[0].comparison
        if comparison.cox is None:
            assert path.estimate[row] is None
            continue
        found = (path.estimate[row], path.ci_lower[row], path.ci_upper[row])
        cox = comparison.cox
        assert found == pytest.approx((cox.hazard_ratio, cox.ci_lower, cox.ci_upper), rel=1e-7)
        curve = comparison.control.curve
        read = np.concatenate(([1.0], curve.survival))[np.searchsorted(curve.time, path.times + 1e-7, side="right")]
        seen = path.times <= curve.time[-1]
        np.testing.assert_allclose(path.survival_control[row][seen], read[seen], rtol=ROUNDING, atol=1e-12)
        assert np.isnan(path.survival_control[row][path.times > curve.time[-1] + 1e-6]).all()
    assert path.caliper[path.current] == asked.matching.caliper


@pytest.mark.parametrize("convention", [{"after": "recomputed"}, {"denominator": "treated", "binary": "raw"}])
def test_differences_follow_the_convention(convention):
    patients, propensity, asked = case("closest")
    asked = study(**COMPLETE, balance=convention)
    path = caliper_path(patients, propensity, asked, calipers=[0.3])
    for row in range(2):
        design = design_patients(patients, propensity, at(asked, float(path.caliper[row])))
        balance = covariate_balance(patients.covariates, patients.treated, design.weights, asked.balance)
        np.testing.assert_allclose(path.smd[row], balance.smd_after, rtol=ROUNDING, atol=1e-12)


def test_a_response_endpoint_has_its_difference_and_no_curves():
    patients, propensity, asked = case("closest")
    path = caliper_path(patients, propensity, asked, "RECIST", calipers=[0.1, 0.5])
    assert (path.measure, path.endpoint, path.times.size, path.survival_treated.shape) == (
        "risk_difference",
        "RECIST",
        0,
        (3, 0),
    )
    after = outcomes_after(
        patients, design_patients(patients, propensity, asked), asked.outcomes, asked.confidence
    ).response[0]
    difference = after.comparison.objective_response.risk_difference
    assert path.estimate[path.current] == difference.estimate
    assert path.ci_lower[path.current] == difference.ci_lower


def test_curves_before_are_those_of_all_patients():
    patients, propensity, asked = case("closest")
    path = caliper_path(patients, propensity, asked, "OS", calipers=[0.1])
    endpoint = patients.endpoints[0]
    curve = kaplan_meier(endpoint.time[patients.treated], endpoint.event[patients.treated])
    last = np.searchsorted(curve.time, path.times[60] + 1e-7, side="right") - 1
    assert path.survival_treated_before[60] == curve.survival[last]
    assert (path.times[0], path.times.size, path.survival_treated_before[0]) == (0.0, 120, 1.0)
    assert path.times[-1] == min(endpoint.time[patients.treated].max(), endpoint.time[~patients.treated].max())


@pytest.mark.parametrize("name", DESIGNS)
def test_the_range_runs_from_the_first_sets_to_where_nothing_is_gained(name):
    patients, propensity, asked = case(name)
    path = caliper_path(patients, propensity, asked)
    assert 20 <= path.caliper.size <= 51
    assert (np.diff(path.caliper) > 0).all()
    assert asked.matching.caliper in path.caliper
    assert path.n_sets[0] < path.n_sets.max() / 2
    boundless = design_patients(patients, propensity, at(asked, None))
    n_matched = path.n_treated[-1] + path.n_control[-1]
    assert n_matched == boundless.n_treated + boundless.n_control


def test_without_a_caliper_the_widest_stands_for_it():
    patients, propensity, asked = case("closest")
    path = caliper_path(patients, propensity, at(asked, None))
    assert path.current == path.caliper.size - 1
    assert path.n_sets[-1] == design_patients(patients, propensity, at(asked, None)).sets.n_sets


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5]))
def test_one_sequence_of_pairs_is_every_matching(seed, rounding):
    patients, propensity, asked = case("closest", 60)
    rng = np.random.default_rng(seed)
    logit = rng.normal(size=patients.treated.size)
    logit = np.round(logit / rounding) * rounding if rounding else logit
    shuffled = type(propensity)(
        **{
            name: getattr(propensity, name)
            for name in propensity.__dataclass_fields__
            if name not in ("logit", "propensity_score")
        },
        logit=logit,
        propensity_score=1 / (1 + np.exp(-logit)),
    )
    calipers = [0.05, 0.2, 0.5, 1.0, 4.0]
    for caliper, step in zip(calipers, caliper_steps(patients, shuffled, asked, calipers), strict=True):
        try:
            design = design_patients(patients, shuffled, at(asked, caliper))
        except EstimationError:
            assert step.n_sets == 0
            continue
        np.testing.assert_array_equal(step.weights, design.weights)
        assert step.n_sets == design.sets.n_sets


def test_progress_runs_to_one():
    seen = []
    caliper_path(*case("closest"), calipers=[0.1, 0.5, 1.0], progress=seen.append)
    assert seen == [0.25, 0.5, 0.75, 1.0]


def test_the_suggestion_is_the_widest_balanced_caliper_that_keeps_half():
    caliper, n_sets = np.array([0.1, 0.2, 0.5, 1.0]), np.array([4, 30, 40, 50])
    few = suggest_caliper(caliper, n_sets, np.array([0.05, 0.2, 0.3, 0.4]))
    # Only four sets are alike; rescaled, sets lead differences by most at 0.2: 26/46 − 0.15/0.35.
    assert few.index == 1
    assert few.reason.startswith("no caliper keeps half of the sets with every difference below 0.1; here the curve")
    assert few.reason.endswith("with 30 of at most 50 sets")
    assert suggest_caliper(caliper, n_sets, np.array([0.05, 0.2, 0.09, 0.4])).index == 2
    assert suggest_caliper(caliper, n_sets, np.full(4, np.nan)).index is None


def test_one_caliper_is_a_path():
    path = caliper_path(*case("closest"), calipers=[])
    assert (path.caliper.tolist(), path.current, path.knee) == ([0.2], 0, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"weighting": {"method": "overlap"}},
            "A path over calipers needs sets of near patients; this study weights patients. Match by nearest, optimal or "
            "full sets.",
        ),
        (
            {"matching": {"method": "strata", "exact": ["etiology"]}},
            "A path over calipers needs sets of near patients; this study forms strata. Match by nearest, optimal or full "
            "sets.",
        ),
    ],
)
def test_designs_without_a_caliper_are_refused(changes, sentence):
    patients, propensity, _ = case("closest")
    asked = study(**COMPLETE, **changes)
    for make in (caliper_range, caliper_path):
        with pytest.raises(SettingsError) as error:
            make(patients, propensity, asked)
        assert str(error.value) == sentence


def test_an_endpoint_or_caliper_that_does_not_exist_is_refused():
    with pytest.raises(SettingsError) as error:
        caliper_path(*case("closest"), "PFS")
    assert str(error.value) == (
        "The effect along the calipers must be on an endpoint of the study: OS, RECIST. Name one."
    )
    with pytest.raises(SettingsError, match="above 0; of 3 given 1 are not"):
        caliper_path(*case("closest"), calipers=[0.1, -1.0])


@pytest.mark.parametrize("name", ["balance", "suggestion"])
def test_the_examples_in_the_text_hold(name):
    outcome = doctest.testmod(importlib.import_module(f"analysis.study.caliper_path.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_weighted_sums_of_both_arms_by_hand() -> None:
    values = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0]])
    totals, sums = weighted_sums(values, np.array([True, False, True, False]), np.array([1.0, 0.5, 0.0, 2.0]))
    assert totals.tolist() == [1.0, 2.5]
    assert sums.tolist() == [[1.0, 10.0], [9.0, 90.0]]
