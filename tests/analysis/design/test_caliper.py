"""The caliper's width on its three scales."""

import numpy as np
import pytest

from analysis.design.caliper import caliper_width
from analysis.errors import EstimationError

# Closed form.
TOLERANCE = 1e-12


def test_widths_by_hand():
    distance, treated = [0.0, 2.0, 1.0, 5.0], [True, True, False, False]
    pooled = caliper_width(distance, treated, caliper=0.5, caliper_scale="pooled_sd")
    assert pooled == pytest.approx(0.5 * np.sqrt((2.0 + 8.0) / 2), rel=TOLERANCE)
    assert caliper_width(distance, treated, caliper=0.5) == pytest.approx(0.5 * np.sqrt(14 / 3), rel=TOLERANCE)
    assert caliper_width(distance, treated, caliper=0.5, caliper_scale="raw") == 0.5
    assert caliper_width(distance, treated, caliper=None) is None


def test_a_score_far_from_zero_loses_no_digits():
    distance = np.array([0.0, 2.0, 1.0, 5.0])
    near = caliper_width(distance, [True, True, False, False], caliper=0.2)
    far = caliper_width(distance + 2.0**30, [True, True, False, False], caliper=0.2)
    assert far == near


def test_one_patient_in_an_arm_has_no_pooled_width():
    with pytest.raises(EstimationError, match="one arm has a single patient"):
        caliper_width([0.0, 1.0, 2.0], [True, False, False], caliper=0.2, caliper_scale="pooled_sd")
