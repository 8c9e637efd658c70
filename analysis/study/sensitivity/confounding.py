"""How strong something unmeasured must be to explain the effects of one population away."""

from dataclasses import dataclass

import numpy as np

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.clustered_rates import ClusteredRates, clustered_rates
from analysis.outcomes.competing import cumulative_incidence
from analysis.outcomes.survival import kaplan_meier
from analysis.phrases import phrase
from analysis.sensitivity.decisive_sets import response_sets, survival_sets
from analysis.sensitivity.e_value import EValue, e_value, e_value_of_rates, outcome_is_rare
from analysis.sensitivity.measured_covariates import CovariateComparison, compare_with_covariates
from analysis.sensitivity.negative_control import NegativeControl, negative_control
from analysis.sensitivity.rosenbaum import RosenbaumBounds, rosenbaum_bounds
from analysis.sensitivity.tipping_point import TippingPoints
from analysis.settings import StudySettings
from analysis.study.cox_tables import cause_specific_note
from analysis.study.endpoint import EndpointRows, endpoint_rows, reasons, survival_endpoint
from analysis.study.populations import PopulationOutcomes
from analysis.study.sensitivity.associations import covariate_associations
from analysis.study.sensitivity.effects import EndpointEffect, endpoint_effects, level_of_tests
from analysis.study.sensitivity.tipping import endpoint_tipping


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointConfounding:
    """One endpoint in one population.

    Attributes
    ----------
    effect : EndpointEffect
    share : float or None
        Of patients with the outcome by the end of follow-up; below 15 % it counts as rare.
    e_value : EValue or None
    covariates : CovariateComparison or None
        The measured covariates beside it, the strongest first; their associations are those before the design.
    rarest : dict of str to int
        Patients of the rarest level of each of these covariates in an arm.
    left_out : tuple of str
        Covariates whose associations no number bounds.
    bounds : RosenbaumBounds or None
        Where patients are compared in disjoint sets.
    tipping : TippingPoints or None
        With the confounder in half of the controls.
    notes : tuple of Note
        Why something is None, and what to mind about what is not.
    """

    effect: EndpointEffect
    share: float | None
    e_value: EValue | None
    covariates: CovariateComparison | None
    rarest: dict[str, int]
    left_out: tuple[str, ...]
    bounds: RosenbaumBounds | None
    tipping: TippingPoints | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyConfounding:
    """Every endpoint of one population, the negative control apart.

    Attributes
    ----------
    endpoints : tuple of EndpointConfounding
        Without the negative control, of which no effect is to be explained away.
    control_effect : EndpointEffect or None
        Of the negative control; None where the study names none.
    negative_control : NegativeControl or None
        Whether the arms differ in it; None also where it could not be compared.
    confidence_level : float
    notes : tuple of Note
        Why the negative control could not be compared.
    """

    endpoints: tuple[EndpointConfounding, ...]
    control_effect: EndpointEffect | None
    negative_control: NegativeControl | None
    confidence_level: float
    notes: tuple[Note, ...]


def study_confounding(
    patients: StudyCohort, design: Design | None, settings: StudySettings, outcomes: PopulationOutcomes
) -> StudyConfounding:
    """Examine every endpoint of a population for what an unmeasured confounder could do to it.

    Parameters
    ----------
    patients : StudyCohort
        The study's patients, nothing of the covariates missing.
    design : Design or None
        None before it.
    settings : StudySettings
        The level of the intervals, and the negative control.
    outcomes : PopulationOutcomes
        What that population gave.

    Returns
    -------
    StudyConfounding
    """
    level, named = settings.confidence.level, settings.outcomes.negative_control
    effects = endpoint_effects(outcomes)
    control = next((item for item in effects if item.endpoint == named), None)
    found: NegativeControl | None = None
    notes: tuple[Note, ...] = ()
    if control is not None:
        try:
            found = negative_control(
                control.endpoint,
                control.effect,
                control.measure,
                standard_error=control.standard_error,
                confidence_level=level,
            )
        except EstimationError as error:
            notes = (*control.notes, *reasons(error))
    return StudyConfounding(
        endpoints=tuple(
            _endpoint(patients, design, item, level) for item in effects if named is None or item.endpoint != named
        ),
        control_effect=control,
        negative_control=found,
        confidence_level=level,
        notes=notes,
    )


def _endpoint(
    patients: StudyCohort, design: Design | None, effect: EndpointEffect, confidence_level: float
) -> EndpointConfounding:
    if effect.effect.estimate is None:
        why = effect.notes or (_no_effect(effect),)
        return EndpointConfounding(
            effect=effect,
            share=None,
            e_value=None,
            covariates=None,
            rarest={},
            left_out=(),
            bounds=None,
            tipping=None,
            notes=why,
        )
    notes: list[Note] = []
    rows = None
    if effect.measure == "hazard_ratio":
        chosen = survival_endpoint(patients, effect.endpoint)
        rows = endpoint_rows(patients, chosen, design)
        notes += cause_specific_note(chosen)
    share = _share(patients, design, effect, rows)
    value = _e_value(patients, design, effect, share, confidence_level, notes)
    measured = covariate_associations(patients, effect.endpoint, effect.measure, rare=outcome_is_rare(share))
    compared = None
    if value is not None and measured.covariates:
        compared = compare_with_covariates(value, measured.covariates)
    bounds = _bounds(patients, design, effect, rows, level_of_tests(confidence_level), notes)
    tipping = _tipping(effect, notes)
    parts = (value, bounds, tipping)
    told = [note for part in parts if part is not None for note in part.notes]
    return EndpointConfounding(
        effect=effect,
        share=share,
        e_value=value,
        covariates=compared,
        rarest=measured.rarest,
        left_out=measured.left_out,
        bounds=bounds,
        tipping=tipping,
        notes=tuple({note.text: note for note in (*notes, *measured.notes, *told)}.values()),
    )


def _no_effect(effect: EndpointEffect) -> Note:
    text = (
        phrase(
            "{endpoint} has no hazard ratio in this population, and nothing is there to be explained away.",
            endpoint=effect.endpoint,
        )
        if effect.measure == "hazard_ratio"
        else phrase(
            "{endpoint} has no difference in response in this population, and nothing is there to be explained away.",
            endpoint=effect.endpoint,
        )
    )
    return Note(code="no_effect_to_explain", text=text)


def _share(patients: StudyCohort, design: Design | None, effect: EndpointEffect, rows: EndpointRows | None) -> float:
    """Patients with the outcome by the end of follow-up; where other events compete, their incidence."""
    if rows is None:
        rates = _rates(patients, design, effect.endpoint)
        share = (rates.treated * effect.size_treated + rates.control * effect.size_control) / (
            effect.size_treated + effect.size_control
        )
        return min(1.0, share)
    if not (rows.cause == 2).any():
        curve = kaplan_meier(rows.time, rows.event, rows.weights)
        return 1.0 - float(curve.survival[-1])
    both = cumulative_incidence(rows.time, rows.cause, rows.treated, weights=rows.weights)
    ends = [float(arm[0].incidence[-1]) for arm in (both.treated, both.control)]
    return float(np.average(ends, weights=[effect.size_treated, effect.size_control]))


def _rates(patients: StudyCohort, design: Design | None, endpoint: str) -> ClusteredRates:
    response = next(item for item in patients.responses if item.name == endpoint)
    rows = response.known if design is None else response.known & (design.weights > 0)
    return clustered_rates(
        response.objective_response[rows],
        patients.treated[rows],
        None if design is None else design.weights[rows],
        None if design is None else design.cluster[rows],
    )


def _e_value(
    patients: StudyCohort,
    design: Design | None,
    effect: EndpointEffect,
    share: float,
    confidence_level: float,
    notes: list[Note],
) -> EValue | None:
    try:
        if effect.measure == "hazard_ratio":
            return e_value(effect.effect, "hazard_ratio", rare=outcome_is_rare(share))
        return e_value_of_rates(
            _rates(patients, design, effect.endpoint), interval=effect.effect, confidence_level=confidence_level
        )
    except EstimationError as error:
        notes += reasons(error)
        return None


def _bounds(
    patients: StudyCohort,
    design: Design | None,
    effect: EndpointEffect,
    rows: EndpointRows | None,
    alpha: float,
    notes: list[Note],
) -> RosenbaumBounds | None:
    why = _without_sets(design)
    if design is None or why is not None:
        notes.append(Note(code="no_disjoint_sets", text=why or ""))
        return None
    try:
        if rows is not None:
            sets = survival_sets(rows.time, rows.event, rows.treated, design.subclass[rows.rows])
        else:
            response = next(item for item in patients.responses if item.name == effect.endpoint)
            kept = response.known & (design.weights > 0)
            sets = response_sets(response.objective_response[kept], patients.treated[kept], design.subclass[kept])
        return rosenbaum_bounds(sets, alpha=alpha)
    except EstimationError as error:
        notes += reasons(error)
        return None


def _without_sets(design: Design | None) -> str | None:
    if design is None:
        return phrase(
            "Bounds for hidden bias compare partners within matched sets that share nobody; before "
            "the design there are none."
        )
    if design.kind == "weighting":
        return phrase(
            "Bounds for hidden bias compare partners within matched sets that share nobody; weighted "
            "patients are in none."
        )
    if design.disjoint_sets:
        return None
    return phrase(
        "Bounds for hidden bias compare partners within matched sets that share nobody; with "
        "replacement a patient is in several."
    )


def _tipping(effect: EndpointEffect, notes: list[Note]) -> TippingPoints | None:
    try:
        return endpoint_tipping(effect)
    except EstimationError as error:
        notes += reasons(error)
        return None
