"""The page on the results file names every key there is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.reporting.results import results_document
from analysis.study import StudyResult
from tests.analysis.reporting.test_response_results import with_events
from tests.analysis.study.cases import imputed_result
from tests.analysis.study.outcome_cases import outcome_result

PAGE = (Path(__file__).parents[3] / "docs" / "results.md").read_text(encoding="utf-8")

OF_THE_DATA = {
    *("study", "software", "coefficients", "standard_errors", "categories", "unmatched", "unmatched_controls"),
    *("left_out_treated", "left_out_control", "left_out", "knots", "balance", "balance_other"),
}
"""Keys are terms, labels and reasons there, or told by a pattern."""


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            if key not in OF_THE_DATA:
                yield from keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


def test_every_key_is_named(result: StudyResult, overlap_result: StudyResult) -> None:
    found = {
        key
        for one in (result, overlap_result, imputed_result(), outcome_result(), with_events())
        for key in keys(results_document(one))
    }
    assert len(found) > 150
    assert sorted(key for key in found if not re.search(rf"\b{re.escape(key)}\b", PAGE)) == []
