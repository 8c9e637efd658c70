"""Draws lesion sums, scan by scan, from which the chosen best responses follow."""

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_data.synthesis.prognosis import PROGRESSED, Courses
from sample_data.synthesis.responders import BestResponses
from sample_data.synthesis.response_rules import (
    MRECIST_GROWTH_MM,
    RECIST_GROWTH_MM,
    best_change,
    best_response,
    scan_responses,
)

ATTEMPTS = 5_000

# Change of the sums at their smallest, from baseline, by best response: lowest and highest.
CHANGE_RECIST = {"PR": (-0.62, -0.31), "SD": (-0.24, 0.10), "PD": (0.0, 0.45)}
CHANGE_MRECIST = {"CR": (-1.0, -1.0), "PR": (-0.85, -0.33), "SD": (-0.27, 0.12), "PD": (0.0, 0.55)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSeries:
    """One patient's scans, the baseline first: day from the index date, both sums in mm, new lesion seen or not."""

    day: tuple[int, ...]
    sum_mm: tuple[int, ...]
    viable_mm: tuple[int, ...]
    new_lesion: tuple[bool, ...]

    @property
    def recist(self) -> tuple[str, ...]:
        """Response at each scan after baseline by RECIST 1.1."""
        return scan_responses(self.sum_mm, self.new_lesion, RECIST_GROWTH_MM)

    @property
    def mrecist(self) -> tuple[str, ...]:
        """Response at each scan after baseline by mRECIST."""
        return scan_responses(self.viable_mm, self.new_lesion, MRECIST_GROWTH_MM)


def draw_series(
    patients: pd.DataFrame, courses: Courses, responses: BestResponses, rng: np.random.Generator
) -> list[ScanSeries]:
    """Draw every patient's scans; both criteria see progression on one and the same scan, that of `Courses`."""
    return [
        _draw_one(
            tumor_mm=int(patients["tumor_max_mm"].iloc[patient]),
            scan_days=responses.scan_days[patient],
            recist=responses.recist[patient],
            mrecist=responses.mrecist[patient],
            progresses=courses.kind[patient] == PROGRESSED,
            rng=rng,
        )
        for patient in range(len(patients))
    ]


def _draw_one(
    *, tumor_mm: int, scan_days: tuple[int, ...], recist: str, mrecist: str, progresses: bool, rng: np.random.Generator
) -> ScanSeries:
    baseline_day = -int(rng.integers(1, 22))
    # Up to five lesions are measured; the largest is the tumour's.
    baseline = round(tumor_mm * rng.choice([1.0, rng.uniform(1.1, 1.9)], p=[0.35, 0.65]))
    viable = max(10, round(baseline * rng.uniform(0.72, 1.0)))
    for _ in range(ATTEMPTS):
        n_stable = len(scan_days) - progresses
        new = bool(progresses and rng.random() < 0.45)
        growth = 0.03 if new else 0.22
        sums = _path(baseline, n_stable, CHANGE_RECIST[recist] if scan_days else (0, 0), rng)
        viables = _path(viable, n_stable, CHANGE_MRECIST[mrecist] if scan_days else (0, 0), rng)
        if progresses:
            sums.append(round(min(sums) * (1 + rng.uniform(growth, growth + 0.35))))
            viables.append(round(min(viables) * (1 + rng.uniform(growth, growth + 0.45))))
        series = ScanSeries(
            day=(baseline_day, *scan_days),
            sum_mm=tuple(sums),
            viable_mm=tuple(viables),
            new_lesion=(False,) * (len(sums) - 1) + (new,),
        )
        if _fits(series, recist, mrecist, progresses):
            return series
    raise RuntimeError(f"no scans found for best response {recist} / {mrecist} with {len(scan_days)} scans")


def _path(baseline: int, n_scans: int, change: tuple[float, float], rng: np.random.Generator) -> list[int]:
    """Shrink, or grow, to the drawn change at the second scan at the latest, then drift slowly upwards."""
    if n_scans == 0:
        return [baseline]
    smallest = 1 + rng.uniform(*change)
    turn = int(rng.integers(1, min(3, n_scans) + 1))
    shares = []
    for scan in range(1, n_scans + 1):
        if scan <= turn:
            shares.append(1 + (smallest - 1) * (scan / turn) ** 0.6 + (rng.normal(0, 0.015) if scan < turn else 0))
        else:
            shares.append(smallest * (1 + 0.15 * (1 - np.exp(-0.25 * (scan - turn))) * rng.uniform(0.3, 1)))
    return [baseline, *(round(baseline * share) for share in shares)]


def _fits(series: ScanSeries, recist: str, mrecist: str, progresses: bool) -> bool:
    by_recist, by_mrecist = series.recist, series.mrecist
    if best_response(by_recist) != recist or best_response(by_mrecist) != mrecist:
        return False
    # Both criteria must see progression on the last scan of a patient who progressed, and on no other scan.
    last = len(by_recist) - 1
    for responses in (by_recist, by_mrecist):
        if any((response == "PD") != (progresses and scan == last) for scan, response in enumerate(responses)):
            return False
    return all(viable <= size for viable, size in zip(series.viable_mm, series.sum_mm, strict=True))


def lesion_table(patients: pd.DataFrame, series: list[ScanSeries]) -> pd.DataFrame:
    """Lay the scans out, one row each, in the order of patients and dates."""
    rows = []
    for identifier, index_date, scans in zip(patients["patient_id"], patients["index_date"], series, strict=True):
        for day, size, viable, new in zip(scans.day, scans.sum_mm, scans.viable_mm, scans.new_lesion, strict=True):
            rows.append((identifier, index_date + datetime.timedelta(days=day), size, viable, int(new)))
    columns = ["patient_id", "scan_date", "sum_of_diameters_mm", "viable_sum_mm", "new_lesion"]
    return pd.DataFrame(rows, columns=columns)


def response_columns(series: list[ScanSeries]) -> pd.DataFrame:
    """Derive both best responses and both best changes from the scans."""
    return pd.DataFrame(
        {
            "bor_recist": [best_response(scans.recist) for scans in series],
            "bor_mrecist": [best_response(scans.mrecist) for scans in series],
            "best_change_recist_pct": [best_change(scans.sum_mm) for scans in series],
            "best_change_mrecist_pct": [best_change(scans.viable_mm) for scans in series],
        }
    )
