"""Matched cohorts: propensity-score matching, survival and response, without a browser."""

__version__ = "0.1.0"
