"""Compiled loops behind responses from lesion sums: every scan judged, then every patient."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

CR, PR, SD, PD, NE, BASELINE = 0, 1, 2, 3, 4, 5

# What was said of lesions that are not measured.
NONE_KNOWN, GONE, PERSIST, NOT_JUDGED, PROGRESSED = -1, 0, 1, 2, 3

# Why a patient's best response is NE.
ASSESSED, NO_SCAN, NO_BASELINE, NOT_MEASURABLE, NO_SCAN_AFTER, NOT_ASSESSED, TOO_EARLY = 0, 1, 2, 3, 4, 5, 6

# Sums that miss a threshold by less than this, relatively, meet it: 12.6 is 30 % below 18.
ROUNDING = 1e-9


@njit(cache=True, nogil=True)
def judge_scans(
    starts: NDArray[np.int64],
    day: NDArray[np.float64],
    size: NDArray[np.float64],
    new_lesion: NDArray[np.bool_],
    complete: NDArray[np.bool_],
    non_target: NDArray[np.int8],
    growth_mm: float,
    latest_baseline_day: float,
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.int64]]:
    """Response and change at every scan, and the row of every patient's baseline (−1 without).

    Parameters
    ----------
    starts : int64 (k + 1,)
        Where each patient's scans start; within a patient they are in order of days.
    day, size : float64 (m,)
        A size that was not measured is NaN.
    new_lesion, complete : bool (m,)
    non_target : int8 (m,)
        Code of the lesions that are not measured.
    growth_mm, latest_baseline_day : float
    """
    response = np.full(day.size, BASELINE, dtype=np.int8)
    change = np.full(day.size, np.nan)
    baseline_row = np.full(starts.size - 1, -1)
    for patient in range(starts.size - 1):
        row = -1
        for scan in range(starts[patient], starts[patient + 1]):
            if day[scan] <= latest_baseline_day:
                row = scan
        baseline_row[patient] = row
        if row < 0:
            response[starts[patient] : starts[patient + 1]] = NE
            continue
        baseline = size[row]
        measurable = baseline > 0.0
        nadir = baseline
        for scan in range(row + 1, starts[patient + 1]):
            known = measurable and not np.isnan(size[scan])
            growth = size[scan] - nadir
            regrown = nadir == 0.0 or (
                5.0 * size[scan] >= 6.0 * nadir * (1.0 - ROUNDING) and growth >= growth_mm * (1.0 - ROUNDING)
            )
            grown = known and growth > 0.0 and regrown and not complete[scan]
            if new_lesion[scan] or grown or non_target[scan] == PROGRESSED:
                response[scan] = PD
            elif not measurable and (non_target[scan] == GONE or non_target[scan] == PERSIST):
                response[scan] = CR if non_target[scan] == GONE else SD
            elif not known:
                response[scan] = NE
            elif (size[scan] == 0.0 or complete[scan]) and non_target[scan] > GONE:
                response[scan] = PR
            elif size[scan] == 0.0 or complete[scan]:
                response[scan] = CR
            elif 10.0 * size[scan] <= 7.0 * baseline * (1.0 + ROUNDING):
                response[scan] = PR
            else:
                response[scan] = SD
            if known:
                change[scan] = 100.0 * (size[scan] - baseline) / baseline
                nadir = min(nadir, size[scan])
    return response, change, baseline_row


@njit(cache=True, nogil=True)
def judge_patients(
    starts: NDArray[np.int64],
    day: NDArray[np.float64],
    size: NDArray[np.float64],
    response: NDArray[np.int8],
    change: NDArray[np.float64],
    baseline_row: NDArray[np.int64],
    confirmed: bool,
    stable_days: float,
    confirmation_days: float,
    unassessed_between: int,
) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int64], NDArray[np.float64]]:
    """Best response, why it is NE, scans used, and figures of every patient.

    The figures are, column by column: day of response, of progression, of the last assessed scan, of the nadir;
    baseline sum, nadir, and deepest change in per cent.
    """
    k = starts.size - 1
    best = np.full(k, NE, dtype=np.int8)
    why = np.zeros(k, dtype=np.int8)
    n_scans = np.zeros(k, dtype=np.int64)
    figures = np.full((k, 7), np.nan)
    for patient in range(k):
        first, last = starts[patient], starts[patient + 1]
        row = baseline_row[patient]
        if row < 0:
            why[patient] = NO_SCAN if first == last else NO_BASELINE
            continue
        n_scans[patient] = last - row - 1
        end = last
        for scan in range(row + 1, last):
            if response[scan] == PD:
                figures[patient, 1] = day[scan]
                end = scan
                break
        figures[patient, 4] = size[row]
        if size[row] > 0.0:
            figures[patient, 3] = day[row]
            figures[patient, 5] = size[row]
        for scan in range(row + 1, min(end + 1, last)):
            if response[scan] != NE:
                figures[patient, 2] = day[scan]
            if not np.isnan(change[scan]):
                if size[scan] < figures[patient, 5]:
                    figures[patient, 5] = size[scan]
                    figures[patient, 3] = day[scan]
                if np.isnan(figures[patient, 6]) or change[scan] < figures[patient, 6]:
                    figures[patient, 6] = change[scan]
        complete, partial, stable, early = False, False, False, False
        for scan in range(row + 1, end):
            if response[scan] > SD:
                continue
            if day[scan] >= stable_days:
                stable = True
            else:
                early = True
            if response[scan] == SD:
                continue
            holds = PR
            if confirmed:
                holds = _confirmed(scan, end, day, response, confirmation_days, unassessed_between)
            elif response[scan] == CR:
                holds = CR
            if holds > PR:
                continue
            if np.isnan(figures[patient, 0]):
                figures[patient, 0] = day[scan]
            if holds == CR:
                complete = True
            partial = True
        if complete:
            best[patient] = CR
        elif partial:
            best[patient] = PR
        elif stable:
            best[patient] = SD
        elif end < last:
            best[patient] = PD
        elif n_scans[patient] == 0:
            why[patient] = NO_SCAN_AFTER
        elif early:
            why[patient] = TOO_EARLY
        elif not size[row] > 0.0:
            why[patient] = NOT_MEASURABLE
        else:
            why[patient] = NOT_ASSESSED
    return best, why, n_scans, figures


@njit(cache=True, nogil=True)
def _confirmed(
    scan: int,
    end: int,
    day: NDArray[np.float64],
    response: NDArray[np.int8],
    confirmation_days: float,
    unassessed_between: int,
) -> int:
    """What a later scan confirms of a response: CR, PR, or neither (NE)."""
    holds = NE
    only_complete = response[scan] == CR
    unassessed = 0
    for later in range(scan + 1, end):
        if response[later] == NE:
            unassessed += 1
            if unassessed > unassessed_between:
                break
            continue
        if response[later] == SD:
            break
        if response[later] == PR:
            only_complete = False
        if day[later] - day[scan] >= confirmation_days:
            holds = min(holds, CR if only_complete else PR)
    return holds
