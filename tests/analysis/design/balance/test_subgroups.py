"""Balance within levels: by hand, against R, and levels without both arms."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.balance import chance_smd, covariate_balance, subgroup_balance
from analysis.settings import BalanceSettings
from tests.analysis.design.cohorts import reference_cohort
from tests.analysis.design.references import reference

# Closed forms, printed by R with 15 digits.
TOLERANCE = 1e-10


@pytest.mark.parametrize(("name", "group"), [("gbsg", "grade"), ("veteran", "celltype")])
def test_differences_within_levels_equal_r(name, group):
    cohort, expected = reference_cohort(name), reference("balance", name)
    weights = np.array(expected["weights"])
    levels = cohort.covariates[group].astype("category")
    found = subgroup_balance(cohort.covariates, cohort.treated, weights, levels)
    assert (found.group, found.levels) == (group, tuple(expected["subgroups"]))
    for row, level in enumerate(found.levels):
        by_term = expected["subgroups"][level]
        differences = np.array([found.smd_before[row], found.smd_after[row]]).T
        assert found.terms == tuple(by_term)
        assert differences == pytest.approx(np.array(list(by_term.values())), rel=TOLERANCE, abs=TOLERANCE)
        inside = (levels.astype(str) == level).to_numpy()
        assert found.n_treated_before[row] == (inside & cohort.treated).sum()
        assert found.n_control_after[row] == (inside & ~cohort.treated & (weights > 0)).sum()


def test_every_number_by_hand():
    """10 years are the same SMD in every centre, whatever the spread in it."""
    table = pd.DataFrame({"age": [50.0, 60.0, 40.0, 50.0, 55.0]})
    treated = [True, True, False, False, True]
    site = pd.Series(pd.Categorical(["A", "B", "A", "B", "C"]), name="site")
    found = subgroup_balance(table, treated, [1.0, 1.0, 2.0, 0.0, 1.0], site)
    # Treated 50, 60, 55: variance 25; controls 40, 50: variance 50.
    divisor = np.sqrt((25 + 50) / 2)
    assert found.levels == ("A", "B", "C")
    assert found.smd_before == ((pytest.approx(10 / divisor),), (pytest.approx(10 / divisor),), (None,))
    assert found.smd_after == ((pytest.approx(10 / divisor),), (None,), (None,))
    assert found.largest_smd_before == (pytest.approx(10 / divisor), pytest.approx(10 / divisor), None)
    assert found.chance_smd_before == (chance_smd(1, 1), chance_smd(1, 1), None)
    assert found.chance_smd_after == (chance_smd(1, 1), None, None)
    assert (found.n_treated_before, found.n_control_before) == ((1, 1, 1), (1, 1, 0))
    assert (found.n_treated_after, found.n_control_after) == ((1, 1, 1), (1, 0, 0))
    assert found.effective_sample_size_control_after == (1.0, 0.0, 0.0)
    assert [note.text for note in found.notes] == [
        "Only one arm has patients in C: there is nothing to compare there.",
        "In B one arm has nobody among the patients compared: nothing is compared there any more.",
    ]
    printed = found.to_table()
    assert printed["level"].tolist() == ["A", "B", "C"]
    assert printed["smd_after"].tolist()[1] is None


def test_patients_without_a_group_are_in_no_level():
    table = pd.DataFrame({"age": [50.0, 60.0, 40.0, 50.0, 45.0]})
    site = pd.Series(pd.Categorical(["A", "A", "A", None, "A"]), name="site")
    found = subgroup_balance(table, [True, True, False, False, False], np.ones(5), site)
    assert found.n_control_before == (2,)
    assert found.notes[0].text == "1 patient has no value and is in no level."


def test_the_divisor_is_that_of_the_full_sample_by_every_convention():
    cohort = reference_cohort("veteran")
    weights = np.array(reference("balance", "veteran")["weights"])
    rule = BalanceSettings(denominator="control", after="recomputed", binary="raw")
    found = subgroup_balance(cohort.covariates, cohort.treated, weights, cohort.covariates["celltype"], rule)
    fixed = rule.model_copy(update={"after": "fixed"})
    same = subgroup_balance(cohort.covariates, cohort.treated, weights, cohort.covariates["celltype"], fixed)
    assert found.smd_after == same.smd_after
    assert found.method == (
        "standard deviation of the control arm in the full sample; shares as differences of proportions, the same in "
        "every level"
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_one_level_is_the_whole_and_weights_of_one_change_nothing(seed):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"age": rng.normal(60, 10, 30), "ecog": rng.integers(0, 2, 30)})
    treated = rng.permutation(30) < 13
    weights = rng.exponential(size=30)
    everyone = pd.Series(["all"] * 30, name="everyone", dtype="category")
    found = subgroup_balance(table, treated, weights, everyone)
    whole = covariate_balance(table, treated, weights)
    assert found.smd_before[0] == pytest.approx(whole.smd_before, abs=1e-9)
    assert found.smd_after[0] == pytest.approx(whole.smd_after, abs=1e-9)
    assert found.chance_smd_after[0] == pytest.approx(whole.chance_smd_after)
    halves = pd.Series(rng.choice(["A", "B"], 30), name="half", dtype="category")
    plain = subgroup_balance(table, treated, np.ones(30), halves)
    assert plain.smd_after == plain.smd_before
    swapped = subgroup_balance(table, ~treated, weights, halves)
    turned = subgroup_balance(table, treated, weights, halves)
    for one, other in zip(swapped.smd_after, turned.smd_after, strict=True):
        assert one == pytest.approx([None if smd is None else -smd for smd in other], abs=1e-9)
