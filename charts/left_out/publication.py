"""The figures of patients left out for a journal's page."""

from typing import TYPE_CHECKING

import pandas as pd
from numpy.typing import ArrayLike

from analysis.design.left_out import LeftOut
from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text, printed_width
from charts.left_out.content import MapAxis, MovedContent, map_content, moved_content
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, is_wide, line_step
from charts.style import ARM_COLOUR, BALANCE_LINES, DOUBLE_COLUMN_MM, Arm
from charts.ticks import round_ticks, tick_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEFT = 12.0
_RIGHT = 4.0
_AXIS_ROOM = 9.5
_TALLEST = 200.0
_SHORTEST = 4.0
"""Millimetres of the shortest name of a level."""
_ARMS: tuple[Arm, Arm] = ("treated", "control")


@in_column
def left_out_map_publication(
    first: pd.Series,
    second: pd.Series,
    treated: ArrayLike,
    weights: ArrayLike,
    *,
    treated_label: str,
    control_label: str,
    seed: int = 0,
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw the map for print; arguments as in :func:`left_out_map_figure`, ``width`` in millimetres."""
    content = map_content(
        first, second, treated, weights, treated_label=treated_label, control_label=control_label, seed=seed
    )
    entries = [
        LegendEntry(words=group.entry, colour=group.colour, kind="circle" if group.kept else "hollow", arm=group.arm)
        for group in content.listed
    ]
    if content.sentence:
        entries.append(LegendEntry(words=content.sentence))
    sizes = PrintedPage(width, width)
    top = MARGIN + print_legend_height(sizes, entries) + 2.0
    height = 0.55 * width if is_wide(width) else 0.75 * width
    names = [cut_print(level, 0.3 * width, sizes.small) for level in content.y.levels]
    left = max(_LEFT, MARGIN + 6.0 + max((printed_width(name, sizes.small) for name in names), default=0.0))
    page = PrintedPage(width, top + height + _AXIS_ROOM)
    print_legend(page, entries, MARGIN)
    axes = page.axes(left, top, width - left - _RIGHT, height)
    for group in content.groups:
        axes.plot(
            group.x,
            group.y,
            linestyle="none",
            marker="o" if group.arm == "treated" else "D",
            markersize=2.6 if group.row.size <= 400 else 1.6,
            markeredgewidth=0.6,
            markeredgecolor=group.colour,
            markerfacecolor=group.colour if group.kept else "none",
            alpha=0.8,
        )
    across = width - left - _RIGHT
    each = across / max(1, len(content.x.levels)) - 1.0
    _dress_axis(page, axes, content.x, "x", across, max(each, _SHORTEST), _SHORTEST + 1.0)
    _dress_axis(page, axes, content.y, "y", height, 0.3 * width, 1.2 * line_step(page.small))
    return page.figure


def _dress_axis(
    page: PrintedPage, axes: "Axes", axis: MapAxis, which: str, length: float, most: float, step: float
) -> None:
    """Ticks and name of an axis of so many millimetres; names of levels have ``most`` and stand ``step`` apart."""
    (axes.set_xlim if which == "x" else axes.set_ylim)(*axis.range)
    if axis.levels:
        shown = axis.named(length / step)
        page.ticks(axes, which, shown, [cut_print(axis.levels[row], most, page.small) for row in shown])
    else:
        places = round_ticks(*axis.range, 6 if is_wide(page.width) else 5)
        page.ticks(axes, which, places, tick_names(places))
    part = axes.xaxis if which == "x" else axes.yaxis
    title = print_text(cut_print(axis.name, length, page.base))
    part.set_label_text(title, fontproperties=print_font(page.base), color=INK)
    part.labelpad = 2


@in_column
def left_out_publication(
    found: LeftOut, *, treated_label: str, control_label: str, width: float = DOUBLE_COLUMN_MM
) -> "Figure":
    """Draw the differences for print; arguments as in :func:`left_out_figure`, ``width`` in millimetres."""
    sizes = PrintedPage(width, width)
    row = 1.22 * line_step(sizes.small)
    content = moved_content(
        found, treated_label=treated_label, control_label=control_label, most_terms=int(_TALLEST / row)
    )
    entries = [LegendEntry(words=content.entries[arm], colour=ARM_COLOUR[arm], kind="circle", arm=arm) for arm in _ARMS]
    if content.sentence:
        entries.append(LegendEntry(words=content.sentence))
    names = [cut_print(term.name, 0.42 * width, sizes.small) for term in content.terms]
    left = MARGIN + 2.6 + max((printed_width(name, sizes.small) for name in names), default=8.0)
    top = MARGIN + print_legend_height(sizes, entries) + 2.0
    height = row * (len(names) + 0.6)
    page = PrintedPage(width, top + height + _AXIS_ROOM)
    print_legend(page, entries, MARGIN)
    axes = page.axes(left, top, width - left - _RIGHT, height)
    _draw_moved(axes, content)
    axes.set_ylim(len(names) - 0.2, -0.8)
    page.ticks(axes, "y", list(range(len(names))), names)
    axes.tick_params(axis="y", length=0, pad=5.0)
    few = (
        content.ticks if is_wide(width) or len(content.ticks) <= 7 else content.ticks[len(content.ticks) // 2 % 2 :: 2]
    )
    page.ticks(axes, "x", few, tick_names(few))
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    long = "Compared − original, in SD of the arm as it was"
    title = long if printed_width(long, page.base) <= width - left else "Compared − original (SD)"
    axes.set_xlabel(title, fontproperties=print_font(page.base), color=INK, labelpad=2)
    return page.figure


def _draw_moved(axes: "Axes", content: MovedContent) -> None:
    for place in (0.0, -BALANCE_LINES[0], BALANCE_LINES[0]):
        style = "-" if place == 0 else (0, (4, 2))
        axes.axvline(place, color=FAINT_INK, linewidth=0.6, linestyle=style, zorder=1)
    axes.set_xlim(-content.end, content.end)
    for arm in _ARMS:
        places = [(value, row) for row, term in enumerate(content.terms) if (value := term.shown(arm)) is not None]
        axes.plot(
            [value for value, _ in places],
            [row for _, row in places],
            linestyle="none",
            marker="o" if arm == "treated" else "D",
            markersize=3.8,
            color=ARM_COLOUR[arm],
            zorder=3,
            clip_on=False,
        )
