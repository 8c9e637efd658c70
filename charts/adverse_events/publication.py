"""The butterfly plot of adverse events for a journal's page."""

from typing import TYPE_CHECKING

from analysis.outcomes.safety import SafetyComparison
from charts.adverse_events.content import ANY_WORDS, SEVERE_WORDS, events_content
from charts.column import in_column
from charts.fonts import cut_print, print_font, printed_width
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.page import GRID_INK, HAIRLINE, INK, MARGIN, PrintedPage, line_step, pale_ink
from charts.style import ARM_COLOUR, DOUBLE_COLUMN_MM, Arm
from charts.ticks import round_ticks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_RIGHT = 3.0
_ROW = 5.2
_TALLEST = 200.0


@in_column
def adverse_events_publication(
    found: SafetyComparison, *, treated_label: str, control_label: str, width: float = DOUBLE_COLUMN_MM
) -> "Figure":
    """Draw the rows for print; arguments as in :func:`adverse_events_figure`, ``width`` in millimetres."""
    content = events_content(found, treated_label=treated_label, control_label=control_label)
    entries = [LegendEntry(words=f"{ANY_WORDS}: pale. {SEVERE_WORDS}: full colour. Each patient in the worst grade.")]
    sizes = PrintedPage(width, width)
    names = [cut_print(row.term, 0.3 * width, sizes.small, bold=row.overall) for row in content.rows]
    left = MARGIN + 2.0 + max((printed_width(name, sizes.small, bold=True) for name in names), default=8.0)
    top = MARGIN + print_legend_height(sizes, entries) + line_step(sizes.base) + 2.0
    step = min(_ROW, _TALLEST / max(1, len(names)))
    height = step * max(1, len(names))
    page = PrintedPage(width, top + height + 9.5)
    print_legend(page, entries, MARGIN)
    across = width - left - _RIGHT
    axes = page.axes(left, top, across, height)
    axes.set_xlim(-content.end, content.end)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    axes.yaxis.set_visible(False)
    ticks = round_ticks(0.0, content.end, 5)
    places = [*(-tick for tick in reversed(ticks) if tick), *ticks]
    page.ticks(axes, "x", places, [f"{abs(place):g}" for place in places])
    axes.set_xlabel("Patients with the event, %", fontproperties=print_font(page.base), color=INK, labelpad=2)
    for place in places:
        axes.axvline(place, color=INK if place == 0 else GRID_INK, linewidth=HAIRLINE, zorder=0)
    sides: tuple[tuple[Arm, float, float], ...] = (("treated", -1.0, 0.25), ("control", 1.0, 0.75))
    for arm, sign, middle in sides:
        title = cut_print(content.titles[arm], across / 2 - 2.0, page.base, bold=True)
        page.write(title, left + middle * across, top - 1.4, bold=True, ha="center")
        for number, row in enumerate(content.rows):
            wing = row.treated if arm == "treated" else row.control
            colour = ARM_COLOUR[arm]
            axes.barh(
                number,
                sign * wing.any_grade,
                height=0.7,
                facecolor=pale_ink(colour, 0.38),
                edgecolor=colour,
                linewidth=0.4,
            )
            axes.barh(number, sign * wing.severe, height=0.4, color=colour, linewidth=0)
    for number, (name, row) in enumerate(zip(names, content.rows, strict=True)):
        middle = top + (number + 0.5) * step
        page.write(name, left - 1.5, middle, size=page.small, bold=row.overall, ha="right", va="center")
    return page.figure
