"""The benchmarks compare what they time, and their page says what was measured."""

import pandas as pd

from analysis.cohort.checks import check_cohort
from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import guess_roles
from benchmarks.cohorts import synthetic_cohort
from benchmarks.reading import HOSPITAL_STUDY, ReadingTimes, hospital_cohort
from benchmarks.report import curve_table, report
from benchmarks.robustness import time_curve
from benchmarks.side_by_side import TASKS, Contender, compare_programs
from benchmarks.stages import time_stages


def test_a_cohort_is_the_same_for_the_same_size() -> None:
    pd.testing.assert_frame_equal(synthetic_cohort(123), synthetic_cohort(123))
    assert synthetic_cohort(500)["arm"].value_counts().min() > 100


def test_every_program_gives_the_products_numbers() -> None:
    table = synthetic_cohort(123)
    product, *others = compare_programs(table, time_stages(table).result)
    assert product.seconds.keys() == TASKS.keys()
    assert others[0].name.startswith("lifelines")
    assert all(other.differences.keys() == other.seconds.keys() for other in others)


def test_the_page_has_ratios_and_exponents() -> None:
    stages = {100: {"matching": 0.001}, 10_000: {"matching": 0.1}}
    product = Contender(name="this product", seconds=dict.fromkeys(TASKS, 0.002), differences={})
    other = Contender(name="other", seconds={"log_rank": 0.05}, differences={"log_rank": 3e-15})
    reading = ReadingTimes(
        n=10_000, columns=20, megabytes=1.234, pandas=0.01, reading=0.02, guessing=0.005, checking=0.013
    )
    page = report(stages, {100: [product, other], 10_000: [product]}, [reading])
    assert "| 10,000 | 20 | 1.23 MB | 10 ms | 20 ms (2.0×) | 5 ms (0.5×) | 13 ms (1.3×) |" in page
    assert "| matching | 1 ms | 100 ms | 1.00 |" in page
    assert "| log-rank test | 2 ms | 50 ms (25×) | 3e-15 |" in page
    assert "| Kaplan–Meier with limits, both arms | 2 ms | – | – |" in page


def test_the_hospital_file_is_sound() -> None:
    """What is timed is the checking of a file about which little need be said."""
    table = hospital_cohort(400)
    assert table.shape[1] == 20
    cohort = read_cohort(table.to_csv(index=False).encode(), "cohort.csv")
    found = check_cohort(cohort, HOSPITAL_STUDY, guess_roles(cohort))
    assert [item.code for item in found if item.severity == "error"] == []
    assert {item.column for item in found} <= {"age", "bilirubin", "platelets", "pfs_event", None}


def test_a_specification_curve_is_timed_once_for_each_number_of_processes() -> None:
    measured = time_curve(synthetic_cohort(123), (1,), at_most=25)
    assert curve_table([measured]).startswith("| patients | specifications | 1 process |")
    assert (measured.specifications, list(measured.seconds)) == (25, [1])
