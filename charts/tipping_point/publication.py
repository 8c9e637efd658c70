"""The tipping-point figure for a journal's page."""

from typing import TYPE_CHECKING

import numpy as np

from analysis.sensitivity.tipping_point import TippingPoints
from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text
from charts.legend import print_legend, print_legend_height
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, pale_ink
from charts.style import DOUBLE_COLUMN_MM, LIGHT, POPULATION_COLOUR, PRINT_DASH, SINGLE_COLUMN_MM
from charts.tipping_point.content import SHARE_TICKS, tipping_point_content
from charts.tipping_point.screen import legend_entries

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT = 12.0
_RIGHT = 4.0
_AXIS_ROOM = 9.5


@in_column
def tipping_point_publication(
    found: TippingPoints, *, treated_label: str, control_label: str, width: float = DOUBLE_COLUMN_MM
) -> "Figure":
    """Draw tipping points for print; arguments as in :func:`tipping_point_figure`, ``width`` in millimetres."""
    content = tipping_point_content(found, treated_label=treated_label, control_label=control_label)
    entries = legend_entries(content, LIGHT)
    top = MARGIN + print_legend_height(PrintedPage(width, width), entries) + 2.5
    height = 0.7 * min(width, SINGLE_COLUMN_MM)
    page = PrintedPage(width, top + height + _AXIS_ROOM)
    print_legend(page, entries, MARGIN)
    axes = page.axes(_LEFT, top, width - _LEFT - _RIGHT, height)
    if content.is_ratio:
        axes.set_yscale("log")
        axes.minorticks_off()
    axes.set_xlim(0.0, 100.0)
    axes.set_ylim(content.start, content.end)
    page.ticks(axes, "x", SHARE_TICKS, [f"{tick:.0f}" for tick in SHARE_TICKS])
    page.ticks(axes, "y", content.ticks, content.tick_text)
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.axvline(content.control, color=FAINT_INK, linewidth=0.7, linestyle=(0, (1, 2)))
    if content.estimate.share.size:
        corner = 0.0 if content.side == "left" else 100.0
        axes.fill(
            np.append(content.estimate.share, corner),
            np.append(content.estimate.strength, content.end),
            color=pale_ink(POPULATION_COLOUR["after"], LIGHT.band_opacity),
            linewidth=0,
        )
    for contour, dash in ((content.estimate, PRINT_DASH["treated"]), (content.limit, PRINT_DASH["control"])):
        if contour is not None and contour.share.size:
            axes.plot(contour.share, contour.strength, color=POPULATION_COLOUR["after"], linewidth=1.1, linestyle=dash)
    font = print_font(page.base)
    axes.set_xlabel(print_text(content.share_title), fontproperties=font, color=INK, labelpad=2)
    title = print_text(cut_print(content.strength_title, height, page.base))
    axes.set_ylabel(title, fontproperties=font, color=INK, labelpad=2)
    return page.figure
