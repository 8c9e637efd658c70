"""Cumulative incidence of an event, or of what competes with it, on screen and on paper."""

from charts.incidence.content import Cause, describe_incidence
from charts.incidence.publication import incidence_publication
from charts.incidence.screen import incidence_figure

__all__ = ["Cause", "describe_incidence", "incidence_figure", "incidence_publication"]
