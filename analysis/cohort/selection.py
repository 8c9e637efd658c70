"""The patients of a study: who is in, who fell out and why, and every problem on the way at once."""

import difflib
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.arms import Arms, assign_arms
from analysis.cohort.covariates import covariate_values, encode_covariates, strata_of
from analysis.cohort.endpoints import EndpointData, read_endpoint, unknown_note
from analysis.cohort.findings import Findings
from analysis.cohort.labels import as_labels
from analysis.cohort.reading import Cohort
from analysis.cohort.responses import ResponseData, missing_response_note, read_response
from analysis.contradictions import contradictions
from analysis.notes import Note
from analysis.settings import StudySettings

__all__ = ["EndpointData", "FlowStep", "ResponseData", "StudyCohort", "find_patients", "select_patients"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStep:
    """Patients per arm after one step from the file to the analysis.

    Attributes
    ----------
    step : str
        ``read``, an eligibility rule in words, ``complete covariates`` or ``covariates imputed``, ``matched``.
    kind : {"read", "eligibility", "complete", "matched"}
        What kind of step it is, whatever its words.
    treated, control : int
        Patients of the study's arms.
    other : int
        Rows of other arms, or without an arm.
    """

    step: str
    kind: Literal["read", "eligibility", "complete", "matched"]
    treated: int
    control: int
    other: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyCohort:
    """The patients in the study's two arms with complete covariates, and everything known of them.

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
    strata : (n, ) array of int or None
        The exact-matching stratum of each patient; None when there is no exact matching.
    strata_columns : tuple of str
        The columns that form the strata.
    endpoints : tuple of EndpointData
        In the order of the study.
    responses : tuple of ResponseData
        In the order of the study.
    time_unit : str
        The unit of every time.
    flow : tuple of FlowStep
        Steps ``read`` and ``complete covariates``.
    excluded : pandas.DataFrame
        ``row``, ``identifier``, ``arm`` (None when missing) and ``reason`` of every row left out, by row.
    notes : tuple of Note
        What a reader should know of these patients.
    incomplete : bool
        True when the covariates have missing values, to be imputed.
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
    incomplete: bool = False


def select_patients(cohort: Cohort, settings: StudySettings) -> StudyCohort:
    """Select the patients a study compares: both arms, complete covariates, outcomes known or not.

    Patients without a covariate are left out (complete cases). A missing outcome leaves nobody out, because
    the design must not depend on outcomes: the patient is unknown for that endpoint only.

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
        in two ways, repeated ids, an arm without patients, a constant covariate. All problems at once.
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
    _refuse_unknown_columns(table, settings, findings)
    identifier = _identifiers(table, settings.cohort.id, findings)
    treatment = settings.treatment
    arms = assign_arms(table[treatment.column], treatment, findings) if treatment.column in table else None
    rows = arms.studied if arms is not None else np.ones(len(table), dtype=bool)
    values = _complete_columns(table, rows, settings, findings)
    endpoints = _endpoints(table, rows, settings, findings)
    responses = _responses(table, rows, settings, findings)
    complete = np.ones(int(rows.sum()), dtype=bool)
    for column in values.values():
        complete &= column.notna().to_numpy()
    covariates = _covariates(values, complete, arms, settings, findings)
    if arms is None or findings.errors:
        return None
    draft = _Draft(arms=arms, values=values, complete=complete, identifier=identifier)
    return _study_cohort(table, settings, draft, covariates, endpoints, responses, findings)


def _refuse_unknown_columns(table: pd.DataFrame, settings: StudySettings, findings: Findings) -> None:
    for column, use in _uses(settings).items():
        if column in table:
            continue
        close = difflib.get_close_matches(column.casefold(), [str(name).casefold() for name in table], n=1, cutoff=0.75)
        meant = next((str(name) for name in table if close and str(name).casefold() == close[0]), None)
        hint = f"Is “{meant}” meant?" if meant is not None else "Name a column as the file's header has it."
        findings.refuse_study(
            column, f"“{column}” ({use}) must be a column of the file, and there is none of that name. {hint}"
        )


def _uses(settings: StudySettings) -> dict[str, str]:
    """Every column the study names, and what for."""
    uses: dict[str, str] = {}
    if settings.cohort.id is not None:
        uses[settings.cohort.id] = "cohort.id"
    uses.setdefault(settings.treatment.column, "treatment.column")
    for covariate in settings.covariates:
        uses.setdefault(covariate.column, "covariates")
    for column in settings.matching.exact:
        uses.setdefault(column, "matching.exact")
    for endpoint in settings.outcomes.survival:
        if endpoint.time is not None:
            uses.setdefault(endpoint.time, f"time of {endpoint.name}")
        if endpoint.event is not None:
            uses.setdefault(endpoint.event, f"event of {endpoint.name}")
    for response in settings.outcomes.response:
        for name in filter(None, (response.column, response.responder)):
            uses.setdefault(name, f"response {response.name}")
    return uses


def _identifiers(table: pd.DataFrame, column: str | None, findings: Findings) -> NDArray[np.object_]:
    if column is None or column not in table:
        return np.arange(1, len(table) + 1).astype(str).astype(object)
    labels = as_labels(table[column])
    missing = int(labels.isna().sum())
    if missing:
        cells = "cells is" if missing == 1 else "cells are"
        findings.refuse_data(
            column,
            f"{column}: every patient needs an id; {missing:,} of {len(labels):,} {cells} missing. Fill them in.",
        )
    repeated = labels[labels.duplicated(keep=False) & labels.notna()]
    if len(repeated):
        count = repeated.nunique()
        ids = "1 id stands" if count == 1 else f"{count:,} ids stand"
        findings.refuse_data(
            column,
            f"{column}: every id must stand on one row, one row per patient; {ids} on several rows "
            f"({len(repeated):,} rows). Keep one row per patient, or choose another id column.",
        )
    return labels.to_numpy(dtype=object)


def _complete_columns(
    table: pd.DataFrame, rows: NDArray[np.bool_], settings: StudySettings, findings: Findings
) -> dict[str, pd.Series]:
    """Covariates and exact-matching columns of the two arms: a patient needs all of them."""
    known = tuple(covariate for covariate in settings.covariates if covariate.column in table)
    values = covariate_values(table, rows, known, findings)
    for column in settings.matching.exact:
        if column not in table or column in values or any(covariate.column == column for covariate in known):
            continue
        labels = as_labels(table[column][rows])
        if labels.isna().all():
            findings.refuse_data(
                column,
                f"{column}: a column of exact matching must have values, and all {len(labels):,} cells are missing. "
                "Remove it from matching.exact.",
            )
        else:
            values[column] = labels
    return values


def _endpoints(
    table: pd.DataFrame, rows: NDArray[np.bool_], settings: StudySettings, findings: Findings
) -> list[EndpointData]:
    found = [
        read_endpoint(table, rows, endpoint, settings.outcomes.zero_times, findings)
        for endpoint in settings.outcomes.survival
        if endpoint.time in table and endpoint.event in table
    ]
    return [endpoint for endpoint in found if endpoint is not None]


def _responses(
    table: pd.DataFrame, rows: NDArray[np.bool_], settings: StudySettings, findings: Findings
) -> list[ResponseData]:
    found = [read_response(table, rows, response, findings) for response in settings.outcomes.response]
    return [response for response in found if response is not None]


def _covariates(
    values: dict[str, pd.Series],
    complete: NDArray[np.bool_],
    arms: Arms | None,
    settings: StudySettings,
    findings: Findings,
) -> pd.DataFrame:
    if arms is not None:
        treated = arms.treated[arms.studied]
        for role, arm in (("treated", treated), ("control", ~treated)):
            if not (arm & complete).any():
                findings.refuse_data(
                    None,
                    f"The {role} arm must have patients with all covariates, and none of its {int(arm.sum()):,} has. "
                    "Remove the covariates that are mostly missing.",
                )
    if not complete.any():
        return pd.DataFrame()
    picked = {name: column[complete] for name, column in values.items()}
    return encode_covariates(picked, settings.covariates, findings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Draft:
    """What is known of all rows before the incomplete ones are left out."""

    arms: Arms
    values: dict[str, pd.Series]
    complete: NDArray[np.bool_]
    identifier: NDArray[np.object_]


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
    row = np.flatnonzero(arms.studied)[complete]
    kept_endpoints = tuple(_endpoint_of(endpoint, complete) for endpoint in endpoints)
    for endpoint in kept_endpoints:
        unknown_note(endpoint, findings)
    patients = table.iloc[row]
    for response in settings.outcomes.response:
        missing_response_note(patients, response, findings)
    exact = settings.matching.exact
    return StudyCohort(
        row=row.astype(np.int64),
        identifier=draft.identifier[row],
        treated=arms.treated[row],
        treated_label=settings.treatment.treated,
        control_label=settings.treatment.control,
        covariates=covariates.reset_index(drop=True),
        strata=strata_of(pd.DataFrame({name: draft.values[name][complete] for name in exact})) if exact else None,
        strata_columns=exact,
        endpoints=kept_endpoints,
        responses=tuple(_response_of(response, complete) for response in responses),
        time_unit=settings.cohort.time_unit,
        flow=_flow(arms, row),
        excluded=_excluded(draft),
        notes=tuple(findings.notes),
    )


def _endpoint_of(endpoint: EndpointData, kept: NDArray[np.bool_]) -> EndpointData:
    return EndpointData(
        name=endpoint.name, time=endpoint.time[kept], event=endpoint.event[kept], known=endpoint.known[kept]
    )


def _response_of(response: ResponseData, kept: NDArray[np.bool_]) -> ResponseData:
    return ResponseData(
        name=response.name,
        category=None if response.category is None else response.category[kept],
        objective_response=response.objective_response[kept],
        disease_control=None if response.disease_control is None else response.disease_control[kept],
        known=response.known[kept],
    )


def _flow(arms: Arms, row: NDArray[np.intp]) -> tuple[FlowStep, ...]:
    n_treated, n_control = int(arms.treated.sum()), int(arms.control.sum())
    kept = int(arms.treated[row].sum())
    return (
        FlowStep(
            step="read",
            kind="read",
            treated=n_treated,
            control=n_control,
            other=len(arms.label) - n_treated - n_control,
        ),
        FlowStep(step="complete covariates", kind="complete", treated=kept, control=len(row) - kept, other=0),
    )


def _excluded(draft: _Draft) -> pd.DataFrame:
    arms = draft.arms
    reason = np.full(len(arms.label), None, dtype=object)
    reason[~arms.studied] = "other arm"
    reason[pd.isna(arms.label)] = "arm missing"
    incomplete = np.flatnonzero(arms.studied)[~draft.complete]
    reason[incomplete] = _missing_reasons(draft)
    row = np.flatnonzero(~pd.isna(reason))
    return pd.DataFrame(
        {"row": row, "identifier": draft.identifier[row], "arm": arms.label[row], "reason": reason[row]}
    ).astype({"row": np.int64, "identifier": object, "arm": object, "reason": object})


def _missing_reasons(draft: _Draft) -> NDArray[np.object_]:
    """One sentence for each pattern of missing columns, then spread to the patients who have it."""
    missing = np.column_stack([column.isna().to_numpy() for column in draft.values.values()])[~draft.complete]
    patterns, which = np.unique(missing, axis=0, return_inverse=True)
    names = np.array(list(draft.values), dtype=object)
    reasons = np.array([f"missing covariate: {', '.join(names[pattern])}" for pattern in patterns], dtype=object)
    return reasons[which.reshape(-1)]
