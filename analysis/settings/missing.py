"""What becomes of missing covariates."""

from typing import Annotated, Literal

from pydantic import Field

from analysis.settings.part import SettingsPart
from analysis.settings.values import Count


class MissingSettings(SettingsPart):
    """What becomes of patients with a missing covariate: left out, marked, or imputed several times."""

    method: Literal["complete_case", "indicator", "multiple_imputation"] = "complete_case"
    imputations: Annotated[Count, Field(ge=2, le=100)] = 20
    iterations: Annotated[Count, Field(ge=1, le=100)] = 10
    seed: Annotated[Count, Field(ge=0, le=2**32 - 1)] = 0
