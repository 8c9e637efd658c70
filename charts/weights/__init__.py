"""The weights of a design in both arms: how far they spread, what they are worth, and the largest of them."""

from charts.weights.content import describe_weights, weights_differ, weights_table
from charts.weights.publication import weights_publication
from charts.weights.screen import weights_figure

__all__ = ["describe_weights", "weights_differ", "weights_figure", "weights_publication", "weights_table"]
