"""Kaplan–Meier curves with the patients at risk beneath them, on screen and on paper."""

from charts.survival.content import describe_survival
from charts.survival.publication import survival_publication
from charts.survival.screen import survival_figure
from charts.survival.table import TableRow

__all__ = ["TableRow", "describe_survival", "survival_figure", "survival_publication"]
