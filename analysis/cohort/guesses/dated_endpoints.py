"""Endpoints that dates give: built where a file has no times, and held against the times where it has."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.guesses.date_guess import IN_ORDER, DateGuess, columns_by_use, cutoff_of, days_of
from analysis.cohort.guesses.pairing import EndpointGuess, find_deaths
from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.labels import as_labels
from analysis.cohort.time_units import UNIT_NAMES
from analysis.phrases import join_phrases, phrase
from analysis.settings import DatesSettings

UNIT_DAYS = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
"""Days of each unit of time."""

_AGREEING = 0.8
"""Share of patients whose times must be what the dates give before the dates tell the unit."""

_FEWEST = 10
_PROGRESSIONS = {"PFS", "RFS", "DFS", "EFS", "TTP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedEndpoints:
    """What dates say about the endpoints.

    Attributes
    ----------
    dates : DatesSettings or None
        The study's dates; None without a date of time zero.
    endpoints : tuple of EndpointGuess
        All endpoints, those with columns first.
    verified : frozenset of str
        Time columns that are what the dates give.
    died : str or None
        The column that says who died, where it is used beside the dates.
    """

    dates: DatesSettings | None
    endpoints: tuple[EndpointGuess, ...]
    verified: frozenset[str]
    died: str | None


def add_dated_endpoints(
    profiles: tuple[ColumnProfile, ...], guesses: tuple[DateGuess, ...], endpoints: tuple[EndpointGuess, ...]
) -> DatedEndpoints:
    """Hold the times of endpoints against the dates, and build from dates what has no times.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        All columns.
    guesses : tuple of DateGuess
        What the dates among them are of.
    endpoints : tuple of EndpointGuess
        Those with columns.

    Returns
    -------
    DatedEndpoints
        A time that is the days between two dates has its unit verified: a higher score, and a reason that says so.
    """
    uses = dict(columns_by_use(guesses))
    if "index" not in uses:
        return DatedEndpoints(dates=None, endpoints=endpoints, verified=frozenset(), died=None)
    by_column = {profile.column: profile for profile in profiles}
    days = {use: days_of(by_column[column]) for use, column in uses.items()}
    checked = tuple(_checked(endpoint, by_column, days) for endpoint in endpoints)
    paired = {column for item in endpoints for column in (item.time, item.event)}
    used = {item.event for item in endpoints if item.name.startswith("OS")}
    candidates = tuple(profile for profile in profiles if profile.column not in paired or profile.column in used)
    deaths = find_deaths(candidates)
    if deaths is not None and "death" in uses and _dates_the_living(*deaths, days["death"]):
        deaths = None
    cutoff = cutoff_of(profiles, guesses)
    dates = DatesSettings(
        index=uses["index"],
        treatment_start=uses.get("treatment_start"),
        progression=uses.get("progression"),
        death=uses.get("death"),
        died=deaths[0].column if deaths else None,
        died_observed=deaths[1] if deaths else None,
        last_contact=uses.get("last_contact"),
        last_assessment=uses.get("last_assessment"),
        response=uses.get("response"),
        cutoff=cutoff.date() if cutoff is not None else None,
    )
    built = _built(dates, {guess.column: guess.score for guess in guesses}, {item.name for item in endpoints})
    told = tuple(item for item, verified in checked)
    counted = any(item.from_dates != "ttp" for item in built)
    if dates.death is not None and not counted:
        dates = dates.model_copy(update={"died": None, "died_observed": None})
    died = dates.died if dates.died not in paired and counted else None
    return DatedEndpoints(
        dates=dates,
        endpoints=(*_mentioning(told, dates), *built),
        verified=frozenset(item.time for item, verified in checked if verified and item.time is not None),
        died=died,
    )


def _dates_the_living(deaths: ColumnProfile, observed: tuple[str, ...], day: NDArray[np.float64]) -> bool:
    """Whether a column of deaths is of something else than the dates: too many with a date are not dead by it."""
    status = as_labels(deaths.sample)
    dated = ~np.isnan(day) & status.notna().to_numpy()
    living = dated & ~status.isin(observed).to_numpy()
    return bool(living.sum() > (1 - IN_ORDER) * dated.sum())


def _checked(
    endpoint: EndpointGuess, profiles: Mapping[str, ColumnProfile], days: Mapping[str, NDArray[np.float64]]
) -> tuple[EndpointGuess, bool]:
    """An endpoint with its unit by the dates, where they tell it."""
    if endpoint.time is None:
        return endpoint, False
    time = profiles[endpoint.time].sample.to_numpy(dtype=np.float64)
    shares = {unit: _agreement(time * length, length, time, days) for unit, length in UNIT_DAYS.items()}
    unit = max(shares, key=lambda name: shares[name])
    if shares[unit] < _AGREEING:
        return endpoint, False
    found = phrase(
        "in {percent:.0f} % of patients the time is that between the dates, in {unit}",
        percent=100 * shares[unit],
        unit=UNIT_NAMES[unit],
    )
    if endpoint.unit not in (None, unit):
        reason = phrase(
            "{reason}; its name says {unit}, but {found}",
            reason=endpoint.reason,
            unit=UNIT_NAMES[endpoint.unit],
            found=found,
        )
        return replace(endpoint, unit=unit, must_say_unit=True, reason=reason, score=min(endpoint.score, 0.5)), True
    score = min(0.99, endpoint.score + 0.05) if endpoint.observed is not None else endpoint.score
    return replace(endpoint, unit=unit, reason=endpoint.reason + "; " + found, score=round(score, 2)), True


def _agreement(
    measured: NDArray[np.float64],
    length: float,
    time: NDArray[np.float64],
    days: Mapping[str, NDArray[np.float64]],
) -> float:
    """Share of patients whose time in days is that from time zero to one of the dates that may end it."""
    known = ~np.isnan(time) & np.isfinite(time) & ~np.isnan(days["index"])
    rounding = 1.0 if (time[known] % 1 == 0).all() else 0.1 if (np.round(time[known], 1) == time[known]).all() else 0.01
    agrees = np.zeros(len(time), dtype=bool)
    compared = np.zeros(len(time), dtype=bool)
    for use in ("last_contact", "death", "progression", "last_assessment"):
        if use not in days:
            continue
        elapsed = days[use] - days["index"]
        both = known & ~np.isnan(elapsed)
        compared |= both
        with np.errstate(invalid="ignore"):
            agrees |= both & (np.abs(measured - elapsed) <= 1.0 + rounding * length + 0.015 * np.abs(elapsed))
    return float(agrees[compared].mean()) if compared.sum() >= _FEWEST else 0.0


def _built(dates: DatesSettings, scores: Mapping[str, float], present: set[str]) -> tuple[EndpointGuess, ...]:
    """Endpoints for which there are dates and no times."""
    kinds = {name.split(" ")[0] for name in present}
    died = dates.death or dates.died
    built = []
    end = dates.last_assessment or dates.last_contact
    if dates.progression is not None and end is not None and not kinds & _PROGRESSIONS:
        if died is not None:
            reason = phrase(
                "from “{index}” to “{progression}” or death, otherwise to “{end}”",
                index=dates.index,
                progression=dates.progression,
                end=end,
            )
            built.append(_dated("PFS", "pfs", reason, (dates.progression, died, end, dates.index), scores))
        else:
            reason = phrase(
                "from “{index}” to “{progression}”, otherwise to “{end}”",
                index=dates.index,
                progression=dates.progression,
                end=end,
            )
            built.append(_dated("TTP", "ttp", reason, (dates.progression, end, dates.index), scores))
    if died is not None and dates.last_contact is not None and not kinds & {"OS", "Survival"}:
        who = f"“{dates.death}”" if dates.death is not None else phrase("death by “{died}”", died=dates.died)
        reason = phrase(
            "from “{index}” to {who}, otherwise to “{last_contact}”",
            index=dates.index,
            who=who,
            last_contact=dates.last_contact,
        )
        built.append(_dated("OS", "os", reason, (died, dates.last_contact, dates.index), scores))
    return tuple(built)


def _dated(name: str, kind: str, reason: str, columns: tuple[str, ...], scores: Mapping[str, float]) -> EndpointGuess:
    return EndpointGuess(
        name=name,
        time=None,
        event=None,
        observed=None,
        proposed=None,
        unit=None,
        from_dates=kind,
        score=min(scores.get(column, 0.9) for column in columns),
        reason=reason,
    )


def _mentioning(endpoints: tuple[EndpointGuess, ...], dates: DatesSettings) -> tuple[EndpointGuess, ...]:
    """Endpoints with columns, saying that their dates are in the file too."""
    told = []
    for endpoint in endpoints:
        columns = (dates.progression,) if endpoint.name in _PROGRESSIONS else (dates.death, dates.last_contact)
        named = join_phrases((f"“{column}”" for column in columns if column is not None), phrase(" and ", "names"))
        if named and endpoint.name in {*_PROGRESSIONS, "OS"}:
            endpoint = replace(
                endpoint,
                reason=phrase("{reason}; the file has dates for it too ({named})", reason=endpoint.reason, named=named),
            )
        told.append(endpoint)
    return tuple(told)
