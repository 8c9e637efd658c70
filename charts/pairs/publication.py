"""The figure of matched sets for a journal's page."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analysis.design.matched_sets import MatchedSets
from charts.column import in_column
from charts.fonts import cut_print, print_font, printed_width
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.overlap.content import Scale
from charts.page import INK, MARGIN, PrintedPage, faded_ink, is_wide
from charts.pairs.content import pairs_content, score_name, set_lines
from charts.style import ARM_COLOUR, DOUBLE_COLUMN_MM, POPULATION_COLOUR, Arm
from charts.ticks import round_ticks, tick_names

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_RIGHT = 4.0


@in_column
def pairs_publication(
    sets: MatchedSets,
    score: ArrayLike,
    *,
    treated: ArrayLike,
    treated_label: str,
    control_label: str,
    scale: Scale = "probability",
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw the sets for print; arguments as in :func:`pairs_figure`, ``width`` in millimetres."""
    content = pairs_content(sets, score, treated=treated, treated_label=treated_label, control_label=control_label)
    entries = [LegendEntry(words=content.sentence)]
    if content.n_marked:
        entries.append(LegendEntry(words=content.marked_entry, colour=INK, kind="line"))
    sizes = PrintedPage(width, width)
    arms: tuple[tuple[Arm, float], ...] = (("treated", 1.0), ("control", 0.0))
    names = [cut_print(content.labels[arm], 0.26 * width, sizes.small) for arm, _ in arms]
    left = MARGIN + 2.6 + max(printed_width(name, sizes.small) for name in names)
    top = MARGIN + print_legend_height(sizes, entries) + 2.0
    height = 0.3 * width if is_wide(width) else 0.5 * width
    page = PrintedPage(width, top + height + 9.5)
    print_legend(page, entries, MARGIN)
    axes = page.axes(left, top, width - left - _RIGHT, height)
    for place, one in enumerate(content.sets):
        x, y = (np.array(values, dtype=np.float64) for values in set_lines(content, one))
        strong = place < content.n_marked
        colour = faded_ink(INK, 1.0) if strong else faded_ink(POPULATION_COLOUR["before"], 0.45)
        axes.plot(x, y, color=colour, linewidth=0.8 if strong else 0.5, zorder=3 if strong else 2)
    for arm, level in arms:
        rows = [row for one in content.sets for row in (one.treated if arm == "treated" else one.control)]
        axes.plot(
            content.score[rows] if rows else [],
            [level] * len(rows),
            linestyle="none",
            marker="o" if arm == "treated" else "D",
            markersize=2.6,
            color=ARM_COLOUR[arm],
            zorder=4,
            clip_on=False,
        )
    axes.set_xlim(*content.range)
    axes.set_ylim(-0.12, 1.12)
    axes.spines["left"].set_visible(False)
    page.ticks(axes, "y", (1.0, 0.0), names)
    axes.tick_params(axis="y", length=0)
    places = round_ticks(*content.range, 7 if is_wide(width) else 5)
    page.ticks(axes, "x", places, tick_names(places))
    axes.set_xlabel(score_name(scale), fontproperties=print_font(page.base), color=INK, labelpad=2)
    return page.figure
