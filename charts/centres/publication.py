"""The forest plot of centres for a journal's page."""

from typing import TYPE_CHECKING

from analysis.study.centres import CentreComparison, CentreEffect
from charts.centres.content import CentreMark, CentresContent, centres_content
from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text, printed_width
from charts.legend import POPULATION_MARK, POPULATION_PRINT_SYMBOL, LegendEntry, print_legend, print_legend_height
from charts.page import AXIS_INK, FAINT_INK, HAIRLINE, INK, MARGIN, PrintedPage, line_step
from charts.style import DOUBLE_COLUMN_MM, LIGHT, POPULATION_COLOUR, DesignWord, Population, population_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TALLEST = 190.0


@in_column
def centres_publication(
    found: CentreComparison,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    overall_before: CentreEffect | None = None,
    overall_after: CentreEffect | None = None,
    width: float = DOUBLE_COLUMN_MM,
    design_word: DesignWord = "matching",
) -> "Figure":
    """Draw the effects by centre for print; arguments as in :func:`centres_figure`, ``width`` in millimetres."""
    content = centres_content(
        found,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        overall_before=overall_before,
        overall_after=overall_after,
        design_word=design_word,
    )
    sizes = PrintedPage(width, width)
    entries = _entries(content)
    top = MARGIN + print_legend_height(sizes, entries) + 2.0
    names = [cut_print(row.name, 0.3 * width, sizes.small, bold=True) for row in content.rows]
    counts = [cut_print(row.counts, 0.3 * width, sizes.small) for row in content.rows]
    widths = [printed_width(name, sizes.small, bold=True) for name in names]
    left = MARGIN + 2.0 + max([*widths, *(printed_width(words, sizes.small) for words in counts)], default=8.0)
    words = [printed_width(mark.words, sizes.small) for row in content.rows for mark in row.marks]
    right = MARGIN + 2.0 + max(words, default=8.0)
    step = min(2.4 * line_step(sizes.small), _TALLEST / max(1, len(content.rows)))
    height = step * max(1, len(content.rows))
    page = PrintedPage(width, top + height + 9.5)
    print_legend(page, entries, MARGIN)
    axes = page.axes(left, top, width - left - right, height)
    _dress(page, axes, content)
    for number, (row, name, who) in enumerate(zip(content.rows, names, counts, strict=True)):
        middle = top + step * (number + 0.5)
        page.write(name, MARGIN, middle - 0.3, size=page.small, bold=True)
        page.write(who, MARGIN, middle + 0.75 * line_step(page.small), size=page.small, color=FAINT_INK)
        for place, mark in enumerate(row.marks):
            shift = 0.4 * (place - (len(row.marks) - 1) / 2)
            _draw(axes, mark, number + 0.5 + shift)
            ink = FAINT_INK if mark.ghost else INK
            y = middle + shift * step
            page.write(mark.words, width - right + 2.0, y, size=page.small, color=ink, va="center")
    return page.figure


def _entries(content: CentresContent) -> list[LegendEntry]:
    entries = [LegendEntry(words=sentence) for sentence in content.sentences]
    for when in content.whens:
        colour = POPULATION_COLOUR[when]
        name = population_name(when, content.design_word).capitalize()
        entries.append(LegendEntry(words=name, colour=colour, kind=POPULATION_MARK[when]))
    if content.has_few:
        entries.append(LegendEntry(words="Few patients or events", colour=LIGHT.muted, kind="hollow"))
    return entries


def _dress(page: PrintedPage, axes: "Axes", content: CentresContent) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    if content.log:
        axes.set_xscale("log")
    axes.set_xlim(*content.range)
    axes.set_ylim(max(1, len(content.rows)), 0.0)
    axes.spines["left"].set_visible(False)
    axes.yaxis.set_visible(False)
    page.ticks(axes, "x", content.ticks, [content.tick_text(tick) for tick in content.ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.axvline(content.guide, color=FAINT_INK, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
    for number, row in enumerate(content.rows):
        if row.overall and number:
            axes.axhline(number, color=AXIS_INK, linewidth=HAIRLINE)
    title = print_text(cut_print(content.title, page.width - 2 * MARGIN, page.base))
    box = axes.get_position()
    middle = (box.x0 + box.x1) / 2 * page.width
    wide = printed_width(content.title, page.base)
    x = min(max(middle, MARGIN + wide / 2), page.width - MARGIN - wide / 2)
    page.figure.text(
        max(x, page.width / 2 if wide > page.width - 2 * MARGIN else 0.0) / page.width,
        2.2 / page.height,
        title,
        fontproperties=print_font(page.base),
        color=INK,
        ha="center",
        va="baseline",
    )


def _draw(axes: "Axes", mark: CentreMark, y: float) -> None:
    if mark.estimate is None:
        return
    colour = POPULATION_COLOUR[mark.when]
    if mark.lower is not None and mark.upper is not None:
        axes.plot((mark.lower, mark.upper), (y, y), color=colour, linewidth=0.9, zorder=2)
    face = "white" if mark.few else colour
    axes.plot(
        [mark.estimate],
        [y],
        marker=POPULATION_PRINT_SYMBOL[mark.when],
        markersize=3.6,
        markeredgecolor=colour,
        markerfacecolor=face,
        linestyle="none",
        zorder=3,
    )
