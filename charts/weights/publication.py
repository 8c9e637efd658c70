"""The figure of weights for a journal's page."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from charts.column import in_column
from charts.fonts import print_font
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.overlap.content import share_ticks
from charts.page import AXIS_INK, GRID_INK, HAIRLINE, INK, MARGIN, PrintedPage, is_wide
from charts.style import ARM_COLOUR, DOUBLE_COLUMN_MM, format_tick
from charts.weights.content import WeightsContent, weights_content

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEFT = 11.0
_RIGHT = 4.0


@in_column
def weights_publication(
    weights: ArrayLike,
    treated: ArrayLike,
    *,
    treated_label: str,
    control_label: str,
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw the weights for print; arguments as in :func:`weights_figure`, ``width`` in millimetres."""
    content = weights_content(weights, treated, treated_label=treated_label, control_label=control_label)
    entries = [LegendEntry(words=one.entry, colour=ARM_COLOUR[one.arm], kind="box") for one in content.arms]
    sizes = PrintedPage(width, width)
    top = MARGIN + print_legend_height(sizes, entries) + 2.0
    height = 0.36 * width if is_wide(width) else 0.55 * width
    page = PrintedPage(width, top + height + 9.5)
    print_legend(page, entries, MARGIN)
    axes = page.axes(_LEFT, top, width - _LEFT - _RIGHT, height)
    _dress(page, axes, content)
    for one in content.arms:
        sign = 1 if one.arm == "treated" else -1
        tall = sign * 100 * one.share
        axes.bar(content.edges[:-1], tall, np.diff(content.edges), align="edge", color=ARM_COLOUR[one.arm], zorder=3)
        if one.largest is not None:
            place = tall[np.flatnonzero(one.count)[-1]] + sign * 0.05 * content.highest
            axes.plot([one.largest], [place], marker="v" if sign > 0 else "^", markersize=3.6, color=INK, clip_on=False)
    return page.figure


def _dress(page: PrintedPage, axes: "Axes", content: WeightsContent) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    if content.log:
        axes.set_xscale("log")
    axes.set_xlim(float(content.edges[0]), float(content.edges[-1]))
    axes.set_ylim(-1.12 * content.highest, 1.12 * content.highest)
    page.ticks(axes, "x", content.ticks, [format_tick(tick) for tick in content.ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    ticks, names = share_ticks(content.highest)
    page.ticks(axes, "y", ticks, names)
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.axhline(0.0, color=AXIS_INK, linewidth=HAIRLINE, zorder=4)
    font = print_font(page.base)
    title = "Weight (logarithmic axis)" if content.log else "Weight"
    axes.set_xlabel(title, fontproperties=font, color=INK, labelpad=2)
    axes.set_ylabel("Share of the arm (%)", fontproperties=font, color=INK, labelpad=2)
