"""Estimates from several imputed sets made one, by Rubin's rules."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledEstimate:
    """One estimate from m imputed sets.

    Attributes
    ----------
    estimate, ci_lower, ci_upper : float
        On the scale it is read on: a ratio, a difference or a rate. The limits are None where no set has a variance.
    p_value : float or None
        Two-sided t-test of no effect (a ratio of 1, a difference of 0); None for a rate.
    scale : {"identity", "log", "logit"}
        The scale on which the sets were pooled.
    pooled, standard_error : float
        The mean over the sets and its standard error, on that scale.
    within, between : float
        Mean variance within a set, and variance between the sets, on that scale.
    degrees_of_freedom : float or None
        Of the t-distribution; None for the normal.
    fraction_missing : float
        Fraction of missing information about the estimate, in [0, 1].
    relative_efficiency : float
        Against infinitely many sets, in (0, 1].
    n_sets : int
        m.
    confidence_level : float
    """

    estimate: float
    ci_lower: float
    ci_upper: float
    p_value: float | None
    scale: str
    pooled: float
    standard_error: float
    within: float
    between: float
    degrees_of_freedom: float | None
    fraction_missing: float
    relative_efficiency: float
    n_sets: int
    confidence_level: float
