"""When patients respond and for how long: the course of every patient, time to response and duration of response."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.cohort.time_units import convert_times
from analysis.design.design import Design
from analysis.outcomes.lesions import Criterion, LesionResponse
from analysis.outcomes.response_times import (
    ResponseDuration,
    TimeToResponse,
    duration_of_response,
    time_to_response,
)
from analysis.settings import StudySettings, SurvivalEndpoint
from analysis.study.patients import judged_scans

PROGRESSION_FREE = ("pfs", "progression-free survival", "progression free survival")
OVERALL = ("os", "overall survival")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatientCourses:
    """The course of every patient of a population, for a swimmer plot; times in ``time_unit``, NaN where there is none.

    Attributes
    ----------
    row : (n,) int64
        Places among the study's patients.
    treated : (n,) bool
    followed : (n,) float64
        The longest time of which anything is known.
    died : (n,) bool
        Whether the course ends with death, as far as overall survival is an endpoint.
    response, progression : (n,) float64
        First scan with the (confirmed) response, and with progression.
    response_end : (n,) float64
        End of a response: progression, death, or the last assessment.
    category : (n,) of str
    subclass : (n,) int64
        Matched set, −1 in none.
    """

    row: NDArray[np.int64]
    treated: NDArray[np.bool_]
    followed: NDArray[np.float64]
    died: NDArray[np.bool_]
    response: NDArray[np.float64]
    progression: NDArray[np.float64]
    response_end: NDArray[np.float64]
    category: NDArray[np.object_]
    subclass: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponsesOverTime:
    """Response by one criterion over time, in one population.

    Attributes
    ----------
    criterion : {"RECIST 1.1", "mRECIST"}
    ends_with : str or None
        The survival endpoint whose events end a response beside progression on a scan; None for scans alone.
    courses : PatientCourses
    time_to_response : TimeToResponse
    duration : ResponseDuration
    time_unit : str
    """

    criterion: Criterion
    ends_with: str | None
    courses: PatientCourses
    time_to_response: TimeToResponse
    duration: ResponseDuration
    time_unit: str


def timed_criteria(patients: StudyCohort) -> tuple[Criterion, ...]:
    """The criteria by which the patients' scans can be judged; none without scans."""
    scans = patients.scans
    if scans is None:
        return ()
    sums: dict[Criterion, object] = {"mRECIST": scans.viable_mm, "RECIST 1.1": scans.sum_mm}
    return tuple(criterion for criterion, given in sums.items() if given is not None)


def ending_endpoint(settings: StudySettings) -> str | None:
    """The survival endpoint that ends a response unless another is chosen: progression-free, else overall survival."""
    for names, kind in ((PROGRESSION_FREE, "pfs"), (OVERALL, "os")):
        for item in settings.outcomes.survival:
            if _is(item, names, kind):
                return item.name
    return None


def _is(item: SurvivalEndpoint, names: tuple[str, ...], kind: str) -> bool:
    return item.from_dates == kind or (item.from_dates is None and item.name.casefold() in names)


def responses_over_time(
    patients: StudyCohort,
    design: Design | None,
    settings: StudySettings,
    criterion: Criterion,
    ends_with: str | None,
) -> ResponsesOverTime | None:
    """Follow a response from the scan that first showed it to progression or death.

    A response ends with progression on a scan by the same criterion, or with the event of ``ends_with``, whichever
    comes first; without either it is censored at the last scan that could be assessed.

    Parameters
    ----------
    patients : StudyCohort
        With their scans.
    design : Design or None
        None for all patients, else those whom it compares, with its weights and clusters.
    settings : StudySettings
        The time unit and the intervals.
    criterion : {"RECIST 1.1", "mRECIST"}
        By which the scans are judged.
    ends_with : str or None
        A survival endpoint, such as progression-free survival, that knows of deaths; None for scans alone, which
        censor a patient who died.

    Returns
    -------
    ResponsesOverTime or None
        None where the study has no scans of this criterion.

    Raises
    ------
    EstimationError
        When times contradict each other, such as a response after the event that ends it.
    """
    judged = None if patients.scans is None else judged_scans(patients, patients.scans, criterion)
    if judged is None:
        return None
    rows = np.arange(patients.treated.size) if design is None else np.flatnonzero(design.weights > 0)
    unit = settings.cohort.time_unit
    days = (judged.response_day, judged.progression_day, judged.last_assessment_day)
    response, progression, assessed = (convert_times(times[rows], "days", unit) for times in days)
    end, event = _ends(patients, rows, progression, np.fmax(assessed, response), ends_with)
    options = {
        "weights": None if design is None else design.weights[rows],
        "cluster": None if design is None else design.cluster[rows],
    }
    treated = patients.treated[rows]
    return ResponsesOverTime(
        criterion=criterion,
        ends_with=ends_with,
        courses=_courses(patients, rows, settings, judged, response, progression, end, design),
        time_to_response=time_to_response(response, end, event, treated, weights=options["weights"]),
        duration=duration_of_response(
            response,
            end,
            event,
            treated,
            **options,
            confidence_level=settings.confidence.level,
            confidence_interval=settings.confidence.survival,
        ),
        time_unit=unit,
    )


def _ends(
    patients: StudyCohort,
    rows: NDArray[np.int64],
    progression: NDArray[np.float64],
    assessed: NDArray[np.float64],
    ends_with: str | None,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The earliest event of each patient, or the last assessment; 0 for a patient who was never assessed."""
    earliest = progression.copy()
    endpoint = next((item for item in patients.endpoints if item.name == ends_with), None)
    if endpoint is not None:
        happened = (endpoint.event & endpoint.known)[rows]
        earliest = np.fmin(earliest, np.where(happened, endpoint.time[rows], np.nan))
    event = ~np.isnan(earliest)
    return np.where(event, earliest, np.maximum(np.nan_to_num(assessed), 0.0)), event


def _courses(
    patients: StudyCohort,
    rows: NDArray[np.int64],
    settings: StudySettings,
    judged: LesionResponse,
    response: NDArray[np.float64],
    progression: NDArray[np.float64],
    end: NDArray[np.float64],
    design: Design | None,
) -> PatientCourses:
    followed, died = end.copy(), np.zeros(rows.size, dtype=bool)
    overall = {item.name for item in settings.outcomes.survival if _is(item, OVERALL, "os")}
    for item in patients.endpoints:
        time = np.where(item.known, item.time, np.nan)[rows]
        followed = np.fmax(followed, time)
        if item.name in overall:
            died |= (item.event & item.known)[rows]
    return PatientCourses(
        row=rows.astype(np.int64),
        treated=patients.treated[rows],
        followed=followed,
        died=died,
        response=response,
        progression=progression,
        response_end=np.where(np.isnan(response), np.nan, end),
        category=judged.best_response[rows],
        subclass=np.full(rows.size, -1) if design is None else design.subclass[rows].astype(np.int64),
    )
