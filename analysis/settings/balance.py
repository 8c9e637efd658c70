"""How differences between the arms are written."""

from typing import Literal

from analysis.settings.part import SettingsPart
from analysis.settings.values import Label


class BalanceSettings(SettingsPart):
    """How standardised differences are written, and which further columns they are given for.

    A difference is divided by the SD of both arms (``pooled``), of the ``treated`` or of the ``control`` arm, taken
    from the patients before matching (``fixed``) or of those compared (``recomputed``); shares are ``standardised``
    like means or left as a difference of proportions (``raw``).
    """

    denominator: Literal["pooled", "treated", "control"] = "pooled"
    after: Literal["fixed", "recomputed"] = "fixed"
    binary: Literal["standardised", "raw"] = "standardised"
    also: tuple[Label, ...] = ()
