"""The spider plot for a journal's page."""

from typing import TYPE_CHECKING

import numpy as np

from analysis.study.depth import LesionCourses
from charts.column import in_column
from charts.fonts import cut_print, print_font
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.page import FAINT_INK, INK, MARGIN, PrintedPage, faded_ink, is_wide, line_step
from charts.spider.content import THRESHOLDS, spider_content
from charts.style import ARM_COLOUR, DOUBLE_COLUMN_MM
from charts.ticks import round_ticks, tick_names, time_ticks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT = 13.0
_RIGHT = 3.0
_GAP = 5.0


@in_column
def spider_publication(
    found: LesionCourses, *, treated_label: str, control_label: str, width: float = DOUBLE_COLUMN_MM
) -> "Figure":
    """Draw the lines for print; arguments as in :func:`spider_figure`, ``width`` in millimetres."""
    content = spider_content(found, treated_label=treated_label, control_label=control_label)
    entries = [LegendEntry(words="Scan that shows progression", colour=INK, kind="hollow")]
    sizes = PrintedPage(width, width)
    head = MARGIN + print_legend_height(sizes, entries) + 2.0
    top = head + line_step(sizes.base) + 1.0
    across = (width - _LEFT - _RIGHT - _GAP) / 2
    height = (0.36 if is_wide(width) else 0.6) * width
    page = PrintedPage(width, top + height + 9.5)
    print_legend(page, entries, MARGIN)
    ticks = round_ticks(*content.range, 8)
    months = time_ticks(content.end, content.time_unit, 6 if is_wide(width) else 4)
    for number, panel in enumerate(content.panels):
        left = _LEFT + number * (across + _GAP)
        page.write(cut_print(panel.title, across, page.base, bold=True), left, top - 1.6, bold=True)
        axes = page.axes(left, top, across, height)
        axes.set_xlim(-0.02 * content.end, content.end)
        axes.set_ylim(*content.range)
        page.ticks(axes, "x", months, tick_names(months))
        page.ticks(axes, "y", ticks, tick_names(ticks) if number == 0 else [""] * len(ticks))
        axes.set_xlabel(content.time_unit.capitalize(), fontproperties=print_font(page.base), color=INK, labelpad=2)
        if number == 0:
            axes.set_ylabel(content.vertical, fontproperties=print_font(page.base), color=INK, labelpad=2)
        for level in THRESHOLDS:
            axes.axhline(level, color=FAINT_INK, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
        time, change = (np.array(values, dtype=np.float64) for values in (panel.time, panel.change))
        axes.plot(
            time,
            change,
            color=faded_ink(ARM_COLOUR[panel.arm], 0.75),
            linewidth=0.6,
            marker="o",
            markersize=1.2,
            zorder=2,
        )
        axes.plot(
            panel.progressed_time,
            panel.progressed_change,
            linestyle="none",
            marker="o",
            markersize=2.8,
            markeredgewidth=0.6,
            markeredgecolor=INK,
            markerfacecolor="white",
            zorder=3,
            clip_on=False,
        )
    return page.figure
