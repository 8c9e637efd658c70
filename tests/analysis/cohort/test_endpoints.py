"""Times and events: what is taken, and each thing that is refused in its own words."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.endpoints import EndpointData, read_endpoint
from analysis.cohort.findings import Findings
from analysis.settings import SurvivalEndpoint
from tests.analysis.cohort.files import cohort_of

N = 8


def read(
    time: list[Any], event: list[Any], *, observed: tuple[str, ...] | None = None, zero: Any = "refuse"
) -> tuple[EndpointData | None, Findings]:
    table = cohort_of(time=time, event=event).table
    findings = Findings()
    endpoint = SurvivalEndpoint(name="OS", time="time", event="event", observed=observed)
    return read_endpoint(table, np.ones(len(table), dtype=bool), endpoint, zero, findings), findings


def sentences(findings: Findings) -> list[str]:
    return [problem.text for problem in findings.errors]


TIMES = [1.0, 2, 3, 4, 5, 6, 7, 8]
EVENTS = [1, 0, 1, 0, 1, 0, 1, 0]


def test_times_and_events_as_they_are() -> None:
    data, findings = read([1.5, np.nan, 3, 4], ["dead", "alive", None, "dead"])
    assert data is not None
    assert findings.errors == ()
    assert data.known.tolist() == [True, False, False, True]
    assert data.event.tolist() == [True, False, False, True]
    assert data.time[data.known].tolist() == [1.5, 4.0]
    assert np.isnan(data.time[1])


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        (
            [-1, -2, *TIMES[2:]],
            "time: every time must be a number above 0; 2 of 8 are negative. Correct them or leave them blank.",
        ),
        (
            [np.inf, *TIMES[1:]],
            "time: every time must be a number above 0; 1 of 8 is infinite. Correct them or leave them blank.",
        ),
        (
            [0, *TIMES[1:]],
            "time: every time must be above 0; 1 of 8 is 0. Correct them, or keep them with zero_times: keep.",
        ),
        ([None] * N, "time: OS needs times, and all 8 cells are missing. Choose another column."),
        (
            ["1", "2", "3", "4", "5", "6", "x", "y"],
            "time: all cells must be numbers; 2 of 8 cells are not numbers. Correct these cells or leave them blank. "
            "A time is the number of days, weeks, months or years from the start of treatment.",
        ),
        (
            pd.to_datetime(["2024-01-01"] * N).tolist(),
            "time: all cells must be numbers, and the column holds dates. "
            "A time is the number of days, weeks, months or years from the start of treatment.",
        ),
    ],
)
def test_impossible_times(time: list[Any], sentence: str) -> None:
    _, findings = read(time, EVENTS)
    assert sentences(findings) == [sentence]
    assert not findings.study


def test_every_problem_of_an_endpoint_is_told_at_once() -> None:
    _, findings = read([-1, 0, np.inf, 4, 5, 6, 7, 8], [1, 2, 1, 2, 1, 2, 1, 2])
    assert len(sentences(findings)) == 4


def test_times_of_zero_can_be_kept() -> None:
    data, findings = read([0, 0, *TIMES[2:]], EVENTS, zero="keep")
    assert data is not None
    assert data.known.all()
    assert [note.text for note in findings.notes] == ["time: 2 of 8 times are 0 and were kept."]


NEEDS = "event: the event column of OS must hold two labels, event and censored"


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ([None] * N, f"{NEEDS}; all 8 cells are missing. Choose another column."),
        (
            [1] * N,
            f"{NEEDS}; it holds one, “1”. Say in observed whether it means the event, or choose another column.",
        ),
        (
            [0, 1, 2, 0, 1, 0, 1, 0],
            f"{NEEDS}; it holds 3: “0”, “1” and 1 label of fewer than 3 patients. "
            "Say in observed which of them mean the event.",
        ),
        (
            [1, 2] * 4,
            "event: it must be clear which label means the event of OS; it holds 1 and 2, which can be read in two "
            "ways (in R, 2 is the event and 1 is censored). "
            'Say which one means the event, in R\'s way observed: ["2"].',
        ),
        (
            ["P", "Q"] * 4,
            "event: it must be clear which label means the event of OS; it holds “P” and “Q”, which do not say which "
            "one is the event. Say in observed which label means the event.",
        ),
        (
            pd.to_datetime([f"2024-01-{day:02}" for day in range(1, 9)]).tolist(),
            f"{NEEDS}; it holds dates. Choose another column.",
        ),
    ],
)
def test_codings_that_cannot_be_read(event: list[Any], sentence: str) -> None:
    data, findings = read(TIMES, event)
    assert data is None
    assert sentences(findings) == [sentence]


def test_a_column_of_many_values_is_no_event() -> None:
    _, findings = read([*TIMES, *TIMES], [f"name {row}" for row in range(16)])
    assert sentences(findings) == [f"{NEEDS}; it holds 16 different values. Choose another column."]


def test_a_column_called_the_opposite_must_be_explained() -> None:
    table = cohort_of(time=TIMES, censored=EVENTS).table
    findings = Findings()
    endpoint = SurvivalEndpoint(name="OS", time="time", event="censored")
    assert read_endpoint(table, np.ones(N, dtype=bool), endpoint, "refuse", findings) is None
    assert "its name says the opposite of an event" in sentences(findings)[0]
    told = SurvivalEndpoint(name="OS", time="time", event="censored", observed=("0",))
    data = read_endpoint(table, np.ones(N, dtype=bool), told, "refuse", Findings())
    assert data is not None
    assert data.event.tolist() == [value == 0 for value in EVENTS]


def test_observed_settles_any_coding() -> None:
    data, findings = read(TIMES, [1, 2] * 4, observed=("2",))
    assert data is not None
    assert data.event.tolist() == [False, True] * 4
    assert findings.notes == []
    data, findings = read(TIMES, [0, 1, 2, 0, 1, 2, 0, 1], observed=("1", "2"))
    assert data is not None
    assert data.event.sum() == 5
    assert findings.notes == []
    data, findings = read(TIMES, [0, 1, 2, 0, 1, 2, 0, 1], observed=("2",))
    assert data is not None
    assert data.event.sum() == 2
    assert [note.code for note in findings.notes] == ["several_censored_labels"]
    data, findings = read(TIMES, [1] * N, observed=("1",))
    assert data is not None
    assert data.event.all()
    assert [note.code for note in findings.notes] == ["no_censoring"]


def test_an_observed_label_that_is_not_there_is_the_study_files_fault() -> None:
    data, findings = read(TIMES, ["yes", "no"] * 4, observed=("dead", "yes"))
    assert data is None
    assert [problem.text for problem in findings.study] == [
        "The labels in observed of OS must be in the column “event”, and “dead” is not; it holds “no” and “yes”. "
        "Write the labels as they are there."
    ]


def test_only_rows_of_the_arms_can_be_at_fault() -> None:
    table = cohort_of(time=["1", "2", "3", "4", "x"], event=[1, 0, 1, 0, 1]).table
    rows = np.array([True, True, True, True, False])
    findings = Findings()
    endpoint = SurvivalEndpoint(name="OS", time="time", event="event")
    data = read_endpoint(table, rows, endpoint, "refuse", findings)
    assert findings.errors == ()
    assert data is not None
    assert data.time.tolist() == [1.0, 2.0, 3.0, 4.0]


def test_observed_labels_are_found_however_they_are_spelt() -> None:
    data, findings = read([1.0, 2, 3, 4], ["Dead", "dead ", "alive", "lost"], observed=("DEAD",))
    assert data is not None
    assert data.event.tolist() == [True, True, False, False]
    assert [note.code for note in findings.notes] == ["other_spelling", "several_censored_labels"]
