"""Publication figures as PowerPoint shapes: lettering that can be retyped, lines and areas that can be recoloured."""

from charts.slides.deck import figure_pptx, slide_shapes

__all__ = ["figure_pptx", "slide_shapes"]
