"""Times and events whose names alone do not pair them."""

from typing import Any

import numpy as np
import pytest

from analysis.cohort.roles import RoleGuess, guess_roles
from tests.analysis.cohort.files import cohort_of

N = 40
MONTHS = np.linspace(1, 39, N).round(1)
EVENT, OTHER = [1, 0, 0, 1] * (N // 4), [1, 1, 0, 1, 0] * (N // 5)


def guess_of(**columns: Any) -> RoleGuess:
    return guess_roles(cohort_of(**({"arm": ["A", "B"] * (N // 2)} | columns)))


def pairs(guess: RoleGuess) -> list[tuple[str, str | None, str | None]]:
    return [(item.name, item.time, item.event) for item in guess.endpoints]


@pytest.mark.parametrize("name", ["progressed", "progression", "진행 여부", "増悪"])
def test_progressed_is_the_event_of_time_to_progression(name: str) -> None:
    assert pairs(guess_of(**{"TTP (months)": MONTHS, name: EVENT})) == [("TTP", "TTP (months)", name)]
    beside = {"PFS": MONTHS[::-1], "PFS event": OTHER, "TTP (months)": MONTHS, name: EVENT}
    assert pairs(guess_of(**beside)) == [("PFS", "PFS", "PFS event"), ("TTP", "TTP (months)", name)]


def test_progressed_is_the_event_of_a_pfs_time_that_has_no_other() -> None:
    assert pairs(guess_of(PFS=MONTHS[::-1], TTP=MONTHS, progressed=EVENT)) == [("PFS", "PFS", "progressed")]


def test_the_event_of_pfs_is_not_that_of_time_to_progression() -> None:
    assert pairs(guess_of(TTP=MONTHS, pfs_event=EVENT)) == []


@pytest.mark.parametrize("labels", [("lebt", "verstorben"), ("alive", "dead"), ("생존", "사망"), ("vivant", "décédé")])
@pytest.mark.parametrize("time", ["Überleben (Monate)", "survival_months", "time"])
def test_labels_that_say_who_died_make_it_overall_survival(time: str, labels: tuple[str, str]) -> None:
    [found] = guess_of(**{time: MONTHS, "Status": [labels[died] for died in EVENT]}).endpoints
    assert (found.name, found.time, found.observed) == ("OS", time, (labels[1],))


def test_a_status_of_numbers_does_not_say_who_died() -> None:
    assert [name for name, *_ in pairs(guess_of(survival=MONTHS, status=EVENT))] == ["Survival"]
