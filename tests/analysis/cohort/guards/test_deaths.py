"""Labels and dates that disagree about who died."""

import numpy as np
import pytest

from tests.analysis.cohort.guards.cohorts import EVENT, LAST, NO_DATE, N, sound_cohort, sound_study, stamps, told

FROM_DATES = {"survival": [{"name": "OS", "from_dates": "os"}]}
STATUS = np.where(EVENT == 1, "Dead", "Alive")


def test_the_dead_without_a_date() -> None:
    dates = np.where(EVENT == 1, LAST, NO_DATE)
    dates[[0, 1, 4]] = NO_DATE
    cohort = sound_cohort(vital=STATUS, death_date=stamps(dates))
    found = told("death_without_date", cohort, sound_study(outcomes=FROM_DATES))
    assert (
        "vital",
        "vital: whoever is dead must have a date in death_date, and 3 of 30 deaths have none; they count as "
        "alive at the last contact, and survival looks longer than it is. Add the dates of death.",
    ) in found


def test_the_living_with_a_date() -> None:
    status = STATUS.copy()
    status[0] = "Alive"
    assert told("death_date_of_living", sound_cohort(vital=status)) == [
        (
            "vital",
            "vital: whoever is alive must have no date in death_date, and 1 of 31 patients has one; one of the two is "
            "wrong. Correct one of the two.",
        )
    ]


@pytest.mark.parametrize("labels", [("DOD", "NED"), ("사망", "생존"), ("死亡", "生存")])
def test_labels_that_agree_with_the_dates(labels: tuple[str, str]) -> None:
    cohort = sound_cohort(vital=np.where(EVENT == 1, *labels))
    assert told("death_without_date", cohort) == told("death_date_of_living", cohort) == []


def test_columns_that_do_not_say_who_died() -> None:
    columns = {"prior_death_in_family": STATUS[::-1].copy(), "mvi": ["yes", "no"] * (N // 2)}
    assert told("death_without_date", sound_cohort(**columns)) == []
