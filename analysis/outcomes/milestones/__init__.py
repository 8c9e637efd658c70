"""Differences in survival at stated times, in median survival and in restricted means, with their intervals."""

from analysis.outcomes.milestones.differences import milestone_differences
from analysis.outcomes.milestones.jackknife import SurvivalDifferenceAt, jackknifed_milestones
from analysis.outcomes.milestones.points import MilestoneDifference
from analysis.outcomes.milestones.resamples import (
    RESAMPLES,
    BootstrapDifference,
    SurvivalDifferences,
    survival_differences,
)

__all__ = [
    "RESAMPLES",
    "BootstrapDifference",
    "MilestoneDifference",
    "SurvivalDifferenceAt",
    "SurvivalDifferences",
    "jackknifed_milestones",
    "milestone_differences",
    "survival_differences",
]
