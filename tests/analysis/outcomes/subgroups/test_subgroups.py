"""Effects by level and their interaction: by hand, against R, by laws, and what is refused."""

import doctest
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.subgroups import hazard, levels, rates
from analysis.outcomes.subgroups.hazard import hazard_ratio_by_level
from analysis.outcomes.subgroups.levels import SubgroupLevels, cut_levels, label_levels
from analysis.outcomes.subgroups.rates import rate_difference_by_level
from tests.analysis.outcomes.survival_reference import CLOSED_FORM, REFERENCE, cohorts

# R's coxph stops when the logarithm of the likelihood changes by less than 1e-9 of itself.
ITERATED = 1e-6

R = json.loads((REFERENCE / "outcomes" / "subgroups.json").read_text())
SCHEMES = ["plain", "pairs", "weighted"]


def column(name):
    return np.array(R["data"][name])


def options(scheme):
    chosen = {"plain": (), "pairs": ("cluster",), "weighted": ("weights", "cluster")}[scheme]
    return {name: column(name) for name in chosen}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_hazard_ratios_and_interaction_equal_r(scheme):
    found = hazard_ratio_by_level(
        column("time"), column("event"), column("treated"), label_levels(column("level")), **options(scheme)
    )
    expected = R["hazard"][scheme]
    for level in found.levels:
        own = expected["levels"][level.label]
        estimates = [level.effect.estimate, level.effect.ci_lower, level.effect.ci_upper]
        np.testing.assert_allclose(estimates, [own["hr"], own["lower"], own["upper"]], rtol=ITERATED)
    assert found.interaction.chi_square == pytest.approx(expected["interaction"]["chi_square"], rel=ITERATED)
    assert found.interaction.degrees_of_freedom == expected["interaction"]["df"] == 2
    assert found.interaction.p_value == pytest.approx(expected["interaction"]["p_value"], rel=ITERATED)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_interaction_of_rates_equals_sandwich_and_survey(scheme):
    found = rate_difference_by_level(
        column("outcome"), column("treated"), label_levels(column("level")), **options(scheme)
    )
    expected = R["rates"][scheme]
    assert found.interaction.chi_square == pytest.approx(expected["interaction"]["chi_square"], rel=1e-8)
    # survey multiplies the covariance by n / (n − 1).
    assert found.interaction.chi_square == pytest.approx(
        expected["survey"]["chi_square"] * expected["survey_factor"], rel=1e-8
    )
    assert found.interaction.p_value == pytest.approx(expected["interaction"]["p_value"], rel=1e-8)


def test_cochran_q_by_hand():
    # Differences 0.5 and 0 with variances (0.1875 + 0.1875) / 8 and (0.25 + 0.25) / 8.
    treated = np.tile(np.repeat([True, False], 8), 2)
    outcome = np.concatenate([np.arange(8) < k for k in (6, 2, 4, 4)])
    found = rate_difference_by_level(outcome, treated, label_levels(np.repeat(["a", "b"], 16)))
    assert found.interaction.chi_square == pytest.approx(0.5**2 / ((0.375 + 0.5) / 8), rel=CLOSED_FORM)
    assert found.interaction.method == "Cochran's Q of the rate differences"
    counts = [(level.events_treated, level.n_treated, level.events_control, level.n_control) for level in found.levels]
    assert counts == [(6, 8, 2, 8), (4, 8, 4, 8)]
    assert found.to_table()["estimate"].tolist() == [0.5, 0.0]


def test_levels_that_all_have_an_effect_leave_no_note_of_one_without():
    rng = np.random.default_rng(5)
    everyone = {"time": rng.exponential(5, 60), "event": np.ones(60, dtype=bool), "treated": np.tile([True, False], 30)}
    found = hazard_ratio_by_level(**everyone, levels=label_levels(np.repeat([0, 1], 30)))
    assert found.notes == ()


def test_ten_patients_in_each_arm_and_ten_events_are_enough():
    treated = np.tile([True, False], 10)
    for n_events, small in ((10, False), (9, True)):
        event = np.arange(20) < n_events
        found = hazard_ratio_by_level(np.arange(1.0, 21.0), event, treated, label_levels(np.zeros(20, dtype=int)))
        assert found.levels[0].small == small
    found = hazard_ratio_by_level(np.arange(19.0) + 1, np.ones(19), treated[:19], label_levels(np.zeros(19, dtype=int)))
    assert found.levels[0].small


def test_a_level_without_an_effect_is_shown_without_one():
    rng = np.random.default_rng(5)
    level = np.repeat([0, 1, 2], 20)
    treated = np.tile([True, False], 30)
    event = (rng.random(60) < 0.8) & ~((level == 2) & treated)
    found = hazard_ratio_by_level(rng.exponential(5, 60), event, treated, label_levels(level))
    assert found.levels[2].effect.estimate is None
    assert "Only the control arm has such events" in found.levels[2].why_undefined
    assert found.interaction.degrees_of_freedom == 1
    assert [note.code for note in found.notes] == ["small_subgroup", "level_without_effect"]
    both = level < 2
    without = hazard_ratio_by_level(rng.exponential(5, 60)[both], event[both], treated[both], label_levels(level[both]))
    assert without.interaction.degrees_of_freedom == 1


def test_rates_of_nobody_are_named():
    treated = np.tile(np.repeat([True, False], 10), 3)
    outcome = np.concatenate([np.arange(10) < k for k in (5, 0, 4, 3, 0, 0)])
    found = rate_difference_by_level(outcome, treated, label_levels(np.repeat(["a", "b", "c"], 20)))
    assert found.interaction.degrees_of_freedom == 1
    assert found.levels[2].effect.estimate == 0.0
    assert [note.code for note in found.notes][-1] == "interaction_variance_understated"
    none = rate_difference_by_level(np.zeros(60, dtype=bool), treated, label_levels(np.repeat(["a", "b", "c"], 20)))
    assert none.interaction is None
    assert "no_interaction_test" in [note.code for note in none.notes]


def test_missing_levels_zero_weights_and_split_sets_are_counted():
    level = np.array(["a", "a", "b", "b", None, "b"], dtype=object)
    found = rate_difference_by_level(
        [1, 0, 1, 0, 1, 1],
        [True, False] * 3,
        label_levels(level),
        weights=[1, 1, 1, 1, 1, 0],
        cluster=[0, 0, 1, 2, 1, 2],
    )
    assert (found.n, found.n_missing) == (4, 1)
    assert [(level.n_treated, level.n_control) for level in found.levels] == [(1, 1), (1, 1)]
    split = rate_difference_by_level([1, 0, 1, 0], [True, False] * 2, label_levels(list("abba")), cluster=[0, 0, 1, 1])
    assert "The patients of 2 of 2 sets lie in different levels" in split.notes[-1].text


def test_levels_of_numbers():
    levels = cut_levels([1, 2, 3, np.nan, 10], [2, 5])
    assert levels.labels == ("≤ 2", "> 2 to 5", "> 5")
    assert levels.codes.tolist() == [0, 0, 1, -1, 2]
    assert label_levels([2, 1, 2], [2, 1]).codes.tolist() == [0, 1, 0]


@settings(max_examples=40, deadline=None)
@given(cohorts(smallest=12), st.data())
def test_arms_exchanged_turn_the_effects_and_leave_the_interaction(cohort, data):
    n = cohort["time"].size
    codes = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n)))
    codes[0] = 0
    levels = SubgroupLevels(codes=codes, labels=("a", "b", "c"), cutpoints=())
    shared = {"weights": cohort["weights"]}  # a few odd clusters leave a variance of rounding only, in one direction
    for by_level, first in (
        (hazard_ratio_by_level, (cohort["time"], cohort["event"])),
        (rate_difference_by_level, (cohort["event"],)),
    ):
        one = by_level(*first, cohort["treated"], levels, **shared)
        other = by_level(*first, ~cohort["treated"], levels, **shared)
        assert sum(level.n_treated + level.n_control for level in one.levels) + one.n_missing == n
        assert (one.interaction is None) == (other.interaction is None)
        if one.interaction is not None and one.interaction.p_value > 1e-6:
            assert other.interaction.p_value == pytest.approx(one.interaction.p_value, rel=1e-4)
        for here, there in zip(one.levels, other.levels, strict=True):
            assert (here.effect.estimate is None) == (there.effect.estimate is None)
            if here.effect.estimate is None:
                assert here.why_undefined
            elif by_level is rate_difference_by_level:
                assert here.effect.estimate == pytest.approx(-there.effect.estimate, abs=1e-12)
            else:
                assert np.log(here.effect.estimate) == pytest.approx(-np.log(there.effect.estimate), abs=1e-6)


def test_few_clusters_give_no_interaction():
    treated, level = np.tile([True, False], 12), np.repeat(["a", "b"], 12)
    outcome = np.random.default_rng(3).random(24) < 0.5
    found = rate_difference_by_level(outcome, treated, label_levels(level), cluster=np.arange(24) % 4)
    assert found.interaction is None
    assert any("more clusters than rates" in note.text for note in found.notes)
    assert rate_difference_by_level(outcome, treated, label_levels(level), cluster=np.arange(24) % 5).interaction


def test_what_is_refused():
    levels = label_levels(["a", "b"])
    with pytest.raises(EstimationError, match="treated 3, outcome 2, levels 2"):
        rate_difference_by_level([1, 0], [True, False, True], levels)
    with pytest.raises(EstimationError, match="1 of 2 weights are not"):
        rate_difference_by_level([1, 0], [True, False], levels, weights=[1, -1])
    with pytest.raises(EstimationError, match="none of 2 patients has one"):
        rate_difference_by_level([1, 0], [True, False], label_levels([None, None]))
    with pytest.raises(EstimationError, match=r"one of its levels \(a\); 1 of 2 are not"):
        label_levels(["a", "b"], ["a"])
    with pytest.raises(EstimationError, match="1 of 2 hold none of the 3 patients"):
        cut_levels([1, 2, 3], [9])
    with pytest.raises(SettingsError, match="finite numbers that rise"):
        cut_levels([1, 2, 3], [2, 1])
    with pytest.raises(EstimationError, match="none of 2 patients has one"):
        cut_levels([np.nan, np.nan])


@pytest.mark.parametrize("module", [hazard, levels, rates], ids=lambda module: module.__name__)
def test_the_examples_in_the_text_hold(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
