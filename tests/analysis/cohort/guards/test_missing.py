"""Missing covariates and outcomes, and which arm they are missing from."""

import numpy as np

from tests.analysis.cohort.guards.cohorts import AGE, DAYS, N, sound_cohort, sound_study, told

TREATED = np.arange(N) % 2 == 0
OS = DAYS / 30.4375
RESPONSE = [{"name": "RECIST", "column": "bor"}]


def first_treated(count: int) -> np.ndarray:
    return TREATED & (np.cumsum(TREATED) <= count)


def test_a_covariate_missing_in_one_arm() -> None:
    cohort = sound_cohort(age=np.where(first_treated(10), np.nan, AGE))
    assert told("missing_differs", cohort) == [
        (
            "age",
            "age: values must be missing alike in both arms, and they are missing in “A” 10 of 30, “B” 0 of 30 patients; "
            "those who remain differ between the arms for that alone. Find the values, or see what multiple imputation "
            "gives.",
        )
    ]
    assert told("missing_covariate", cohort) == [
        ("age", "age: 16.7 % of patients (10 of 60) have no value and are left out.")
    ]
    alike = sound_cohort(age=np.where(np.arange(N) < 20, np.nan, AGE))
    assert told("missing_differs", alike) == []


def test_a_difference_of_three_patients_is_chance() -> None:
    cohort = sound_cohort(age=np.where(first_treated(3), np.nan, AGE))
    assert told("missing_differs", cohort) == []


def test_with_the_missing_indicator_nobody_is_left_out() -> None:
    cohort = sound_cohort(age=np.where(first_treated(4), np.nan, AGE))
    [(_, text)] = told("missing_covariate", cohort, sound_study(missing={"method": "indicator"}))
    assert text == "age: 6.7 % of patients (4 of 60) have no value and are kept as the study says."


def test_an_outcome_missing_in_one_arm() -> None:
    cohort = sound_cohort(os_months=np.where(first_treated(12), np.nan, OS))
    assert told("outcome_missing_differs", cohort) == [
        (
            "os_months",
            "OS: outcomes must be missing alike in both arms, and they are missing in “A” 12 of 30, “B” 0 of 30 "
            "patients; patients lost from one arm are seldom like those who stayed. Find out what became of them.",
        )
    ]
    both = sound_cohort(os_months=np.where(np.arange(N) < 24, np.nan, OS))
    assert told("outcome_missing_differs", both) == []


def test_responses_not_evaluable_in_one_arm() -> None:
    bor = np.where(first_treated(12), "NE", np.where(np.arange(N) % 3 == 0, "PR", "SD"))
    study = sound_study(outcomes={**sound_study().outcomes.model_dump(), "response": RESPONSE})
    assert told("not_evaluable_differs", sound_cohort(bor=bor), study) == [
        (
            None,
            "RECIST: responses must be assessed alike in both arms, and they are not evaluable in “A” 12 of 30, “B” 0 of "
            "30 patients; they count as no response, which lowers the rate of that arm. Find their scans, or give the "
            "rates of evaluable patients beside these.",
        )
    ]
    even = np.where(np.arange(N) < 20, "NE", "SD")
    assert told("not_evaluable_differs", sound_cohort(bor=even), study) == []


def test_responders_nobody_followed() -> None:
    bor = np.where(np.arange(N) < 12, "CR", "SD")
    study = sound_study(outcomes={**sound_study().outcomes.model_dump(), "response": RESPONSE})
    cohort = sound_cohort(bor=bor, os_months=np.where(np.arange(N) < 2, np.nan, OS))
    assert told("responder_without_follow_up", cohort, study) == [
        (
            "os_months",
            "OS: 2 of 12 responders (RECIST) have no time or no event, though a response takes time to be seen; leaving "
            "them out loses the patients who did well. Fill in their follow-up.",
        )
    ]
    assert told("responder_without_follow_up", sound_cohort(bor=bor), study) == []


def test_many_left_out() -> None:
    cohort = sound_cohort(age=np.where(np.arange(N) < 15, np.nan, AGE))
    assert told("many_left_out", cohort) == [
        (
            None,
            "15 of 60 patients (25 %) are left out for a missing covariate; those who remain may differ from them.",
        )
    ]


def test_a_level_that_says_nothing_is_known() -> None:
    sex = ["M", "F"] * (N // 2)
    for row, word in enumerate(["unknown", "Unknown", "불명", "不明", "미시행"]):
        sex[row] = word
    [(column, text)] = told("unknown_level", sound_cohort(sex=sex))
    assert column == "sex"
    assert text == (
        "sex: a level must say something of the patient, and in 5 of 60 patients it says that nothing is known; they are "
        "matched with one another as if that were a trait. Blank these cells, so that they count as missing."
    )
    for labels in (["none", "mild"], ["-", "+"], ["－", "＋"], ["ND", "detected"]):
        assert told("unknown_level", sound_cohort(sex=labels * (N // 2))) == []
