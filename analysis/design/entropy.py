"""Entropy balancing: weights closest to equal that give one arm the other's means, exactly."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp

from analysis.design.logistic import dependent_columns, standardise
from analysis.design.terms import covariate_terms
from analysis.errors import EstimationError
from analysis.phrases import phrase

LARGEST_DIFFERENCE = 1e-9
"""Largest difference of means left, in standard deviations of the arm whose means are aimed at or of all patients."""

UNBOUNDED = -100.0
"""A dual this far down has no minimum: were there weights with the means aimed at, it could not fall below minus their
entropy, at most the logarithm of the number of patients."""

ROUNDING = 1e-14
"""Close to the minimum a step changes the dual by less than rounding does; such a step is not refused for it."""

MOST_STEPS = 200
"""Newton's steps; a handful is enough where weights exist."""


def balance_by_entropy(covariates: pd.DataFrame, target: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Find weights of the other arm that reproduce the target arm's means of every term.

    Among all such weights they are the ones of largest entropy, w_i ∝ exp(x_i λ); λ minimises the convex dual
    log Σ exp((x_i − m) λ) by Newton's method with halved steps.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numeric columns and categoricals, complete; a category counts as the shares of its levels.
    target : ndarray of bool, shape (n,)
        True for the arm whose means are aimed at.

    Returns
    -------
    ndarray of float64, shape (n,)
        1 in the target arm; in the other arm above 0, with the sum of the target arm's patients.

    Raises
    ------
    EstimationError
        No positive weights give these means: some mean lies outside what the other arm holds.

    Notes
    -----
    Hainmueller 2012, doi:10.1093/pan/mpr025.
    """
    names, matrix = _columns(covariates)
    aim = matrix[target].mean(axis=0)
    centred = matrix[~target] - aim
    _refuse_means_at_the_edge(names, centred)
    multipliers = _dual_minimum(centred)
    log_weights = centred @ multipliers
    weights = np.ones(target.size)
    weights[~target] = np.exp(log_weights - logsumexp(log_weights)) * target.sum()
    return weights


def _columns(covariates: pd.DataFrame) -> tuple[list[str], NDArray[np.float64]]:
    """Names and standardised columns of the terms that vary, without those the others determine."""
    terms = [term for term in covariate_terms(covariates, every_level=False) if np.ptp(term.values) > 0]
    if not terms:
        raise EstimationError(phrase("Entropy balancing needs a covariate that differs between patients; none does."))
    design = standardise([term.values for term in terms])
    dependent = dependent_columns(design)
    names = [term.name for position, term in enumerate(terms) if position not in dependent]
    return names, np.delete(design.matrix, [0, *(position + 1 for position in dependent)], axis=1)


def _refuse_means_at_the_edge(names: list[str], centred: NDArray[np.float64]) -> None:
    """A mean aimed at must lie strictly between the other arm's values, unless these all equal it."""
    lowest, highest = centred.min(axis=0), centred.max(axis=0)
    equal = np.maximum(np.abs(lowest), np.abs(highest)) < LARGEST_DIFFERENCE
    beyond = ~equal & ((lowest > -LARGEST_DIFFERENCE) | (highest < LARGEST_DIFFERENCE))
    if beyond.any():
        found = ", ".join(name for name, outside in zip(names, beyond, strict=True) if outside)
        if beyond.sum() == 1:
            raise EstimationError(
                phrase(
                    "Entropy balancing needs patients in the other arm on both sides of every mean aimed at; they are "
                    "not for {found}. Take out this covariate, or restrict eligibility to patients whom both arms hold.",
                    found=found,
                )
            )
        raise EstimationError(
            phrase(
                "Entropy balancing needs patients in the other arm on both sides of every mean aimed at; they are not "
                "for {found}. Take out these covariates, or restrict eligibility to patients whom both arms hold.",
                found=found,
            )
        )


def _dual_minimum(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's method on log Σ exp(x λ), whose gradient is the weighted means and whose minimum makes them 0."""
    multipliers = np.zeros(centred.shape[1])
    value = float(logsumexp(centred @ multipliers))
    for _ in range(MOST_STEPS):
        exponents = centred @ multipliers
        share = np.exp(exponents - logsumexp(exponents))
        means = share @ centred
        if np.abs(means).max() < LARGEST_DIFFERENCE:
            return multipliers
        spread = (centred * share[:, None]).T @ centred - np.outer(means, means)
        step = _newton_step(spread, means)
        length = 1.0
        while True:
            proposed = multipliers - length * step
            with np.errstate(over="ignore", invalid="ignore"):  # a step that leads out of all numbers is halved
                lower = float(logsumexp(centred @ proposed))
            if lower <= value + ROUNDING * max(1.0, abs(value)) - 1e-4 * length * float(means @ step) or length < 1e-10:
                break
            length /= 2
        if length < 1e-10 or lower < UNBOUNDED:
            break
        multipliers, value = proposed, lower
    raise EstimationError(
        phrase(
            "Entropy balancing needs patients in the other arm whose covariates together "
            "surround the means aimed at; theirs do not, so that no weights reach all means at "
            "once. Take out a covariate, or restrict eligibility to patients whom both arms hold."
        )
    )


def _newton_step(spread: NDArray[np.float64], means: NDArray[np.float64]) -> NDArray[np.float64]:
    """The step of a spread that may have become singular on the way to weights that do not exist."""
    ridge = 1e-12 * max(float(np.trace(spread)) / means.size, 1e-300)
    return np.asarray(np.linalg.lstsq(spread + ridge * np.eye(means.size), means, rcond=None)[0], dtype=np.float64)
