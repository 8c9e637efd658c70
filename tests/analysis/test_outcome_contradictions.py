"""What a study may not say of competing events and of a landmark."""

from typing import Any

import pytest

from analysis.contradictions import contradictions
from analysis.outcomes.safety.comparison import ANY_TERM
from analysis.settings import StudySettings

DATES = {"index": "d0", "progression": "d1", "death": "d2", "last_contact": "d3"}
RESPONSE = [{"name": "BOR", "column": "bor"}]
FROM_COLUMNS = {"name": "TTP", "time": "t", "event": "e", "observed": ["1"]}


def found(dates: dict[str, str] | None = None, **outcomes: Any) -> tuple[str, ...]:
    values = {
        "treatment": {"column": "arm", "treated": "a", "control": "b"},
        "covariates": ["age"],
        "dates": dates,
        "outcomes": {"survival": [FROM_COLUMNS]} | outcomes,
    }
    return contradictions(StudySettings.model_validate(values))


def from_dates(kind: str, *competing: str) -> list[dict[str, Any]]:
    return [{"name": "TTP", "from_dates": kind, "competing": list(competing)}]


@pytest.mark.parametrize(
    ("sentence", "dates", "outcomes"),
    [
        (
            "a label means the event or what competes with it, not both; 1 stands in observed and in competing.",
            None,
            {"survival": [FROM_COLUMNS | {"competing": ["1"]}]},
        ),
        (
            "death is part of the event and nothing else is dated; remove competing.",
            DATES,
            {"survival": from_dates("pfs", "death")},
        ),
        ("write competing: [death].", DATES, {"survival": from_dates("ttp", "progression")}),
        (
            "needs to know who died; add dates.death, or dates.died for a column of labels.",
            {key: value for key, value in DATES.items() if key != "death"},
            {"survival": from_dates("ttp", "death")},
        ),
        (
            "outcomes.landmark.response must name a response endpoint; 'BOR' is none of them (none).",
            None,
            {"landmark": {"time": 3, "response": "BOR", "at": "r"}},
        ),
        (
            "outcomes.landmark needs the time at which 'BOR' was first seen; add at with its column, or dates.response.",
            None,
            {"landmark": {"time": 3, "response": "BOR"}, "response": [{"name": "BOR", "column": "bor"}]},
        ),
        (
            "covariates must be known before treatment; 'age' is the time of the response.",
            None,
            {"landmark": {"time": 3, "response": "BOR", "at": "age"}, "response": [{"name": "BOR", "column": "bor"}]},
        ),
        (
            "add a survival endpoint without competing events, or remove the landmark.",
            None,
            {"landmark": {"time": 3, "response": "BOR", "at": "r"}, "response": RESPONSE, "survival": []},
        ),
        (
            "add a survival endpoint without competing events, or remove the landmark.",
            None,
            {
                "landmark": {"time": 3, "response": "BOR", "at": "r"},
                "response": RESPONSE,
                "survival": [FROM_COLUMNS | {"competing": ["2"]}],
            },
        ),
        (
            "outcomes.adverse_events must give each its own name; 'rash' stands there 2 times.",
            None,
            {"adverse_events": ["rash", {"column": "rash_2", "name": "rash"}]},
        ),
        (
            f"outcomes.adverse_events: '{ANY_TERM}' is the line of all of them together; give another name.",
            None,
            {"adverse_events": [{"column": "rash", "name": ANY_TERM}]},
        ),
        (
            "outcomes.negative_control must name an endpoint of the study; 'fracture' is none of them ('TTP').",
            None,
            {"negative_control": "fracture"},
        ),
        (
            "outcomes.negative_control leaves nothing to compare: 'TTP' is the only endpoint. Add another.",
            None,
            {"negative_control": "TTP"},
        ),
        (
            "outcomes.negative_control must name one endpoint; 'TTP' is a survival endpoint and a response. Rename one.",
            None,
            {"negative_control": "TTP", "response": [{"name": "TTP", "column": "bor"}]},
        ),
    ],
)
def test_each_contradiction_is_one_sentence(
    sentence: str, dates: dict[str, str] | None, outcomes: dict[str, Any]
) -> None:
    told = found(dates, **outcomes)
    assert len(told) == 1
    assert sentence in told[0]


def test_sound_studies_have_none() -> None:
    assert found(DATES, survival=from_dates("ttp", "death")) == ()
    responses = [{"name": "BOR", "column": "bor"}]
    assert found(negative_control="BOR", response=responses) == ()
    assert found(DATES | {"response": "d4"}, landmark={"time": 3, "response": "BOR"}, response=responses) == ()
