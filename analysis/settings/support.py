"""Who stays by the score."""

from typing import Literal

from analysis.settings.part import SettingsPart
from analysis.settings.values import Share


class SupportSettings(SettingsPart):
    """Who stays by the score before sets are formed or weights computed; the score is not fitted again.

    ``common_range`` keeps scores that both arms reach, ``score`` those from ``lower`` to ``upper`` (0.1 and 0.9 where
    absent: Crump 2009, doi:10.1093/biomet/asn055), ``preference`` preference scores in that range (0.3 and 0.7 where
    absent: Walker 2013, doi:10.2147/CER.S40357).
    """

    method: Literal["none", "common_range", "score", "preference"] = "none"
    lower: Share | None = None
    upper: Share | None = None
