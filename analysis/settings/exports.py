"""What leaves the product."""

from typing import Annotated

from pydantic import Field

from analysis.settings.part import SettingsPart
from analysis.settings.values import Count


class ExportSettings(SettingsPart):
    """What leaves the product: counts of patients below ``suppress_below`` are hidden in every file."""

    suppress_below: Annotated[Count, Field(ge=0, le=100)] = 0
