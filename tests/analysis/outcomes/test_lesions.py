"""Responses from lesion sums: RECIST's own tables, the sample's rule, the rule spelled out, and what is refused."""

import doctest
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes import lesions as module
from analysis.outcomes.lesions import lesion_response
from sample_data.synthesis.response_rules import best_response, scan_responses

SAMPLE = Path(__file__).parents[3] / "sample_data"


def one_patient(sums, new=None, days=None, **options):
    """A baseline a week before the start, then a scan every eight weeks unless days are given."""
    scan_days = [-7, *(days if days is not None else [56 * scan for scan in range(1, len(sums))])]
    flags = [False] * len(sums) if new is None else new
    return lesion_response([0] * len(sums), scan_days, sums, flags, n=1, **options)


def judged(sums, new=None, **options):
    return [label for label in one_patient(sums, new, **options).scan_response.tolist() if label]


def best(sums, new=None, **options):
    return one_patient(sums, new, **options).best_response[0]


@pytest.mark.parametrize(
    ("sums", "expected"),
    [
        ([100, 70], ["PR"]),
        ([100, 71], ["SD"]),
        ([18, 12.6], ["PR"]),
        ([100, 120], ["PD"]),
        ([100, 119], ["SD"]),
        ([20, 24], ["SD"]),  # 20 % but 4 mm
        ([20, 25], ["PD"]),
        ([100, 110, 119, 131], ["SD", "SD", "PD"]),  # creeping: from baseline, the nadir
        ([100, 60, 72], ["PR", "PD"]),  # still 28 % below baseline, 20 % above the nadir
        ([100, 60, 75, 60], ["PR", "PD", "PR"]),
        ([100, 0, 3], ["CR", "PD"]),  # disease that comes back
        ([100, None, 65], ["NE", "PR"]),
    ],
)
def test_every_scan_by_recist(sums, expected):
    assert judged([np.nan if size is None else size for size in sums]) == expected


def test_mrecist_asks_for_no_5_mm():
    assert judged([20, 24], criterion="mRECIST") == ["PD"]
    assert judged([20, 10, 11], criterion="mRECIST") == ["PR", "PR"]
    assert judged([20, 10, 12], criterion="mRECIST") == ["PR", "PD"]


def test_a_new_lesion_is_progression_whatever_the_sum():
    assert judged([100, 50, 0], [False, False, True]) == ["PR", "PD"]
    assert judged([100, np.nan], [False, True]) == ["PD"]
    assert best([0, 0], [False, True]) == "PD"


def test_nodes_below_10_mm_may_leave_a_sum():
    options = {"complete": [False, True, True]}
    assert judged([60, 14, 13], **options) == ["CR", "CR"]
    assert best([60, 14, 13], confirmed=True, **options) == "CR"


def scans_showing(first, later):
    """Sums that give these two responses by RECIST 1.1 from a baseline of 100."""
    size = {"CR": 0, "PR": 68, "SD": 80, "NE": np.nan}
    if later == "PD":
        return [100, size[first], size[first] + 40]
    return [100, size[first], size[later]]


# Best response from two scans where confirmation is asked for, minimum time for stable disease met and not met.
TABLE = [
    ("CR", "CR", "CR", "CR"),
    ("CR", "SD", "SD", "PD"),  # disease after complete response is progression
    ("CR", "PD", "SD", "PD"),
    ("CR", "NE", "SD", "NE"),
    ("PR", "CR", "PR", "PR"),
    ("PR", "PR", "PR", "PR"),
    ("PR", "SD", "SD", "NE"),
    ("PR", "PD", "SD", "PD"),
    ("PR", "NE", "SD", "NE"),
    ("SD", "PD", "SD", "PD"),
    ("SD", "NE", "SD", "NE"),
    ("NE", "NE", "NE", "NE"),
]


@pytest.mark.parametrize(("first", "later", "long_enough", "too_early"), TABLE)
def test_best_response_with_confirmation(first, later, long_enough, too_early):
    sums = scans_showing(first, later)
    assert best(sums, confirmed=True) == long_enough
    assert best(sums, confirmed=True, stable_days=1000) == too_early


@pytest.mark.parametrize(
    ("sums", "days", "expected"),
    [
        ([100, 60, 60], [56, 83], "SD"),  # 27 days
        ([100, 60, 60], [56, 84], "PR"),
        ([100, 60, 60, 60], [56, 70, 84], "PR"),
        ([100, 60, np.nan, 60], [56, 84, 112], "PR"),  # PR, NE, PR is a confirmed response
        ([100, 60, np.nan, np.nan, 60], [56, 84, 112, 140], "SD"),
        ([100, 60, 71, 60], [56, 84, 112], "SD"),
        ([100, 60, 71, 60, 60], [56, 84, 112, 140], "PR"),
        ([100, 60, 0, 0], [56, 112, 168], "CR"),
        ([100, 60, 0], [56, 112], "PR"),
    ],
)
def test_confirmation_in_longer_courses(sums, days, expected):
    assert best(sums, days=days, confirmed=True) == expected


def test_the_day_of_a_confirmed_response_is_its_first_scan():
    found = one_patient([100, 60, 75, 60, 58], days=[56, 84, 112, 140], confirmed=True)
    assert found.best_response[0] == "SD"  # progression at 75, 25 % above 60, ends the course
    found = one_patient([100, 68, 72, 60, 58], days=[56, 84, 112, 140], confirmed=True)
    assert (found.best_response[0], found.response_day[0]) == ("PR", 112)
    assert one_patient([100, 68, 72, 60, 58]).response_day[0] == 56


def test_what_a_patient_gets_by_hand():
    found = one_patient([80, 60, 40, 55, 20])
    assert found.scan_response.tolist() == [None, "SD", "PR", "PD", "PR"]
    assert found.best_response[0] == "PR"
    assert (found.response_day[0], found.progression_day[0], found.last_assessment_day[0]) == (112, 168, 168)
    assert (found.baseline_mm[0], found.nadir_mm[0], found.nadir_day[0]) == (80, 40, 112)
    assert found.best_change_percent[0] == -50.0  # the sum after progression does not count
    assert found.n_scans[0] == 4


def test_why_a_patient_is_not_evaluable():
    patient = [1, 2, 3, 3, 4, 4, 5, 5]
    day = [20, -7, -7, 60, -7, 60, -7, 30]
    sums = [50, 50, 0, 10, 50, np.nan, 50, 50]
    found = lesion_response(patient, day, sums, [False] * 8, n=6)
    assert set(found.best_response) == {"NE"}
    assert found.why_not_evaluable.tolist() == [
        "no scan",
        "no scan at or before the start",
        "no scan after baseline",
        "no measurable lesion at baseline",
        "no scan after baseline with a measured sum",
        "stable, but not for long enough",
    ]
    assert [note.code for note in found.notes] == ["not_evaluable"]
    assert found.notes[0].text.startswith("Best response cannot be told in 6 of 6 patients (no scan: 1;")


def test_the_baseline_is_the_last_scan_before_the_start():
    found = lesion_response([0, 0, 0], [-60, -40, 50], [50, 100, 65], [False] * 3, n=1)
    assert (found.baseline_mm[0], found.best_change_percent[0]) == (100, -35.0)
    assert found.scan_response.tolist() == [None, None, "PR"]
    assert [note.code for note in found.notes] == ["old_baseline"]
    late = lesion_response([0, 0], [5, 60], [100, 65], [False] * 2, n=1, latest_baseline_day=14)
    assert late.best_response[0] == "PR"


def test_the_sample_columns_follow_from_its_scans():
    cohort = pd.read_csv(SAMPLE / "cohort.csv")
    scans = pd.read_csv(SAMPLE / "lesions.csv").merge(cohort[["patient_id", "index_date"]], on="patient_id")
    number = cohort["patient_id"].reset_index().set_index("patient_id")["index"]
    day = (pd.to_datetime(scans["scan_date"]) - pd.to_datetime(scans["index_date"])).dt.days
    for criterion, sums, bor, change in (
        ("RECIST 1.1", "sum_of_diameters_mm", "bor_recist", "best_change_recist_pct"),
        ("mRECIST", "viable_sum_mm", "bor_mrecist", "best_change_mrecist_pct"),
    ):
        found = lesion_response(
            scans["patient_id"].map(number), day, scans[sums], scans["new_lesion"], n=len(cohort), criterion=criterion
        )
        assert found.best_response.tolist() == cohort[bor].fillna("NE").tolist()
        np.testing.assert_allclose(found.best_change_percent, cohort[change], atol=0.05)
        progressed = np.isfinite(found.progression_day)
        np.testing.assert_allclose(
            found.progression_day[progressed] / 30.4375, cohort["pfs_months"][progressed], atol=0.01
        )


courses = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(7, 60)), min_size=1, max_size=7),
    min_size=1,
    max_size=6,
)


def rows_of(courses):
    rows = []
    for patient, scans in enumerate(courses):
        day = -7
        for scan, (size, new, gap) in enumerate(scans):
            rows.append((patient, day, size + (scan == 0), new and scan > 0 and size % 4 == 0))
            day += gap
    return [list(column) for column in zip(*rows, strict=True)]


@settings(max_examples=50, deadline=None)
@given(courses, st.sampled_from(["RECIST 1.1", "mRECIST"]))
def test_scans_follow_the_rule_of_the_sample_while_nothing_comes_back(courses, criterion):
    patient, day, size, new = rows_of(courses)
    found = lesion_response(
        patient, day, size, new, n=len(courses), criterion=criterion, latest_baseline_day=-7, stable_days=0
    )
    for number in range(len(courses)):
        own = [row for row in range(len(patient)) if patient[row] == number]
        sums = [size[row] for row in own]
        if 0 in sums[:-1]:
            continue  # the sample's rule asks for 5 mm there too
        expected = scan_responses(sums, [new[row] for row in own], 5 if criterion == "RECIST 1.1" else 0)
        assert tuple(found.scan_response[own[1:]]) == expected
        assert found.best_response[number] == best_response(expected)


def plain_confirmed(responses, days, stable_days=42):
    """The confirmed best response, spelled out over all pairs of scans."""
    until = responses.index("PD") if "PD" in responses else len(responses)
    before, found = responses[:until], set()
    for i in range(until):
        for j in range(i + 1, until):
            between = before[i + 1 : j]
            if days[j] - days[i] < 28 or between.count("NE") > 1:
                continue
            if before[i] == before[j] == "CR" and set(between) <= {"CR", "NE"}:
                found.add("CR")
            if {before[i], before[j]} <= {"CR", "PR"} and set(between) <= {"CR", "PR", "NE"}:
                found.add("PR")
        if before[i] != "NE" and days[i] >= stable_days:
            found.add("SD")
    if until < len(responses):
        found.add("PD")
    return min(found, key=("CR", "PR", "SD", "PD").index, default="NE")


@settings(max_examples=50, deadline=None)
@given(courses, st.lists(st.booleans(), min_size=42, max_size=42))
def test_confirmed_best_response_is_the_rule_spelled_out(courses, missing):
    patient, day, size, new = rows_of(courses)
    size = [
        np.nan if gone and at > -7 and gap % 2 else value
        for gone, at, gap, value in zip(missing, day, size, size, strict=False)
    ]
    found = lesion_response(patient, day, size, new, n=len(courses), confirmed=True)
    plain = lesion_response(patient, day, size, new, n=len(courses))
    order = ["CR", "PR", "SD", "PD", "NE"]
    for number in range(len(courses)):
        own = [row for row in range(len(patient)) if patient[row] == number and day[row] > 0]
        days = [day[row] for row in own]
        assert found.best_response[number] == plain_confirmed(list(found.scan_response[own]), days)
        assert order.index(found.best_response[number]) >= order.index(plain.best_response[number])


@settings(max_examples=30, deadline=None)
@given(courses, st.randoms(use_true_random=False))
def test_rows_in_any_order_and_any_unit_give_the_same(courses, random):
    patient, day, size, new = map(np.array, rows_of(courses))
    order = np.array(random.sample(range(patient.size), patient.size))
    plain = lesion_response(patient, day, size, new, n=len(courses), criterion="mRECIST")
    other = lesion_response(
        patient[order], day[order], size[order] * 0.1, new[order], n=len(courses), criterion="mRECIST"
    )
    assert other.best_response.tolist() == plain.best_response.tolist()
    assert other.scan_response.tolist() == plain.scan_response[order].tolist()
    np.testing.assert_array_equal(other.progression_day, plain.progression_day)


def test_what_is_refused():
    with pytest.raises(EstimationError) as error:
        lesion_response([0, 5], [np.nan, 3], [-1, 4], [False, 2], n=2)
    assert [sentence.split(";")[1].split(".")[0] for sentence in error.value.problems] == [
        " 1 of 2 scans do not",
        " 1 of 2 have none",
        " 1 of 2 are not",
        " 1 of 2 entries are neither",
    ]
    with pytest.raises(EstimationError, match="1 of 2 rows repeat a day of the same patient"):
        lesion_response([0, 0], [3, 3], [10, 10], [False] * 2, n=1)
    with pytest.raises(EstimationError, match="entries found are: patient 1, day 2"):
        lesion_response([0], [3, 3], [10, 10], [False] * 2, n=1)
    with pytest.raises(SettingsError, match=r"RECIST 1\.1 or mRECIST; 'WHO' was given"):
        lesion_response([0], [3], [10], [False], n=1, criterion="WHO", stable_days=-1)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
