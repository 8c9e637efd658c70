"""The flow of patients for a journal's page."""

from typing import TYPE_CHECKING

from analysis.cohort.selection import StudyCohort
from charts.column import in_column
from charts.flow.content import ChosenPatients, flow_content
from charts.flow.diagram import Box, Connector, Ruler, flow_diagram
from charts.page import ARROW, ARROW_HEAD, AXIS_INK, FAINT_INK, GRID_INK, INK, MARGIN, PrintedPage, faded_ink, line_step
from charts.palette import PaletteColours
from charts.style import DOUBLE_COLUMN_MM, DesignWord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PAD = 1.4
_GAP = 3.0
_COLOUR = PaletteColours[str](("treated", "control"))


@in_column
def flow_publication(
    patients: StudyCohort,
    matching: ChosenPatients | None = None,
    *,
    width: float = DOUBLE_COLUMN_MM,
    design_word: DesignWord = "matching",
    analysed: bool = False,
) -> "Figure":
    """Draw the flow of patients for print; arguments as in :func:`flow_figure`, ``width`` in millimetres."""
    sizes = PrintedPage(width, width)
    ruler = Ruler(width=width - 2 * MARGIN, line=line_step(sizes.base), pad=_PAD, gap=_GAP, wrap=sizes.wrap)
    diagram = flow_diagram(flow_content(patients, matching, design_word, analysed=analysed), ruler)
    page = PrintedPage(width, diagram.height + 2 * MARGIN)
    for connector in diagram.connectors:
        _draw_connector(page, connector)
    for box in diagram.boxes:
        _draw_box(page, box)
    return page.figure


def _draw_box(page: PrintedPage, box: Box) -> None:
    faint = box.kind == "left out"
    left, top = box.left + MARGIN, box.top + MARGIN
    if faint:
        page.box(left, top, box.width, box.height, facecolor="#F4F5F7", edgecolor=GRID_INK)
    elif box.kind in _COLOUR:
        colour = _COLOUR[box.kind]
        page.box(left, top, box.width, box.height, facecolor=faded_ink(colour, 0.1), edgecolor=colour, linewidth=0.8)
    else:
        page.box(left, top, box.width, box.height, linewidth=0.8)
    bold, regular = box.lines[: box.n_bold], box.lines[box.n_bold :]
    ink = FAINT_INK if faint else INK
    below = page.write_lines(bold, left + _PAD, top + _PAD, bold=True, color=ink)
    page.write_lines(regular, left + _PAD, top + _PAD + below, color=ink)


def _draw_connector(page: PrintedPage, connector: Connector) -> None:
    x = [place + MARGIN for place, _ in connector.points]
    y = [place + MARGIN for _, place in connector.points]
    page.rule(x, y, color=AXIS_INK, linewidth=0.6, label=ARROW if connector.arrow else "Line")
    if connector.arrow:
        # The head is drawn back from the end along the last part of the way.
        back_x, back_y = _sign(x[-2] - x[-1]), _sign(y[-2] - y[-1])
        (left_x, left_y), (right_x, right_y) = (
            (x[-1] + 1.1 * back_x + side * abs(back_y), y[-1] + 1.1 * back_y + side * abs(back_x))
            for side in (-0.5, 0.5)
        )
        head = {"color": AXIS_INK, "linewidth": 0.6, "label": ARROW_HEAD}
        page.rule((left_x, x[-1], right_x), (left_y, y[-1], right_y), **head)


def _sign(length: float) -> int:
    return (length > 0) - (length < 0)
