"""The figure of random orders alone for a journal's page."""

from typing import TYPE_CHECKING

from analysis.robustness.result import SpecificationCurve
from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, is_wide
from charts.specification_curve.content import order_content
from charts.style import DOUBLE_COLUMN_MM, LIGHT, POPULATION_COLOUR

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT = 12.5
_RIGHT = 4.0
_AXIS_ROOM = 9.0


@in_column
def order_publication(
    curve: SpecificationCurve, *, time_unit: str = "months", width: float = DOUBLE_COLUMN_MM
) -> "Figure":
    """Draw how often random orders of matching give which effect, for print; ``width`` in millimetres."""
    from matplotlib.ticker import MaxNLocator, NullFormatter, NullLocator

    content = order_content(curve, time_unit=time_unit, most_levels=9 if is_wide(width) else 5)
    entries = [
        LegendEntry(words=content.order_words, colour=POPULATION_COLOUR["before"], kind="box"),
        LegendEntry(words=content.chosen_words, colour=LIGHT.text, kind="line"),
    ]
    sizes = PrintedPage(width, width)
    top = MARGIN + print_legend_height(sizes, entries) + 2.5
    height = 0.2 * width if is_wide(width) else 0.35 * width
    page = PrintedPage(width, top + height + _AXIS_ROOM + MARGIN)
    print_legend(page, entries, MARGIN)
    axes = page.axes(_LEFT, top, width - _LEFT - _RIGHT, height)
    if content.log:
        axes.set_xscale("log")
    axes.set_xlim(*content.range)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    page.ticks(axes, "x", content.levels, content.level_text)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.stairs(content.counts, content.edges, fill=True, color=POPULATION_COLOUR["before"])
    axes.axvline(content.nothing, color=FAINT_INK, linewidth=0.6, linestyle=(0, (1.2, 1.6)))
    if content.chosen is not None:
        axes.axvline(content.chosen, color=INK, linewidth=1.2)
    font = print_font(page.base)
    across = print_text(cut_print(content.title, 0.9 * (width - _LEFT), page.base))
    axes.set_xlabel(across, fontproperties=font, color=INK, labelpad=2)
    axes.set_ylabel("Orders", fontproperties=font, color=INK, labelpad=2)
    for label in axes.get_yticklabels():
        label.set_fontproperties(print_font(page.small))
    return page.figure
