"""Codings of events: what is told, what is only proposed, and what is left open."""

import pytest

from analysis.cohort.guesses.event_coding import guess_coding
from analysis.cohort.selection import select_patients
from tests.analysis.cohort.files import small_cohort, study_of


@pytest.mark.parametrize(
    ("labels", "column", "observed"),
    [
        (["1: dead", "0: alive"], "status", {"1: dead"}),
        (["0=생존", "1=사망"], "상태", {"1=사망"}),
        (["死亡", "生存", "打ち切り", "転院", "追跡不能"], "転帰", {"死亡"}),
        (["사망", "생존중", "추적소실", "확인불가"], "생사", {"사망"}),
        (["DOD", "AWD", "NED", "LTFU"], "status", {"DOD"}),
        (["Dead", "dead", "alive", "unknown"], "vital", {"Dead", "dead"}),
        (["+", "-"], "death", {"+"}),
        (["O", "X"], "사망여부", {"O"}),
        (["○", "×"], "死亡", {"○"}),
        (["T", "F"], "died", {"T"}),
        (["有", "無"], "死亡有無", {"有"}),
        (["0", "1"], "CNSR", {"0"}),
        (["0", "1", "2"], "cnsr", {"0"}),
        (["0", "1"], "alive", {"0"}),
        (["Y", "N"], "생존여부", {"N"}),
        (["0", "1"], "Survival status (1 dead, 0 alive)", {"1"}),
        (["0", "1"], "vital (alive=1, dead=0)", {"0"}),
        (["1", "2"], "status 1=censored 2=event", {"2"}),
        (["0", "1"], "사망(0:생존,1:사망)", {"1"}),
    ],
)
def test_one_reading_is_told(labels: list[str], column: str, observed: set[str]) -> None:
    coding = guess_coding(labels, column)
    assert coding.observed is not None
    assert set(coding.observed) == observed
    assert coding.proposed is None
    assert coding.certainty >= 0.8


@pytest.mark.parametrize(
    ("labels", "column", "proposed"),
    [
        (["1", "2"], "status", ("2",)),
        (["0", "1"], "os_cens", ("0",)),
        (["yes", "no"], "censored", ("no",)),
        (["O", "X"], "death", ("O",)),
        (["A", "B"], "status", None),
        (["DOD", "NED"], "dfs_status", None),
        (["0", "1", "2"], "status", None),
        (["unknown"], "status", None),
        (["0", "1"], "dead or alive", None),
    ],
)
def test_what_can_be_read_in_two_ways_is_proposed_at_most(
    labels: list[str], column: str, proposed: tuple[str, ...] | None
) -> None:
    coding = guess_coding(labels, column)
    assert coding.observed is None
    assert coding.proposed == proposed
    assert coding.certainty <= 0.5
    assert "must be said" in coding.reason


def test_a_reversed_column_says_why() -> None:
    assert guess_coding(["0", "1"], "CNSR").reason.startswith("“0” means the event, because CNSR counts censoring")
    assert guess_coding(["0", "1"], "alive").reason.endswith("because the column's name says who is alive")


def test_unknown_is_neither_event_nor_censored() -> None:
    event = ["dead", "alive", "unknown", "dead", "alive", "alive", "dead", "확인불가"]
    survival = [{"name": "OS", "time": "time", "event": "event", "observed": ["dead"]}]
    (endpoint,) = select_patients(small_cohort(event=event), study_of(outcomes={"survival": survival})).endpoints
    assert endpoint.event.tolist() == [True, False, False, True, False, False, True, False]
    assert endpoint.known.tolist() == [True, True, False, True, True, True, True, False]
