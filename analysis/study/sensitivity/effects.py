"""The effects whose sensitivity is examined: of every endpoint, as one population gave them."""

from dataclasses import dataclass
from typing import Literal

from analysis.notes import Note
from analysis.outcomes.rate_effects import UNDEFINED, Estimate
from analysis.study.populations import PopulationOutcomes, ResponseOutcome, SurvivalOutcome

Measure = Literal["hazard_ratio", "rate_difference"]

LEVEL_DIGITS = 12
"""Digits beyond which a level differs by the rounding of its subtraction alone."""


def level_of_tests(confidence_level: float) -> float:
    """The two-sided level of the tests that belong to intervals at this level.

    Examples
    --------
    >>> level_of_tests(0.95)
    0.05
    """
    return round(1.0 - confidence_level, LEVEL_DIGITS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointEffect:
    """One endpoint's effect in one population, treated versus control.

    Attributes
    ----------
    endpoint : str
    measure : {"hazard_ratio", "rate_difference"}
        Of a survival endpoint, of the objective response of a response endpoint.
    effect : Estimate
        As printed elsewhere; its parts None where it could not be estimated.
    standard_error : float or None
        Of the log hazard ratio, robust where the design asks for it.
    n_treated, n_control, events_treated, events_control : int
        Patients, and events or responders; never weighted. 0 where the arms could not be compared.
    size_treated, size_control : float
        Effective numbers of patients, the numbers themselves where nobody weighs more than another.
    notes : tuple of Note
        Why there is no effect.
    """

    endpoint: str
    measure: Measure
    effect: Estimate
    standard_error: float | None
    n_treated: int
    n_control: int
    events_treated: int
    events_control: int
    size_treated: float
    size_control: float
    notes: tuple[Note, ...]

    @property
    def n_events(self) -> int:
        """Events or responders of both arms."""
        return self.events_treated + self.events_control


def endpoint_effects(outcomes: PopulationOutcomes) -> tuple[EndpointEffect, ...]:
    """Take the effect of every endpoint from the outcomes of a population.

    Parameters
    ----------
    outcomes : PopulationOutcomes
        Before or after the design.

    Returns
    -------
    tuple of EndpointEffect
        Survival endpoints, then responses, in the order of the study.
    """
    return (*map(_of_survival, outcomes.survival), *map(_of_response, outcomes.response))


def _of_survival(outcome: SurvivalOutcome) -> EndpointEffect:
    compared = outcome.comparison
    if compared is None:
        return _none(outcome.name, "hazard_ratio", outcome.notes)
    ratio = compared.cox
    return EndpointEffect(
        endpoint=outcome.name,
        measure="hazard_ratio",
        effect=UNDEFINED
        if ratio is None
        else Estimate(estimate=ratio.hazard_ratio, ci_lower=ratio.ci_lower, ci_upper=ratio.ci_upper),
        standard_error=None if ratio is None else ratio.standard_error,
        n_treated=compared.treated.n,
        n_control=compared.control.n,
        events_treated=compared.treated.n_events,
        events_control=compared.control.n_events,
        size_treated=compared.treated.curve.effective_n or float(compared.treated.n),
        size_control=compared.control.curve.effective_n or float(compared.control.n),
        notes=() if ratio is not None else compared.notes,
    )


def _of_response(outcome: ResponseOutcome) -> EndpointEffect:
    compared = outcome.comparison
    if compared is None:
        return _none(outcome.name, "rate_difference", outcome.notes)
    arms = (compared.treated, compared.control)
    return EndpointEffect(
        endpoint=outcome.name,
        measure="rate_difference",
        effect=compared.objective_response.risk_difference,
        standard_error=None,
        n_treated=arms[0].n,
        n_control=arms[1].n,
        events_treated=arms[0].objective_response.count,
        events_control=arms[1].objective_response.count,
        size_treated=arms[0].effective_sample_size or float(arms[0].n),
        size_control=arms[1].effective_sample_size or float(arms[1].n),
        notes=(),
    )


def _none(endpoint: str, measure: Measure, notes: tuple[Note, ...]) -> EndpointEffect:
    return EndpointEffect(
        endpoint=endpoint,
        measure=measure,
        effect=UNDEFINED,
        standard_error=None,
        n_treated=0,
        n_control=0,
        events_treated=0,
        events_control=0,
        size_treated=0.0,
        size_control=0.0,
        notes=notes,
    )
