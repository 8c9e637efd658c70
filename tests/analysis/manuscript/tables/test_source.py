"""What tables look up: effects over imputed sets, and the tests that footnotes name."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from analysis.manuscript.publication import Publication
from analysis.manuscript.tables import source as sources
from analysis.manuscript.tables.draft import TableDraft
from analysis.manuscript.tables.source import TableSource, table_source
from analysis.manuscript.tables.words import Words


def test_every_pooled_measure_of_an_endpoint_is_found_where_it_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    ratio, mean, gap = {"estimate": 0.8}, {"estimate": 1.5}, {"estimate": 0.1}
    survival = {"outcome": "OS", "hazard_ratio": ratio, "rmst_difference": mean}
    response = {"outcome": "BOR", "objective_response": {"risk_difference": gap}, "disease_control": None}
    view = {"effects": [], "interactions": [], "survival": [survival], "response": [response]}
    document = {"imputation": {"pooled": {"after": view}}}
    monkeypatch.setattr(sources, "shown_document", lambda publication: document)
    found = table_source(cast(Publication, None))
    assert found.pooled_effect("after", "OS", "hazard_ratio") is ratio
    assert found.pooled_effect("after", "OS", "rmst_difference") is mean
    assert found.pooled_effect("after", "BOR", "objective_response_risk_difference") is gap
    assert found.pooled_effect("after", "BOR", "disease_control_risk_difference") is None
    assert found.pooled_effect("before", "OS", "hazard_ratio") is None


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("Wald", "Wald", 1),
        ("Wald", "Wald robust", 2),
        ("Wald", None, 1),
        (None, "Wald robust", 1),
    ],
)
def test_a_footnote_names_the_test_of_each_population(before: str | None, after: str | None, named: int) -> None:
    draft = TableDraft(Words("en"), 0.95)
    own: Any = SimpleNamespace(kind="weighting")
    note = TableSource.tests(own, draft, before, after)
    assert note is not None
    words = {draft.words.known("test", name) for name in (before, after) if name is not None}
    assert len(words) == named
    assert all(word in note for word in words)
    assert ("before" in note.lower()) is (before != after and before is not None)
    assert ("after" in note.lower()) is (before != after and after is not None)
    assert TableSource.tests(own, draft, None, None) is None
