"""The rows of one survival endpoint in one population, as kernels take them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import EndpointData, StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointRows:
    """Patients of a population with a known endpoint.

    Attributes
    ----------
    rows : (m,) int64
        Their places among the study's patients.
    time, event, cause, treated : (m,) arrays
        ``cause`` is 0 for censored, 1 for the event and 2 for what competes with it.
    weights, cluster : (m,) arrays or None
        Of the design; None before it.
    """

    rows: NDArray[np.int64]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    cause: NDArray[np.int64]
    treated: NDArray[np.bool_]
    weights: NDArray[np.float64] | None
    cluster: NDArray[np.int64] | None


def survival_endpoint(patients: StudyCohort, name: str) -> EndpointData:
    """The survival endpoint of this name.

    Raises
    ------
    SettingsError
        The study has none of that name.
    """
    for item in patients.endpoints:
        if item.name == name:
            return item
    names = ", ".join(item.name for item in patients.endpoints)
    raise SettingsError(
        phrase(
            "“{name}” must be a survival endpoint of the study: {names}. Name one.",
            name=name,
            names=names or phrase("it has none"),
        )
    )


def endpoint_rows(
    patients: StudyCohort, endpoint: EndpointData, design: Design | None, among: NDArray[np.bool_] | None = None
) -> EndpointRows:
    """Take an endpoint's patients before the design (None) or after it, those of ``among`` only where given."""
    kept = endpoint.known if design is None else endpoint.known & (design.weights > 0)
    rows = np.flatnonzero(kept if among is None else kept & among)
    return EndpointRows(
        rows=rows,
        time=endpoint.time[rows],
        event=endpoint.event[rows],
        cause=endpoint.cause[rows],
        treated=patients.treated[rows],
        weights=None if design is None else design.weights[rows],
        cluster=None if design is None else design.cluster[rows],
    )


def reasons(error: EstimationError, code: str = "not_estimable") -> tuple[Note, ...]:
    """Why there is no estimate, as notes."""
    return tuple(Note(code=code, text=problem) for problem in error.problems)
