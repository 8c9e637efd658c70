"""How far lesions shrank: each patient's best change, and the course of the sums from scan to scan."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.cohort.time_units import convert_times
from analysis.design.design import Design
from analysis.outcomes.lesions import Criterion
from analysis.settings import StudySettings
from analysis.study.patients import judged_scans

RESPONSE_FROM, PROGRESSION_FROM = -30.0, 20.0
"""Percent of baseline from which a partial response, and of the smallest sum from which progression, counts."""

_SAME_WEIGHT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DepthOfResponse:
    """The best change of every patient of a population who has one.

    Attributes
    ----------
    endpoint : str
    row : (m,) int64
        Places among the study's patients, from the largest growth to the largest shrinkage.
    change : (m,) float64
        Percent of baseline.
    treated : (m,) bool
    category : (m,) of str or None
        Best response; None where only responders are known.
    subclass : (m,) int64
        Matched set, −1 in none.
    weights : (m,) float64
        1 before the design.
    n_unknown_treated, n_unknown_control : int
        Patients of the population without a change.
    weighted : bool
        Whether patients of an arm weigh differently.
    share_treated, share_control : float or None
        Weighted share of those with a change who shrank by 30 percent or more.
    median_treated, median_control : float or None
        Weighted median of the changes.
    """

    endpoint: str
    row: NDArray[np.int64]
    change: NDArray[np.float64]
    treated: NDArray[np.bool_]
    category: NDArray[np.object_]
    subclass: NDArray[np.int64]
    weights: NDArray[np.float64]
    n_unknown_treated: int
    n_unknown_control: int
    weighted: bool
    share_treated: float | None
    share_control: float | None
    median_treated: float | None
    median_control: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LesionCourses:
    """Every scan of the patients of a population, as percent of baseline over time.

    Attributes
    ----------
    criterion : {"RECIST 1.1", "mRECIST"}
    row : (k,) int64
        Place of the scan's patient among the study's patients; baselines at time 0 and change 0 included.
    time : (k,) float64
        Since time zero, in ``time_unit``; ascending within a patient.
    change : (k,) float64
        Percent of baseline.
    progressed : (k,) bool
        Scans that show progression.
    treated : (k,) bool
    n_treated, n_control : int
        Patients drawn.
    time_unit : str
    """

    criterion: Criterion
    row: NDArray[np.int64]
    time: NDArray[np.float64]
    change: NDArray[np.float64]
    progressed: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    n_treated: int
    n_control: int
    time_unit: str


def depth_of_response(patients: StudyCohort, design: Design | None, name: str) -> DepthOfResponse | None:
    """Take every patient's best change, the largest growth first.

    Parameters
    ----------
    patients : StudyCohort
        With the responses.
    design : Design or None
        None for all patients, else those whom it compares.
    name : str
        A response.

    Returns
    -------
    DepthOfResponse or None
        None where the response has no changes.
    """
    response = next(item for item in patients.responses if item.name == name)
    if response.change is None:
        return None
    kept = np.ones(patients.treated.size, dtype=bool) if design is None else design.weights > 0
    known = kept & ~np.isnan(response.change)
    rows = np.flatnonzero(known)
    rows = rows[np.lexsort((rows, -response.change[rows]))]
    treated = patients.treated
    unknown = kept & ~known
    weights = np.ones(treated.size) if design is None else design.weights
    arms = (known & treated, known & ~treated)
    shares = [_share(response.change[arm], weights[arm]) for arm in arms]
    medians = [_median(response.change[arm], weights[arm]) for arm in arms]
    category = np.full(treated.size, None, dtype=object) if response.category is None else response.category
    return DepthOfResponse(
        endpoint=name,
        row=rows,
        change=response.change[rows],
        treated=treated[rows],
        category=category[rows],
        subclass=np.full(rows.size, -1) if design is None else design.subclass[rows],
        weights=weights[rows],
        n_unknown_treated=int((unknown & treated).sum()),
        n_unknown_control=int((unknown & ~treated).sum()),
        weighted=any(np.ptp(weights[arm]) > _SAME_WEIGHT * weights[arm].max() for arm in arms if arm.any()),
        share_treated=shares[0],
        share_control=shares[1],
        median_treated=medians[0],
        median_control=medians[1],
    )


def _share(change: NDArray[np.float64], weights: NDArray[np.float64]) -> float | None:
    return float(np.average(change <= RESPONSE_FROM, weights=weights)) if change.size else None


def _median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float | None:
    """The value at half of the weight; between two values where exactly half lies on either side."""
    if not values.size:
        return None
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order]) / weights.sum()
    first = int(np.searchsorted(below, 0.5 - _SAME_WEIGHT))
    second = min(first + 1, values.size - 1) if abs(below[first] - 0.5) <= _SAME_WEIGHT else first
    return float(values[order][[first, second]].mean())


def lesion_courses(
    patients: StudyCohort, design: Design | None, settings: StudySettings, criterion: Criterion
) -> LesionCourses | None:
    """Take the sums of every scan after baseline as percent of baseline.

    Parameters
    ----------
    patients : StudyCohort
        With their scans.
    design : Design or None
        None for all patients, else those whom it compares.
    settings : StudySettings
        The time unit.
    criterion : {"RECIST 1.1", "mRECIST"}
        Whose sums are taken, and whose rule of progression.

    Returns
    -------
    LesionCourses or None
        None where the study has no scans of this criterion.
    """
    scans = patients.scans
    judged = None if scans is None else judged_scans(patients, scans, criterion)
    if scans is None or judged is None:
        return None
    kept = np.ones(patients.treated.size, dtype=bool) if design is None else design.weights > 0
    after = np.array([response is not None for response in judged.scan_response], dtype=bool)
    shown = after & ~np.isnan(judged.scan_change_percent) & kept[scans.patient]
    drawn = np.unique(scans.patient[shown])
    unit = settings.cohort.time_unit
    row = np.concatenate([drawn, scans.patient[shown]])
    time = np.concatenate([np.zeros(drawn.size), convert_times(scans.day[shown], "days", unit)])
    change = np.concatenate([np.zeros(drawn.size), judged.scan_change_percent[shown]])
    progressed = np.concatenate([np.zeros(drawn.size, dtype=bool), judged.scan_response[shown] == "PD"])
    order = np.lexsort((time, row))
    return LesionCourses(
        criterion=criterion,
        row=row[order],
        time=time[order],
        change=change[order],
        progressed=progressed[order],
        treated=patients.treated[row[order]],
        n_treated=int(patients.treated[drawn].sum()),
        n_control=int((~patients.treated[drawn]).sum()),
        time_unit=unit,
    )
