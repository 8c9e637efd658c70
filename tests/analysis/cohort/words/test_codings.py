"""Codings of events and responses that need no question, and those that do."""

import pytest

from analysis.cohort.words.codings import (
    is_reversed_name,
    name_words,
    observed_label,
    responder_value,
    response_category,
)


@pytest.mark.parametrize(
    ("labels", "observed"),
    [
        (["0", "1"], "1"),
        (["True", "False"], "True"),
        (["yes", "NO"], "yes"),
        (["Y", "n"], "Y"),
        (["Dead", "Alive"], "Dead"),
        (["DIED", "alive"], "DIED"),
        (["deceased", "living"], "deceased"),
        (["event", "censored"], "event"),
        (["Progressed", "not progressed"], "Progressed"),
        (["Relapse", "no relapse"], "Relapse"),
        (["사망", "생존"], "사망"),
        (["예", "아니오"], "예"),
        (["死亡", "生存"], "死亡"),
        (["あり", "なし"], "あり"),
        (["+", "-"], "+"),
        (["있음", "없음"], "있음"),
        (["1: dead", "0: alive"], "1: dead"),
        (["1=사망", "2=생존"], "1=사망"),
        (["死亡", "転院"], "死亡"),
        (["사망", "추적소실"], "사망"),
        (["DOD", "NED"], "DOD"),
        (["Ｄｅａｄ", "Ａｌｉｖｅ"], "Ｄｅａｄ"),
    ],
)
def test_plain_codings_are_read_in_any_case_and_order(labels: list[str], observed: str) -> None:
    assert observed_label(labels, "status") == observed
    assert observed_label(labels[::-1], "status") == observed


@pytest.mark.parametrize(
    ("labels", "column"),
    [
        (["1", "2"], "status"),
        (["0", "2"], "status"),
        (["A", "B"], "status"),
        (["0", "1", "2"], "status"),
        (["1"], "status"),
        (["dead", "died"], "status"),
        (["Dead", "dead"], "status"),
        (["1", "alive"], "status"),
        (["0", "1"], "censored"),
        (["0", "1"], "os_cens"),
        (["yes", "no"], "alive"),
        (["yes", "no"], "isAlive"),
        (["Y", "N"], "생존여부"),
        (["0", "1"], "CNSR"),
        (["0", "1"], "생존상태"),
        (["0", "1"], "打ち切り"),
        (["O", "X"], "death"),
        (["DOD", "NED"], "rfs_status"),
        (["dead", "unknown"], "status"),
    ],
)
def test_codings_that_a_person_must_settle(labels: list[str], column: str) -> None:
    assert observed_label(labels, column) is None


def test_dead_and_alive_are_plain_even_in_a_column_called_alive() -> None:
    assert observed_label(["dead", "alive"], "alive") == "dead"


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("os_months", ["os", "months"]),
        ("OS (months)", ["os", "months"]),
        ("osMonths", ["os", "months"]),
        ("PFS", ["pfs"]),
        ("생존 기간", ["생존", "기간"]),
        ("", []),
    ],
)
def test_names_fall_into_words(column: str, words: list[str]) -> None:
    assert name_words(column) == words


def test_names_that_say_the_opposite_of_an_event() -> None:
    assert is_reversed_name("OS censored")
    assert is_reversed_name("event-free")
    assert not is_reversed_name("os_event")
    assert not is_reversed_name("survival_status")


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("CR", "CR"),
        ("pr", "PR"),
        ("Stable disease", "SD"),
        ("PROGRESSIVE  DISEASE", "PD"),
        ("complete_response", "CR"),
        ("Not evaluable", "NE"),
        ("ne", "NE"),
        ("부분관해", "PR"),
        ("完全奏効", "CR"),
        ("완전 관해", "CR"),
        ("평가불가", "NE"),
        ("部分奏効", "PR"),
        ("安定", "SD"),
        ("進行", "PD"),
        ("評価不能", "NE"),
        ("iCR", "CR"),
        ("CR (confirmed)", "CR"),
        ("PR*", "PR"),
        ("1: SD", "SD"),
        ("Partial response (PR)", "PR"),
        ("부분관해(PR)", "PR"),
        ("N/E", "NE"),
        ("uPR (PR)", None),
        ("Stable disease (PR)", None),
        ("PR (unconfirmed)", None),
        ("PR (80%)", None),
        ("uPR", None),
        ("iUPD", None),
        ("PR→PD", None),
        ("unknown", None),
        ("1", None),
    ],
)
def test_responses_by_code_or_name(label: str, category: str | None) -> None:
    assert response_category(label) == category


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("1", True),
        ("no", False),
        ("TRUE", True),
        ("Responder", True),
        ("non-responder", False),
        ("2", None),
        ("PR", None),
    ],
)
def test_responders(label: str, value: bool | None) -> None:
    assert responder_value(label) is value
