"""How patients are weighted instead of matched."""

from typing import Literal

from pydantic import StrictBool

from analysis.settings.part import SettingsPart
from analysis.settings.values import Percentile


class WeightingSettings(SettingsPart):
    """How patients are weighted instead of matched; the usual estimand of the method where none is given.

    ``truncate`` is a percentile above 50: weights beyond it, and below 100 minus it, are moved to it.
    """

    method: Literal["iptw", "overlap", "matching", "entropy"] = "overlap"
    estimand: Literal["ATE", "ATT", "ATC", "ATO", "ATM"] | None = None
    stabilised: StrictBool = False
    truncate: Percentile | None = None
