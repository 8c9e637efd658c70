"""The Love plot for a journal's page."""

from typing import TYPE_CHECKING, Any

from analysis.design.balance import CovariateBalance
from charts.balance.content import LoveContent, LoveTerm, SortOrder, love_content
from charts.column import in_column
from charts.fonts import cut_print, is_in_first_font, print_font, printed_width
from charts.page import AXIS_INK, FAINT_INK, GRID_INK, HAIRLINE, INK, MARGIN, PrintedPage, line_step
from charts.style import BALANCE_LINES, DOUBLE_COLUMN_MM, POPULATION_COLOUR, DesignWord, Population, format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = 0.45
_RIGHT = 4.0
_AXIS_ROOM = 9.0
_TALLEST = 200.0
"""Millimetres that the rows may take on a journal's page."""
_APART = 6.0
"""Millimetres between the lines at which their names can be centred above them."""
_BAND = "#ECEEF1"


@in_column
def love_publication(
    balance: CovariateBalance,
    *,
    population: Population,
    width: float = DOUBLE_COLUMN_MM,
    other_balance: CovariateBalance | None = None,
    sort: SortOrder = "before",
    grouped: bool = False,
    design_word: DesignWord = "matching",
) -> "Figure":
    """Draw the Love plot for print; arguments as in :func:`love_figure`, ``width`` in millimetres.

    Of more terms than a page can hold, those with the largest differences are drawn, and the rest are counted.
    """
    sizes = PrintedPage(width, width)
    content = love_content(
        balance,
        population,
        _most_terms(sizes, balance, other_balance, grouped=grouped),
        other_balance=other_balance,
        sort=sort,
        grouped=grouped,
        design_word=design_word,
    )
    names = [cut_print(row.name, _NAMES * width, sizes.small, bold=row.term is None) for row in content.rows]
    widths = [
        printed_width(name, sizes.small, bold=row.term is None) for row, name in zip(content.rows, names, strict=True)
    ]
    left = MARGIN + 2.6 + max(widths, default=8.0)
    header = sizes.wrap(content.sentence, width - 2 * MARGIN)
    chance = sizes.wrap(content.chance_entry, width - 2 * MARGIN - 4.0) if content.chance_entry else []
    raw = sizes.wrap(content.raw_entry, width - 2 * MARGIN) if content.raw_entry else []
    top = MARGIN + line_step(sizes.base) * (len(header) + 1 + len(chance) + len(raw)) + 4.0
    row = 1.22 * line_step(sizes.small)
    height = row * (len(names) + 0.6)
    page = PrintedPage(width, top + height + _AXIS_ROOM)
    below = MARGIN + page.write_lines(header, MARGIN, MARGIN)
    _write_legend(page, content, chance, below)
    page.write_lines(raw, MARGIN, below + line_step(page.base) * (1 + len(chance)))
    axes = page.axes(left, top, width - left - _RIGHT, height)
    _dress(page, axes, content, names)
    _draw(axes, content)
    return page.figure


def _most_terms(
    page: PrintedPage, balance: CovariateBalance, other_balance: CovariateBalance | None, *, grouped: bool
) -> int:
    """How many terms a page can hold beside the headings and what is not in the model."""
    rows = int(_TALLEST / (1.22 * line_step(page.small)))
    others = 0 if other_balance is None else 1 + len(other_balance.terms)
    headings = len(set(balance.covariate)) if grouped else 0
    return max(1, rows - others - headings)


def _write_legend(page: PrintedPage, content: LoveContent, chance: list[str], top: float) -> None:
    step = line_step(page.base)
    x = MARGIN
    for when in content.when:
        page.rule((x + 1.1,), (top + 0.5 * step,), linestyle="none", **_marker(when))
        page.write_lines([content.entry(when)], x + 3.4, top)
        x += 3.4 + printed_width(content.entry(when), page.base) + 5.0
    if chance:
        page.box(MARGIN, top + step + 0.35, 2.2, 2.2, facecolor=_BAND, edgecolor=GRID_INK)
        page.write_lines(chance, MARGIN + 3.4, top + step)


def _marker(when: str) -> dict[str, Any]:
    colour = POPULATION_COLOUR[when]
    return {
        "marker": "o",
        "markersize": 4.2,
        "markeredgewidth": 0.9,
        "markeredgecolor": colour,
        "markerfacecolor": "white" if when == "before" else colour,
    }


def _dress(page: PrintedPage, axes: "Axes", content: LoveContent, names: list[str]) -> None:
    axes.set_xlim(0, content.end)
    axes.set_ylim(len(names) - 0.2, -0.8)
    page.ticks(axes, "y", list(range(len(names))), names)
    for row, label in zip(content.rows, axes.get_yticklabels(), strict=True):
        if row.term is None:
            label.set_fontproperties(print_font(page.small, bold=is_in_first_font(label.get_text())))
    _draw_rules(axes, content)
    axes.tick_params(axis="y", length=0, pad=5.0)
    places = [content.step * number for number in range(int(content.end / content.step) + 1)]
    page.ticks(axes, "x", places, [format_number(place, ".1f") for place in places])
    axes.grid(visible=True, axis="y", color=GRID_INK, linewidth=0.4)
    axes.set_axisbelow(True)
    if content.chance is not None:
        axes.axvspan(0, min(content.chance, content.end), color=_BAND, linewidth=0, zorder=0.2)
    room = axes.get_position().width * page.width
    apart = (BALANCE_LINES[1] - BALANCE_LINES[0]) * room / content.end > _APART
    for number, place in enumerate(BALANCE_LINES):
        if place <= content.end:
            style = (0, (4, 2)) if number == 0 else (0, (1.2, 1.6))
            axes.axvline(place, color=FAINT_INK, linewidth=0.6, linestyle=style, zorder=1.2)
            font = print_font(page.small)
            axes.annotate(
                format_number(place, "g"),
                (place, 1.0),
                xytext=(0, 1.5),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="center" if apart else ("right", "left")[number],
                va="bottom",
                color=FAINT_INK,
                fontproperties=font,
            )
    title, brief = content.axis_titles
    shown = title if printed_width(title, page.base) <= room + _RIGHT else brief
    axes.set_xlabel(shown, fontproperties=print_font(page.base), color=INK, labelpad=2)


def _draw_rules(axes: "Axes", content: LoveContent) -> None:
    """A rule across the figure above what is not in the model."""
    for place, row in enumerate(content.rows):
        if row.apart:
            axes.plot(
                (-0.35, 1.0),
                (place - 0.5, place - 0.5),
                transform=axes.get_yaxis_transform(),
                color=AXIS_INK,
                linewidth=HAIRLINE,
                clip_on=False,
            )


def _draw(axes: "Axes", content: LoveContent) -> None:
    if len(content.when) > 1:
        for row, term in _placed(content):
            if term.before is not None and term.after is not None:
                ends = (abs(term.before), abs(term.after))
                axes.plot(ends, (row, row), color=POPULATION_COLOUR["before"], linewidth=0.6, alpha=0.6, zorder=2)
    for when in content.when:
        for raw in (False, True):
            places = [
                (size, row)
                for row, term in _placed(content)
                if term.raw is raw and (size := term.shown(when)) is not None
            ]
            if places:
                sizes, rows = zip(*places, strict=True)
                mark = {**_marker(when), "marker": "D" if raw else "o"}
                axes.plot(sizes, rows, linestyle="none", zorder=3, clip_on=False, label=content.entry(when), **mark)


def _placed(content: LoveContent) -> list[tuple[int, LoveTerm]]:
    """The terms with the number of their row."""
    return [(row, line.term) for row, line in enumerate(content.rows) if line.term is not None]
