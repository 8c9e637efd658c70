"""Cox regression on several columns: how the hazard goes with each of them, others held still."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from analysis.errors import EstimationError
from analysis.outcomes.cox_model_kernel import changing_effects, column_scores, efron_derivatives
from analysis.outcomes.follow_up import FollowUp, sort_follow_up
from analysis.outcomes.survival import estimate
from analysis.phrases import phrase

MAX_STEPS = 50
# A further step of the search moves no patient's predictor by more than this, relative to the largest.
STEP_TOLERANCE = 1e-9
# A step that moves a predictor this far and gains less than this leads along a ridge that never ends.
FAR, FLAT = 0.1, 1e-8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxModel:
    """Log hazard ratios of several columns.

    Attributes
    ----------
    coefficients, standard_errors : (p,) float64
        Per unit of each column, on the logarithmic scale.
    covariance : (p, p) float64
        Of the coefficients: the inverse information, or the sandwich.
    log_likelihood : float
        Partial, at the maximum; weighted where patients are.
    n, n_events : int
        Never weighted.
    robust : bool
        True where the covariance is the sandwich over clusters or patients.
    unit : {"patients", "clusters"}
        What the sandwich sums over.
    changing : ChangingEffects
        Whether effects change over follow-up.
    """

    coefficients: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    covariance: NDArray[np.float64]
    log_likelihood: float
    n: int
    n_events: int
    robust: bool
    unit: Literal["patients", "clusters"]
    changing: "ChangingEffects"

    def predictor(self, columns: ArrayLike) -> NDArray[np.float64]:
        """Columns times coefficients: the log hazard ratio to a patient with zeros throughout."""
        return np.asarray(columns, dtype=np.float64) @ self.coefficients


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangingEffects:
    """What a test of proportional hazards needs: the score of effects that change with survival, and its variance.

    Attributes
    ----------
    score : (p,) float64
        Of each column times the Kaplan–Meier survival just before each event, at the constant effects.
    between : (p, p) float64
        Information between constant and changing effects, in the order constant, changing.
    constant, changing : (p, p) float64
        Information of each.
    cluster_scores : (c, p) float64 or None
        Cluster sums of the score, less what the constant effects explain; None without weights and clusters.
    """

    score: NDArray[np.float64]
    constant: NDArray[np.float64]
    between: NDArray[np.float64]
    changing: NDArray[np.float64]
    cluster_scores: NDArray[np.float64] | None

    def chi_square(self, columns: Sequence[int]) -> float | None:
        """Score test that the effects of some columns do not change; None where it cannot be made.

        From the information where patients count once and alone (R's ``cox.zph``), otherwise u′(Σuu′)⁻¹u of the
        clusters' sums, as in :func:`~analysis.outcomes.cox.proportional_hazards_test`.
        """
        chosen = list(columns)
        try:
            explained = cho_solve(cho_factor(self.constant), self.between)
            variance = self.changing - self.between.T @ explained
            if self.cluster_scores is not None:
                variance = self.cluster_scores.T @ self.cluster_scores
            score = self.score[chosen]
            return float(score @ cho_solve(cho_factor(variance[np.ix_(chosen, chosen)]), score))
        except (LinAlgError, ValueError):
            return None


def cox_model(
    time: ArrayLike,
    event: ArrayLike,
    columns: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> CoxModel:
    """Estimate log hazard ratios by maximum partial likelihood, ties by Efron's method.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event : (n,) bool
    columns : (n, p) numbers
        Finite; every column varies and none is made up of the others.
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together, for example to one matched set.

    Returns
    -------
    CoxModel
        The covariance is the inverse information when there are neither clusters nor weights that differ; otherwise
        the sandwich over clusters, by default over patients, without a small-sample factor.

    Raises
    ------
    EstimationError
        If the follow-up is impossible, the likelihood has no maximum at finite coefficients, or clusters do not
        differ.

    Notes
    -----
    Newton's method on standardised columns; a step that does not raise the likelihood is halved. = R ``coxph``.
    Efron 1977, doi:10.1080/01621459.1977.10480613. Sandwich: Lin & Wei 1989, doi:10.1080/01621459.1989.10478874.

    Examples
    --------
    >>> model = cox_model([1, 2, 3, 4], [True] * 4, [[1.0], [0.0], [1.0], [0.0]])
    >>> round(float(np.exp(model.coefficients[0])), 3)
    2.562
    """
    follow_up = sort_follow_up(time, event, weights=weights, cluster=cluster)
    table = np.asarray(columns, dtype=np.float64)[follow_up.rows]
    scales = table.std(axis=0)
    standard = np.ascontiguousarray((table - table.mean(axis=0)) / scales)
    coefficients, likelihood, information = _maximise(follow_up, standard)
    try:
        covariance = cho_solve(cho_factor(information), np.eye(scales.size))
    except (LinAlgError, ValueError):
        n_events = int(follow_up.event.sum())
        raise EstimationError(_no_maximum_sentence(follow_up.time.size, n_events, scales.size)) from None
    robust = follow_up.weighted or follow_up.clustered
    predictor = standard @ coefficients
    predictor -= predictor.max()
    if robust:
        covariance = _sandwich(follow_up, standard, predictor, covariance)
    covariance = covariance / np.outer(scales, scales)
    return CoxModel(
        coefficients=coefficients / scales,
        standard_errors=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        log_likelihood=_in_units_given(likelihood, follow_up),
        n=follow_up.time.size,
        n_events=int(follow_up.event.sum()),
        robust=robust,
        unit=follow_up.unit,
        changing=_changing_effects(follow_up, standard, predictor, robust),
    )


def _in_units_given(likelihood: float, follow_up: FollowUp) -> float:
    """The likelihood with the weights as given: a factor of theirs multiplies it and enters every risk set."""
    if not follow_up.weighted:
        return likelihood
    mass = float(follow_up.weights[follow_up.event].sum())
    return follow_up.weight_unit * (likelihood - mass * math.log(follow_up.weight_unit))


def _maximise(
    follow_up: FollowUp, standard: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Coefficients of standardised columns, likelihood and information, or a sentence saying why there are none."""
    coefficients = np.zeros(standard.shape[1])
    likelihood, gradient, information = _derivatives(standard, coefficients, follow_up)
    for _ in range(MAX_STEPS):
        try:
            step = cho_solve(cho_factor(information), gradient)
        except (LinAlgError, ValueError):
            break
        moved = float(np.abs(standard @ step).max())
        if moved < STEP_TOLERANCE * max(1.0, float(np.abs(standard @ coefficients).max())):
            # Close by, one more step squares the distance that is left.
            likelihood, _, information = _derivatives(standard, coefficients + step, follow_up)
            return coefficients + step, likelihood, information
        length = 1.0
        there = _derivatives(standard, coefficients + step, follow_up)
        while not there[0] >= likelihood - 1e-12 * abs(likelihood) and length > 1e-4:
            length /= 2
            there = _derivatives(standard, coefficients + length * step, follow_up)
        if length * moved > FAR and there[0] - likelihood < FLAT:
            break
        coefficients = coefficients + length * step
        likelihood, gradient, information = there
    raise EstimationError(_no_maximum_sentence(follow_up.time.size, int(follow_up.event.sum()), standard.shape[1]))


def _no_maximum_sentence(n: int, n_events: int, n_columns: int) -> str:
    if n_columns == 1:
        return phrase(
            "A Cox model needs a likelihood with a maximum at finite coefficients; {n_events} events of {n} "
            "patients and 1 column have none: a column, or several together, tell without error who has the event next. "
            "Use fewer covariates.",
            n_events=n_events,
            n=n,
        )
    return phrase(
        "A Cox model needs a likelihood with a maximum at finite coefficients; {n_events} "
        "events of {n} patients and {n_columns} columns have none: a column, or several "
        "together, tell without error who has the event next. Use fewer covariates.",
        n_events=n_events,
        n=n,
        n_columns=n_columns,
    )


def _derivatives(
    columns: NDArray[np.float64], coefficients: NDArray[np.float64], follow_up: FollowUp
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    predictor = columns @ coefficients
    found: tuple[float, NDArray[np.float64], NDArray[np.float64]] = efron_derivatives(
        columns, predictor - predictor.max(), follow_up.event, follow_up.weights, follow_up.starts
    )
    return found


def _sandwich(
    follow_up: FollowUp,
    standard: NDArray[np.float64],
    predictor: NDArray[np.float64],
    inverse: NDArray[np.float64],
) -> NDArray[np.float64]:
    scores = _scores(follow_up, standard, predictor, np.ones(follow_up.starts.size - 1)) @ inverse
    covariance: NDArray[np.float64] = scores.T @ scores
    # Sums that cancel within every cluster leave rounding only, not a variance.
    if np.any(np.diag(covariance) < 1e-20 * np.diag(inverse)):
        raise EstimationError(
            phrase(
                "The robust standard error of a Cox model needs clusters that differ; those found do "
                "not. Check that the clusters are the matched sets, not one group."
            )
        )
    return covariance


def _scores(
    follow_up: FollowUp, standard: NDArray[np.float64], predictor: NDArray[np.float64], timing: NDArray[np.float64]
) -> NDArray[np.float64]:
    scores: NDArray[np.float64] = column_scores(
        standard,
        predictor,
        follow_up.event,
        follow_up.weights,
        follow_up.cluster,
        follow_up.n_clusters,
        follow_up.starts,
        timing,
    )
    return scores


def _changing_effects(
    follow_up: FollowUp, standard: NDArray[np.float64], predictor: NDArray[np.float64], robust: bool
) -> ChangingEffects:
    """Scores and information of effects that follow the Kaplan–Meier curve of all patients just before each time."""
    survival = estimate(follow_up).survival
    timing = np.concatenate([[1.0], survival[:-1]])
    _, score, information = changing_effects(
        standard, predictor, follow_up.event, follow_up.weights, follow_up.starts, timing
    )
    by_cluster = None
    if robust:
        constant = _scores(follow_up, standard, predictor, np.ones(timing.size))
        explained = cho_solve(cho_factor(information[0]), information[1])
        by_cluster = _scores(follow_up, standard, predictor, timing) - constant @ explained
    return ChangingEffects(
        score=score,
        constant=information[0],
        between=information[1],
        changing=information[2],
        cluster_scores=by_cluster,
    )
