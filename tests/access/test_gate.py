"""The gate's memory: a session belongs to the person it was begun by."""

import pytest

from ui import session
from ui.access import gate
from ui.access.identity import Identity
from ui.access.visits import Visit
from ui.audit import events


def person(subject: str) -> Identity:
    return Identity(subject=subject, email="", roles=frozenset({"analyst"}), until=float("inf"), sign_in=(subject, 0.0))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(session, "delete_everything", lambda: found.append("wiped"))
    monkeypatch.setattr(events, "began", lambda who, visit, is_operator: found.append(f"let in {who}"))
    return found


def test_a_session_that_comes_back_with_another_person_holds_nothing_of_the_first(told: list[str]) -> None:
    visit = Visit(key="k", session=lambda: None)
    gate._welcome(visit, person("first"))
    visit.cohort = "digest"
    gate._welcome(visit, person("second"))
    first, second = (f"let in {events.named(subject, '')}" for subject in ("first", "second"))
    assert told == [first, "wiped", second]
    assert visit.identity is not None
    assert visit.identity.subject == "second"
    assert visit.cohort is None


def test_a_person_who_goes_on_keeps_everything(told: list[str]) -> None:
    visit = Visit(key="k", session=lambda: None)
    gate._welcome(visit, person("first"))
    gate._welcome(visit, person("first"))
    assert told == [f"let in {events.named('first', '')}"]
