"""How the hazard goes over follow-up in one population: cumulative hazards, and the hazard ratio smoothed over time."""

from dataclasses import dataclass

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.cumulative_hazard import CumulativeHazard, cumulative_hazard
from analysis.outcomes.smoothed_hazard_ratio import SmoothedHazardRatio, smoothed_hazard_ratio
from analysis.settings import StudySettings
from analysis.study.endpoint import EndpointRows, endpoint_rows, reasons, survival_endpoint


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeHazards:
    """The cumulative hazard of both arms of one endpoint in one population."""

    treated: CumulativeHazard
    control: CumulativeHazard


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HazardShape:
    """The hazard ratio over follow-up, or why it cannot be drawn.

    Attributes
    ----------
    endpoint : str
    smooth : SmoothedHazardRatio or None
    notes : tuple of Note
    """

    endpoint: str
    smooth: SmoothedHazardRatio | None
    notes: tuple[Note, ...]


def hazard_shape(patients: StudyCohort, design: Design | None, settings: StudySettings, name: str) -> HazardShape:
    """Smooth the log hazard ratio of an endpoint over follow-up.

    Parameters
    ----------
    patients : StudyCohort
        The study's patients.
    design : Design or None
        None for all patients before the design.
    settings : StudySettings
        The level of the band.
    name : str
        A survival endpoint.

    Returns
    -------
    HazardShape
        Without a smooth where events are too few, with the reason.
    """
    found = endpoint_rows(patients, survival_endpoint(patients, name), design)
    try:
        smooth = smoothed_hazard_ratio(
            found.time,
            found.event,
            found.treated,
            weights=found.weights,
            cluster=found.cluster,
            confidence_level=settings.confidence.level,
        )
    except EstimationError as error:
        return HazardShape(endpoint=name, smooth=None, notes=reasons(error))
    return HazardShape(endpoint=name, smooth=smooth, notes=())


def cumulative_hazards(
    patients: StudyCohort, design: Design | None, settings: StudySettings, name: str
) -> CumulativeHazards:
    """Estimate the cumulative hazard of an endpoint in both arms.

    Parameters
    ----------
    patients, design, settings, name
        As in `hazard_shape`.

    Returns
    -------
    CumulativeHazards

    Raises
    ------
    EstimationError
        An arm is empty.
    """
    found = endpoint_rows(patients, survival_endpoint(patients, name), design)
    level = settings.confidence.level
    return CumulativeHazards(treated=_of_arm(found, True, level), control=_of_arm(found, False, level))


def _of_arm(found: EndpointRows, treated: bool, level: float) -> CumulativeHazard:
    members = found.treated == treated
    return cumulative_hazard(
        found.time[members],
        found.event[members],
        weights=None if found.weights is None else found.weights[members],
        cluster=None if found.cluster is None else found.cluster[members],
        confidence_level=level,
    )
