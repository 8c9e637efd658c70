"""The specification curve for a journal's page."""

from typing import TYPE_CHECKING

import numpy as np

from analysis.robustness.result import SpecificationCurve
from charts.column import in_column
from charts.fonts import MILLIMETRES_PER_POINT, cut_print, print_font, print_text
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.lettering import label_width
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, faded_ink, is_wide, line_step
from charts.specification_curve.content import ChoiceRow, CurveContent, curve_content
from charts.style import DOUBLE_COLUMN_MM, LIGHT, POPULATION_COLOUR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_RIGHT = 2.5
_GROUP_GAP = 1.2
_HIGHEST = 225.0
"""Millimetres a journal's page has."""


@in_column
def specification_publication(
    curve: SpecificationCurve, *, time_unit: str = "months", width: float = DOUBLE_COLUMN_MM
) -> "Figure":
    """Draw the specification curve for print; arguments as on screen, ``width`` in millimetres."""
    content = curve_content(curve, time_unit=time_unit)
    entries = [
        LegendEntry(words=content.chosen_words, colour=LIGHT.text, kind="circle", arm="control"),
        LegendEntry(words=content.low_words, colour=POPULATION_COLOUR["after"], kind="circle"),
        LegendEntry(words=content.other_words, colour=POPULATION_COLOUR["before"], kind="circle"),
    ]
    sizes = PrintedPage(width, width)
    notes = sizes.wrap(content.note, width - 2 * MARGIN, sizes.small)
    top = MARGIN + print_legend_height(sizes, entries) + 2.5
    height = 0.36 * width if is_wide(width) else 0.55 * width
    row = line_step(sizes.small)
    rooms = top + height + 3.0 + row * len(notes) + 2 * MARGIN
    n_gaps = sum(item.first for item in content.rows)
    row = min(row, (_HIGHEST - rooms - _GROUP_GAP * n_gaps) / max(len(content.rows), 1))
    matrix = row * len(content.rows) + _GROUP_GAP * n_gaps
    foot = top + height + 3.0 + matrix
    page = PrintedPage(width, foot + line_step(sizes.small) * len(notes) + 2 * MARGIN)
    print_legend(page, entries, MARGIN)
    left = _left(content, page)
    plot = page.axes(left, top, width - left - _RIGHT, height)
    _draw_curve(page, plot, content, height)
    below = page.axes(left, top + height + 1.5, width - left - _RIGHT, matrix)
    _draw_matrix(page, below, content, matrix=matrix, row=row, left=left, top=top + height + 1.5)
    page.write_lines(notes, MARGIN, foot + MARGIN, size=page.small, color=FAINT_INK)
    return page.figure


def _left(content: CurveContent, page: PrintedPage) -> float:
    em = page.small * MILLIMETRES_PER_POINT
    widest = max(map(_row_width, content.rows), default=0.0)
    return max(14.0, min(0.385 * page.width, widest * em + 2 * MARGIN))


def _row_width(row: ChoiceRow) -> float:
    """Ems that a row's names take; the head of a choice stands before its first option."""
    return label_width(row.option) + (label_width(row.dimension) + 2.0 if row.first else 0.0)


def _draw_curve(page: PrintedPage, axes: "Axes", content: CurveContent, height: float) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    if content.log:
        axes.set_yscale("log")
    axes.set_ylim(*content.range)
    axes.set_xlim(-0.8, content.n - 0.2)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.spines["bottom"].set_visible(False)
    page.ticks(axes, "x", [], [])
    page.ticks(axes, "y", content.levels, content.level_text)
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.axhline(content.nothing, color=FAINT_INK, linewidth=0.6, linestyle=(0, (1.2, 1.6)))
    step = axes.get_position().width * page.width / max(content.n, 1) / MILLIMETRES_PER_POINT
    for low, colour in ((False, POPULATION_COLOUR["before"]), (True, POPULATION_COLOUR["after"])):
        rows = np.flatnonzero(content.low == low)
        known = rows[np.isfinite(content.lower[rows]) & np.isfinite(content.upper[rows])]
        axes.vlines(
            known, content.lower[known], content.upper[known],
            color=faded_ink(colour, 0.45), linewidth=min(1.2, max(0.25, 0.5 * step)),
        )  # fmt: skip
        axes.plot(
            rows, content.estimate[rows], linestyle="none", marker="o", markersize=min(4.0, max(1.2, 0.9 * step)),
            markeredgewidth=0, color=colour,
        )  # fmt: skip
    if content.chosen is not None:
        axes.axvline(content.chosen, color=INK, linewidth=0.5)
        axes.plot(
            [content.chosen], [content.estimate[content.chosen]], marker="D", markersize=4.2, color=INK,
            markeredgecolor="white", markeredgewidth=0.6, zorder=5,
        )  # fmt: skip
    name = print_text(cut_print(content.title, height, page.base))
    axes.set_ylabel(name, fontproperties=print_font(page.base), color=INK, labelpad=2)


def _draw_matrix(
    page: PrintedPage, axes: "Axes", content: CurveContent, *, matrix: float, row: float, left: float, top: float
) -> None:
    axes.set_axis_off()
    axes.set_xlim(-0.8, content.n - 0.2)
    axes.set_ylim(matrix, 0.0)
    step = axes.get_position().width * page.width / max(content.n, 1) / MILLIMETRES_PER_POINT
    if content.chosen is not None:
        axes.axvline(content.chosen, color=INK, linewidth=0.5)
    down, room = 0.0, left - MARGIN - 1.2
    for item in content.rows:
        down += _GROUP_GAP if item.first else 0.0
        middle = down + row / 2
        if step > 4.0:
            axes.plot(
                item.places, np.full(item.places.size, middle), linestyle="none", marker="o", color=INK,
                markeredgewidth=0, markersize=min(3.6, 0.7 * step),
            )  # fmt: skip
        else:
            reach = 0.33 * row
            axes.vlines(item.places, middle - reach, middle + reach, color=INK, linewidth=max(0.25, 0.7 * step))
        if item.first:
            page.write(item.dimension, MARGIN, top + middle, size=page.small, bold=True, va="center")
        head = (label_width(item.dimension) + 2.0) * page.small * MILLIMETRES_PER_POINT if item.first else 0.0
        option = cut_print(item.option, room - head, page.small)
        page.write(option, left - 1.2, top + middle, size=page.small, va="center", ha="right")
        down += row
