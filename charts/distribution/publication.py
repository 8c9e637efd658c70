"""The figure of one covariate for a journal's page."""

from typing import TYPE_CHECKING

import numpy as np

from analysis.design.distribution import LevelShares, NumericDistribution
from charts.column import in_column
from charts.distribution.content import CurveKind, DistributionContent, DrawnDistribution, distribution_content
from charts.fonts import cut_print, print_font, print_text, printed_width
from charts.hatching import hatch_bar
from charts.legend import print_legend, print_legend_height
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, faded_ink, is_wide, line_step, pale_ink
from charts.style import BAND_OPACITY, DOUBLE_COLUMN_MM, GHOST_OPACITY, PRINT_DASH, DesignWord, Population
from charts.ticks import round_ticks, tick_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEFT = 12.0
_RIGHT = 4.0
_AXIS_ROOM = 9.5
_LEVEL = 6.0
_TALLEST = 190.0


@in_column
def distribution_publication(
    found: NumericDistribution | LevelShares,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    curve: CurveKind = "ecdf",
    width: float = DOUBLE_COLUMN_MM,
    design_word: DesignWord = "matching",
) -> "Figure":
    """Draw one covariate for print; arguments as in :func:`distribution_figure`, ``width`` in millimetres."""
    content = distribution_content(
        found,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        curve=curve,
        design_word=design_word,
    )
    sizes = PrintedPage(width, width)
    top = MARGIN + print_legend_height(sizes, content.legend) + 2.0
    names = [cut_print(level, 0.34 * width, sizes.small) for level in content.levels]
    left = _LEFT if not names else MARGIN + 2.0 + max(printed_width(name, sizes.small) for name in names)
    height = 0.36 * width if is_wide(width) else 0.6 * width
    height = min(_TALLEST, _LEVEL * len(names)) if names else height
    note = sizes.wrap(content.note, width - 2 * MARGIN, sizes.small) if content.note else []
    foot = top + height + _AXIS_ROOM
    page = PrintedPage(width, foot + line_step(sizes.small) * len(note) + (MARGIN if note else 0.0))
    print_legend(page, content.legend, MARGIN)
    page.write_lines(note, MARGIN, foot, size=page.small, color=FAINT_INK)
    axes = page.axes(left, top, width - left - _RIGHT, height)
    if content.kind == "shares":
        _draw_levels(page, axes, content, names)
    else:
        _draw_curves(page, axes, content)
    return page.figure


def _draw_curves(page: PrintedPage, axes: "Axes", content: DistributionContent) -> None:
    for one in content.drawn:
        _draw_curve(axes, content, one)
    axes.set_ylim(0.0, 101.0 if content.kind == "ecdf" else 1.06 * content.highest)
    if content.kind == "ecdf":
        page.ticks(axes, "y", (0, 25, 50, 75, 100), ("0", "25", "50", "75", "100"))
    else:
        levels = round_ticks(0.0, content.highest, 5)
        page.ticks(axes, "y", levels, tick_names(levels))
    if content.x.size:
        places = round_ticks(float(content.x[0]), float(content.x[-1]), 7 if is_wide(page.width) else 5)
        page.ticks(axes, "x", places, tick_names(places))
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    room = axes.get_position().width * page.width
    font = print_font(page.base)
    name = print_text(cut_print(content.name, room, page.base))
    axes.set_xlabel(name, fontproperties=font, color=INK, labelpad=2)
    axes.set_ylabel(content.y_title, fontproperties=font, color=INK, labelpad=2)


def _draw_curve(axes: "Axes", content: DistributionContent, one: DrawnDistribution) -> None:
    if one.y is None:
        return
    steps = content.kind == "ecdf"
    x = np.concatenate([content.x[:1], content.x]) if steps else content.x
    y = np.concatenate([[0.0], one.y]) if steps else one.y
    axes.plot(
        x,
        y,
        drawstyle="steps-post" if steps else "default",
        color=faded_ink(one.colour, GHOST_OPACITY if one.ghost else 1.0),
        linewidth=0.8 if one.ghost else 1.2,
        linestyle=PRINT_DASH[one.arm],
        zorder=2 if one.ghost else 3,
    )
    if not steps and not one.ghost:
        axes.fill_between(x, y, color=faded_ink(one.colour, BAND_OPACITY), linewidth=0, zorder=1)


def _draw_levels(page: PrintedPage, axes: "Axes", content: DistributionContent, names: list[str]) -> None:
    rows = np.arange(len(names))
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0.0, min(101.0, 1.08 * content.highest))
    for one in content.drawn:
        shares = np.zeros(0) if one.y is None else one.y
        shift = -0.18 if one.arm == "treated" else 0.18
        if one.ghost:
            edge = pale_ink(one.colour, GHOST_OPACITY)
            axes.barh(rows + shift, shares, 0.36, facecolor="none", edgecolor=edge, linewidth=0.7, zorder=4)
        else:
            tall = 0.24 if any(other.ghost for other in content.drawn) else 0.34
            axes.barh(rows + shift, shares, tall, color=one.colour, linewidth=0, zorder=3)
            if one.arm == "control":
                for row, share in enumerate(shares):
                    hatch_bar(axes, 0.0, row + shift, float(share), tall)
    places = round_ticks(0.0, min(100.0, content.highest), 6 if is_wide(page.width) else 4)
    page.ticks(axes, "x", places, tick_names(places))
    page.ticks(axes, "y", rows.tolist(), names)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="x", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.set_xlabel(content.y_title, fontproperties=print_font(page.base), color=INK, labelpad=2)
