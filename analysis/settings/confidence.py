"""The intervals of every number."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from analysis.settings.part import SettingsPart
from analysis.settings.values import number_not_yes


class ConfidenceSettings(SettingsPart):
    """The level of every interval and the kind of interval for curves and for proportions."""

    level: Annotated[float, BeforeValidator(number_not_yes), Field(ge=0.5, lt=1.0)] = 0.95
    survival: Literal["log-log", "log", "plain"] = "log-log"
    proportion: Literal["clopper-pearson", "wilson"] = "clopper-pearson"
