"""Effects of treatment in the levels of a subgroup, and tests of whether they differ."""

from analysis.outcomes.subgroups.hazard import hazard_ratio_by_level
from analysis.outcomes.subgroups.levels import SubgroupLevels, cut_levels, label_levels
from analysis.outcomes.subgroups.rates import rate_difference_by_level
from analysis.outcomes.subgroups.result import Interaction, SubgroupEffects, SubgroupLevel

__all__ = [
    "Interaction",
    "SubgroupEffects",
    "SubgroupLevel",
    "SubgroupLevels",
    "cut_levels",
    "hazard_ratio_by_level",
    "label_levels",
    "rate_difference_by_level",
]
