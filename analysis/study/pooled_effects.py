"""What a study tells beyond its endpoints' ratios and rates, pooled over the imputed sets by Rubin's rules."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.notes import Note
from analysis.outcomes.pooling import PooledEstimate, PooledTest, pool_estimates, pool_tests
from analysis.phrases import phrase
from analysis.settings import StudySettings
from analysis.study.imputed import ImputedStudy, patients_of_set
from analysis.study.set_effects import (
    MEASURE_NAMES,
    Effects,
    Measure,
    Place,
    SetEffect,
    adverse_event_effects,
    competing_effects,
    cox_effects,
    landmark_effects,
    milestone_effects,
    subgroup_effects,
)
from analysis.study.subgroups import Subgroup, compare_subgroups, subgroup_endpoints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledEffect:
    """One effect, treated versus control, over all imputed sets."""

    place: Place
    estimate: PooledEstimate


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledInteraction:
    """Whether an endpoint's effect differs between the levels of a subgroup, over all imputed sets."""

    endpoint: str
    variable: str
    test: PooledTest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledEffects:
    """Every such effect of one population.

    Attributes
    ----------
    effects : tuple of PooledEffect
        Those that every set gives.
    interactions : tuple of PooledInteraction
    notes : tuple of (str or None, Note)
        By endpoint, what is not pooled, and why.
    """

    effects: tuple[PooledEffect, ...]
    interactions: tuple[PooledInteraction, ...]
    notes: tuple[tuple[str | None, Note], ...]


def pool_effects(
    patients: StudyCohort, imputation: ImputedStudy, settings: StudySettings
) -> tuple[PooledEffects, PooledEffects]:
    """Estimate every effect in each imputed set and pool it, before the design and after it.

    Milestone differences, cause-specific and Fine–Gray ratios, differences in incidence, the ratio from a landmark, the
    effect in each subgroup with its test of interaction, the rows of Cox tables, and differences in adverse events.
    Medians are not pooled: their differences have percentile limits and no variance. Tests of ranks (log-rank, Gray) and
    exact tests are not either, as they test what a pooled effect with its p-value says.

    Parameters
    ----------
    patients : StudyCohort
        As the shown set completes them.
    imputation : ImputedStudy
        With the design of every set.
    settings : StudySettings
        The study.

    Returns
    -------
    (PooledEffects, PooledEffects)
        Before and after. Ratios are pooled as logarithms; after the design variances are over its clusters. The
        complete data would have one degree of freedom less than there are clusters, for ratios one less than events if
        that is fewer, and as many less again as a Cox model has further coefficients; infinitely many before the
        design but in Cox tables, whose covariates are imputed.
    """
    completed = [patients_of_set(patients, imputation.sets, int(number)) for number in imputation.number]
    before = _pooled([(one, None) for one in completed], settings)
    return before, _pooled(list(zip(completed, imputation.designs, strict=True)), settings)


_Case = tuple[StudyCohort, Design | None]

_EFFECTS: tuple[Callable[[StudyCohort, Design | None, StudySettings], Effects], ...] = (
    milestone_effects,
    competing_effects,
    landmark_effects,
    subgroup_effects,
    cox_effects,
    adverse_event_effects,
)


def _pooled(cases: Sequence[_Case], settings: StudySettings) -> PooledEffects:
    effects: list[PooledEffect] = []
    notes: list[tuple[str | None, Note]] = []
    for make in _EFFECTS:
        sets = [dict(make(*case, settings)) for case in _different(cases, make)]
        sets *= len(cases) // len(sets)
        lacking: dict[tuple[str | None, Measure], int] = {}
        for place in dict.fromkeys(place for found in sets for place in found):
            found = [one[place] for one in sets if place in one]
            if len(found) < len(sets):
                key = (place.endpoint, place.measure)
                lacking[key] = max(lacking.get(key, 0), len(sets) - len(found))
                continue
            effects.append(PooledEffect(place=place, estimate=_one(found, settings.confidence.level)))
        notes += [(key[0], _not_pooled(key, count, len(sets))) for key, count in lacking.items()]
    return PooledEffects(effects=tuple(effects), interactions=tuple(_interactions(cases, settings)), notes=tuple(notes))


def _different(cases: Sequence[_Case], make: Callable[..., Effects]) -> Sequence[_Case]:
    """One set stands for all where nothing imputed plays a part: all patients, but not in Cox tables."""
    return cases[:1] if cases[0][1] is None and make is not cox_effects else cases


def _one(found: Sequence[SetEffect], level: float) -> PooledEstimate:
    degrees = [one.degrees for one in found if one.degrees is not None]
    scale = found[0].scale
    return pool_estimates(
        [one.value for one in found],
        [one.variance for one in found],
        scale=scale,
        complete_degrees_of_freedom=max(1.0, math.fsum(degrees) / len(degrees)) if degrees else None,
        bounds=(-1.0, 1.0) if scale == "identity" else None,
        confidence_level=level,
    )


def _not_pooled(key: tuple[str | None, Measure], lacking: int, n_sets: int) -> Note:
    name, measure = key
    text = phrase(
        "{name}: some estimates ({measure}) are not pooled, as up to {lacking} of {n_sets} "
        "imputed sets do not give them, and leaving those out would bias them.",
        name=name or phrase("Adverse events"),
        measure=MEASURE_NAMES[measure],
        lacking=lacking,
        n_sets=n_sets,
    )
    return Note(code="not_pooled", text=text)


def _interactions(cases: Sequence[_Case], settings: StudySettings) -> Iterator[PooledInteraction]:
    patients = cases[0][0]
    names = subgroup_endpoints(patients) if settings.outcomes.subgroups else ()
    different = _different(cases, subgroup_effects)
    for name, measure in names:
        sets = [compare_subgroups(*case, settings, name, measure).subgroups for case in different]
        for place, column in enumerate(settings.outcomes.subgroups):
            items = [found[place] for found in sets]
            contrasts = [found for found in map(_contrast, items) if found is not None]
            if len(contrasts) == len(items) and len({_labels(item) for item in items}) == 1:
                times = len(cases) // len(contrasts)
                values, covariances = zip(*contrasts * times, strict=True)
                test = pool_tests(values, covariances)
                yield PooledInteraction(endpoint=name, variable=column.column, test=test)


def _contrast(subgroup: Subgroup) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """What a test of interaction is of; None where a level takes no part, as it could be another one in another set."""
    test = None if subgroup.effects is None else subgroup.effects.interaction
    if test is None or test.contrast is None or test.covariance is None:
        return None
    if test.contrast.size != len(_labels(subgroup)) - 1:
        return None
    return test.contrast, test.covariance


def _labels(subgroup: Subgroup) -> tuple[str, ...]:
    levels = () if subgroup.effects is None else subgroup.effects.levels
    return tuple(level.label for level in levels if level.effect.estimate is not None)
