"""The columns to make comparable."""

from typing import Any, Literal

from analysis.settings.part import SettingsPart
from analysis.settings.values import Label


class CovariateSettings(SettingsPart):
    """One column to make comparable; the type is inferred when absent, the reference level is the first one."""

    column: Label
    type: Literal["numeric", "categorical"] | None = None
    reference: Label | None = None


def column_or_covariate(value: Any) -> Any:
    """A column's name alone stands for a covariate with the usual settings."""
    return value if isinstance(value, dict | CovariateSettings) else {"column": value}
