"""The bootstrap: the study itself when everyone is drawn once, the same replicates however the work is cut up."""

from dataclasses import replace
from functools import cache

import distributed
import numpy as np
import pandas as pd
import pytest

from analysis.design.design import design_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError, SettingsError
from analysis.robustness.bootstrap import bootstrap_study, drawn_units
from analysis.robustness.draws import patient_draws, set_draws
from analysis.robustness.effect import asked_effect, effect_data, estimate_effect, with_horizon
from analysis.study import study_patients
from tests.analysis.robustness.cases import cohort, patients, robust_study
from tests.analysis.study.cases import cohort_of, holed_table, study, whole_table

MEASURES = ["hazard_ratio", "rmst_difference", "rate_difference"]


def bootstrapped(draws, replicates=200, measure="hazard_ratio", seed=0, **changes):
    asked = {
        "bootstrap": {"draws": draws, "replicates": replicates, "seed": seed},
        "specifications": {"effect": measure},
    }
    return robust_study({}, **({"robustness": asked} | changes))


def made(settings):
    """The study's patients, design, effect and the endpoint's data."""
    studied = patients(settings)
    score = fit_propensity(studied.covariates, studied.treated, settings.propensity)
    design = design_patients(studied, score, settings)
    asked = asked_effect(settings)
    data = effect_data(studied, asked)
    effect = estimate_effect(asked, data, design.weights, design.cluster, plain_tests=design.plain_tests)
    return studied, design, with_horizon(asked, data, design.weights), data, effect


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("own", [{}, {"matching": {"ratio": 2}}, {"weighting": {"method": "overlap"}}])
def test_everyone_drawn_once_is_the_study(measure, own):
    settings = bootstrapped("patients", measure=measure, **own)
    studied, design, asked, data, effect = made(settings)
    everyone = patient_draws(studied, settings, asked, data)
    units = np.random.default_rng(1).permutation(everyone.n_units)
    assert everyone.effect_in(units) == pytest.approx(effect.estimate, rel=1e-12)
    if design.kind == "matching":
        sets = set_draws(design, asked, data)
        assert sets.effect_in(np.arange(sets.n_units)) == pytest.approx(effect.estimate, rel=1e-12)


def test_drawn_pairs_by_hand():
    """The difference of rates in drawn pairs is the mean of their differences."""
    settings = bootstrapped("sets", measure="rate_difference")
    _, design, asked, data, _ = made(settings)
    sets = set_draws(design, asked, data)
    rows = design.sets
    differences = np.empty(rows.n_sets)
    differences[rows.set_number] = data.event[rows.treated_row].astype(float) - data.event[rows.control_row]
    found = bootstrap_study(patients(settings), settings)
    for number in (0, 7, 199):
        expected = differences[drawn_units(rows.n_sets, 0, number)].mean()
        assert found.value[number] == pytest.approx(expected, abs=1e-12)
    assert (found.n_units, found.failed) == (sets.n_units, ())
    spread = np.std(found.value, ddof=1)
    assert found.standard_error == pytest.approx(spread, rel=1e-12)
    # Many draws of n pairs vary as the mean of n differences does.
    assert spread == pytest.approx(differences.std() / np.sqrt(differences.size), rel=0.15)
    without = (differences.sum() - differences) / (differences.size - 1)
    assert found.left_out == pytest.approx(without.tolist(), abs=1e-12)


@cache
def whole(draws):
    settings = bootstrapped(draws)
    return bootstrap_study(patients(settings), settings)


def same(one, other):
    for name in ("number", "value"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.failed, one.left_out, one.percentile.lower) == (other.failed, other.left_out, other.percentile.lower)
    assert [item and (item.lower, item.upper) for item in (one.accelerated, other.accelerated)].count(None) in (0, 2)


@pytest.mark.parametrize("draws", ["patients", "sets"])
def test_replicates_do_not_depend_on_where_and_in_what_pieces_they_are_drawn(draws):
    settings, found = bootstrapped(draws), whole(draws)
    studied = patients(settings)
    same(bootstrap_study(studied, settings, n_jobs=2), found)
    seen = []
    part = bootstrap_study(
        studied, settings, on_progress=lambda done, _: seen.append(done), cancelled=lambda: len(seen) == 3
    )
    assert (part.number.size + len(part.failed), part.complete, part.percentile) == (60, False, None)
    assert part.notes[0].text.startswith("A bootstrap interval needs at least 200 replicates with an effect;")
    same(bootstrap_study(studied, settings, earlier=part), found)
    more = bootstrap_study(studied, bootstrapped(draws, 240), earlier=found)
    assert more.complete
    first = more.number < 200
    np.testing.assert_array_equal(more.value[first], found.value)
    assert more.left_out == found.left_out
    same(more, bootstrap_study(studied, bootstrapped(draws, 240)))


def test_a_dask_cluster_draws_the_same_replicates():
    settings, found = bootstrapped("patients"), whole("patients")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        same(bootstrap_study(patients(settings), settings, dask_address=cluster.scheduler_address), found)


def test_limits_of_a_ratio_are_those_of_its_logarithm():
    found = whole("sets")
    limits = np.exp(np.quantile(np.log(found.value), (0.025, 0.975)))
    assert (found.percentile.lower, found.percentile.upper) == pytest.approx(tuple(limits))
    assert found.accelerated.lower < found.estimate < found.accelerated.upper
    assert found.standard_error == pytest.approx(np.log(found.value).std(ddof=1))
    assert [note.code for note in found.notes] == ["sets_taken_as_given"]


def test_what_is_known_of_the_bootstrap_is_said():
    codes = [note.code for note in whole("patients").notes]
    assert codes[-1] == "bootstrap_of_matching"
    weighted = bootstrapped("patients", weighting={"method": "overlap"})
    assert "bootstrap_of_matching" not in [note.code for note in bootstrap_study(patients(weighted), weighted).notes]


def test_replicates_without_an_effect_are_counted_and_a_constant_covariate_is_none():
    table = whole_table(90)
    # Two patients of one arm: many draws have neither, and then the column is no covariate.
    rare = np.flatnonzero(table["arm"] == "new")[:2]
    table["rare"] = np.where(np.isin(np.arange(90), [*rare, 1]), 1, 0)
    settings = bootstrapped("patients", covariates=["age", "rare"])
    found = bootstrap_study(study_patients(cohort_of(table), settings), settings)
    assert 0 < len(found.failed) < 150
    assert found.number.size + len(found.failed) == 200
    note = next(item for item in found.notes if item.code == "replicates_failed")
    assert note.text.startswith(f"{len(found.failed)} of 200 replicates have no effect and are left out;")
    without = [number for number in range(200) if not table["rare"].to_numpy()[drawn_units(90, 0, number)].any()]
    assert without
    assert set(without) <= set(found.number.tolist())


def test_many_units_are_left_out_in_groups():
    settings = bootstrapped("sets")
    studied = study_patients(cohort_of(pd.concat([whole_table(1500)], ignore_index=True)), settings)
    found = bootstrap_study(studied, settings, cancelled=None)
    assert found.n_units > 500
    assert len(found.left_out) == 500
    assert abs(found.accelerated.acceleration) < 0.05


@pytest.mark.parametrize(
    "own",
    [
        {"weighting": {"method": "overlap"}},
        {"matching": {"replacement": True}},
        {"matching": {"method": "strata", "exact": ["etiology"]}},
    ],
)
def test_without_sets_there_are_none_to_draw(own):
    settings = bootstrapped("sets", **own)
    with pytest.raises(SettingsError) as error:
        bootstrap_study(patients(settings), settings)
    assert str(error.value) == (
        "A bootstrap of sets needs matched sets that share nobody; this design has none. Set "
        "robustness.bootstrap.draws: patients."
    )


def test_what_cannot_be_drawn_or_continued_is_refused():
    incomplete = study()
    with pytest.raises(SettingsError, match="needs complete covariates; some are still to be imputed"):
        bootstrap_study(study_patients(cohort_of(holed_table()), incomplete), incomplete)
    tight = bootstrapped("sets", matching={"caliper": 0.003})
    with pytest.raises(EstimationError, match=r"at least 10 sets to draw from; \d were found"):
        bootstrap_study(patients(tight), tight)
    settings = bootstrapped("sets", seed=5)
    with pytest.raises(SettingsError, match="with the same draws and seed; these are of another"):
        bootstrap_study(study_patients(cohort(), settings), settings, earlier=whole("sets"))
    more = bootstrapped("sets", 260)
    longer = bootstrap_study(patients(more), more)
    with pytest.raises(SettingsError, match="260 were planned and 200 are asked for"):
        bootstrap_study(patients(more), bootstrapped("sets"), earlier=longer)


def test_acceleration_is_that_of_the_logarithm():
    found = whole("sets")
    logarithm = np.log(found.left_out)
    offsets = logarithm.mean() - logarithm
    expected = (offsets**3).sum() / (6 * (offsets**2).sum() ** 1.5)
    assert found.accelerated.acceleration == pytest.approx(expected, rel=1e-12)


def test_a_horizon_that_is_stated_stays():
    _, design, asked, data, _ = made(bootstrapped("sets", measure="rmst_difference"))
    assert with_horizon(replace(asked, horizon=2.5), data, design.weights).horizon == 2.5
