"""The figure of a specification curve and its words."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import plotly.graph_objects as go
import pytest

from analysis.robustness.result import SpecificationCurve
from charts.files import figure_file
from charts.specification_curve import (
    curve_sentences,
    describe_orders,
    describe_specifications,
    order_figure,
    order_publication,
    specification_figure,
    specification_publication,
    specification_rows,
)
from charts.specification_curve.content import curve_content, order_content
from charts.style import DARK, LIGHT, SINGLE_COLUMN_MM, Theme
from tests.analysis.robustness.cases import ONE_OF_EACH, curve_of


@cache
def small() -> SpecificationCurve:
    """This study, three random orders, and overlap weights."""
    return curve_of(ONE_OF_EACH)


@cache
def rates() -> SpecificationCurve:
    return curve_of({**ONE_OF_EACH, "effect": "rate_difference"})


def with_estimates(*estimates: float, p_values: tuple[float, ...]) -> SpecificationCurve:
    """A curve whose first specifications have these effects; the last one failed."""
    curve = small()
    results = [
        replace(result, estimate=value, ci_lower=value / 2, ci_upper=value * 2, p_value=p)
        for result, value, p in zip(curve.results, estimates, p_values, strict=False)
    ]
    failed = replace(
        curve.results[-1], estimate=None, ci_lower=None, ci_upper=None, p_value=None, failure="No weights."
    )
    return replace(curve, results=(*results, failed))


def test_estimates_are_sorted_and_each_has_its_choices_beneath() -> None:
    content = curve_content(small(), time_unit="months")
    assert content.n == 5
    assert (np.diff(content.estimate) >= 0).all()
    assert content.chosen is not None
    assert content.estimate[content.chosen] == small().results[0].estimate
    rows = {(row.dimension, row.option): set(row.places.tolist()) for row in content.rows}
    assert rows["Method", "Nearest"] | rows["Method", "Overlap weights"] == set(range(5))
    assert rows["Order", "closest"] == {content.chosen}
    assert len(rows["Order", "random"]) == 3
    assert "Caliper" not in {row.dimension for row in content.rows}, "it does not vary"


def test_limits_beyond_the_axis_are_cut_and_counted() -> None:
    curve = small()
    wide = replace(curve.results[1], ci_upper=1e6)
    content = curve_content(replace(curve, results=(curve.results[0], wide, *curve.results[2:])), time_unit="months")
    assert content.upper.max() <= content.range[1] < 1e6
    assert "cut at the axis in 1" in content.note


def test_a_curve_is_summed_up_in_sentences() -> None:
    curve = with_estimates(0.5, 0.4, 0.8, 1.25, p_values=(0.04, 0.01, 0.3, 0.02))
    assert curve_sentences(curve, "months") == (
        "5 specifications were carried out.",
        "3 of 4 (75%) estimates lie on the same side of no effect as this study's.",
        "p < 0.05 with a ratio below 1 in 2 of 4 (50%), with one above 1 in 1 of 4 (25%).",
        "Hazard ratio of OS in all of them: from 0.40 to 1.25, median 0.65.",
        "The order of matching alone, 3 random orders, moves it from 0.40 to 1.25; p < 0.05 in 2 of 3 (67%).",
        "1 specification could not estimate an effect: No weights.",
    )
    partial = replace(curve, results=curve.results[:1])
    assert curve_sentences(partial, "months")[0].startswith("Partial: 1 of 5 specifications were carried out")
    assert "Partial: 1 of 5 carried out" in curve_content(partial, time_unit="months").note
    assert "1 could not estimate an effect and are not drawn" in curve_content(curve, time_unit="months").note


def test_a_rate_is_told_in_percentage_points() -> None:
    assert "percentage points" in describe_specifications(rates(), "months")
    assert "(percentage points)" in curve_content(rates(), time_unit="months").title
    assert describe_orders(rates(), "months").startswith("Histogram. Difference of response rates of ")


def test_random_orders_are_counted_once_each() -> None:
    content = order_content(small(), time_unit="months")
    assert content.counts.sum() == 3
    assert content.chosen == small().results[0].estimate


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("curve", [small, rates])
def test_plotly_accepts_every_property_in_either_theme(curve: Callable[[], SpecificationCurve], theme: Theme) -> None:
    for figure in (specification_figure(curve(), theme=theme), order_figure(curve(), theme=theme)):
        assert go.Figure(figure.to_dict()).layout.font.color == theme.text


def test_many_specifications_are_strokes_of_one_path(monkeypatch: pytest.MonkeyPatch) -> None:
    dots = specification_figure(small()).data
    monkeypatch.setattr("charts.specification_curve.screen.MOST_DOTS", 3)
    strokes = specification_figure(small()).data
    assert [trace.mode for trace in dots].count("lines") + 1 == [trace.mode for trace in strokes].count("lines")
    assert len(dots) == len(strokes)


def test_both_figures_are_printed_on_one_column() -> None:
    for figure in (
        specification_publication(small(), width=SINGLE_COLUMN_MM),
        order_publication(rates(), width=SINGLE_COLUMN_MM),
    ):
        assert figure.get_size_inches()[0] * 25.4 == pytest.approx(SINGLE_COLUMN_MM, abs=1e-9)
        assert figure_file(figure, "svg", title="curve").startswith(b"<?xml")


def test_the_table_has_every_specification_done_or_not() -> None:
    table = specification_rows(with_estimates(0.5, p_values=(0.04,)))
    assert table["done"].tolist() == [True, False, False, False, True]
    assert table["number"].tolist() == [1, 2, 3, 4, 5]
    assert table["chosen"].tolist() == [True, False, False, False, False]
    assert table["order_only"].tolist() == [False, True, True, True, False]
    assert table["failure"].tolist()[-1] == "No weights."
    assert table.loc[0, "estimate"] == 0.5
    assert table["estimate"].isna().tolist() == [False, True, True, True, True]
    assert table["caliper"].tolist() == ["0.2", "0.2", "0.2", "0.2", None]
