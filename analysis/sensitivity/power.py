"""What a study of this size could have shown, and what a result without significance leaves open."""

import math
from dataclasses import dataclass
from typing import Literal

from scipy.special import ndtri

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.proportion import normal_quantile
from analysis.outcomes.rate_effects import Estimate
from analysis.phrases import phrase
from analysis.sensitivity.effect import NO_DIFFERENCE, NO_RATIO, estimate_of, ratio_of

# The two powers that are customary to name.
POWERS = (0.8, 0.9)

# Root finding stops here; a rate is never needed to more digits.
ROOT_PRECISION = 1e-15

# A difference of rates that no study of fewer than 10¹² patients could show.
BESIDE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetectableEffect:
    """The effects nearest to none that would have been significant with the given power.

    Attributes
    ----------
    measure : {"hazard_ratio", "rate_difference"}
    below, above : float or None
        Treated versus control, one on either side of no effect. None where even the largest possible difference falls
        short.
    standard_error : float or None
        Of the log hazard ratio, where the figure rests on one.
    power, alpha : float
        The chance of significance at that effect, and the two-sided level.
    method : str
    notes : tuple of Note
    """

    measure: Literal["hazard_ratio", "rate_difference"]
    below: float | None
    above: float | None
    standard_error: float | None
    power: float
    alpha: float
    method: str
    notes: tuple[Note, ...]


def detectable_hazard_ratio(
    n_events: int, *, share_treated: float = 0.5, pairs: bool = False, power: float = 0.8, alpha: float = 0.05
) -> DetectableEffect:
    """Find the hazard ratios nearest to 1 that this many events could have shown, exp(±(z₁₋α/₂ + z_power)/√(d·p(1−p))).

    Parameters
    ----------
    n_events : int
        Of both arms, at least 1.
    share_treated : float
        Of the patients, between 0 and 1.
    pairs : bool
        Whether patients are matched: adds a note that their likeness is not used.
    power, alpha : float
        Between 0 and 1; power above alpha / 2.

    Returns
    -------
    DetectableEffect

    Raises
    ------
    EstimationError
        Without events, or when a share, power or level is impossible.

    Notes
    -----
    Schoenfeld 1983, doi:10.2307/2531021: the variance of independent patients with proportional hazards near 1. Partners
    in a set tend to fare alike, which makes the robust error of the marginal ratio smaller: the figure is then on the
    safe side, and :func:`detectable_from_error` the closer one.

    Examples
    --------
    >>> found = detectable_hazard_ratio(100)
    >>> round(found.below, 3), round(found.above, 3)
    (0.571, 1.751)
    """
    reach = _reach(power, alpha)
    if n_events < 1 or not 0.0 < share_treated < 1.0:
        raise EstimationError(
            phrase(
                "A detectable hazard ratio needs at least 1 event and patients of both arms; "
                "{n_events} events were given. Report the counts instead.",
                n_events=n_events,
            )
            if 0.0 < share_treated < 1.0
            else phrase(
                "A detectable hazard ratio needs at least 1 event and patients of both arms; "
                "{n_events} events were given, and patients of one arm. Report the counts instead.",
                n_events=n_events,
            )
        )
    error = 1.0 / math.sqrt(n_events * share_treated * (1.0 - share_treated))
    note = Note(
        code="pairs_as_independent",
        text=phrase(
            "Computed as if matched patients were independent. Partners tend to fare alike, "
            "which makes the study able to show somewhat weaker effects than this: the figure is "
            "approximate and on the safe side."
        ),
    )
    return _detectable_ratio(
        error,
        reach,
        power,
        alpha,
        phrase("Schoenfeld's formula, {n_events:,} events", n_events=n_events),
        (note,) * pairs,
    )


def detectable_from_error(standard_error: float, *, power: float = 0.8, alpha: float = 0.05) -> DetectableEffect:
    """Find the hazard ratios nearest to 1 that an analysis as precise as this one could have shown, exp(±(z + z)·SE).

    Parameters
    ----------
    standard_error : float
        Of the log hazard ratio, > 0; the robust one after matching or weighting.
    power, alpha : float
        As in :func:`detectable_hazard_ratio`.

    Raises
    ------
    EstimationError
        If the error is not a positive number, or power or level are impossible.

    Notes
    -----
    The observed effect plays no part: power "observed" at it only repeats its p-value (Hoenig & Heisey 2001,
    doi:10.1198/000313001300339897).

    Examples
    --------
    >>> round(detectable_from_error(0.2, power=0.9).below, 3)
    0.523
    """
    reach = _reach(power, alpha)
    if not (math.isfinite(standard_error) and standard_error > 0.0):
        raise EstimationError(
            phrase(
                "A detectable hazard ratio needs the standard error of the log hazard ratio, a "
                "number above 0; this one is not. Report that the ratio could not be estimated."
            )
        )
    return _detectable_ratio(standard_error, reach, power, alpha, phrase("standard error of the estimate"), ())


def _detectable_ratio(
    error: float, reach: float, power: float, alpha: float, method: str, notes: tuple[Note, ...]
) -> DetectableEffect:
    return DetectableEffect(
        measure="hazard_ratio",
        below=math.exp(-reach * error),
        above=math.exp(reach * error),
        standard_error=error,
        power=power,
        alpha=alpha,
        method=method,
        notes=notes,
    )


def _reach(power: float, alpha: float) -> float:
    """How many standard errors an effect must lie from none."""
    if not 0.0 < alpha < 1.0 or not alpha / 2.0 < power < 1.0:
        raise EstimationError(
            phrase(
                "The level of significance must lie between 0 and 1 and the power between half of it "
                "and 1; these do not. Give 0.05 and 0.8."
            )
        )
    return normal_quantile(1.0 - alpha) + float(ndtri(power))


def detectable_rate_difference(
    control_rate: float, n_treated: float, n_control: float, *, power: float = 0.8, alpha: float = 0.05
) -> DetectableEffect:
    """Find the differences nearest to 0 that two independent arms of these sizes could have shown.

    By the normal approximation of the chi-squared test without correction: the pooled variance under no effect, the
    arms' own variances under the alternative. Fisher's test needs a little more.

    Parameters
    ----------
    control_rate : float
        In [0, 1].
    n_treated, n_control : float
        Patients, > 0; effective numbers where weighted.
    power, alpha : float
        As in :func:`detectable_hazard_ratio`.

    Returns
    -------
    DetectableEffect
        ``below`` and ``above`` are differences, treated minus control.

    Raises
    ------
    EstimationError
        If a rate, size, power or level is impossible.

    Notes
    -----
    = R ``power.prop.test`` for equal arms.

    Examples
    --------
    >>> found = detectable_rate_difference(0.2, 100, 100)
    >>> round(found.below, 3), round(found.above, 3)
    (-0.134, 0.179)
    """
    _reach(power, alpha)
    if not 0.0 <= control_rate <= 1.0 or min(n_treated, n_control) <= 0.0:
        raise EstimationError(
            phrase(
                "A detectable difference needs a rate among controls between 0 and 1 and patients in "
                "both arms; these are not. Give a share of patients, not a percentage."
            )
        )

    def excess(treated_rate: float) -> float:
        both = (n_treated * treated_rate + n_control * control_rate) / (n_treated + n_control)
        none = math.sqrt(both * (1.0 - both) * (1.0 / n_treated + 1.0 / n_control))
        other = treated_rate * (1.0 - treated_rate) / n_treated + control_rate * (1.0 - control_rate) / n_control
        return (
            abs(treated_rate - control_rate)
            - normal_quantile(1.0 - alpha) * none
            - float(ndtri(power)) * math.sqrt(other)
        )

    def nearest(end: float) -> float | None:
        if abs(end - control_rate) <= BESIDE or excess(end) < 0.0:
            return None
        from scipy.optimize import brentq  # slow to load, and needed on one page only

        # From just beside the control rate: at a rate of 0 or 1 itself no effect and no variance would balance.
        start = control_rate + math.copysign(BESIDE, end - control_rate)
        return float(brentq(excess, start, end, xtol=ROOT_PRECISION)) - control_rate

    method = phrase("normal approximation of the chi-squared test, independent arms")
    return _detectable_difference(nearest(0.0), nearest(1.0), power, alpha, method)


def _detectable_difference(
    below: float | None, above: float | None, power: float, alpha: float, method: str
) -> DetectableEffect:
    towards = {
        (True, False): phrase("a lower rate"),
        (False, True): phrase("a higher rate"),
        (True, True): phrase("a lower or a higher rate"),
    }.get((below is None, above is None))
    note = Note(
        code="no_detectable_difference",
        text=phrase(
            "With so few patients even the largest possible difference towards {rate} "
            "would not have been shown with this power.",
            rate=towards,
        ),
    )
    return DetectableEffect(
        measure="rate_difference",
        below=below,
        above=above,
        standard_error=None,
        power=power,
        alpha=alpha,
        method=method,
        notes=() if towards is None else (note,),
    )


def detectable_paired_difference(
    discordant_share: float,
    n_pairs: int,
    *,
    control_rate: float | None = None,
    power: float = 0.8,
    alpha: float = 0.05,
) -> DetectableEffect:
    """Find the differences nearest to 0 that McNemar's test could have shown in these pairs.

    Solves n = (z₁₋α/₂√ψ + z_power√(ψ − d²))²/d² for d, ψ the share of discordant pairs.

    Parameters
    ----------
    discordant_share : float
        Pairs in which one patient has the outcome and the other not, of all pairs, in [0, 1].
    n_pairs : int
        All pairs, at least 1.
    control_rate : float, optional
        In [0, 1]; a difference that would take the rate of the treated below 0 or above 1 is none.
    power, alpha : float
        As in :func:`detectable_hazard_ratio`; power at least 0.5.

    Returns
    -------
    DetectableEffect
        None where even discordant pairs that all point one way fall short, and where the control rate leaves no room.

    Raises
    ------
    EstimationError
        If the share, number, power or level is impossible.

    Notes
    -----
    Connor 1987, doi:10.2307/2531961.

    Examples
    --------
    >>> round(detectable_paired_difference(0.5, 23).above, 3)
    0.392
    """
    _reach(power, alpha)
    if not 0.0 <= discordant_share <= 1.0 or n_pairs < 1 or power < 0.5:
        raise EstimationError(
            phrase(
                "A detectable difference in pairs needs at least 1 pair, a share of discordant pairs "
                "between 0 and 1, and a power of at least 0.5; these are not ({n_pairs} pairs). "
                "Divide the discordant pairs by all pairs.",
                n_pairs=n_pairs,
            )
        )
    z_level, z_power = normal_quantile(1.0 - alpha), float(ndtri(power))
    under_root = n_pairs + z_power**2 - z_level**2
    difference = None
    if discordant_share > 0.0 and under_root >= 0.0:
        scaled = (math.sqrt(n_pairs) * z_level + z_power * math.sqrt(under_root)) / (n_pairs + z_power**2)
        found = scaled * math.sqrt(discordant_share)
        difference = found if found <= discordant_share else None
    room_below, room_above = (1.0, 1.0) if control_rate is None else (control_rate, 1.0 - control_rate)
    below = None if difference is None or difference > room_below + BESIDE else -difference
    above = None if difference is None or difference > room_above + BESIDE else difference
    return _detectable_difference(below, above, power, alpha, phrase("Connor's formula for McNemar's test, pairs"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NotExcluded:
    """What the data leave possible, in the terms of a sentence.

    Attributes
    ----------
    measure : {"ratio", "difference"}
    significant : bool
        Whether no effect lies outside the interval.
    largest_decrease, largest_increase : float or None
        The farthest effects inside the interval: for a ratio the relative change (0.4 is 40 % lower, or higher), for a
        difference its size. None where the interval leaves no change in that direction.
    ci_lower, ci_upper, confidence_level : float
    """

    measure: Literal["ratio", "difference"]
    significant: bool
    largest_decrease: float | None
    largest_increase: float | None
    ci_lower: float
    ci_upper: float
    confidence_level: float


def what_is_not_excluded(
    effect: Estimate, measure: Literal["ratio", "difference"], confidence_level: float = 0.95
) -> NotExcluded:
    """Read an interval as what it cannot exclude: a result without significance is no proof of no effect.

    Parameters
    ----------
    effect : Estimate
        With both limits.
    measure : {"ratio", "difference"}
    confidence_level : float
        Of the limits.

    Raises
    ------
    EstimationError
        Without estimate or limits, or with limits that do not surround the estimate.

    Examples
    --------
    >>> open_question = what_is_not_excluded(Estimate(estimate=0.8, ci_lower=0.6, ci_upper=1.25), "ratio")
    >>> open_question.significant, round(open_question.largest_decrease, 2), open_question.largest_increase
    (False, 0.4, 0.25)
    """
    (ratio_of if measure == "ratio" else estimate_of)(effect, measure)
    if effect.ci_lower is None or effect.ci_upper is None:
        raise EstimationError(
            phrase(
                "What a result cannot exclude is read from its confidence interval; at least one "
                "limit is missing. Report that the interval could not be computed."
            )
        )
    nothing = NO_RATIO if measure == "ratio" else NO_DIFFERENCE
    return NotExcluded(
        measure=measure,
        significant=not effect.ci_lower <= nothing <= effect.ci_upper,
        largest_decrease=nothing - effect.ci_lower if effect.ci_lower < nothing else None,
        largest_increase=effect.ci_upper - nothing if effect.ci_upper > nothing else None,
        ci_lower=effect.ci_lower,
        ci_upper=effect.ci_upper,
        confidence_level=confidence_level,
    )
