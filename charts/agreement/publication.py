"""The cross-table of two criteria for a journal's page."""

from typing import TYPE_CHECKING, Any

from analysis.study.agreement import CriteriaAgreement
from charts.agreement.content import agreement_content
from charts.agreement.screen import cell_fill
from charts.column import in_column
from charts.fonts import cut_print
from charts.legend import LegendEntry, print_legend, print_legend_height
from charts.page import AXIS_INK, FAINT_INK, GRID_INK, MARGIN, PrintedPage, line_step
from charts.style import SINGLE_COLUMN_MM, format_count, format_percent, lettering_on

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEFT = 20.0
_CELL = 9.5


@in_column
def agreement_publication(found: CriteriaAgreement, *, width: float = SINGLE_COLUMN_MM) -> "Figure":
    """Draw the table for print; arguments as in :func:`agreement_figure`, ``width`` in millimetres."""
    content = agreement_content(found)
    entries = [LegendEntry(words=sentence) for sentence in content.sentences]
    sizes = PrintedPage(width, width)
    step = line_step(sizes.base)
    head = MARGIN + print_legend_height(sizes, entries) + 2.0
    top = head + 2 * step
    size = len(content.categories)
    across = min(18.0, (width - _LEFT - MARGIN) / max(1, size))
    page = PrintedPage(width, top + _CELL * size + MARGIN + 1.0)
    print_legend(page, entries, MARGIN)
    page.write(cut_print(f"{content.second} →", width - _LEFT, page.small), _LEFT, head + 0.7 * step, size=page.small)
    first = cut_print(f"↓ {content.first}", _LEFT - MARGIN - 1.0, page.small)
    page.write(first, MARGIN, top - 1.0, size=page.small, color=FAINT_INK)
    for place, name in enumerate(content.categories):
        page.write(name, _LEFT + (place + 0.5) * across, top - 1.0, bold=True, ha="center")
        page.write(name, _LEFT - 2.0, top + (place + 0.5) * _CELL, bold=True, ha="right", va="center")
    for cell in content.cells:
        fill = cell_fill(content, cell, "#FFFFFF")
        left, above = _LEFT + cell.column * across, top + cell.row * _CELL
        page.box(
            left + 0.3,
            above + 0.3,
            across - 0.6,
            _CELL - 0.6,
            facecolor=fill,
            edgecolor=AXIS_INK if cell.agrees else GRID_INK,
            linewidth=0.9 if cell.agrees else 0.5,
        )
        ink: dict[str, Any] = {"color": lettering_on(fill), "ha": "center"}
        middle = left + across / 2
        if cell.count:
            page.write(format_count(cell.count), middle, above + 0.45 * _CELL, bold=True, **ink)
            page.write(format_percent(cell.share), middle, above + 0.8 * _CELL, size=page.small, **ink)
        else:
            page.write("0", middle, above + _CELL / 2, size=page.small, va="center", **ink)
    return page.figure
