"""How far the arms' propensity scores overlap: treated upwards, control downwards, on one axis."""

from charts.overlap.content import describe_overlap, overlap_table
from charts.overlap.publication import overlap_publication
from charts.overlap.screen import overlap_figure

__all__ = ["describe_overlap", "overlap_figure", "overlap_publication", "overlap_table"]
