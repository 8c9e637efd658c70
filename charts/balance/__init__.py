"""The Love plot: how far apart the arms' covariates are, before matching and after it."""

from charts.balance.content import describe_love
from charts.balance.publication import love_publication
from charts.balance.screen import love_figure

__all__ = ["describe_love", "love_figure", "love_publication"]
