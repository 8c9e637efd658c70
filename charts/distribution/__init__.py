"""One covariate in both arms, before and after: its distribution function or density, or the shares of its levels."""

from charts.distribution.content import CurveKind, describe_distribution, distribution_table
from charts.distribution.publication import distribution_publication
from charts.distribution.screen import distribution_figure

__all__ = [
    "CurveKind",
    "describe_distribution",
    "distribution_figure",
    "distribution_publication",
    "distribution_table",
]
