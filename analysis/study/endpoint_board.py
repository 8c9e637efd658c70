"""Every endpoint of a study beside the others: its effect before and after the design, p-values adjusted for their number."""

from dataclasses import dataclass, replace
from typing import Literal

from analysis.outcomes.multiplicity import adjust_p_values
from analysis.phrases import phrase
from analysis.settings import OutcomeSettings
from analysis.study.populations import PopulationOutcomes, ResponseOutcome, SurvivalOutcome

Measure = Literal["hazard_ratio", "risk_difference"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoardEffect:
    """One endpoint's effect in one population.

    Attributes
    ----------
    n_treated, n_control, events_treated, events_control : int
        Patients, and events or responders among them; never weighted.
    estimate, ci_lower, ci_upper : float or None
        Treated versus control.
    p_value, adjusted_p_value : float or None
        Of this endpoint alone, and adjusted for the number of endpoints in the same population.
    test : str or None
        Which test the p-value is of.
    """

    n_treated: int
    n_control: int
    events_treated: int
    events_control: int
    estimate: float | None
    ci_lower: float | None
    ci_upper: float | None
    p_value: float | None
    adjusted_p_value: float | None
    test: str | None

    @property
    def n_events(self) -> int:
        """Events or responders of both arms."""
        return self.events_treated + self.events_control


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoardEndpoint:
    """One endpoint; None for a population in which it could not be compared.

    Attributes
    ----------
    name : str
    measure : {"hazard_ratio", "risk_difference"}
    cause_specific : bool
        True where other events compete and are censored in the hazard ratio.
    before, after : BoardEffect or None
    """

    name: str
    measure: Measure
    cause_specific: bool
    before: BoardEffect | None
    after: BoardEffect | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointBoard:
    """Every endpoint of the study.

    Attributes
    ----------
    endpoints : tuple of BoardEndpoint
        Survival endpoints, then responses, in the order of the study.
    adjustment : {"none", "holm", "hochberg", "benjamini-hochberg"}
    method : str
        The adjustment in words.
    n_tests_before, n_tests_after : int
        p-values that were adjusted together.
    confidence_level : float
    """

    endpoints: tuple[BoardEndpoint, ...]
    adjustment: Literal["none", "holm", "hochberg", "benjamini-hochberg"]
    method: str
    n_tests_before: int
    n_tests_after: int
    confidence_level: float


def endpoint_board(
    before: PopulationOutcomes, after: PopulationOutcomes | None, outcomes: OutcomeSettings, confidence_level: float
) -> EndpointBoard:
    """Put the endpoints of both populations beside each other and adjust their p-values for their number.

    Survival endpoints give the hazard ratio of the marginal Cox model with its Wald test, response endpoints the
    difference of objective response rates with the test that the study names for it. p-values before and after the
    design are adjusted apart: they are two answers to the same questions.

    Parameters
    ----------
    before : PopulationOutcomes
        All patients.
    after : PopulationOutcomes or None
        Those compared by the design; None while there is none.
    outcomes : OutcomeSettings
        How p-values are adjusted.
    confidence_level : float
        Of the intervals.

    Returns
    -------
    EndpointBoard
        Intervals are not adjusted.
    """
    found = {"before": _effects(before), "after": {} if after is None else _effects(after)}
    adjusted = {
        when: adjust_p_values([effect.p_value for effect in effects.values() if effect], outcomes.multiplicity)
        for when, effects in found.items()
    }
    for when, effects in found.items():
        compared = [key for key, effect in effects.items() if effect is not None]
        for key, p_value in zip(compared, adjusted[when].adjusted, strict=True):
            effects[key] = _with_adjusted(effects[key], p_value)
    competing = {item.name for item in outcomes.survival if item.competing is not None}
    return EndpointBoard(
        endpoints=tuple(
            BoardEndpoint(
                name=name,
                measure=measure,
                cause_specific=measure == "hazard_ratio" and name in competing,
                before=effect,
                after=found["after"].get((measure, name)),
            )
            for (measure, name), effect in found["before"].items()
        ),
        adjustment=outcomes.multiplicity,
        method=adjusted["before"].method,
        n_tests_before=adjusted["before"].n_tests,
        n_tests_after=adjusted["after"].n_tests,
        confidence_level=confidence_level,
    )


def _effects(outcomes: PopulationOutcomes) -> dict[tuple[Measure, str], BoardEffect | None]:
    """By measure and name: a survival endpoint and a response may have the same name."""
    found: dict[tuple[Measure, str], BoardEffect | None] = {}
    for survival in outcomes.survival:
        found["hazard_ratio", survival.name] = _survival(survival)
    for response in outcomes.response:
        found["risk_difference", response.name] = _response(response)
    return found


def _survival(outcome: SurvivalOutcome) -> BoardEffect | None:
    compared = outcome.comparison
    if compared is None:
        return None
    ratio = compared.cox
    return BoardEffect(
        n_treated=compared.treated.n,
        n_control=compared.control.n,
        events_treated=compared.treated.n_events,
        events_control=compared.control.n_events,
        estimate=None if ratio is None else ratio.hazard_ratio,
        ci_lower=None if ratio is None else ratio.ci_lower,
        ci_upper=None if ratio is None else ratio.ci_upper,
        p_value=None if ratio is None else ratio.p_value,
        adjusted_p_value=None,
        test=None
        if ratio is None
        else phrase("Wald's in the Cox model, robust")
        if ratio.robust
        else phrase("Wald's in the Cox model"),
    )


def _response(outcome: ResponseOutcome) -> BoardEffect | None:
    compared = outcome.comparison
    if compared is None:
        return None
    arms = (compared.treated, compared.control)
    contrast = compared.objective_response
    difference = contrast.risk_difference
    return BoardEffect(
        n_treated=arms[0].n,
        n_control=arms[1].n,
        events_treated=arms[0].objective_response.count,
        events_control=arms[1].objective_response.count,
        estimate=difference.estimate,
        ci_lower=difference.ci_lower,
        ci_upper=difference.ci_upper,
        p_value=contrast.test.p_value,
        adjusted_p_value=None,
        test=contrast.test.name,
    )


def _with_adjusted(effect: BoardEffect | None, p_value: float | None) -> BoardEffect | None:
    return None if effect is None else replace(effect, adjusted_p_value=p_value)
