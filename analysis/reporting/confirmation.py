"""How the cohort was understood, in words a clinician can confirm at a glance."""

from collections import Counter

import numpy as np

from analysis.cohort.labels import as_labels
from analysis.cohort.reading import Cohort
from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.settings import StudySettings, SurvivalEndpoint

MOST_LABELS = 4


def confirmation_sentences(
    cohort: Cohort, patients: StudyCohort, settings: StudySettings
) -> tuple[tuple[str, str], ...]:
    """Say what was taken for what: treatment, covariates, each endpoint with its event's coding, each response.

    Parameters
    ----------
    cohort : Cohort
        The file as read, for the labels as they are written there.
    patients : StudyCohort
        The patients with complete covariates; every count is of them.
    settings : StudySettings
        The study.

    Returns
    -------
    tuple of (str, str)
        Subject and sentence.
    """
    lines = [("Treatment", _treatment(patients, settings)), ("Covariates", _covariates(patients))]
    for endpoint, data in zip(settings.outcomes.survival, patients.endpoints, strict=True):
        lines.append((endpoint.name, _survival(cohort, patients, endpoint, data, settings.cohort.time_unit)))
    lines.extend((response.name, _response(response)) for response in patients.responses)
    return tuple(lines)


def _treatment(patients: StudyCohort, settings: StudySettings) -> str:
    n_treated = int(patients.treated.sum())
    n_control = patients.treated.size - n_treated
    return (
        f"{patients.treated_label} ({n_treated:,}) compared with {patients.control_label} ({n_control:,}, the reference), "
        f"from column {settings.treatment.column}"
    )


def _covariates(patients: StudyCohort) -> str:
    table = patients.covariates
    words = [
        f"{name} ({len(table[name].cat.categories)} categories)" if hasattr(table[name], "cat") else str(name)
        for name in table.columns
    ]
    return ", ".join(words)


def _survival(
    cohort: Cohort, patients: StudyCohort, endpoint: SurvivalEndpoint, data: EndpointData, time_unit: str
) -> str:
    labels = as_labels(cohort.table[endpoint.event]).to_numpy(dtype=object)[patients.row]
    observed = Counter(labels[data.known & data.event])
    censored = Counter(labels[data.known & ~data.event])
    unknown = int(np.count_nonzero(~data.known))
    sentence = f"Event = {_counted(observed)} · censored = {_counted(censored)} · time in {time_unit} ({endpoint.time})"
    return sentence + (f" · {unknown:,} not known" if unknown else "")


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
