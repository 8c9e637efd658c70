"""The effect in each centre as a forest plot, before and after, with the effect of all of them beneath."""

from charts.centres.content import centres_table, describe_centres
from charts.centres.publication import centres_publication
from charts.centres.screen import centres_figure

__all__ = ["centres_figure", "centres_publication", "centres_table", "describe_centres"]
