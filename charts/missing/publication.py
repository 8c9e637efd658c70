"""The figure of missing covariates for a journal's page."""

from typing import TYPE_CHECKING

from analysis.cohort.missing import MissingPicture
from charts.column import in_column
from charts.fonts import cut_print, print_font, printed_width
from charts.hatching import hatch_bar, hatched_square
from charts.missing.content import FEW_PATTERNS, MOST_PATTERNS, MissingContent, missing_content
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, faded_ink, is_wide, line_step
from charts.style import ARM_COLOUR, DOUBLE_COLUMN_MM, Arm, format_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = 0.3
_ROW = 6.2
"""Millimetres from one covariate to the next."""
_BAR = 0.3
_CELL = 5.2
_GAP = 7.0
_RIGHT = 3.0
_AXIS_ROOM = 9.0
_ARMS: tuple[Arm, Arm] = ("treated", "control")


@in_column
def missing_publication(picture: MissingPicture, *, width: float = DOUBLE_COLUMN_MM) -> "Figure":
    """Draw the missing covariates for print; arguments as in :func:`missing_figure`, ``width`` in millimetres."""
    wide = is_wide(width)
    content = missing_content(picture, MOST_PATTERNS if wide else FEW_PATTERNS)
    sizes = PrintedPage(width, width)
    sentence = sizes.wrap(content.sentence, width - 2 * MARGIN)
    step = line_step(sizes.base)
    if not content.rows:
        page = PrintedPage(width, 2 * MARGIN + step * len(sentence))
        page.write_lines(sentence, MARGIN, MARGIN)
        return page.figure
    names = [cut_print(row.name, _NAMES * width, sizes.small) for row in content.rows]
    more = sizes.wrap(content.more, width - 2 * MARGIN, sizes.small) if content.more else []
    left = MARGIN + 1.8 + max(printed_width(name, sizes.small) for name in names)
    top = MARGIN + step * (len(sentence) + 2) + 2.0
    height = _ROW * len(names)
    page = PrintedPage(width, top + height + _AXIS_ROOM + line_step(sizes.small) * len(more))
    below = MARGIN + page.write_lines(sentence, MARGIN, MARGIN)
    _write_legend(page, content, below)
    strip = min(_CELL, 0.05 * width) * len(content.patterns)
    bars = page.axes(left, top, width - left - _GAP - strip - _RIGHT, height)
    _draw_bars(page, bars, content, names)
    cells = page.axes(width - _RIGHT - strip, top, strip, height)
    _draw_strip(page, cells, content)
    heading = "Missing together"
    room = printed_width(heading, page.small)
    page.write(heading, min(width - _RIGHT - strip, width - MARGIN - room), top - 1.0, size=page.small, color=FAINT_INK)
    page.write_lines(more, MARGIN, top + height + _AXIS_ROOM, size=page.small)
    return page.figure


def _write_legend(page: PrintedPage, content: MissingContent, top: float) -> None:
    x = MARGIN
    for arm in _ARMS:
        page.box(x, top + 0.35, 2.2, 2.2, facecolor=faded_ink(ARM_COLOUR[arm], 0.9), edgecolor=ARM_COLOUR[arm])
        if arm == "control":
            hatched_square(page, x, top + 0.35, 2.2)
        page.write_lines([content.entries[arm]], x + 3.6, top)
        x += 3.6 + printed_width(content.entries[arm], page.base) + 5.0


def _draw_bars(page: PrintedPage, axes: "Axes", content: MissingContent, names: list[str]) -> None:
    axes.set_xlim(0, content.end)
    axes.set_ylim(len(names) - 0.5, -0.5)
    page.ticks(axes, "y", list(range(len(names))), names)
    axes.tick_params(axis="y", length=0)
    places = [content.step * number for number in range(int(content.end / content.step) + 1)]
    page.ticks(axes, "x", places, [f"{place:g}" for place in places])
    axes.grid(visible=True, axis="x", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    for arm in _ARMS:
        side = -0.5 if arm == "treated" else 0.5
        for row, covariate in enumerate(content.rows):
            y = row + side * (_BAR + 0.04)
            axes.barh(y, covariate.percent[arm], _BAR, color=ARM_COLOUR[arm], alpha=0.9, linewidth=0, zorder=3)
            if arm == "control":
                hatch_bar(axes, 0.0, y, covariate.percent[arm], _BAR)
            axes.annotate(
                format_count(covariate.count[arm]),
                (covariate.percent[arm], y),
                xytext=(1.5, 0),
                textcoords="offset points",
                va="center",
                color=INK,
                fontproperties=print_font(page.small),
            )
    title = "Arm without a value (%)" if is_wide(page.width) else "Missing (%)"
    axes.set_xlabel(title, fontproperties=print_font(page.base), color=INK, labelpad=2)


def _draw_strip(page: PrintedPage, axes: "Axes", content: MissingContent) -> None:
    axes.set_xlim(-0.5, len(content.patterns) - 0.5)
    axes.set_ylim(len(content.rows) - 0.5, -0.5)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    page.ticks(axes, "y", [], [])
    page.ticks(axes, "x", list(range(len(content.patterns))), [format_count(column.n) for column in content.patterns])
    axes.tick_params(axis="x", length=0)
    for absent, size, colour in ((False, 1.4, GRID_INK), (True, 5.0, FAINT_INK)):
        cells = [
            (place, row)
            for place, column in enumerate(content.patterns)
            for row, missing in enumerate(column.absent)
            if missing == absent
        ]
        axes.plot(
            [place for place, _ in cells],
            [row for _, row in cells],
            linestyle="none",
            marker="s",
            markersize=size,
            markeredgewidth=0,
            color=colour,
            clip_on=False,
        )
    axes.set_xlabel("Patients", fontproperties=print_font(page.base), color=INK, labelpad=2)
