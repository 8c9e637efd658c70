"""Publication figures as PowerPoint shapes: lettering that can be retyped, lines and areas that can be recoloured."""

from charts.slides.deck import deck_bytes, figure_pptx, slide_shapes

__all__ = ["deck_bytes", "figure_pptx", "slide_shapes"]
