"""The hazard over follow-up of a study is that of the population's patients."""

import numpy as np
import pytest

from analysis.outcomes.cumulative_hazard import cumulative_hazard
from analysis.outcomes.smoothed_hazard_ratio import smoothed_hazard_ratio
from analysis.study.hazard_shape import cumulative_hazards, hazard_shape
from tests.analysis.study.outcome_cases import DESIGNS, outcome_result


@pytest.mark.parametrize("name", DESIGNS)
def test_smooth_and_hazards_use_the_design(name: str) -> None:
    result = outcome_result(name)
    patients, design, endpoint = result.patients, result.design, result.patients.endpoints[1]
    rows = design.weights > 0
    weighed = {"weights": design.weights[rows], "cluster": design.cluster[rows]}
    wanted = smoothed_hazard_ratio(endpoint.time[rows], endpoint.event[rows], patients.treated[rows], **weighed)
    found = hazard_shape(patients, design, result.settings, "OS")
    assert found.smooth is not None
    np.testing.assert_array_equal(found.smooth.ci_upper, wanted.ci_upper)
    rows = rows & patients.treated
    arm = cumulative_hazard(
        endpoint.time[rows], endpoint.event[rows], weights=design.weights[rows], cluster=design.cluster[rows]
    )
    np.testing.assert_array_equal(
        cumulative_hazards(patients, design, result.settings, "OS").treated.hazard, arm.hazard
    )


def test_too_few_events_leave_a_note() -> None:
    result = outcome_result()
    endpoint = result.patients.endpoints[1]
    kept = endpoint.event.copy()
    endpoint.event[:] = False
    try:
        found = hazard_shape(result.patients, None, result.settings, "OS")
    finally:
        endpoint.event[:] = kept
    assert found.smooth is None
    assert len(found.notes) == 1
