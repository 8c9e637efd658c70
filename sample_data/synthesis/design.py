"""Matches the drawn patients with the product's own propensity model and matcher, as the study file says."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.balance import covariate_balance
from analysis.design.matching import match_nearest
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError
from analysis.settings import StudySettings
from sample_data.synthesis.annealing import Populations
from sample_data.synthesis.population import draw_population
from sample_data.synthesis.published import N_PAIRS

SEEDS = range(1200)

# How well the score tells the arms apart, with overlap enough for 25 pairs.
C_STATISTIC = (0.86, 0.88)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedPopulation:
    """Drawn patients of whom exactly 25 pairs match.

    Attributes
    ----------
    seed : int
        That the patients were drawn with.
    patients : pandas.DataFrame
    populations : Populations
    c_statistic, largest_smd : float
        Of the score, and the largest standardised difference left between the pairs' arms.
    """

    seed: int
    patients: pd.DataFrame
    populations: Populations
    c_statistic: float
    largest_smd: float


def populations_by_balance(study: StudySettings) -> list[MatchedPopulation]:
    """Draw many populations, keep those with exactly 25 pairs, the best balanced first."""
    drawn = (_match(seed, study) for seed in SEEDS)
    return sorted((population for population in drawn if population is not None), key=lambda found: found.largest_smd)


def _match(seed: int, study: StudySettings) -> MatchedPopulation | None:
    patients = draw_population(np.random.default_rng(seed))
    covariates = covariate_table(patients, study)
    treated = (patients[study.treatment.column] == study.treatment.treated).to_numpy()
    matching = study.matching
    try:
        model = fit_propensity(covariates, treated)
        sets = match_nearest(
            model.logit,
            treated,
            caliper=matching.caliper,
            caliper_scale=matching.caliper_scale,
            ratio=matching.ratio,
            replacement=matching.replacement,
            order=matching.order,
        )
    except EstimationError:
        return None
    if sets.n_sets != N_PAIRS or not C_STATISTIC[0] <= model.c_statistic <= C_STATISTIC[1]:
        return None
    return MatchedPopulation(
        seed=seed,
        patients=patients,
        populations=Populations(treated=treated, matched=sets.subclass >= 0),
        c_statistic=model.c_statistic,
        largest_smd=covariate_balance(covariates, treated, sets.weights).largest_smd_after,
    )


def covariate_table(patients: pd.DataFrame, study: StudySettings) -> pd.DataFrame:
    """Give the study's covariates as the product types them: numbers, or levels with the reference first."""
    return pd.DataFrame(
        {
            covariate.column: _levels(patients[covariate.column], covariate.reference)
            if patients[covariate.column].dtype == object
            else patients[covariate.column].astype(float)
            for covariate in study.covariates
        }
    )


def _levels(labels: pd.Series, reference: str | None) -> NDArray[np.object_] | pd.Categorical:
    levels = sorted(labels.unique(), key=lambda level: (level != reference, level))
    return pd.Categorical(labels, categories=levels)
