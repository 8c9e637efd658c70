"""Balance: by hand, against R, and by its laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.balance import chance_smd, covariate_balance, other_balance
from analysis.design.matching import match_nearest
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError
from analysis.settings import BalanceSettings
from tests.analysis.design.cohorts import NAMES, reference_cohort

# Closed forms, printed by R with 12 to 15 digits.
TOLERANCE = 1e-10

# The gbsg cohort in R 4.2.2: var(x[treated]) / var(x[!treated]) before and among R's pairs, and the statistic of
# ks.test(x[treated], x[!treated]) before and among R's pairs.
GBSG = {
    "age": (0.893123549337099, 0.967670107689996, 0.273835920177384, 0.0333333333333333),
    "size": (0.961414711747183, 1.11026750746201, 0.0450110864745012, 0.0333333333333333),
    "nodes": (0.920896466624023, 0.603377555084517, 0.0538987435328898, 0.0333333333333333),
    "pgr": (2.15709918999892, 1.26398776406294, 0.0495934959349593, 0.0458333333333333),
    "er": (2.36595107973909, 1.02529709562719, 0.141722099039172, 0.0375),
}
# cov.wt(c(1, 2, 4, 8, 16), c(1, .5, 2, .25, 1)) in R 4.2.2.
WEIGHTED_MEAN, WEIGHTED_VARIANCE = 5.89473684210526, 41.4923076923077


def matched_cohort(name: str):
    cohort = reference_cohort(name)
    logit = fit_propensity(cohort.covariates, cohort.treated).logit
    sets = match_nearest(logit, cohort.treated, caliper=cohort.matching["caliper"], order=cohort.matching["order"])
    return cohort, covariate_balance(cohort.covariates, cohort.treated, sets.weights)


@pytest.mark.parametrize("name", NAMES)
def test_standardised_differences_of_the_real_cohorts_equal_r(name):
    cohort, balance = matched_cohort(name)
    terms = [term.replace("=", "", 1) for term in balance.terms]
    for when, smd in (("before", balance.smd_before), ("after", balance.smd_after)):
        expected = cohort.figures["smd"][when]
        found = dict(zip(terms, smd, strict=True))
        assert {term: found[term] for term in expected} == pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE)


def test_variance_ratios_and_ks_of_a_real_cohort_equal_r():
    _, balance = matched_cohort("gbsg")
    rows = zip(
        balance.variance_ratio_before, balance.variance_ratio_after, balance.ks_before, balance.ks_after, strict=True
    )
    found = dict(zip(balance.terms, rows, strict=True))
    for term, expected in GBSG.items():
        assert found[term] == pytest.approx(expected, rel=TOLERANCE)


def test_weighted_moments_equal_r():
    table = pd.DataFrame({"x": [1.0, 2, 4, 8, 16, 0, 1, 3, 3]})
    treated = np.array([True] * 5 + [False] * 4)
    balance = covariate_balance(table, treated, [1, 0.5, 2, 0.25, 1, 1, 1, 1, 1])
    assert balance.mean_treated_after[0] == pytest.approx(WEIGHTED_MEAN, rel=TOLERANCE)
    assert balance.sd_treated_after[0] == pytest.approx(np.sqrt(WEIGHTED_VARIANCE), rel=TOLERANCE)
    assert balance.sd_control_after == balance.sd_control_before == (pytest.approx(1.5),)
    assert balance.variance_ratio_after[0] == pytest.approx(WEIGHTED_VARIANCE / 2.25, rel=TOLERANCE)
    assert balance.effective_sample_size_treated_after == pytest.approx(4.75**2 / 6.3125, rel=TOLERANCE)


def test_every_measure_by_hand():
    table = pd.DataFrame(
        {"age": [50.0, 60.0, 40.0, 50.0], "ecog": [1.0, 0.0, 0.0, 0.0], "sex": pd.Categorical(["M", "F", "F", "F"])}
    )
    treated = np.array([True, True, False, False])
    balance = covariate_balance(table, treated, [1.0, 0.0, 0.0, 1.0])
    assert balance.terms == ("age", "ecog", "sex=M")
    assert balance.covariate == ("age", "ecog", "sex")
    assert balance.kind == ("continuous", "binary", "binary")
    # s² is 50 in both arms for age; 1/4 and 0 for the two shares.
    assert balance.smd_before == pytest.approx((10 / np.sqrt(50), 0.5 / np.sqrt(1 / 8), 0.5 / np.sqrt(1 / 8)))
    assert balance.smd_after == pytest.approx((0.0, 1 / np.sqrt(1 / 8), 1 / np.sqrt(1 / 8)))
    assert balance.variance_ratio_before == (pytest.approx(1.0), None, None)
    assert balance.variance_ratio_after == (None, None, None)
    # Distribution functions at 40, 50, 60: treated 0, ½, 1; control ½, 1, 1. After: both jump at 50.
    assert balance.ks_before == (0.5, 0.5, 0.5)
    assert balance.ks_after == (0.0, 1.0, 1.0)
    assert balance.ecdf_difference_before == pytest.approx((1 / 3, 0.5, 0.5))
    assert balance.ecdf_difference_after == (0.0, 1.0, 1.0)
    assert (balance.mean_treated_before, balance.mean_control_before) == ((55.0, 0.5, 0.5), (45.0, 0.0, 0.0))
    assert (balance.mean_treated_after, balance.mean_control_after) == ((50.0, 1.0, 1.0), (50.0, 0.0, 0.0))
    assert balance.sd_treated_after == (None, 0.0, 0.0)
    assert (balance.n_treated_before, balance.n_control_before) == (2, 2)
    assert (balance.n_treated_after, balance.n_control_after) == (1, 1)
    assert balance.largest_smd_before == pytest.approx(np.sqrt(2))
    assert balance.largest_smd_after == pytest.approx(np.sqrt(8))


def test_a_category_of_three_has_a_row_for_every_level():
    table = pd.DataFrame({"bclc": pd.Categorical(["A", "B", "C", "B"], categories=["B", "A", "C", "D"])})
    balance = covariate_balance(table, [True, True, False, False], np.ones(4))
    assert balance.terms == ("bclc=B", "bclc=A", "bclc=C")


def test_what_chance_alone_leaves():
    assert chance_smd(25, 25) == pytest.approx(0.5543615, rel=1e-6)
    # Drawn at random, the difference of two means of 25 stays below it 95 times in 100.
    rng = np.random.default_rng(0)
    sample = rng.normal(size=(4000, 50))
    treated, control = sample[:, :25], sample[:, 25:]
    divisor = np.sqrt((treated.var(axis=1, ddof=1) + control.var(axis=1, ddof=1)) / 2)
    smd = np.abs(treated.mean(axis=1) - control.mean(axis=1)) / divisor
    assert (smd < chance_smd(25, 25)).mean() == pytest.approx(0.945, abs=0.01)
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 5.0]})
    balance = covariate_balance(table, [True, True, False, False, False], [1, 1, 0.5, 0.5, 1])
    assert balance.chance_smd_before == chance_smd(2, 3)
    assert balance.chance_smd_after == pytest.approx(chance_smd(2, 4 / 1.5))


def test_a_covariate_without_spread_gets_none_and_a_note():
    table = pd.DataFrame({"site": [0.1] * 6, "drug": [1.0] * 3 + [0.0] * 3, "age": [50.0, 51, 52, 50, 51, 53]})
    balance = covariate_balance(table, [True] * 3 + [False] * 3, np.ones(6))
    assert balance.smd_before[:2] == balance.smd_after[:2] == (None, None)
    assert balance.variance_ratio_before[0] is None
    assert balance.ks_before[:2] == (0.0, 1.0)
    assert balance.largest_smd_before == abs(balance.smd_before[2])
    assert balance.notes[0].text.startswith("No standardised difference is given for site, drug: it needs")


def test_none_stays_none_in_the_table():
    table = pd.DataFrame({"age": [50.0, 60.0, 40.0, 50.0], "ecog": [1.0, 0.0, 0.0, 0.0]})
    printed = covariate_balance(table, [True, True, False, False], np.ones(4)).to_table()
    assert printed["term"].tolist() == ["age", "ecog"]
    assert printed["variance_ratio_before"].tolist()[1] is None
    assert printed["smd_before"].dtype == np.float64


def random_cohort(seed: int):
    rng = np.random.default_rng(seed)
    n = 60
    table = pd.DataFrame(
        {
            "age": rng.normal(60, 10, n).round(),
            "afp": np.exp(rng.normal(size=n)),
            "grade": pd.Categorical(rng.choice(["A", "B", "C"], n)),
        }
    )
    treated = rng.random(n) < 0.5
    weights = rng.choice([0.0, 0.5, 1.0, 2.5], n)
    weights[[np.flatnonzero(treated)[0], np.flatnonzero(~treated)[0]]] = 1.0
    return table, treated, weights


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_distribution_gaps_equal_their_definition(seed):
    table, treated, weights = random_cohort(seed)
    balance = covariate_balance(table, treated, weights)
    values = table["age"].to_numpy()
    for w, ks, mean in (
        (np.ones(60), balance.ks_before[0], balance.ecdf_difference_before[0]),
        (weights, balance.ks_after[0], balance.ecdf_difference_after[0]),
    ):
        gaps = [
            abs(
                w[treated & (values <= at)].sum() / w[treated].sum()
                - w[~treated & (values <= at)].sum() / w[~treated].sum()
            )
            for at in np.unique(values)
        ]
        assert ks == pytest.approx(max(gaps), abs=1e-12)
        assert mean == pytest.approx(np.mean(gaps), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_weights_of_one_change_nothing(seed):
    table, treated, _ = random_cohort(seed)
    balance = covariate_balance(table, treated, np.ones(60))
    assert balance.smd_after == balance.smd_before
    assert balance.variance_ratio_after == balance.variance_ratio_before
    assert balance.ks_after == pytest.approx(balance.ks_before, abs=1e-12)
    assert balance.chance_smd_after == pytest.approx(balance.chance_smd_before)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_scale_of_weights_within_an_arm_does_not_matter(seed, treated_scale, control_scale):
    table, treated, weights = random_cohort(seed)
    balance = covariate_balance(table, treated, weights)
    scaled = covariate_balance(table, treated, weights * np.where(treated, treated_scale, control_scale))
    assert scaled.smd_after == pytest.approx(balance.smd_after, abs=1e-9)
    assert scaled.ks_after == pytest.approx(balance.ks_after, abs=1e-9)
    assert scaled.variance_ratio_after[:2] == pytest.approx(balance.variance_ratio_after[:2], rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.001, 1000), st.floats(-1000, 1000))
def test_units_do_not_matter_and_swapped_arms_turn_the_sign(seed, factor, shift):
    table, treated, weights = random_cohort(seed)
    balance = covariate_balance(table, treated, weights)
    other = covariate_balance(table.assign(age=table["age"] * factor + shift), ~treated, weights)
    assert other.smd_before == pytest.approx([-smd for smd in balance.smd_before], abs=1e-7)
    assert other.smd_after == pytest.approx([-smd for smd in balance.smd_after], abs=1e-7)
    assert other.ks_after == pytest.approx(balance.ks_after, abs=1e-12)


def test_an_arm_without_matched_patients_is_refused():
    table = pd.DataFrame({"age": [50.0, 60.0]})
    with pytest.raises(EstimationError, match="no control patient has a weight above 0"):
        covariate_balance(table, [True, False], [1.0, 0.0])
    with pytest.raises(EstimationError, match="the control arm is empty"):
        covariate_balance(table, [True, True], [1.0, 1.0])


def test_columns_outside_the_model_are_measured_where_their_value_is_known():
    nan = float("nan")
    table = pd.DataFrame(
        {
            "afp": [50.0, 60.0, nan, 40.0, 50.0, 90.0],
            "biopsy": pd.Categorical(["yes", None, "no", "no", "no", "yes"]),
            "site": [nan, nan, nan, 1.0, 2.0, 3.0],
        }
    )
    treated = np.array([True, True, True, False, False, False])
    weights = np.array([1.0, 0.0, 1.0, 1.0, 2.0, 0.0])
    balance = other_balance(table, treated, weights)
    assert balance.terms == ("afp", "biopsy=yes")
    assert balance.n_missing == (1, 1)
    known = covariate_balance(table[["afp"]].drop(index=2), np.delete(treated, 2), np.delete(weights, 2))
    assert (balance.smd_before[0], balance.smd_after[0]) == (known.smd_before[0], known.smd_after[0])
    # Biopsied: 1 of 2 treated and 1 of 3 controls; of those compared 1 of 2 and none.
    assert (balance.mean_treated_before[1], balance.mean_control_before[1]) == pytest.approx((0.5, 1 / 3))
    assert (balance.mean_treated_after[1], balance.mean_control_after[1]) == (0.5, 0.0)
    assert balance.n_treated_before == 3
    assert [note.text for note in balance.notes] == [
        "No balance is given for site: no value is known in one of the arms compared.",
        "Of 6 patients a value is missing: afp in 1, biopsy in 1. Balance is that of the patients whose value is known.",
    ]
    assert balance.to_table()["n_missing"].tolist() == [1, 1]


def test_complete_columns_outside_the_model_are_measured_like_covariates():
    table, treated, weights = random_cohort(5)
    rule = BalanceSettings(denominator="control", binary="raw")
    found, expected = other_balance(table, treated, weights, rule), covariate_balance(table, treated, weights, rule)
    assert found.n_missing is None
    assert found.to_table().equals(expected.to_table())
    assert other_balance(table[[]], treated, weights).terms == ()
