"""Who was left out: a map of two covariates, and how far the patients compared have moved from their arm."""

from charts.left_out.content import describe_left_out, describe_left_out_map
from charts.left_out.map import left_out_map_figure
from charts.left_out.publication import left_out_map_publication, left_out_publication
from charts.left_out.screen import left_out_figure

__all__ = [
    "describe_left_out",
    "describe_left_out_map",
    "left_out_figure",
    "left_out_map_figure",
    "left_out_map_publication",
    "left_out_publication",
]
