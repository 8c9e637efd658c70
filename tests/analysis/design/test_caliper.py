"""The caliper's width on its three scales, and calipers on columns."""

import numpy as np
import pytest

from analysis.design.caliper import (
    ColumnCaliper,
    caliper_width,
    calipers_in_words,
    effective_calipers,
    within_calipers,
)
from analysis.errors import EstimationError, SettingsError

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


AGE = ColumnCaliper(column="age", values=np.array([50.0, 55.0, 61.0, 55.0]), width=5.0)
DOSE = ColumnCaliper(column="dose", values=np.array([1.0, 1.1, 1.0, 1.2]), width=0.1)


def test_pairs_within_all_calipers_by_hand():
    first, second = np.array([0, 0, 0, 1]), np.array([1, 2, 3, 3])
    assert within_calipers([AGE], first, second).tolist() == [True, False, True, True]
    assert within_calipers([AGE, DOSE], first, second).tolist() == [True, False, False, True]
    assert within_calipers([], first, second).all()


def test_a_difference_written_as_the_width_is_within_it():
    # In binary, 1.1 − 1.0 exceeds 0.1; a difference of the next printed digit stays out.
    assert abs(1.1 - 1.0) > 0.1
    assert within_calipers([DOSE], np.array([0]), np.array([1])).all()
    near = ColumnCaliper(column="dose", values=np.array([1.0, 1.1000001]), width=0.1)
    assert not within_calipers([near], np.array([0]), np.array([1])).any()


def test_a_caliper_without_end_limits_nothing():
    endless = ColumnCaliper(column="age", values=AGE.values, width=np.inf)
    assert effective_calipers([endless, AGE], 4) == (AGE,)
    assert within_calipers([endless], np.array([0]), np.array([2])).all()


def test_calipers_out_of_range_are_all_named():
    wrong = [ColumnCaliper(column=name, values=AGE.values, width=width) for name, width in (("a", -1.0), ("b", np.nan))]
    with pytest.raises(SettingsError) as error:
        effective_calipers(wrong, 4)
    assert error.value.problems == (
        "The caliper on a must be a number of 0 or more, in the column's own unit.",
        "The caliper on b must be a number of 0 or more, in the column's own unit.",
    )


def test_columns_with_missing_values_are_refused():
    holes = ColumnCaliper(column="age", values=np.array([1.0, np.nan, np.inf, 2.0]), width=1.0)
    with pytest.raises(EstimationError, match=r"a value of age for every patient; 2 of 4 are missing or infinite"):
        effective_calipers([holes], 4)
    with pytest.raises(ValueError, match="one value per patient"):
        effective_calipers([AGE], 3)


def test_calipers_in_words():
    assert calipers_in_words([AGE]) == "age (within 5)"
    assert calipers_in_words([AGE, DOSE, AGE]) == "age (within 5), dose (within 0.1) and age (within 5)"
