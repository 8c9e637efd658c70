"""The propensity score by the model that the study asks for."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from scipy.special import logit as log_odds

from analysis.design.firth import fit_firth
from analysis.design.logistic import (
    LogisticFit,
    StandardisedDesign,
    dependent_columns,
    fit_logistic,
    linear_predictor,
    standardise,
)
from analysis.design.propensity.model import FittedScores, PropensityModel, describe_scores
from analysis.design.propensity.refusals import (
    refuse_no_maximum,
    refuse_one_arm,
    refuse_too_few,
    refuse_unconverged,
    refuse_unusable,
)
from analysis.design.ridge import PENALTIES_PER_PATIENT, choose_penalty, fit_ridge
from analysis.design.splines import spline_knots
from analysis.design.terms import CovariateTerm, count_terms, model_terms
from analysis.design.trees import NEAREST_TO_CERTAIN, CrossFittedScores, TreeModel, cross_fitted_scores
from analysis.errors import SettingsError
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase
from analysis.settings import PropensitySettings

FEW_DISTINCT_ROWS = 0.5
"""Below this share of different rows among the patients, trees left most patients' likes out along with them."""


def fit_propensity(
    covariates: pd.DataFrame,
    treated: ArrayLike,
    settings: PropensitySettings | None = None,
    score: ArrayLike | None = None,
) -> PropensityModel:
    """Estimate each patient's probability of treatment, by logistic regression unless the settings say otherwise.

    - logistic: maximum likelihood, no penalty; an intercept and a term for each covariate, a category entering as one
      indicator per level but the first, with products of pairs (``interactions``) and restricted cubic ``splines``
      where asked for. Columns are standardised for the fit and the coefficients transformed back, so that units do not
      matter.
    - firth: the same terms, the likelihood penalised by Jeffreys' prior; exists though the covariates separate the
      arms. Its scores lie closer to one half, so that their mean is not the share of the treated.
    - ridge: the same terms; coefficients per standard deviation are shrunk by ``penalty``, or by the one with the least
      deviance in ``folds``-fold cross-validation. Terms that others determine stay.
    - boosting, forest: trees grown on all ``folds`` but the patient's own; patients with identical covariates share a
      fold. Scores stay 0.001 away from 0 and 1.
    - column: the ``score`` brought in, as it is; the covariates play no part.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numeric columns and categoricals (first level the reference), without missing values.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    settings : PropensitySettings, optional
        The model; logistic regression with main effects when absent.
    score : array_like of float, shape (n,), optional
        For ``column``: a probability of treatment for every patient, above 0 and below 1.

    Returns
    -------
    PropensityModel

    Raises
    ------
    EstimationError
        No covariate, one arm only, missing or infinite values, a constant column. For logistic and firth: as many terms
        as patients, no convergence. For logistic: covariates that separate the arms (one alone, one level of a
        category, or several together). Where there are folds: fewer patients in an arm than folds. Every problem that
        can be found at once is named.
    SettingsError
        An interaction or a spline of a column that is no covariate or cannot have one; no score, or one that is not a
        probability, where it is to be brought in.

    Notes
    -----
    A column that the columns before it determine (a duplicate, a change of units, a sum of others) is left out,
    as R's ``glm`` does; scores do not depend on which of them stays. Separation is decided, not guessed: when a
    Newton step moves every logit by less than 1, the residuals can be corrected to strictly positive weights
    that balance all columns, which proves that the estimate exists; otherwise a linear programme decides
    (Albert & Anderson 1984, doi:10.1093/biomet/71.1.1).

    Preference score: Walker et al. 2013, doi:10.2147/CER.S40357. The other models have their sources in `fit_firth`,
    `fit_ridge` and `cross_fitted_scores`.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [50.0, 60.0, 60.0, 70.0, 80.0]})
    >>> model = fit_propensity(table, [False, True, False, True, False])
    >>> round(model.c_statistic, 4)  # 3.5 of 6 pairs in the right order
    0.5833
    """
    chosen = PropensitySettings() if settings is None else settings
    arm = np.asarray(treated, dtype=np.bool_)
    match chosen.model:
        case "column":
            fitted = _brought_in(score, arm, chosen, covariates.shape[1])
        case "boosting" | "forest":
            refuse_unusable(covariates, arm, overlapping=False)
            fitted = _by_trees(covariates, arm, chosen, chosen.model)
        case _:
            fitted = _by_regression(covariates, arm, chosen)
    return describe_scores(fitted, arm)


def _brought_in(
    score: ArrayLike | None, arm: NDArray[np.bool_], settings: PropensitySettings, n_covariates: int
) -> FittedScores:
    refuse_one_arm(arm)
    name = (
        phrase("The propensity score")
        if settings.column is None
        else phrase("The propensity score in {column}", column=settings.column)
    )
    if score is None:
        raise SettingsError(
            phrase(
                "{name} must be brought in as a column of probabilities; none was found. Name the "
                "column, or choose a model.",
                name=name,
            )
        )
    values = np.asarray(score, dtype=np.float64)
    n_unknown = int(np.count_nonzero(np.isnan(values)))
    if n_unknown:
        raise SettingsError(
            phrase(
                "{name} must be known for every patient; {n_unknown} of {n} values are missing. "
                "Leave these patients out, or choose a model.",
                name=name,
                n_unknown=n_unknown,
                n=values.size,
            )
        )
    n_outside = int(np.count_nonzero((values <= 0) | (values >= 1)))
    if n_outside:
        raise SettingsError(
            phrase(
                "{name} must be a probability above 0 and below 1; {n_outside} of {n} values are "
                "not. Bring in the probability of the treated arm, not its log odds or a percentage, "
                "or choose a model.",
                name=name,
                n_outside=n_outside,
                n=values.size,
            )
        )
    if values.min() == values.max():
        raise SettingsError(
            phrase(
                "{name} must vary; all {n} patients have the same value. Name another column, or choose a model.",
                name=name,
                n=values.size,
            )
        )
    return FittedScores(
        logit=log_odds(values),
        propensity_score=values.copy(),
        method="column",
        n_parameters=max(n_covariates, 1),
        n_iterations=0,
        notes=_unused_notes(settings),
    )


def _unused_notes(settings: PropensitySettings) -> tuple[Note, ...]:
    if not settings.interactions and not settings.splines:
        return ()
    text = phrase(
        "Interactions and splines belong to a regression; those of the settings were not used, as the score comes from "
        "trees, which find curves and interactions themselves."
    )
    if settings.model == "column":
        text = phrase(
            "Interactions and splines belong to a regression; those of the settings were not used, as the score comes "
            "from the cohort."
        )
    return (Note(code="terms_not_used", text=text),)


def _by_trees(
    covariates: pd.DataFrame, arm: NDArray[np.bool_], settings: PropensitySettings, model: TreeModel
) -> FittedScores:
    scores = cross_fitted_scores(covariates, arm, model=model, n_folds=settings.folds, seed=settings.seed)
    return FittedScores(
        logit=log_odds(scores.score),
        propensity_score=scores.score,
        method=model,
        n_parameters=covariates.shape[1],
        n_iterations=scores.n_trees,
        notes=(*_unused_notes(settings), *_tree_notes(scores)),
        n_folds=settings.folds,
        seed=settings.seed,
    )


def _tree_notes(scores: CrossFittedScores) -> tuple[Note, ...]:
    notes = []
    n = scores.score.size
    if scores.n_clipped:
        text = phrase(
            "{n_clipped} of {n} propensity scores lay within {nearest:g} of 0 or 1 "
            "and were moved to that distance, so that their log odds are finite.",
            n_clipped=scores.n_clipped,
            n=n,
            nearest=NEAREST_TO_CERTAIN,
        )
        notes.append(Note(code="clipped_scores", text=text))
    if scores.n_distinct < FEW_DISTINCT_ROWS * n:
        text = phrase(
            "The {n} patients have only {n_distinct} different rows of covariates. Equal "
            "patients are scored together by trees that saw none of them, so that these scores "
            "may be far off; a regression suits such covariates better.",
            n=n,
            n_distinct=scores.n_distinct,
        )
        notes.append(Note(code="few_distinct_rows", text=text))
    return tuple(notes)


def _by_regression(covariates: pd.DataFrame, arm: NDArray[np.bool_], settings: PropensitySettings) -> FittedScores:
    if settings.model != "ridge":
        refuse_too_few(count_terms(covariates) + 1, arm.size)
    refuse_unusable(covariates, arm, overlapping=settings.model == "logistic")
    splines = _splines(settings)
    terms = model_terms(covariates, interactions=settings.interactions, splines=splines)
    terms, dropped, notes = _without_constant(terms)
    if settings.model != "ridge":
        refuse_too_few(len(terms) + 1, arm.size)
    design = standardise([term.values for term in terms])
    if settings.model != "ridge":
        dependent = dependent_columns(design)
        dropped += tuple(terms[position].name for position in dependent)
        notes += _dropped_notes(terms, dependent)
        if dependent:
            terms = [term for position, term in enumerate(terms) if position not in dependent]
            design = standardise([term.values for term in terms])
    fit, penalty, penalty_notes = _fit(design, terms, arm, settings)
    logit = linear_predictor(fit.coefficients, [term.values for term in terms])
    validated = settings.model == "ridge" and settings.penalty is None
    return FittedScores(
        logit=logit,
        propensity_score=expit(logit),
        method=settings.model,
        n_parameters=len(terms),
        n_iterations=fit.n_iterations,
        terms=("(Intercept)", *(term.name for term in terms)),
        coefficients=fit.coefficients,
        standard_errors=fit.standard_errors,
        dropped=dropped,
        notes=(*notes, *penalty_notes),
        penalty=penalty,
        n_folds=settings.folds if validated else None,
        seed=settings.seed if validated else None,
        knots=_knots(covariates, splines),
    )


def _splines(settings: PropensitySettings) -> dict[str, int]:
    splines = {spline.column: spline.knots for spline in settings.splines}
    if len(splines) < len(settings.splines):
        raise SettingsError(
            phrase(
                "A covariate can have one spline; found {n_splines} splines of {n_covariates} "
                "covariates. Leave out those given again.",
                n_splines=len(settings.splines),
                n_covariates=len(splines),
            )
        )
    return splines


def _without_constant(
    terms: list[CovariateTerm],
) -> tuple[list[CovariateTerm], tuple[str, ...], tuple[Note, ...]]:
    # Only a product can be the same for everyone here: of two levels that no patient has together, above all.
    varies = [bool(term.values.min() < term.values.max()) for term in terms]
    constant = [term for term, it_does in zip(terms, varies, strict=True) if not it_does]
    notes = tuple(
        Note(
            code="constant_term",
            text=phrase(
                "{term} was left out of the propensity model: it is the same for every patient.", term=term.name
            ),
        )
        for term in constant
    )
    names = tuple(term.name for term in constant)
    return [term for term, it_does in zip(terms, varies, strict=True) if it_does], names, notes


def _dropped_notes(terms: list[CovariateTerm], dependent: dict[int, tuple[int, ...]]) -> tuple[Note, ...]:
    notes = []
    for position, partners in dependent.items():
        names = ", ".join(terms[partner].name for partner in partners)
        text = phrase(
            "{term} was left out of the propensity model: it follows exactly from {others}.",
            term=terms[position].name,
            others=names,
        )
        notes.append(Note(code="dependent_covariate", text=text))
    return tuple(notes)


def _fit(
    design: StandardisedDesign, terms: list[CovariateTerm], arm: NDArray[np.bool_], settings: PropensitySettings
) -> tuple[LogisticFit, float | None, tuple[Note, ...]]:
    if settings.model == "logistic":
        fit = fit_logistic(design, arm)
        if not fit.proven:
            refuse_no_maximum(fit, design, terms, arm)
        return fit, None, ()
    if settings.model == "firth":
        fit = fit_firth(design, arm)
        refuse_unconverged(fit, terms, None)
        return fit, None, ()
    penalty, notes = _penalty(design, arm, settings)
    fit = fit_ridge(design, arm, penalty)
    refuse_unconverged(fit, terms, penalty)
    return fit, penalty, notes


def _penalty(
    design: StandardisedDesign, arm: NDArray[np.bool_], settings: PropensitySettings
) -> tuple[float, tuple[Note, ...]]:
    if settings.penalty is not None:
        return settings.penalty, ()
    penalty, largest = choose_penalty(design, arm, n_folds=settings.folds, seed=settings.seed)
    text = phrase(
        "The ridge penalty is {penalty:.4g}: of {n_tried} tried, it has the "
        "least deviance in {folds}-fold cross-validation.",
        penalty=penalty,
        n_tried=len(PENALTIES_PER_PATIENT),
        folds=settings.folds,
    )
    if largest:
        more = phrase(
            "It is the largest tried: the covariates hardly foretell the treatment, and the scores differ little."
        )
        text = join_phrases((text, more))
    return penalty, (Note(code="ridge_penalty", text=text),)


def _knots(covariates: pd.DataFrame, splines: dict[str, int]) -> tuple[tuple[str, tuple[float, ...]], ...]:
    return tuple(
        (column, tuple(spline_knots(covariates[column].to_numpy(dtype=np.float64), n_knots).tolist()))
        for column, n_knots in splines.items()
    )
