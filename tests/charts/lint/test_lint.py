"""Every rule has a figure that breaks it and one that does not."""

from collections.abc import Callable

import pytest
from matplotlib.figure import Figure

from analysis.settings import ManuscriptSettings
from charts.journal import JOURNALS, manuscript_style
from charts.lint import FigureFacts, facts_of, lint_figure, remember
from charts.palette import PALETTES, palette
from charts.survival import survival_publication
from tests.charts.cases import PLAIN, POPULATIONS, print_figures, survival

RED, GREEN = "#C05A1E", "#6E7A1E"
INCH = 25.4


def drawn(**changes: object) -> Figure:
    """Two lines over time on a page of one column, and what is known of it; nothing to be found by default."""
    asked = {"width": 85.0, "height": 80.0, "size": 7.0, "line": 1.0, "colours": ("#0072B2", "#D55E00"), "dash": "--"}
    asked |= {"title": "Time (months)", "low": 0.0, "alpha": 1.0, "facts": FigureFacts(has_curves=True, has_table=True)}
    asked |= changes
    figure = Figure(figsize=(asked["width"] / INCH, asked["height"] / INCH))  # type: ignore[operator]
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
    axes.tick_params(labelsize=7)
    first, second = asked["colours"]  # type: ignore[misc]
    axes.plot([0, 1, 2], [100, 60, 30], color=first, linewidth=asked["line"], alpha=asked["alpha"])
    axes.plot([0, 1, 2], [100, 50, 20], color=second, linewidth=1.0, linestyle=asked["dash"])
    axes.set_ylim(asked["low"], 100)
    axes.set_xlabel(asked["title"], fontsize=asked["size"])
    remember(figure, asked["facts"])  # type: ignore[arg-type]
    return figure


@pytest.mark.parametrize(
    ("rule", "changes", "asked"),
    [
        ("at-risk table", {"facts": FigureFacts(has_curves=True)}, {}),
        ("tail", {"facts": FigureFacts(has_curves=True, has_table=True, has_tail=True)}, {}),
        ("cut axis", {"low": 20.0}, {}),
        ("unit", {"title": "Time"}, {}),
        ("red and green", {"colours": (RED, GREEN)}, {}),
        ("alike in grey", {"dash": "-", "colours": ("#0072B2", "#BF4F00")}, {}),
        ("lettering", {"size": 5.5}, {}),
        ("thin line", {"line": 0.2}, {}),
        ("width", {"width": 190.0}, {}),
        ("height", {"height": 240.0}, {}),
        ("resolution", {}, {"journal": JOURNALS["j-gastroenterology"], "file_format": "tiff", "dpi": 300}),
        ("transparency", {"alpha": 0.5}, {"file_format": "eps"}),
    ],
)
def test_each_rule_is_tripped_by_its_fault_alone(
    rule: str, changes: dict[str, object], asked: dict[str, object]
) -> None:
    found = lint_figure(drawn(**changes), **asked)  # type: ignore[arg-type]
    assert [finding.rule for finding in found] == [rule]
    assert found[0].text.endswith(".")
    assert lint_figure(drawn()) == ()


def test_what_a_rule_asks_for_is_enough() -> None:
    springer = JOURNALS["j-gastroenterology"]
    assert lint_figure(drawn(), journal=springer, file_format="tiff", dpi=600) == ()
    assert lint_figure(drawn(), journal=springer, file_format="pdf", dpi=300) == ()
    assert lint_figure(drawn(), file_format="eps") == ()
    assert lint_figure(drawn(line=0.25, size=6.0)) == ()
    assert lint_figure(drawn(width=183.0), journal=JOURNALS["nature"]) == ()
    # Dashes tell apart what grey does not.
    assert lint_figure(drawn(colours=("#0072B2", "#BF4F00"))) == ()


def test_lines_in_panels_of_their_own_may_share_a_style() -> None:
    figure = Figure(figsize=(3, 3))
    for place, colour in zip((1, 2), ("#0072B2", "#BF4F00"), strict=True):
        figure.add_subplot(1, 2, place).plot([0, 1, 2], [3, 2, 1], color=colour)
    assert "alike in grey" not in {finding.rule for finding in lint_figure(figure)}


def test_curves_say_of_themselves_what_stands_under_them() -> None:
    whole = survival_publication(survival("before"), population="before", outcome="OS", **PLAIN)
    bare = survival_publication(survival("before"), population="before", outcome="OS", table_rows=(), **PLAIN)
    assert facts_of(whole).has_table
    assert "at-risk table" not in {finding.rule for finding in lint_figure(whole)}
    assert "at-risk table" in {finding.rule for finding in lint_figure(bare)}


@pytest.mark.parametrize("name", sorted(PALETTES))
def test_no_figure_of_ours_is_sent_back_in_any_palette(name: str) -> None:
    with palette(name):
        for figure in _every("before", 85.0):
            assert [found for found in lint_figure(figure()) if found.weight == "sent back"] == []


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("column", ["single", "double"])
def test_no_figure_of_ours_is_sent_back_in_any_column(population: str, column: str) -> None:
    with manuscript_style(ManuscriptSettings(journal="nature", column=column)) as journal:  # type: ignore[arg-type]
        for figure in _every(population, journal.width(column)):
            assert [found for found in lint_figure(figure(), journal=journal) if found.weight == "sent back"] == []


def _every(population: str, width: float) -> list[Callable[[], Figure]]:
    return list(print_figures(population, width).values())  # type: ignore[arg-type]
