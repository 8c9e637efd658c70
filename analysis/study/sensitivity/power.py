"""What one population could have shown of every endpoint, and what its interval leaves open."""

from dataclasses import dataclass

import numpy as np

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.rate_contrast import complete_pairs
from analysis.sensitivity.power import (
    POWERS,
    DetectableEffect,
    NotExcluded,
    detectable_from_error,
    detectable_hazard_ratio,
    detectable_paired_difference,
    detectable_rate_difference,
    what_is_not_excluded,
)
from analysis.settings import StudySettings
from analysis.study.endpoint import reasons
from analysis.study.populations import PopulationOutcomes
from analysis.study.sensitivity.effects import EndpointEffect, endpoint_effects, level_of_tests

SAME_WEIGHT = 1e-9
"""Effective numbers this close to the counted ones, relatively, say that nobody weighs more than another."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointPower:
    """One endpoint in one population.

    Attributes
    ----------
    effect : EndpointEffect
    detectable : tuple of DetectableEffect
        With each customary power, from the precision of the analysis itself: of a hazard ratio its error, of a rate
        difference the arms' sizes or, in pairs, the discordant ones.
    from_events : tuple of DetectableEffect
        With each power, from the number of events alone; empty for rates and where patients weigh differently.
    not_excluded : NotExcluded or None
        What the interval leaves open.
    notes : tuple of Note
    """

    effect: EndpointEffect
    detectable: tuple[DetectableEffect, ...]
    from_events: tuple[DetectableEffect, ...]
    not_excluded: NotExcluded | None
    notes: tuple[Note, ...]


def study_power(
    patients: StudyCohort, design: Design | None, settings: StudySettings, outcomes: PopulationOutcomes
) -> tuple[EndpointPower, ...]:
    """Find what these patients could have shown of every endpoint, the negative control among them.

    Parameters
    ----------
    patients : StudyCohort
    design : Design or None
        None before it.
    settings : StudySettings
        The level of the intervals, from which the level of significance follows.
    outcomes : PopulationOutcomes
        What that population gave.

    Returns
    -------
    tuple of EndpointPower
        Survival endpoints, then responses.
    """
    return tuple(
        _endpoint(patients, design, effect, settings.confidence.level) for effect in endpoint_effects(outcomes)
    )


def _endpoint(
    patients: StudyCohort, design: Design | None, effect: EndpointEffect, confidence_level: float
) -> EndpointPower:
    notes: list[Note] = list(effect.notes)
    detectable: tuple[DetectableEffect, ...] = ()
    from_events: tuple[DetectableEffect, ...] = ()
    not_excluded, alpha = None, level_of_tests(confidence_level)
    if effect.n_treated and effect.n_control:
        detectable = _each_power(effect, patients, design, alpha, notes)
        from_events = _from_events(effect, design, alpha, notes)
        try:
            measure = "ratio" if effect.measure == "hazard_ratio" else "difference"
            not_excluded = what_is_not_excluded(
                effect.effect, "ratio" if measure == "ratio" else "difference", confidence_level
            )
        except EstimationError as error:
            notes += reasons(error)
    told = [note for item in (*detectable, *from_events) for note in item.notes]
    return EndpointPower(
        effect=effect,
        detectable=detectable,
        from_events=from_events,
        not_excluded=not_excluded,
        notes=tuple({note.text: note for note in (*notes, *told)}.values()),
    )


def _each_power(
    effect: EndpointEffect, patients: StudyCohort, design: Design | None, alpha: float, notes: list[Note]
) -> tuple[DetectableEffect, ...]:
    try:
        if effect.measure == "hazard_ratio":
            error = effect.standard_error
            if error is None:
                return ()
            return tuple(detectable_from_error(error, power=power, alpha=alpha) for power in POWERS)
        return _rates(effect, patients, design, alpha)
    except EstimationError as error_found:
        notes += reasons(error_found)
        return ()


def _rates(
    effect: EndpointEffect, patients: StudyCohort, design: Design | None, alpha: float
) -> tuple[DetectableEffect, ...]:
    response = next(item for item in patients.responses if item.name == effect.endpoint)
    if design is not None and design.pairs and design.plain_tests:
        kept = response.known & (design.weights > 0)
        outcome = response.objective_response[kept]
        pairs = complete_pairs(patients.treated[kept], design.subclass[kept])
        n_pairs = int(pairs.treated_row.size)
        discordant = int(np.count_nonzero(outcome[pairs.treated_row] != outcome[pairs.control_row]))
        share = discordant / n_pairs if n_pairs else 0.0
        rate = float(outcome[pairs.control_row].mean()) if n_pairs else 0.0
        return tuple(
            detectable_paired_difference(share, n_pairs, control_rate=rate, power=power, alpha=alpha)
            for power in POWERS
        )
    rows = response.known & ~patients.treated
    weights = rows.astype(np.float64) if design is None else np.where(rows, design.weights, 0.0)
    control_rate = float(weights @ response.objective_response / weights.sum())
    return tuple(
        detectable_rate_difference(
            min(1.0, control_rate), effect.size_treated, effect.size_control, power=power, alpha=alpha
        )
        for power in POWERS
    )


def _from_events(
    effect: EndpointEffect, design: Design | None, alpha: float, notes: list[Note]
) -> tuple[DetectableEffect, ...]:
    counted, sizes = (effect.n_treated, effect.n_control), (effect.size_treated, effect.size_control)
    if effect.measure != "hazard_ratio" or not np.allclose(counted, sizes, rtol=SAME_WEIGHT, atol=0.0):
        return ()
    share = effect.n_treated / sum(counted)
    in_sets = design is not None and design.disjoint_sets
    try:
        return tuple(
            detectable_hazard_ratio(effect.n_events, share_treated=share, pairs=in_sets, power=power, alpha=alpha)
            for power in POWERS
        )
    except EstimationError as error:
        notes += reasons(error)
        return ()
