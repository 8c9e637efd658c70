"""Nearest-neighbour matching: by hand, against R, and by its laws."""

import gzip
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from analysis.design.caliper import caliper_width
from analysis.design.matching import MatchedSets, match_nearest
from analysis.errors import EstimationError, SettingsError

REFERENCE = Path(__file__).parents[2] / "reference"

# R prints 17 digits; the two sums of a standard deviation may differ in the last place.
WIDTH_TOLERANCE = 1e-12
WEIGHT_TOLERANCE = 1e-10


def matchit_cases() -> list[dict]:
    with gzip.open(REFERENCE / "matchit_cases.jsonl.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


def controls_by_treated(sets: MatchedSets, treated: np.ndarray) -> list[list[int]]:
    chosen = defaultdict(list)
    for t, c in zip(sets.treated_row.tolist(), sets.control_row.tolist(), strict=True):
        chosen[t].append(c)
    return [chosen[row] for row in np.flatnonzero(treated).tolist()]


@pytest.mark.parametrize("order", ["closest", "largest", "smallest", "data"])
def test_random_matchings_equal_r(order):
    cases = [case for case in matchit_cases() if case["order"] == order]
    assert len(cases) > 80
    for case in cases:
        treated = np.array(case["treated"], dtype=bool)
        sets = match_nearest(
            case["distance_values"],
            treated,
            caliper=case["caliper"],
            ratio=case["ratio"],
            replacement=case["replacement"],
            order=order,
            strata=case["stratum"],
        )
        assert controls_by_treated(sets, treated) == case["matches"], f"case {case['case']}"
        np.testing.assert_allclose(sets.weights, case["weights"], rtol=0, atol=WEIGHT_TOLERANCE)
        if case["caliper"] is None:
            assert sets.caliper_width is None
        else:
            assert sets.caliper_width == pytest.approx(case["caliper_width"], rel=WIDTH_TOLERANCE)


def test_two_pairs_by_hand():
    sets = match_nearest([0.0, 0.4, 1.0, 1.1], [True, False, True, False], caliper=None)
    assert sets.treated_row.tolist() == [2, 0]
    assert sets.control_row.tolist() == [3, 1]
    assert sets.set_number.tolist() == [1, 0]
    assert sets.subclass.tolist() == [0, 0, 1, 1]
    np.testing.assert_allclose(sets.link_distance, [0.1, 0.4])


def test_pooled_and_raw_caliper_widths_by_hand():
    distance, treated = [0.0, 2.0, 1.0, 5.0], [True, True, False, False]
    assert caliper_width(distance, treated, caliper=0.5, caliper_scale="pooled_sd") == pytest.approx(
        0.5 * np.sqrt((2.0 + 8.0) / 2)
    )
    assert caliper_width(distance, treated, caliper=0.5, caliper_scale="raw") == 0.5
    assert caliper_width(distance, treated, caliper=0.5) == pytest.approx(0.5 * np.std(distance, ddof=1))
    assert caliper_width(distance, treated, caliper=None) is None


def test_no_pair_within_the_caliper_is_refused():
    with pytest.raises(EstimationError, match=r"at most 0\.1 apart; the closest two are 1 apart"):
        match_nearest([0.0, 1.0], [True, False], caliper=0.1, caliper_scale="raw")


def test_settings_out_of_range_are_all_named():
    with pytest.raises(SettingsError) as error:
        match_nearest([0.0, 1.0], [True, False], caliper=-1, caliper_scale="iqr", ratio=0, order="best")
    assert len(error.value.problems) == 4
