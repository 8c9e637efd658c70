"""Lays the synthetic patients out as the two files a hospital would keep."""

import datetime

import numpy as np
import pandas as pd

from sample_data.synthesis.prognosis import Courses, months

COLUMNS = (
    "patient_id",
    "site",
    "country",
    "arm",
    "age",
    "sex",
    "etiology",
    "weight_kg",
    "ecog",
    "child_pugh_score",
    "albumin_gdl",
    "bilirubin_mgdl",
    "inr",
    "platelets",
    "ascites",
    "albi_score",
    "malbi_grade",
    "bclc",
    "mvi",
    "ehs",
    "tumor_max_mm",
    "afp_ngml",
    "log10_afp",
    "prior_tace",
    "ab_best_response",
    "ab_months",
    "index_date",
    "start_dose_mg",
    "bor_recist",
    "bor_mrecist",
    "best_change_recist_pct",
    "best_change_mrecist_pct",
    "pfs_months",
    "pfs_event",
    "os_months",
    "os_event",
    "last_contact_date",
)

LENVATINIB_FULL_DOSE_KG = 60


def cohort_table(
    patients: pd.DataFrame, courses: Courses, responses: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Join baseline, doses, responses and outcomes, one row per patient."""
    table = patients.join(responses)
    table["start_dose_mg"] = start_doses(patients, rng)
    table["pfs_months"] = months(courses.pfs_days)
    table["pfs_event"] = courses.pfs_event.astype(int)
    table["os_months"] = months(courses.os_days)
    table["os_event"] = courses.os_event.astype(int)
    table["last_contact_date"] = [
        date + datetime.timedelta(days=int(days))
        for date, days in zip(patients["index_date"], courses.os_days, strict=True)
    ]
    return table.loc[:, list(COLUMNS)]


def start_doses(patients: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Give the first daily dose: lenvatinib by weight; sorafenib 800 mg, or 400 mg more often in the frail."""
    frail = -2.2 + 0.05 * (patients["age"] - 65) + 0.9 * (patients["child_pugh_score"] >= 6) + 0.7 * patients["ecog"]
    reduced = frail + rng.logistic(size=len(patients)) > 0
    lenvatinib = np.where(patients["weight_kg"] >= LENVATINIB_FULL_DOSE_KG, 12, 8)
    return np.where(patients["arm"] == "LEN", lenvatinib, np.where(reduced, 400, 800))


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Give a table as CSV, UTF-8, blank where a value is missing."""
    return table.to_csv(index=False, lineterminator="\n").encode()
