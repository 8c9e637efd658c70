"""The whole study: every part in its place."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from analysis.settings.balance import BalanceSettings
from analysis.settings.cohort import CohortSettings
from analysis.settings.confidence import ConfidenceSettings
from analysis.settings.covariates import CovariateSettings, column_or_covariate
from analysis.settings.dates import DatesSettings
from analysis.settings.eligibility import EligibilityRule
from analysis.settings.exports import ExportSettings
from analysis.settings.gate import GateSettings
from analysis.settings.manuscript import ManuscriptSettings
from analysis.settings.matching import MatchingSettings
from analysis.settings.missing import MissingSettings
from analysis.settings.outcomes import OutcomeSettings
from analysis.settings.part import SettingsPart
from analysis.settings.propensity import PropensitySettings
from analysis.settings.robustness import RobustnessSettings
from analysis.settings.scans import ScansSettings
from analysis.settings.support import SupportSettings
from analysis.settings.treatment import TreatmentSettings
from analysis.settings.values import Label
from analysis.settings.weighting import WeightingSettings


class StudySettings(SettingsPart):
    """Everything one run needs besides the cohort itself.

    Only ``treatment``, ``covariates`` and one outcome are required; every other value has its default. A study with
    ``weighting`` is weighted, every other one is matched. ``centre`` names the column of centres, for which balance and
    effects are also given one by one; whether pairs form within centres is said by ``matching.exact``, whether the
    score knows them by ``covariates``.

    Examples
    --------
    >>> study = StudySettings.model_validate({
    ...     "treatment": {"column": "arm", "treated": "LEN", "control": "SOR"},
    ...     "covariates": ["age"],
    ...     "outcomes": {"survival": [{"name": "OS", "time": "os_months", "event": "os_event"}]},
    ... })
    >>> study.matching.caliper
    0.2
    """

    title: str | None = None
    cohort: CohortSettings = CohortSettings()
    treatment: TreatmentSettings
    eligibility: tuple[EligibilityRule, ...] = ()
    dates: DatesSettings | None = None
    covariates: tuple[
        Annotated[
            CovariateSettings, BeforeValidator(column_or_covariate, json_schema_input_type=str | CovariateSettings)
        ],
        ...,
    ] = Field(min_length=1)
    missing: MissingSettings = MissingSettings()
    propensity: PropensitySettings = PropensitySettings()
    support: SupportSettings = SupportSettings()
    matching: MatchingSettings = MatchingSettings()
    weighting: WeightingSettings | None = None
    balance: BalanceSettings = BalanceSettings()
    centre: Label | None = None
    scans: ScansSettings | None = None
    outcomes: OutcomeSettings
    confidence: ConfidenceSettings = ConfidenceSettings()
    robustness: RobustnessSettings = RobustnessSettings()
    gate: GateSettings = GateSettings()
    exports: ExportSettings = ExportSettings()
    manuscript: ManuscriptSettings = ManuscriptSettings()
