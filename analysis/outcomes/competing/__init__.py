"""Endpoints that compete: what happens first, how often by when, and how two arms compare in it."""

from analysis.outcomes.competing.differences import IncidenceDifference, incidence_differences
from analysis.outcomes.competing.gray import GrayTest, gray_test
from analysis.outcomes.competing.hazards import SubdistributionHazardRatio, cause_specific_hazard_ratio, fine_gray
from analysis.outcomes.competing.incidence import (
    CompetingIncidence,
    CumulativeIncidence,
    IncidenceAt,
    cumulative_incidence,
    incidence_at,
)

__all__ = [
    "CompetingIncidence",
    "CumulativeIncidence",
    "GrayTest",
    "IncidenceAt",
    "IncidenceDifference",
    "SubdistributionHazardRatio",
    "cause_specific_hazard_ratio",
    "cumulative_incidence",
    "fine_gray",
    "gray_test",
    "incidence_at",
    "incidence_differences",
]
