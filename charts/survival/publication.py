"""The Kaplan–Meier figure for a journal's page."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.outcomes.survival_comparison import SurvivalComparison
from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text, printed_width
from charts.lettering import clean_label
from charts.lint.facts import FigureFacts, remember
from charts.page import FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, is_wide, line_step
from charts.style import (
    ARM_COLOUR,
    BAND_OPACITY,
    DOUBLE_COLUMN_MM,
    GHOST_OPACITY,
    PRINT_DASH,
    TAIL_OPACITY,
    Arm,
    DesignWord,
    Population,
    format_tick,
)
from charts.survival.content import TIME, DrawnCurve, Hazards, SurvivalContent, survival_content
from charts.survival.steps import View, outline
from charts.survival.table import TableLine, TableRow, table_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_RIGHT = 4.0
_MARK = 7.0
_AXIS_ROOM = 8.5
ROWS: dict[Population, tuple[TableRow, ...]] = {
    "before": ("at risk", "censored", "events"),
    "after": ("at risk", "censored", "events"),
    "compare": ("at risk",),
}


@in_column
def survival_publication(
    before: SurvivalComparison | None,
    after: SurvivalComparison | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    outcome: str,
    time_unit: str = "months",
    table_rows: Sequence[TableRow] | None = None,
    width: float = DOUBLE_COLUMN_MM,
    shown_set: str = "",
    design_word: DesignWord = "matching",
    view: View = "survival",
    hazards: Hazards | None = None,
    colours: Mapping[Arm, str] = ARM_COLOUR,
    time_title: str = TIME,
) -> "Figure":
    """Draw survival in both arms for print: the content of the interactive figure with its table, on one page.

    Parameters
    ----------
    before, after : SurvivalComparison or None
        Only what the population view needs has to be given.
    population : {"before", "after", "compare"}
        Which of them to draw.
    treated_label, control_label, outcome, time_unit : str
        As written in the study file; anything in them is printed letter by letter.
    table_rows : sequence of {"at risk", "censored", "events"}
        What the table beneath the axis counts; by default all three, and in a comparison those at risk.
    width : float
        Millimetres; 85 for one column of a journal and 175 for two. Lettering is never below 6 points.
    shown_set : str
        Which imputed set the matched patients are of, such as "imputed set 1 of 20"; empty where nothing was imputed.
    design_word : {"matching", "weighting"}
        What made the population after, as the legend calls it.
    view, hazards, colours, time_title
        As in :func:`survival_figure`.

    Raises
    ------
    ValueError
        When the view needs a comparison that was not given.
    """
    # On paper nothing is switched: the time axis ends where the curves that are drawn end.
    content = survival_content(
        None if population == "after" else before,
        None if population == "before" else after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        time_unit=time_unit,
        most_ticks=most_printed_ticks(width),
        shown_set=shown_set,
        design_word=design_word,
        view=view,
        hazards=hazards if population == "compare" or not hazards else {population: hazards[population]},
        colours=colours,
        time_title=time_title,
    )
    return curves_publication(
        content, outcome=outcome, time_unit=time_unit, population=population, table_rows=table_rows, width=width
    )


def most_printed_ticks(width: float) -> int:
    """Ticks of a time axis that have room on a page of this width in millimetres."""
    return max(4, min(12, int((width - 20) / 9.3)))


def curves_publication(
    content: SurvivalContent,
    *,
    outcome: str,
    time_unit: str,
    population: Population,
    table_rows: Sequence[TableRow] | None,
    width: float,
) -> "Figure":
    """Draw curves of any kind for print; arguments as in :func:`survival_publication`."""
    sizes = PrintedPage(width, width)
    step, small_step = line_step(sizes.base), line_step(sizes.small)
    room = width - 2 * MARGIN
    entries = [sizes.wrap(curve.legend, room - _MARK) for curve in content.listed]
    sentences = [line for sentence in content.sentences for line in sizes.wrap(sentence, room)]
    notes = sizes.wrap(content.note, room, sizes.small) if content.note else []
    rows = table_rows if table_rows is not None else ROWS[population]
    table = table_lines(content, rows, compared=population == "compare", fits=_fits)
    top = MARGIN + step * (sum(len(entry) for entry in entries) + len(sentences)) + 2.5
    plot_height = _plot_height(width)
    table_top = top + plot_height + _AXIS_ROOM
    foot = table_top + small_step * len(table) + 1.0
    page = PrintedPage(width, foot + small_step * len(notes) + MARGIN)

    count_room = (
        1.2 + max((printed_width(line.counts[0], page.small) for line in table if line.counts), default=0.0) / 2
    )
    names_room = max((printed_width(line.name, page.small) for line in table), default=0.0)
    left = max(13.5, MARGIN + names_room + count_room)
    _write_header(page, content, entries, sentences)
    axes = page.axes(left, top, width - left - _RIGHT, plot_height)
    axes.set_label(f"Plot {outcome}")
    _draw_axes(page, axes, content, clean_label(outcome), clean_label(time_unit))
    for order, curve in enumerate(content.curves):
        _draw_curve(axes, curve, order, print_scale(width))
    _write_table(page, table, content, left, table_top, count_room)
    page.write_lines(notes, MARGIN, foot, size=page.small, color=FAINT_INK)
    tail = any(curve.steps.tail is not None for curve in content.curves)
    facts = FigureFacts(has_curves=True, has_table=any(line.counts for line in table), has_tail=tail, marks_tail=True)
    remember(page.figure, facts)
    return page.figure


def _plot_height(width: float) -> float:
    return 0.46 * width if is_wide(width) else 0.62 * width


def print_scale(width: float) -> float:
    """How heavy lines are drawn, relative to a page of two columns."""
    return 1.0 if is_wide(width) else 0.85


def _fits(names: Sequence[str]) -> bool:
    return max(printed_width(name, 7.0) for name in names) <= 22.0


def _write_header(page: PrintedPage, content: SurvivalContent, entries: list[list[str]], sentences: list[str]) -> None:
    top = MARGIN
    step = line_step(page.base)
    for curve, entry in zip(content.listed, entries, strict=True):
        colour, opacity = curve.colour, GHOST_OPACITY if curve.ghost else 1.0
        middle = top + 0.5 * step
        page.rule(
            (MARGIN, MARGIN + _MARK - 1.2),
            (middle, middle),
            color=colour,
            alpha=opacity,
            linewidth=_weight(curve),
            linestyle=PRINT_DASH[curve.arm],
        )
        top += page.write_lines(entry, MARGIN + _MARK, top)
    page.write_lines(sentences, MARGIN, top)


def _weight(curve: DrawnCurve) -> float:
    return 0.9 if curve.ghost else 1.4


def _draw_axes(page: PrintedPage, axes: "Axes", content: SurvivalContent, outcome: str, time_unit: str) -> None:
    axes.set_xlim(0, content.end * 1.02)
    axes.set_ylim(0, 1.01 * content.axis.top)
    page.ticks(axes, "x", content.ticks, [format_tick(tick) for tick in content.ticks])
    page.ticks(axes, "y", content.axis.ticks, content.axis.names)
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    across = print_text(cut_print(f"{content.time_title} ({time_unit})", 0.6 * page.width, page.base))
    axes.set_xlabel(across, fontproperties=print_font(page.base), color=INK, labelpad=2)
    high = 0.9 * _plot_height(page.width)
    first, *rest = page.wrap(content.axis.title.format(outcome), high)
    lines = [first, cut_print(" ".join(rest), high, page.base)] if rest else [first]
    upwards = "\n".join(print_text(line) for line in lines)
    axes.set_ylabel(upwards, fontproperties=print_font(page.base), color=INK, labelpad=2)
    medians = [curve.median for curve in content.curves if curve.median is not None and not curve.ghost]
    guide: dict[str, Any] = {"color": FAINT_INK, "linewidth": 0.6, "linestyle": (0, (1.2, 1.6)), "zorder": 1.5}
    if medians:
        axes.plot((0, max(medians)), (50, 50), **guide)
    for median in medians:
        axes.plot((median, median), (50, 0), **guide)


def _draw_curve(axes: "Axes", curve: DrawnCurve, order: int, scale: float) -> None:
    colour, opacity = curve.colour, GHOST_OPACITY if curve.ghost else 1.0
    name = f"{curve.label}, {curve.when}"  # on a slide a shape is called what its artist is labelled
    level = 2.0 + 0.1 * order
    style: dict[str, Any] = {
        "where": "post",
        "color": colour,
        "linewidth": scale * _weight(curve),
        "solid_joinstyle": "miter",
    }
    style["linestyle"] = PRINT_DASH[curve.arm]
    if curve.steps.lower is not None and curve.steps.upper is not None:
        corners = outline(curve.steps.lower, curve.steps.upper)
        axes.fill(*corners, facecolor=colour, edgecolor="none", alpha=BAND_OPACITY, zorder=level, label=f"Band {name}")
    axes.step(
        curve.steps.line.time,
        curve.steps.line.level,
        alpha=opacity,
        zorder=level + 1,
        label=f"Curve {name}",
        **style,
    )
    if curve.steps.tail is not None:
        axes.step(
            curve.steps.tail.time,
            curve.steps.tail.level,
            alpha=opacity * TAIL_OPACITY,
            zorder=level + 1,
            label=f"Curve {name}, few at risk",
            **style,
        )
    axes.plot(
        curve.steps.censor_time,
        curve.steps.censor_level,
        label=f"Censored {name}",
        linestyle="none",
        marker="|",
        markersize=4.0 * scale,
        markeredgewidth=0.6,
        color=colour,
        zorder=level + 1.05,
    )


def _write_table(
    page: PrintedPage,
    table: list[TableLine],
    content: SurvivalContent,
    left: float,
    top: float,
    count_room: float,
) -> None:
    step = line_step(page.small)
    wide = page.width - left - _RIGHT
    for row, line in enumerate(table):
        baseline = top + (row + 0.8) * step
        ink = FAINT_INK if line.quiet else INK
        if line.heading:
            _write_heading(page, line, baseline, ink)
        if line.name:
            page.write(line.name, left - count_room, baseline, size=page.small, ha="right", color=ink)
        for tick, count in zip(content.ticks, line.counts, strict=bool(line.counts)):
            place = left + wide * tick / (content.end * 1.02)
            page.write(count, place, baseline, size=page.small, ha="center", color=ink)


def _write_heading(page: PrintedPage, line: TableLine, baseline: float, ink: str) -> None:
    shift = 0.0
    if line.colour:
        side = 1.5
        page.box(
            MARGIN,
            baseline - side,
            side,
            side,
            facecolor=line.colour,
            edgecolor="none",
            alpha=GHOST_OPACITY if line.quiet else 1.0,
        )
        shift = side + 1.0
    room = page.width - 2 * MARGIN - shift
    heading = cut_print(line.heading, room, page.small, bold=True)
    page.write(heading, MARGIN + shift, baseline, size=page.small, bold=True, color=ink)
