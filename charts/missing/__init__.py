"""Where covariates are missing: the share of each arm without a value, and which values are missing together."""

from charts.missing.content import describe_missing, missing_table
from charts.missing.publication import missing_publication
from charts.missing.screen import missing_figure

__all__ = ["describe_missing", "missing_figure", "missing_publication", "missing_table"]
