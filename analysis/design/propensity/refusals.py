"""Covariates for which no propensity model exists, each refused by name."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.arms import arm_name
from analysis.design.logistic import LogisticFit, StandardisedDesign
from analysis.design.propensity.extent_kernel import arm_extents
from analysis.design.separation import separating_covariates
from analysis.design.terms import CovariateTerm, present_levels
from analysis.errors import EstimationError
from analysis.phrases import join_phrases, phrase

# A sentence names a level only when several patients share it, in a column with few levels.
FEWEST_NAMED = 3
MOST_LEVELS_NAMED = 12
REMEDY = phrase("or choose Firth's penalised regression, which gives scores all the same.")


def refuse_too_few(n_terms: int, n_patients: int) -> None:
    """Refuse as many terms, the intercept counted, as patients."""
    if n_patients <= n_terms:
        raise EstimationError(
            phrase(
                "A propensity model needs more patients than terms; found {n_patients} patients and "
                "{n_terms} terms. Choose fewer covariates or merge levels.",
                n_patients=n_patients,
                n_terms=n_terms,
            )
        )


def refuse_one_arm(treated: NDArray[np.bool_]) -> None:
    """Refuse patients of one arm only."""
    n_treated = int(treated.sum())
    if n_treated == 0 or n_treated == treated.size:
        raise EstimationError(
            phrase(
                "A propensity model needs patients in both arms; found {n_treated} treated and "
                "{n_control} control. Check the treatment column and its two arms.",
                n_treated=n_treated,
                n_control=treated.size - n_treated,
            )
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
        raise EstimationError(
            phrase("A propensity model needs at least one covariate; none was chosen. Choose covariates.")
        )
    refuse_one_arm(treated)
    problems = []
    for column, series in covariates.items():
        if isinstance(series.dtype, pd.CategoricalDtype):
            problem = _category_problem(str(column), series, treated, overlapping=overlapping)
        else:
            values = series.to_numpy(dtype=np.float64)
            problem = _number_problem(str(column), values, treated, overlapping=overlapping)
        if problem:
            problems.append(problem)
    if problems:
        raise EstimationError(*problems)


def _number_problem(
    column: str, values: NDArray[np.float64], arm: NDArray[np.bool_], *, overlapping: bool
) -> str | None:
    n_unknown, *extents = arm_extents(np.ascontiguousarray(values), arm).tolist()
    if n_unknown:
        return phrase(
            "The covariate {column} must be known for every patient; {n_unknown} of {n} values are missing or infinite.",
            column=column,
            n_unknown=int(n_unknown),
            n=values.size,
        )
    treated_least, treated_most, control_least, control_most = extents
    if min(treated_least, control_least) == max(treated_most, control_most):
        return phrase(
            "The covariate {column} must vary; all {n} patients have the same value. Leave it out.",
            column=column,
            n=values.size,
        )
    if overlapping and treated_least >= control_most:
        return phrase(
            "The covariate {column} must overlap between the arms; no treated patient lies below any control, so that no "
            "propensity model exists. Leave it out, restrict the cohort to patients who could have been given either "
            "treatment, {remedy}",
            column=column,
            remedy=REMEDY,
        )
    if overlapping and treated_most <= control_least:
        return phrase(
            "The covariate {column} must overlap between the arms; no treated patient lies above any control, so that no "
            "propensity model exists. Leave it out, restrict the cohort to patients who could have been given either "
            "treatment, {remedy}",
            column=column,
            remedy=REMEDY,
        )
    return None


def _category_problem(column: str, series: pd.Series, arm: NDArray[np.bool_], *, overlapping: bool) -> str | None:
    levels, codes = present_levels(series)
    n_unknown = int(np.count_nonzero(codes < 0))
    if n_unknown:
        return phrase(
            "The covariate {column} must be known for every patient; {n_unknown} of {n} values are missing.",
            column=column,
            n_unknown=n_unknown,
            n=codes.size,
        )
    if len(levels) < 2:
        return phrase(
            "The covariate {column} must vary; all {n} patients have the same level. Leave it out.",
            column=column,
            n=codes.size,
        )
    return _one_sided_levels(column, levels, codes, arm) if overlapping else None


def _one_sided_levels(
    column: str, levels: tuple[str, ...], codes: NDArray[np.int64], arm: NDArray[np.bool_]
) -> str | None:
    n_all = np.bincount(codes, minlength=len(levels))
    n_treated = np.bincount(codes[arm], minlength=len(levels))
    alone = [code for code in range(len(levels)) if n_treated[code] in (0, n_all[code])]
    if not alone:
        return None
    named = [code for code in alone if n_all[code] >= FEWEST_NAMED and len(levels) <= MOST_LEVELS_NAMED]
    found = [
        phrase(
            "{level} ({n} patients, all {arm})",
            level=levels[code],
            n=n_all[code],
            arm=arm_name(treated=bool(n_treated[code])),
        )
        for code in named
    ]
    n_unnamed = len(alone) - len(named)
    if n_unnamed == 1:
        found.append(phrase("{n} level with few patients", n=n_unnamed))
    elif n_unnamed:
        found.append(phrase("{n} levels with few patients", n=n_unnamed))
    return phrase(
        "The covariate {column} must have both arms in every level; found in one arm only: {found}. Merge levels, leave "
        "the covariate out, leave these patients out, {remedy}",
        column=column,
        found=join_phrases(found, ", "),
        remedy=REMEDY,
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
            phrase(
                "The covariates must overlap between the arms; {covariates} together tell treated from "
                "control without error, up to ties, so that no propensity model exists. Leave one of "
                "them out, merge levels, {remedy}",
                covariates=", ".join(together),
                remedy=REMEDY,
            )
        )
    if not fit.converged:
        raise EstimationError(
            phrase(
                "The propensity model must converge; it did not, though no covariate separates the "
                "arms. Look for covariates that nearly determine each other among {terms}.",
                terms=_names(terms),
            )
        )


def refuse_unconverged(fit: LogisticFit, terms: list[CovariateTerm], penalty: float | None) -> None:
    """Refuse a penalised fit that did not converge; only a ridge has a ``penalty``."""
    if fit.converged:
        return
    if penalty is None:
        raise EstimationError(
            phrase(
                "The propensity model must converge; it did not. Look for covariates that nearly "
                "determine each other among {terms}.",
                terms=_names(terms),
            )
        )
    raise EstimationError(
        phrase(
            "The ridge regression must converge; it did not with the penalty {penalty:g}, which "
            "is too small for covariates that separate the arms or determine each other. Choose "
            "a larger penalty, or leave it to cross-validation.",
            penalty=penalty,
        )
    )


def _names(terms: list[CovariateTerm]) -> str:
    return ", ".join(dict.fromkeys(term.covariate for term in terms))
