"""The study file as typed, checked settings: one file says everything a run needs.

The page edits these settings, the command line reads them, and both give them to the same run.
"""

from analysis.settings.balance import BalanceSettings
from analysis.settings.cohort import CohortSettings
from analysis.settings.confidence import ConfidenceSettings
from analysis.settings.covariates import CovariateSettings
from analysis.settings.dates import DatesSettings
from analysis.settings.eligibility import EligibilityRule
from analysis.settings.exports import ExportSettings
from analysis.settings.gate import GateSettings
from analysis.settings.manuscript import ManuscriptSettings
from analysis.settings.matching import MAXIMUM_RATIO, Coarsening, CovariateCaliper, MatchingSettings
from analysis.settings.missing import MissingSettings
from analysis.settings.outcomes import (
    AdverseEventSettings,
    LandmarkSettings,
    OutcomeSettings,
    ResponseEndpoint,
    SubgroupSettings,
    SurvivalEndpoint,
)
from analysis.settings.propensity import PropensitySettings, SplineSettings
from analysis.settings.robustness import BootstrapSettings, RobustnessSettings, SpecificationSettings
from analysis.settings.scans import ScansSettings
from analysis.settings.study import StudySettings
from analysis.settings.support import SupportSettings
from analysis.settings.treatment import TreatmentSettings
from analysis.settings.values import Bound, Count, Day, Label, Number, Percentile, Positive, Share, TimeUnit
from analysis.settings.weighting import WeightingSettings

__all__ = [
    "MAXIMUM_RATIO",
    "AdverseEventSettings",
    "BalanceSettings",
    "BootstrapSettings",
    "Bound",
    "Coarsening",
    "CohortSettings",
    "ConfidenceSettings",
    "Count",
    "CovariateCaliper",
    "CovariateSettings",
    "DatesSettings",
    "Day",
    "EligibilityRule",
    "ExportSettings",
    "GateSettings",
    "Label",
    "LandmarkSettings",
    "ManuscriptSettings",
    "MatchingSettings",
    "MissingSettings",
    "Number",
    "OutcomeSettings",
    "Percentile",
    "Positive",
    "PropensitySettings",
    "ResponseEndpoint",
    "RobustnessSettings",
    "ScansSettings",
    "Share",
    "SpecificationSettings",
    "SplineSettings",
    "StudySettings",
    "SubgroupSettings",
    "SupportSettings",
    "SurvivalEndpoint",
    "TimeUnit",
    "TreatmentSettings",
    "WeightingSettings",
]
