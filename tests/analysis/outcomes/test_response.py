"""Response compared between arms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.outcomes.proportion import clopper_pearson_limits
from analysis.outcomes.rate_effects import RateWithSize, risk_difference, risk_ratio
from analysis.outcomes.response import compare_response

TREATED = {"CR": 1, "PR": 9, "SD": 8, "PD": 6, "NE": 1}
CONTROL = {"CR": 0, "PR": 3, "SD": 11, "PD": 10, "NE": 1}


def patients(treated=TREATED, control=CONTROL):
    category = np.array([label for arm in (treated, control) for label, n in arm.items() for _ in range(n)], object)
    arm = np.repeat([True, False], [sum(treated.values()), sum(control.values())])
    return np.isin(category, ["CR", "PR"]), np.isin(category, ["CR", "PR", "SD"]), category, arm


def test_every_treated_patient_is_in_the_denominator():
    comparison = compare_response(*patients())
    assert comparison.treated.n == 25
    assert comparison.treated.categories == TREATED
    assert comparison.control.categories == CONTROL
    assert (comparison.treated.objective_response.count, comparison.treated.objective_response.rate) == (10, 0.4)
    assert (comparison.control.disease_control.count, comparison.control.disease_control.rate) == (14, 0.56)
    rate = comparison.treated.objective_response
    assert (rate.ci_lower, rate.ci_upper) == clopper_pearson_limits(0.4, 25, 0.95)
    assert comparison.notes == ()
    assert not comparison.matched


def test_missing_category_counts_as_not_evaluable():
    response, control, category, arm = patients()
    category[category == "NE"] = None
    comparison = compare_response(response, control, category, arm)
    assert comparison.treated.categories == TREATED
    assert comparison.treated.n == 25


def test_named_test_follows_the_expected_counts():
    # 10/25 v 3/25 expects 6.5 responders an arm; 3/25 v 2/25 expects 2.5.
    mrecist = compare_response(*patients()).objective_response
    recist = compare_response(*patients({"PR": 3, "SD": 22}, {"PR": 2, "SD": 23})).objective_response
    assert (mrecist.test.name, round(mrecist.test.p_value, 4)) == ("Pearson chi-squared", 0.0240)
    assert (recist.test.name, recist.test.p_value) == ("Fisher exact", 1.0)
    assert {name: None if p is None else round(p, 4) for name, p in mrecist.tests.items()} == {
        "pearson": 0.0240,
        "yates": 0.0531,
        "fisher": 0.0507,
        "likelihood_ratio": 0.0212,
        "mcnemar_exact": None,
        "mcnemar_mid_p": None,
    }


def test_responders_alone():
    response, _, _, arm = patients()
    comparison = compare_response(response, None, None, arm, confidence_interval="wilson", confidence_level=0.9)
    assert comparison.treated.categories is None
    assert comparison.treated.disease_control is None
    assert comparison.disease_control is None
    assert comparison.confidence_level == 0.9
    assert comparison.method == "Wilson (rates), Newcombe (difference), logarithmic (ratios)"


def test_pairs_by_hand():
    # Five pairs: both, treated only, treated only, control only, none.
    treated = np.array([True] * 5 + [False] * 5)
    response = np.array([1, 1, 1, 0, 0, 1, 0, 0, 1, 0], bool)
    subclass = np.array([0, 1, 2, 3, 4] * 2)
    comparison = compare_response(response, None, None, treated, subclass=subclass, pairs=True)
    contrast = comparison.objective_response
    # Two against one: P(at most 1 of 3) = 1/2, so exact 1; mid-p is less by 3/8.
    assert contrast.tests["mcnemar_exact"] == pytest.approx(1.0)
    assert contrast.tests["mcnemar_mid_p"] == pytest.approx(1 - 3 / 8)
    assert contrast.paired_difference.estimate == pytest.approx(0.2)
    assert contrast.paired_difference.ci_lower < 0.2 < contrast.paired_difference.ci_upper
    assert comparison.matched
    assert comparison.notes == ()


def test_pair_without_its_partner_leaves_only_the_paired_figures():
    treated = np.array([True] * 3 + [False] * 2)
    response = np.array([1, 1, 0, 0, 0], bool)
    subclass = np.array([0, 1, 2, 0, 1])
    comparison = compare_response(response, None, None, treated, subclass=subclass, pairs=True)
    assert comparison.treated.n == 3
    assert comparison.objective_response.tests["mcnemar_exact"] == pytest.approx(0.5)
    note = next(note for note in comparison.notes if note.code == "incomplete_pairs")
    assert note.text == (
        "Patients without their partner here: 1. Paired tests and the paired difference rest on complete pairs only, "
        "of which there are 2."
    )


def test_no_complete_pair_gives_no_paired_figures():
    comparison = compare_response([True, False], None, None, [True, False], subclass=[0, 1], pairs=True)
    assert comparison.objective_response.paired_difference is None
    assert comparison.objective_response.tests["mcnemar_exact"] is None


def test_patients_of_weight_zero_take_no_part():
    response, control, category, arm = patients()
    weights = np.concatenate([np.ones(50), np.zeros(20)])
    padded = [np.concatenate([values, values[:20]]) for values in (response, control, category, arm)]
    comparison = compare_response(*padded, weights=weights)
    assert comparison.treated.categories == TREATED
    assert comparison.control.n == 25
    assert comparison.treated.effective_sample_size is None


def test_unequal_weights_rest_on_effective_sizes():
    # Controls: three of weight 2 (one responds) and four of weight 1 (two respond): 4/10 weighted, worth 100/16.
    response = np.array([1, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0], bool)
    treated = np.arange(11) < 4
    weights = np.array([1.0] * 4 + [2.0] * 3 + [1.0] * 4)
    category = np.where(response, "PR", "SD").astype(object)
    comparison = compare_response(response, None, category, treated, weights=weights)
    control = comparison.control
    assert control.objective_response.count == 3
    assert control.objective_response.rate == pytest.approx(0.4)
    assert control.effective_sample_size == pytest.approx(6.25)
    limits = clopper_pearson_limits(0.4, 6.25, 0.95)
    assert (control.objective_response.ci_lower, control.objective_response.ci_upper) == pytest.approx(limits)
    assert control.category_shares == pytest.approx({"CR": 0, "PR": 0.4, "SD": 0.6, "PD": 0, "NE": 0})
    assert comparison.treated.category_shares is None
    sized = RateWithSize(rate=0.5, size=4), RateWithSize(rate=0.4, size=6.25)
    contrast = comparison.objective_response
    assert contrast.risk_difference.ci_lower == pytest.approx(risk_difference(*sized).ci_lower)
    assert contrast.risk_ratio.ci_upper == pytest.approx(risk_ratio(*sized).ci_upper)
    plain = compare_response(response, None, category, treated)
    assert contrast.tests == plain.objective_response.tests
    assert [note.text for note in comparison.notes] == [
        "Weights differ within an arm (control arm, 7 patients worth 6.2): rates are weighted, confidence intervals "
        "rest on these effective sizes, and tests are of the unweighted counts."
    ]


def test_undefined_ratios_are_said():
    comparison = compare_response(*patients({"PR": 4, "SD": 6}, {"SD": 5, "PD": 5}))
    assert comparison.objective_response.risk_ratio.estimate is None
    assert [(note.code, note.text) for note in comparison.notes] == [
        (
            "ratio_undefined",
            "No risk ratio and no odds ratio for objective response: in one arm nobody, or everybody, has it. "
            "No count was altered to get round this.",
        ),
        (
            "ratio_undefined",
            "No odds ratio for disease control: in one arm nobody, or everybody, has it. "
            "No count was altered to get round this.",
        ),
    ]
    reverse = compare_response(*patients({"SD": 5, "PD": 5}, {"PR": 4, "PD": 6}))
    assert reverse.objective_response.risk_ratio.estimate == 0
    assert [note.code for note in reverse.notes] == ["ratio_limits_undefined"]


def test_empty_arm_is_refused():
    with pytest.raises(EstimationError) as refusal:
        compare_response([True, False], None, None, [True, True])
    assert str(refusal.value) == (
        "Response can be compared only when both arms have patients: the treated arm has 2, the control arm 0. "
        "Check the arms' labels, the response column and the matching settings."
    )


def test_arm_left_empty_by_its_weights_is_refused():
    with pytest.raises(EstimationError, match="the treated arm has 0, the control arm 1"):
        compare_response([True, False], None, None, [True, False], weights=[0, 1])


def test_pairing_of_larger_sets_is_refused():
    with pytest.raises(EstimationError) as refusal:
        compare_response([True, False, True], None, None, [True, False, False], subclass=[0, 0, 0], pairs=True)
    assert str(refusal.value) == (
        "Paired tests need sets of one treated and one control patient: patients sharing a set with another of "
        "their arm: 1. Match 1:1 without replacement, or compare without pairs."
    )


def test_misuse_crashes_loudly():
    with pytest.raises(ValueError, match="needs subclass"):
        compare_response([True, False], None, None, [True, False], pairs=True)
    with pytest.raises(ValueError, match="finite and at least 0"):
        compare_response([True, False], None, None, [True, False], weights=[1, -1])
    with pytest.raises(ValueError, match="1 best responses are none of"):
        compare_response([True, False], None, np.array(["PR", "MR"], object), [True, False])


def figures(comparison):
    arms = [
        (arm.n, arm.categories, rate.count, rate.rate, rate.ci_lower, rate.ci_upper)
        for arm in (comparison.treated, comparison.control)
        for rate in (arm.objective_response, arm.disease_control)
    ]
    effects = [
        (effect.estimate, effect.ci_lower, effect.ci_upper)
        for contrast in (comparison.objective_response, comparison.disease_control)
        for effect in (contrast.risk_difference, contrast.risk_ratio, contrast.odds_ratio)
    ]
    return arms, effects, comparison.objective_response.tests, comparison.disease_control.tests


categories = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["CR", "PR", "SD", "PD", "NE"])), min_size=2, max_size=60
).filter(lambda rows: len({arm for arm, _ in rows}) == 2)


@settings(max_examples=40, deadline=None)
@given(categories, st.floats(0.01, 50), st.randoms(use_true_random=False))
def test_equal_weights_and_row_order_change_nothing(rows, weight, random):
    def compared(rows, **options):
        treated, category = np.array([arm for arm, _ in rows]), np.array([label for _, label in rows], object)
        return compare_response(
            np.isin(category, ["CR", "PR"]), np.isin(category, ["CR", "PR", "SD"]), category, treated, **options
        )

    plain = figures(compared(rows))
    assert figures(compared(rows, weights=np.full(len(rows), weight))) == plain
    shuffled = random.sample(rows, len(rows))
    assert figures(compared(shuffled)) == plain
