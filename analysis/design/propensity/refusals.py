"""Covariates for which no propensity model exists, each refused by name."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.logistic import LogisticFit, StandardisedDesign
from analysis.design.propensity.extent_kernel import arm_extents
from analysis.design.separation import separating_covariates
from analysis.design.terms import CovariateTerm, present_levels
from analysis.errors import EstimationError

# A sentence names a level only when several patients share it, in a column with few levels.
FEWEST_NAMED = 3
MOST_LEVELS_NAMED = 12
REMEDY = "or choose Firth's penalised regression, which gives scores all the same."


def refuse_too_few(n_terms: int, n_patients: int) -> None:
    """Refuse as many terms, the intercept counted, as patients."""
    if n_patients <= n_terms:
        raise EstimationError(
            f"A propensity model needs more patients than terms; found {n_patients} patients and {n_terms} terms. "
            "Choose fewer covariates or merge levels."
        )


def refuse_one_arm(treated: NDArray[np.bool_]) -> None:
    """Refuse patients of one arm only."""
    n_treated = int(treated.sum())
    if n_treated == 0 or n_treated == treated.size:
        raise EstimationError(
            f"A propensity model needs patients in both arms; found {n_treated} treated and {treated.size - n_treated} "
            "control. Check the treatment column and its two arms."
        )


def refuse_unusable(covariates: pd.DataFrame, treated: NDArray[np.bool_], *, overlapping: bool) -> None:
    """Refuse covariates that no model can use, all at once, and arms without patients.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numbers or categoricals.
    treated : ndarray of bool, shape (n,)
        True for the treated arm.
    overlapping : bool
        Whether each covariate by itself must overlap between the arms, as maximum likelihood needs it.

    Raises
    ------
    EstimationError
        No covariate, one arm only, missing or infinite values, a constant column; a covariate that tells the arms
        apart, where they must overlap.
    """
    if covariates.shape[1] == 0:
        raise EstimationError("A propensity model needs at least one covariate; none was chosen. Choose covariates.")
    refuse_one_arm(treated)
    problems = []
    for column, series in covariates.items():
        if isinstance(series.dtype, pd.CategoricalDtype):
            problem = _category_problem(series, treated, overlapping=overlapping)
        else:
            problem = _number_problem(series.to_numpy(dtype=np.float64), treated, overlapping=overlapping)
        if problem:
            problems.append(f"The covariate {column} {problem}")
    if problems:
        raise EstimationError(*problems)


def _number_problem(values: NDArray[np.float64], arm: NDArray[np.bool_], *, overlapping: bool) -> str | None:
    n_unknown, *extents = arm_extents(np.ascontiguousarray(values), arm).tolist()
    if n_unknown:
        return f"must be known for every patient; {int(n_unknown)} of {values.size} values are missing or infinite."
    treated_least, treated_most, control_least, control_most = extents
    if min(treated_least, control_least) == max(treated_most, control_most):
        return f"must vary; all {values.size} patients have the same value. Leave it out."
    if overlapping and (treated_least >= control_most or treated_most <= control_least):
        side = "below" if treated_least >= control_most else "above"
        return (
            f"must overlap between the arms; no treated patient lies {side} any control, so that no propensity model "
            "exists. Leave it out, restrict the cohort to patients who could have been given either treatment, "
            f"{REMEDY}"
        )
    return None


def _category_problem(series: pd.Series, arm: NDArray[np.bool_], *, overlapping: bool) -> str | None:
    levels, codes = present_levels(series)
    n_unknown = int(np.count_nonzero(codes < 0))
    if n_unknown:
        return f"must be known for every patient; {n_unknown} of {codes.size} values are missing."
    if len(levels) < 2:
        return f"must vary; all {codes.size} patients have the same level. Leave it out."
    return _one_sided_levels(levels, codes, arm) if overlapping else None


def _one_sided_levels(levels: tuple[str, ...], codes: NDArray[np.int64], arm: NDArray[np.bool_]) -> str | None:
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
        f"Merge levels, leave the covariate out, leave these patients out, {REMEDY}"
    )


def refuse_no_maximum(
    fit: LogisticFit, design: StandardisedDesign, terms: list[CovariateTerm], treated: NDArray[np.bool_]
) -> None:
    """Refuse a maximum-likelihood fit whose covariates together separate the arms, or that did not converge.

    Parameters
    ----------
    fit : LogisticFit
        A fit that could not prove by itself that a maximum exists.
    design : StandardisedDesign
        What was fitted.
    terms : list of CovariateTerm
        Where its columns come from.
    treated : ndarray of bool, shape (n,)
        True for the treated arm.
    """
    together = separating_covariates(design.matrix, tuple(term.covariate for term in terms), treated)
    if together:
        raise EstimationError(
            f"The covariates must overlap between the arms; {', '.join(together)} together tell treated from control "
            f"without error, up to ties, so that no propensity model exists. Leave one of them out, merge levels, {REMEDY}"
        )
    if not fit.converged:
        raise EstimationError(
            "The propensity model must converge; it did not, though no covariate separates the arms. Look for "
            f"covariates that nearly determine each other among {_names(terms)}."
        )


def refuse_unconverged(fit: LogisticFit, terms: list[CovariateTerm], penalty: float | None) -> None:
    """Refuse a penalised fit that did not converge; only a ridge has a ``penalty``."""
    if fit.converged:
        return
    if penalty is None:
        raise EstimationError(
            "The propensity model must converge; it did not. Look for covariates that nearly determine each other among "
            f"{_names(terms)}."
        )
    raise EstimationError(
        f"The ridge regression must converge; it did not with the penalty {penalty:g}, which is too small for covariates "
        "that separate the arms or determine each other. Choose a larger penalty, or leave it to cross-validation."
    )


def _names(terms: list[CovariateTerm]) -> str:
    return ", ".join(dict.fromkeys(term.covariate for term in terms))
