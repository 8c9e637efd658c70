"""The specification curve and the bootstrap in results, tables and figures, whole, partial and with counts hidden."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from analysis.reporting.robustness_results import (
    RobustnessFindings,
    bootstrap_sentences,
    robustness_document,
    robustness_figures,
    robustness_tables,
    suppress_robustness,
)
from analysis.robustness.bootstrap import Bootstrap, bootstrap_study
from tests.analysis.reporting.test_documented_keys import keys
from tests.analysis.robustness.cases import ONE_OF_EACH, curve_of, patients, robust_study

PAGE = (Path(__file__).parents[3] / "docs" / "results.md").read_text(encoding="utf-8")


@cache
def bootstrap() -> Bootstrap:
    settings = robust_study(ONE_OF_EACH)
    return bootstrap_study(patients(settings), settings, n_jobs=1)


@cache
def found() -> RobustnessFindings:
    return RobustnessFindings(curve=curve_of(ONE_OF_EACH), bootstrap=bootstrap())


def document() -> dict[str, Any]:
    return robustness_document(found(), "months")


def test_both_are_null_where_they_were_not_asked_for() -> None:
    assert robustness_document(None, "months") == {"specification_curve": None, "bootstrap": None}
    assert robustness_tables(None) == {}
    assert list(robustness_figures(RobustnessFindings(), "months")) == []


def test_the_document_is_plain_and_every_key_of_it_is_documented() -> None:
    values = document()
    json.dumps(values, allow_nan=False)
    curve = values["specification_curve"]
    assert (curve["n_done"], curve["n_planned"], curve["complete"]) == (5, 5, True)
    assert curve["chosen"]["estimate"] == found().curve.results[0].estimate  # type: ignore[union-attr]
    assert [key for key in keys(values) if not re.search(rf"\b{key}\b", PAGE)] == []


def test_a_stopped_curve_says_that_it_is_partial() -> None:
    curve = curve_of(ONE_OF_EACH)
    values = robustness_document(RobustnessFindings(curve=replace(curve, results=curve.results[:2])), "months")
    assert values["specification_curve"]["complete"] is False
    assert values["specification_curve"]["in_words"][0].startswith("Partial: 2 of 5")


def test_a_bootstrap_is_told_with_both_limits() -> None:
    told = bootstrap_sentences(bootstrap(), "months")
    assert told[0] == f"2,000 bootstrap replicates of {bootstrap().n_units} matched sets as they are; seed 0."
    assert [text.split(":")[0] for text in told[2:]] == ["95% CI by percentiles", "95% CI by BCa"]
    stopped = replace(bootstrap(), number=bootstrap().number[:250], left_out=(), failed=(), accelerated=None)
    assert bootstrap_sentences(stopped, "months")[:2] == (
        "Partial: the bootstrap was stopped before its end.",
        f"250 of 2,000 planned bootstrap replicates of {bootstrap().n_units} matched sets as they are; seed 0.",
    )


def test_tables_have_a_row_for_each_specification_and_replicate() -> None:
    tables = robustness_tables(found())
    assert len(tables["specifications"]) == 5
    assert tables["bootstrap"]["replicate"].tolist() == list(range(1, 2001))
    assert tables["bootstrap"]["estimate"].notna().sum() == bootstrap().number.size


def test_figures_are_of_the_curve_and_of_random_orders() -> None:
    assert [name for name, _ in robustness_figures(found(), "months")] == ["specification_curve", "random_orders"]


@pytest.mark.parametrize(("hidden", "kept"), [(set(), True), ({("OS", "after", "survival")}, False)])
def test_reasons_go_with_small_counts_and_all_goes_with_a_hidden_endpoint(
    hidden: set[tuple[str, str, str]], kept: bool
) -> None:
    values = document()
    suppress_robustness(values, hidden, 1000)
    assert (values["specification_curve"] is not None) is (values["bootstrap"] is not None) is kept
    if kept:
        assert values["specification_curve"]["failures"] is None
        assert values["bootstrap"]["n_units"] is None


def test_a_rate_gives_its_counts_away() -> None:
    rates = RobustnessFindings(curve=curve_of({**ONE_OF_EACH, "effect": "rate_difference"}))
    values = robustness_document(rates, "months")
    suppress_robustness(values, set(), 5)
    assert values["specification_curve"] is None
