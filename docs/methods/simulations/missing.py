"""How the ways of handling a missing covariate fare after matching, on simulated cohorts.

Run from the repository's root: ``OMP_NUM_THREADS=1 python docs/methods/simulations/missing.py``. Seeded; about five
minutes. The table it prints is quoted in ``docs/methods/missing_values.md``.
"""

import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from analysis.cohort.imputation import impute_covariates
from analysis.cohort.missing import mark_missing
from analysis.design.matching import match_nearest
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError
from analysis.outcomes.cox import cox_hazard_ratio
from analysis.outcomes.pooling import pool_estimates
from analysis.settings import CovariateSettings, MissingSettings

SEED = 20240331
COHORTS = 400
PATIENTS = 400
IMPUTED = MissingSettings(method="multiple_imputation", imputations=10, iterations=5)
METHODS = ("nothing missing", "complete cases", "missing indicator", "imputed", "imputed with the outcome")
SCENARIOS = {"same effect in everyone (none)": 0.0, "effect that fades with age": 0.8}


def cohort(rng: np.random.Generator, fading: float) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]:
    """Age, a laboratory value tied to it, a binary covariate; treatment, time and event depend on all three."""
    age = rng.normal(size=PATIENTS)
    ecog = (rng.random(PATIENTS) < 1 / (1 + np.exp(-0.5 * age))).astype(float)
    lab = 0.6 * age + 0.5 * ecog + 0.7 * rng.normal(size=PATIENTS)
    treated = rng.random(PATIENTS) < 1 / (1 + np.exp(0.6 + 0.4 * age - 0.9 * lab))
    effect = np.where(treated, -fading + fading * age, 0.0) if fading else np.zeros(PATIENTS)
    time = rng.exponential(10 * np.exp(-(0.3 * age + 0.6 * lab + effect)))
    censored = rng.uniform(5, 30, PATIENTS)
    return (
        pd.DataFrame({"age": age, "ecog": ecog, "lab": lab}),
        treated,
        np.minimum(time, censored) + 1e-6,
        time <= censored,
    )


def without_laboratory_values(rng: np.random.Generator, covariates: pd.DataFrame, treated: np.ndarray) -> pd.DataFrame:
    """Older and treated patients lack the laboratory value more often: missing at random, about a third."""
    chance = 1 / (1 + np.exp(1.0 - 1.2 * covariates["age"] - 0.5 * treated))
    return covariates.assign(lab=covariates["lab"].mask(rng.random(PATIENTS) < chance))


def matched_log_ratio(
    covariates: pd.DataFrame, treated: np.ndarray, time: np.ndarray, event: np.ndarray
) -> tuple[float, float, int]:
    """Log hazard ratio after matching by the default design, its robust variance, and the pairs."""
    sets = match_nearest(fit_propensity(covariates, treated).logit, treated, caliper=0.2)
    kept = sets.weights > 0
    ratio = cox_hazard_ratio(time[kept], event[kept], treated[kept], cluster=sets.subclass[kept])
    return ratio.log_hazard_ratio, ratio.standard_error**2, sets.n_sets


def estimates(rng: np.random.Generator, fading: float) -> dict[str, tuple[float, float, float, float]]:
    """Of one cohort by each method: the estimate, its limits, and the pairs."""
    whole, treated, time, event = cohort(rng, fading)
    holed = without_laboratory_values(rng, whole, treated)
    known = holed["lab"].notna().to_numpy()
    settings = tuple(CovariateSettings(column=str(name)) for name in holed)
    marked = pd.DataFrame(mark_missing({str(name): column for name, column in holed.items()}, settings))
    imputed = IMPUTED.model_copy(update={"seed": int(rng.integers(2**31))})
    outcome = holed.assign(time=np.log(time), event=event.astype(float))
    samples = {
        "nothing missing": [whole],
        "missing indicator": [marked],
        "imputed": impute_covariates(holed, treated, imputed),
        "imputed with the outcome": [table[list(holed)] for table in impute_covariates(outcome, treated, imputed)],
    }
    found = {name: pooled([(table, treated, time, event) for table in tables]) for name, tables in samples.items()}
    found["complete cases"] = pooled([(holed[known].reset_index(drop=True), treated[known], time[known], event[known])])
    return found


def pooled(samples: list[tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]]) -> tuple[float, float, float, float]:
    ratios = [matched_log_ratio(*sample) for sample in samples]
    pairs = float(np.mean([n for _, _, n in ratios]))
    many = len(ratios) > 1
    one = pool_estimates(
        [value for value, _, _ in ratios],
        [variance for _, variance, _ in ratios],
        complete_degrees_of_freedom=pairs - 1 if many else None,
    )
    return one.estimate, one.ci_lower, one.ci_upper, pairs


def main() -> None:
    """Print a table for each scenario; the truth is the mean of the estimates with nothing missing."""
    for number, (name, fading) in enumerate(SCENARIOS.items()):
        rows: dict[str, list[tuple[float, float, float, float]]] = {method: [] for method in METHODS}
        for seed in np.random.SeedSequence([SEED, number]).spawn(COHORTS):
            try:
                found = estimates(np.random.default_rng(seed), fading)
            except EstimationError:
                continue
            for method in METHODS:
                rows[method].append(found[method])
        truth = 0.0 if not fading else float(np.mean([row[0] for row in rows["nothing missing"]]))
        print(f"\n{name}: log HR {truth:.3f}, {len(rows['imputed'])} cohorts of {PATIENTS}, seed {SEED}")
        for method in METHODS:
            table = np.array(rows[method])
            error = table[:, 0] - truth
            covered = np.mean((table[:, 1] <= truth) & (truth <= table[:, 2]))
            print(
                f"{method:26s} pairs {table[:, 3].mean():6.1f}  bias {error.mean():+.3f} "
                f"(simulation error {error.std(ddof=1) / math.sqrt(len(error)):.3f})  "
                f"SD {error.std(ddof=1):.3f}  RMSE {math.sqrt((error**2).mean()):.3f}  coverage {covered:.1%}"
            )


if __name__ == "__main__":
    main()
