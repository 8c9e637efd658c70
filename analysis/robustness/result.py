"""What a specification curve found, one specification after the other and all together."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from analysis.robustness.effect import Measure
from analysis.robustness.specifications import Specification

SIGNIFICANT = 0.05
"""The bound that readers look at; here it is counted, never aimed at."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpecificationResult:
    """What one specification found.

    Attributes
    ----------
    number : int
        Of the specification.
    estimate, ci_lower, ci_upper, p_value : float or None
        The effect; None where the data cannot support it.
    n_sets : int or None
        Matched sets; None where patients are weighted or no design could be had.
    n_treated, n_control : int
        Patients compared; 0 where no design could be had.
    effective_sample_size_treated, effective_sample_size_control : float
        (Σw)²/Σw² in each arm.
    largest_smd : float or None
        Largest |SMD| of all covariates of the study, those included that the specification leaves out.
    failure : str or None
        Why there is no effect.
    """

    number: int
    estimate: float | None
    ci_lower: float | None
    ci_upper: float | None
    p_value: float | None
    n_sets: int | None
    n_treated: int
    n_control: int
    effective_sample_size_treated: float
    effective_sample_size_control: float
    largest_smd: float | None
    failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpecificationCurve:
    """One effect under many specifications.

    Attributes
    ----------
    measure : {"hazard_ratio", "rmst_difference", "rate_difference"}
    endpoint : str
    nothing : float
        What the effect is where treatment does nothing: 1 for a ratio, else 0.
    confidence_level : float
    specifications : tuple of Specification
        All that were to be carried out, the study's own first.
    results : tuple of SpecificationResult
        Of those carried out, by number.
    """

    measure: Measure
    endpoint: str
    nothing: float
    confidence_level: float
    specifications: tuple[Specification, ...]
    results: tuple[SpecificationResult, ...]

    @property
    def complete(self) -> bool:
        """Whether every specification was carried out."""
        return len(self.results) == len(self.specifications)

    @property
    def in_order(self) -> tuple[SpecificationResult, ...]:
        """Results with an estimate from the lowest to the highest, equal ones by number: the curve."""
        known = [(result.estimate, result.number, result) for result in self.results if result.estimate is not None]
        return tuple(result for _, _, result in sorted(known, key=lambda item: item[:2]))

    @property
    def chosen(self) -> SpecificationResult | None:
        """The study's own analysis; None where it was not reached."""
        return next((result for result in self.results if self.of(result).chosen), None)

    def of(self, result: SpecificationResult) -> Specification:
        """The specification of a result."""
        return self.specifications[result.number]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EstimateSpread:
    """How far estimates lie apart.

    Attributes
    ----------
    n : int
        Specifications with an estimate.
    n_below, n_above : int
        Those of them with p < 0.05 whose estimate lies below, or above, that of no effect.
    lowest, median, highest : float
    """

    n: int
    n_below: int
    n_above: int
    lowest: float
    median: float
    highest: float

    @property
    def share_below(self) -> float:
        """Share with p < 0.05 and an estimate below that of no effect."""
        return self.n_below / self.n

    @property
    def share_above(self) -> float:
        """Share with p < 0.05 and an estimate above that of no effect."""
        return self.n_above / self.n


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CurveSummary:
    """A specification curve in a handful of numbers.

    Attributes
    ----------
    n_planned, n_done : int
        Specifications there are, and those carried out.
    failures : tuple of (str, int)
        Why specifications found no effect, and how many of them, the most frequent first.
    spread : EstimateSpread or None
        None where no specification has an estimate.
    n_same_sign : int or None
        Estimates on the side of no effect on which the chosen one lies, itself included; None where it has no estimate
        or lies on neither side.
    random_order : EstimateSpread or None
        Of random orders that differ in nothing else; None where fewer than two were carried out.
    """

    n_planned: int
    n_done: int
    failures: tuple[tuple[str, int], ...]
    spread: EstimateSpread | None
    n_same_sign: int | None
    random_order: EstimateSpread | None

    @property
    def share_same_sign(self) -> float | None:
        """Share of the estimates on the chosen one's side of no effect."""
        return None if self.n_same_sign is None or self.spread is None else self.n_same_sign / self.spread.n


def summarise_curve(curve: SpecificationCurve) -> CurveSummary:
    """Count and range of a curve's estimates.

    Specifications are no sample of anything: shares describe the list of choices that was made, not a probability.
    """
    known = curve.in_order
    chosen = curve.chosen
    side = 0.0 if chosen is None or chosen.estimate is None else np.sign(chosen.estimate - curve.nothing)
    alone = tuple(result for result in known if curve.of(result).order_only)
    same = sum(np.sign(_estimate(result) - curve.nothing) == side for result in known)
    failures = Counter(result.failure for result in curve.results if result.failure is not None)
    return CurveSummary(
        n_planned=len(curve.specifications),
        n_done=len(curve.results),
        failures=tuple(failures.most_common()),
        spread=_spread(known, curve.nothing),
        n_same_sign=None if side == 0.0 else int(same),
        random_order=_spread(alone, curve.nothing) if len(alone) > 1 else None,
    )


def _estimate(result: SpecificationResult) -> float:
    assert result.estimate is not None
    return result.estimate


def _spread(known: tuple[SpecificationResult, ...], nothing: float) -> EstimateSpread | None:
    if not known:
        return None
    estimates = np.array([_estimate(result) for result in known])
    low = np.array([result.p_value is not None and result.p_value < SIGNIFICANT for result in known])
    return EstimateSpread(
        n=estimates.size,
        n_below=int(np.count_nonzero(low & (estimates < nothing))),
        n_above=int(np.count_nonzero(low & (estimates > nothing))),
        lowest=float(estimates.min()),
        median=float(np.median(estimates)),
        highest=float(estimates.max()),
    )
