"""The board of endpoints, on screen and for print."""

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from analysis.study.endpoint_board import EndpointBoard
from charts.column import in_column
from charts.endpoint_board.content import board_content
from charts.forest.publication import forest_print
from charts.forest.screen import forest_screen
from charts.style import DOUBLE_COLUMN_MM, LIGHT, DesignWord, Population, Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def board_figure(
    board: EndpointBoard,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
    theme: Theme = LIGHT,
    width: int = 640,
) -> go.Figure:
    """Draw every endpoint's effect; arguments as in :func:`~charts.endpoint_board.content.board_content`."""
    content = board_content(
        board,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        design_word=design_word,
    )
    return forest_screen(content, theme=theme, width=width)


@in_column
def board_publication(
    board: EndpointBoard,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw every endpoint's effect for print; ``width`` in millimetres."""
    content = board_content(
        board,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        design_word=design_word,
    )
    return forest_print(content, width=width)
