"""The patients of a study with every response, those included that follow from scans."""

from dataclasses import replace

import numpy as np

from analysis.cohort.reading import Cohort
from analysis.cohort.responses import ResponseData, ResponseDays
from analysis.cohort.scans import PatientScans
from analysis.cohort.selection import StudyCohort, select_patients
from analysis.notes import Note
from analysis.outcomes.lesions import Criterion, LesionResponse, lesion_response
from analysis.phrases import phrase
from analysis.settings import ResponseEndpoint, StudySettings

CRITERIA: dict[str, Criterion] = {"recist": "RECIST 1.1", "mrecist": "mRECIST"}
"""The kernel's word for a criterion of the study file."""


def study_patients(cohort: Cohort, settings: StudySettings) -> StudyCohort:
    """Select the patients a study compares, and tell the best responses that follow from their scans.

    Parameters
    ----------
    cohort : Cohort
        The file as read, with the file of scans where the study has one.
    settings : StudySettings
        The study.

    Returns
    -------
    StudyCohort
        As `select_patients` gives it, with every response in the order of the study.

    Raises
    ------
    SettingsError, CohortInputError
        As `select_patients`.
    """
    patients = select_patients(cohort, settings)
    if patients.scans is None:
        return patients
    read: dict[str, ResponseData] = {item.name: item for item in patients.responses}
    notes = list(patients.notes)
    for endpoint in settings.outcomes.response:
        if endpoint.scans is not None:
            judged = judged_scans(patients, patients.scans, CRITERIA[endpoint.scans])
            if judged is not None:
                read[endpoint.name] = _response(endpoint, judged)
                notes += [
                    Note(code=note.code, text=phrase("{endpoint}: {text}", endpoint=endpoint.name, text=note.text))
                    for note in judged.notes
                ]
    found = [read[item.name] for item in settings.outcomes.response if item.name in read]
    return replace(patients, responses=tuple(found), notes=tuple(notes))


def judged_scans(patients: StudyCohort, scans: PatientScans, criterion: Criterion) -> LesionResponse | None:
    """Judge every scan and every patient by a criterion; None where the scans lack its column.

    Parameters
    ----------
    patients : StudyCohort
        Who is studied.
    scans : PatientScans
        Their scans.
    criterion : {"RECIST 1.1", "mRECIST"}
        RECIST 1.1 reads the sums of diameters, mRECIST those of the viable parts.
    """
    sums = scans.viable_mm if criterion == "mRECIST" else scans.sum_mm
    if sums is None:
        return None
    return lesion_response(
        scans.patient,
        scans.day,
        sums,
        scans.new_lesion,
        n=patients.treated.size,
        criterion=criterion,
        non_target=scans.non_target,
        confirmed=scans.confirmed,
    )


def _response(endpoint: ResponseEndpoint, judged: LesionResponse) -> ResponseData:
    category = judged.best_response
    return ResponseData(
        name=endpoint.name,
        category=category,
        objective_response=np.isin(category.astype(str), ("CR", "PR")),
        disease_control=np.isin(category.astype(str), ("CR", "PR", "SD")),
        known=np.ones(category.size, dtype=bool),
        change=judged.best_change_percent,
        days=ResponseDays(
            response=judged.response_day,
            progression=judged.progression_day,
            last_assessment=judged.last_assessment_day,
        ),
    )
