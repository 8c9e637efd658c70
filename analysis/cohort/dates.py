"""Endpoints from dates: how long each patient was observed, and whether the event was seen."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.phrases import join_phrases, phrase
from analysis.settings import DatesSettings, SurvivalEndpoint

Days = NDArray[np.datetime64]
"""(n, ) array of datetime64[D], NaT where there is no date."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatientDates:
    """What happened to n patients, and when.

    Attributes
    ----------
    index : (n, ) array of datetime64[D]
        Time zero; NaT where it is missing.
    progression, death, last_contact, last_assessment : (n, ) array of datetime64[D]
        NaT where it did not happen or is not recorded.
    death_unknown : (n, ) array of bool
        True where it is not known whether the patient died, or not when.
    """

    index: Days
    progression: Days
    death: Days
    last_contact: Days
    last_assessment: Days
    death_unknown: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observation:
    """How far n patients were observed for one endpoint.

    Attributes
    ----------
    end : (n, ) array of datetime64[D]
        The event or the last day without it; NaT where neither is known.
    event : (n, ) array of bool
        True where the event was observed on that day.
    competing : (n, ) array of bool or None
        True where the patient died on that day without the event; None where death does not compete with it.
    """

    end: Days
    event: NDArray[np.bool_]
    competing: NDArray[np.bool_] | None = None


def observe(kind: Literal["os", "pfs", "ttp"], dates: PatientDates, *, death_competes: bool = False) -> Observation:
    """Build one endpoint from the dates of each patient.

    Parameters
    ----------
    kind : {"os", "pfs", "ttp"}
        Overall survival, progression-free survival or time to progression.
    dates : PatientDates
        Of n patients, as far as they were observed (see `as_of`).
    death_competes : bool
        For ``ttp``, whether a death without progression is an event of its own that ends the time to progression.

    Returns
    -------
    Observation
        ``os``: death is the event; the others are censored at the last contact. ``pfs``: the earlier of progression
        and death is the event; the others are censored at the last assessment, at the last contact where there is
        none. ``ttp``: progression is the event; patients without it, the dead among them, are censored at the last
        assessment, and where there is none at death or at the last contact. Where death competes, the dead without
        progression are followed to their death instead.

    Notes
    -----
    A patient is censored when the event was last looked for. For time to progression the dead are censored at death
    or at an earlier visit; the earlier visit is taken where it is known, so that the dead and the living are followed
    by one rule. A death long after the last assessment still counts for progression-free survival: the visits that
    were planned are not known here.

    Source: U.S. Food and Drug Administration, Clinical Trial Endpoints for the Approval of Cancer Drugs and
    Biologics, guidance for industry, December 2018, which leaves both of these choices to the study.
    """
    if death_competes:
        return _progression_before_death(dates)
    return _ENDPOINTS[kind](dates)


def _progression_before_death(dates: PatientDates) -> Observation:
    event = ~np.isnat(dates.progression)
    died = ~event & ~np.isnat(dates.death)
    end = np.where(died, dates.death, _first_known(dates.progression, dates.last_assessment, dates.last_contact))
    return Observation(end=_blanked(end, dates.death_unknown & ~event), event=event, competing=died)


def _overall_survival(dates: PatientDates) -> Observation:
    event = ~np.isnat(dates.death)
    end = np.where(event, dates.death, dates.last_contact)
    return Observation(end=_blanked(end, dates.death_unknown & ~event), event=event)


def _progression_free_survival(dates: PatientDates) -> Observation:
    first = np.fmin(dates.progression, dates.death)
    event = ~np.isnat(first)
    end = _first_known(first, dates.last_assessment, dates.last_contact)
    return Observation(end=_blanked(end, dates.death_unknown & ~event), event=event)


def _time_to_progression(dates: PatientDates) -> Observation:
    end = _first_known(dates.progression, dates.last_assessment, dates.death, dates.last_contact)
    return Observation(end=end, event=~np.isnat(dates.progression))


_ENDPOINTS: dict[str, Callable[[PatientDates], Observation]] = {
    "os": _overall_survival,
    "pfs": _progression_free_survival,
    "ttp": _time_to_progression,
}


def _first_known(*columns: Days) -> Days:
    """The first of several dates that is there."""
    found = columns[0]
    for column in columns[1:]:
        found = np.where(np.isnat(found), column, found)
    return found


def _blanked(end: Days, unknown: NDArray[np.bool_]) -> Days:
    return np.where(unknown, np.datetime64("NaT", "D"), end)


def as_of(dates: PatientDates, cutoff: datetime.date | None) -> PatientDates:
    """Take back what was learnt after a data cut-off.

    Parameters
    ----------
    dates : PatientDates
        All that is recorded.
    cutoff : datetime.date or None
        The last day that counts; None for all of them.

    Returns
    -------
    PatientDates
        Without progressions and deaths after the cut-off. Whoever is known to have lived beyond it was last seen on
        it, and assessed on it where the last assessment came later.
    """
    if cutoff is None:
        return dates
    last = np.datetime64(cutoff, "D")
    everything = (dates.progression, dates.death, dates.last_contact, dates.last_assessment)
    lived_on = np.logical_or.reduce([column > last for column in everything])
    return replace(
        dates,
        progression=_blanked(dates.progression, dates.progression > last),
        death=_blanked(dates.death, dates.death > last),
        last_contact=np.where(lived_on, last, dates.last_contact),
        last_assessment=np.where(dates.last_assessment > last, last, dates.last_assessment),
    )


def dates_of_death(death: Days, dead: NDArray[np.bool_] | None, last_contact: Days) -> Days:
    """Date the deaths of which only a label tells.

    Parameters
    ----------
    death : (n, ) array of datetime64[D]
        Dates of death, NaT for the living and where the date is not recorded.
    dead : (n, ) array of bool or None
        True where a label says that the patient died; None without such a column.
    last_contact : (n, ) array of datetime64[D]
        The day on which the patient was last heard of.

    Returns
    -------
    (n, ) array of datetime64[D]
        The date of death; where a label alone says so, the last contact, which then is the news of the death.
    """
    if dead is None:
        return death
    return np.where(np.isnat(death) & dead, last_contact, death)


def describe_censoring(endpoint: SurvivalEndpoint, dates: DatesSettings) -> str:
    """State how an endpoint was built from dates, for a caption or a person to confirm.

    Parameters
    ----------
    endpoint : SurvivalEndpoint
        One with ``from_dates``.
    dates : DatesSettings
        The study's columns of dates.

    Returns
    -------
    str
        From when to which event, who is censored when, and the data cut-off. Names of columns only.

    Raises
    ------
    ValueError
        When the endpoint is not built from dates.

    Examples
    --------
    >>> describe_censoring(
    ...     SurvivalEndpoint(name="OS", from_dates="os"),
    ...     DatesSettings(index="start", death="died_on", last_contact="seen"),
    ... )
    'From start to death (died_on); patients alive are censored at the last contact (seen).'
    """
    if endpoint.from_dates is None:
        raise ValueError("the endpoint has its own columns of time and event")
    rule = _competing_rule(dates) if endpoint.competing is not None else _rule(endpoint.from_dates, dates)
    if dates.cutoff is None:
        return phrase("From {index} to {rule}.", index=dates.index, rule=rule)
    return phrase(
        "From {index} to {rule}; nothing after the data cut-off on {cutoff} counts.",
        index=dates.index,
        rule=rule,
        cutoff=dates.cutoff.isoformat(),
    )


def _rule(kind: Literal["os", "pfs", "ttp"], dates: DatesSettings) -> str:
    if kind == "os":
        return phrase(
            "death ({death}); patients alive are censored at the last contact ({last_contact})",
            death=_death(dates),
            last_contact=dates.last_contact,
        )
    if kind == "pfs":
        return phrase(
            "progression ({progression}) or death ({death}), whichever came first; patients without either are censored at "
            "{ends}",
            progression=dates.progression,
            death=_death(dates),
            ends=_ends(dates),
        )
    if dates.death is not None or dates.died is not None:
        return phrase(
            "progression ({progression}); patients without it, the dead among them, are censored at {ends}",
            progression=dates.progression,
            ends=_ends(dates, phrase("death")),
        )
    return phrase(
        "progression ({progression}); patients without it are censored at {ends}",
        progression=dates.progression,
        ends=_ends(dates),
    )


def _ends(dates: DatesSettings, death: str | None = None) -> str:
    """Where follow-up ends: the first of these that a patient has."""
    assessment = dates.last_assessment and phrase("the last assessment ({column})", column=dates.last_assessment)
    contact = dates.last_contact and phrase("the last contact ({column})", column=dates.last_contact)
    return join_phrases(filter(None, (assessment, death, contact)), phrase(", or without one at "))


def _competing_rule(dates: DatesSettings) -> str:
    return phrase(
        "progression ({progression}); death without it ({death}) is a competing event; patients alive without it are "
        "censored at {ends}",
        progression=dates.progression,
        death=_death(dates),
        ends=_ends(dates),
    )


def _death(dates: DatesSettings) -> str:
    if dates.died is None:
        return str(dates.death)
    labelled = dates.died
    if dates.last_contact is not None:
        labelled = phrase("{died}, dated by {last_contact}", died=dates.died, last_contact=dates.last_contact)
    if dates.death is None:
        return labelled
    return phrase("{death}, or where that is blank {labelled}", death=dates.death, labelled=labelled)
