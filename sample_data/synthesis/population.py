"""Draws the patients as they were when second-line treatment began."""

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.synthesis.published import DATA_CUT_OFF, N_LENVATINIB, N_SORAFENIB, STUDY_START

BILIRUBIN_UMOL_PER_MG = 17.1
ETIOLOGIES = ("HBV", "HCV", "alcohol", "MASLD/other")

# First-line atezolizumab-bevacizumab outside trials; before, only trial patients of the Korean centre.
FIRST_LINE_APPROVED = datetime.date(2020, 9, 25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """What the patients of one centre are like; shares in [0, 1], log odds for the tumour findings."""

    country: str
    site: str
    lenvatinib: int
    sorafenib: int
    age: float
    age_sd: float
    male: float
    etiology: tuple[float, ...]
    ecog: float
    ehs: float
    mvi: float
    tumor_mm: float
    liver: float
    tace: float
    weight: float
    index_from: datetime.date


KOREA = Centre(
    country="Korea",
    site="K1",
    lenvatinib=10,
    sorafenib=N_SORAFENIB - 2,
    age=61,
    age_sd=9,
    male=0.87,
    etiology=(0.72, 0.08, 0.12, 0.08),
    ecog=0.05,
    ehs=0.55,
    mvi=-0.6,
    tumor_mm=52,
    liver=0.45,
    tace=0.65,
    weight=67,
    index_from=datetime.date(2020, 3, 1),
)
JAPAN = Centre(
    country="Japan",
    site="J1",
    lenvatinib=N_LENVATINIB - 10,
    sorafenib=2,
    age=71,
    age_sd=8,
    male=0.80,
    etiology=(0.22, 0.34, 0.18, 0.26),
    ecog=-1.2,
    ehs=-0.55,
    mvi=-1.2,
    tumor_mm=42,
    liver=0.35,
    tace=0.75,
    weight=62,
    index_from=datetime.date(2021, 1, 10),
)


def draw_population(rng: np.random.Generator) -> pd.DataFrame:
    """Draw 123 patients: centre, arm, baseline findings and index date, sorted by index date.

    Liver reserve and tumour burden are two correlated latent scales; laboratory values, Child-Pugh score, stage and
    tumour findings hang on them. All values are rounded as in a hospital's file before anything is derived from them.
    """
    centres = [_draw_centre(centre, rng) for centre in (KOREA, JAPAN)]
    table = pd.concat(centres, ignore_index=True)
    table = table.sort_values(["index_date", "age", "weight_kg"], kind="stable", ignore_index=True)
    table.insert(0, "patient_id", [f"S{number:03d}" for number in range(1, len(table) + 1)])
    return table


def _draw_centre(centre: Centre, rng: np.random.Generator) -> pd.DataFrame:
    n = centre.lenvatinib + centre.sorafenib
    burden = rng.normal(size=n)
    age = np.clip(np.round(rng.normal(centre.age, centre.age_sd, n)), 36, 86).astype(int)
    liver = centre.liver + 0.25 * burden + 0.015 * (age - centre.age) + 0.92 * rng.normal(size=n)
    male = rng.random(n) < centre.male
    etiology = rng.choice(ETIOLOGIES, n, p=centre.etiology)
    table = pd.DataFrame(
        {
            "site": centre.site,
            "country": centre.country,
            "arm": rng.permutation(["LEN"] * centre.lenvatinib + ["SOR"] * centre.sorafenib),
            "age": age,
            "sex": np.where(male, "M", "F"),
            "etiology": etiology,
            "weight_kg": _weight(centre, age, male, rng),
        }
    )
    table["ecog"] = _ecog(centre, burden, liver, age, rng)
    table = table.join(_liver_function(liver, rng))
    table = table.join(_tumour(centre, burden, etiology, rng))
    table["bclc"] = np.where((table.mvi == 1) | (table.ehs == 1) | (table.ecog >= 1), "C", "B")
    table = table.join(_first_line(centre, burden, rng))
    table["index_date"] = _index_dates(centre, table["ab_months"].to_numpy(), rng)
    return table


def _weight(centre: Centre, age: NDArray[np.int64], male: NDArray[np.bool_], rng: np.random.Generator) -> pd.Series:
    mean = centre.weight + np.where(male, 2, -9) - 0.2 * (age - centre.age)
    return pd.Series(np.round(np.clip(rng.normal(mean, 9), 38, 98), 1))


def _ecog(
    centre: Centre,
    burden: NDArray[np.float64],
    liver: NDArray[np.float64],
    age: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    frailty = centre.ecog + 0.4 * burden + 0.4 * liver + 0.02 * (age - centre.age) + rng.logistic(size=len(age))
    return (frailty > 0).astype(int) + (frailty > 3.4)


def _liver_function(liver: NDArray[np.float64], rng: np.random.Generator) -> pd.DataFrame:
    n = len(liver)
    albumin = np.round(np.clip(3.75 - 0.33 * liver + rng.normal(0, 0.2, n), 2.4, 4.8), 1)
    bilirubin = np.round(np.clip(np.exp(-0.25 + 0.30 * liver + rng.normal(0, 0.28, n)), 0.3, 3.6), 1)
    inr = np.round(np.clip(1.09 + 0.06 * liver + rng.normal(0, 0.05, n), 0.92, 1.66), 2)
    platelets = np.round(np.clip(np.exp(5.0 - 0.2 * liver + rng.normal(0, 0.35, n)), 42, 420)).astype(int)
    ascites = (liver + rng.normal(0, 0.6, n)) > 1.5
    albi = albi_score(bilirubin, albumin)
    return pd.DataFrame(
        {
            "albumin_gdl": albumin,
            "bilirubin_mgdl": bilirubin,
            "inr": inr,
            "platelets": platelets,
            "ascites": np.where(ascites, "slight", "none"),
            "child_pugh_score": child_pugh_score(albumin, bilirubin, inr, ascites),
            "albi_score": albi,
            "malbi_grade": malbi_grade(albi),
        }
    )


def albi_score(bilirubin_mgdl: NDArray[np.float64], albumin_gdl: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the ALBI score, three decimals: 0.66 · log10(bilirubin in µmol/L) − 0.085 · albumin in g/L."""
    score = 0.66 * np.log10(bilirubin_mgdl * BILIRUBIN_UMOL_PER_MG) - 0.085 * albumin_gdl * 10
    return np.round(score, 3)


def malbi_grade(albi: NDArray[np.float64]) -> NDArray[np.str_]:
    """Give the modified ALBI grade: 1 up to −2.60, 2a below −2.27, 2b up to −1.39, 3 above."""
    return np.select([albi <= -2.60, albi < -2.27, albi <= -1.39], ["1", "2a", "2b"], "3")


def child_pugh_score(
    albumin: NDArray[np.float64], bilirubin: NDArray[np.float64], inr: NDArray[np.float64], ascites: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Give the Child-Pugh score of patients without encephalopathy, ascites none or slight."""
    from_albumin = np.select([albumin > 3.5, albumin >= 2.8], [1, 2], 3)
    from_bilirubin = np.select([bilirubin < 2, bilirubin <= 3], [1, 2], 3)
    from_inr = np.select([inr < 1.7, inr <= 2.3], [1, 2], 3)
    without_encephalopathy = 1
    return from_albumin + from_bilirubin + from_inr + np.where(ascites, 2, 1) + without_encephalopathy


def _tumour(
    centre: Centre, burden: NDArray[np.float64], etiology: NDArray[np.str_], rng: np.random.Generator
) -> pd.DataFrame:
    n = len(burden)
    mvi = centre.mvi + 0.8 * burden + rng.logistic(size=n) > 0
    ehs = centre.ehs + 0.3 * burden + rng.logistic(size=n) > 0
    diameter = np.exp(np.log(centre.tumor_mm) + 0.42 * burden + 0.12 * mvi - 0.10 * ehs + rng.normal(0, 0.35, n))
    log_afp = 1.95 + 0.70 * burden + 0.3 * (etiology == "HBV") + 0.25 * mvi + rng.normal(0, 0.85, n)
    afp = 10 ** np.clip(log_afp, 0.25, 5.3)
    afp = np.where(afp < 100, np.round(afp, 1), np.round(afp))
    trial_of_tace = 0.9 - 0.5 * ehs + np.log(centre.tace / (1 - centre.tace)) + rng.logistic(size=n)
    return pd.DataFrame(
        {
            "mvi": mvi.astype(int),
            "ehs": ehs.astype(int),
            "tumor_max_mm": np.clip(np.round(diameter), 12, 168).astype(int),
            "afp_ngml": afp,
            "log10_afp": np.round(np.log10(afp), 3),
            "prior_tace": (trial_of_tace > 0).astype(int),
        }
    )


def _first_line(centre: Centre, burden: NDArray[np.float64], rng: np.random.Generator) -> pd.DataFrame:
    n = len(burden)
    outcome = -0.35 * burden + rng.normal(size=n)
    best = np.select([outcome > 0.85, outcome > -0.35], ["PR", "SD"], "PD")
    typical = np.select([best == "PR", best == "SD"], [9.5, 5.5], 2.0)
    spread = np.where(best == "PD", 0.25, 0.45)
    months = typical * np.exp(spread * rng.normal(size=n))
    return pd.DataFrame({"ab_best_response": best, "ab_months": np.round(np.clip(months, 0.7, 26), 1)})


def _index_dates(centre: Centre, ab_months: NDArray[np.float64], rng: np.random.Generator) -> list[datetime.date]:
    last = datetime.date(2023, 11, 28)
    first_line_from = STUDY_START if centre is KOREA else FIRST_LINE_APPROVED
    dates = []
    for months in ab_months:
        washout = int(rng.integers(10, 43))
        earliest = first_line_from + datetime.timedelta(days=round(months * 30.4375) + washout)
        start = max(earliest, centre.index_from)
        span = (last - start).days
        date = start + datetime.timedelta(days=int(span * rng.beta(1.7, 1.15)))
        # Second-line treatment starts on a weekday.
        dates.append(date - datetime.timedelta(days=max(0, date.weekday() - 4)))
    assert max(dates) < DATA_CUT_OFF
    return dates
