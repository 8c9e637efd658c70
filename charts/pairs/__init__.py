"""Matched sets as lines on the axis of the score, the least alike first."""

from charts.pairs.content import describe_pairs, pairs_table
from charts.pairs.publication import pairs_publication
from charts.pairs.screen import pairs_figure

__all__ = ["describe_pairs", "pairs_figure", "pairs_publication", "pairs_table"]
