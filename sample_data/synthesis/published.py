"""What the published study reports, and how close the synthetic rows must come to it.

Source: Cheon et al. 2025, doi:10.1007/s00432-025-06085-1. Everything else about the cohort is assumed.
"""

import datetime
from dataclasses import dataclass

from scipy.special import ndtri

DAYS_PER_MONTH = 30.4375
STUDY_START = datetime.date(2018, 6, 1)
DATA_CUT_OFF = datetime.date(2024, 3, 31)

N_LENVATINIB = 56
N_SORAFENIB = 67
N_PAIRS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalTarget:
    """Published medians and plain log-rank p-value of one endpoint in one population.

    Attributes
    ----------
    endpoint : str
        "PFS" or "OS".
    matched : bool
        Whether the 25 pairs or all patients.
    lenvatinib_median, sorafenib_median : float
        Months, as printed.
    p_value : float
        As printed; where only "< 0.001" is printed, a value well inside it.
    p_margin : float
        How far the cohort's own p-value may lie from this one and still be printed alike.
    """

    endpoint: str
    matched: bool
    lenvatinib_median: float
    sorafenib_median: float
    p_value: float
    p_margin: float = 0.0003

    @property
    def z(self) -> float:
        """The signed log-rank statistic of this p-value; negative, as lenvatinib has fewer events than expected."""
        return float(ndtri(self.p_value / 2))


SURVIVAL_TARGETS = (
    SurvivalTarget(
        endpoint="PFS", matched=False, lenvatinib_median=4.9, sorafenib_median=3.3, p_value=0.0004, p_margin=0.0003
    ),
    SurvivalTarget(endpoint="OS", matched=False, lenvatinib_median=13.2, sorafenib_median=11.5, p_value=0.651),
    SurvivalTarget(endpoint="PFS", matched=True, lenvatinib_median=4.8, sorafenib_median=3.3, p_value=0.046),
    SurvivalTarget(endpoint="OS", matched=True, lenvatinib_median=11.4, sorafenib_median=7.9, p_value=0.197),
)

# A median is printed with one decimal: stay clear of the edge of rounding.
MEDIAN_MARGIN = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderTarget:
    """Responders of one arm, inside and outside the pairs; those outside are assumed, not published."""

    arm: str
    matched_mrecist: int
    matched_recist: int
    unmatched_mrecist: int
    unmatched_recist: int


RESPONDER_TARGETS = (
    ResponderTarget(arm="LEN", matched_mrecist=10, matched_recist=3, unmatched_mrecist=11, unmatched_recist=4),
    ResponderTarget(arm="SOR", matched_mrecist=3, matched_recist=2, unmatched_mrecist=4, unmatched_recist=2),
)
