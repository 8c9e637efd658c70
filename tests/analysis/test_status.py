"""Where a study stands: counts that add up, and a caliper translated between scales by hand."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.cohort.reading import read_cohort
from analysis.settings import MatchingSettings
from analysis.status import caliper_on_both_scales, study_status
from analysis.study import StudyResult, run
from analysis.study_file import load_study

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
CLOSED_FORM = 1e-12
"""Relative; a few operations in double precision."""


@pytest.fixture(scope="module")
def veteran() -> StudyResult:
    cohort = read_cohort((REFERENCE / "veteran.csv").read_bytes(), "veteran.csv")
    return run(cohort, load_study((REFERENCE / "veteran.study.json").read_text()))


def test_counts_are_those_of_the_reference(veteran: StudyResult) -> None:
    found = study_status(veteran.patients, veteran.design, veteran.balance, veteran.before, veteran.after)
    reference = json.loads((REFERENCE / "veteran.json").read_text())
    arms = [reference["survival"][0][when]["arms"] for when in ("before", "after")]
    assert (found.n_treated, found.n_control) == (68, 69)
    assert (found.n_sets, found.n_compared_treated, found.n_compared_control) == (54, 54, 54)
    assert (found.n_left_out_treated, found.n_left_out_control) == (14, 15)
    assert found.endpoint == "OS"
    assert found.events_before == (arms[0]["test"]["events"], arms[0]["standard"]["events"])
    assert found.events_after == (arms[1]["test"]["events"], arms[1]["standard"]["events"])
    assert found.largest_smd_before is not None
    assert found.largest_smd_before >= max(abs(value) for value in reference["smd"]["before"].values()) - 1e-9


def test_a_study_without_a_survival_endpoint_has_no_events(veteran: StudyResult) -> None:
    none = replace(veteran.before, survival=())
    found = study_status(veteran.patients, veteran.design, veteran.balance, none, none)
    assert (found.endpoint, found.events_before, found.events_after) == (None, None, None)


def at_score(veteran: StudyResult, score: float) -> StudyResult:
    scores = np.full(veteran.patients.treated.size, score)
    return replace(veteran, propensity=replace(veteran.propensity, propensity_score=scores))


def test_around_one_half_a_logit_width_of_two_log_three_spans_half_of_the_scores(veteran: StudyResult) -> None:
    # logit(0.75) = log 3 and logit(0.25) = -log 3: from 0.25 to 0.75.
    result = at_score(veteran, 0.5)
    found = caliper_on_both_scales(2 * np.log(3), result.propensity, result.patients, MatchingSettings())
    assert found.on_logit == 2 * np.log(3)
    assert found.on_probability == pytest.approx(0.5, rel=CLOSED_FORM)
    assert found.at_score == 0.5


def test_the_translation_goes_back(veteran: StudyResult) -> None:
    result, probability = at_score(veteran, 0.5), MatchingSettings(distance="probability")
    found = caliper_on_both_scales(0.5, result.propensity, result.patients, probability)
    assert found.on_probability == 0.5
    assert found.on_logit == pytest.approx(2 * np.log(3), rel=CLOSED_FORM)


def test_a_width_that_reaches_past_a_certain_score_has_no_logit(veteran: StudyResult) -> None:
    result, probability = at_score(veteran, 0.1), MatchingSettings(distance="probability")
    assert caliper_on_both_scales(0.2, result.propensity, result.patients, probability).on_logit is None


def test_no_caliper_has_no_width(veteran: StudyResult) -> None:
    found = caliper_on_both_scales(None, veteran.propensity, veteran.patients, MatchingSettings(caliper=None))
    assert (found.on_logit, found.on_probability) == (None, None)
