"""Every endpoint of a study beside the others, an arrow from its effect before the design to that after it."""

from charts.endpoint_board.content import board_content, board_table, describe_board
from charts.endpoint_board.drawing import board_figure, board_publication

__all__ = ["board_content", "board_figure", "board_publication", "board_table", "describe_board"]
