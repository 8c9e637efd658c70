"""What times are counted in, and which milestones they reach."""

from dataclasses import replace

import numpy as np

from analysis.cohort.guesses.date_guess import days_of
from analysis.cohort.guesses.dated_endpoints import UNIT_DAYS, DatedEndpoints
from analysis.cohort.guesses.pairing import EndpointGuess
from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.time_units import UNIT_NAMES
from analysis.phrases import join_phrases, phrase

_MILESTONES: dict[str, tuple[int, ...]] = {
    "days": (91, 182, 365, 730, 1095, 1826, 3652),
    "weeks": (13, 26, 52, 104, 156, 260, 520),
    "months": (6, 12, 24, 36, 60, 120),
    "years": (1, 2, 3, 5, 10),
}
_DAYS_FROM = 500.0
"""Times of more than this many, of unknown unit, are taken for days: few cohorts are followed for 500 months."""

_UNIT_UNKNOWN = 0.85
_UNIT_BY_LENGTH = 0.75
"""Scores that an endpoint cannot pass as long as its unit is only the usual one, or told by the longest time."""


def settle_units(
    profiles: tuple[ColumnProfile, ...], dated: DatedEndpoints
) -> tuple[str, float, str, tuple[EndpointGuess, ...]]:
    """Settle the unit of the study and of each time.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Every column.
    dated : DatedEndpoints
        The endpoints, with the units that names state or dates show.

    Returns
    -------
    unit : str
        Months as soon as one unit is known; otherwise months, or days where times are too long for months.
    score : float
        How sure, 0 to 1.
    reason : str
        How the units were told.
    endpoints : tuple of EndpointGuess
        With a lower score where the unit had to be assumed.
    """
    endpoints = dated.endpoints
    timed = [item for item in endpoints if item.time is not None]
    known = [item for item in timed if item.unit is not None]
    if not timed:
        reason = (
            phrase("endpoints are built from dates, in months")
            if endpoints
            else phrase("no time was found; months are the usual unit")
        )
        return "months", 0.95 if endpoints else 0.5, reason, endpoints
    longest = {item.column: float(item.values.max()) for item in profiles if item.is_number and item.n_present}
    long = [item for item in timed if item.unit is None and longest[str(item.time)] > _DAYS_FROM]
    silent = [item for item in timed if item.unit is None]
    capped = {id(item): _UNIT_BY_LENGTH if long else _UNIT_UNKNOWN for item in silent}
    if known or any(item.from_dates is not None for item in endpoints):
        guessed = "days" if long else None
        endpoints = tuple(
            replace(item, unit=guessed, score=min(item.score, capped[id(item)])) if id(item) in capped else item
            for item in endpoints
        )
        return "months", *_units_in_words(known, silent, dated), endpoints
    endpoints = tuple(replace(item, score=min(item.score, capped[id(item)])) for item in endpoints)
    if long:
        return "days", 0.6, phrase("no name states a unit, and the longest time is too long for months"), endpoints
    return "months", 0.6, phrase("no name states a unit; months are the usual one"), endpoints


def _units_in_words(
    known: list[EndpointGuess], silent: list[EndpointGuess], dated: DatedEndpoints
) -> tuple[float, str]:
    units = list(dict.fromkeys(item.unit for item in known if item.unit is not None))
    verified = bool(known) and all(item.time in dated.verified for item in known)
    reason = phrase("the dates agree with the times") if verified else phrase("the columns' names say so")
    if units != ["months"] and units:
        reason += phrase(
            "; times in {units} are converted to months",
            units=join_phrases((UNIT_NAMES[unit] for unit in units if unit != "months"), phrase(" and ", "names")),
        )
    if silent:
        reason += phrase("; no unit is stated for {columns}", columns=", ".join(f"“{item.time}”" for item in silent))
        return 0.6, reason
    return (0.97 if verified else 0.9), reason


def _longest_time(
    profiles: tuple[ColumnProfile, ...], dated: DatedEndpoints, endpoints: tuple[EndpointGuess, ...], unit: str
) -> float | None:
    """The longest time of any endpoint, in the study's unit."""
    columns = {profile.column: profile for profile in profiles}
    longest = [
        float(columns[item.time].values.max()) * UNIT_DAYS[item.unit or unit] / UNIT_DAYS[unit]
        for item in endpoints
        if item.time is not None
    ]
    dates = dated.dates
    if dates is not None and any(item.from_dates is not None for item in endpoints):
        index = days_of(columns[dates.index])
        for column in (dates.last_contact, dates.last_assessment):
            elapsed = days_of(columns[column]) - index if column is not None else np.array([])
            if np.isfinite(elapsed).any():
                longest.append(float(np.nanmax(elapsed)) / UNIT_DAYS[unit])
    return max(longest, default=None)


def guess_times(
    profiles: tuple[ColumnProfile, ...], dated: DatedEndpoints, endpoints: tuple[EndpointGuess, ...], unit: str
) -> tuple[float, ...]:
    """Choose the last three usual milestones that a fair number of patients may have reached.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Every column.
    dated : DatedEndpoints
        The dates.
    endpoints : tuple of EndpointGuess
        With their units.
    unit : str
        The unit of the study.

    Returns
    -------
    tuple of float
        In that unit; empty without a time.
    """
    longest = _longest_time(profiles, dated, endpoints, unit)
    if longest is None:
        return ()
    return tuple(float(time) for time in _MILESTONES[unit] if time <= 0.8 * longest)[-3:]
