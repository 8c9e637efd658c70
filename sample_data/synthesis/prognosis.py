"""Draws each patient's course after the index date: progression, death, and how long they were followed."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.synthesis.published import DATA_CUT_OFF, DAYS_PER_MONTH

# Scans are planned every 8 weeks; in practice most come a little early.
SCAN_INTERVAL_DAYS = 53

PROGRESSED = "progressed"
DIED_BEFORE_SCAN = "died before the first scan"
DIED_UNPROGRESSED = "died without progression"
PROGRESSION_FREE = "without progression at last scan"

# Median months until the disease grows again, and from progression to death, of a patient of average prognosis.
GROWTH_MONTHS = {"LEN": 4.2, "SOR": 2.5}
AFTER_PROGRESSION_MONTHS = {"LEN": 7.4, "SOR": 7.4}

# The pairs are the patients who resemble the other centre's: older or more advanced than their own centre's usual.
MATCHED_SURVIVAL_FACTOR = 0.75

N_DIED_BEFORE_SCAN = 7
N_DIED_UNPROGRESSED = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Courses:
    """What happened to each patient, in whole days from the index date.

    Attributes
    ----------
    kind : (n,) str
        One of the four courses named above.
    pfs_days, os_days : (n,) int
        To progression or death, and to death or last contact.
    pfs_event, os_event : (n,) bool
    longest_days : (n,) int
        From the index date to the data cut-off.
    """

    kind: NDArray[np.object_]
    pfs_days: NDArray[np.int64]
    os_days: NDArray[np.int64]
    pfs_event: NDArray[np.bool_]
    os_event: NDArray[np.bool_]
    longest_days: NDArray[np.int64]

    def with_days(self, pfs_days: NDArray[np.int64], os_days: NDArray[np.int64]) -> "Courses":
        """The same courses at other times."""
        return replace(self, pfs_days=pfs_days, os_days=os_days)


def months(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give days as the file states them: months of 30.4375 days, two decimals."""
    return np.round(days / DAYS_PER_MONTH, 2)


def draw_courses(patients: pd.DataFrame, matched: NDArray[np.bool_], rng: np.random.Generator) -> Courses:
    """Draw progression, death and follow-up of every patient from log-logistic times that depend on prognosis."""
    n = len(patients)
    risk = prognostic_index(patients)
    longest = np.array([(DATA_CUT_OFF - date).days for date in patients["index_date"]])
    last_contact = _last_contact(longest, rng)
    scan = _detected(_growth_days(patients["arm"], risk, rng), rng)
    death = scan + np.maximum(14, _days_after_progression(patients["arm"], risk, matched, rng))
    kind = np.full(n, PROGRESSED, dtype=object)

    frail = rng.permutation(np.argsort(-(risk + rng.gumbel(size=n)))[: 2 * (N_DIED_BEFORE_SCAN + N_DIED_UNPROGRESSED)])
    early, late = np.split(frail[: N_DIED_BEFORE_SCAN + N_DIED_UNPROGRESSED], [N_DIED_BEFORE_SCAN])
    kind[early], kind[late] = DIED_BEFORE_SCAN, DIED_UNPROGRESSED
    scan[early] = death[early] = rng.integers(16, 62, len(early))
    scan[late] = death[late] = rng.integers(80, 300, len(late))

    os_event = death <= last_contact
    os_days = np.where(os_event, death, last_contact)
    pfs_event = scan <= os_days
    kind[~pfs_event] = PROGRESSION_FREE
    last_scan = np.maximum(os_days - rng.integers(0, 50, n), np.minimum(os_days, 45))
    pfs_days = np.where(pfs_event, scan, last_scan)
    return Courses(
        kind=kind,
        pfs_days=pfs_days.astype(np.int64),
        os_days=os_days.astype(np.int64),
        pfs_event=pfs_event,
        os_event=os_event,
        longest_days=longest,
    )


def prognostic_index(patients: pd.DataFrame) -> NDArray[np.float64]:
    """Give each patient's log hazard from liver function, tumour and general state, mean 0."""
    standard = {
        column: (patients[column] - patients[column].mean()) / patients[column].std()
        for column in ("albi_score", "log10_afp", "tumor_max_mm")
    }
    index = (
        0.40 * standard["albi_score"]
        + 0.30 * standard["log10_afp"]
        + 0.15 * standard["tumor_max_mm"]
        + 0.35 * patients["mvi"]
        + 0.20 * patients["ehs"]
        + 0.25 * patients["ecog"]
        + 0.20 * (patients["ab_best_response"] == "PD")
        - 0.15 * (patients["ab_best_response"] == "PR")
    ).to_numpy()
    return index - index.mean()


def _last_contact(longest: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    n = len(longest)
    seen_recently = longest - rng.integers(0, 75, n)
    lost = rng.random(n) < 0.06
    return np.where(lost, (longest * rng.uniform(0.45, 0.85, n)).astype(int), seen_recently)


def _log_logistic(median: NDArray[np.float64], shape: float, rng: np.random.Generator) -> NDArray[np.float64]:
    return median * np.exp(rng.logistic(size=len(median)) / shape)


def _growth_days(arm: pd.Series, risk: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    median = arm.map(GROWTH_MONTHS).to_numpy() * DAYS_PER_MONTH * np.exp(-0.45 * risk)
    return _log_logistic(median, 2.9, rng)


def _days_after_progression(
    arm: pd.Series, risk: NDArray[np.float64], matched: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.int64]:
    median = arm.map(AFTER_PROGRESSION_MONTHS).to_numpy() * DAYS_PER_MONTH * np.exp(-0.75 * risk)
    days = _log_logistic(median * np.where(matched, MATCHED_SURVIVAL_FACTOR, 1.1), 2.5, rng)
    return days.astype(np.int64)


def _detected(growth: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    # Growth is seen at the next scan, a few days either side of the plan.
    scans = np.maximum(1, np.ceil(growth / SCAN_INTERVAL_DAYS))
    return np.maximum(40, np.round(scans * SCAN_INTERVAL_DAYS + rng.normal(-2, 6, len(growth)))).astype(np.int64)
