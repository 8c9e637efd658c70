"""The calibration figure for a journal's page."""

from typing import TYPE_CHECKING

from analysis.design.calibration import Calibration
from charts.calibration.content import calibration_content
from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage
from charts.style import DOUBLE_COLUMN_MM, LIGHT, POPULATION_COLOUR, SINGLE_COLUMN_MM

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT = 12.0
_RIGHT = 4.0
_AXIS_ROOM = 9.5


@in_column
def calibration_publication(found: Calibration, *, treated_label: str, width: float = DOUBLE_COLUMN_MM) -> "Figure":
    """Draw calibration for print; arguments as in :func:`calibration_figure`, ``width`` in millimetres."""
    content = calibration_content(found, treated_label)
    entries = [
        LegendEntry(words=content.sentence),
        LegendEntry(words=f"Share treated with {content.level_name}", colour=POPULATION_COLOUR["after"], kind="circle"),
        LegendEntry(words="Perfect calibration", colour=LIGHT.guide, kind="line", arm="control", ghost=True),
    ]
    sizes = PrintedPage(width, width)
    top = MARGIN + print_legend_height(sizes, entries) + 2.5
    side = min(width, SINGLE_COLUMN_MM) - _LEFT - _RIGHT
    page = PrintedPage(width, top + side + _AXIS_ROOM)
    print_legend(page, entries, MARGIN)
    axes = page.axes(_LEFT, top, width - _LEFT - _RIGHT, side)
    ends = (-0.02 * content.end, 1.02 * content.end)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    for which in ("x", "y"):
        page.ticks(axes, which, content.ticks, [f"{tick:.0f}" for tick in content.ticks])
    axes.grid(visible=True, color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.plot((0, content.end), (0, content.end), color=FAINT_INK, linewidth=0.7, linestyle=(0, (4, 2)))
    axes.errorbar(
        [group.predicted for group in content.groups],
        [group.observed for group in content.groups],
        yerr=[
            [group.observed - group.lower for group in content.groups],
            [group.upper - group.observed for group in content.groups],
        ],
        color=POPULATION_COLOUR["after"],
        linewidth=0.6,
        elinewidth=0.9,
        capsize=1.5,
        marker="o",
        markersize=3.6,
        clip_on=False,
    )
    font = print_font(page.base)
    axes.set_xlabel(print_text(content.predicted_title), fontproperties=font, color=INK, labelpad=2)
    title = print_text(cut_print(content.observed_title, side, page.base))
    axes.set_ylabel(title, fontproperties=font, color=INK, labelpad=2)
    return page.figure
