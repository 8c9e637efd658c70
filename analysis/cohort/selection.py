"""The patients of a study: who is in, who fell out and why, and every problem on the way at once."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.adverse_events import AdverseEventData, read_adverse_event
from analysis.cohort.arms import Arms, assign_arms
from analysis.cohort.covariates import covariate_values, encode_covariates, strata_of
from analysis.cohort.design_columns import DesignColumns, centre_of, extra_columns, read_design_columns
from analysis.cohort.eligibility import EligibilityStep, eligibility_steps
from analysis.cohort.endpoints import EndpointData, read_endpoint, unknown_notes
from analysis.cohort.findings import Findings
from analysis.cohort.flow import FlowStep, excluded_rows, patient_flow
from analysis.cohort.kept_labels import labels_in
from analysis.cohort.labels import Labels, missing_cells
from analysis.cohort.missing import mark_missing, marked_covariates
from analysis.cohort.observed_dates import dated_endpoints
from analysis.cohort.reading import Cohort
from analysis.cohort.response_time import read_response_time
from analysis.cohort.responses import ResponseData, missing_response_note, read_response
from analysis.cohort.scans import PatientScans, read_scans
from analysis.cohort.subgroup_columns import read_subgroups
from analysis.cohort.unknown_columns import refuse_unknown_columns
from analysis.cohort.uses import uses_of_study
from analysis.contradictions import contradictions
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.settings import StudySettings

__all__ = ["EndpointData", "FlowStep", "ResponseData", "StudyCohort", "find_patients", "select_patients"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyCohort:
    """The eligible patients of the study's two arms whose covariates can be used, and everything known of them.

    Attributes
    ----------
    row : (n, ) array of int
        0-based row of the cohort's table, ascending.
    identifier : (n, ) array of object
        The id column as text, or the 1-based row number as text.
    treated : (n, ) array of bool
        True in the treated arm.
    treated_label, control_label : str
        The arms' labels.
    covariates : pandas.DataFrame
        (n, p), index 0 to n - 1; float64 or Categorical, the reference level first, only levels that occur.
        Complete unless ``incomplete``.
    strata : (n, ) array of int or None
        The exact-matching stratum of each patient; None when there is no exact matching.
    strata_columns : tuple of str
        The columns that form the strata.
    endpoints : tuple of EndpointData
        In the order of the study.
    responses : tuple of ResponseData
        In the order of the study; those that follow from scans are not among them before `study_patients`.
    time_unit : str
        The unit of every time.
    flow : tuple of FlowStep
        Steps ``read``, one a rule of eligibility, and ``complete covariates`` or ``covariates imputed``.
    excluded : pandas.DataFrame
        ``row``, ``identifier``, ``arm`` (None when missing) and ``reason`` of every row left out, by row.
    notes : tuple of Note
        What a reader should know of these patients.
    extra : pandas.DataFrame
        (n, q), columns that are no covariates: those of calipers and classes, complete, and further columns of the
        balance table, with NaN where missing.
    score : (n, ) array of float or None
        The propensity score that the file brings; None where it is estimated.
    centre : pandas.Series or None
        (n, ) categorical; None where the study names no centres.
    subgroups : pandas.DataFrame
        (n, q), the columns by whose levels effects are given: float64 where numbers are cut, else Categorical; missing
        where the file has no value.
    incomplete : bool
        True when the covariates have missing values, to be imputed.
    scans : PatientScans or None
        The patients' scans; None where the study names no file of scans.
    adverse_events : tuple of AdverseEventData
        In the order of the study.
    response_time : (n, ) array of float or None
        Time from the index date to the first response, NaN where there is none; None where neither a column nor a date
        tells it, or the study has no landmark.
    """

    row: NDArray[np.int64]
    identifier: NDArray[np.object_]
    treated: NDArray[np.bool_]
    treated_label: str
    control_label: str
    covariates: pd.DataFrame
    strata: NDArray[np.int64] | None
    strata_columns: tuple[str, ...]
    endpoints: tuple[EndpointData, ...]
    responses: tuple[ResponseData, ...]
    time_unit: str
    flow: tuple[FlowStep, ...]
    excluded: pd.DataFrame
    notes: tuple[Note, ...]
    extra: pd.DataFrame = field(default_factory=pd.DataFrame)
    score: NDArray[np.float64] | None = None
    centre: pd.Series | None = None
    subgroups: pd.DataFrame = field(default_factory=pd.DataFrame)
    incomplete: bool = False
    scans: PatientScans | None = None
    adverse_events: tuple[AdverseEventData, ...] = ()
    response_time: NDArray[np.float64] | None = None


def select_patients(cohort: Cohort, settings: StudySettings) -> StudyCohort:
    """Select the patients a study compares: both arms, eligible, covariates usable, outcomes known or not.

    Patients without a covariate are left out (complete cases) unless the study marks or imputes what is missing.
    A missing outcome leaves nobody out, because the design must not depend on outcomes: the patient is unknown for
    that endpoint only.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings
        The study.

    Returns
    -------
    StudyCohort
        Arms, covariates, strata, endpoints and responses of the same n patients, in the order of the file.

    Raises
    ------
    SettingsError
        When the study file is at fault in anything: a column or label that is not in the file, an outcome used
        as a covariate. Problems of the data found by the way are in the same error.
    CohortInputError
        When only the data are at fault: text among numbers, impossible times, an event coding that can be read
        in two ways, dates before the index date, repeated ids, an arm in which nobody is eligible or has all
        covariates, a constant covariate. All problems at once.
    """
    findings = Findings()
    patients = find_patients(cohort, settings, findings)
    findings.raise_errors()
    if patients is None:
        raise AssertionError("patients are refused with a reason")
    return patients


def find_patients(cohort: Cohort, settings: StudySettings, findings: Findings) -> StudyCohort | None:
    """Select patients as `select_patients` does, but collect the problems instead of raising them.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings
        The study.
    findings : Findings
        Takes every problem.

    Returns
    -------
    StudyCohort or None
        None when there is any error.
    """
    table = cohort.table
    for text in contradictions(settings):
        findings.refuse_study(None, text)
    refuse_unknown_columns(table, uses_of_study(settings), findings)
    identifier = _identifiers(table, settings.cohort.id, findings)
    treatment = settings.treatment
    arms = assign_arms(labels_in(table, treatment.column), treatment, findings) if treatment.column in table else None
    steps = eligibility_steps(table, arms, settings.eligibility, findings)
    rows = arms.studied if arms is not None else np.ones(len(table), dtype=bool)
    if steps:
        rows = rows & steps[-1].eligible
    known = tuple(covariate for covariate in settings.covariates if covariate.column in table)
    values = covariate_values(table, rows, known, findings)
    columns = read_design_columns(table, rows, settings, values, findings)
    endpoints = _endpoints(cohort, rows, settings, findings)
    responses = _responses(table, rows, settings, findings)
    scans = read_scans(cohort, rows, identifier, settings, findings)
    adverse = [read_adverse_event(table, rows, item, findings) for item in settings.outcomes.adverse_events]
    response_time = read_response_time(table, rows, settings, findings)
    needed = _required(values, columns, settings)
    complete = np.ones(int(rows.sum()), dtype=bool)
    for column in needed.values():
        complete &= ~missing_cells(column)
    covariates = _covariates(values, complete, arms.treated[rows] if arms is not None else None, settings, findings)
    extra = extra_columns(columns, complete, findings)
    subgroups = read_subgroups(table, np.flatnonzero(rows)[complete], settings, findings)
    if arms is None or findings.errors:
        return None
    draft = _Draft(
        arms=arms,
        steps=steps,
        rows=rows,
        needed=needed,
        columns=columns,
        extra=extra,
        subgroups=subgroups,
        complete=complete,
        identifier=identifier,
        scans=scans,
        adverse_events=tuple(item for item in adverse if item is not None),
    )
    found = _study_cohort(table, settings, draft, covariates, endpoints, responses, findings)
    return found if response_time is None else replace(found, response_time=response_time[complete])


def _identifiers(table: pd.DataFrame, column: str | None, findings: Findings) -> NDArray[np.object_]:
    if column is None or column not in table:
        return np.arange(1, len(table) + 1).astype(str).astype(object)
    labels = labels_in(table, column)
    counts = labels.counts()
    missing = len(labels) - int(counts.sum())
    if missing:
        cells = phrase("cells is") if missing == 1 else phrase("cells are")
        findings.refuse_data(
            column,
            phrase(
                "{column}: every patient needs an id; {missing:,} of {n:,} {cells} missing. Fill them in.",
                column=column,
                missing=missing,
                n=len(labels),
                cells=cells,
            ),
        )
    repeated = counts[counts > 1]
    if repeated.size:
        ids = phrase("1 id stands") if repeated.size == 1 else phrase("{n:,} ids stand", n=repeated.size)
        findings.refuse_data(
            column,
            phrase(
                "{column}: every id must stand on one row, one row per patient; {ids} on several "
                "rows ({n_rows:,} rows). Keep one row per patient, or choose another id column.",
                column=column,
                ids=ids,
                n_rows=int(repeated.sum()),
            ),
        )
    return labels.texts()


def _required(
    values: dict[str, pd.Series | Labels], columns: DesignColumns, settings: StudySettings
) -> dict[str, pd.Series | Labels]:
    """What a patient cannot be analysed without: the columns of the design, covariates where nothing stands in."""
    needed = values if settings.missing.method == "complete_case" else {}
    return {**needed, **columns.required(settings.missing.method)}


def _endpoints(
    cohort: Cohort, rows: NDArray[np.bool_], settings: StudySettings, findings: Findings
) -> list[EndpointData]:
    table, described = cohort.table, cohort.column_labels
    dated = dated_endpoints(table, rows, settings, findings, described=described)
    zero_times, time_unit = settings.outcomes.zero_times, settings.cohort.time_unit
    found = [
        dated.get(endpoint.name)
        if endpoint.from_dates is not None
        else read_endpoint(table, rows, endpoint, zero_times, findings, time_unit=time_unit, described=described)
        for endpoint in settings.outcomes.survival
        if endpoint.from_dates is not None or (endpoint.time in table and endpoint.event in table)
    ]
    return [endpoint for endpoint in found if endpoint is not None]


def _responses(
    table: pd.DataFrame, rows: NDArray[np.bool_], settings: StudySettings, findings: Findings
) -> list[ResponseData]:
    found = [read_response(table, rows, response, findings) for response in settings.outcomes.response]
    return [response for response in found if response is not None]


def _covariates(
    values: dict[str, pd.Series | Labels],
    complete: NDArray[np.bool_],
    treated: NDArray[np.bool_] | None,
    settings: StudySettings,
    findings: Findings,
) -> pd.DataFrame:
    if treated is not None:
        for role, arm in (("treated", treated), ("control", ~treated)):
            if arm.any() and not (arm & complete).any():
                findings.refuse_data(
                    None,
                    phrase(
                        "The {role} arm must have patients with all covariates, and none of its {n:,} has. "
                        "Remove the covariates that are mostly missing.",
                        role=phrase("treated", "arm") if role == "treated" else phrase("control", "arm"),
                        n=int(arm.sum()),
                    ),
                )
    if not complete.any():
        return pd.DataFrame()
    picked = values if complete.all() else {name: column[complete] for name, column in values.items()}
    if settings.missing.method == "indicator":
        marked = mark_missing(picked, settings.covariates)
        return encode_covariates(marked, marked_covariates(marked, settings.covariates), findings)
    return encode_covariates(picked, settings.covariates, findings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Draft:
    """What is known of the eligible rows of the two arms before those who lack something are left out."""

    arms: Arms
    steps: tuple[EligibilityStep, ...]
    rows: NDArray[np.bool_]
    needed: dict[str, pd.Series | Labels]
    columns: DesignColumns
    extra: pd.DataFrame
    subgroups: pd.DataFrame
    complete: NDArray[np.bool_]
    identifier: NDArray[np.object_]
    scans: PatientScans | None
    adverse_events: tuple[AdverseEventData, ...]


def _study_cohort(
    table: pd.DataFrame,
    settings: StudySettings,
    draft: _Draft,
    covariates: pd.DataFrame,
    endpoints: list[EndpointData],
    responses: list[ResponseData],
    findings: Findings,
) -> StudyCohort:
    arms, complete = draft.arms, draft.complete
    row = np.flatnonzero(draft.rows)[complete]
    incomplete = settings.missing.method == "multiple_imputation" and bool(covariates.isna().to_numpy().any())
    kept_endpoints = tuple(endpoint.of(complete) for endpoint in endpoints)
    unknown_notes(kept_endpoints, findings)
    for response in settings.outcomes.response:
        missing_response_note(table, row, response, findings)
    strata = draft.columns.strata
    score = draft.columns.score
    return StudyCohort(
        row=row.astype(np.int64),
        identifier=draft.identifier[row],
        treated=arms.treated[row],
        treated_label=settings.treatment.treated,
        control_label=settings.treatment.control,
        covariates=covariates,
        strata=_strata_numbers(strata, complete) if strata else None,
        strata_columns=tuple(strata),
        endpoints=kept_endpoints,
        responses=tuple(response.of(complete) for response in responses),
        time_unit=settings.cohort.time_unit,
        flow=patient_flow(arms, draft.steps, row, incomplete=incomplete),
        excluded=excluded_rows(arms, draft.steps, draft.needed, draft.identifier, row),
        notes=tuple(findings.notes),
        extra=draft.extra,
        score=None if score is None else score[complete].to_numpy(dtype=np.float64),
        centre=centre_of(draft.columns, complete),
        subgroups=draft.subgroups,
        incomplete=incomplete,
        scans=None if draft.scans is None else draft.scans.of(complete),
        adverse_events=tuple(replace(item, grade=item.grade[complete]) for item in draft.adverse_events),
    )


def _strata_numbers(strata: dict[str, Labels | pd.Series], complete: NDArray[np.bool_]) -> NDArray[np.int64]:
    picked = {name: column[complete] for name, column in strata.items()}
    return strata_of(
        pd.DataFrame(
            {
                name: column.texts() if isinstance(column, Labels) else column.to_numpy()
                for name, column in picked.items()
            }
        )
    )
