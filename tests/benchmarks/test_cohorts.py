"""The cohorts that are timed."""

import numpy as np
import pandas as pd

from analysis.cohort.checks import check_cohort
from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import guess_roles
from benchmarks.cohorts import synthetic_cohort, two_endpoint_cohort
from benchmarks.reading import HOSPITAL_STUDY, ReadingTimes, hospital_cohort
from benchmarks.report import curve_table, reading_table
from benchmarks.robustness import time_curve


def test_a_cohort_is_the_same_for_the_same_size() -> None:
    pd.testing.assert_frame_equal(synthetic_cohort(123), synthetic_cohort(123))
    assert synthetic_cohort(500)["arm"].value_counts().min() > 100


def test_progression_comes_no_later_than_death_and_has_one_cause() -> None:
    table = two_endpoint_cohort(400)
    assert (table["pfs_months"] <= table["os_months"] + 1e-12).all()
    assert np.array_equal(table["pfs_cause"] > 0, table["pfs_event"] == 1)
    assert set(table["pfs_cause"]) == {0, 1, 2}


def test_the_hospital_file_is_sound() -> None:
    """What is timed is the checking of a file about which little need be said."""
    table = hospital_cohort(400)
    assert table.shape[1] == 20
    cohort = read_cohort(table.to_csv(index=False).encode(), "cohort.csv")
    found = check_cohort(cohort, HOSPITAL_STUDY, guess_roles(cohort))
    assert [item.code for item in found if item.severity == "error"] == []
    assert {item.column for item in found} <= {"age", "bilirubin", "platelets", "pfs_event", None}


def test_the_table_of_reading_has_ratios() -> None:
    reading = ReadingTimes(
        n=10_000, columns=20, megabytes=1.234, pandas=0.01, reading=0.02, guessing=0.005, checking=0.013
    )
    row = "| 10,000 | 20 | 1.23 MB | 10 ms | 20 ms (2.0×) | 5 ms (0.5×) | 13 ms (1.3×) |"
    assert reading_table([reading]).splitlines()[-1] == row


def test_a_specification_curve_is_timed_once_for_each_number_of_processes() -> None:
    measured = time_curve(synthetic_cohort(123), (1,), at_most=25)
    assert curve_table([measured]).startswith("| patients | specifications | 1 process |")
    assert (measured.specifications, list(measured.seconds)) == (25, [1])
