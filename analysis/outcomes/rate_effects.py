"""How far two rates lie apart: difference, ratio and odds ratio, treated versus control."""

import math
from dataclasses import dataclass

from analysis.outcomes.proportion import normal_quantile, wilson_limits
from analysis.outcomes.rate_kernel import tango_root


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """An effect with its confidence limits; None where the counts leave it undefined."""

    estimate: float | None
    ci_lower: float | None
    ci_upper: float | None


UNDEFINED = Estimate(estimate=None, ci_lower=None, ci_upper=None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateWithSize:
    """A rate in [0, 1] and the number of patients, or the effective size, it rests on."""

    rate: float
    size: float


def risk_difference(treated: RateWithSize, control: RateWithSize, confidence_level: float = 0.95) -> Estimate:
    """Estimate the rate in the treated arm minus the rate in the control arm, in [-1, 1].

    The interval is Newcombe's hybrid score interval (his method 10): the distances from each rate to its Wilson
    limits, added in quadrature. It uses Wilson's limits whatever interval the single rates are shown with.

    Notes
    -----
    Source: Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    >>> difference = risk_difference(RateWithSize(rate=0.8, size=70), RateWithSize(rate=0.6, size=80))
    >>> round(difference.ci_lower, 4), round(difference.ci_upper, 4)
    (0.0524, 0.3339)
    """
    treated_lower, treated_upper = wilson_limits(treated.rate, treated.size, confidence_level)
    control_lower, control_upper = wilson_limits(control.rate, control.size, confidence_level)
    difference = treated.rate - control.rate
    below = math.hypot(treated.rate - treated_lower, control_upper - control.rate)
    above = math.hypot(treated_upper - treated.rate, control.rate - control_lower)
    return Estimate(estimate=difference, ci_lower=max(-1.0, difference - below), ci_upper=min(1.0, difference + above))


def risk_ratio(treated: RateWithSize, control: RateWithSize, confidence_level: float = 0.95) -> Estimate:
    """Estimate the rate in the treated arm divided by the rate in the control arm.

    The interval is symmetric on the logarithm, with variance (1−p)/(n·p) summed over the arms. A control rate of 0
    leaves the ratio undefined; a treated rate of 0, or two rates of 1, leave only its limits undefined.
    No count is altered to escape this.

    Notes
    -----
    Source: Katz et al. 1978, doi:10.2307/2530610.

    Examples
    --------
    >>> ratio = risk_ratio(RateWithSize(rate=0.4, size=25), RateWithSize(rate=0.12, size=25))
    >>> round(ratio.estimate, 2), round(ratio.ci_lower, 2), round(ratio.ci_upper, 2)
    (3.33, 1.04, 10.69)
    """
    if control.rate == 0:
        return UNDEFINED
    if treated.rate == 0 or treated.rate == control.rate == 1:
        return Estimate(estimate=treated.rate / control.rate, ci_lower=None, ci_upper=None)
    variance = (1 - treated.rate) / (treated.size * treated.rate) + (1 - control.rate) / (control.size * control.rate)
    return _on_logarithm(treated.rate / control.rate, variance, confidence_level)


def odds_ratio(treated: RateWithSize, control: RateWithSize, confidence_level: float = 0.95) -> Estimate:
    """Estimate the odds of the outcome in the treated arm divided by the odds in the control arm.

    This is the ratio of the observed odds, not the conditional estimate that belongs to Fisher's test. The interval
    is symmetric on the logarithm, with variance 1/(n·p·(1−p)) summed over the arms. A control rate of 0 or a treated
    rate of 1 leaves the ratio undefined; a treated rate of 0 or a control rate of 1 leaves only its limits undefined.

    Notes
    -----
    Source: Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x.

    Examples
    --------
    >>> ratio = odds_ratio(RateWithSize(rate=0.4, size=25), RateWithSize(rate=0.12, size=25))
    >>> round(ratio.estimate, 2), round(ratio.ci_lower, 2), round(ratio.ci_upper, 2)
    (4.89, 1.15, 20.79)
    """
    if control.rate == 0 or treated.rate == 1:
        return UNDEFINED
    if treated.rate == 0 or control.rate == 1:
        return Estimate(estimate=0.0, ci_lower=None, ci_upper=None)
    ratio = treated.rate / (1 - treated.rate) / (control.rate / (1 - control.rate))
    variance = 1 / (treated.size * treated.rate * (1 - treated.rate)) + 1 / (
        control.size * control.rate * (1 - control.rate)
    )
    return _on_logarithm(ratio, variance, confidence_level)


def _on_logarithm(ratio: float, variance: float, confidence_level: float) -> Estimate:
    factor = math.exp(normal_quantile(confidence_level) * math.sqrt(variance))
    return Estimate(estimate=ratio, ci_lower=ratio / factor, ci_upper=ratio * factor)


def paired_difference(treated_only: int, control_only: int, n_pairs: int, confidence_level: float = 0.95) -> Estimate:
    """Estimate, over matched pairs, the rate of treated patients minus that of their controls, in [-1, 1].

    The interval is Tango's score interval, which respects the pairing and holds at the edges, also where no pair
    is discordant.

    Parameters
    ----------
    treated_only, control_only : int
        Pairs in which only the treated, or only the control, patient has the outcome.
    n_pairs : int
        All pairs, at least one.
    confidence_level : float
        Between 0 and 1.

    Notes
    -----
    Source: Tango 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.

    Examples
    --------
    >>> difference = paired_difference(6, 16, 161)
    >>> round(difference.estimate, 4), round(difference.ci_lower, 4), round(difference.ci_upper, 4)
    (-0.0621, -0.124, -0.0054)
    """
    return Estimate(
        estimate=(treated_only - control_only) / n_pairs,
        ci_lower=-_tango_upper(control_only, treated_only, n_pairs, confidence_level),
        ci_upper=_tango_upper(treated_only, control_only, n_pairs, confidence_level),
    )


def _tango_upper(more: int, fewer: int, n: int, confidence_level: float) -> float:
    z = normal_quantile(confidence_level)
    if more == n:
        return 1.0
    # Where all pairs agree, or all disagree the other way, the score equation factors and has a closed solution.
    if more + fewer == 0:
        return z**2 / (n + z**2)
    if fewer == n:
        return (z**2 - n) / (z**2 + n)

    root: float = tango_root(more, fewer, n, z)
    return root
