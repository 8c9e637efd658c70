"""The file of scans: joined by id, days from dates, every fault a sentence with its count and without a value."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.selection import select_patients
from analysis.errors import AnalysisError
from analysis.settings import StudySettings
from analysis.study import study_patients
from analysis.study_file import load_study

SAMPLE = Path(__file__).parents[3] / "sample_data"

PATIENTS = (
    "id,arm,age,start,bor\n007,A,61,2024-01-10,PR\n2,A,58,2024-02-01,SD\n3,B,70,2024-01-01,PD\n4,B,66,2024-03-01,PR\n"
)
SCANS = """pid,day,size,viable,new
007,-3,100,80,no
007,60,65,20,no
2,-10,50,50,no
2,50,52,40,no
4,0,40,40,no
4,55,20,0,
4,110,30,10,yes
9,0,10,10,no
"""


def cohort_with(scans: str | None, patients: str = PATIENTS) -> Cohort:
    cohort = read_cohort(patients.encode(), "cohort.csv")
    return cohort if scans is None else replace(cohort, scans=read_cohort(scans.encode(), "scans.csv"))


def study(**changes: object) -> StudySettings:
    values: dict = {
        "cohort": {"id": "id"},
        "treatment": {"column": "arm", "treated": "A", "control": "B"},
        "covariates": [{"column": "age", "type": "numeric"}],
        "scans": {"id": "pid", "date": "day", "sum": "size", "viable_sum": "viable", "new_lesion": "new"},
        "outcomes": {"response": [{"name": "RECIST", "scans": "recist"}, {"name": "mRECIST", "scans": "mrecist"}]},
    }
    return StudySettings.model_validate(values | changes)


def problems(scans: str | None, settings: StudySettings | None = None, patients: str = PATIENTS) -> str:
    with pytest.raises(AnalysisError) as caught:
        select_patients(cohort_with(scans, patients), settings or study())
    return " ".join(caught.value.problems)


def test_scans_are_joined_by_id_and_give_the_best_responses() -> None:
    patients = study_patients(cohort_with(SCANS), study())
    recist, mrecist = patients.responses
    assert recist.category is not None
    assert mrecist.category is not None
    assert recist.category.tolist() == ["PR", "SD", "NE", "PR"]
    assert mrecist.category.tolist() == ["PR", "SD", "NE", "CR"]
    assert recist.days is not None
    np.testing.assert_array_equal(recist.days.response, [60, np.nan, np.nan, 55])
    np.testing.assert_array_equal(recist.days.progression, [np.nan, np.nan, np.nan, 110])
    assert patients.scans is not None
    assert patients.scans.patient.tolist() == [0, 0, 1, 1, 3, 3, 3]
    texts = [note.text for note in patients.notes]
    assert any("1 of 8 scans belong to ids that are not in the cohort's file" in text for text in texts)
    assert any(text.startswith("RECIST: Best response cannot be told in 1 of 4 patients") for text in texts)


def test_dates_of_scans_are_counted_from_the_index_date() -> None:
    start = dict(
        zip(
            ["007", "2", "3", "4"],
            pd.to_datetime(["2024-01-10", "2024-02-01", "2024-01-01", "2024-03-01"]),
            strict=True,
        )
    )
    table = pd.read_csv(pd.io.common.StringIO(SCANS), dtype=str)
    table = table[table["pid"] != "9"]
    table["day"] = [
        (start[pid] + pd.Timedelta(days=int(day))).strftime("%Y-%m-%d")
        for pid, day in zip(table["pid"], table["day"], strict=True)
    ]
    dated = study_patients(cohort_with(table.to_csv(index=False)), study(dates={"index": "start"}))
    written = study_patients(cohort_with(SCANS), study())
    assert dated.scans is not None
    assert written.scans is not None
    np.testing.assert_array_equal(dated.scans.day, written.scans.day)


def test_patients_left_out_take_their_scans_with_them() -> None:
    eligible = [{"column": "age", "at_least": 60}]
    patients = study_patients(cohort_with(SCANS), study(eligibility=eligible))
    assert patients.identifier.tolist() == ["007", "3", "4"]
    assert patients.scans is not None
    assert patients.scans.patient.tolist() == [0, 0, 2, 2, 2]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            SCANS.replace("4,55,", "4,0,"),
            "day: a patient must have one row for each day with a scan; 1 of 7 rows repeat",
        ),
        (SCANS.replace("2,50,52", "2,,52"), "day: every scan must have its day; 1 of 7 have none"),
        (SCANS.replace(",52,40", ",-52,40"), "size: a sum of lesions must be at least 0 mm, or blank"),
        (SCANS.replace("30,10,yes", "30,10,maybe"), "new: new lesions must be 1 or 0, or yes and no"),
        (SCANS.replace("4,110", ",110"), "pid: every scan needs its patient's id; 1 of 8 rows"),
        (SCANS.replace("size", "extent"), "“size” (scans.sum) must be a column of the file of scans"),
        ("pid,day,size,viable,new\nx,0,1,1,0\ny,0,1,1,0\n", "none of 2 scans is of one"),
    ],
)
def test_faults_are_sentences_with_counts_and_without_values(wrong: str, sentence: str) -> None:
    text = problems(wrong)
    assert sentence in text
    assert "007" not in text
    assert "maybe" not in text
    assert "-52" not in text


def test_dates_without_an_index_date_are_refused() -> None:
    assert "Add dates.index, or give days since time zero" in problems("pid,day,size,viable,new\n2,2024-01-01,1,1,0\n")


def test_scans_that_are_not_here_are_asked_for_only_by_responses_that_need_them() -> None:
    assert "RECIST, mRECIST: best responses from scans need the file of scans" in problems(None)
    by_column = study(outcomes={"response": [{"name": "RECIST", "column": "bor"}]})
    assert select_patients(cohort_with(None), by_column).scans is None


def test_the_sample_s_scans_give_both_best_responses_exactly() -> None:
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    cohort = replace(cohort, scans=read_cohort((SAMPLE / "lesions.csv").read_bytes(), "lesions.csv"))
    settings = load_study((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
    values = settings.model_dump()
    values["outcomes"]["response"] = [
        *values["outcomes"]["response"],
        {"name": "by RECIST scans", "scans": "recist"},
        {"name": "by mRECIST scans", "scans": "mrecist"},
    ]
    patients = study_patients(cohort, StudySettings.model_validate(values))
    found = {item.name: item for item in patients.responses}
    for written, told in (("RECIST 1.1", "by RECIST scans"), ("mRECIST", "by mRECIST scans")):
        assert found[written].category.tolist() == found[told].category.tolist()
        np.testing.assert_array_equal(found[written].change, np.round(found[told].change, 1))
        np.testing.assert_array_equal(found[written].objective_response, found[told].objective_response)


def test_changes_and_grades_are_read_or_refused() -> None:
    patients = PATIENTS.replace("bor\n", "bor,change,rash\n")
    for line, more in (("PR\n2", "PR,-40,1\n2"), ("SD\n", "SD,-5,G3\n"), ("PD\n", "PD,20,\n")):
        patients = patients.replace(line, more, 1)
    patients = patients.rstrip("\n") + ",-31,0\n"
    asked = study(
        scans=None,
        outcomes={"response": [{"name": "R", "column": "bor", "change": "change"}], "adverse_events": ["rash"]},
    )
    found = select_patients(cohort_with(None, patients), asked)
    assert found.responses[0].change is not None
    assert found.responses[0].change.tolist() == [-40, -5, 20, -31]
    assert found.adverse_events[0].grade.tolist() == [1, 3, 0, 0]
    wrong = patients.replace("-40,1", "-140,7")
    text = problems(None, asked, wrong)
    assert "change: the best change must be in percent of baseline, −100 or more; 1 of 4 are not" in text
    assert "rash: an adverse event's worst grade must be 0 to 5, or blank for none; 1 of 4 cells holds" in text


OTHERS = """pid,day,size,viable,new,rest
007,-3,100,80,no,non-CR/non-PD
007,60,0,0,no,Non‑CR / Non‑PD
2,-10,50,50,no,
2,50,52,40,no,PD
3,-1,0,0,no,SD
3,70,0,0,no,CR
4,0,40,40,no,
4,55,0,0,no,
"""


def test_lesions_that_are_not_measured_count_as_the_reader_judged_them() -> None:
    asked = {"id": "pid", "date": "day", "sum": "size", "new_lesion": "new", "non_target": "rest"}
    settings = study(scans=asked, outcomes={"response": [{"name": "RECIST", "scans": "recist"}]})
    patients = study_patients(cohort_with(OTHERS), settings)
    assert patients.responses[0].category.tolist() == ["PR", "PD", "CR", "CR"]
    assert patients.scans is not None
    assert patients.scans.of(np.array([False, True, False, False])).non_target.tolist() == [-1, 3]
    found = problems(OTHERS.replace(",PD", ",worse"), settings)
    assert (
        "rest: lesions that are not measured must be CR, non-CR/non-PD, NE or PD, blank where there are none" in found
    )
    assert "“absent” (scans.non_target) must be a column" in problems(
        OTHERS, study(scans=asked | {"non_target": "absent"})
    )
