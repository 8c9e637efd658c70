"""How a category of four levels fares when it is imputed by near patients, on simulated cohorts.

Run from the repository's root: ``OMP_NUM_THREADS=1 python docs/methods/simulations/categories.py [FOLDER]``. Seeded;
about a minute. With a folder, the smaller cohorts are written into it, and ``Rscript docs/methods/simulations/categories.R
FOLDER`` does the same with mice. The figures are quoted in ``docs/methods/missing_values.md``.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from analysis.cohort.imputation import impute_covariates
from analysis.settings import MissingSettings

SETS = 10
IMPUTED = MissingSettings(method="multiple_imputation", imputations=SETS, iterations=5)
COHORTS = {400: 150, 4_000: 40}
"""Patients of a cohort, and how many cohorts."""


def chance(linear: np.ndarray) -> np.ndarray:
    """The inverse of the logit."""
    return 1 / (1 + np.exp(-linear))


def cohort(rng: np.random.Generator, n: int) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """A grade that follows from age and a marker, and an invasion that follows from both; a third of each is lost."""
    age, marker = rng.normal(size=n), rng.normal(size=n)
    treated = rng.random(n) < chance(0.6 * age)
    utility = np.column_stack([np.full(n, 0.8), 0.6 + 0.9 * age, 1.1 * marker, -0.3 + 0.6 * age - 0.8 * marker])
    grade = (utility - np.log(-np.log(rng.random((n, 4))))).argmax(axis=1)
    invasion = rng.random(n) < chance(-0.8 + 0.8 * marker + 0.9 * (grade == 2))
    whole = pd.DataFrame(
        {
            "age": age,
            "marker": marker,
            "grade": pd.Categorical.from_codes(grade.tolist(), categories=list("ABCD")),
            "invasion": pd.Categorical.from_codes(invasion.astype(int).tolist(), categories=["0", "1"]),
        }
    )
    holed = whole.copy()
    for name in ("grade", "invasion"):
        holed.loc[rng.random(n) < chance(-1 + 0.7 * age + 0.5 * treated), name] = None
    return whole, holed, treated


def age_by_grade(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Least squares of age on the levels of grade: coefficients of B, C and D, and their variances."""
    design = np.column_stack([np.ones(len(table)), *((table["grade"] == level).to_numpy(float) for level in "BCD")])
    inverse = np.linalg.inv(design.T @ design)
    age = table["age"].to_numpy()
    coefficients = inverse @ design.T @ age
    residual = age - design @ coefficients
    return coefficients[1:], np.diag(inverse)[1:] * (residual @ residual) / (len(table) - 4)


def simulate(n: int, n_cohorts: int, folder: Path | None) -> None:
    """Print bias against the cohort before values were lost, and how true the pooled standard errors are."""
    found, errors, truth = [], [], []
    for seed in range(n_cohorts):
        whole, holed, treated = cohort(np.random.default_rng(seed), n)
        if folder is not None:
            holed.assign(treated=treated.astype(int)).to_csv(folder / f"{seed}.csv", index=False)
        fits = [age_by_grade(table) for table in impute_covariates(holed, treated, IMPUTED)]
        estimates, variances = (np.array(part) for part in zip(*fits, strict=True))
        found.append(estimates.mean(axis=0))
        errors.append(np.sqrt(variances.mean(axis=0) + (1 + 1 / SETS) * estimates.var(axis=0, ddof=1)))
        truth.append(age_by_grade(whole)[0])
    if folder is not None:
        pd.DataFrame(truth).to_csv(folder / "truth.csv", index=False)
    bias = np.array(found) - np.array(truth)
    print(f"{n_cohorts} cohorts of {n:,}; age by grade B, C, D against A")
    print("  nothing missing     ", np.mean(truth, axis=0).round(3))
    print("  bias                ", bias.mean(axis=0).round(3), "+/-", (bias.std(axis=0) / n_cohorts**0.5).round(3))
    print("  RMSE                ", np.sqrt((bias**2).mean(axis=0)).round(3))
    print("  mean error / true SD", (np.mean(errors, axis=0) / np.std(found, axis=0)).round(2))


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    for patients, many in COHORTS.items():
        simulate(patients, many, target if patients == min(COHORTS) else None)
