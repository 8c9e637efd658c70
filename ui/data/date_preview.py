"""What an endpoint built from dates would give, before it is built."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.findings import Findings
from analysis.cohort.observed_dates import dated_endpoints
from analysis.errors import AnalysisError
from analysis.outcomes.follow_up import sort_follow_up
from analysis.outcomes.survival import estimate, follow_up_median, kaplan_meier
from analysis.settings import StudySettings
from ui.form import StudyForm
from ui.form.dates import dates_values
from ui.workspace import StudyState, Workspace

BuiltKind = Literal["os", "pfs", "ttp"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DatePreview:
    """One endpoint as the chosen dates would build it.

    Attributes
    ----------
    n, n_known, n_events : int
        Patients looked at, those whose time can be built, and events among them.
    median, follow_up : float or None
        The median and the median follow-up, in the study's unit; None where not reached.
    problems, notes : tuple of str
        What forbids to build it, and what is good to know.
    """

    n: int
    n_known: int
    n_events: int
    median: float | None
    follow_up: float | None
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def preview_endpoint(desk: Workspace, state: StudyState, kind: BuiltKind) -> DatePreview | None:
    """Build an endpoint from the dates as they are chosen.

    Parameters
    ----------
    desk : Workspace
        The cohort and the study's form.
    state : StudyState
        Whose patients are looked at; all rows of the file while they are not known.
    kind : {"os", "pfs", "ttp"}
        Overall survival, progression-free survival, time to progression.

    Returns
    -------
    DatePreview or None
        None while no column is time zero.
    """
    settings = _only(desk.form, kind)
    if settings is None:
        return None
    rows = np.ones(len(desk.cohort.table), dtype=bool)
    if state.patients is not None:
        rows[:] = False
        rows[state.patients.row] = True
    findings = Findings()
    data = dated_endpoints(desk.cohort.table, rows, settings, findings).get(kind)
    problems = tuple(dict.fromkeys(item.text for item in findings.errors))
    if data is None:
        return _nothing(int(rows.sum()), problems)
    time, event = data.time[data.known], data.event[data.known]
    median, follow_up = _medians(time, event)
    return DatePreview(
        n=data.known.size,
        n_known=time.size,
        n_events=int(event.sum()),
        median=median,
        follow_up=follow_up,
        problems=problems,
        notes=tuple(dict.fromkeys(note.text for note in findings.notes)),
    )


def _only(form: StudyForm, kind: BuiltKind) -> StudySettings | None:
    """Settings of which only the dates and this one endpoint are looked at."""
    dates = dates_values(form.dates)
    if dates is None:
        return None
    return StudySettings.model_validate(
        {
            "cohort": {"time_unit": form.time_unit},
            "treatment": {"column": "-", "treated": "1", "control": "0"},
            "covariates": ["-"],
            "dates": dates,
            "outcomes": {"survival": [{"name": kind, "from_dates": kind}], "zero_times": form.zero_times},
        }
    )


def _nothing(n: int, problems: tuple[str, ...]) -> DatePreview:
    return DatePreview(n=n, n_known=0, n_events=0, median=None, follow_up=None, problems=problems, notes=())


def _medians(time: NDArray[np.float64], event: NDArray[np.bool_]) -> tuple[float | None, float | None]:
    try:
        everyone = sort_follow_up(time, event)
        return kaplan_meier(time, event).median, follow_up_median(everyone, estimate(everyone))
    except AnalysisError:  # impossible times: the problems say so
        return None, None
