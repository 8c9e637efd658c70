"""The Love plot shows the balance's differences in the order of those before matching."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.design.balance import CovariateBalance, covariate_balance
from analysis.settings import BalanceSettings
from charts.balance import describe_love, love_figure, love_publication
from charts.balance.content import love_content
from charts.style import format_smd
from tests.charts.cases import balance, design


def test_points_are_the_sizes_of_the_results_differences() -> None:
    result = balance()
    figure = love_figure(result, population="compare")
    before, after = (trace for trace in figure.data if trace.mode == "markers")
    order = np.argsort([-abs(smd) for smd in result.smd_before], kind="stable")
    np.testing.assert_allclose(before.x, [abs(result.smd_before[row]) for row in order])
    np.testing.assert_allclose(after.x, [abs(result.smd_after[row]) for row in order])
    assert list(before.y) == list(after.y) == sorted(before.y)
    names = [result.terms[row].replace("=", ": ") for row in order]
    assert list(figure.layout.yaxis.ticktext) == names


def test_before_is_hollow_and_after_is_filled() -> None:
    figure = love_figure(balance(), population="compare")
    before, after = (trace for trace in figure.data if trace.mode == "markers")
    assert (before.marker.symbol, after.marker.symbol) == ("circle-open", "circle")


@pytest.mark.parametrize(("population", "shown"), [("before", ["Before matching"]), ("after", ["After matching"])])
def test_one_population_is_shown_alone(population: str, shown: list[str]) -> None:
    figure = love_figure(balance(), population=population)
    assert [trace.name for trace in figure.data if trace.mode == "markers"] == shown


def test_lines_stand_at_a_tenth_and_a_fifth_and_the_band_ends_where_chance_does() -> None:
    result = balance()
    for population, chance in (("before", result.chance_smd_before), ("compare", result.chance_smd_after)):
        figure = love_figure(result, population=population)
        lines = [shape.x0 for shape in figure.layout.shapes if shape.type == "line"]
        (band,) = [shape for shape in figure.layout.shapes if shape.type == "rect" and shape.xref == "x"]
        assert lines == [0.1, 0.2]
        assert band.x0 == 0
        assert band.x1 == pytest.approx(min(chance, figure.layout.xaxis.range[1]))
        assert any(format_smd(chance) in note.text for note in figure.layout.annotations)


def test_switching_the_view_does_not_move_the_axis() -> None:
    ends = {love_figure(balance(), population=view).layout.xaxis.range for view in ("before", "after", "compare")}
    assert len(ends) == 1


def test_height_grows_with_the_terms_and_an_overview_says_what_it_leaves_out() -> None:
    rng = np.random.default_rng(2)
    covariates = pd.DataFrame({f"covariate {number}": rng.normal(size=40) for number in range(40)})
    many = covariate_balance(covariates, np.arange(40) < 15, np.ones(40))
    few = love_figure(balance(), population="compare").layout.height
    assert love_figure(many, population="compare").layout.height > few + 30 * 20
    short = love_content(many, "compare", 10)
    assert len(short.terms) == 10
    assert "30 terms with smaller differences are not drawn" in short.sentence
    largest = max(max(abs(before), abs(after)) for before, after in zip(many.smd_before, many.smd_after, strict=True))
    drawn = max(max(term.shown("before") or 0, term.shown("after") or 0) for term in short.terms)
    assert drawn == pytest.approx(largest)


def test_an_overview_keeps_the_marks_and_leaves_the_sentence_out() -> None:
    whole, brief = (love_figure(balance(), population="compare", compact=compact) for compact in (False, True))
    assert [list(trace.x) for trace in brief.data] == [list(trace.x) for trace in whole.data]
    words = [note.text for note in brief.layout.annotations]
    assert "Before" in words
    assert "Chance (95&#37;)" in words
    assert not any("Largest difference" in word for word in words)
    assert brief.layout.height < whole.layout.height


def test_a_term_without_a_difference_keeps_its_row_and_has_no_point() -> None:
    result = balance()
    empty = dataclasses.replace(
        result, smd_before=(None, *result.smd_before[1:]), smd_after=(None, *result.smd_after[1:])
    )
    figure = love_figure(empty, population="compare")
    before, _ = (trace for trace in figure.data if trace.mode == "markers")
    assert len(before.x) == len(result.terms) - 1
    assert len(figure.layout.yaxis.ticktext) == len(result.terms)
    assert figure.layout.yaxis.ticktext[-1] == result.terms[0].replace("=", ": ")


def test_print_draws_the_same_points() -> None:
    figure = love_publication(balance(), population="compare", width=85)
    screen = [trace for trace in love_figure(balance(), population="compare").data if trace.mode == "markers"]
    points = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    for line, trace in zip(points, screen, strict=True):
        np.testing.assert_allclose(line.get_xdata(), trace.x)


def test_the_figure_in_words_counts_what_is_above_a_tenth() -> None:
    result = balance()
    above = sum(abs(smd) > 0.1 for smd in result.smd_before)
    words = describe_love(result, population="before")
    assert f"{len(result.terms)} terms: {above} above 0.1 before matching" in words


def test_a_level_is_named_beside_its_column_even_when_the_column_has_an_equals_sign() -> None:
    covariates = pd.DataFrame(
        {"dose=12": np.arange(8.0) % 3, "site = A": pd.Categorical(["x", "y", "z", "x", "y", "z", "x", "y"])}
    )
    result = covariate_balance(covariates, np.arange(8) < 4, np.ones(8))
    names = {term.name for term in love_content(result, "before").terms}
    assert names == {"dose=12", "site = A: x", "site = A: y", "site = A: z"}


def _names(**order: object) -> list[str]:
    return [row.name for row in love_content(balance(), "compare", **order).rows]


def test_the_order_is_by_either_difference_by_name_or_as_in_the_study() -> None:
    result = balance()
    named = dict(zip([name.replace("=", ": ") for name in result.terms], result.smd_after, strict=True))
    assert _names(sort="study") == list(named)
    assert _names(sort="name") == sorted(named)
    assert _names(sort="after") == sorted(named, key=lambda name: -abs(named[name]))
    assert _names() == _names(sort="before")


@pytest.mark.parametrize("sort", ["before", "after", "name", "study"])
def test_levels_stand_together_under_the_name_of_their_column(sort: str) -> None:
    content = love_content(balance(), "compare", sort=sort, grouped=True)
    names = [row.name for row in content.rows]
    start = names.index("etiology")
    assert content.rows[start].term is None
    assert sorted(names[start + 1 : start + 4]) == ["HBV", "HCV", "other"]
    assert len(content.terms) == len(balance().terms)
    sizes = [term.shown(sort) for term in content.terms[start : start + 3]] if sort in ("before", "after") else [0]
    assert sizes == sorted(sizes, reverse=True)


def test_what_is_not_in_the_model_stands_beneath_a_rule_with_its_own_largest_difference() -> None:
    rng = np.random.default_rng(8)
    _, treated, _, sets = design()
    more = covariate_balance(pd.DataFrame({"ferritin": rng.normal(2 * treated, 1)}), treated, sets.weights)
    figure = love_figure(balance(), other_balance=more, population="after")
    assert list(figure.layout.yaxis.ticktext)[-2:] == ["<b>Not in the model</b>", "ferritin"]
    (after,) = (trace for trace in figure.data if trace.mode == "markers")
    assert after.x[-1] == pytest.approx(abs(more.smd_after[0]))
    rules = [shape for shape in figure.layout.shapes if shape.yref == "y"]
    heading = figure.layout.yaxis.tickvals[-2]
    assert all(rule.y0 is None or figure.layout.yaxis.tickvals[-3] < rule.y0 < heading for rule in rules)
    assert figure.layout.xaxis.range[1] > abs(more.smd_before[0])
    words = describe_love(balance(), other_balance=more, population="after")
    assert f"Not in the model: {format_smd(abs(more.smd_after[0]))} after" in words
    assert "Not in the model" in [label.get_text() for label in _printed(more).axes[0].get_yticklabels()]


def _printed(more: CovariateBalance) -> Figure:
    return love_publication(balance(), other_balance=more, population="after", grouped=True, width=85)


def test_print_draws_as_many_terms_as_a_page_holds_and_says_so() -> None:
    rng = np.random.default_rng(2)
    covariates = pd.DataFrame({f"covariate {number}": rng.normal(size=40) for number in range(200)})
    many = covariate_balance(covariates, np.arange(40) < 15, np.ones(40))
    figure = love_publication(many, population="before", width=175)
    assert figure.get_size_inches()[1] * 25.4 < 240
    drawn = len(figure.axes[0].get_yticklabels())
    assert drawn < 200
    assert any(f"{200 - drawn} terms with smaller differences" in text.get_text() for text in figure.texts)


def test_raw_differences_of_proportions_are_diamonds_and_the_axis_and_a_line_say_so() -> None:
    covariates, treated, _, sets = design()
    raw = covariate_balance(covariates, treated, sets.weights, BalanceSettings(binary="raw", denominator="treated"))
    figure = love_figure(raw, population="compare", sort="study", width=900)
    before, after = (trace for trace in figure.data if trace.mode == "markers")
    assert list(before.marker.symbol) == ["circle-open"] * 2 + ["diamond-open"] * 3
    assert list(after.marker.symbol) == ["circle"] * 2 + ["diamond"] * 3
    assert figure.layout.xaxis.title.text == "Absolute difference, standardised (SD of the treated arm) or raw"
    assert any("raw difference of proportions" in note.text for note in figure.layout.annotations)
    printed = love_publication(raw, population="after")
    assert [len(line.get_xdata()) for line in printed.axes[0].lines if line.get_marker() == "D"] == [3]
    assert "Diamond" not in describe_love(balance(), population="after")
