"""The preview of an endpoint from dates, against figures worked by hand."""

import pytest

from analysis.cohort.reading import read_cohort
from ui.data.date_preview import preview_endpoint
from ui.form import ColumnRole, StudyDates, StudyForm
from ui.workspace import StudyState, Workspace

LINES = """start,death,seen
2020-01-01,2020-01-11,2020-01-11
2020-01-01,,2020-01-21
2020-01-01,2020-01-31,2020-01-31
2020-01-01,,2020-02-10
2020-01-01,2020-02-20,2020-02-20
,,2020-02-20
"""


def desk(dates: StudyDates) -> Workspace:
    cohort = read_cohort(LINES.encode(), "dates.csv")
    roles = tuple(ColumnRole(column=name) for name in ("start", "death", "seen"))
    return Workspace(cohort, "dates.csv", StudyForm(roles=roles, dates=dates, time_unit="days"))


def test_times_events_and_medians_are_those_of_the_file() -> None:
    # Times 10+, 20c, 30+, 40c, 50+: survival 4/5, then 4/5 * 2/3 = 0.53, then 0 at 50.
    # Of the censored, seen as events: 3/4 of those under observation at 20, then 1/2 of that at 40.
    found = preview_endpoint(desk(StudyDates(index="start", death="death", last_contact="seen")), StudyState(), "os")
    assert found is not None
    assert (found.n, found.n_known, found.n_events) == (6, 5, 3)
    assert found.median == 50
    assert found.follow_up == 40
    assert found.problems == ()


def test_without_time_zero_there_is_nothing_to_preview() -> None:
    assert preview_endpoint(desk(StudyDates(death="death")), StudyState(), "os") is None


def test_dates_that_cannot_be_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = preview_endpoint(desk(StudyDates(index="seen", death="death", last_contact="start")), StudyState(), "os")
    assert found is not None
    assert found.n_known == 0
    assert any("must not lie before the index date" in text for text in found.problems)
