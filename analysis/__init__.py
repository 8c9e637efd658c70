"""Matched cohorts: propensity-score matching, survival and response, without a browser."""

from analysis.kernel_cache import choose_kernel_folder

__version__ = "0.1.0"

choose_kernel_folder()
