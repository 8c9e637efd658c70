"""What is told of a propensity score, whichever model made it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from analysis.design.order_kernel import count_wins
from analysis.notes import Note
from analysis.phrases import phrase

EQUIPOISE = (0.3, 0.7)
FEW_PATIENTS_PER_TERM = 10
EXTREME_SCORE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PropensityModel:
    """A model of the treatment, and every patient's score under it.

    Attributes
    ----------
    terms : tuple of str
        "(Intercept)", then numeric columns by name, levels as ``column=level``, bends of a spline as ``column'``,
        products as ``term:term``. Empty for trees and for a score brought in.
    coefficients, standard_errors : ndarray of float64, shape (terms,)
        Log odds per unit of the column, and their standard errors from the information matrix. Empty for trees and for
        a score brought in. Those of a ridge regression do not measure the bias of shrinking.
    propensity_score : ndarray of float64, shape (n,)
        Probability of treatment, in [0, 1].
    logit : ndarray of float64, shape (n,)
        Its log odds (the linear predictor). Identical covariates have bit-identical logits.
    preference_score : ndarray of float64, shape (n,)
        Score freed of the arms' sizes: logit minus log(treated / control), as a probability.
    equipoise_share, equipoise_share_treated, equipoise_share_control : float
        Share of patients with a preference score within 0.3–0.7, inclusive: of all, and of each arm.
    c_statistic : float
        Probability that a treated patient scores above a control, ties counting half.
    patients_per_term : float
        Patients in the smaller arm per coefficient, the intercept left out; per covariate where there are none.
    converged : bool
        Always True; a fit that did not converge is refused.
    n, n_iterations : int
        Patients; iterations of the fit, trees of each fold's model, 0 for a score brought in.
    dropped : tuple of str
        Terms left out because the terms before them determine them, or because they are the same for everyone.
    method : str
        "logistic", "firth", "ridge", "boosting", "forest" or "column".
    notes : tuple of Note
        What a reader should know before trusting the score.
    penalty : float or None
        Of a ridge regression, on the scale of a sum over patients.
    n_folds, seed : int or None
        Folds of cross-fitting or cross-validation, and the seed of dealing them out; None where there were none.
    knots : tuple of (str, tuple of float)
        Columns that entered as splines, and their knots.
    """

    terms: tuple[str, ...]
    coefficients: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    propensity_score: NDArray[np.float64]
    logit: NDArray[np.float64]
    preference_score: NDArray[np.float64]
    equipoise_share: float
    equipoise_share_treated: float
    equipoise_share_control: float
    c_statistic: float
    patients_per_term: float
    converged: bool
    n: int
    n_iterations: int
    dropped: tuple[str, ...]
    method: str
    notes: tuple[Note, ...]
    penalty: float | None = None
    n_folds: int | None = None
    seed: int | None = None
    knots: tuple[tuple[str, tuple[float, ...]], ...] = ()

    def to_table(self) -> pd.DataFrame:
        """One row per term: term, coefficient, standard error."""
        return pd.DataFrame(
            {"term": self.terms, "coefficient": self.coefficients, "standard_error": self.standard_errors}
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedScores:
    """What a way of making scores hands over.

    Attributes
    ----------
    logit, propensity_score : ndarray of float64, shape (n,)
        Log odds of treatment and its probability.
    method : str
        As in `PropensityModel`.
    n_parameters : int
        Coefficients without the intercept, or covariates where there are none; at least 1.
    n_iterations : int
        As in `PropensityModel`.
    terms, coefficients, standard_errors, dropped, penalty, n_folds, seed, knots
        As in `PropensityModel`.
    notes : tuple of Note
        What is to be said of this way of making scores.
    """

    logit: NDArray[np.float64]
    propensity_score: NDArray[np.float64]
    method: str
    n_parameters: int
    n_iterations: int
    terms: tuple[str, ...] = ()
    coefficients: NDArray[np.float64] | None = None
    standard_errors: NDArray[np.float64] | None = None
    dropped: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    penalty: float | None = None
    n_folds: int | None = None
    seed: int | None = None
    knots: tuple[tuple[str, tuple[float, ...]], ...] = ()


def describe_scores(fitted: FittedScores, treated: NDArray[np.bool_]) -> PropensityModel:
    """Add what scores tell of the arms: preference, equipoise, C-statistic, patients per term, and notes.

    Parameters
    ----------
    fitted : FittedScores
        Scores and where they come from.
    treated : ndarray of bool, shape (n,)
        True for the treated arm; both arms hold patients.

    Returns
    -------
    PropensityModel
    """
    n_treated = int(treated.sum())
    n_control = treated.size - n_treated
    preference = expit(fitted.logit - np.log(n_treated / n_control))
    in_equipoise = (preference >= EQUIPOISE[0]) & (preference <= EQUIPOISE[1])
    per_term = min(n_treated, n_control) / fitted.n_parameters
    none = np.zeros(0)
    return PropensityModel(
        terms=fitted.terms,
        coefficients=none if fitted.coefficients is None else fitted.coefficients,
        standard_errors=none if fitted.standard_errors is None else fitted.standard_errors,
        propensity_score=fitted.propensity_score,
        logit=fitted.logit,
        preference_score=preference,
        equipoise_share=float(in_equipoise.mean()),
        equipoise_share_treated=float(in_equipoise[treated].mean()),
        equipoise_share_control=float(in_equipoise[~treated].mean()),
        c_statistic=_c_statistic(fitted.logit, treated),
        patients_per_term=per_term,
        converged=True,
        n=treated.size,
        n_iterations=fitted.n_iterations,
        dropped=fitted.dropped,
        method=fitted.method,
        notes=(*fitted.notes, *_size_note(fitted.method, per_term), *_extreme_note(fitted.propensity_score)),
        penalty=fitted.penalty,
        n_folds=fitted.n_folds,
        seed=fitted.seed,
        knots=fitted.knots,
    )


def _size_note(method: str, per_term: float) -> tuple[Note, ...]:
    # A penalty chosen by validation, cross-fitting, and a score from elsewhere are not overfitted by their terms here.
    if per_term >= FEW_PATIENTS_PER_TERM or method not in ("logistic", "firth"):
        return ()
    text = phrase(
        "The smaller arm has {per_term:.1f} patients per term of the propensity model; below "
        "{limit} the score may overfit.",
        per_term=per_term,
        limit=FEW_PATIENTS_PER_TERM,
    )
    return (Note(code="few_patients_per_term", text=text),)


def _extreme_note(score: NDArray[np.float64]) -> tuple[Note, ...]:
    n_extreme = int(((score < EXTREME_SCORE) | (score > 1 - EXTREME_SCORE)).sum())
    if n_extreme == 0:
        return ()
    text = phrase(
        "{n_extreme} of {n} patients have a propensity score within {nearest:g} of "
        "0 or 1: the covariates all but decide their treatment.",
        n_extreme=n_extreme,
        n=score.size,
        nearest=EXTREME_SCORE,
    )
    return (Note(code="extreme_scores", text=text),)


def _c_statistic(logit: NDArray[np.float64], arm: NDArray[np.bool_]) -> float:
    wins, n_treated = count_wins(logit, np.argsort(logit), arm)
    return wins / (n_treated * (arm.size - n_treated))
