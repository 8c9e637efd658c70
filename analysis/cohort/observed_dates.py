"""The endpoints that a study builds from its dates: columns in, times and events out, or what is wrong with them."""

import datetime
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.dates import Days, PatientDates, as_of, dates_of_death, observe
from analysis.cohort.day_values import day_values
from analysis.cohort.endpoints import NOTHING_DESCRIBED, EndpointData, observed_labels, settle_zero_times
from analysis.cohort.findings import Findings
from analysis.cohort.labels import as_labels
from analysis.cohort.time_units import convert_times
from analysis.cohort.words.codings import unknown_labels
from analysis.phrases import phrase
from analysis.settings import DatesSettings, StudySettings, SurvivalEndpoint


def dated_endpoints(
    table: pd.DataFrame,
    rows: NDArray[np.bool_],
    settings: StudySettings,
    findings: Findings,
    *,
    described: Mapping[str, str] = NOTHING_DESCRIBED,
) -> dict[str, EndpointData]:
    """Build every endpoint that the study takes from its dates.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows of the file.
    rows : (n, ) array of bool
        True for the eligible rows of the two arms; only their cells can be at fault.
    settings : StudySettings
        The columns of dates, the data cut-off, the time unit, and what becomes of times of 0.
    findings : Findings
        Takes what is wrong: cells that are no dates, dates before the index date, patients who entered after the
        cut-off, a date of death of patients labelled alive; and notes deaths that the last contact dates, and deaths
        without either date.
    described : mapping of str to str, optional
        What the file says of its columns.

    Returns
    -------
    dict of str to EndpointData
        By the endpoint's name, for the rows picked, in their order, in the cohort's time unit. A patient without an
        index date, or of whom neither the event nor a last day without it is known, is unknown.
    """
    wanted = [endpoint for endpoint in settings.outcomes.survival if endpoint.from_dates is not None]
    if settings.dates is None or not wanted:
        return {}
    dates = read_dates(table, rows, settings.dates, findings, described=described)
    if dates is None:
        return {}
    known = as_of(dates, settings.dates.cutoff)
    return {endpoint.name: _endpoint(known, endpoint, settings, findings) for endpoint in wanted}


def _endpoint(
    dates: PatientDates, endpoint: SurvivalEndpoint, settings: StudySettings, findings: Findings
) -> EndpointData:
    if endpoint.from_dates is None:
        raise AssertionError("only endpoints from dates come here")
    observation = observe(endpoint.from_dates, dates, death_competes=endpoint.competing is not None)
    length = observation.end - dates.index
    known = ~np.isnat(length)
    days = np.where(known, length.astype(np.int64), np.nan)
    if not known.any():
        findings.refuse_data(
            None,
            phrase(
                "{endpoint} needs patients with an index date and an event or a last date without it; "
                "none of {n:,} has both. Choose other columns of dates.",
                endpoint=endpoint.name,
                n=known.size,
            ),
        )
    settle_zero_times(days, endpoint, settings.outcomes.zero_times, findings)
    time = convert_times(days, "days", settings.cohort.time_unit)
    competing = None if observation.competing is None else observation.competing & known
    return EndpointData(
        name=endpoint.name, time=time, event=observation.event & known, known=known, competing=competing
    )


def read_dates(
    table: pd.DataFrame,
    rows: NDArray[np.bool_],
    settings: DatesSettings,
    findings: Findings,
    *,
    described: Mapping[str, str] = NOTHING_DESCRIBED,
) -> PatientDates | None:
    """Take what a study's columns of dates say of each patient.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows of the file.
    rows : (n, ) array of bool
        True for the rows in question.
    settings : DatesSettings
        The columns; those that are not in the table are passed over.
    findings : Findings
        Takes what is wrong with them.
    described : mapping of str to str, optional
        What the file says of its columns.

    Returns
    -------
    PatientDates or None
        None when anything is wrong.
    """
    errors = len(findings.errors)
    named = {
        use: _days(table, rows, getattr(settings, use), f"dates.{use}", findings)
        for use in ("index", "progression", "death", "last_contact", "last_assessment")
    }
    if settings.index in table and len(findings.errors) == errors and np.isnat(named["index"]).all():
        findings.refuse_data(
            settings.index,
            phrase(
                "{column}: dates.index must hold the day each patient's time starts, and all {n:,} "
                "cells are missing. Choose another column.",
                column=settings.index,
                n=named["index"].size,
            ),
        )
    dead, status_unknown = _vital_status(table, rows, settings, findings, described)
    alive = None if dead is None else ~dead & ~status_unknown
    for column, text in _impossible(named, alive, settings):
        findings.refuse_data(column, text)
    if len(findings.errors) > errors:
        return None
    death = dates_of_death(named["death"], dead, named["last_contact"])
    undated = np.isnat(death) & (status_unknown if dead is None else dead | status_unknown)
    if dead is not None:
        _note_dated_by_contact(dead & np.isnat(named["death"]) & ~np.isnat(death), settings, findings)
        _note_undated(dead & np.isnat(death), settings, findings)
    return PatientDates(
        index=named["index"],
        progression=named["progression"],
        death=death,
        last_contact=named["last_contact"],
        last_assessment=named["last_assessment"],
        death_unknown=undated,
    )


def _days(table: pd.DataFrame, rows: NDArray[np.bool_], column: str | None, use: str, findings: Findings) -> Days:
    absent = np.full(int(rows.sum()), np.datetime64("NaT", "D"))
    if column is None or column not in table:
        return absent
    days = day_values(table[column][rows], findings, use=use)
    return absent if days is None else days


def _vital_status(
    table: pd.DataFrame,
    rows: NDArray[np.bool_],
    settings: DatesSettings,
    findings: Findings,
    described: Mapping[str, str],
) -> tuple[NDArray[np.bool_] | None, NDArray[np.bool_]]:
    """Who is dead by label, None without such a column; and whose label is missing."""
    unknown = np.zeros(int(rows.sum()), dtype=bool)
    if settings.died is None or settings.died not in table:
        return None, unknown
    labels = as_labels(table[settings.died])
    coding = SurvivalEndpoint(name="death", event=settings.died, observed=settings.died_observed)
    is_date = table[settings.died].dtype.kind == "M"
    about = described.get(settings.died, "")
    observed = observed_labels(labels, coding, is_date, findings, about=about, key="dates.died_observed")
    if observed is None:
        return None, unknown
    picked = labels[rows]
    unsaid = unknown_labels(labels.dropna().unique().tolist(), observed)
    return picked.isin(observed).to_numpy(dtype=bool), (picked.isna() | picked.isin(unsaid)).to_numpy()


def _impossible(
    named: dict[str, Days], alive: NDArray[np.bool_] | None, settings: DatesSettings
) -> Iterator[tuple[str | None, str]]:
    index, n = named["index"], named["index"].size
    for use in ("progression", "death", "last_contact", "last_assessment"):
        early = int((named[use] < index).sum())
        if early:
            column = getattr(settings, use)
            patients = phrase("patients has") if early == 1 else phrase("patients have")
            yield (
                column,
                phrase(
                    "{column}: dates.{use} must not lie before the index date ({index}); {early:,} of "
                    "{n:,} {patients} it earlier. Correct the dates or leave them blank.",
                    column=column,
                    use=use,
                    index=settings.index,
                    early=early,
                    n=n,
                    patients=patients,
                ),
            )
    if settings.cutoff is not None:
        yield from _after_cutoff(index, settings.index, settings.cutoff)
    if alive is not None:
        contradicted = int((alive & ~np.isnat(named["death"])).sum())
        if contradicted:
            patients = phrase("patients has") if contradicted == 1 else phrase("patients have")
            yield (
                settings.died,
                phrase(
                    "{died}: a patient with a date of death ({death}) must be dead; {contradicted:,} of "
                    "{n:,} {patients} one and a label of the living. Correct the label or the date.",
                    died=settings.died,
                    death=settings.death,
                    contradicted=contradicted,
                    n=n,
                    patients=patients,
                ),
            )


def _after_cutoff(index: Days, column: str, cutoff: datetime.date) -> Iterator[tuple[str, str]]:
    late = int((index > np.datetime64(cutoff, "D")).sum())
    if late:
        patients = phrase("patients starts") if late == 1 else phrase("patients start")
        yield (
            column,
            phrase(
                "{column}: the index date must not lie after the data cut-off ({cutoff}); "
                "{late:,} of {n:,} {patients} later. Correct the dates or the cut-off, or "
                "leave these patients out by a rule of eligibility.",
                column=column,
                cutoff=cutoff.isoformat(),
                late=late,
                n=index.size,
                patients=patients,
            ),
        )


def _note_dated_by_contact(deaths: NDArray[np.bool_], settings: DatesSettings, findings: Findings) -> None:
    """Tell of deaths whose date stands in a column for the others; without such a column it is the rule, not news."""
    count = int(deaths.sum())
    if count and settings.death is not None:
        patients = phrase("1 patient is") if count == 1 else phrase("{count:,} patients are", count=count)
        deaths_are = phrase("this death is") if count == 1 else phrase("these deaths are")
        findings.note(
            "deaths_dated_by_contact",
            phrase(
                "{died}: {patients} dead without a date of death ({death}); {deaths_are} dated by "
                "the last contact ({last_contact}), which may be too early. Fill in the dates of "
                "death.",
                died=settings.died,
                patients=patients,
                death=settings.death,
                deaths_are=deaths_are,
                last_contact=settings.last_contact,
            ),
        )


def _note_undated(undated: NDArray[np.bool_], settings: DatesSettings, findings: Findings) -> None:
    count = int(undated.sum())
    if count:
        patients = phrase("1 patient is") if count == 1 else phrase("{count:,} patients are", count=count)
        findings.note(
            "deaths_without_date",
            phrase(
                "{died}: {patients} dead without a date of death or of last contact; when is not known.",
                died=settings.died,
                patients=patients,
            ),
        )
