"""Common support: who stays by hand, the range's laws, and arms left empty."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.propensity import PropensityModel, fit_propensity
from analysis.design.support import patients_in_support
from analysis.errors import EstimationError, SettingsError
from analysis.settings import PropensitySettings, SupportSettings

SCORE = np.array([0.05, 0.2, 0.5, 0.9, 0.1, 0.3, 0.95, 0.9])
TREATED = np.array([False, True, True, False, False, True, True, True])
COLUMN = PropensitySettings(model="column")


def scored(score: np.ndarray, treated: np.ndarray) -> PropensityModel:
    return fit_propensity(pd.DataFrame(index=range(score.size)), treated, COLUMN, score)


def support(rule: dict, score: np.ndarray = SCORE, treated: np.ndarray = TREATED):
    return patients_in_support(scored(score, treated), treated, SupportSettings.model_validate(rule))


def test_everyone_stays_without_a_rule() -> None:
    found = support({})
    assert found.kept.all()
    assert (found.method, found.n_left_out_treated, found.n_left_out_control) == ("none", 0, 0)


def test_the_common_range_by_hand() -> None:
    # Treated reach from 0.2 to 0.95, controls from 0.05 to 0.9.
    found = support({"method": "common_range"})
    assert (found.lower, found.upper) == (0.2, 0.9)
    assert found.kept.tolist() == [False, True, True, True, False, True, False, True]
    assert (found.n_left_out_treated, found.n_left_out_control) == (1, 2)


def test_scores_within_bounds_those_included() -> None:
    found = support({"method": "score"})
    assert (found.lower, found.upper) == (0.1, 0.9)
    assert found.kept.tolist() == [False, True, True, True, True, True, False, True]
    narrower = support({"method": "score", "lower": 0.3})
    assert (narrower.lower, narrower.upper) == (0.3, 0.9)
    assert (narrower.n_left_out_treated, narrower.n_left_out_control) == (2, 2)


def test_preference_scores_within_bounds() -> None:
    # Odds of treatment are 3 to 1: a score of 0.75 is a preference of one half.
    score = np.array([0.5, 0.75, 0.75, 0.9])
    treated = np.array([True, True, False, True])
    found = support({"method": "preference"}, score, treated)
    assert (found.lower, found.upper) == (0.3, 0.7)
    # Preference odds: 1/3, 1, 1, 3.
    assert found.kept.tolist() == [False, True, True, False]
    assert support({"method": "preference", "lower": 0.25, "upper": 0.8}, score, treated).kept.all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_common_range_holds_whom_the_other_arm_reaches(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = rng.integers(1, 30, 40) / 30
    treated = rng.random(40) < score
    if not 0 < treated.sum() < 40:
        return
    model = scored(score, treated)
    try:
        found = patients_in_support(model, treated, SupportSettings(method="common_range"))
    except EstimationError:
        found = None
    reached = [
        bool((score[treated != arm] <= own).any() and (score[treated != arm] >= own).any())
        for own, arm in zip(score, treated, strict=True)
    ]
    if found is None:
        assert not (np.any(np.array(reached)[treated]) and np.any(np.array(reached)[~treated]))
    else:
        assert found.kept.tolist() == reached


def test_scores_are_not_touched() -> None:
    model = scored(SCORE, TREATED)
    before = replace(model, propensity_score=model.propensity_score.copy())
    patients_in_support(model, TREATED, SupportSettings(method="score"))
    assert (model.propensity_score == before.propensity_score).all()


def test_arms_that_do_not_overlap_are_refused() -> None:
    with pytest.raises(EstimationError) as error:
        support({"method": "common_range"}, np.array([0.1, 0.2, 0.7, 0.8]), np.array([False, False, True, True]))
    assert str(error.value) == (
        "The common range of the scores must hold patients of both arms; found 0 of 2 treated and 0 of 2 control: the "
        "arms hardly overlap. Choose another rule, or leave out a covariate that decides the treatment."
    )


def test_a_range_that_empties_an_arm_is_refused() -> None:
    with pytest.raises(EstimationError) as error:
        support({"method": "score", "lower": 0.15, "upper": 0.4})
    assert str(error.value) == (
        "Both arms need patients with propensity scores from 0.15 to 0.4; found 2 of 5 treated and 0 of 3 control. "
        "Widen the range, or choose another rule."
    )


def test_bounds_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(SettingsError) as error:
        support({"method": "preference", "upper": 0.2})
    assert str(error.value) == (
        "The lower bound of the common support must lie below the upper one; found 0.3 and 0.2. Change one of them."
    )
