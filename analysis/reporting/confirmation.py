"""How the cohort was understood, in words a clinician can confirm at a glance."""

from collections import Counter
from itertools import pairwise

import numpy as np

from analysis.cohort.dates import describe_censoring
from analysis.cohort.labels import as_labels
from analysis.cohort.reading import Cohort
from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.cohort.time_units import describe_conversion
from analysis.settings import StudySettings, SurvivalEndpoint, TimeUnit

MOST_LABELS = 4


def confirmation_sentences(
    cohort: Cohort, patients: StudyCohort, settings: StudySettings
) -> tuple[tuple[str, str], ...]:
    """Say what was taken for what: arms, eligibility, covariates, each endpoint with its event's coding or its rule.

    Parameters
    ----------
    cohort : Cohort
        The file as read, for the labels as they are written there.
    patients : StudyCohort
        The patients who are analysed; every count is of them.
    settings : StudySettings
        The study.

    Returns
    -------
    tuple of (str, str)
        Subject and sentence.
    """
    lines = [("Treatment", _treatment(patients, settings))]
    if settings.eligibility:
        lines.append(("Eligibility", _eligibility(patients)))
    lines.append(("Covariates", _covariates(patients, settings)))
    missing = _missing(cohort, patients, settings)
    if missing is not None:
        lines.append(("Missing values", missing))
    for endpoint, data in zip(settings.outcomes.survival, patients.endpoints, strict=True):
        lines.append((endpoint.name, _survival(cohort, patients, endpoint, data, settings)))
    lines.extend((response.name, _response(response)) for response in patients.responses)
    return tuple(lines)


def _treatment(patients: StudyCohort, settings: StudySettings) -> str:
    n_treated = int(patients.treated.sum())
    n_control = patients.treated.size - n_treated
    return (
        f"{patients.treated_label} ({n_treated:,}) compared with {patients.control_label} ({n_control:,}, the reference), "
        f"from column {settings.treatment.column}"
    )


def _eligibility(patients: StudyCohort) -> str:
    """Each rule with the patients of the two arms whom it leaves out."""
    steps = [step for step in patients.flow if step.kind in ("read", "eligibility")]
    words = []
    for before, after in pairwise(steps):
        lost = before.treated + before.control - after.treated - after.control
        words.append(f"{after.step} ({'nobody' if lost == 0 else f'{lost:,}'} left out)")
    return " · ".join(words)


def _covariates(patients: StudyCohort, settings: StudySettings) -> str:
    table = patients.covariates
    wanted = [covariate.column for covariate in settings.covariates if covariate.column in table]
    words = [
        f"{name} ({len(table[name].cat.categories)} categories)" if hasattr(table[name], "cat") else str(name)
        for name in wanted
    ]
    return ", ".join(words)


def _missing(cohort: Cohort, patients: StudyCohort, settings: StudySettings) -> str | None:
    """What became of patients with a missing covariate; None where there are none."""
    method = settings.missing.method
    if method == "complete_case":
        lost = int(patients.excluded["reason"].str.startswith("missing covariate").sum())
        return f"{lost:,} without a covariate left out (complete cases)" if lost else None
    names = [covariate.column for covariate in settings.covariates]
    incomplete = int(cohort.table[names].iloc[patients.row].isna().to_numpy().any(axis=1).sum())
    if not incomplete:
        return None
    if method == "indicator":
        return f"{incomplete:,} with a missing covariate kept, and what is missing marked (missing indicator)"
    sets = settings.missing.imputations
    return f"{incomplete:,} with a missing covariate kept, and what is missing imputed {sets:,} times"


def _survival(
    cohort: Cohort, patients: StudyCohort, endpoint: SurvivalEndpoint, data: EndpointData, settings: StudySettings
) -> str:
    unknown = int(np.count_nonzero(~data.known))
    told = _dated(endpoint, data, settings) or _columns(cohort, patients, endpoint, data, settings.cohort.time_unit)
    return told + (f" · {unknown:,} not known" if unknown else "")


def _dated(endpoint: SurvivalEndpoint, data: EndpointData, settings: StudySettings) -> str | None:
    """An endpoint built from dates, by its rule."""
    if endpoint.from_dates is None or settings.dates is None:
        return None
    events, n = int(data.event.sum()), int(data.known.sum())
    rule = describe_censoring(endpoint, settings.dates).removesuffix(".")
    return f"{rule} · {events:,} events, {n - events:,} censored · time in {settings.cohort.time_unit} (from dates)"


def _columns(
    cohort: Cohort, patients: StudyCohort, endpoint: SurvivalEndpoint, data: EndpointData, time_unit: TimeUnit
) -> str:
    labels = as_labels(cohort.table[endpoint.event]).to_numpy(dtype=object)[patients.row]
    observed = Counter(labels[data.known & data.event])
    censored = Counter(labels[data.known & ~data.event])
    source = str(endpoint.time)
    if endpoint.unit is not None and endpoint.unit != time_unit:
        source += f", converted from {endpoint.unit} by {describe_conversion(endpoint.unit, time_unit)}"
    return f"Event = {_counted(observed)} · censored = {_counted(censored)} · time in {time_unit} ({source})"


def _response(data: ResponseData) -> str:
    n = int(data.known.sum())
    responders = int((data.objective_response & data.known).sum())
    sentence = f"Responders {responders:,} of {n:,}"
    if data.category is not None:
        counts = Counter(data.category[data.known])
        sentence += " · " + ", ".join(f"{name} {counts[name]:,}" for name in ("CR", "PR", "SD", "PD", "NE"))
    return sentence


def _counted(counts: Counter[str]) -> str:
    if not counts:
        return "nobody"
    named = [f"'{label}' ({count:,})" for label, count in counts.most_common(MOST_LABELS)]
    others = sum(counts.values()) - sum(count for _, count in counts.most_common(MOST_LABELS))
    return " or ".join(named) + (f" or others ({others:,})" if others else "")
