"""Conventions: every way of standardising equals R, and is the one of the software it names."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.balance import CONVENTIONS, chance_smd, covariate_balance, describe_convention, software_like
from analysis.settings import BalanceSettings
from tests.analysis.design.cohorts import reference_cohort
from tests.analysis.design.references import reference

# Closed forms, printed by R with 15 digits.
TOLERANCE = 1e-10

RULES = [
    BalanceSettings(denominator=denominator, after=after, binary=binary)
    for denominator in ("pooled", "treated", "control")
    for after in ("fixed", "recomputed")
    for binary in ("standardised", "raw")
]


@pytest.mark.parametrize("name", ["gbsg", "veteran"])
def test_differences_equal_r_by_every_convention(name):
    cohort, expected = reference_cohort(name), reference("balance", name)
    assert len(expected["conventions"]) == len(RULES)
    for rule in expected["conventions"]:
        convention = BalanceSettings(denominator=rule["denominator"], after=rule["after"], binary=rule["binary"])
        found = covariate_balance(cohort.covariates, cohort.treated, expected["weights"], convention)
        assert found.terms == tuple(rule["smd"])
        differences = np.array([found.smd_before, found.smd_after]).T
        assert differences == pytest.approx(np.array(list(rule["smd"].values())), rel=TOLERANCE, abs=TOLERANCE)


@pytest.mark.parametrize("name", ["gbsg", "veteran"])
def test_the_convention_of_package_matching_gives_its_number(name):
    cohort, expected = reference_cohort(name), reference("balance", name)
    (convention,) = (found.settings for found in CONVENTIONS if found.name == "R Matching, MatchBalance")
    kept = np.array(expected["weights"]) > 0
    found = covariate_balance(cohort.covariates, cohort.treated, kept.astype(float), convention)
    differences = dict(zip(found.terms, found.smd_after, strict=True))
    assert {term: differences[term] for term in expected["matching"]} == pytest.approx(
        expected["matching"], rel=TOLERANCE
    )


def test_by_hand():
    """Of the treated s² of age is 50, of the controls 100, and 200 of the two controls compared."""
    table = pd.DataFrame({"age": [50.0, 60.0, 40.0, 60.0, 50.0], "sex": pd.Categorical(list("MFMMM"))})
    treated = [True, True, False, False, False]
    weights = [1.0, 1.0, 1.0, 1.0, 0.0]
    treated_sd = BalanceSettings(denominator="treated", binary="raw")
    found = covariate_balance(table, treated, weights, treated_sd)
    assert found.smd_before == pytest.approx((5 / np.sqrt(50), -0.5))
    assert found.smd_after == pytest.approx((5 / np.sqrt(50), -0.5))
    control_sd = BalanceSettings(denominator="control", after="recomputed")
    found = covariate_balance(table, treated, weights, control_sd)
    assert found.smd_before == (pytest.approx(0.5), None)
    assert found.smd_after == (pytest.approx(5 / np.sqrt(200)), None)
    assert [note.text for note in found.notes] == [
        "No standardised difference is given for sex=M: it needs a covariate that varies within the control arm, and two "
        "patients or more there."
    ]


def test_shares_left_raw_are_noted_and_the_convention_stays_with_its_numbers():
    table = pd.DataFrame({"age": [50.0, 60.0, 40.0, 50.0], "ecog": [1.0, 0.0, 0.0, 0.0]})
    rule = BalanceSettings(binary="raw")
    found = covariate_balance(table, [True, True, False, False], np.ones(4), rule)
    assert found.convention == rule
    assert found.method == "pooled standard deviation of the full sample; shares as differences of proportions"
    assert found.smd_before[1] == 0.5
    assert [note.code for note in found.notes] == ["raw_proportions"]
    assert not covariate_balance(table[["age"]], [True, True, False, False], np.ones(4), rule).notes


def test_a_single_patient_has_no_recomputed_divisor():
    table = pd.DataFrame({"age": [50.0, 60.0, 40.0, 50.0]})
    rule = BalanceSettings(after="recomputed")
    found = covariate_balance(table, [True, True, False, False], [1.0, 0.0, 1.0, 1.0], rule)
    assert found.smd_after == (None,)
    assert found.smd_before == (pytest.approx(np.sqrt(2)),)
    assert found.notes[0].code == "no_standardised_difference"


def test_conventions_are_named_once_and_each_says_where_it_is_documented():
    names = [found.name for found in CONVENTIONS]
    assert len(set(names)) == len(names)
    assert all(found.source and not found.settings.also for found in CONVENTIONS)
    assert "R MatchIt, summary for the ATE" in [found.name for found in software_like(BalanceSettings())]
    # Columns that are looked at besides change no convention.
    assert software_like(BalanceSettings(also=("afp",))) == software_like(BalanceSettings())


def test_every_convention_has_words_of_its_own():
    assert len({describe_convention(rule) for rule in RULES}) == len(RULES)


def drawn(seed):
    rng = np.random.default_rng(seed)
    n = 40
    table = pd.DataFrame(
        {
            "age": rng.normal(60, 10, n),
            "ecog": rng.integers(0, 2, n),
            "grade": pd.Categorical(rng.choice(list("ABC"), n)),
        }
    )
    treated = rng.permutation(n) < 18
    weights = rng.choice([0.0, 0.5, 1.0, 2.5], n)
    for rows in (treated, ~treated):
        weights[np.flatnonzero(rows)[:3]] = 1.0
    return table, treated, weights


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(RULES))
def test_swapped_arms_turn_the_sign_and_patients_have_no_order(seed, rule):
    table, treated, weights = drawn(seed)
    found = covariate_balance(table, treated, weights, rule)
    mirror = {"treated": "control", "control": "treated", "pooled": "pooled"}[rule.denominator]
    swapped = covariate_balance(table, ~treated, weights, rule.model_copy(update={"denominator": mirror}))
    order = np.random.default_rng(seed).permutation(len(table))
    shuffled = covariate_balance(table.iloc[order].reset_index(drop=True), treated[order], weights[order], rule)
    for smd in ("smd_before", "smd_after"):
        assert getattr(swapped, smd) == pytest.approx(
            [None if value is None else -value for value in getattr(found, smd)], abs=1e-9
        )
        assert getattr(shuffled, smd) == pytest.approx(getattr(found, smd), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(RULES), st.floats(0.001, 1000), st.floats(-1000, 1000))
def test_units_do_not_matter_and_weights_of_one_change_nothing(seed, rule, factor, shift):
    table, treated, weights = drawn(seed)
    found = covariate_balance(table, treated, weights, rule)
    scaled = covariate_balance(table.assign(age=table["age"] * factor + shift), treated, weights, rule)
    assert scaled.smd_after[0] == pytest.approx(found.smd_after[0], abs=1e-7)
    plain = covariate_balance(table, treated, np.ones(len(table)), rule)
    assert plain.smd_after == plain.smd_before
    assert plain.chance_smd_after == pytest.approx(chance_smd(int(treated.sum()), int((~treated).sum())))
