"""Event labels that say the opposite of an event."""

import pytest

from analysis.cohort.findings import Remedy
from tests.analysis.cohort.files import cohort_of, study_of
from tests.analysis.cohort.guards.cohorts import AGE, DAYS, N, problems

SENTENCE = (
    "{column}: the labels in observed must mean that OS happened, and by the words of the column they mean that it did "
    "not; events and censored patients would change places. Choose the other labels, if so."
)


@pytest.mark.parametrize(
    ("column", "labels", "observed", "fires"),
    [
        ("os_event", [1, 0], ["0"], True),
        ("os_event", [1, 0], ["1"], False),
        ("alive", [1, 0], ["1"], True),
        ("alive", [1, 0], ["0"], False),
        ("status", ["dead", "alive"], ["alive"], True),
        ("status", ["dead", "alive"], ["dead"], False),
        ("status", [1, 2], ["1"], False),
    ],
)
def test_reversed_labels(column: str, labels: list[object], observed: list[str], fires: bool) -> None:
    outcomes = {"survival": [{"name": "OS", "time": "t", "event": column, "observed": observed}]}
    cells = [labels[0], labels[0], labels[1], labels[1]] * (N // 4)
    cohort = cohort_of(arm=["A", "B"] * (N // 2), age=AGE, t=DAYS / 30, **{column: cells})
    found = [item for item in problems(cohort, study_of(outcomes=outcomes)) if item.code == "event_reversed"]
    assert [item.text for item in found] == ([SENTENCE.format(column=column)] if fires else [])
    if fires:
        assert found[0].remedy == Remedy(kind="swap_event", column="OS", words="Turn the event of OS round")
