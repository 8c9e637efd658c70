"""The effect on one endpoint at many sets of weights, all of the same patients."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.cox import hazard_ratio
from analysis.outcomes.follow_up import FollowUp, one_arm
from analysis.outcomes.logrank import arm_risk_sets
from analysis.outcomes.ordered_follow_up import OrderedFollowUp
from analysis.outcomes.rate_contrast import contrast_rates
from analysis.outcomes.robust_rates import contrast_weighted_rates
from analysis.outcomes.survival import estimate
from analysis.phrases import phrase
from analysis.study.caliper_path.result import Floats, Integers, Measure
from analysis.study.ordered import ordered_endpoint

N_TIMES = 120

NO_TIMES = np.empty(0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectAt:
    """An effect with its limits, None where the data cannot support it, and both curves at the times of the path."""

    estimate: float | None
    ci_lower: float | None
    ci_upper: float | None
    survival_treated: Floats
    survival_control: Floats


class PathEffects(Protocol):
    """What a path says of one endpoint."""

    @property
    def endpoint(self) -> str | None:
        """Its name."""

    @property
    def measure(self) -> Measure | None:
        """What is estimated of it."""

    @property
    def times(self) -> Floats:
        """Where curves are read."""

    @property
    def before(self) -> EffectAt:
        """Among all patients, unweighted."""

    def at(self, weights: Floats, cluster: Integers, plain_tests: bool) -> EffectAt:
        """Under these weights."""


def path_effects(patients: StudyCohort, endpoint: str | None, confidence_level: float) -> PathEffects:
    """The endpoint of that name, or the first of the study, ready for any weights.

    Raises
    ------
    SettingsError
        The study has no endpoint of that name.
    """
    offered: tuple[EndpointData | ResponseData, ...] = (*patients.endpoints, *patients.responses)
    found = [item for item in offered if endpoint is None or item.name == endpoint]
    if not found:
        if endpoint is None:
            return _NoEffects()
        names = ", ".join(item.name for item in offered)
        raise SettingsError(
            phrase("The effect along the calipers must be on an endpoint of the study: {names}. Name one.", names=names)
        )
    chosen = found[0]
    if isinstance(chosen, EndpointData):
        return _survival_effects(chosen, patients.treated, confidence_level)
    return _RateEffects(
        endpoint=chosen.name,
        outcome=chosen.objective_response,
        known=chosen.known,
        treated=patients.treated,
        confidence_level=confidence_level,
    )


def _nothing(n_times: int) -> EffectAt:
    nowhere = np.full(n_times, np.nan)
    return EffectAt(estimate=None, ci_lower=None, ci_upper=None, survival_treated=nowhere, survival_control=nowhere)


class _NoEffects:
    endpoint = None
    measure = None
    times = NO_TIMES
    before = _nothing(0)

    def at(self, weights: Floats, cluster: Integers, plain_tests: bool) -> EffectAt:
        return self.before


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _SurvivalEffects:
    """Patients with known follow-up, in order of time, so that no sorting is left to do at each caliper."""

    endpoint: str
    ordered: OrderedFollowUp
    times: Floats
    confidence_level: float

    @property
    def measure(self) -> Measure:
        return "hazard_ratio"

    @property
    def before(self) -> EffectAt:
        try:
            return self._read(self.ordered.everyone())
        except EstimationError:
            return _nothing(self.times.size)

    def at(self, weights: Floats, cluster: Integers, plain_tests: bool) -> EffectAt:
        try:
            return self._read(self.ordered.under(weights, cluster))
        except EstimationError:
            return _nothing(self.times.size)

    def _read(self, follow_up: FollowUp) -> EffectAt:
        try:
            ratio = hazard_ratio(follow_up, arm_risk_sets(follow_up), confidence_level=self.confidence_level)
        except EstimationError:
            ratio = None
        return EffectAt(
            estimate=None if ratio is None else ratio.hazard_ratio,
            ci_lower=None if ratio is None else ratio.ci_lower,
            ci_upper=None if ratio is None else ratio.ci_upper,
            survival_treated=_curve(one_arm(follow_up, True), self.times),
            survival_control=_curve(one_arm(follow_up, False), self.times),
        )


def _survival_effects(endpoint: EndpointData, treated: NDArray[np.bool_], confidence_level: float) -> _SurvivalEffects:
    ordered = ordered_endpoint(endpoint, treated)
    ends = [float(ordered.time[members].max(initial=0.0)) for members in (ordered.treated, ~ordered.treated)]
    return _SurvivalEffects(
        endpoint=endpoint.name,
        ordered=ordered,
        times=np.linspace(0.0, min(ends), N_TIMES),
        confidence_level=confidence_level,
    )


def _curve(arm: FollowUp, times: Floats) -> Floats:
    """Survival at the times; NaN after the last follow-up."""
    steps = np.concatenate(([1.0], estimate(arm).survival))
    read = steps[np.searchsorted(arm.time[arm.starts[:-1]], times + arm.tie_gap, side="right")]
    return np.where(times <= float(arm.time[-1]) + arm.tie_gap, read, np.nan)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _RateEffects:
    endpoint: str
    outcome: NDArray[np.bool_]
    known: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    confidence_level: float

    @property
    def measure(self) -> Measure:
        return "risk_difference"

    @property
    def times(self) -> Floats:
        return NO_TIMES

    @property
    def before(self) -> EffectAt:
        n = self.treated.size
        return self.at(np.ones(n), np.arange(n), True)

    def at(self, weights: Floats, cluster: Integers, plain_tests: bool) -> EffectAt:
        rows = np.flatnonzero(self.known & (weights > 0))
        arm = self.treated[rows]
        if not arm.any() or arm.all():
            return _nothing(0)
        level = self.confidence_level
        if plain_tests:
            contrast = contrast_rates(self.outcome[rows], arm, weights[rows], confidence_level=level)
        else:
            contrast = contrast_weighted_rates(
                self.outcome[rows], arm, weights[rows], cluster[rows], confidence_level=level
            )
        effect = contrast.risk_difference
        return EffectAt(
            estimate=effect.estimate,
            ci_lower=effect.ci_lower,
            ci_upper=effect.ci_upper,
            survival_treated=NO_TIMES,
            survival_control=NO_TIMES,
        )
