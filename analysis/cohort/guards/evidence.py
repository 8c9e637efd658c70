"""What the guards look at: the patients, their arms, outcomes and dates, as far as they could be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.arms import assign_arms
from analysis.cohort.endpoints import EndpointData, read_endpoint
from analysis.cohort.findings import Findings
from analysis.cohort.reading import Cohort
from analysis.cohort.roles import RoleGuess
from analysis.cohort.selection import StudyCohort
from analysis.cohort.words.role_words import endpoint_of, split_words
from analysis.settings import DatesSettings, StudySettings, SurvivalEndpoint, TimeUnit, TreatmentSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomeEvidence:
    """One survival endpoint of the patients looked at.

    Attributes
    ----------
    settings : SurvivalEndpoint
        As the study has it.
    kind : str or None
        ``OS``, ``PFS``, ``TTP`` and the like, by its name or the names of its columns.
    time : (n, ) array of float
        In the cohort's time unit; NaN where missing.
    event, known : (n, ) array of bool
        As in `EndpointData`; not known where the time is infinite.
    """

    settings: SurvivalEndpoint
    kind: str | None
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    known: NDArray[np.bool_]

    @property
    def name(self) -> str:
        """The endpoint as the study names it."""
        return self.settings.name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """The patients a study is about, or all rows where there is no study yet.

    Attributes
    ----------
    table : pandas.DataFrame
        The file.
    settings : StudySettings or None
        The study.
    roles : Mapping of str to str
        What each column was guessed to be; empty without a guess.
    patients : StudyCohort or None
        None where the study could not be carried out.
    row : (n, ) array of int
        Rows of the table looked at: the patients, or all of both arms where the patients could not be selected.
    treated : (n, ) array of bool or None
        Their arms.
    labels : tuple of str
        Labels of the treated and the control arm.
    both : (m, ) array of int
        Eligible rows of both arms, with or without complete covariates.
    both_treated : (m, ) array of bool or None
        Their arms.
    outcomes : tuple of OutcomeEvidence
        Survival endpoints that could be read.
    time_unit : str
        Of their times.
    dates : DatesSettings or None
        Of the study, or guessed.
    dates_are_guessed : bool
        True when the study does not name them.
    id : str or None
        The id column.
    """

    table: pd.DataFrame
    settings: StudySettings | None
    roles: Mapping[str, str]
    patients: StudyCohort | None
    row: NDArray[np.int64]
    treated: NDArray[np.bool_] | None
    labels: tuple[str, str]
    both: NDArray[np.int64]
    both_treated: NDArray[np.bool_] | None
    outcomes: tuple[OutcomeEvidence, ...]
    time_unit: TimeUnit
    dates: DatesSettings | None
    dates_are_guessed: bool
    id: str | None
    _days: dict[str, NDArray[np.float64] | None] = field(default_factory=dict)

    def day(self, use: str) -> NDArray[np.float64] | None:
        """Days since 1970 of one of the study's dates.

        Parameters
        ----------
        use : str
            A field of `DatesSettings`, such as ``index``.

        Returns
        -------
        (n, ) array of float or None
            Whole days, NaN where missing; None without such a column of dates.
        """
        column = self.date_column(use)
        if column is None:
            return None
        if column not in self._days:
            self._days[column] = _days_of(self.table, column, self.row)
        return self._days[column]

    def date_column(self, use: str) -> str | None:
        """The column of one of the study's dates.

        Parameters
        ----------
        use : str
            A field of `DatesSettings`.

        Returns
        -------
        str or None
            Its name, or None.
        """
        return getattr(self.dates, use) if self.dates is not None else None

    def arms(self) -> tuple[tuple[str, NDArray[np.bool_]], ...]:
        """Each arm with the patients in it.

        Returns
        -------
        tuple of (str, (n, ) array of bool)
            Treated first; empty where the arms are not known.
        """
        if self.treated is None:
            return ()
        return ((self.labels[0], self.treated), (self.labels[1], ~self.treated))


def _days_of(table: pd.DataFrame, column: str, row: NDArray[np.int64]) -> NDArray[np.float64] | None:
    if column not in table or table[column].dtype.kind != "M":
        return None
    stamps = table[column].to_numpy(dtype="datetime64[s]")[row].astype("datetime64[D]")
    days = stamps.astype(np.int64).astype(np.float64)
    days[np.isnat(stamps)] = np.nan
    return days


def gather_evidence(
    cohort: Cohort, settings: StudySettings | None, guess: RoleGuess | None, patients: StudyCohort | None
) -> Evidence:
    """Gather what the guards look at.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings or None
        The study.
    guess : RoleGuess or None
        What the columns were guessed to be.
    patients : StudyCohort or None
        The patients of the study, None where there is an error.

    Returns
    -------
    Evidence
        With less in it where less could be read.
    """
    table = cohort.table
    treatment = _treatment(settings, guess)
    both, both_treated = _both_arms(table, treatment) if patients is None else _with_incomplete(patients)
    row = both if patients is None else patients.row
    stated = settings.dates if settings is not None else None
    return Evidence(
        table=table,
        settings=settings,
        roles={} if guess is None else {item.column: item.role for item in guess.columns},
        patients=patients,
        row=row,
        treated=None if both_treated is None else both_treated if patients is None else patients.treated,
        labels=("", "") if treatment is None else (treatment.treated, treatment.control),
        both=both,
        both_treated=both_treated,
        outcomes=_outcomes(table, settings, patients, row),
        time_unit=settings.cohort.time_unit if settings is not None else "months",
        dates=stated or getattr(guess, "dates", None),
        dates_are_guessed=stated is None,
        id=settings.cohort.id if settings is not None else guess.id if guess is not None else None,
    )


def _treatment(settings: StudySettings | None, guess: RoleGuess | None) -> TreatmentSettings | None:
    if settings is not None:
        return settings.treatment
    if guess is None or guess.treatment is None:
        return None
    found = guess.treatment
    return TreatmentSettings(column=found.column, treated=found.treated, control=found.control)


def _both_arms(
    table: pd.DataFrame, treatment: TreatmentSettings | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_] | None]:
    """Rows of both arms; all rows where the arms cannot be told."""
    arms = None
    if treatment is not None and treatment.column in table:
        arms = assign_arms(table[treatment.column], treatment, Findings())
    if arms is None:
        return np.arange(len(table)), None
    row = np.flatnonzero(arms.studied)
    return row, arms.treated[row]


def _with_incomplete(patients: StudyCohort) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The patients, and those left out for a missing covariate alone."""
    codes, reasons = pd.factorize(patients.excluded["reason"])
    incomplete = np.array([str(reason).startswith("missing covariate") for reason in reasons], dtype=bool)
    lost = patients.excluded[incomplete[codes]] if len(codes) else patients.excluded
    row = np.concatenate([patients.row, lost["row"].to_numpy(dtype=np.int64)])
    treated = np.concatenate([patients.treated, (lost["arm"] == patients.treated_label).to_numpy(dtype=bool)])
    return row, treated


def _outcomes(
    table: pd.DataFrame, settings: StudySettings | None, patients: StudyCohort | None, row: NDArray[np.int64]
) -> tuple[OutcomeEvidence, ...]:
    if settings is None:
        return ()
    stated = {endpoint.name: endpoint for endpoint in settings.outcomes.survival}
    found = patients.endpoints if patients is not None else tuple(_read_again(table, settings, row))
    return tuple(
        OutcomeEvidence(
            settings=stated[item.name],
            kind=kind_of(stated[item.name]),
            time=item.time,
            event=item.event & np.isfinite(item.time),
            known=item.known & np.isfinite(item.time),
        )
        for item in found
        if item.name in stated
    )


def _read_again(table: pd.DataFrame, settings: StudySettings, row: NDArray[np.int64]) -> Iterator[EndpointData]:
    """What can be read of the endpoints where something else stops the study."""
    picked = np.zeros(len(table), dtype=bool)
    picked[row] = True
    for endpoint in settings.outcomes.survival:
        if endpoint.time in table and endpoint.event in table and picked.any():
            found = read_endpoint(table, picked, endpoint, "keep", Findings(), time_unit=settings.cohort.time_unit)
            if found is not None:
                yield found


def kind_of(endpoint: SurvivalEndpoint) -> str | None:
    """Tell what an endpoint is.

    Parameters
    ----------
    endpoint : SurvivalEndpoint
        As the study has it.

    Returns
    -------
    str or None
        Such as ``OS`` or ``PFS``; None when neither its name nor those of its columns tell.

    Examples
    --------
    >>> kind_of(SurvivalEndpoint(name="Overall survival", time="t", event="e"))
    'OS'
    """
    if endpoint.from_dates is not None:
        return endpoint.from_dates.upper()
    names = filter(None, (endpoint.name, endpoint.time, endpoint.event))
    return next((kind for kind in (endpoint_of(split_words(name)) for name in names) if kind), None)
