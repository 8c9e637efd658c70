"""One rate in two weighted arms: limits, contrasts and tests that use the weights and the units that vary together."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, expit, logit

from analysis.notes import Note
from analysis.outcomes.clustered_rates import ClusteredRates, clustered_rates
from analysis.outcomes.proportion import Rate, clopper_pearson_limits, effective_sample_size, normal_quantile
from analysis.outcomes.rate_contrast import NamedTest, RateContrast, undefined_ratio_notes
from analysis.outcomes.rate_effects import UNDEFINED, Estimate, RateWithSize, risk_difference
from analysis.outcomes.words import arm_names
from analysis.phrases import phrase

# A variance below this share of what independent patients would give is rounding of sums that cancel.
ROUNDING = 1e-20
# The same for a difference of two sums that were each rounded.
CANCELLATION = 1e-14


def robust_rate(
    outcome: NDArray[np.bool_], weights: NDArray[np.float64], rate: float, variance: float, confidence_level: float
) -> Rate:
    """Give the limits of one arm's weighted rate, symmetric on the logit scale.

    Where the rate is 0 or 1, or where its variance vanishes because all clusters are alike, the logit has no
    limits: they are then the exact ones of Clopper and Pearson among as many patients as the effective sample size.

    Parameters
    ----------
    outcome : (n,) bool
        Patients of the arm.
    weights : (n,) float
        Above 0.
    rate, variance : float
        The arm's weighted rate and its variance, as :func:`~analysis.outcomes.clustered_rates.clustered_rates` gives
        them.
    confidence_level : float
        Between 0 and 1.

    Returns
    -------
    Rate

    Examples
    --------
    >>> outcome, weights = np.array([True, False, False, False]), np.ones(4)
    >>> limits = robust_rate(outcome, weights, 0.25, 0.25 * 0.75 / 4, 0.95)
    >>> round(limits.ci_lower, 4), round(limits.ci_upper, 4)
    (0.0335, 0.7622)
    """
    size = effective_sample_size(weights)
    return robust_rate_among(int(np.count_nonzero(outcome)), size, rate, variance, confidence_level)


def robust_rate_among(count: int, size: float, rate: float, variance: float, confidence_level: float) -> Rate:
    """The rate of :func:`robust_rate` from patients with the outcome and the effective size of the arm."""
    if not has_limits(rate, variance):
        lower, upper = clopper_pearson_limits(rate, size, confidence_level)
        return Rate(count=count, rate=rate, ci_lower=lower, ci_upper=upper)
    half = normal_quantile(confidence_level) * math.sqrt(variance) / (rate * (1 - rate))
    centre = float(logit(rate))
    return Rate(count=count, rate=rate, ci_lower=float(expit(centre - half)), ci_upper=float(expit(centre + half)))


def has_limits(rate: float, variance: float) -> bool:
    """Tell whether a rate lies between 0 and 1 and its variance is more than rounding."""
    return 0.0 < rate < 1.0 and variance > ROUNDING * rate * (1 - rate)


def contrast_weighted_rates(
    outcome: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64] | None = None,
    *,
    confidence_level: float = 0.95,
) -> RateContrast:
    """Estimate and test how one weighted rate differs between the arms, with the sandwich variance over clusters.

    The difference has Wald limits, the ratios limits symmetric on the logarithm (delta method), all from the sandwich
    covariance of both rates without a small-sample factor, with normal quantiles. The test is Wald's of the
    difference. Where a rate is 0 or 1 its sandwich variance is 0 and says nothing: the difference then has
    Newcombe's limits among the effective sample sizes, the ratios none, and the test is the robust score test, whose
    variance is taken at the rate both arms would share. Nobody, or everybody, having the outcome in both arms leaves
    one table only, and Fisher's p-value of 1.

    Parameters
    ----------
    outcome, treated : (n,) bool
        Both arms have at least one patient.
    weights : (n,) float
        Above 0. A factor common to an arm changes nothing.
    cluster : (n,) int, optional
        Patients who belong together; by default each patient on their own.
    confidence_level : float

    Returns
    -------
    RateContrast
        Its ``tests`` also hold ``robust_wald`` and ``robust_score``; those of raw counts are None.

    Notes
    -----
    Source: Austin 2011, doi:10.1002/sim.4200 (differences in rates); Lin & Wei 1989, doi:10.1080/01621459.1989.10478874
    (robust score test).

    Examples
    --------
    >>> treated = np.repeat([True, False], 25)
    >>> responder = np.concatenate([np.arange(25) < 10, np.arange(25) < 3])
    >>> contrast = contrast_weighted_rates(responder, treated, np.ones(50))
    >>> contrast.test.name, round(contrast.test.p_value, 4), round(contrast.risk_difference.ci_lower, 4)
    ('Robust Wald', 0.0172, 0.0496)
    """
    rates = clustered_rates(outcome, treated, weights, cluster)
    z = normal_quantile(confidence_level)
    inside = 0.0 < rates.treated < 1.0 and 0.0 < rates.control < 1.0
    variance = rates.contrast_variance(1.0, -1.0)
    wald = None
    if inside and variance > CANCELLATION * (rates.variance_treated + rates.variance_control):
        difference = _wald_difference(rates, math.sqrt(variance), z)
        wald = _chi_square_p((rates.treated - rates.control) ** 2 / variance)
    else:
        difference = _score_difference(rates, treated, weights, confidence_level)
    score = _score_p(outcome, treated, weights, cluster, rates)
    return RateContrast(
        risk_difference=difference,
        risk_ratio=_risk_ratio(rates, inside, z),
        odds_ratio=_odds_ratio(rates, inside, z),
        paired_difference=None,
        test=_named(wald, score),
        tests={**dict.fromkeys(COUNT_TESTS), "robust_wald": wald, "robust_score": score},
    )


COUNT_TESTS = ("pearson", "yates", "fisher", "likelihood_ratio", "mcnemar_exact", "mcnemar_mid_p")


def _wald_difference(rates: ClusteredRates, error: float, z: float) -> Estimate:
    difference = rates.treated - rates.control
    return Estimate(
        estimate=difference,
        ci_lower=max(-1.0, difference - z * error),
        ci_upper=min(1.0, difference + z * error),
    )


def _chi_square_p(chi_square: float) -> float:
    return float(chdtrc(1, chi_square))


def _score_difference(
    rates: ClusteredRates, treated: NDArray[np.bool_], weights: NDArray[np.float64], confidence_level: float
) -> Estimate:
    return risk_difference(
        RateWithSize(rate=rates.treated, size=effective_sample_size(weights[treated])),
        RateWithSize(rate=rates.control, size=effective_sample_size(weights[~treated])),
        confidence_level,
    )


def _risk_ratio(rates: ClusteredRates, inside: bool, z: float) -> Estimate:
    if rates.control == 0.0:
        return UNDEFINED
    if not inside:
        return Estimate(estimate=rates.treated / rates.control, ci_lower=None, ci_upper=None)
    error = _error(rates, 1 / rates.treated, 1 / rates.control)
    return _on_logarithm(rates.treated / rates.control, error, z)


def _odds_ratio(rates: ClusteredRates, inside: bool, z: float) -> Estimate:
    if rates.control == 0.0 or rates.treated == 1.0:
        return UNDEFINED
    if not inside:
        return Estimate(estimate=0.0, ci_lower=None, ci_upper=None)
    odds = [rate / (1 - rate) for rate in (rates.treated, rates.control)]
    slopes = [1 / (rate * (1 - rate)) for rate in (rates.treated, rates.control)]
    return _on_logarithm(odds[0] / odds[1], _error(rates, *slopes), z)


def _error(rates: ClusteredRates, treated: float, control: float) -> float | None:
    """Standard error of a transformed difference, None where it is rounding only."""
    apart = treated**2 * rates.variance_treated + control**2 * rates.variance_control
    variance = rates.contrast_variance(treated, -control)
    return math.sqrt(variance) if variance > CANCELLATION * apart else None


def _on_logarithm(ratio: float, error: float | None, z: float) -> Estimate:
    if error is None:
        return Estimate(estimate=ratio, ci_lower=None, ci_upper=None)
    factor = math.exp(min(z * error, 700.0))
    return Estimate(estimate=ratio, ci_lower=ratio / factor, ci_upper=ratio * factor)


def _score_p(
    outcome: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64] | None,
    rates: ClusteredRates,
) -> float | None:
    """The robust score test; the shared rate is that of both arms by their effective sizes."""
    sizes = effective_sample_size(weights[treated]), effective_sample_size(weights[~treated])
    shared = (sizes[0] * rates.treated + sizes[1] * rates.control) / (sizes[0] + sizes[1])
    if shared in (0.0, 1.0):
        return None
    scores = np.empty(outcome.size)
    for arm, sign in ((treated, 1.0), (~treated, -1.0)):
        scores[arm] = sign * (weights[arm] / weights[arm].sum()) * (outcome[arm] - shared)
    sums = scores if cluster is None else np.bincount(np.unique(cluster, return_inverse=True)[1], weights=scores)
    square = float(sums @ sums)
    if not square > CANCELLATION * float(scores @ scores):
        # Every cluster's arms agree: so do the arms.
        return 1.0
    return _chi_square_p((rates.treated - rates.control) ** 2 / square)


def _named(wald: float | None, score: float | None) -> NamedTest:
    if wald is not None:
        return NamedTest(name=phrase("Robust Wald"), p_value=wald)
    if score is not None:
        return NamedTest(name=phrase("Robust score"), p_value=score)
    return NamedTest(name=phrase("Fisher exact"), p_value=1.0)


def robust_notes(rates: ClusteredRates, contrast: RateContrast, outcome_name: str) -> tuple[Note, ...]:
    """Say which limits do not come from the weighted variance, or are missing, and why."""
    treated, control = (
        has_limits(rates.treated, rates.variance_treated),
        has_limits(rates.control, rates.variance_control),
    )
    notes = []
    if not (treated and control):
        text = phrase(
            "The weights give no variance of {outcome} in the {arm} arm, where nobody, "
            "or everybody, has it or all sets are alike: limits of the rate are exact ones for "
            "the effective number of patients.",
            outcome=outcome_name,
            arm=arm_names(treated=not treated, control=not control),
        )
        notes.append(Note(code="rate_without_variance", text=text))
    if contrast.tests["robust_wald"] is None:
        text = phrase(
            "The difference in {outcome} has Newcombe's limits for the effective numbers of "
            "patients, and its test is {test}: its sandwich variance is 0 in an arm, or in all.",
            outcome=outcome_name,
            test=contrast.test.name,
        )
        notes.append(Note(code="difference_without_variance", text=text))
    if not 0.0 < rates.treated < 1.0 or not 0.0 < rates.control < 1.0:
        return (*notes, *undefined_ratio_notes(contrast, outcome_name))
    if contrast.risk_ratio.ci_lower is None or contrast.odds_ratio.ci_lower is None:
        text = phrase(
            "Ratios of {outcome} have no confidence limits: the arms agree in every set, which leaves no variance.",
            outcome=outcome_name,
        )
        notes.append(Note(code="ratio_limits_undefined", text=text))
    return tuple(notes)
