"""Survival of responders and the others from a landmark on, in one population."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.responses import ResponseData
from analysis.cohort.selection import StudyCohort
from analysis.cohort.time_units import convert_times
from analysis.design.design import Design
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.landmark import Landmark, landmark
from analysis.outcomes.survival_comparison import IN_ARM, THE_ARM, SurvivalComparison, compare_survival
from analysis.phrases import exchanged, phrase
from analysis.settings import LandmarkSettings, StudySettings
from analysis.study.endpoint import endpoint_rows, survival_endpoint

Who = Literal["both", "treated", "control"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LandmarkComparison:
    """Responders by the landmark versus the others who reached it.

    Attributes
    ----------
    endpoint, response : str
    who : {"both", "treated", "control"}
        Whose patients.
    kept : Landmark
        Who was left at the landmark, and how many were not.
    comparison : SurvivalComparison
        From the landmark on; ``treated`` are those who had responded by then, ``control`` the others.
    n_undated : int
        Responders left out because nothing tells when they responded.
    notes : tuple of Note
    """

    endpoint: str
    response: str
    who: Who
    kept: Landmark
    comparison: SurvivalComparison
    n_undated: int
    method: str
    notes: tuple[Note, ...]


def compare_from_landmark(
    patients: StudyCohort, design: Design | None, settings: StudySettings, name: str, who: Who = "both"
) -> LandmarkComparison:
    """Compare responders with the others from the study's landmark on.

    Parameters
    ----------
    patients : StudyCohort
        The study's patients.
    design : Design or None
        None for all patients before the design; its weights are kept, and variances are over its clusters.
    settings : StudySettings
        The landmark, its response, and how curves are compared.
    name : str
        A survival endpoint; its clock starts again at the landmark.
    who : {"both", "treated", "control"}
        Patients of both arms, or of one.

    Returns
    -------
    LandmarkComparison

    Raises
    ------
    EstimationError
        Too few patients reach the landmark, all of them are of one group, or other events compete with the endpoint.
    SettingsError
        The study has no landmark, no such endpoint or response, or nothing tells when patients responded.
    """
    asked = settings.outcomes.landmark
    if asked is None:
        raise SettingsError(
            phrase("A landmark analysis needs a landmark and a response; the study names none. Choose both.")
        )
    response = _response(patients, asked)
    first = _first_response(patients, response, asked)
    undated = response.objective_response & np.isnan(first)
    among = response.known & ~undated
    if who != "both":
        among = among & (patients.treated == (who == "treated"))
    endpoint = survival_endpoint(patients, name)
    if endpoint.competing is not None:
        raise EstimationError(
            phrase(
                "{name}: a landmark analysis draws survival curves, and other events compete with "
                "this endpoint. Choose an endpoint without competing events.",
                name=name,
            )
        )
    found = endpoint_rows(patients, endpoint, design, among)
    if found.rows.size == 0:
        raise EstimationError(
            phrase("A landmark analysis needs patients with a known endpoint; none is left. Choose others.")
        )
    kept = landmark(found.time, found.event, first[found.rows], asked.time)
    comparison = compare_survival(
        kept.time,
        kept.event,
        kept.known,
        weights=None if found.weights is None else found.weights[kept.rows],
        cluster=None if found.cluster is None else found.cluster[kept.rows],
        stratify=False,
        unweighted_tests=design is None or design.plain_tests,
        confidence_level=settings.confidence.level,
        confidence_interval=settings.confidence.survival,
    )
    n_undated = int(undated[_compared(patients, design, who)].sum())
    return LandmarkComparison(
        endpoint=name,
        response=asked.response,
        who=who,
        kept=kept,
        comparison=comparison,
        n_undated=n_undated,
        method=phrase(
            "{method}: {n_responded} who had responded by then and {n_others} who had not",
            method=kept.method,
            n_responded=kept.n_known,
            n_others=kept.n - kept.n_known,
        ),
        notes=(*kept.notes, *_undated_note(n_undated, asked.response), *map(_of_groups, comparison.notes)),
    )


def _of_groups(note: Note) -> Note:
    """A note on two arms as one on those who had responded and the others."""
    of_groups = (phrase("of those who had responded"), phrase("of those who had not"))
    groups = (phrase("those who had responded"), phrase("those who had not"))
    parts = dict(zip((*IN_ARM, *THE_ARM), (*of_groups, *groups), strict=True))
    return Note(code=note.code, text=exchanged(note.text, parts))


def _response(patients: StudyCohort, asked: LandmarkSettings) -> ResponseData:
    for item in patients.responses:
        if item.name == asked.response:
            return item
    names = ", ".join(item.name for item in patients.responses)
    raise SettingsError(
        phrase(
            "The response of a landmark must be one of the study: {names}. “{response}” is not.",
            names=names or phrase("it has none"),
            response=asked.response,
        )
    )


def _first_response(patients: StudyCohort, response: ResponseData, asked: LandmarkSettings) -> NDArray[np.float64]:
    """Time of the first response of each responder, NaN for everyone else; scans tell it where no column does."""
    time = patients.response_time
    if (time is None or asked.at is None) and response.days is not None:
        time = convert_times(response.days.response, "days", patients.time_unit)  # type: ignore[arg-type]  # as settings
    if time is None:
        raise SettingsError(
            phrase(
                "A landmark analysis needs the time at which “{response}” was first seen; nothing "
                "tells it. Name its column, or the date of response.",
                response=asked.response,
            )
        )
    return np.where(response.objective_response, time, np.nan)


def _compared(patients: StudyCohort, design: Design | None, who: Who) -> NDArray[np.bool_]:
    everyone = np.ones(patients.treated.size, dtype=np.bool_) if design is None else design.weights > 0
    return everyone if who == "both" else everyone & (patients.treated == (who == "treated"))


def _undated_note(n_undated: int, response: str) -> tuple[Note, ...]:
    if n_undated == 0:
        return ()
    text = (
        phrase("1 responder has no time of response by {response} and is left out.", response=response)
        if n_undated == 1
        else phrase(
            "{n:,} responders have no time of response by {response} and are left out.", n=n_undated, response=response
        )
    )
    return (Note(code="undated_responders", text=text),)
