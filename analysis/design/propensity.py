"""The propensity score: each patient's probability of having been given the treatment."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from analysis.design.logistic import LogisticFit, StandardisedDesign, dependent_columns, fit_logistic, standardise
from analysis.design.separation import separating_covariates
from analysis.design.terms import CovariateTerm, covariate_terms, present_levels
from analysis.errors import EstimationError
from analysis.notes import Note

EQUIPOISE = (0.3, 0.7)
FEW_PATIENTS_PER_TERM = 10
EXTREME_SCORE = 1e-6
# A sentence names a level only when several patients share it, in a column with few levels.
FEWEST_NAMED = 3
MOST_LEVELS_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PropensityModel:
    """A logistic model of the treatment, and every patient's score under it.

    Attributes
    ----------
    terms : tuple of str
        "(Intercept)", then numeric columns by name and levels as ``column=level``.
    coefficients, standard_errors : ndarray of float64, shape (terms,)
        Log odds per unit of the column, and their standard errors from the information matrix.
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
        Patients in the smaller arm per coefficient, the intercept left out.
    converged : bool
        Always True; a fit that did not converge is refused.
    n, n_iterations : int
        Patients; iterations of the fit.
    dropped : tuple of str
        Terms left out because the terms before them determine them.
    method : str
        "logistic".
    notes : tuple of Note
        What a reader should know before trusting the score.
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

    def to_table(self) -> pd.DataFrame:
        """One row per term: term, coefficient, standard error."""
        return pd.DataFrame(
            {"term": self.terms, "coefficient": self.coefficients, "standard_error": self.standard_errors}
        )


def fit_propensity(covariates: pd.DataFrame, treated: ArrayLike) -> PropensityModel:
    """Estimate each patient's probability of treatment by logistic regression (maximum likelihood, no penalty).

    Main effects and an intercept; a category enters as one indicator per level but the first. Columns are
    standardised for the fit and the coefficients transformed back, so that units do not matter.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numeric columns and categoricals (first level the reference), without missing values.
    treated : array_like of bool, shape (n,)
        True for the treated arm.

    Returns
    -------
    PropensityModel

    Raises
    ------
    EstimationError
        No covariate, one arm only, missing or infinite values, a constant column, covariates that separate the
        arms (one alone, one level of a category, or several together), as many terms as patients, or no
        convergence. Every problem that can be found at once is named.

    Notes
    -----
    A column that the columns before it determine (a duplicate, a change of units, a sum of others) is left out,
    as R's ``glm`` does; scores do not depend on which of them stays. Separation is decided, not guessed: when a
    Newton step moves every logit by less than 1, the residuals can be corrected to strictly positive weights
    that balance all columns, which proves that the estimate exists; otherwise a linear programme decides
    (Albert & Anderson 1984, doi:10.1093/biomet/71.1.1).

    Preference score: Walker et al. 2013, doi:10.2147/CER.S40357.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [50.0, 60.0, 60.0, 70.0, 80.0]})
    >>> model = fit_propensity(table, [False, True, False, True, False])
    >>> round(model.c_statistic, 4)  # 3.5 of 6 pairs in the right order
    0.5833
    """
    arm = np.asarray(treated, dtype=np.bool_)
    terms = list(covariate_terms(covariates, every_level=False))
    _refuse_too_few(len(terms) + 1, arm.size)
    _refuse_unusable(covariates, arm)
    design = standardise([term.values for term in terms])
    dependent = dependent_columns(design)
    notes = _dropped_notes(terms, dependent)
    dropped = tuple(terms[position].name for position in dependent)
    if dependent:
        terms = [term for position, term in enumerate(terms) if position not in dependent]
        design = standardise([term.values for term in terms])
    fit = fit_logistic(design, arm)
    if not fit.proven:
        _refuse_no_fit(fit, design, terms, arm)
    return _describe(fit, terms, arm, dropped, notes)


def _refuse_too_few(n_terms: int, n_patients: int) -> None:
    if n_patients <= n_terms:
        raise EstimationError(
            f"A propensity model needs more patients than terms; found {n_patients} patients and {n_terms} terms. "
            "Choose fewer covariates or merge levels."
        )


def _refuse_unusable(covariates: pd.DataFrame, arm: NDArray[np.bool_]) -> None:
    if covariates.shape[1] == 0:
        raise EstimationError("A propensity model needs at least one covariate; none was chosen. Choose covariates.")
    n_treated = int(arm.sum())
    if n_treated == 0 or n_treated == arm.size:
        raise EstimationError(
            f"A propensity model needs patients in both arms; found {n_treated} treated and {arm.size - n_treated} "
            "control. Check the treatment column and its two arms."
        )
    problems = []
    for position, column in enumerate(covariates.columns):
        series = covariates.iloc[:, position]
        categorical = isinstance(series.dtype, pd.CategoricalDtype)
        problem = _category_problem(series, arm) if categorical else _number_problem(series, arm)
        if problem:
            problems.append(f"The covariate {column} {problem}")
    if problems:
        raise EstimationError(*problems)


def _number_problem(series: pd.Series, arm: NDArray[np.bool_]) -> str | None:
    values = series.to_numpy(dtype=np.float64)
    n_unknown = int(np.count_nonzero(~np.isfinite(values)))
    if n_unknown:
        return f"must be known for every patient; {n_unknown} of {values.size} values are missing or infinite."
    low, high = values.min(), values.max()
    if low == high:
        return f"must vary; all {values.size} patients have the same value. Leave it out."
    of_treated, of_control = values[arm], values[~arm]
    if of_treated.min() >= of_control.max() or of_treated.max() <= of_control.min():
        side = "below" if of_treated.min() >= of_control.max() else "above"
        return (
            f"must overlap between the arms; no treated patient lies {side} any control, so that no propensity model "
            "exists. Leave it out, or restrict the cohort to patients who could have been given either treatment."
        )
    return None


def _category_problem(series: pd.Series, arm: NDArray[np.bool_]) -> str | None:
    levels, codes = present_levels(series)
    n_unknown = int(np.count_nonzero(codes < 0))
    if n_unknown:
        return f"must be known for every patient; {n_unknown} of {codes.size} values are missing."
    if len(levels) < 2:
        return f"must vary; all {codes.size} patients have the same level. Leave it out."
    n_all = np.bincount(codes, minlength=len(levels))
    n_treated = np.bincount(codes[arm], minlength=len(levels))
    alone = [code for code in range(len(levels)) if n_treated[code] in (0, n_all[code])]
    if not alone:
        return None
    named = [code for code in alone if n_all[code] >= FEWEST_NAMED and len(levels) <= MOST_LEVELS_NAMED]
    found = [
        f"{levels[code]} ({n_all[code]} patients, all {'treated' if n_treated[code] else 'control'})" for code in named
    ]
    n_unnamed = len(alone) - len(named)
    if n_unnamed:
        found.append(f"{n_unnamed} {'level' if n_unnamed == 1 else 'levels'} with few patients")
    return (
        f"must have both arms in every level; found in one arm only: {', '.join(found)}. "
        "Merge levels, leave the covariate out, or leave these patients out."
    )


def _dropped_notes(terms: list[CovariateTerm], dependent: dict[int, tuple[int, ...]]) -> tuple[Note, ...]:
    notes = []
    for position, partners in dependent.items():
        names = ", ".join(terms[partner].name for partner in partners)
        text = f"{terms[position].name} was left out of the propensity model: it follows exactly from {names}."
        notes.append(Note(code="dependent_covariate", text=text))
    return tuple(notes)


def _refuse_no_fit(
    fit: LogisticFit, design: StandardisedDesign, terms: list[CovariateTerm], arm: NDArray[np.bool_]
) -> None:
    together = separating_covariates(design.matrix, tuple(term.covariate for term in terms), arm)
    if together:
        raise EstimationError(
            f"The covariates must overlap between the arms; {', '.join(together)} together tell treated from control "
            "without error, up to ties, so that no propensity model exists. Leave one of them out or merge levels."
        )
    if not fit.converged:
        names = ", ".join(dict.fromkeys(term.covariate for term in terms))
        raise EstimationError(
            "The propensity model must converge; it did not, though no covariate separates the arms. Look for "
            f"covariates that nearly determine each other among {names}."
        )


def _describe(
    fit: LogisticFit,
    terms: list[CovariateTerm],
    arm: NDArray[np.bool_],
    dropped: tuple[str, ...],
    notes: tuple[Note, ...],
) -> PropensityModel:
    logit = _linear_predictor(fit.coefficients, terms)
    n_treated = int(arm.sum())
    n_control = arm.size - n_treated
    preference = expit(logit - np.log(n_treated / n_control))
    in_equipoise = (preference >= EQUIPOISE[0]) & (preference <= EQUIPOISE[1])
    score = expit(logit)
    per_term = min(n_treated, n_control) / len(terms)
    return PropensityModel(
        terms=("(Intercept)", *(term.name for term in terms)),
        coefficients=fit.coefficients,
        standard_errors=fit.standard_errors,
        propensity_score=score,
        logit=logit,
        preference_score=preference,
        equipoise_share=float(in_equipoise.mean()),
        equipoise_share_treated=float(in_equipoise[arm].mean()),
        equipoise_share_control=float(in_equipoise[~arm].mean()),
        c_statistic=_c_statistic(logit, arm),
        patients_per_term=per_term,
        converged=True,
        n=arm.size,
        n_iterations=fit.n_iterations,
        dropped=dropped,
        method="logistic",
        notes=(*notes, *_size_note(per_term), *_extreme_note(score)),
    )


def _size_note(per_term: float) -> tuple[Note, ...]:
    if per_term >= FEW_PATIENTS_PER_TERM:
        return ()
    text = (
        f"The smaller arm has {per_term:.1f} patients per term of the propensity model; below {FEW_PATIENTS_PER_TERM} "
        "the score may overfit."
    )
    return (Note(code="few_patients_per_term", text=text),)


def _extreme_note(score: NDArray[np.float64]) -> tuple[Note, ...]:
    n_extreme = int(((score < EXTREME_SCORE) | (score > 1 - EXTREME_SCORE)).sum())
    if n_extreme == 0:
        return ()
    text = (
        f"{n_extreme} of {score.size} patients have a propensity score within {EXTREME_SCORE:g} of 0 or 1: the "
        "covariates all but decide their treatment."
    )
    return (Note(code="extreme_scores", text=text),)


def _linear_predictor(coefficients: NDArray[np.float64], terms: list[CovariateTerm]) -> NDArray[np.float64]:
    # Term by term, never as a matrix product, whose rounding depends on a row's place: patients with identical
    # covariates must tie exactly.
    predictor = np.full(terms[0].values.size, coefficients[0])
    for coefficient, term in zip(coefficients[1:], terms, strict=True):
        predictor += coefficient * term.values
    return predictor


def _c_statistic(logit: NDArray[np.float64], arm: NDArray[np.bool_]) -> float:
    # Among equal scores half of the pairs count as won; counts below 2**53 are exact in any order of adding.
    treated, control = np.sort(logit[arm]), np.sort(logit[~arm])
    below = np.searchsorted(control, treated, side="left").sum()
    not_above = np.searchsorted(control, treated, side="right").sum()
    return float((below + not_above) / 2 / (treated.size * control.size))
