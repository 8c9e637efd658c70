"""The waterfall plot for a journal's page."""

from typing import TYPE_CHECKING

from analysis.study.depth import DepthOfResponse
from charts.column import in_column
from charts.fonts import print_font
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.page import FAINT_INK, GRID_INK, HAIRLINE, INK, MARGIN, PrintedPage, is_wide
from charts.style import ARM_COLOUR, DOUBLE_COLUMN_MM, Arm
from charts.ticks import round_ticks, tick_names
from charts.waterfall.content import THRESHOLDS, waterfall_content

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT = 13.0
_RIGHT = 3.0


@in_column
def waterfall_publication(
    found: DepthOfResponse,
    *,
    treated_label: str,
    control_label: str,
    pairs: bool = False,
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw the bars for print; arguments as in :func:`waterfall_figure`, ``width`` in millimetres."""
    content = waterfall_content(found, treated_label=treated_label, control_label=control_label, pairs=pairs)
    arms: tuple[Arm, Arm] = ("treated", "control")
    entries = [
        LegendEntry(words=sentence, colour=ARM_COLOUR[arm], kind="box", ghost=arm == "control")
        for arm, sentence in zip(arms, content.sentences, strict=True)
    ]
    sizes = PrintedPage(width, width)
    top = MARGIN + print_legend_height(sizes, entries) + 2.0
    height = (0.42 if is_wide(width) else 0.7) * width
    page = PrintedPage(width, top + height + 3.0)
    print_legend(page, entries, MARGIN)
    axes = page.axes(_LEFT, top, width - _LEFT - _RIGHT, height)
    axes.set_xlim(-0.8, content.end + 0.3)
    axes.set_ylim(*content.range)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    ticks = round_ticks(*content.range, 8)
    page.ticks(axes, "y", ticks, tick_names(ticks))
    axes.set_ylabel("Best change from baseline, %", fontproperties=print_font(page.base), color=INK, labelpad=2)
    axes.axhline(0.0, color=INK, linewidth=HAIRLINE, zorder=3)
    for level in ticks:
        axes.axhline(level, color=GRID_INK, linewidth=HAIRLINE, zorder=0)
    for level in THRESHOLDS:
        axes.axhline(level, color=FAINT_INK, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
    for arm in arms:
        bars = [bar for bar in content.bars if bar.arm == arm]
        axes.bar(
            [bar.place for bar in bars],
            [bar.drawn for bar in bars],
            width=[0.84 * bar.width for bar in bars],
            facecolor=ARM_COLOUR[arm] if arm == "treated" else "white",
            edgecolor=ARM_COLOUR[arm],
            linewidth=0.5,
            zorder=2,
        )
    return page.figure
