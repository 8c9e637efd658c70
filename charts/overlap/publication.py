"""The overlap figure for a journal's page."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text
from charts.overlap.content import (
    OverlapContent,
    Scale,
    ScoreHistogram,
    overlap_content,
    score_ticks,
    score_title,
    share_ticks,
)
from charts.page import AXIS_INK, GRID_INK, HAIRLINE, INK, MARGIN, PrintedPage, faded_ink, is_wide, line_step
from charts.style import ARM_COLOUR, DOUBLE_COLUMN_MM, GHOST_OPACITY, DesignWord, Population

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@in_column
def overlap_publication(
    score: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    scale: Scale = "probability",
    design_word: DesignWord = "matching",
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw the mirrored histograms for print; arguments as in :func:`overlap_figure`, ``width`` in millimetres."""
    content = overlap_content(
        score,
        treated,
        weights,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        scale=scale,
        design_word=design_word,
    )
    sizes = PrintedPage(width, width)
    entries = [sizes.wrap(content.entry(one), width - 2 * MARGIN - 4.0) for one in content.listed]
    top = MARGIN + line_step(sizes.base) * sum(len(lines) for lines in entries) + 2.0
    height = 0.36 * width if is_wide(width) else 0.55 * width
    page = PrintedPage(width, top + height + 9.5)
    place = MARGIN
    for histogram, lines in zip(content.listed, entries, strict=True):
        colour = ARM_COLOUR[histogram.arm]
        alpha = 0.4 * GHOST_OPACITY if content.is_ghost(histogram) else 0.9
        page.box(MARGIN, place + 0.3, 2.2, 2.2, facecolor=faded_ink(colour, alpha), edgecolor=colour)
        place += page.write_lines(lines, MARGIN + 4.0, place)
    axes = page.axes(11.0, top, width - 11.0 - 4.0, height)
    for histogram in content.histograms:
        _draw(axes, histogram, content)
    _dress(page, axes, content, scale)
    return page.figure


def _draw(axes: "Axes", histogram: ScoreHistogram, content: OverlapContent) -> None:
    sign = 1 if histogram.arm == "treated" else -1
    colour = ARM_COLOUR[histogram.arm]
    height = sign * 100 * histogram.share
    edges = content.edges
    if content.is_ghost(histogram):
        fill, line = faded_ink(colour, 0.4 * GHOST_OPACITY), faded_ink(colour, GHOST_OPACITY)
        axes.stairs(height, edges, fill=True, facecolor=fill, edgecolor=line, linewidth=0.7, zorder=2)
        return
    width = np.diff(edges) * (0.72 if content.compared else 0.94)
    axes.bar((edges[:-1] + edges[1:]) / 2, height, width, color=colour, alpha=0.9, linewidth=0, zorder=3)


def _dress(page: PrintedPage, axes: "Axes", content: OverlapContent, scale: Scale) -> None:
    axes.set_xlim(float(content.edges[0]), float(content.edges[-1]))
    axes.set_ylim(-1.06 * content.highest, 1.06 * content.highest)
    ticks, names = share_ticks(content.highest)
    page.ticks(axes, "y", ticks, names)
    places, scores = score_ticks(content.edges)
    page.ticks(axes, "x", places, scores)
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.axhline(0.0, color=AXIS_INK, linewidth=HAIRLINE, zorder=4)
    room = axes.get_position().width * page.width
    title = print_text(cut_print(score_title(content, scale, 60), room, page.base))
    axes.set_xlabel(title, fontproperties=print_font(page.base), color=INK, labelpad=2)
    axes.set_ylabel("Share of the arm (%)", fontproperties=print_font(page.base), color=INK, labelpad=2)
