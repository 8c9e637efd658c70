"""The propensity score: each patient's probability of having been given the treatment."""

from analysis.design.propensity.drawn import ScoreColumns, drawn_logit, score_columns
from analysis.design.propensity.fitting import fit_propensity
from analysis.design.propensity.model import (
    EQUIPOISE,
    EXTREME_SCORE,
    FEW_PATIENTS_PER_TERM,
    PropensityModel,
)

__all__ = [
    "EQUIPOISE",
    "EXTREME_SCORE",
    "FEW_PATIENTS_PER_TERM",
    "PropensityModel",
    "ScoreColumns",
    "drawn_logit",
    "fit_propensity",
    "score_columns",
]
