"""The endpoints of a study pooled over its imputed sets: ratios, differences and rates by Rubin's rules."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.clustered_rates import ClusteredRates, clustered_rates
from analysis.outcomes.cox import HazardRatio, cox_hazard_ratio
from analysis.outcomes.pooling import PooledEstimate, Scale, pool_estimates
from analysis.outcomes.rmst import RmstComparison, rmst_comparison
from analysis.phrases import phrase
from analysis.settings import ConfidenceSettings, OutcomeSettings

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledSurvival:
    """One survival endpoint in one population, pooled over the imputed sets.

    Attributes
    ----------
    name : str
        The endpoint as the study names it.
    hazard_ratio, rmst_difference : PooledEstimate or None
        Treated versus control; None where some set does not give it, which a note says.
    rmst_horizon : float or None
        The horizon of the mean survival time, the same in all sets.
    notes : tuple of Note
    """

    name: str
    hazard_ratio: PooledEstimate | None
    rmst_difference: PooledEstimate | None
    rmst_horizon: float | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledRates:
    """One rate in both arms and its contrasts, pooled over the imputed sets.

    Attributes
    ----------
    treated, control : PooledEstimate or None
        The rate in each arm.
    risk_difference, risk_ratio, odds_ratio : PooledEstimate or None
        Treated versus control; None where some set does not give it, which a note says.
    """

    treated: PooledEstimate | None
    control: PooledEstimate | None
    risk_difference: PooledEstimate | None
    risk_ratio: PooledEstimate | None
    odds_ratio: PooledEstimate | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledResponse:
    """One response endpoint in one population, pooled over the imputed sets.

    Attributes
    ----------
    name : str
        The endpoint as the study names it.
    objective_response : PooledRates or None
        None where an arm is empty in some set.
    disease_control : PooledRates or None
        None where disease control is not known, too.
    notes : tuple of Note
    """

    name: str
    objective_response: PooledRates | None
    disease_control: PooledRates | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledPopulation:
    """Every endpoint in one population, pooled.

    Attributes
    ----------
    survival : tuple of PooledSurvival
        In the order of the study file.
    response : tuple of PooledResponse
        In the order of the study file.
    """

    survival: tuple[PooledSurvival, ...]
    response: tuple[PooledResponse, ...]


def pool_outcomes(
    patients: StudyCohort,
    designs: Sequence[Design | None],
    outcomes: OutcomeSettings,
    confidence: ConfidenceSettings,
) -> PooledPopulation:
    """Estimate every endpoint in each imputed set and pool the estimates.

    Ratios are pooled as logarithms and rates as logits. After matching every variance is the sandwich over matched
    sets (over patients when a control may be in several), and the complete data would have one degree of freedom less
    than there are such units, for a hazard ratio one less than events if that is fewer. Before matching the imputed
    covariates play no part: all sets agree, and the limits are those of a single analysis by the normal distribution.

    Parameters
    ----------
    patients : StudyCohort
        Arms and endpoints, which are the same in every set.
    designs : sequence of Design or None
        The design of each imputed set; None for all patients.
    outcomes : OutcomeSettings
        The horizon of the mean survival time; by default the smallest, over the imputed sets, of the arms' last
        times, for a difference up to one horizon is one quantity.
    confidence : ConfidenceSettings
        The level of the limits.

    Returns
    -------
    PooledPopulation
    """
    return PooledPopulation(
        survival=tuple(
            _pooled_survival(
                endpoint, _samples(patients, designs, endpoint.known), outcomes.rmst_horizon, confidence.level
            )
            for endpoint in patients.endpoints
        ),
        response=tuple(
            _pooled_response(response, _samples(patients, designs, response.known), confidence.level)
            for response in patients.responses
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sample:
    """Who is compared in one set: rows of patients whose outcome is known, their arms, weights and clusters."""

    rows: NDArray[np.int64]
    treated: NDArray[np.bool_]
    weights: NDArray[np.float64] | None
    cluster: NDArray[np.int64] | None

    @property
    def degrees_of_freedom(self) -> float | None:
        """What the complete data would have; None for the normal, where nothing is pooled over clusters."""
        return None if self.cluster is None else max(1.0, float(np.unique(self.cluster).size - 1))


def _samples(patients: StudyCohort, designs: Sequence[Design | None], known: NDArray[np.bool_]) -> list[_Sample]:
    """The sample of each set; all patients are one and the same sample in every set."""
    everyone = np.flatnonzero(known)
    same = _Sample(rows=everyone, treated=patients.treated[everyone], weights=None, cluster=None)
    samples = []
    for design in designs:
        if design is None:
            samples.append(same)
            continue
        rows = np.flatnonzero(known & (design.weights > 0))
        samples.append(
            _Sample(
                rows=rows,
                treated=patients.treated[rows],
                weights=design.weights[rows],
                cluster=design.cluster[rows],
            )
        )
    return samples


def _in_each(samples: list[_Sample], make: Callable[[_Sample], Found]) -> list[Found | None]:
    """What each set gives, None where its data do not support it; a sample shared by sets is estimated once."""
    found: dict[int, Found | None] = {}
    for sample in samples:
        if id(sample) not in found:
            try:
                found[id(sample)] = make(sample)
            except EstimationError:
                found[id(sample)] = None
    return [found[id(sample)] for sample in samples]


def _pooled_survival(
    endpoint: EndpointData, samples: list[_Sample], horizon: float | None, level: float
) -> PooledSurvival:
    shared = horizon or min(_last_shared_time(endpoint, sample) for sample in samples)

    def ratio_of(sample: _Sample) -> HazardRatio:
        return cox_hazard_ratio(
            endpoint.time[sample.rows],
            endpoint.event[sample.rows],
            sample.treated,
            weights=sample.weights,
            cluster=sample.cluster,
            confidence_level=level,
        )

    def means_of(sample: _Sample) -> RmstComparison:
        return rmst_comparison(
            endpoint.time[sample.rows],
            endpoint.event[sample.rows],
            sample.treated,
            horizon=shared,
            weights=sample.weights,
            cluster=sample.cluster,
            confidence_level=level,
        )

    notes: list[Note] = []
    ratios = _in_every_set(_in_each(samples, ratio_of), phrase("hazard ratio"), endpoint.name, notes)
    # With competing events the area under one minus their Kaplan–Meier is the mean time of no patients there are.
    means = (
        []
        if endpoint.competing is not None
        else _in_every_set(
            _in_each(samples, means_of) if shared > 0 else [None] * len(samples),
            phrase("difference in mean survival time"),
            endpoint.name,
            notes,
        )
    )
    degrees = _mean([sample.degrees_of_freedom for sample in samples])
    events = _mean([float(ratio.n_events - 1) for ratio in ratios])
    return PooledSurvival(
        name=endpoint.name,
        hazard_ratio=_pool(
            [(ratio.log_hazard_ratio, ratio.standard_error**2) for ratio in ratios],
            "log",
            None if degrees is None or events is None else max(1.0, min(degrees, events)),
            level,
        ),
        rmst_difference=_pool(
            [(mean.difference, mean.standard_error**2) for mean in means], "identity", degrees, level
        ),
        rmst_horizon=shared if means else None,
        notes=tuple(notes),
    )


def _last_shared_time(endpoint: EndpointData, sample: _Sample) -> float:
    """The smaller of the arms' last times; 0 where an arm is empty."""
    time = endpoint.time[sample.rows]
    return float(min(time[arm].max(initial=0.0) for arm in (sample.treated, ~sample.treated)))


def _in_every_set(found: Sequence[Found | None], what: str, name: str, notes: list[Note]) -> list[Found]:
    """The estimates if every set gives one; leaving sets out by their result would bias what is pooled."""
    estimates = [one for one in found if one is not None]
    if len(estimates) == len(found):
        return estimates
    lacking = len(found) - len(estimates)
    reason = (
        phrase("no set gives it.")
        if not estimates
        else phrase(
            "{lacking} of {n_found} imputed sets do not give it, and leaving them out would bias it.",
            lacking=lacking,
            n_found=len(found),
        )
    )
    text = phrase("The {what} of {name} is not pooled: {reason}", what=what, name=name, reason=reason)
    notes.append(Note(code="not_pooled", text=text))
    return []


def _pooled_response(response: ResponseData, samples: list[_Sample], level: float) -> PooledResponse:
    notes: list[Note] = []
    degrees = _mean([sample.degrees_of_freedom for sample in samples])

    def pooled(outcome: NDArray[np.bool_], what: str) -> PooledRates | None:
        found = _in_each(
            samples,
            lambda sample: clustered_rates(
                outcome[sample.rows], sample.treated, weights=sample.weights, cluster=sample.cluster
            ),
        )
        return _pooled_rates(found, phrase("{name} ({what})", name=response.name, what=what), degrees, level, notes)

    control = response.disease_control
    return PooledResponse(
        name=response.name,
        objective_response=pooled(response.objective_response, phrase("objective response")),
        disease_control=None if control is None else pooled(control, phrase("disease control")),
        notes=tuple(notes),
    )


def _pooled_rates(
    found: list[ClusteredRates | None], name: str, degrees: float | None, level: float, notes: list[Note]
) -> PooledRates | None:
    rates = _in_every_set(found, phrase("rate"), name, notes)
    if not rates:
        return None

    def pool(
        estimate: Callable[[ClusteredRates], tuple[float, float] | None], scale: Scale, what: str
    ) -> PooledEstimate | None:
        pairs = _in_every_set([estimate(one) for one in rates], what, name, notes)
        return _pool(pairs, scale, degrees, level, bounds=(-1.0, 1.0) if scale == "identity" else None)

    return PooledRates(
        treated=pool(lambda one: _logit(one.treated, one.variance_treated), "logit", phrase("rate of the treated arm")),
        control=pool(lambda one: _logit(one.control, one.variance_control), "logit", phrase("rate of the control arm")),
        risk_difference=pool(_difference, "identity", phrase("risk difference")),
        risk_ratio=pool(_log_risk_ratio, "log", phrase("risk ratio")),
        odds_ratio=pool(_log_odds_ratio, "log", phrase("odds ratio")),
    )


def _logit(rate: float, variance: float) -> tuple[float, float] | None:
    if not 0 < rate < 1:
        return None
    return math.log(rate / (1 - rate)), variance / (rate * (1 - rate)) ** 2


def _difference(rates: ClusteredRates) -> tuple[float, float] | None:
    return _with_variance(rates.treated - rates.control, rates.contrast_variance(1.0, -1.0))


def _log_risk_ratio(rates: ClusteredRates) -> tuple[float, float] | None:
    if rates.treated <= 0 or rates.control <= 0:
        return None
    variance = rates.contrast_variance(1 / rates.treated, -1 / rates.control)
    return _with_variance(math.log(rates.treated / rates.control), variance)


def _log_odds_ratio(rates: ClusteredRates) -> tuple[float, float] | None:
    logits = [_logit(rate, 1.0) for rate in (rates.treated, rates.control)]
    if logits[0] is None or logits[1] is None:
        return None
    slopes = [1 / (rate * (1 - rate)) for rate in (rates.treated, rates.control)]
    return _with_variance(logits[0][0] - logits[1][0], rates.contrast_variance(slopes[0], -slopes[1]))


def _with_variance(estimate: float, variance: float) -> tuple[float, float] | None:
    """Sums that cancel within every matched set leave rounding only, not a variance."""
    return (estimate, variance) if variance > 1e-14 else None


def _pool(
    pairs: Sequence[tuple[float, float]],
    scale: Scale,
    degrees: float | None,
    level: float,
    bounds: tuple[float, float] | None = None,
) -> PooledEstimate | None:
    if not pairs or any(variance <= 0 for _, variance in pairs):
        return None
    estimates, variances = zip(*pairs, strict=True)
    return pool_estimates(
        estimates,
        variances,
        scale=scale,
        complete_degrees_of_freedom=degrees,
        bounds=bounds,
        confidence_level=level,
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None
