"""Guesses: what columns are for, on real cohorts, on common ways of naming, and on anything at all."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.roles import RoleGuess, describe_columns, guess_roles
from analysis.cohort.selection import select_patients
from analysis.cohort.words.role_words import split_words
from analysis.settings import StudySettings
from analysis.study_file import load_study
from tests.analysis.cohort.files import cohort_of, note_codes, read_text

REFERENCE = Path(__file__).parents[2] / "reference"
SAMPLE = Path(__file__).parents[3] / "sample_data"
N = 40
RNG = np.random.default_rng(7)


SAMPLE_ROLES = {
    "site": "ignore",
    "country": "ignore",
    "start_dose_mg": "ignore",
    "best_change_recist_pct": "after",
    "index_date": "index_date",
    "last_contact_date": "last_contact_date",
}


def guess_of(**columns: Any) -> RoleGuess:
    return guess_roles(cohort_of(**columns))


def role_of(guess: RoleGuess, column: str) -> str:
    return next(role.role for role in guess.columns if role.column == column)


def reason_of(guess: RoleGuess, column: str) -> str:
    return next(role.reason for role in guess.columns if role.column == column)


def reference(name: str) -> Cohort:
    return read_cohort((REFERENCE / f"{name}.csv").read_bytes(), "cohort.csv")


def test_the_sample_cohort() -> None:
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    study = load_study((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
    guess = guess_roles(cohort)
    settings = guess.to_settings()
    assert settings is not None
    assert settings.cohort.id == study.cohort.id == "patient_id"
    assert settings.cohort.time_unit == study.cohort.time_unit
    assert settings.treatment == study.treatment
    assert {covariate.column for covariate in study.covariates} <= set(guess.covariates)
    guessed = {(item.name, item.time, item.event) for item in settings.outcomes.survival}
    assert guessed == {(item.name, item.time, item.event) for item in study.outcomes.survival}
    assert {item.column for item in settings.outcomes.response} == {item.column for item in study.outcomes.response}
    assert {column: role_of(guess, column) for column in SAMPLE_ROLES} == SAMPLE_ROLES
    assert reason_of(guess, "best_change_recist_pct") == "the best change of lesions in percent, with RECIST"
    assert settings.dates is None
    assert [item.unit for item in guess.endpoints] == ["months", "months"]
    assert "in 100 % of patients the time is that between the dates, in months" in guess.endpoints[1].reason
    assert [role.column for role in guess.columns] == list(cohort.table.columns)
    assert len(select_patients(cohort, settings).row) == 123


def test_the_sample_as_a_hospital_might_send_it() -> None:
    cohort = read_cohort((SAMPLE / "cohort_as_received.csv").read_bytes(), "cohort_as_received.csv")
    guess = guess_roles(cohort)
    assert len(cohort.table) == 123
    assert {"encoding", "title_rows", "remarks_below", "missing_marks"} <= set(note_codes(cohort))
    assert [(item.name, item.time, item.event) for item in guess.endpoints] == [
        ("PFS", "pfs_months", "pfs_event"),
        ("OS", "os_months", "os_event"),
    ]
    assert guess.endpoints[1].observed is not None
    assert set(guess.endpoints[1].observed) == {"사망", "Dead", "expired"}
    assert next(role.type for role in guess.columns if role.column == "afp_ngml") == "numeric"
    assert {column: role_of(guess, column) for column in SAMPLE_ROLES} == SAMPLE_ROLES
    study = guess.to_settings()
    assert study is not None
    patients = select_patients(cohort, study)
    clean = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv").table
    events = dict(zip(clean["patient_id"], clean["os_event"] == 1, strict=True))
    assert patients.endpoints[1].event.tolist() == [events[identifier] for identifier in patients.identifier]


@pytest.mark.parametrize(
    ("name", "treated", "control", "endpoints", "covariates"),
    [
        ("gbsg", "tamoxifen", "no", {("t", "status")}, {"age", "meno", "size", "grade", "nodes", "pgr", "er"}),
        ("veteran", "test", "standard", {("t", "status")}, {"celltype", "karno", "diagtime", "age", "prior"}),
        (
            "rotterdam_hormon",
            "hormonal",
            "none",
            {("os", "death"), ("rfs", "rfs_event")},
            {"age", "meno", "size", "grade", "nodes", "pgr", "er"},
        ),
    ],
)
def test_reference_cohorts(
    name: str, treated: str, control: str, endpoints: set[tuple[str, str]], covariates: set[str]
) -> None:
    guess = guess_roles(reference(name))
    assert guess.id == "id"
    assert guess.treatment is not None
    assert (guess.treatment.column, guess.treatment.treated, guess.treatment.control) == ("arm", treated, control)
    assert {(item.time, item.event) for item in guess.endpoints} == endpoints
    assert all(item.observed == ("1",) for item in guess.endpoints)
    assert set(guess.covariates) == covariates
    assert guess.time_unit == "months"


def test_endpoints_of_the_rotterdam_cohort_have_their_names() -> None:
    assert [item.name for item in guess_roles(reference("rotterdam_hormon")).endpoints] == ["OS", "RFS"]


times = RNG.exponential(20, N).round(1) + 0.1
coin = RNG.permutation(np.tile([0, 1], N // 2))
words = np.where(coin == 1, "dead", "alive")


@pytest.mark.parametrize(
    ("time", "event", "name"),
    [
        ("os_months", "os_event", "OS"),
        ("OS (months)", "OS event", "OS"),
        ("os", "death", "OS"),
        ("rfs", "rfs_event", "RFS"),
        ("pfstime", "pfs", "PFS"),
        ("PFS_time", "PFS_status", "PFS"),
        ("osMonths", "osCensor", "OS"),
        ("time", "status", "Survival"),
        ("t", "status", "Survival"),
        ("futime", "fustat", "Survival"),
        ("follow_up_days", "event", "Survival"),
        ("overall survival", "dead", "OS"),
        ("progression_free_survival", "progressed", "PFS"),
        ("생존기간", "사망", "OS"),
        ("OS_期間", "OS_イベント", "OS"),
    ],
)
def test_pairs_by_the_names_in_use(time: str, event: str, name: str) -> None:
    guess = guess_of(arm=["A", "B"] * (N // 2), age=RNG.integers(40, 80, N), **{time: times, event: coin})
    assert [(item.time, item.event, item.name) for item in guess.endpoints] == [(time, event, name)]


def test_two_endpoints_are_not_crossed() -> None:
    guess = guess_of(
        arm=["A", "B"] * (N // 2), death=coin, pfs_days=times, os_days=times + 1, pfs_status=1 - coin, age=times.round()
    )
    assert {(item.name, item.time, item.event) for item in guess.endpoints} == {
        ("OS", "os_days", "death"),
        ("PFS", "pfs_days", "pfs_status"),
    }
    assert (guess.time_unit, {item.unit for item in guess.endpoints}) == ("months", {"days"})


@pytest.mark.parametrize(
    ("values", "observed"),
    [
        (coin, ("1",)),
        (words, ("dead",)),
        (np.where(np.arange(N) < 5, "Expired", words), ("dead", "Expired")),
        (coin + 1, None),
        (np.where(coin == 1, "P", "Q"), None),
    ],
)
def test_the_observed_label_is_told_only_where_no_one_need_be_asked(
    values: Any, observed: tuple[str, ...] | None
) -> None:
    guess = guess_of(arm=["A", "B"] * (N // 2), age=RNG.integers(40, 80, N), time=times, status=values)
    (endpoint,) = guess.endpoints
    assert endpoint.observed is observed is None or set(endpoint.observed) == set(observed)
    settings = guess.to_settings()
    assert settings is not None
    assert settings.outcomes.survival[0].observed == endpoint.observed


@pytest.mark.parametrize(
    "name", ["arm", "Treatment", "trt", "group", "Drug", "treatment_arm", "치료군", "치료", "投与群", "投与"]
)
def test_the_treatment_by_its_name(name: str) -> None:
    guess = guess_of(
        age_group=["old", "young"] * (N // 2), risk_group=["high", "low", "low", "high"] * (N // 4),
        prior_treatment=["yes", "no", "no", "yes"] * (N // 4), **{name: ["X", "X", "X", "Y"] * (N // 4)},
    )  # fmt: skip
    assert guess.treatment is not None
    assert (guess.treatment.column, guess.treatment.treated, guess.treatment.control) == (name, "Y", "X")
    assert "treated is the smaller arm" in guess.treatment.reason


@pytest.mark.parametrize(
    ("labels", "treated"),
    [
        (["placebo", "drug", "drug", "drug"], "drug"),
        (["Control", "X", "X", "X"], "X"),
        (["0", "1", "1", "1"], "1"),
        (["yes", "yes", "yes", "no"], "yes"),
        (["new", "new", "new", "old"], "new"),
        (["대조군", "소라페닙", "소라페닙", "소라페닙"], "소라페닙"),
        (["LEN", "SOR", "SOR", "SOR"], "LEN"),
    ],
)
def test_the_treated_arm_by_its_label_or_its_size(labels: list[str], treated: str) -> None:
    guess = guess_of(arm=labels * 10, age=RNG.integers(40, 80, 40))
    assert guess.treatment is not None
    assert guess.treatment.treated == treated


def test_with_more_than_two_arms_the_two_largest_are_compared() -> None:
    guess = guess_of(arm=["A"] * 10 + ["B"] * 20 + ["C"] * 3)
    assert guess.treatment is not None
    assert {guess.treatment.treated, guess.treatment.control} == {"A", "B"}
    assert "its two most frequent of 3 labels are compared" in guess.treatment.reason


def test_nothing_is_made_up_where_nothing_is_named() -> None:
    guess = guess_of(x=RNG.normal(size=N), y=["a", "b"] * (N // 2))
    assert guess.treatment is None
    assert guess.endpoints == ()
    assert guess.to_settings() is None


BOR = ["CR", "PR", "SD", "PD", "NE"] * (N // 5)


def test_responses_by_their_labels_whatever_their_case() -> None:
    guess = guess_of(bor_mrecist=BOR, bor_recist=[label.lower() for label in BOR], orr=coin)
    assert [(item.name, item.column) for item in guess.responses] == [
        ("mRECIST", "bor_mrecist"),
        ("RECIST", "bor_recist"),
    ]
    assert role_of(guess, "orr") == "after"
    named = guess_of(x=["Complete response", "Partial response", "Stable disease", "Not evaluable"] * (N // 4))
    assert [item.column for item in named.responses] == ["x"]


def test_a_column_of_responders_where_there_are_no_categories() -> None:
    guess = guess_of(arm=["A", "B"] * (N // 2), age=RNG.integers(40, 80, N), responder=coin)
    assert [(item.column, item.is_responder) for item in guess.responses] == [("responder", True)]
    settings = guess.to_settings()
    assert settings is not None
    assert settings.outcomes.response[0].responder == "responder"


def test_a_response_to_an_earlier_treatment_is_no_outcome() -> None:
    guess = guess_of(bor=BOR, prior_response=BOR[::-1], ab_best_response=RNG.permutation(BOR), ab_months=times)
    assert [item.column for item in guess.responses] == ["bor"]
    assert role_of(guess, "prior_response") == "covariate"
    assert role_of(guess, "ab_best_response") == "covariate"
    assert "earlier treatment" in reason_of(guess, "ab_best_response")
    alone = guess_of(bor=BOR, week8_response=BOR[::-1])
    assert role_of(alone, "week8_response") == "after"


OTHER_ROLES = {
    "patient name": "personal",
    "initials": "personal",
    "comment": "text",
    "death_cause": "after",
    "best_change_pct": "after",
    "last_contact": "after",
}


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("visit_date", ["2024"] * 20 + ["2023"] * 20, "dates, not all of them written in one way"),
        ("visit_date", [20240131] * 20 + [20230131] * 20, "a date"),
        ("patient name", [f"n{row}" for row in range(N)], "personal data: its name says that it holds names"),
        ("initials", ["ab", "cd"] * (N // 2), "personal data"),
        ("hospital", ["K", "J"] * (N // 2), "where patients were treated"),
        ("start_dose", [8, 12] * (N // 2), "how the treatment was given"),
        ("death_cause", ["x", "y"] * (N // 2), "known only after treatment began, by its name"),
        ("best_change_pct", times, "known only after treatment began, by its name"),
        ("last_contact", times, "known only after treatment began, by its name"),
        ("comment", [f"text {row}" for row in range(N)], "free text"),
        ("constant", [1] * N, "the same in all patients"),
        ("empty", [None] * N, "holds nothing"),
        ("mostly_missing", [1, 2] + [np.nan] * (N - 2), "missing in 95 % of patients, who would be left out"),
        ("spoilt", [str(row) for row in range(N - 1)] + ["high"], "numbers, but 1 of 40 cells is no number"),
        ("endless", [np.inf, *range(N - 1)], "holds infinite numbers"),
        ("arm_copy", ["left", "left", "left", "right"] * (N // 4), "each of its values occurs in one arm only"),
        ("sex_again", ["1", "2"] * (N // 2), "says the same as “sex”"),
        ("log_age", np.log(np.arange(20, 20 + N)), "one of the two is enough"),
    ],
)
def test_what_is_left_out_and_why(column: str, values: Any, reason: str) -> None:
    guess = guess_of(
        arm=["A", "A", "A", "B"] * (N // 4), sex=["M", "F"] * (N // 2), age=np.arange(20, 20 + N), **{column: values}
    )
    assert "sex" in guess.covariates
    if column == "log_age":
        assert ("age" in guess.covariates) != ("log_age" in guess.covariates)
        assert any(reason in role.reason for role in guess.columns)
        return
    assert role_of(guess, column) == OTHER_ROLES.get(column, "ignore")
    assert reason in reason_of(guess, column)


@pytest.mark.parametrize(
    "column", ["prior_progression", "baseline_dose", "history_of_relapse", "ecog_status", "T", "M", "grade"]
)
def test_what_stays_though_its_name_has_a_doubtful_word(column: str) -> None:
    guess = guess_of(
        arm=["A", "A", "A", "B"] * (N // 4), age=RNG.integers(40, 80, N), **{column: [1, 2, 3, 1, 2] * (N // 5)}
    )
    assert role_of(guess, column) == "covariate"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"patient_id": [f"S{row}" for row in range(N)]}, "patient_id"),
        ({"등록번호": list(range(N))}, "등록번호"),
        ({"column 1": list(range(1, N + 1))}, "column 1"),
        ({"code": [f"S{row}" for row in range(N)]}, "code"),
        ({"patient_id": [f"S{row // 2}" for row in range(N)]}, "patient_id"),  # several rows per patient: to be refused
        ({"site_id": [f"S{row // 2}" for row in range(N)]}, None),
        ({"age": list(range(N))}, None),
        ({"id_score": RNG.normal(size=N)}, None),
    ],
)
def test_the_id(columns: dict[str, Any], expected: str | None) -> None:
    assert guess_of(**columns, arm=["A", "B"] * (N // 2)).id == expected


@pytest.mark.parametrize(
    ("name", "days", "unit"),
    [
        ("os_months", 30.4375, "months"),
        ("os_mo", 30.4375, "months"),
        ("os_days", 1, "days"),
        ("os_d", 1, "days"),
        ("os (years)", 365.25, "years"),
        ("os_wks", 7, "weeks"),
        ("os_개월", 30.4375, "months"),
        ("OS(일)", 1, "days"),
        ("생존기간(주)", 7, "weeks"),
        ("全生存期間（月）", 30.4375, "months"),
        ("生存期間_日", 1, "days"),
        ("OS, mo", 30.4375, "months"),
    ],
)
def test_the_unit_by_the_header(name: str, days: float, unit: str) -> None:
    guess = guess_of(arm=["A", "B"] * (N // 2), age=RNG.integers(40, 80, N), death=coin, **{name: times * 60 / days})
    assert (guess.time_unit, guess.endpoints[0].unit) == ("months", unit)
    assert guess.times
    assert max(guess.times) <= 0.8 * 60 / 30.4375 * max(times)
    study = guess.to_settings()
    assert study is not None
    assert study.outcomes.survival[0].unit == (None if unit == "months" else unit)


@pytest.mark.parametrize(("values", "unit"), [(times * 50, "days"), (times, "months")])
def test_the_unit_by_the_length_where_no_header_states_one(values: Any, unit: str) -> None:
    guess = guess_of(arm=["A", "B"] * (N // 2), death=coin, os=values)
    assert (guess.time_unit, guess.endpoints[0].unit) == (unit, None)
    assert max(guess.times) <= 0.8 * max(values)
    assert guess.time_unit_score < 0.7


def test_each_time_has_its_own_unit() -> None:
    guess = guess_of(
        arm=["A", "B"] * (N // 2), age=RNG.integers(40, 80, N),
        pfs_days=times, pfs_event=coin, os_months=times, os_event=coin,
    )  # fmt: skip
    assert guess.time_unit == "months"
    assert "times in days are converted to months" in guess.time_unit_reason
    study = guess.to_settings()
    assert study is not None
    assert [item.unit for item in study.outcomes.survival] == ["days", None]


def score_of(guess: RoleGuess, column: str) -> float:
    return next(role.score for role in guess.columns if role.column == column)


def test_scores_fall_from_what_name_and_content_say_to_what_one_of_them_says() -> None:
    arms = ["A", "A", "A", "B"] * (N // 4)
    ids = [f"S{row}" for row in range(N)]
    plain = guess_of(patient_id=ids, arm=arms, age=RNG.integers(40, 80, N), os_months=times, os_event=coin)
    assert min(score_of(plain, column) for column in ("patient_id", "arm", "age", "os_months")) >= 0.9
    silent = guess_of(code=ids, q3=["sorafenib", "lenvatinib"] * (N // 2), x7=RNG.integers(40, 80, N))
    assert {column: role_of(silent, column) for column in ("code", "q3", "x7")} == {
        "code": "id",
        "q3": "treatment",
        "x7": "covariate",
    }
    assert all(0.5 <= score_of(silent, column) <= 0.8 for column in ("code", "q3", "x7"))


def test_rivals_lower_a_score() -> None:
    arms = ["A", "A", "A", "B"] * (N // 4)
    alone = guess_of(patient_id=[f"S{row}" for row in range(N)], arm=arms)
    rivals = guess_of(
        patient_id=[f"S{row}" for row in range(N)], case_no=[f"C{row}" for row in range(N)],
        arm=arms, trt=RNG.permutation(arms),
    )  # fmt: skip
    for column in ("patient_id", "arm"):
        other = "case_no" if column == "patient_id" else column
        assert score_of(rivals, other) < score_of(alone, column)
    assert rivals.treatment is not None
    assert "another column would do as well" in rivals.treatment.reason


def test_a_coding_that_must_be_said_and_a_unit_that_is_assumed_lower_a_score() -> None:
    def score(time: str, event: Any) -> float:
        return guess_of(arm=["A", "B"] * (N // 2), **{time: times, "os_event": event}).endpoints[0].score

    assert score("os_months", coin) >= 0.9 > score("os", coin) > score("os", coin + 1)
    assert score("os_months", coin + 1) <= 0.5


def test_one_and_two_are_proposed_and_stay_out_of_the_study_until_confirmed() -> None:
    guess = guess_of(arm=["A", "B"] * (N // 2), age=RNG.integers(40, 80, N), os_months=times, os_event=coin + 1)
    assert (guess.endpoints[0].observed, guess.endpoints[0].proposed) == (None, ("2",))
    study = guess.to_settings()
    assert study is not None
    assert study.outcomes.survival[0].observed is None


def test_an_id_with_few_repeats_is_still_the_id_but_less_surely() -> None:
    guess = guess_of(patient_id=[f"S{max(row, 1)}" for row in range(N)], arm=["A", "B"] * (N // 2))
    assert guess.id == "patient_id"
    assert reason_of(guess, "patient_id") == "different in all but 1 row, which must be looked at"
    assert score_of(guess, "patient_id") < 0.8


def test_a_number_of_the_study_is_the_id_and_the_record_number_is_personal() -> None:
    numbers = RNG.choice(8_000_000, N, replace=False) + 1_000_000
    guess = guess_of(**{"차트번호": numbers, "No": list(range(1, N + 1)), "arm": ["A", "B"] * (N // 2)})
    assert (guess.id, role_of(guess, "차트번호")) == ("No", "personal")
    alone = guess_of(**{"차트번호": numbers, "arm": ["A", "B"] * (N // 2)})
    assert alone.id == "차트번호"


def test_numbers_that_are_codes_by_their_name_are_categories() -> None:
    guess = guess_of(
        arm=["A", "B"] * (N // 2), etiology=RNG.permutation([1, 2, 3, 4] * (N // 4)), ecog=RNG.permutation(coin),
        age=RNG.integers(40, 80, N), os_months=times, os_event=coin,
    )  # fmt: skip
    kinds = {role.column: role.type for role in guess.columns}
    assert (kinds["etiology"], kinds["ecog"], kinds["age"]) == ("categorical", "numeric", "numeric")
    study = guess.to_settings()
    assert study is not None
    assert {item.column: item.type for item in study.covariates}["etiology"] == "categorical"


def test_responses_beside_labels_that_are_none_are_said_rather_than_used() -> None:
    guess = guess_of(best_response=["CR", "PR", "SD", "PD", "uPR", "SD", "PD", "SD"] * (N // 8))
    assert (guess.responses, role_of(guess, "best_response")) == ((), "after")


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("무진행생존기간(개월)", ["무진행생존", "기간", "개월"]),
        ("전체 생존 기간", ["전체생존", "기간"]),
        ("생존期間（月）", ["생존", "期間", "月"]),
        ("OS기간", ["os", "기간"]),
        ("사망일", ["사망", "일"]),
        ("단일기관", ["단일", "기관"]),
        ("음주력", ["음주", "력"]),
        ("심부전", ["심부전"]),
        ("last f/u", ["last", "fu"]),
        ("Best response (mRECIST)", ["best", "response", "mrecist"]),
        ("TRTSDT", ["treatment", "start", "date"]),
        ("OS_d", ["os", "d"]),
    ],
)
def test_names_written_without_spaces_fall_into_words(column: str, words: list[str]) -> None:
    assert split_words(column) == words


def test_the_table_of_roles_counts_and_shows_few_labels() -> None:
    guess = guess_of(arm=["A", "A", "A", "B"] * 10, x=[None, *range(39)], grade=list("abcdefgh") * 5)
    arm, number, grade = guess.columns
    assert (arm.labels, arm.n_missing, arm.n_distinct, arm.type) == (("A", "B"), 0, 2, "categorical")
    assert (number.labels, number.n_missing, number.n_distinct, number.type) == ((), 1, 39, "numeric")
    assert len(grade.labels) == 5


def test_columns_are_described_for_the_screen() -> None:
    cohort = cohort_of(
        id=["a", "b", "c", "d"],
        arm=["A", "B", "A", None],
        age=[18, 84, 18, 50],
        empty=[None] * 4,
        text=["1", "2", "2", "1"],
    )
    assert describe_columns(cohort) == {
        "id": "text, all different",
        "arm": "A, B, 1 missing",
        "age": "numbers 18 to 84",
        "empty": "nothing",
        "text": "1, 2",
    }


name = st.one_of(
    st.sampled_from(
        [
            *("arm", "time", "status", "os", "os_event", "id", "bor", "age", "t", "", "응급", "pfs_months", "date"),
            *("index_date", "death_date", "last_contact", "진행일", "生存期間（月）", "CNSR", "alive", "name"),
        ]
    ),
    st.text(max_size=8),
)
column = st.one_of(
    st.lists(st.one_of(st.floats(), st.none()), min_size=5, max_size=5),
    st.lists(
        st.sampled_from(["A", "B", "1", "0", "CR", "PD", "dead", "alive", "2024-01-01", None]), min_size=5, max_size=5
    ),
    st.lists(st.text(max_size=4), min_size=5, max_size=5),
    st.lists(st.datetimes(), min_size=5, max_size=5).map(lambda values: [value.isoformat() for value in values]),
    st.lists(
        st.one_of(st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)), st.none()), min_size=5, max_size=5
    ).map(lambda values: pd.Series(values, dtype="datetime64[ns]").tolist()),
    st.just([None] * 5),
)


@settings(max_examples=60, deadline=None)
@given(columns=st.dictionaries(name, column, min_size=1, max_size=7))
def test_it_never_raises_and_says_something_of_every_column(columns: dict[str, list[Any]]) -> None:
    cohort = cohort_of(
        **{key: [np.nan if v is None and _numeric(values) else v for v in values] for key, values in columns.items()}
    )
    guess = guess_roles(cohort)
    assert [role.column for role in guess.columns] == list(columns)
    assert all(role.reason and 0 <= role.score <= 1 for role in guess.columns)
    study = guess.to_settings()
    assert study is None or isinstance(study, StudySettings)
    assert set(describe_columns(cohort)) == set(columns)


def _numeric(values: list[Any]) -> bool:
    return all(value is None or isinstance(value, float) for value in values)


def test_doses_of_one_treatment_are_no_two_arms() -> None:
    labels = (
        ["sorafenib 400mg bid"] * 14 + ["Sorafenib 800 mg"] * 12 + ["lenvatinib 8mg"] * 8 + ["Lenvatinib 12mg qd"] * 6
    )
    treatment = guess_of(treatment=labels).treatment
    assert treatment is not None
    assert {treatment.treated, treatment.control} == {"sorafenib 400mg bid", "lenvatinib 8mg"}
    assert treatment.arms_score <= 0.2
    assert "18 patients would be in neither arm" in treatment.reason
    for arms in (["TACE", "TACE + RT", "RFA"], ["Arm 1", "Arm 2", "Control"]):
        treatment = guess_of(treatment=[arms[row % 3] for row in range(N)]).treatment
        assert treatment is not None
        assert "doses" not in treatment.reason


def test_which_two_of_three_arms_are_compared_is_a_question() -> None:
    rows = "".join(
        f"{number},{'XYZ'[number % 3]},{50 + number % 20},{3 + number % 11},{number % 2}\n" for number in range(60)
    )
    guess = guess_roles(read_text("id,group,age,os_months,os_event\n" + rows))
    assert guess.treatment is not None
    assert guess.treatment.column == "group"
    assert guess.treatment.arms_score <= 0.5


def test_an_event_that_all_patients_had_is_an_event() -> None:
    months = list(RNG.uniform(1, 30, N).round(1))
    guess = guess_of(arm=["A", "B"] * (N // 2), age=list(range(N)), pfs_months=months, pfs_event=[1] * N)
    assert [(item.name, item.time, item.event, item.observed) for item in guess.endpoints] == [
        ("PFS", "pfs_months", "pfs_event", ("1",))
    ]
    assert guess_of(arm=["A", "B"] * (N // 2), pfs_months=months, pfs_event=[0] * N).endpoints == ()


@pytest.mark.parametrize(("time", "event", "name"), [("pfs_months", "pfs_event", "PFS"), ("OS (m)", "Death", "OS")])
def test_an_event_or_nothing_is_an_event_of_which_somebody_must_say_what_blank_means(
    time: str, event: str, name: str
) -> None:
    columns = {time: list(RNG.uniform(1, 30, N).round(1)), event: ["Y"] * (N - 5) + [None] * 5}
    guess = guess_of(arm=["A", "B"] * (N // 2), age=list(range(N)), **columns)
    (endpoint,) = guess.endpoints
    assert (endpoint.name, endpoint.time, endpoint.event, endpoint.observed) == (name, time, event, None)
    assert endpoint.score <= 0.5
    assert "whether blank means no event must be said" in endpoint.reason


def test_one_value_and_blanks_may_be_a_no() -> None:
    guess = guess_of(arm=["A", "B"] * (N // 2), pvt=["Y"] * 12 + [None] * (N - 12))
    column = next(item for item in guess.columns if item.column == "pvt")
    assert column.role == "ignore"
    assert column.reason == f"holds one value only, in 12 of {N} rows; if blank means no, write it in the file"
