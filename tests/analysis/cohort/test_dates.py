"""Endpoints from dates: by hand, by law, and against times that were computed elsewhere."""

import datetime
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.dates import PatientDates, as_of, dates_of_death, describe_censoring, observe
from analysis.settings import DatesSettings, SurvivalEndpoint

KINDS = ("os", "pfs", "ttp")


def days(*written: str | None) -> Any:
    return np.array([np.datetime64(day or "NaT", "D") for day in written])


def patient_dates(**columns: Any) -> PatientDates:
    n = len(columns["index"])
    never = np.full(n, np.datetime64("NaT", "D"))
    named = {name: columns.get(name, never) for name in ("progression", "death", "last_contact", "last_assessment")}
    unknown = np.array(columns.get("death_unknown", [False] * n))
    return PatientDates(index=columns["index"], death_unknown=unknown, **named)


EIGHT = patient_dates(
    #      progressed+died, died only,   progressed+alive, alive,       no assessment, no contact,  no index, undated death
    index=days(*["2020-01-01"] * 6, None, "2020-01-01"),
    progression=days("2020-03-01", None, "2020-05-01", None, None, None, "2020-02-01", None),
    death=days("2020-06-01", "2020-04-01", None, None, None, None, "2020-03-01", None),
    last_contact=days("2020-05-15", "2020-03-15", "2020-12-31", "2020-11-30", "2020-10-31", None, "2020-02-15", None),
    last_assessment=days(
        "2020-03-01", "2020-02-15", "2020-09-01", "2020-10-01", None, "2020-02-01", None, "2020-02-10"
    ),
    death_unknown=[False] * 7 + [True],
)
NAT = None


@pytest.mark.parametrize(
    ("kind", "ends", "events"),
    [
        (
            "os",
            ["2020-06-01", "2020-04-01", "2020-12-31", "2020-11-30", "2020-10-31", NAT, "2020-03-01", NAT],
            [True, True, False, False, False, False, True, False],
        ),
        (
            "pfs",
            ["2020-03-01", "2020-04-01", "2020-05-01", "2020-10-01", "2020-10-31", "2020-02-01", "2020-02-01", NAT],
            [True, True, True, False, False, False, True, False],
        ),
        (
            "ttp",
            [
                "2020-03-01",
                "2020-02-15",
                "2020-05-01",
                "2020-10-01",
                "2020-10-31",
                "2020-02-01",
                "2020-02-01",
                "2020-02-10",
            ],
            [True, False, True, False, False, False, True, False],
        ),
    ],
)
def test_eight_patients_by_hand(kind: Any, ends: list[str | None], events: list[bool]) -> None:
    observation = observe(kind, EIGHT)
    np.testing.assert_array_equal(observation.end, days(*ends))
    assert observation.event.tolist() == events


def test_death_competes_with_progression_on_its_own_day() -> None:
    dates = patient_dates(
        index=days(*["2020-01-01"] * 4),
        progression=days("2020-02-01", NAT, NAT, NAT),
        death=days("2020-03-01", "2020-05-01", NAT, NAT),
        last_assessment=days("2020-02-01", "2020-02-15", "2020-03-15", NAT),
        last_contact=days(NAT, NAT, "2020-06-01", "2020-07-01"),
    )
    observation = observe("ttp", dates, death_competes=True)
    np.testing.assert_array_equal(observation.end, days("2020-02-01", "2020-05-01", "2020-03-15", "2020-07-01"))
    assert observation.event.tolist() == [True, False, False, False]
    assert observation.competing is not None
    assert observation.competing.tolist() == [False, True, False, False]


def test_a_rule_says_that_death_competes() -> None:
    endpoint = SurvivalEndpoint(name="TTP", from_dates="ttp", competing=("death",))
    dates = DatesSettings(index="d0", progression="d1", death="d2", last_contact="d3", last_assessment="d4")
    assert describe_censoring(endpoint, dates) == (
        "From d0 to progression (d1); death without it (d2) is a competing event; patients alive without it are censored "
        "at the last assessment (d4), or without one at the last contact (d3)."
    )


def test_the_dead_without_an_assessment_are_censored_for_progression_at_death() -> None:
    dates = patient_dates(index=days("2020-01-01"), death=days("2020-04-01"), last_contact=days("2020-03-01"))
    observation = observe("ttp", dates)
    assert (observation.end[0], observation.event[0]) == (np.datetime64("2020-04-01"), False)


@pytest.mark.parametrize(
    ("kind", "ends", "events"),
    [
        (
            "os",
            ["2020-04-15", "2020-04-01", "2020-04-15", "2020-04-15", "2020-04-15", NAT, "2020-03-01", NAT],
            [False, True, False, False, False, False, True, False],
        ),
        (
            "pfs",
            ["2020-03-01", "2020-04-01", "2020-04-15", "2020-04-15", "2020-04-15", "2020-02-01", "2020-02-01", NAT],
            [True, True, False, False, False, False, True, False],
        ),
    ],
)
def test_what_lies_after_the_cutoff_is_not_known(kind: Any, ends: list[str | None], events: list[bool]) -> None:
    observation = observe(kind, as_of(EIGHT, datetime.date(2020, 4, 15)))
    np.testing.assert_array_equal(observation.end, days(*ends))
    assert observation.event.tolist() == events


def test_whoever_dies_after_the_cutoff_was_alive_on_it() -> None:
    dates = patient_dates(index=days("2020-01-01"), death=days("2021-01-01"), last_contact=days("2020-02-01"))
    observation = observe("os", as_of(dates, datetime.date(2020, 6, 30)))
    assert (observation.end[0], observation.event[0]) == (np.datetime64("2020-06-30"), False)


def test_an_event_on_the_cutoff_counts() -> None:
    observation = observe("os", as_of(EIGHT, datetime.date(2020, 6, 1)))
    assert (observation.end[0], observation.event[0]) == (np.datetime64("2020-06-01"), True)


def test_a_label_alone_dates_the_death_by_the_last_contact() -> None:
    death, contact = days("2020-04-01", None, None, None), days("2020-03-01", "2020-05-01", None, "2020-06-01")
    found = dates_of_death(death, np.array([True, True, True, False]), contact)
    np.testing.assert_array_equal(found, days("2020-04-01", "2020-05-01", None, None))
    assert dates_of_death(death, None, contact) is death


@st.composite
def consistent_dates(draw: st.DrawFn) -> PatientDates:
    """Patients who are assessed, progress, are contacted and die in that order, any of it missing at random."""
    n = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    index = np.datetime64("2020-01-01", "D") + rng.integers(0, 400, n)
    assessed = index + rng.integers(0, 300, n)
    progressed = assessed + rng.integers(0, 30, n)
    contact = progressed + rng.integers(0, 300, n)
    died = contact + rng.integers(0, 100, n)

    def some(column: Any, share: float) -> Any:
        return np.where(rng.random(n) < share, column, np.datetime64("NaT", "D"))

    return PatientDates(
        index=index,
        progression=some(progressed, 0.5),
        death=some(died, 0.5),
        last_contact=contact,
        last_assessment=some(assessed, 0.7),
        death_unknown=np.zeros(n, dtype=bool),
    )


COLUMNS = ("index", "progression", "death", "last_contact", "last_assessment")


@settings(max_examples=60, deadline=None)
@given(dates=consistent_dates(), shift=st.integers(-20_000, 20_000))
def test_the_calendar_does_not_matter(dates: PatientDates, shift: int) -> None:
    moved = replace(dates, **{name: getattr(dates, name) + shift for name in COLUMNS})
    for kind in KINDS:
        one, other = observe(kind, dates), observe(kind, moved)
        np.testing.assert_array_equal(other.end - moved.index, one.end - dates.index)
        assert other.event.tolist() == one.event.tolist()


@settings(max_examples=60, deadline=None)
@given(dates=consistent_dates())
def test_nobody_progresses_after_the_end_of_life(dates: PatientDates) -> None:
    survival, progression_free, progression = (observe(kind, dates) for kind in KINDS)
    assert (survival.end >= progression_free.end).all()
    assert (progression_free.end >= progression.end).all()
    assert (progression_free.event >= progression.event).all()
    assert (progression_free.event >= survival.event).all()


@settings(max_examples=60, deadline=None)
@given(dates=consistent_dates(), after=st.integers(0, 900))
def test_a_cutoff_takes_back_what_came_later_and_nothing_else(dates: PatientDates, after: int) -> None:
    cutoff = (np.datetime64("2020-01-01", "D") + after).astype(datetime.date)
    full, cut = observe("os", dates), observe("os", as_of(dates, cutoff))
    last = np.datetime64(cutoff, "D")
    assert cut.event.tolist() == (full.event & (full.end <= last)).tolist()
    np.testing.assert_array_equal(cut.end, np.minimum(full.end, last))


@settings(max_examples=30, deadline=None)
@given(dates=consistent_dates(), kind=st.sampled_from(KINDS))
def test_a_cutoff_after_the_last_date_changes_nothing(dates: PatientDates, kind: Any) -> None:
    full, cut = observe(kind, dates), observe(kind, as_of(dates, datetime.date(2030, 1, 1)))
    np.testing.assert_array_equal(cut.end, full.end)
    assert cut.event.tolist() == full.event.tolist()


ALL_DATES = {"index": "i", "progression": "p", "death": "d", "last_contact": "c", "last_assessment": "a"}


@pytest.mark.parametrize(
    ("kind", "dates", "sentence"),
    [
        ("os", ALL_DATES, "From i to death (d); patients alive are censored at the last contact (c)."),
        (
            "os",
            {"index": "i", "died": "x", "last_contact": "c", "cutoff": "2024-03-31"},
            "From i to death (x, dated by c); patients alive are censored at the last contact (c); nothing after the "
            "data cut-off on 2024-03-31 counts.",
        ),
        (
            "pfs",
            {**ALL_DATES, "died": "x"},
            "From i to progression (p) or death (d, or where that is blank x, dated by c), whichever came first; "
            "patients without either are censored at the last assessment (a), or without one at the last contact (c).",
        ),
        (
            "ttp",
            ALL_DATES,
            "From i to progression (p); patients without it, the dead among them, are censored at the last assessment "
            "(a), or without one at death, or without one at the last contact (c).",
        ),
        (
            "ttp",
            {"index": "i", "progression": "p", "last_assessment": "a"},
            "From i to progression (p); patients without it are censored at the last assessment (a).",
        ),
    ],
)
def test_the_rule_in_words(kind: Any, dates: dict[str, Any], sentence: str) -> None:
    endpoint = SurvivalEndpoint(name="x", from_dates=kind)
    assert describe_censoring(endpoint, DatesSettings.model_validate(dates)) == sentence


def test_an_endpoint_with_columns_has_no_rule() -> None:
    with pytest.raises(ValueError, match="own columns"):
        describe_censoring(SurvivalEndpoint(name="OS", time="t", event="e"), DatesSettings(index="i"))
