"""A landmark in a study: who reaches it, who had responded, and what is refused."""

import numpy as np
import pytest

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.cox import cox_hazard_ratio
from analysis.settings import StudySettings
from analysis.study.landmark import compare_from_landmark
from tests.analysis.study.outcome_cases import outcome_result


def moved(time: float) -> StudySettings:
    settings = outcome_result().settings
    landmark = settings.outcomes.landmark.model_copy(update={"time": time})
    return settings.model_copy(update={"outcomes": settings.outcomes.model_copy(update={"landmark": landmark})})


def test_patients_are_grouped_by_what_was_seen_by_the_landmark() -> None:
    result = outcome_result()
    patients, endpoint, response = result.patients, result.patients.endpoints[1], result.patients.responses[0]
    dated = ~(response.objective_response & np.isnan(patients.response_time))
    reached = (endpoint.time > 3) & dated
    known = response.objective_response & (patients.response_time <= 3)
    found = compare_from_landmark(patients, None, result.settings, "OS")
    assert (found.kept.n, found.kept.n_known, found.n_undated) == (
        int(reached.sum()),
        int((reached & known).sum()),
        2,
    )
    ratio = cox_hazard_ratio(endpoint.time[reached] - 3, endpoint.event[reached], known[reached])
    assert found.comparison.cox.hazard_ratio == pytest.approx(ratio.hazard_ratio)
    assert found.kept.n_known_later > 0
    assert "2 responders have no time of response by RECIST and are left out." in [note.text for note in found.notes]
    assert not any("treated arm" in note.text for note in found.notes)


def test_one_arm_and_the_design_keep_their_patients() -> None:
    result = outcome_result()
    arms = [compare_from_landmark(result.patients, None, result.settings, "OS", who) for who in ("treated", "control")]
    both = compare_from_landmark(result.patients, None, result.settings, "OS")
    assert sum(arm.kept.n for arm in arms) == both.kept.n
    after = compare_from_landmark(result.patients, result.design, result.settings, "OS")
    assert after.kept.n < both.kept.n
    assert after.comparison.matched
    assert after.comparison.log_rank_stratified is None


def test_what_cannot_be_told_is_refused_in_a_sentence() -> None:
    result = outcome_result()
    with pytest.raises(EstimationError, match="Choose an earlier landmark"):
        compare_from_landmark(result.patients, None, moved(30.0), "OS")
    with pytest.raises(EstimationError, match="other events compete with this endpoint"):
        compare_from_landmark(result.patients, None, result.settings, "TTP")
    without = outcome_result(landmark=False)
    assert without.patients.response_time is None
    with pytest.raises(SettingsError, match="the study names none"):
        compare_from_landmark(without.patients, None, without.settings, "OS")
