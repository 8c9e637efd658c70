"""Dates: what they are of by name and by order, and the endpoints and units that they give."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import RoleGuess, guess_roles
from analysis.cohort.words.date_words import date_use
from analysis.cohort.words.role_words import split_words
from tests.analysis.cohort.hospital_tables import (
    AGE,
    DEAD,
    DEATH,
    DIAGNOSIS,
    FOLLOWED,
    INDEX,
    LAST,
    PROGRESSION,
    iso,
    said,
)

N = len(AGE)


def guess_of(**columns: Any) -> RoleGuess:
    table = pd.DataFrame({"id": range(1, N + 1), "arm": ["A", "B", "B"] * (N // 3), "age": AGE, **columns})
    return guess_roles(read_cohort(table.to_csv(index=False).encode(), "cohort.csv"))


def column_of(guess: RoleGuess, name: str) -> Any:
    return next(item for item in guess.columns if item.column == name)


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("index_date", "index"),
        ("Randomisation date", "index"),
        ("RFSTDTC", "index"),
        ("first dose date", "treatment_start"),
        ("TRTSDT", "treatment_start"),
        ("치료시작일", "treatment_start"),
        ("첫 투여일", "treatment_start"),
        ("初回投与日", "treatment_start"),
        ("治療開始日", "treatment_start"),
        ("date_of_diagnosis", "diagnosis"),
        ("확진일", "diagnosis"),
        ("診断日", "diagnosis"),
        ("수술일", "surgery"),
        ("手術日", "surgery"),
        ("Date of death", "death"),
        ("DTHDT", "death"),
        ("사망일자", "death"),
        ("死亡日", "death"),
        ("pd_date", "progression"),
        ("재발일", "progression"),
        ("増悪日", "progression"),
        ("last_follow_up", "last_contact"),
        ("date last known alive", "last_contact"),
        ("LSTALVDT", "last_contact"),
        ("최종 내원일", "last_contact"),
        ("최종추적관찰일", "last_contact"),
        ("最終確認日", "last_contact"),
        ("最終来院日", "last_contact"),
        ("last CT date", "last_assessment"),
        ("최종영상검사일", "last_assessment"),
        ("最終評価日", "last_assessment"),
        ("date of best response", "response"),
        ("奏効日", "response"),
        ("end of treatment date", "treatment_end"),
        ("投与終了日", "treatment_end"),
        ("치료종료일", "treatment_end"),
        ("subsequent therapy date", "subsequent"),
        ("prior surgery date", "prior"),
        ("생년월일", "birth"),
        ("data cut-off", "cutoff"),
        ("검사일", None),
        ("date", None),
    ],
)
def test_uses_by_name(name: str, use: str | None) -> None:
    found = date_use(split_words(name))
    assert (found[0] if found is not None else None) == use


def test_the_start_of_treatment_is_time_zero_rather_than_the_diagnosis() -> None:
    guess = guess_of(diagnosis_date=iso(DIAGNOSIS), treatment_start_date=iso(INDEX), last_contact_date=iso(LAST))
    assert guess.dates is not None
    assert (guess.dates.index, guess.dates.treatment_start) == ("treatment_start_date", None)
    reason = column_of(guess, "treatment_start_date").reason
    assert (
        "rather than the diagnosis (“diagnosis_date”): a comparison of treatments begins with the treatment" in reason
    )


def test_an_index_date_and_a_start_of_treatment_are_both_kept() -> None:
    guess = guess_of(index_date=iso(DIAGNOSIS), treatment_start=iso(INDEX), last_contact=iso(LAST))
    assert guess.dates is not None
    assert (guess.dates.index, guess.dates.treatment_start) == ("index_date", "treatment_start")
    assert column_of(guess, "treatment_start").role == "treatment_start"


def test_dates_without_telling_names_are_told_by_their_order() -> None:
    guess = guess_of(date_a=iso(PROGRESSION), date_b=iso(INDEX), date_c=iso(LAST))
    assert {name: column_of(guess, name).role for name in ("date_a", "date_b", "date_c")} == {
        "date_a": "date",
        "date_b": "index_date",
        "date_c": "last_contact_date",
    }
    assert column_of(guess, "date_b").score <= 0.8
    assert "its name does not say so" in column_of(guess, "date_b").reason


def test_of_two_names_for_one_use_the_plainer_is_taken_and_less_surely() -> None:
    alone = guess_of(index_date=iso(INDEX), last_visit=iso(LAST))
    both = guess_of(index_date=iso(INDEX), last_visit=iso(LAST), last_seen=iso(LAST))
    assert column_of(both, "last_visit").role == "last_contact_date"
    assert column_of(both, "last_seen").role == "date"
    assert "“last_visit” was taken" in column_of(both, "last_seen").reason
    assert column_of(both, "last_visit").score < column_of(alone, "last_visit").score


def test_dates_against_their_order_score_less() -> None:
    right = guess_of(index_date=iso(INDEX), last_contact_date=iso(LAST))
    wrong = guess_of(index_date=iso(LAST), last_contact_date=iso(INDEX))
    assert column_of(right, "last_contact_date").score >= 0.9
    assert column_of(wrong, "last_contact_date").score <= 0.8
    assert "but before time zero in 100 % of patients" in column_of(wrong, "last_contact_date").reason


def test_endpoints_from_dates_with_a_column_of_deaths() -> None:
    guess = guess_of(
        index_date=iso(INDEX),
        progression_date=iso(PROGRESSION),
        last_contact=iso(LAST),
        status=said(DEAD, "dead", "alive"),
    )
    assert [(item.name, item.from_dates, item.time, item.event) for item in guess.endpoints] == [
        ("PFS", "pfs", None, None),
        ("OS", "os", None, None),
    ]
    assert guess.dates is not None
    assert (guess.dates.died, guess.dates.died_observed, guess.dates.death) == ("status", ("dead",), None)
    study = guess.to_settings()
    assert study is not None
    assert study.dates == guess.dates
    assert [item.from_dates for item in study.outcomes.survival] == ["pfs", "os"]
    assert (guess.time_unit, max(guess.times)) == ("months", 36.0)


def test_columns_are_preferred_to_dates_which_are_mentioned() -> None:
    guess = guess_of(
        index_date=iso(INDEX), death_date=iso(DEATH), last_contact=iso(LAST),
        os_months=(FOLLOWED / 30.4375).round(1), os_event=said(DEAD, 1, 0),
    )  # fmt: skip
    (endpoint,) = guess.endpoints
    assert (endpoint.time, endpoint.from_dates) == ("os_months", None)
    assert endpoint.reason.endswith("the file has dates for it too (“death_date” and “last_contact”)")


@pytest.mark.parametrize(
    ("name", "length", "decimals", "unit"),
    [
        ("os", 1, 0, "days"),
        ("os", 7, 1, "weeks"),
        ("os", 30.4375, 1, "months"),
        ("os", 30.4375, 0, "months"),
        ("os", 365.25, 2, "years"),
    ],
)
def test_dates_verify_the_unit_of_a_time(name: str, length: float, decimals: int, unit: str) -> None:
    times = (FOLLOWED / length).round(decimals)
    bare = guess_of(**{name: times}, os_event=said(DEAD, 1, 0))
    guess = guess_of(**{name: times}, os_event=said(DEAD, 1, 0), index_date=iso(INDEX), last_contact=iso(LAST))
    assert (guess.time_unit, guess.endpoints[0].unit) == ("months", unit)
    assert guess.endpoints[0].score > 0.9 > bare.endpoints[0].score
    assert "the time is that between the dates" in guess.endpoints[0].reason


def test_dates_that_contradict_the_stated_unit_are_believed_with_a_low_score() -> None:
    guess = guess_of(
        os_days=(FOLLOWED / 30.4375).round(1), os_event=said(DEAD, 1, 0), index_date=iso(INDEX), last_contact=iso(LAST)
    )
    (endpoint,) = guess.endpoints
    assert (endpoint.unit, endpoint.score) == ("months", 0.5)
    assert (
        "its name says days, but in 100 % of patients the time is that between the dates, in months" in endpoint.reason
    )


def test_dates_that_do_not_fit_the_times_say_nothing_of_the_unit() -> None:
    other = np.random.default_rng(3).permutation(FOLLOWED / 30.4375).round(1)
    guess = guess_of(os=other, os_event=said(DEAD, 1, 0), index_date=iso(INDEX), last_contact=iso(LAST))
    assert guess.endpoints[0].unit is None
    assert guess.time_unit_score < 0.7


def test_a_cut_off_is_taken_from_its_column() -> None:
    guess = guess_of(index_date=iso(INDEX), last_contact=iso(LAST), data_cutoff_date=["2024-03-31"] * N)
    assert guess.dates is not None
    assert str(guess.dates.cutoff) == "2024-03-31"
