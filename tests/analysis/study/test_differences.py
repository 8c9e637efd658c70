"""Absolute differences of a study: closed forms before the design, resampled sets after it."""

import pytest

from analysis.errors import EstimationError
from analysis.outcomes.milestones import milestone_differences, survival_differences
from analysis.study.differences import endpoint_differences
from tests.analysis.study.outcome_cases import DESIGNS, outcome_result


@pytest.mark.parametrize("name", DESIGNS)
def test_differences_are_those_of_the_populations_patients(name: str) -> None:
    result = outcome_result(name)
    patients, design, endpoint = result.patients, result.design, result.patients.endpoints[1]
    before = endpoint_differences(patients, None, result.settings, "OS")
    columns = (endpoint.time, endpoint.event, patients.treated)
    wanted = milestone_differences(*columns, [6, 12])
    assert [row.ci_lower for row in before.milestones] == [row.ci_lower for row in wanted]
    assert before.rmst is not None
    assert before.rmst.p_value is not None
    rows = design.weights > 0
    after = endpoint_differences(patients, design, result.settings, "OS")
    resampled = survival_differences(
        *(column[rows] for column in columns),
        milestones=[6, 12],
        weights=design.weights[rows],
        cluster=design.cluster[rows],
        resamples=400,
    )
    assert [row.ci_upper for row in after.milestones] == [row.ci_upper for row in resampled.milestones]
    assert after.rmst is not None
    assert (after.rmst.ci_lower, after.rmst.p_value) == (resampled.rmst.ci_lower, None)
    assert after.median is not None
    assert after.median.difference == resampled.median.difference
    comparison = result.after.survival[1].comparison
    assert after.rmst.difference == pytest.approx(comparison.rmst.difference)


def test_a_milestone_past_follow_up_is_left_out_with_a_note() -> None:
    result = outcome_result()
    found = endpoint_differences(result.patients, None, result.settings, "OS")
    assert [row.time for row in found.milestones] == [6, 12]
    (note,) = [note for note in found.notes if note.code == "milestone_past_follow_up"]
    assert note.text == "Milestones past an arm's follow-up (new to 30.0 and old to 30.0 months) are left out: 40."


def test_the_seed_is_the_studys() -> None:
    result = outcome_result()
    outcomes = result.settings.outcomes.model_copy(update={"seed": 5})
    other = result.settings.model_copy(update={"outcomes": outcomes})
    one, same = (endpoint_differences(result.patients, result.design, result.settings, "OS") for _ in range(2))
    moved = endpoint_differences(result.patients, result.design, other, "OS")
    assert one.rmst.ci_lower == same.rmst.ci_lower != moved.rmst.ci_lower
    assert one.rmst.difference == moved.rmst.difference


def test_an_endpoint_with_competing_events_has_no_differences_in_survival() -> None:
    result = outcome_result()
    with pytest.raises(EstimationError, match="Read the incidences under competing risks"):
        endpoint_differences(result.patients, None, result.settings, "TTP")
