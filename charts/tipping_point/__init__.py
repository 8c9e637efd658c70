"""Tipping points: which unmeasured confounder would explain an effect away, on screen and on paper."""

from charts.tipping_point.content import describe_tipping_point, tipping_point_table
from charts.tipping_point.publication import tipping_point_publication
from charts.tipping_point.screen import tipping_point_figure

__all__ = ["describe_tipping_point", "tipping_point_figure", "tipping_point_publication", "tipping_point_table"]
