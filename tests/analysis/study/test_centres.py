"""Centres: the effect within each, what cannot be had there, and whether effects differ."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from analysis.cohort.selection import select_patients
from analysis.design.balance import subgroup_balance
from analysis.design.design import design_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import SettingsError
from analysis.outcomes.cox import cox_hazard_ratio
from analysis.outcomes.response import compare_response
from analysis.study.centres import CentreEffect, compare_centres, heterogeneity
from tests.analysis.study.cases import cohort_of, study, whole_table

DESIGNS = {
    "matching": {},
    "within centres": {"matching": {"exact": ["site"]}, "centre": "site"},
    "weighting": {"weighting": {"method": "overlap"}},
}


@cache
def case(name):
    table = whole_table(240)
    rng = np.random.default_rng(8)
    table["site"] = rng.choice(["Bergen", "Lyon", "Pisa"], len(table), p=[0.5, 0.3, 0.2])
    table.loc[:3, "site"] = "Graz"
    table.loc[:3, "arm"] = "new"
    table.loc[4:5, "site"] = None
    changes = {"missing": {"method": "complete_case"}, "centre": "site", **DESIGNS[name]}
    if name == "within centres":
        table["site"] = table["site"].fillna("Lyon")
    asked = study(**changes)
    patients = select_patients(cohort_of(table), asked)
    propensity = fit_propensity(patients.covariates, patients.treated)
    return patients, design_patients(patients, propensity, asked), asked


@pytest.mark.parametrize("name", DESIGNS)
def test_each_centre_has_the_effect_of_its_patients(name):
    patients, design, asked = case(name)
    found = compare_centres(patients, design, asked)
    assert (found.centre, found.endpoint, found.measure) == ("site", "OS", "hazard_ratio")
    assert found.balance.levels == ("Bergen", "Graz", "Lyon", "Pisa")
    endpoint = patients.endpoints[0]
    for number, level in enumerate(found.balance.levels):
        members = (patients.centre == level).to_numpy()
        for effects, rows, options in (
            (found.before, members, {}),
            (found.after, members & (design.weights > 0), {"weights": design.weights, "cluster": design.cluster}),
        ):
            effect = effects[number]
            assert effect.level == level
            assert (effect.n_treated, effect.n_control) == (
                int((rows & patients.treated).sum()),
                int((rows & ~patients.treated).sum()),
            )
            assert effect.n_events == int(endpoint.event[rows].sum())
            if level == "Graz":
                assert effect.estimate is None
                continue
            ratio = cox_hazard_ratio(
                endpoint.time[rows],
                endpoint.event[rows],
                patients.treated[rows],
                **{key: values[rows] for key, values in options.items()},
            )
            assert (effect.estimate, effect.ci_lower, effect.standard_error) == (
                ratio.hazard_ratio,
                ratio.ci_lower,
                ratio.standard_error,
            )
            assert (effect.few, effect.reason) == (False, None)
    expected = subgroup_balance(patients.covariates, patients.treated, design.weights, patients.centre)
    assert found.balance.largest_smd_after == expected.largest_smd_after


def test_a_centre_with_one_arm_says_so_and_takes_no_part():
    patients, design, asked = case("weighting")
    found = compare_centres(patients, design, asked)
    graz = found.before[1]
    assert (graz.few, graz.reason) == (True, "Only treated patients are here.")
    assert found.heterogeneity_before.n_levels == 3
    assert "few_in_centre" in [note.code for note in found.notes]


def test_sets_across_centres_are_told_and_exact_ones_are_not():
    patients, design, asked = case("matching")
    codes = [note.code for note in compare_centres(patients, design, asked).notes]
    assert "sets_across_centres" in codes
    patients, design, asked = case("within centres")
    assert "sets_across_centres" not in [note.code for note in compare_centres(patients, design, asked).notes]


@pytest.mark.parametrize("name", ["matching", "weighting"])
def test_responses_have_differences(name):
    patients, design, asked = case(name)
    found = compare_centres(patients, design, asked, "RECIST")
    assert found.measure == "risk_difference"
    response = patients.responses[0].objective_response
    rows = (patients.centre == "Lyon").to_numpy() & (design.weights > 0)
    whole = compare_response(
        response[rows],
        None,
        None,
        patients.treated[rows],
        weights=design.weights[rows],
        cluster=design.cluster[rows],
        robust=name == "weighting",
    )
    effect = found.after[2]
    difference = whole.objective_response.risk_difference
    assert (effect.estimate, effect.ci_upper) == (difference.estimate, difference.ci_upper)
    assert effect.n_events == int(response[rows].sum())


def effect(estimate, error, few=False):
    return CentreEffect(
        level="a",
        n_treated=9,
        n_control=9,
        n_events=9,
        estimate=estimate,
        ci_lower=None,
        ci_upper=None,
        standard_error=error,
        few=few,
        reason=None,
    )


def test_heterogeneity_by_hand():
    # Weights 4 and 1 on 0 and ln 4: the mean is ln 4 / 5, Q = 4·(ln 4/5)² + (4·ln 4/5)² = 0.8·(ln 4)².
    found = heterogeneity((effect(1.0, 0.5), effect(4.0, 1.0), effect(9.0, 0.1, few=True)), "hazard_ratio")
    q = 0.8 * math.log(4) ** 2
    assert found.q == pytest.approx(q)
    assert (found.degrees_of_freedom, found.n_levels) == (1, 2)
    assert found.p_value == pytest.approx(chi2.sf(q, 1))
    assert found.i_squared == pytest.approx((q - 1) / q)
    same = heterogeneity((effect(0.2, 0.1), effect(0.2, 0.3), effect(0.2, 0.2)), "risk_difference")
    assert (same.q, same.i_squared) == (pytest.approx(0.0, abs=1e-25), 0.0)
    assert heterogeneity((effect(0.2, 0.1), effect(0.5, None)), "risk_difference") is None


def test_a_study_without_centres_or_endpoint_is_refused():
    patients, design, asked = case("weighting")
    with pytest.raises(SettingsError, match="need a column of centres; the study names none"):
        compare_centres(replace(patients, centre=None), design, asked)
    with pytest.raises(SettingsError, match="must be on an endpoint of the study: OS, RECIST"):
        compare_centres(patients, design, asked, "PFS")


def test_levels_that_nobody_has_are_no_centres():
    patients, design, asked = case("weighting")
    wider = pd.Categorical(patients.centre, categories=["Aix", *patients.centre.cat.categories])
    found = compare_centres(replace(patients, centre=pd.Series(wider, name="site")), design, asked)
    assert [item.level for item in found.before] == ["Bergen", "Graz", "Lyon", "Pisa"]
    assert found.before[2].n_treated == compare_centres(patients, design, asked).before[2].n_treated
