"""The response figure for a journal's page."""

from functools import partial
from typing import TYPE_CHECKING

from charts.column import in_column
from charts.fonts import cut_print, print_font, print_text, printed_width
from charts.page import AXIS_INK, FAINT_INK, INK, MARGIN, PrintedPage, is_wide, line_step, pale_ink
from charts.response.content import (
    FILL,
    LONG_NAME,
    Comparisons,
    ResponseBlock,
    ResponseContent,
    ResponseRow,
    response_content,
)
from charts.style import (
    ARM_COLOUR,
    DOUBLE_COLUMN_MM,
    GHOST_OPACITY,
    DesignWord,
    Population,
    format_percent,
    lettering_on,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIDE = 3.0
_BARS = 0.57
_RATES = 0.66
_BAR = 5.0
_GAP = 2.4
_AXIS_ROOM = 9.0
_SYMBOL = {"treated": "o", "control": "D"}


@in_column
def response_publication(
    before: Comparisons | None,
    after: Comparisons | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    width: float = DOUBLE_COLUMN_MM,
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> "Figure":
    """Draw best response and objective response rates for print; ``width`` in millimetres, the rest as on screen."""
    content = response_content(
        before,
        after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        shown_set=shown_set,
        design_word=design_word,
    )
    # Measured on a page of any height, as the height follows from the lines.
    sizes = PrintedPage(width, width)
    legend = _legend_rows(sizes, content)
    top = MARGIN + line_step(sizes.base) * len(legend) + 1.5
    height = sum(_block_height(sizes, block) for block in content.blocks)
    page = PrintedPage(width, top + height + _AXIS_ROOM)
    _write_legend(page, legend)
    wide = width - 2 * _SIDE
    bars = page.axes(_SIDE, top, _BARS * wide, height)
    rates = page.axes(_SIDE + _RATES * wide, top, (1 - _RATES) * wide, height)
    _dress(page, bars, height, "Patients (%)", 100.0)
    title = f"Objective response ({content.level_name})" if is_wide(width) else f"ORR ({content.level_name})"
    rows = [row for block in content.blocks for row in block.rows if row.weighted]
    title += "" if all("weighted" in _rate_words(page, content, row) for row in rows) else content.weighted_words
    _dress(page, rates, height, title, content.rate_end)
    y = 0.0
    for block in content.blocks:
        y = _draw_block(page, bars, rates, content, block, top, y)
    return page.figure


def _block_height(page: PrintedPage, block: ResponseBlock) -> float:
    room = page.width - 2 * _SIDE
    lines = 1 + sum(len(page.wrap(sentence, room)) for sentence in block.sentences)
    rows = sum(_row_height(page, row) for row in block.rows)
    return lines * line_step(page.base) + 1.5 + rows


def _row_height(page: PrintedPage, row: ResponseRow) -> float:
    counts = len(page.wrap(row.counts, _title_room(page), page.small))
    return line_step(page.base) + _BAR + counts * line_step(page.small) + _GAP


def _title_room(page: PrintedPage) -> float:
    return _RATES * (page.width - 2 * _SIDE) - 1.5


def _draw_block(
    page: PrintedPage, bars: "Axes", rates: "Axes", content: ResponseContent, block: ResponseBlock, top: float, y: float
) -> float:
    room = page.width - 2 * _SIDE
    name = cut_print(block.name, room, page.base, bold=True)
    y += page.write_lines([name], _SIDE, top + y, bold=True)
    for sentence in block.sentences:
        y += page.write_lines(page.wrap(sentence, room), _SIDE, top + y)
    y += 1.5
    for row in block.rows:
        ink = FAINT_INK if row.ghost else INK
        page.write_lines([_rate_words(page, content, row)], _SIDE + _RATES * room, top + y, color=ink)
        y += page.write_lines([cut_print(row.title, _title_room(page), page.base)], _SIDE, top + y, color=ink)
        _draw_bar(page, bars, row, y + _BAR / 2)
        _draw_rate(rates, row, y + _BAR / 2)
        y += _BAR
        counts = page.wrap(row.counts, _title_room(page), page.small)
        y += page.write_lines(counts, _SIDE, top + y + 0.2, size=page.small, color=FAINT_INK) + _GAP
    return y


def _rate_words(page: PrintedPage, content: ResponseContent, row: ResponseRow) -> str:
    """The rate with its interval as it fits over its axis."""
    room = (1 - _RATES) * (page.width - 2 * _SIDE) + _SIDE - 0.5
    return content.rate_words(row, room, partial(printed_width, size=page.base))


def _draw_bar(page: PrintedPage, axes: "Axes", row: ResponseRow, y: float) -> None:
    opacity = GHOST_OPACITY if row.ghost else 1.0
    room = _BARS * (page.width - 2 * _SIDE)
    for segment in row.segments:
        if segment.share <= 0:
            continue
        start, share = 100 * segment.start, 100 * segment.share
        fill = pale_ink(FILL[segment.category], opacity)
        name = [f"{segment.category} {row.title}"]
        axes.barh(y, share, _BAR, left=start, color=fill, edgecolor="white", linewidth=0.5, label=name)
        words = format_percent(segment.share)
        if printed_width(words, page.small) + 0.8 <= room * segment.share:
            ink = INK if row.ghost else lettering_on(FILL[segment.category])
            font = print_font(page.small)
            axes.text(start + share / 2, y, words, color=ink, ha="center", va="center_baseline", fontproperties=font)


def _draw_rate(axes: "Axes", row: ResponseRow, y: float) -> None:
    ink = pale_ink(ARM_COLOUR[row.arm], GHOST_OPACITY if row.ghost else 1.0)
    limits = (100 * row.rate.ci_lower, 100 * row.rate.ci_upper)
    name = f"Interval {row.title}"
    axes.plot(limits, (y, y), color=ink, linewidth=1.1, marker="|", markersize=4, clip_on=False, label=name)
    axes.plot(
        100 * row.rate.rate,
        y,
        linestyle="none",
        marker=_SYMBOL[row.arm],
        color=ink,
        markersize=4.2,
        clip_on=False,
        label=f"Rate {row.title}",
    )


def _dress(page: PrintedPage, axes: "Axes", height: float, title: str, end: float) -> None:
    axes.set_xlim(0, end)
    axes.set_ylim(height, 0)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    parts = 4 if end > 60 else 2
    places = [end * part / parts for part in range(parts + 1)]
    page.ticks(axes, "x", places, [f"{place:.0f}" for place in places])
    axes.set_xlabel(print_text(title), fontproperties=print_font(page.base), color=INK, labelpad=2)


def _legend_rows(page: PrintedPage, content: ResponseContent) -> list[list[tuple[float, str, str]]]:
    """Place, category and name, line by line."""
    room = page.width - 2 * _SIDE
    rows: list[list[tuple[float, str, str]]] = [[]]
    x = 0.0
    for category in content.categories:
        name = f"{category}, {LONG_NAME[category]}" if is_wide(page.width) else category
        taken = 3.4 + printed_width(name, page.base)
        if rows[-1] and x + taken > room:
            rows.append([])
            x = 0.0
        rows[-1].append((x, category, name))
        x += taken + 3.5
    return rows


def _write_legend(page: PrintedPage, rows: list[list[tuple[float, str, str]]]) -> None:
    step = line_step(page.base)
    for line, row in enumerate(rows):
        top = MARGIN + line * step
        for x, category, name in row:
            page.box(_SIDE + x, top + 0.35, 2.2, 2.2, facecolor=FILL[category], edgecolor=AXIS_INK, linewidth=0.3)
            page.write_lines([name], _SIDE + x + 3.2, top)
