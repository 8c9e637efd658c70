"""Any forest plot for a journal's page."""

from typing import TYPE_CHECKING

from charts.fonts import cut_print, printed_width
from charts.forest.content import ForestContent, ForestMark, ForestPanel, ForestRow
from charts.legend import POPULATION_MARK, POPULATION_PRINT_SYMBOL, LegendEntry, print_legend, print_legend_height
from charts.page import AXIS_INK, FAINT_INK, HAIRLINE, INK, MARGIN, PrintedPage, is_wide, line_step
from charts.style import DOUBLE_COLUMN_MM, LIGHT, POPULATION_COLOUR, population_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TALLEST = 200.0
_AXIS_ROOM = 9.5
_INSET = 2.0


def forest_print(content: ForestContent, *, width: float = DOUBLE_COLUMN_MM) -> "Figure":
    """Draw a forest plot for print; ``width`` in millimetres. A narrow page leaves the counts to the table."""
    sizes = PrintedPage(width, width)
    entries = _entries(content)
    top = MARGIN + print_legend_height(sizes, entries) + 2.0
    n_lines = sum(row.lines + 0.4 for panel in content.panels for row in panel.rows)
    spare = _TALLEST - _AXIS_ROOM * len(content.panels)
    step = min(1.15 * line_step(sizes.small), spare / max(1.0, n_lines))
    columns = _Columns(content, sizes, width)
    height = step * n_lines + _AXIS_ROOM * len(content.panels)
    page = PrintedPage(width, top + height)
    print_legend(page, entries, MARGIN)
    above = top
    for panel in content.panels:
        own = step * sum(row.lines + 0.4 for row in panel.rows)
        axes = page.axes(columns.left, above, width - columns.left - columns.right, own)
        _dress(page, axes, panel, above + own, own / step)
        line = 0.0
        for row in panel.rows:
            _row(page, axes, row, (above, line, step), columns, arrows=content.arrows)
            line += row.lines + 0.4
        above += own + _AXIS_ROOM
    return page.figure


class _Columns:
    """Millimetres left and right of the axes, and the room of names."""

    def __init__(self, content: ForestContent, sizes: PrintedPage, width: float) -> None:
        rows = [row for panel in content.panels for row in panel.rows]
        size = sizes.small
        words = [mark.words for mark in content.marks] + [row.words for row in rows if row.kind != "heading"]
        self.right = MARGIN + 2.0 + max((printed_width(text, size) for text in words), default=8.0)
        self.has_counts = is_wide(width) and any(content.counts)
        counts = max((printed_width(text, size) for text in content.counts), default=0.0) + 3.0
        most = 0.58 * width - self.right - (counts if self.has_counts else 0.0) - MARGIN - _INSET
        names = [printed_width(row.name, size, bold=True) for row in rows if row.kind != "heading"]
        self.names = min(max(names, default=8.0), max(most, 0.16 * width))
        self.left = MARGIN + _INSET + self.names + 2.0 + (counts if self.has_counts else 0.0)


def _entries(content: ForestContent) -> list[LegendEntry]:
    entries = [LegendEntry(words=sentence) for sentence in content.sentences]
    for when in content.whens:
        name = population_name(when, content.design_word).capitalize()
        entries.append(LegendEntry(words=name, colour=_colour(when), kind=POPULATION_MARK[when]))
    if content.has_few:
        entries.append(LegendEntry(words="Few patients or events", colour=LIGHT.muted, kind="hollow"))
    return entries


def _colour(when: str) -> str:
    return POPULATION_COLOUR[when]


def _dress(page: PrintedPage, axes: "Axes", panel: ForestPanel, bottom: float, n_lines: float) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    if panel.log:
        axes.set_xscale("log")
    axes.set_xlim(*panel.range)
    axes.set_ylim(max(1.0, n_lines), 0.0)
    axes.spines["left"].set_visible(False)
    axes.yaxis.set_visible(False)
    page.ticks(axes, "x", panel.ticks, [panel.tick_text(tick) for tick in panel.ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.axvline(panel.guide, color=FAINT_INK, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
    title = cut_print(panel.title, page.width - 2 * MARGIN, page.base)
    wide = printed_width(title, page.base)
    box = axes.get_position()
    middle = (box.x0 + box.x1) / 2 * page.width
    x = max(MARGIN, min(middle - wide / 2, page.width - MARGIN - wide))
    page.write(title, x, bottom + 7.3, size=page.base, color=INK)


def _row(
    page: PrintedPage,
    axes: "Axes",
    row: ForestRow,
    place: tuple[float, float, float],
    columns: _Columns,
    *,
    arrows: bool,
) -> None:
    above, line, step = place

    def write(text: str, x: float, number: int, colour: str, *, bold: bool = False, ha: str = "left") -> None:
        y = above + step * (line + 0.2 + number + 0.5)
        if text:
            page.write(text, x, y, size=page.small, bold=bold, color=colour, va="center", ha=ha)

    heading = row.kind == "heading"
    room = 0.55 * page.width if heading else columns.names
    bold = row.kind != "level"
    name = cut_print(row.name, room, page.small, bold=bold)
    write(name, MARGIN + (_INSET if row.kind == "level" else 0.0), 0, INK, bold=bold)
    if row.kind == "overall" and line:
        axes.axhline(line, color=AXIS_INK, linewidth=HAIRLINE)
    if heading:
        write(row.words, page.width - MARGIN, 0, FAINT_INK, ha="right")
        return
    lines = [(mark.counts, mark.words, FAINT_INK if mark.ghost else INK) for mark in row.marks]
    for number, (counts, words, colour) in enumerate(lines or [(row.counts, row.words, FAINT_INK)]):
        write(counts if columns.has_counts else "", columns.left - 2.0, number, FAINT_INK, ha="right")
        write(words, page.width - columns.right + 2.0, number, colour)
    for number, mark in enumerate(row.marks):
        _draw(axes, mark, line + 0.2 + number + 0.5, row.name)
    if arrows:
        _arrow(axes, row, line)


def _draw(axes: "Axes", mark: ForestMark, y: float, name: str) -> None:
    if mark.estimate is None:
        return
    colour = _colour(mark.when)
    if mark.lower is not None and mark.upper is not None:
        axes.plot((mark.lower, mark.upper), (y, y), color=colour, linewidth=0.9, zorder=2, label=f"Interval {name}")
    axes.plot(
        [mark.estimate],
        [y],
        marker=POPULATION_PRINT_SYMBOL[mark.when],
        markersize=2.6 + 1.4 * mark.share,
        markeredgecolor=colour,
        markerfacecolor="white" if mark.few else colour,
        linestyle="none",
        zorder=3,
        label=f"Estimate {name}",
    )


def _arrow(axes: "Axes", row: ForestRow, line: float) -> None:
    ends = {mark.when: (line + 0.7 + number, mark.estimate) for number, mark in enumerate(row.marks)}
    if len(ends) < 2 or any(estimate is None for _, estimate in ends.values()):
        return
    (y_tail, tail), (y_head, head) = ends["before"], ends["after"]
    look = {
        "arrowstyle": "-|>",
        "color": FAINT_INK,
        "linewidth": 0.6,
        "mutation_scale": 4.0,
        "shrinkA": 2,
        "shrinkB": 2,
    }
    axes.annotate("", xy=(head, y_head), xytext=(tail, y_tail), arrowprops=look, zorder=4)
