"""How the hazard ratio goes over follow-up: scaled Schoenfeld residuals and a smooth curve through them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.cox import hazard_ratio
from analysis.outcomes.cox_kernel import RiskSets, score_and_information
from analysis.outcomes.follow_up import FollowUp, sort_follow_up
from analysis.outcomes.logrank import arm_risk_sets
from analysis.outcomes.survival import estimate, normal_quantile
from analysis.outcomes.words import UNIT_NAMES, weighted_word
from analysis.phrases import join_phrases, phrase

Scale = Literal["km", "identity"]

GRID = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmoothedHazardRatio:
    """The log hazard ratio as it seems at each event, and its smooth.

    Attributes
    ----------
    event_time, event_position, residual : (d,) float64
        One entry for each event, in order of time: when, where on the axis of the smooth, and the scaled Schoenfeld
        residual plus the log hazard ratio, whose mean over a stretch of time estimates the log ratio there.
    time, position : (40,) float64
        Where the smooth is read: time, and its position, evenly spaced.
    log_hazard_ratio, ci_lower, ci_upper : (40,) float64
        The smooth with its pointwise band.
    constant : float
        Log hazard ratio of the Cox model: where proportional hazards hold, the smooth stays near this line.
    scale : {"km", "identity"}
        ``position`` is one minus the Kaplan–Meier curve of both arms, which spreads events evenly, or time itself.
    n, n_events : int
    """

    event_time: NDArray[np.float64]
    event_position: NDArray[np.float64]
    residual: NDArray[np.float64]
    time: NDArray[np.float64]
    position: NDArray[np.float64]
    log_hazard_ratio: NDArray[np.float64]
    ci_lower: NDArray[np.float64]
    ci_upper: NDArray[np.float64]
    constant: float
    scale: Scale
    degrees_of_freedom: int
    n: int
    n_events: int
    confidence_level: float
    method: str


def smoothed_hazard_ratio(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    scale: Scale = "km",
    degrees_of_freedom: int = 4,
    confidence_level: float = 0.95,
) -> SmoothedHazardRatio:
    """Smooth the scaled Schoenfeld residuals of treatment over follow-up.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event, treated : (n,) bool
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together, for example to one matched set.
    scale : {"km", "identity"}
        Axis on which the curve is smoothed.
    degrees_of_freedom : int
        Of the natural cubic spline, 2 to 8; its inner knots are quantiles of the axis.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    SmoothedHazardRatio
        The residuals are R's ``cox.zph()$y``. The smooth is the least-squares natural cubic spline with an intercept
        that R draws for it (``ns(df = 4)`` at 40 points, knots from events and points together). Without clusters and
        weights that differ the band takes the residuals as having the model's variance, as R does (R reaches two
        standard errors, here the quantile of the level). Otherwise residuals are weighted and the band is the
        sandwich of the spline's coefficients over clusters. The band leaves the uncertainty of the model itself out.

    Raises
    ------
    EstimationError
        If no hazard ratio can be estimated, or events at too few times leave nothing to smooth.
    SettingsError
        If an option is not one of those above.

    Notes
    -----
    Grambsch & Therneau 1994, doi:10.1093/biomet/81.3.515.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> smooth = smoothed_hazard_ratio(rng.exponential(10, 60), [True] * 60, [True, False] * 30)
    >>> smooth.residual.size, smooth.time.size, round(float(smooth.residual.mean()) - smooth.constant, 6)
    (60, 40, 0.0)
    """
    z = normal_quantile(confidence_level)
    _refuse_options(scale, degrees_of_freedom)
    follow_up = sort_follow_up(time, event, treated, weights=weights, cluster=cluster)
    sets = arm_risk_sets(follow_up)
    beta = hazard_ratio(follow_up, sets, confidence_level=confidence_level).log_hazard_ratio
    run = np.repeat(np.arange(sets.n_events.size), np.diff(follow_up.starts))[follow_up.event]
    positions, times = _positions(follow_up, scale), follow_up.time[follow_up.starts[:-1]]
    here = positions[run]
    if np.unique(here).size <= degrees_of_freedom:
        raise EstimationError(
            phrase(
                "A smooth hazard ratio with {degrees} degrees of freedom needs events at "
                "more times than that; {n_times} were found. Judge proportionality from the curves.",
                degrees=degrees_of_freedom,
                n_times=np.unique(here).size,
            )
        )
    residual, variance = _residuals(follow_up, sets, beta, run)
    grid = np.linspace(here.min(), here.max(), GRID)
    basis = _natural_spline(np.concatenate([grid, here]), degrees_of_freedom)
    curve, error = _smooth(follow_up, basis[:GRID], basis[GRID:], beta + residual, variance)
    event_runs = np.flatnonzero(sets.n_events > 0)
    return SmoothedHazardRatio(
        event_time=follow_up.time[follow_up.event],
        event_position=here,
        residual=beta + residual,
        time=np.interp(grid, positions[event_runs], times[event_runs]),
        position=grid,
        log_hazard_ratio=curve,
        ci_lower=curve - z * error,
        ci_upper=curve + z * error,
        constant=beta,
        scale=scale,
        degrees_of_freedom=degrees_of_freedom,
        n=follow_up.time.size,
        n_events=here.size,
        confidence_level=confidence_level,
        method=_method(follow_up, scale, degrees_of_freedom),
    )


def _refuse_options(scale: str, degrees_of_freedom: int) -> None:
    if scale not in ("km", "identity"):
        raise SettingsError(
            phrase(
                "The axis of a smooth hazard ratio must be 'km' or 'identity'; '{scale}' was given. "
                "Choose one of these.",
                scale=scale,
            )
        )
    if not 2 <= degrees_of_freedom <= 8:
        raise SettingsError(
            phrase(
                "A smooth hazard ratio takes 2 to 8 degrees of freedom; {degrees} were given. Use 4.",
                degrees=degrees_of_freedom,
            )
        )


def _positions(follow_up: FollowUp, scale: Scale) -> NDArray[np.float64]:
    """Where each distinct time stands on the axis."""
    if scale == "identity":
        return follow_up.time[follow_up.starts[:-1]]
    survival = estimate(follow_up).survival
    before: NDArray[np.float64] = 1.0 - np.concatenate([[1.0], survival[:-1]])
    return before


def _residuals(
    follow_up: FollowUp, sets: RiskSets, beta: float, run: NDArray[np.int64]
) -> tuple[NDArray[np.float64], float]:
    """Scaled Schoenfeld residual of each event, and the variance the model gives one: events over information."""
    _, information = score_and_information(sets, beta)
    shares = np.array([_mean_share(sets, int(g), beta) for g in range(sets.n_events.size)])
    mass = float(follow_up.weights[follow_up.event].sum())
    variance = mass / information
    return (follow_up.treated[follow_up.event] - shares[run]) * variance, variance


def _mean_share(sets: RiskSets, g: int, beta: float) -> float:
    """Treated share of the risk set at one time, averaged over Efron's steps."""
    parts = np.arange(sets.n_events[g]) / max(int(sets.n_events[g]), 1)
    if parts.size == 0:
        return 0.0
    treated = (sets.risk_treated[g] - parts * sets.died_treated[g]) * np.exp(beta)
    control = sets.risk_control[g] - parts * sets.died_control[g]
    return float((treated / (treated + control)).mean())


def _natural_spline(positions: NDArray[np.float64], degrees_of_freedom: int) -> NDArray[np.float64]:
    """Columns that span the cubic splines that are straight beyond the outermost positions, constants included."""
    from scipy.interpolate import BSpline  # slow to load, and needed on one page only

    inner = np.quantile(positions, np.linspace(0, 1, degrees_of_freedom)[1:-1])
    low, high = positions.min(), positions.max()
    knots = np.concatenate([[low] * 4, inner, [high] * 4])
    cubic = BSpline(knots, np.eye(degrees_of_freedom + 2), 3)
    curvature = cubic.derivative(2)(np.array([low, high]))
    # Combinations of B-splines whose curvature is 0 at both ends.
    free = np.linalg.svd(curvature)[2][2:]
    spline: NDArray[np.float64] = cubic(positions) @ free.T
    return spline


def _smooth(
    follow_up: FollowUp,
    at: NDArray[np.float64],
    basis: NDArray[np.float64],
    residual: NDArray[np.float64],
    variance: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted least squares: the curve at the grid and its standard error."""
    weights = follow_up.weights[follow_up.event]
    root = np.sqrt(weights)
    inverse = np.linalg.pinv((root[:, None] * basis).T @ (root[:, None] * basis), hermitian=True)
    coefficients = inverse @ (basis.T @ (weights * residual))
    if follow_up.weighted or follow_up.clustered:
        scores = np.zeros((follow_up.n_clusters, basis.shape[1]))
        left = weights * (residual - basis @ coefficients)
        np.add.at(scores, follow_up.cluster[follow_up.event], left[:, None] * basis)
        # As sums of squares, which rounding cannot make negative.
        return at @ coefficients, np.linalg.norm(at @ inverse @ scores.T, axis=1)
    squares = np.einsum("ij,jk,ik->i", at, variance * inverse, at)
    return at @ coefficients, np.sqrt(np.maximum(squares, 0.0))


def _method(follow_up: FollowUp, scale: Scale, degrees_of_freedom: int) -> str:
    axis = phrase("Kaplan–Meier scale of time") if scale == "km" else phrase("time")
    parts = [
        phrase(
            "Scaled Schoenfeld residuals, natural cubic spline with {degrees} degrees of freedom on {axis}",
            degrees=degrees_of_freedom,
            axis=axis,
        )
    ]
    parts += weighted_word(follow_up.weighted)
    if follow_up.weighted or follow_up.clustered:
        parts.append(phrase("robust band over {unit}", unit=UNIT_NAMES[follow_up.unit]))
    return join_phrases(parts, ", ")
