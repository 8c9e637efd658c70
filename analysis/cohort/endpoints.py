"""Times and events of the patients in the study's arms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Findings
from analysis.cohort.guesses.event_coding import guess_labelled_coding
from analysis.cohort.kept_labels import labels_in
from analysis.cohort.labels import NAMED_LABELS, Labels, code_labels, describe_labels
from analysis.cohort.numeric import numeric_values
from analysis.cohort.spellings import find_spellings
from analysis.cohort.stated_units import contradicting_unit
from analysis.cohort.time_units import UNIT_NAMES, convert_times, describe_conversion
from analysis.cohort.words.codings import is_reversed_name, observed_label, unknown_labels
from analysis.phrases import join_phrases, phrase
from analysis.settings import SurvivalEndpoint, TimeUnit

NOTHING_DESCRIBED: Mapping[str, str] = MappingProxyType({})
"""Of files that say nothing of their columns besides their names."""


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
    competing : (n, ) array of bool or None
        True where something else came first, so that the event cannot be seen any more: censored for the hazard, no
        event for the incidence. None where the study names no such thing.
    """

    name: str
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    known: NDArray[np.bool_]
    competing: NDArray[np.bool_] | None = None

    @property
    def cause(self) -> NDArray[np.int64]:
        """What happened first: 0 censored, 1 the event, 2 something that competes with it."""
        first = self.event.astype(np.int64)
        return first if self.competing is None else first + 2 * self.competing

    def of(self, kept: NDArray[np.bool_]) -> "EndpointData":
        """The endpoint of some of the patients.

        Parameters
        ----------
        kept : (n, ) array of bool
            True for the patients who stay.
        """
        return replace(
            self,
            time=self.time[kept],
            event=self.event[kept],
            known=self.known[kept],
            competing=None if self.competing is None else self.competing[kept],
        )


def read_endpoint(
    table: pd.DataFrame,
    rows: NDArray[np.bool_],
    endpoint: SurvivalEndpoint,
    zero_times: Literal["refuse", "keep"],
    findings: Findings,
    *,
    time_unit: TimeUnit | None = None,
    described: Mapping[str, str] = NOTHING_DESCRIBED,
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
        censored times, a unit or a coding that the file states and the study contradicts.
    time_unit : {"days", "weeks", "months", "years"}, optional
        The cohort's unit, into which times in the endpoint's own unit are converted.
    described : mapping of str to str, optional
        What the file says of its columns, as SAS, SPSS and Stata files do.

    Returns
    -------
    EndpointData or None
        For the rows picked, in their order; None when a column cannot be used.
    """
    if time_unit is not None:
        _refuse_other_unit(endpoint, time_unit, described, findings)
    time = _times(table[endpoint.time] if rows.all() else table[endpoint.time][rows], endpoint, zero_times, findings)
    labels = labels_in(table, str(endpoint.event))
    about = described.get(str(endpoint.event), "")
    rivals = _competing_labels(labels, endpoint, findings)
    if rivals is None:
        return None
    others = labels[~labels.isin(rivals)]
    observed = observed_labels(others, endpoint, table[endpoint.event].dtype.kind == "M", findings, about=about)
    if time is None or observed is None:
        return None
    if endpoint.unit is not None and time_unit is not None and endpoint.unit != time_unit:
        time = convert_times(time, endpoint.unit, time_unit)
        findings.note(
            "time_converted",
            phrase(
                "{endpoint}: times in {unit} (“{column}”) are converted to {time_unit}, {conversion}.",
                endpoint=endpoint.name,
                unit=UNIT_NAMES[endpoint.unit],
                column=endpoint.time,
                time_unit=UNIT_NAMES[time_unit],
                conversion=describe_conversion(endpoint.unit, time_unit),
            ),
        )
    picked = labels[rows]
    event = picked.isin(observed)
    unsaid = unknown_labels(others.present(), observed)
    said = ~picked.isin(unsaid)
    blank = picked.isna()
    if endpoint.blank == "censored":
        _note_blank(blank, endpoint, findings)
    else:
        said &= ~blank
    known = ~np.isnan(time) & said
    competing = None if endpoint.competing is None else picked.isin(rivals) & known
    return EndpointData(name=endpoint.name, time=time, event=event & known, known=known, competing=competing)


def _competing_labels(labels: Labels, endpoint: SurvivalEndpoint, findings: Findings) -> set[str] | None:
    """The labels of what competes with the event, in all their spellings; None when one is not in the column."""
    named = endpoint.competing or ()
    absent = [label for label in named if not find_spellings(labels, (label,), Findings())]
    if not absent:
        return find_spellings(labels, named, findings, apart=endpoint.observed or ()) if named else set()
    shown = ", ".join(f"“{label}”" for label in absent)
    findings.refuse_study(
        endpoint.event,
        phrase(
            "The labels in competing of {endpoint} must be in the column “{column}”, and {absent} "
            "not; it holds {labels}. Write the labels as they are there.",
            endpoint=endpoint.name,
            column=endpoint.event,
            absent=phrase("{labels} is", labels=shown) if len(absent) == 1 else phrase("{labels} are", labels=shown),
            labels=describe_labels(labels),
        ),
    )
    return None


def _note_blank(blank: NDArray[np.bool_], endpoint: SurvivalEndpoint, findings: Findings) -> None:
    count = int(blank.sum())
    if count:
        cells = phrase("cell is blank and counts") if count == 1 else phrase("cells are blank and count")
        findings.note(
            "blank_is_censored",
            phrase(
                "{column}: {count:,} of {n:,} {cells} as no event of {endpoint}, as the study says.",
                column=endpoint.event,
                count=count,
                n=len(blank),
                cells=cells,
                endpoint=endpoint.name,
            ),
        )


def _refuse_other_unit(
    endpoint: SurvivalEndpoint, time_unit: TimeUnit, described: Mapping[str, str], findings: Findings
) -> None:
    found = contradicting_unit(endpoint, time_unit, described)
    if found is not None:
        unit, where = found
        findings.refuse_study(
            endpoint.time,
            phrase(
                "{column}: the times of {endpoint} are read in {time_unit}, and the column's name states {stated}. Choose "
                "the unit they are written in: {stated} (unit: {unit} in the study file), or {time_unit} if the name is "
                "wrong.",
                column=endpoint.time,
                endpoint=endpoint.name,
                time_unit=UNIT_NAMES[time_unit],
                stated=UNIT_NAMES[unit],
                unit=unit,
            )
            if where == "name"
            else phrase(
                "{column}: the times of {endpoint} are read in {time_unit}, and the column's label states {stated}. Choose "
                "the unit they are written in: {stated} (unit: {unit} in the study file), or {time_unit} if the label is "
                "wrong.",
                column=endpoint.time,
                endpoint=endpoint.name,
                time_unit=UNIT_NAMES[time_unit],
                stated=UNIT_NAMES[unit],
                unit=unit,
            ),
        )


def _times(
    column: pd.Series, endpoint: SurvivalEndpoint, zero_times: Literal["refuse", "keep"], findings: Findings
) -> NDArray[np.float64] | None:
    name = endpoint.time
    time = numeric_values(
        column,
        findings,
        otherwise=phrase("A time is the number of days, weeks, months or years from the start of treatment."),
    )
    if time is None:
        return None
    if np.isnan(time).all():
        findings.refuse_data(
            name,
            phrase(
                "{column}: {endpoint} needs times, and all {n:,} cells are missing. {remedy}",
                column=name,
                endpoint=endpoint.name,
                n=len(time),
                remedy=_OTHER,
            ),
        )
        return None
    for wrong, what in ((time < 0, phrase("negative")), (np.isinf(time) & (time > 0), phrase("infinite"))):
        if wrong.any():
            found = phrase("{numbers} {what}", numbers=_so_many(wrong), what=what)
            findings.refuse_data(
                name,
                phrase(
                    "{column}: every time must be a number above 0; {found}. {remedy}",
                    column=name,
                    found=found,
                    remedy=_MEND,
                ),
            )
    settle_zero_times(time, endpoint, zero_times, findings)
    return time


EventKey = Literal["observed", "dates.died_observed"]
_OTHER = phrase("Choose another column.")
_MEND = phrase("Correct them or leave them blank.")


def _so_many(mask: NDArray[np.bool_]) -> str:
    """How many of all times; what they are follows."""
    n = int(mask.sum())
    if n == 1:
        return phrase("{n:,} of {total:,} is", n=n, total=mask.size)
    return phrase("{n:,} of {total:,} are", n=n, total=mask.size)


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
        why = "" if endpoint.time else phrase(", the event or the last date being the index date")
        findings.refuse_data(
            endpoint.time,
            phrase(
                "{column}: every time must be above 0; {numbers} 0{why}. Correct "
                "them, or keep them with zero_times: keep.",
                column=name,
                numbers=_so_many(zero),
                why=why,
            ),
        )
    elif zero.any():
        findings.note(
            "zero_times",
            phrase("{column}: {n:,} of {total:,} times is 0 and were kept.", column=name, n=1, total=len(time))
            if zero.sum() == 1
            else phrase(
                "{column}: {n:,} of {total:,} times are 0 and were kept.",
                column=name,
                n=int(zero.sum()),
                total=len(time),
            ),
        )


def observed_labels(
    labels: pd.Series | Labels,
    endpoint: SurvivalEndpoint,
    is_date: bool,
    findings: Findings,
    *,
    about: str = "",
    key: EventKey = "observed",
) -> tuple[str, ...] | None:
    """Find the labels that mean an observed event.

    Parameters
    ----------
    labels : pandas.Series or Labels
        The event column's labels, of all rows of the file.
    endpoint : SurvivalEndpoint
        Names the column, and the labels where the study says them.
    is_date : bool
        True where the column holds dates.
    findings : Findings
        Takes the sentence when the labels do not tell events from censored times.
    about : str, optional
        What the file says of the column.
    key : {"observed", "dates.died_observed"}, optional
        Where a study file says which labels mean the event.

    Returns
    -------
    tuple of str or None
        As they stand in the column, in all their spellings.
    """
    name = endpoint.event
    labels = code_labels(labels)
    distinct = labels.present()
    needs = phrase(
        "{column}: the event column of {endpoint} must hold two labels, event and censored",
        column=name,
        endpoint=endpoint.name,
    )
    if not distinct:
        findings.refuse_data(
            name,
            phrase("{needs}; all {n:,} cells are missing. {remedy}", needs=needs, n=len(labels), remedy=_OTHER),
        )
    elif is_date or len(distinct) > NAMED_LABELS:
        what = phrase("dates") if is_date else phrase("{n:,} different values", n=len(distinct))
        findings.refuse_data(name, phrase("{needs}; it holds {what}. {remedy}", needs=needs, what=what, remedy=_OTHER))
    elif endpoint.observed is not None:
        return _told(labels, distinct, endpoint, findings)
    elif len(distinct) == 1:
        findings.refuse_data(
            name,
            phrase(
                "{needs}; it holds one, {labels}{what}",
                needs=needs,
                labels=describe_labels(labels),
                what=_one_label(labels, distinct[0], key),
            ),
        )
    elif len(distinct) > 2:
        findings.refuse_data(
            name,
            phrase(
                "{needs}; it holds {n}: {labels}. Say which of them mean the event ({key} in the study file).",
                needs=needs,
                n=len(distinct),
                labels=describe_labels(labels),
                key=key,
            ),
        )
    else:
        return _recognised(labels, distinct, endpoint, findings, about=about, key=key)
    return None


def _one_label(labels: Labels, label: str, key: EventKey) -> str:
    """What to do with a column of one label, and of blank cells beside it."""
    blank = int(np.count_nonzero(labels.isna()))
    if not blank:
        return phrase(". Say whether it means the event ({key} in the study file), or choose another column.", key=key)
    cells = phrase("1 cell is") if blank == 1 else phrase("{n:,} cells are", n=blank)
    if key != "observed":
        return phrase(
            ", and {cells} blank. Write in the file who is alive, or choose another column.",
            cells=cells,
        )
    named = label if describe_labels(labels) == f"“{label}”" else phrase("the label")
    return phrase(
        ", and {cells} blank. Say whether it means the event and blank means no event "
        "(observed: [{named}] with blank: censored in the study file), or choose another "
        "column.",
        cells=cells,
        named=named,
    )


def _told(
    labels: Labels, distinct: list[str], endpoint: SurvivalEndpoint, findings: Findings
) -> tuple[str, ...] | None:
    named = endpoint.observed or ()
    absent = [label for label in named if not find_spellings(labels, (label,), Findings())]
    if absent:
        shown = ", ".join(f"“{label}”" for label in absent)
        findings.refuse_study(
            endpoint.event,
            phrase(
                "The labels in observed of {endpoint} must be in the column “{column}”, and {absent} "
                "not; it holds {labels}. Write the labels as they are there.",
                endpoint=endpoint.name,
                column=endpoint.event,
                absent=phrase("{labels} is", labels=shown)
                if len(absent) == 1
                else phrase("{labels} are", labels=shown),
                labels=describe_labels(labels),
            ),
        )
        return None
    spelt = find_spellings(labels, named, findings)
    observed = tuple(label for label in distinct if label in spelt)
    censored = len(distinct) - len(observed)
    if censored == 0:
        findings.note(
            "no_censoring",
            phrase(
                "{column}: every label means the event, so that no time of {endpoint} is censored{unless}.",
                column=endpoint.event,
                endpoint=endpoint.name,
                unless=_unless_blank(labels, endpoint),
            ),
        )
    elif censored > 1:
        findings.note(
            "several_censored_labels",
            phrase(
                "{column}: {n} labels other than the observed ones are counted as censored in {endpoint}.",
                column=endpoint.event,
                n=censored,
                endpoint=endpoint.name,
            ),
        )
    return observed


def _unless_blank(labels: Labels, endpoint: SurvivalEndpoint) -> str:
    blank = int(np.count_nonzero(labels.isna()))
    if not blank:
        return ""
    if endpoint.blank == "censored":
        return phrase(" but where the cell is blank")
    cells = phrase("1 blank cell is") if blank == 1 else phrase("{n:,} blank cells are", n=blank)
    return phrase("; {cells} not known, unless the study says that blank means no event (blank: censored)", cells=cells)


def _recognised(
    labels: Labels, distinct: list[str], endpoint: SurvivalEndpoint, findings: Findings, *, about: str, key: EventKey
) -> tuple[str, ...] | None:
    name = str(endpoint.event)
    remedy = phrase("Say which label means the event ({key} in the study file).", key=key)
    observed = observed_label(distinct, name)
    explained = guess_labelled_coding(distinct, name, about).observed
    if observed is not None and explained in (None, (observed,)):
        return (observed,)
    if observed is not None:
        shown = describe_labels(labels)
        why = (
            phrase(
                "{labels}, and what the column's label says of them is the opposite of the usual coding", labels=shown
            )
            if about
            else phrase(
                "{labels}, and what the column's name says of them is the opposite of the usual coding", labels=shown
            )
        )
    elif set(distinct) == {"1", "2"}:
        why = phrase("1 and 2, which can be read in two ways (in R, 2 is the event and 1 is censored)")
        remedy = phrase('Say which one means the event (in the study file, in R\'s way, observed: ["2"]).')
    elif is_reversed_name(name):
        why = phrase("{labels}, and its name says the opposite of an event", labels=describe_labels(labels))
    else:
        why = phrase("{labels}, which do not say which one is the event", labels=describe_labels(labels))
    findings.refuse_data(
        name,
        phrase(
            "{column}: it must be clear which label means the event of {endpoint}; it holds {why}. {remedy}",
            column=name,
            endpoint=endpoint.name,
            why=why,
            remedy=remedy,
        ),
    )
    return None


def unknown_notes(endpoints: Sequence[EndpointData], findings: Findings) -> None:
    """Note how many patients have no time or no event; endpoints that lack the same patients share a note.

    Parameters
    ----------
    endpoints : sequence of EndpointData
        Of the patients who are analysed.
    findings : Findings
        Takes the notes.
    """
    alike: dict[bytes, list[EndpointData]] = {}
    for endpoint in endpoints:
        alike.setdefault(endpoint.known.tobytes(), []).append(endpoint)
    for group in alike.values():
        known = group[0].known
        names = join_phrases((endpoint.name for endpoint in group), phrase(" and ", "names"))
        which = phrase("this endpoint") if len(group) == 1 else phrase("these endpoints")
        unknown = int((~known).sum())
        if unknown:
            findings.note(
                "endpoint_missing",
                phrase(
                    "{names}: {unknown:,} of {n:,} patients has no time or no event and is left out of {endpoints}; the "
                    "patient stays in the matching.",
                    names=names,
                    unknown=unknown,
                    n=len(known),
                    endpoints=which,
                )
                if unknown == 1
                else phrase(
                    "{names}: {unknown:,} of {n:,} patients have no time or no event and are left out of {endpoints}; they "
                    "stay in the matching.",
                    names=names,
                    unknown=unknown,
                    n=len(known),
                    endpoints=which,
                ),
            )
