"""Who was left out: by hand, against R, and by its laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.left_out import compare_left_out
from analysis.errors import EstimationError
from analysis.settings import BalanceSettings
from tests.analysis.design.cohorts import reference_cohort
from tests.analysis.design.references import reference

# Closed forms, printed by R with 15 digits.
TOLERANCE = 1e-10


@pytest.mark.parametrize("name", ["gbsg", "veteran"])
def test_every_number_equals_r(name):
    cohort, expected = reference_cohort(name), reference("balance", name)
    weights = np.array(expected["weights"])
    found = compare_left_out(cohort.covariates, cohort.treated, weights)
    for arm, rows in (("treated", cohort.treated), ("control", ~cohort.treated)):
        one = getattr(found, arm)
        assert found.terms == tuple(expected["left_out"][arm])
        columns = (one.mean_original, one.mean_compared, one.mean_left_out, one.smd_compared, one.smd_left_out)
        figures = np.array(columns, dtype=float).T
        in_r = np.array(list(expected["left_out"][arm].values()))
        assert figures == pytest.approx(in_r, rel=TOLERANCE, abs=TOLERANCE)
        assert (one.n_original, one.n_compared) == (rows.sum(), (weights[rows] > 0).sum())
        assert one.n_left_out == (weights[rows] == 0).sum()


def test_every_number_by_hand():
    table = pd.DataFrame({"age": [50.0, 60.0, 70.0, 40.0, 40.0], "sex": pd.Categorical(list("MFFMF"))})
    found = compare_left_out(table, [True, True, True, False, False], [1.0, 3.0, 0.0, 1.0, 1.0])
    treated, control = found.treated, found.control
    # Among the treated: SD of age 10, share of men 1/3; compared at weights 1 and 3: age 57.5, a quarter men.
    assert (treated.n_original, treated.n_compared, treated.n_left_out) == (3, 2, 1)
    assert treated.effective_sample_size == pytest.approx(1.6)
    assert treated.mean_compared == (57.5, 0.25)
    assert treated.mean_left_out == (70.0, 0.0)
    sex_sd = np.sqrt(2) / 3
    assert treated.smd_compared == pytest.approx((-0.25, (1 / 4 - 1 / 3) / sex_sd))
    assert treated.smd_left_out == pytest.approx((1.25, -0.25 / sex_sd))
    assert treated.moved == (0, 1)
    assert treated.largest_smd_compared == pytest.approx(0.25)
    # Nobody left out, and an age without spread.
    assert control.mean_left_out == control.smd_left_out == (None, None)
    assert control.smd_compared == (None, 0.0)
    assert control.moved == (1,)
    assert (control.largest_smd_compared, control.largest_smd_left_out) == (0.0, None)
    printed = found.to_table()
    assert printed["arm"].tolist() == ["treated", "treated", "control", "control"]
    assert printed["smd_compared"].tolist()[2] is None


def test_shares_may_be_left_as_differences_of_proportions():
    table = pd.DataFrame({"sex": pd.Categorical(list("MFFMF"))})
    rule = BalanceSettings(binary="raw", denominator="control", after="recomputed")
    found = compare_left_out(table, [True, True, True, False, False], [1.0, 1.0, 0.0, 1.0, 1.0], rule)
    assert found.treated.smd_compared == pytest.approx((1 / 2 - 1 / 3,))
    assert found.method == "standard deviation of the arm's original patients; shares as differences of proportions"


def test_an_arm_of_which_nobody_is_compared_is_refused():
    with pytest.raises(EstimationError, match="no treated patient has a weight above 0"):
        compare_left_out(pd.DataFrame({"age": [50.0, 60.0]}), [True, False], [0.0, 1.0])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-1000, 1000))
def test_laws(seed, factor, shift):
    rng = np.random.default_rng(seed)
    treated = rng.permutation(30) < 14
    grade = rng.choice(list("ABC"), 30)
    weights = rng.choice([0.0, 1.0, 2.0], 30)
    for rows in (treated, ~treated):
        weights[np.flatnonzero(rows)[:2]] = 1.0
        grade[np.flatnonzero(rows)[:3]] = list("ABC")  # a level that an arm lacks has no spread there
    table = pd.DataFrame({"age": rng.normal(60, 10, 30), "grade": pd.Categorical(grade)})
    found = compare_left_out(table, treated, weights)
    swapped = compare_left_out(table.assign(age=table["age"] * factor + shift), ~treated, weights)
    assert swapped.control.smd_compared == pytest.approx(found.treated.smd_compared, abs=1e-7)
    assert swapped.treated.n_left_out == found.control.n_left_out
    plain = compare_left_out(table, treated, np.ones(30))
    assert set(plain.treated.smd_compared) == {0.0}
    # With equal weights the compared and the left out make up the arm.
    once = compare_left_out(table, treated, (weights > 0).astype(float)).control
    if once.n_left_out:
        parts = np.array(once.mean_compared) * once.n_compared + np.array(once.mean_left_out) * once.n_left_out
        assert parts / once.n_original == pytest.approx(once.mean_original)
