"""Times and events of the patients in the study's arms."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Findings
from analysis.cohort.labels import NAMED_LABELS, as_labels, describe_labels
from analysis.cohort.numeric import numeric_values
from analysis.cohort.spellings import find_spellings
from analysis.cohort.time_units import convert_times, describe_conversion
from analysis.cohort.words.codings import is_reversed_name, observed_label, unknown_labels
from analysis.settings import SurvivalEndpoint, TimeUnit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointData:
    """One survival endpoint.

    Attributes
    ----------
    name : str
        The endpoint as the study names it.
    time : (n, ) array of float
        In the cohort's time unit, not rounded; NaN where ``known`` is False and the time is missing.
    event : (n, ) array of bool
        True when the event was observed; False where it is unknown.
    known : (n, ) array of bool
        True for patients with both a time and an event.
    """

    name: str
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    known: NDArray[np.bool_]


def read_endpoint(
    table: pd.DataFrame,
    rows: NDArray[np.bool_],
    endpoint: SurvivalEndpoint,
    zero_times: Literal["refuse", "keep"],
    findings: Findings,
    *,
    time_unit: TimeUnit | None = None,
) -> EndpointData | None:
    """Take the times and events of an endpoint, or say what is wrong with them.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows of the file, with both columns.
    rows : (n, ) array of bool
        True for the eligible rows of the two arms; only their cells can be at fault.
    endpoint : SurvivalEndpoint
        Names of the columns, and the labels that mean an observed event.
    zero_times : {"refuse", "keep"}
        Whether a time of 0 is a mistake.
    findings : Findings
        Takes what is wrong: text, negative, zero or infinite times, a coding that does not tell events from
        censored times.
    time_unit : {"days", "weeks", "months", "years"}, optional
        The cohort's unit, into which times in the endpoint's own unit are converted.

    Returns
    -------
    EndpointData or None
        For the rows picked, in their order; None when a column cannot be used.
    """
    time = _times(table[endpoint.time][rows], endpoint, zero_times, findings)
    labels = as_labels(table[endpoint.event])
    observed = observed_labels(labels, endpoint, table[endpoint.event].dtype.kind == "M", findings)
    if time is None or observed is None:
        return None
    if endpoint.unit is not None and time_unit is not None and endpoint.unit != time_unit:
        time = convert_times(time, endpoint.unit, time_unit)
        findings.note(
            "time_converted",
            f"{endpoint.name}: times in {endpoint.unit} (“{endpoint.time}”) are converted to {time_unit}, "
            f"{describe_conversion(endpoint.unit, time_unit)}.",
        )
    picked = labels[rows]
    event = picked.isin(observed).to_numpy(dtype=bool)
    unsaid = unknown_labels(labels.dropna().unique().tolist(), observed)
    known = ~np.isnan(time) & (picked.notna() & ~picked.isin(unsaid)).to_numpy()
    return EndpointData(name=endpoint.name, time=time, event=event & known, known=known)


def _times(
    column: pd.Series, endpoint: SurvivalEndpoint, zero_times: Literal["refuse", "keep"], findings: Findings
) -> NDArray[np.float64] | None:
    name = endpoint.time
    time = numeric_values(
        column, findings, otherwise="A time is the number of days, weeks, months or years from the start of treatment."
    )
    if time is None:
        return None
    if np.isnan(time).all():
        findings.refuse_data(
            name, f"{name}: {endpoint.name} needs times, and all {len(time):,} cells are missing. {_OTHER}"
        )
        return None
    for wrong, what in ((time < 0, "negative"), (np.isinf(time) & (time > 0), "infinite")):
        if wrong.any():
            found = f"{wrong.sum():,} of {len(time):,} {_are(wrong)} {what}"
            findings.refuse_data(name, f"{name}: every time must be a number above 0; {found}. {_MEND}")
    settle_zero_times(time, endpoint, zero_times, findings)
    return time


_OTHER = "Choose another column."
_MEND = "Correct them or leave them blank."


def _are(mask: NDArray[np.bool_]) -> str:
    return "is" if mask.sum() == 1 else "are"


def settle_zero_times(
    time: NDArray[np.float64], endpoint: SurvivalEndpoint, zero_times: Literal["refuse", "keep"], findings: Findings
) -> None:
    """Refuse times of 0, or note that they are kept.

    Parameters
    ----------
    time : (n, ) array of float
        In any unit.
    endpoint : SurvivalEndpoint
        Names the column of times, or the endpoint where it is built from dates.
    zero_times : {"refuse", "keep"}
        Whether a time of 0 is a mistake.
    findings : Findings
        Takes the sentence or the note.
    """
    zero = time == 0
    name = endpoint.time or endpoint.name
    if zero.any() and zero_times == "refuse":
        cells = "" if endpoint.time else ", the event or the last date being the index date"
        findings.refuse_data(
            endpoint.time,
            f"{name}: every time must be above 0; {zero.sum():,} of {len(time):,} {_are(zero)} 0{cells}. "
            "Correct them, or keep them with zero_times: keep.",
        )
    elif zero.any():
        findings.note("zero_times", f"{name}: {zero.sum():,} of {len(time):,} times {_are(zero)} 0 and were kept.")


def observed_labels(
    labels: pd.Series, endpoint: SurvivalEndpoint, is_date: bool, findings: Findings
) -> tuple[str, ...] | None:
    """Find the labels that mean an observed event.

    Parameters
    ----------
    labels : pandas.Series
        The event column's labels, of all rows of the file.
    endpoint : SurvivalEndpoint
        Names the column, and the labels where the study says them.
    is_date : bool
        True where the column holds dates.
    findings : Findings
        Takes the sentence when the labels do not tell events from censored times.

    Returns
    -------
    tuple of str or None
        As they stand in the column, in all their spellings.
    """
    name = endpoint.event
    distinct = labels.dropna().unique().tolist()
    needs = f"{name}: the event column of {endpoint.name} must hold two labels, event and censored"
    if not distinct:
        findings.refuse_data(name, f"{needs}; all {len(labels):,} cells are missing. {_OTHER}")
    elif is_date or len(distinct) > NAMED_LABELS:
        what = "dates" if is_date else f"{len(distinct):,} different values"
        findings.refuse_data(name, f"{needs}; it holds {what}. {_OTHER}")
    elif endpoint.observed is not None:
        return _told(labels, distinct, endpoint, findings)
    elif len(distinct) == 1:
        findings.refuse_data(
            name,
            f"{needs}; it holds one, {describe_labels(labels)}. "
            "Say in observed whether it means the event, or choose another column.",
        )
    elif len(distinct) > 2:
        findings.refuse_data(
            name,
            f"{needs}; it holds {len(distinct)}: {describe_labels(labels)}. "
            "Say in observed which of them mean the event.",
        )
    else:
        return _recognised(labels, distinct, endpoint, findings)
    return None


def _told(
    labels: pd.Series, distinct: list[str], endpoint: SurvivalEndpoint, findings: Findings
) -> tuple[str, ...] | None:
    named = endpoint.observed or ()
    absent = [label for label in named if not find_spellings(labels, (label,), Findings())]
    if absent:
        shown = ", ".join(f"“{label}”" for label in absent)
        findings.refuse_study(
            endpoint.event,
            f"The labels in observed of {endpoint.name} must be in the column “{endpoint.event}”, and {shown} "
            f"{'is' if len(absent) == 1 else 'are'} not; it holds {describe_labels(labels)}. "
            "Write the labels as they are there.",
        )
        return None
    spelt = find_spellings(labels, named, findings)
    observed = tuple(label for label in distinct if label in spelt)
    censored = len(distinct) - len(observed)
    if censored == 0:
        findings.note(
            "no_censoring",
            f"{endpoint.event}: every label means the event, so that no time of {endpoint.name} is censored.",
        )
    elif censored > 1:
        findings.note(
            "several_censored_labels",
            f"{endpoint.event}: {censored} labels other than the observed ones are counted as censored in "
            f"{endpoint.name}.",
        )
    return observed


def _recognised(
    labels: pd.Series, distinct: list[str], endpoint: SurvivalEndpoint, findings: Findings
) -> tuple[str, ...] | None:
    name = str(endpoint.event)
    observed = observed_label(distinct, name)
    if observed is not None:
        return (observed,)
    if set(distinct) == {"1", "2"}:
        why = "1 and 2, which can be read in two ways (in R, 2 is the event and 1 is censored)"
        remedy = 'Say which one means the event, in R\'s way observed: ["2"].'
    elif is_reversed_name(name):
        why = f"{describe_labels(labels)}, and its name says the opposite of an event"
        remedy = "Say in observed which label means the event."
    else:
        why = f"{describe_labels(labels)}, which do not say which one is the event"
        remedy = "Say in observed which label means the event."
    findings.refuse_data(
        name, f"{name}: it must be clear which label means the event of {endpoint.name}; it holds {why}. {remedy}"
    )
    return None


def unknown_note(endpoint: EndpointData, findings: Findings) -> None:
    """Note how many patients have no time or no event.

    Parameters
    ----------
    endpoint : EndpointData
        Of the patients who are analysed.
    findings : Findings
        Takes the note.
    """
    unknown = int((~endpoint.known).sum())
    if unknown:
        findings.note(
            "endpoint_missing",
            f"{endpoint.name}: {unknown:,} of {len(endpoint.known):,} patients "
            f"{'has' if unknown == 1 else 'have'} no time or no event and {'is' if unknown == 1 else 'are'} left out of this "
            f"endpoint; {'the patient stays' if unknown == 1 else 'they stay'} in the matching.",
        )
