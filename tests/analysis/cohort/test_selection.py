"""Who is in a study, who fell out and why, and every problem at once."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.reading import read_cohort
from analysis.cohort.selection import StudyCohort, select_patients
from analysis.errors import AnalysisError, CohortInputError, SettingsError
from analysis.settings import StudySettings
from analysis.study_file import load_study
from tests.analysis.cohort.files import cohort_of, small_cohort, study_of

REFERENCE = Path(__file__).parents[2] / "reference"
SAMPLE = Path(__file__).parents[3] / "sample_data"


def problems(cohort: Any, study: StudySettings, kind: type[AnalysisError]) -> tuple[str, ...]:
    with pytest.raises(AnalysisError) as refused:
        select_patients(cohort, study)
    assert type(refused.value) is kind
    return refused.value.problems


def test_patients_by_hand() -> None:
    cohort = small_cohort(
        arm=["A", "B", "C", None, "A", "B", "A", "B"],
        age=[61, 55, 70, 48, None, 59, 73, 52],
        sex=["M", "F", "F", "M", None, "M", "M", "F"],
        time=[3.5, None, 2, 9, 12, 4, 7, 5],
        bor=["PR", "SD", "PD", "NE", "CR", None, "SD", "PR"],
    )
    study = study_of(
        cohort={"id": "id"},
        covariates=["age", "sex"],
        outcomes={
            "survival": [{"name": "OS", "time": "time", "event": "event"}],
            "response": [{"name": "RECIST", "column": "bor"}],
        },
    )
    patients = select_patients(cohort, study)
    assert patients.row.tolist() == [0, 1, 5, 6, 7]
    assert patients.row.dtype == np.int64
    assert patients.identifier.tolist() == ["P1", "P2", "P6", "P7", "P8"]
    assert patients.treated.tolist() == [True, False, False, True, False]
    assert (patients.treated_label, patients.control_label) == ("A", "B")
    assert patients.covariates["age"].tolist() == [61.0, 55.0, 59.0, 73.0, 52.0]
    assert patients.covariates["sex"].tolist() == ["M", "F", "M", "M", "F"]
    assert patients.covariates["sex"].cat.categories.tolist() == ["F", "M"]
    assert patients.covariates.index.tolist() == [0, 1, 2, 3, 4]
    assert patients.strata is None
    (endpoint,) = patients.endpoints
    assert endpoint.known.tolist() == [True, False, True, True, True]
    assert endpoint.event.tolist() == [True, False, True, True, False]
    (response,) = patients.responses
    assert response.category is not None
    assert response.category.tolist() == ["PR", "SD", "NE", "SD", "PR"]
    steps = [(step.step, step.treated, step.control, step.other) for step in patients.flow]
    assert steps == [("read", 3, 3, 2), ("complete covariates", 2, 3, 0)]
    assert patients.excluded.to_dict("list") == {
        "row": [2, 3, 4],
        "identifier": ["P3", "P4", "P5"],
        "arm": ["C", None, "A"],
        "reason": ["other arm", "arm missing", "missing covariate: age, sex"],
    }
    assert [note.code for note in patients.notes] == [
        "arm_missing",
        "arm_other",
        "endpoint_missing",
        "response_missing",
    ]


def test_without_an_id_column_the_row_numbers_are_the_ids() -> None:
    patients = select_patients(small_cohort(age=[None, 55, 70, 48, 66, 59, 73, 52]), study_of())
    assert patients.identifier.tolist() == ["2", "3", "4", "5", "6", "7", "8"]
    assert patients.excluded["identifier"].tolist() == ["1"]


def test_ids_that_are_numbers_have_no_decimal_point() -> None:
    patients = select_patients(small_cohort(id=[101, 102, 103, 104, 105, 106, 107, 108]), study_of(cohort={"id": "id"}))
    assert patients.identifier.tolist()[0] == "101"


def test_exact_strata_need_no_covariate_and_leave_out_who_has_none() -> None:
    cohort = small_cohort(site=["K", "K", "J", "J", "K", None, "J", "J"])
    patients = select_patients(cohort, study_of(matching={"exact": ["site", "sex"]}))
    assert patients.strata_columns == ("site", "sex")
    assert patients.strata is not None
    assert patients.strata.tolist() == [3, 2, 0, 1, 2, 1, 0]
    assert patients.excluded["reason"].tolist() == ["missing covariate: site"]
    assert list(patients.covariates) == ["age"]


@pytest.mark.parametrize("name", ["gbsg", "veteran", "rotterdam_hormon"])
def test_reference_cohorts_are_selected_whole(name: str) -> None:
    cohort = read_cohort((REFERENCE / f"{name}.csv").read_bytes(), "a.csv")
    study = StudySettings.model_validate(json.loads((REFERENCE / f"{name}.study.json").read_text()))
    patients = select_patients(cohort, study)
    raw = pd.read_csv(REFERENCE / f"{name}.csv")
    assert patients.treated.tolist() == (raw["arm"] == study.treatment.treated).tolist()
    assert patients.identifier.tolist() == raw["id"].astype(str).tolist()
    assert len(patients.excluded) == 0
    for endpoint, wanted in zip(patients.endpoints, study.outcomes.survival, strict=True):
        assert endpoint.event.tolist() == (raw[wanted.event] == 1).tolist()
        assert endpoint.known.all()


def test_the_sample_study_selects_all_its_patients() -> None:
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    patients = select_patients(cohort, load_study((SAMPLE / "study.yaml").read_text(encoding="utf-8")))
    assert (patients.treated.sum(), (~patients.treated).sum()) == (56, 67)
    assert patients.covariates["etiology"].cat.categories[0] == "HBV"


def steps_of(patients: StudyCohort) -> list[tuple[str, str, int, int, int]]:
    return [(step.step, step.kind, step.treated, step.control, step.other) for step in patients.flow]


def test_eligibility_comes_before_covariates_and_every_row_has_the_step_that_left_it_out() -> None:
    cohort = small_cohort(
        arm=["A", "B", "C", None, "A", "B", "A", "B"],
        age=[17, 55, 16, 48, None, 59, 73, 52],
        sex=["M", "F", "F", "M", None, "M", None, "F"],
        stage=["a", "A", "A", "B", "A", "B", "A", "A"],
    )
    rules = [
        {"column": "age", "at_least": 18, "missing": "keep"},
        {"column": "stage", "one_of": ["A"], "reason": "Stage A"},
    ]
    study = study_of(cohort={"id": "id"}, covariates=["age"], eligibility=rules)
    patients = select_patients(cohort, study)
    assert steps_of(patients) == [
        ("read", "read", 3, 3, 2),
        ("age at least 18 or missing", "eligibility", 2, 3, 1),
        ("Stage A", "eligibility", 2, 2, 0),
        ("complete covariates", "complete", 1, 2, 0),
    ]
    assert patients.identifier.tolist() == ["P2", "P7", "P8"]
    assert patients.excluded.to_dict("list") == {
        "row": [0, 2, 3, 4, 5],
        "identifier": ["P1", "P3", "P4", "P5", "P6"],
        "arm": ["A", "C", None, "A", "B"],
        "reason": [
            "not eligible: age at least 18 or missing",
            "not eligible: age at least 18 or missing",
            "not eligible: Stage A",
            "missing covariate: age",
            "not eligible: Stage A",
        ],
    }


def test_cells_of_patients_who_are_not_eligible_cannot_be_at_fault() -> None:
    cohort = small_cohort(time=[-1, 6, 2, 9, 12, 4, 7, 5])
    study = study_of(eligibility=[{"column": "age", "none_of": [61]}])
    assert select_patients(cohort, study).row.tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_an_arm_that_a_rule_empties_is_refused_by_the_rules_name() -> None:
    study = study_of(eligibility=[{"column": "age", "above": 60}])
    assert problems(small_cohort(), study, CohortInputError) == (
        "The control arm must have patients left after the eligibility rule “age above 60”, and none of its 4 meets it. "
        "Change the rule, or choose another arm.",
    )


def test_rules_and_dates_name_columns_of_the_file() -> None:
    study = study_of(eligibility=[{"column": "agee", "above": 60}], dates={"index": "start", "treatment_start": "end"})
    assert [text.split(" must")[0] for text in problems(small_cohort(), study, SettingsError)] == [
        "“agee” (eligibility)",
        "“start” (dates.index)",
        "“end” (dates.treatment_start)",
    ]


def test_times_in_another_unit_are_converted_once_with_a_note() -> None:
    survival = [
        {"name": "OS", "time": "time", "event": "event", "unit": "days"},
        {"name": "PFS", "time": "time", "event": "event", "unit": "months"},
    ]
    patients = select_patients(small_cohort(), study_of(outcomes={"survival": survival}))
    written = np.array([3.5, 6, 2, 9, 12, 4, 7, 5])
    assert patients.endpoints[0].time.tolist() == (written / 30.4375).tolist()
    assert patients.endpoints[1].time.tolist() == written.tolist()
    assert [(note.code, note.text) for note in patients.notes] == [
        ("time_converted", "OS: times in days (“time”) are converted to months, 1 month = 30.4375 days.")
    ]


INCOMPLETE = {"age": [61, None, 70, 48, 66, 59, None, 52], "sex": ["M", "F", None, "M", "F", "M", "M", "F"]}


def test_missing_covariates_that_are_marked_leave_nobody_out() -> None:
    study = study_of(covariates=["age", "sex"], missing={"method": "indicator"})
    patients = select_patients(small_cohort(**INCOMPLETE), study)
    assert list(patients.covariates) == ["age", "age (missing)", "sex"]
    assert patients.covariates["age (missing)"].tolist() == [0, 1, 0, 0, 0, 0, 1, 0]
    assert patients.covariates["sex"].cat.categories.tolist() == ["F", "M", "missing"]
    assert not patients.covariates.isna().to_numpy().any()
    assert patients.flow[-1].step == "complete covariates"
    assert (len(patients.excluded), patients.incomplete) == (0, False)


def test_missing_covariates_to_be_imputed_stay_missing() -> None:
    study = study_of(covariates=["age", "sex"], missing={"method": "multiple_imputation"})
    patients = select_patients(small_cohort(**INCOMPLETE), study)
    assert patients.incomplete
    assert steps_of(patients) == [("read", "read", 4, 4, 0), ("covariates imputed", "complete", 4, 4, 0)]
    assert np.isnan(patients.covariates["age"]).tolist() == [False, True, False, False, False, False, True, False]
    assert patients.covariates["sex"].cat.categories.tolist() == ["F", "M"]
    assert patients.covariates["sex"].isna().tolist() == [False, False, True, *[False] * 5]


def test_with_nothing_missing_there_is_nothing_to_impute() -> None:
    study = study_of(missing={"method": "multiple_imputation"})
    patients = select_patients(small_cohort(), study)
    assert not patients.incomplete
    assert patients.flow[-1].step == "complete covariates"


@pytest.mark.parametrize("method", ["indicator", "multiple_imputation"])
def test_a_stratum_must_be_known_whatever_becomes_of_missing_covariates(method: str) -> None:
    study = study_of(covariates=["age", "sex"], missing={"method": method}, matching={"exact": ["sex"]})
    patients = select_patients(small_cohort(**INCOMPLETE), study)
    assert patients.excluded["row"].tolist() == [2]
    assert patients.excluded["reason"].tolist() == ["missing covariate: sex"]
    assert patients.strata is not None
    assert patients.covariates["sex"].cat.categories.tolist() == ["F", "M"]


def test_every_problem_of_the_data_is_told_at_once() -> None:
    cohort = small_cohort(
        id=["P1", "P1", "P3", None, "P5", "P6", "P7", "P8"],
        age=["61", "55", "70", "48", "66", "59", "73", "fifty"],
        time=[-3.5, 6, 2, 9, 12, 4, 7, 5],
        event=[1, 2, 1, 2, 1, 2, 1, 2],
        bor=["PR", "SD", "PD", "NE", "CR", "PD", "SD", "fine"],
    )
    study = study_of(
        cohort={"id": "id"},
        outcomes={
            "survival": [{"name": "OS", "time": "time", "event": "event"}],
            "response": [{"name": "RECIST", "column": "bor"}],
        },
    )
    found = problems(cohort, study, CohortInputError)
    assert [text.split(":")[0] for text in found] == ["id", "id", "age", "time", "event", "bor"]
    assert found[0] == "id: every patient needs an id; 1 of 8 cells is missing. Fill them in."
    assert found[1] == (
        "id: every id must stand on one row, one row per patient; 1 id stands on several rows (2 rows). "
        "Keep one row per patient, or choose another id column."
    )


def test_problems_of_the_study_and_of_the_data_come_together_as_the_studys() -> None:
    study = study_of(covariates=["agee", "sex", "weight"])
    found = problems(small_cohort(time=[-1, 6, 2, 9, 12, 4, 7, 5]), study, SettingsError)
    assert found == (
        "“agee” (covariates) must be a column of the file, and there is none of that name. Is “age” meant?",
        "“weight” (covariates) must be a column of the file, and there is none of that name. "
        "Name a column as the file's header has it.",
        "time: every time must be a number above 0; 1 of 8 is negative. Correct them or leave them blank.",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"treatment": {"column": "arm", "treated": "A", "control": "A"}}, "must be two different labels"),
        ({"treatment": {"column": "Arm", "treated": "A", "control": "B"}}, "Is “arm” meant?"),
        ({"treatment": {"column": "arm", "treated": "X", "control": "B"}}, "“X” is not in it; it holds “A” and “B”"),
        ({"covariates": ["age", "event"]}, "'event' is part of the outcome OS"),
        ({"covariates": ["age", "arm"]}, "arm"),
        ({"covariates": ["age", "id"], "cohort": {"id": "id"}}, "'id' is the patient's id"),
        ({"cohort": {"id": "patient"}}, "“patient” (cohort.id) must be a column of the file"),
        ({"matching": {"exact": ["site"]}}, "“site” (matching.exact) must be a column of the file"),
        ({"covariates": [{"column": "sex", "reference": "X"}]}, "The reference of “sex” must be one of its levels"),
        (
            {"outcomes": {"survival": [{"name": "OS", "time": "t", "event": "e"}]}},
            "“t” (time of OS) must be a column of the file",
        ),
        ({"outcomes": {"response": [{"name": "ORR", "column": "best"}]}}, "“best” (response ORR) must be a column"),
    ],
)
def test_faults_of_the_study_file(changes: dict[str, Any], words: str) -> None:
    found = problems(small_cohort(), study_of(**changes), SettingsError)
    assert any(words in text for text in found)


def test_an_arm_without_complete_covariates_is_refused() -> None:
    cohort = small_cohort(age=[None, 55, None, 48, None, 59, None, 52])
    assert problems(cohort, study_of(), CohortInputError) == (
        "The treated arm must have patients with all covariates, and none of its 4 has. "
        "Remove the covariates that are mostly missing.",
    )


def test_one_arm_only_is_refused() -> None:
    (text,) = problems(small_cohort(arm=["A"] * 8), study_of(), CohortInputError)
    assert text.startswith("The treatment column “arm” must hold two arms; all patients have the same label.")


def test_exact_matching_on_an_empty_column_is_refused() -> None:
    (text,) = problems(small_cohort(site=[None] * 8), study_of(matching={"exact": ["site"]}), CohortInputError)
    assert text.startswith("site: a column of exact matching must have values, and all 8 cells are missing.")


def test_labels_with_commas_quotes_newlines_and_emoji_are_arms_like_any_other() -> None:
    odd, other = 'a, "b"\nc 😀', "plain"
    cohort = small_cohort(arm=[odd, other] * 4)
    study = study_of(treatment={"column": "arm", "treated": odd, "control": other})
    assert select_patients(cohort, study).treated.tolist() == [True, False] * 4


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_shuffled_outcomes_leave_the_design_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cohort = small_cohort(sex=["M", None, "F", "M", "F", "M", "M", "F"])
    shuffled = small_cohort(
        sex=["M", None, "F", "M", "F", "M", "M", "F"],
        time=rng.permutation([3.5, np.nan, 2, 9, 12, 4, 7, 5]).tolist(),
        event=rng.permutation([1.0, 0, 1, np.nan, 0, 1, 1, 0]).tolist(),
    )
    study = study_of(covariates=["age", "sex"], matching={"exact": ["sex"]})
    before, after = select_patients(cohort, study), select_patients(shuffled, study)
    assert after.row.tolist() == before.row.tolist()
    assert after.covariates.equals(before.covariates)
    assert after.treated.tolist() == before.treated.tolist()
    assert before.strata is not None
    assert after.strata is not None
    assert after.strata.tolist() == before.strata.tolist()


@settings(max_examples=40, deadline=None)
@given(order=st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    cohort = small_cohort(age=[61, None, 70, 48, 66, 59, 73, 52])
    shuffled = cohort_of(**{name: cohort.table[name].iloc[order].tolist() for name in cohort.table})
    study = study_of(cohort={"id": "id"}, covariates=["age", "sex"])
    one, other = select_patients(cohort, study), select_patients(shuffled, study)
    assert set(one.identifier) == set(other.identifier)
    place = {identifier: position for position, identifier in enumerate(other.identifier)}
    picked = [place[identifier] for identifier in one.identifier]
    assert other.treated[picked].tolist() == one.treated.tolist()
    assert other.covariates.iloc[picked].reset_index(drop=True).equals(one.covariates)
    assert other.endpoints[0].time[picked].tolist() == one.endpoints[0].time.tolist()
    assert other.row.tolist() == sorted(other.row.tolist())


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_row_is_either_selected_or_excluded_with_a_reason(data: st.DataObject) -> None:
    n = data.draw(st.integers(4, 12))
    arms, ages = st.sampled_from(["A", "B", "C", None]), st.one_of(st.integers(20, 90), st.just(np.nan))
    cohort = cohort_of(
        arm=["A", "B", "A", "B", *data.draw(st.lists(arms, min_size=n - 4, max_size=n - 4))],
        age=[50, 60, 70, 80, *data.draw(st.lists(ages, min_size=n - 4, max_size=n - 4))],
        time=[5] * n,
        event=[1, 0] * (n // 2) + [1] * (n % 2),
    )
    oldest = data.draw(st.integers(80, 90))
    rule = {"column": "age", "at_most": oldest, "missing": data.draw(st.sampled_from(["keep", "exclude"]))}
    patients = select_patients(cohort, study_of(eligibility=[rule]))
    assert sorted([*patients.row, *patients.excluded["row"]]) == list(range(n))
    read, eligible, complete = patients.flow
    assert eligible.treated + eligible.control >= complete.treated + complete.control
    reasons = patients.excluded["reason"].str.split(":").str[0].value_counts()
    assert reasons.get("not eligible", 0) == n - (eligible.treated + eligible.control + eligible.other)
    assert read.treated + read.control + read.other == n
    assert complete.treated + complete.control == len(patients.row)
    assert not patients.covariates.isna().any().any()
