"""The hazard ratio over follow-up: scaled Schoenfeld residuals and their smooth, on screen and on paper."""

from charts.hazard_shape.content import describe_hazard_shape, hazard_shape_table
from charts.hazard_shape.publication import hazard_shape_publication
from charts.hazard_shape.screen import hazard_shape_figure

__all__ = ["describe_hazard_shape", "hazard_shape_figure", "hazard_shape_publication", "hazard_shape_table"]
