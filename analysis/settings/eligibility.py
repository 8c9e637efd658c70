"""Who may be in the study."""

from typing import Literal

from pydantic import Field

from analysis.settings.part import SettingsPart
from analysis.settings.values import Bound, Label


class EligibilityRule(SettingsPart):
    """Who may be in the study by one column: every bound and list that is given must hold.

    Bounds are numbers, or dates for a column of dates. Patients without a value are not eligible unless ``missing``
    says that they are kept.
    """

    column: Label
    at_least: Bound | None = None
    above: Bound | None = None
    at_most: Bound | None = None
    below: Bound | None = None
    one_of: tuple[Label, ...] | None = Field(default=None, min_length=1)
    none_of: tuple[Label, ...] | None = Field(default=None, min_length=1)
    missing: Literal["exclude", "keep"] = "exclude"
    reason: str | None = None
