"""The swimmer plot for a journal's page."""

from typing import TYPE_CHECKING

from analysis.study.responses_over_time import ResponsesOverTime
from charts.column import in_column
from charts.fonts import cut_print, print_font
from charts.hatching import hatch_bar
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.page import INK, MARGIN, PrintedPage, pale_ink
from charts.style import ARM_COLOUR, DOUBLE_COLUMN_MM
from charts.swimmer.content import MARK_WORDS, arm_entries, swimmer_content
from charts.ticks import tick_names, time_ticks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIDE = 3.0
_TALLEST = 200.0
_LANE = 2.2
MARKERS = {"response": "^", "progression": "x", "death": "s", "followed": ">"}
_GLYPH = {"response": "▲", "progression": "×", "death": "■", "followed": "▷"}


@in_column
def swimmer_publication(
    found: ResponsesOverTime,
    *,
    treated_label: str,
    control_label: str,
    width: float = DOUBLE_COLUMN_MM,
    pairs: bool = False,
) -> "Figure":
    """Draw the lanes for print; arguments as in :func:`swimmer_figure`, ``width`` in millimetres."""
    content = swimmer_content(found, treated_label=treated_label, control_label=control_label, pairs=pairs)
    entries = [*arm_entries(content), LegendEntry(words="Full colour: in response; pale: followed")]
    entries += [LegendEntry(words=f"{_GLYPH[kind]}  {words}") for kind, words in MARK_WORDS.items()]
    sizes = PrintedPage(width, width)
    top = MARGIN + print_legend_height(sizes, entries) + 1.5
    height = min(_TALLEST, _LANE * (content.depth + 1.0))
    step = height / (content.depth + 1.0)
    page = PrintedPage(width, top + height + 9.5)
    print_legend(page, entries, MARGIN)
    axes = page.axes(_SIDE, top, width - 2 * _SIDE, height)
    axes.set_xlim(0.0, content.end)
    axes.set_ylim(content.depth + 1.0, 0.0)
    axes.spines["left"].set_visible(False)
    axes.yaxis.set_visible(False)
    months = time_ticks(content.end, content.time_unit, 9)
    page.ticks(axes, "x", months, tick_names(months))
    axes.set_xlabel(content.time_unit.capitalize(), fontproperties=print_font(page.base), color=INK, labelpad=2)
    for lane in content.lanes:
        colour = ARM_COLOUR[lane.arm]
        axes.barh(lane.place, lane.end, height=0.76, color=pale_ink(colour, 0.32), linewidth=0)
        if lane.in_response is not None:
            start, end = lane.in_response
            axes.barh(lane.place, end - start, left=start, height=0.76, color=colour, linewidth=0)
        if lane.arm == "control":
            hatch_bar(axes, 0.0, lane.place, lane.end, 0.76, behind=2.0)
    for kind, marker in MARKERS.items():
        places = content.marks(kind)
        axes.plot(
            [time for time, _ in places],
            [place for _, place in places],
            linestyle="none",
            marker=marker,
            markersize=min(2.6, 1.6 * step),
            markeredgewidth=0.6,
            markeredgecolor=INK,
            markerfacecolor="white" if kind == "followed" else INK,
            zorder=3,
            clip_on=False,
        )
    for (_, title), place in zip(content.titles, content.places, strict=False):
        shown = cut_print(title, width - 2 * _SIDE, page.small, bold=True)
        page.write(shown, _SIDE, top + (place - 0.2) * step, size=page.small, bold=True, va="center")
    return page.figure
