"""The caliper path for a journal's page."""

from typing import TYPE_CHECKING

from analysis.study.caliper_path import CaliperPath
from charts.caliper_path.content import (
    CaliperPathContent,
    PathPanel,
    caliper_path_content,
    segments,
)
from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text, printed_width
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, faded_ink, is_wide, line_step
from charts.style import ARM_COLOUR, BAND_OPACITY, DOUBLE_COLUMN_MM, POPULATION_COLOUR, PRINT_DASH, Arm, format_tick

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEFT = 12.0
_RIGHT = 4.0
_AXIS_ROOM = 9.0


@in_column
def caliper_path_publication(
    path: CaliperPath,
    *,
    unit: str,
    treated_label: str,
    control_label: str,
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw the caliper path for print; arguments as in :func:`caliper_path_figure`, ``width`` in millimetres."""
    content = caliper_path_content(
        path,
        unit=unit,
        treated_label=treated_label,
        control_label=control_label,
    )
    sizes = PrintedPage(width, width)
    if content is None:
        page = PrintedPage(width, 3 * line_step(sizes.base))
        page.write_lines(["No caliper forms a set."], MARGIN, MARGIN)
        return page.figure
    lines = [line for sentence in content.sentences for line in sizes.wrap(sentence, width - 2 * MARGIN)]
    step = line_step(sizes.base)
    panel_height = 26.0 if is_wide(width) else 21.0
    top = MARGIN + step * (len(lines) + 1) + 1.0
    page = PrintedPage(width, top + len(content.panels) * (panel_height + step + 3.0) + _AXIS_ROOM)
    page.write_lines(lines, MARGIN, MARGIN)
    _name_marks(page, content, top - step)
    for number, panel in enumerate(content.panels):
        _write_title(page, panel, (treated_label, control_label), top)
        axes = page.axes(_LEFT, top + step + 1.0, width - _LEFT - _RIGHT, panel_height)
        _dress(page, axes, content, panel, last=number == len(content.panels) - 1)
        _draw(axes, content, panel)
        top += panel_height + step + 3.0
    return page.figure


def _write_title(page: PrintedPage, panel: PathPanel, labels: tuple[str, str], top: float) -> None:
    room = page.width - 2 * MARGIN
    title = cut_print(panel.title, room if panel.name != "size" else 0.4 * room, page.base, bold=True)
    page.write_lines([title], MARGIN, top, bold=True)
    if panel.name != "size":
        return
    x = MARGIN + printed_width(title, page.base, bold=True) + 4.0
    arms: tuple[tuple[Arm, str], ...] = (("treated", labels[0]), ("control", labels[1]))
    for arm, label in arms:
        middle = top + 0.5 * line_step(page.base)
        page.rule((x, x + 6.0), (middle, middle), color=ARM_COLOUR[arm], linestyle=PRINT_DASH[arm], linewidth=1.2)
        name = cut_print(label, 0.2 * room, page.base)
        page.write_lines([name], x + 7.0, top)
        x += 7.0 + printed_width(name, page.base) + 4.0


def _name_marks(page: PrintedPage, content: CaliperPathContent, top: float) -> None:
    """The names of the two lines, the first to the left of its line where there are two."""
    end = 0.0
    for number, (name, caliper) in enumerate(content.marks):
        x = _LEFT + _share(content, caliper) * (page.width - _LEFT - _RIGHT)
        wide = printed_width(name, page.small)
        left = x - wide / 2 if len(content.marks) == 1 else x - wide - 0.5 if number == 0 else x + 0.5
        left = max(min(max(left, MARGIN), page.width - MARGIN - wide), end)
        page.write_lines([name], left, top, size=page.small, color=FAINT_INK)
        end = left + wide + 2.0


def _share(content: CaliperPathContent, caliper: float) -> float:
    from math import log

    low, high = content.span
    return log(caliper / low) / log(high / low) if content.log else (caliper - low) / (high - low)


def _dress(page: PrintedPage, axes: "Axes", content: CaliperPathContent, panel: PathPanel, *, last: bool) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    if content.log:
        axes.set_xscale("log")
    if panel.log:
        axes.set_yscale("log")
    axes.set_xlim(*content.span)
    axes.set_ylim(*panel.range)
    page.ticks(axes, "x", content.ticks, [format_tick(tick) if last else "" for tick in content.ticks])
    page.ticks(axes, "y", panel.ticks, [panel.tick_text(tick) for tick in panel.ticks])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    for name, caliper in content.marks:
        style = "-" if name.startswith("now") else (0, (1.2, 1.6))
        axes.axvline(caliper, color=FAINT_INK, linewidth=0.7, linestyle=style, zorder=1)
    if panel.guide is not None:
        axes.axhline(panel.guide, color=FAINT_INK, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
    if last:
        title = print_text(cut_print(content.axis_title, page.width - _LEFT - _RIGHT, page.base))
        axes.set_xlabel(title, fontproperties=print_font(page.base), color=INK, labelpad=2)


def _draw(axes: "Axes", content: CaliperPathContent, panel: PathPanel) -> None:
    for line in panel.lines:
        colour = POPULATION_COLOUR["after"] if line.arm is None else ARM_COLOUR[line.arm]
        for run in segments(line):
            lower, upper = line.lower or (), line.upper or ()
            axes.fill_between(
                [content.caliper[row] for row in run],
                [lower[row] or 0.0 for row in run],
                [upper[row] or 0.0 for row in run],
                color=faded_ink(colour, BAND_OPACITY),
                linewidth=0,
                zorder=2,
            )
        axes.plot(
            content.caliper,
            [float("nan") if value is None else value for value in line.values],
            color=colour,
            linewidth=1.2,
            linestyle="-" if line.arm is None else PRINT_DASH[line.arm],
            marker="o",
            markersize=1.8,
            zorder=3,
        )
