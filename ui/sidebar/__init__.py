"""The study's settings beside every result."""

from ui.sidebar.sidebar import draw_sidebar
from ui.sidebar.undo import draw_undo

__all__ = ["draw_sidebar", "draw_undo"]
