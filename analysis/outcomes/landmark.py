"""Landmark analysis: survival from a fixed time on, by what was known of each patient by then."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.follow_up import sort_follow_up
from analysis.phrases import phrase

# Fewer patients than this under observation at the landmark show no curve worth reading.
FEWEST_AT_LANDMARK = 10
# A group smaller than this is shown, with a note.
SMALL_GROUP = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landmark:
    """Patients still under observation at the landmark, and what was known of them by then.

    Attributes
    ----------
    landmark_time : float
        From the index date, in the unit of time.
    rows : (m,) int64
        Rows of the patients kept, ascending; every other column, such as arm, weights and cluster, is taken at these.
    time : (m,) float64
        From the landmark on, > 0.
    event : (m,) bool
    known : (m,) bool
        True where it had happened (for example a response) by the landmark; what happened later does not count.
    n, n_known : int
    n_events_before, n_censored_before : int
        Patients left out because the event or the end of observation came first, at the landmark itself included.
    n_known_later : int
        Patients kept in whom it happened after the landmark: they count as without it.
    """

    landmark_time: float
    rows: NDArray[np.int64]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    known: NDArray[np.bool_]
    n: int
    n_known: int
    n_events_before: int
    n_censored_before: int
    n_known_later: int
    method: str
    notes: tuple[Note, ...]


def landmark(
    time: ArrayLike,
    event: ArrayLike,
    known_at: ArrayLike,
    landmark_time: float,
    *,
    fewest: int = FEWEST_AT_LANDMARK,
) -> Landmark:
    """Keep patients under observation after a fixed time, grouped by what had happened to them until then.

    A patient must live long enough to respond, so that responders compared with the others from the index date seem
    to live longer even where response does nothing. From a landmark on, both groups have lived as long.

    Parameters
    ----------
    time : (n,) numbers
        From the index date to the event or to the last contact, finite and ≥ 0, any unit.
    event : (n,) bool
    known_at : (n,) numbers
        From the index date, when it (for example a response) was first known; NaN where it never was. At most
        ``time``.
    landmark_time : float
        Finite and > 0. It must be chosen before the curves are seen.
    fewest : int
        Patients that must be left.

    Returns
    -------
    Landmark

    Raises
    ------
    EstimationError
        If fewer than ``fewest`` patients are left, only one group is, something was known after observation ended, or
        the columns are impossible.
    SettingsError
        If the landmark is not a finite time above 0.

    Notes
    -----
    Anderson, Cain & Gelber 1983, doi:10.1200/JCO.1983.1.11.710.

    Examples
    --------
    >>> kept = landmark([1, 5, 8, 9], [True, True, False, True], [np.nan, 2, 4, np.nan], 3, fewest=3)
    >>> kept.rows.tolist(), kept.time.tolist(), kept.known.tolist()
    ([1, 2, 3], [2.0, 5.0, 6.0], [True, False, False])
    """
    if not 0.0 < landmark_time < math.inf:
        raise SettingsError(
            phrase(
                "The landmark must be a finite time above 0; {time:g} was given. Choose a time within follow-up.",
                time=landmark_time,
            )
        )
    tie_gap = sort_follow_up(time, event).tie_gap
    times, events = np.asarray(time, dtype=np.float64), np.asarray(event).astype(np.bool_)
    first = np.asarray(known_at, dtype=np.float64)
    _refuse_known(first, times, tie_gap)
    under_observation = times > landmark_time + tie_gap
    rows = np.flatnonzero(under_observation)
    known = first[rows] <= landmark_time + tie_gap
    n_known = int(known.sum())
    _refuse_few(rows.size, n_known, times.size, fewest)
    return Landmark(
        landmark_time=float(landmark_time),
        rows=rows,
        time=times[rows] - landmark_time,
        event=events[rows],
        known=known,
        n=rows.size,
        n_known=n_known,
        n_events_before=int(events[~under_observation].sum()),
        n_censored_before=int((~events[~under_observation]).sum()),
        n_known_later=int(np.count_nonzero(first[rows] > landmark_time + tie_gap)),
        method=phrase("Landmark analysis from {time:g} on", time=landmark_time),
        notes=_small_group_notes(rows.size, n_known),
    )


def _refuse_known(first: NDArray[np.float64], times: NDArray[np.float64], tie_gap: float) -> None:
    if first.shape != times.shape:
        raise EstimationError(
            phrase(
                "Every column must have one entry for each patient; the entries found are: time "
                "{n_times}, known_at {n_known}. Give columns of the same patients, one dimension each.",
                n_times=times.size,
                n_known=first.size,
            )
        )
    impossible = int(np.count_nonzero((first < 0.0) | np.isinf(first)))
    late = int(np.count_nonzero(np.isfinite(first) & (first > times + tie_gap)))
    problems = []
    if impossible:
        problems.append(
            phrase(
                "When it was first known must be a finite time of at least 0, or missing; "
                "{impossible} of {n} are not. Correct them in the file, or leave them empty where "
                "it never was.",
                impossible=impossible,
                n=first.size,
            )
        )
    if late:
        problems.append(
            phrase(
                "A landmark analysis takes nothing that was first seen after the event or the last "
                "contact; in {late} of {n} patients it was. Correct the dates of these patients.",
                late=late,
                n=first.size,
            )
        )
    if problems:
        raise EstimationError(*problems)


def _refuse_few(n_left: int, n_known: int, n: int, fewest: int) -> None:
    if n_left < fewest:
        raise EstimationError(
            phrase(
                "A landmark analysis needs at least {fewest} patients under observation after the "
                "landmark; {n_left} of {n} are. Choose an earlier landmark.",
                fewest=fewest,
                n_left=n_left,
                n=n,
            )
        )
    if n_known in (0, n_left):
        raise EstimationError(
            phrase(
                "A landmark analysis compares patients with and without it by the landmark; none of "
                "the {n} patients left had it by then. Choose a later landmark.",
                n=n_left,
            )
            if n_known == 0
            else phrase(
                "A landmark analysis compares patients with and without it by the landmark; all "
                "the {n} patients left had it by then. Choose an earlier landmark.",
                n=n_left,
            )
        )


def _small_group_notes(n: int, n_known: int) -> tuple[Note, ...]:
    smaller = min(n_known, n - n_known)
    if smaller >= SMALL_GROUP:
        return ()
    text = phrase(
        "Only {smaller} patients of {n} left at the landmark are in the smaller group: its curve says little.",
        smaller=smaller,
        n=n,
    )
    if smaller == 1:
        text = phrase("Only 1 patient of {n} left at the landmark is in the smaller group: its curve says little.", n=n)
    return (Note(code="small_landmark_group", text=text),)
