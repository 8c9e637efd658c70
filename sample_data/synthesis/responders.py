"""Chooses each patient's best response once the times are fixed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.synthesis.prognosis import DIED_BEFORE_SCAN, PROGRESSED, Courses
from sample_data.synthesis.published import RESPONDER_TARGETS

# The plan is a scan every 8 weeks. Stable disease needs one at least 6 weeks after the start, so none is much earlier.
PLANNED_INTERVAL_DAYS = 57

# Complete responses by mRECIST (no viable tumour left) per arm, among the responders; none by RECIST 1.1.
COMPLETE_RESPONSES = {"LEN": 2, "SOR": 0}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BestResponses:
    """Best response of each patient by both criteria, and the days of the scans it was seen on."""

    recist: NDArray[np.object_]
    mrecist: NDArray[np.object_]
    scan_days: tuple[tuple[int, ...], ...]


def choose_responses(
    patients: pd.DataFrame, matched: NDArray[np.bool_], courses: Courses, rng: np.random.Generator
) -> BestResponses | None:
    """Give the published number of patients a response, among those with long progression-free survival.

    Who progressed at the first scan has PD; who died before it cannot be assessed; everyone else is stable.
    None when some group has too few patients who could have responded.
    """
    scan_days = tuple(_scan_days(courses, patient, rng) for patient in range(len(patients)))
    n_scans = np.array([len(days) for days in scan_days])
    progressed = courses.kind == PROGRESSED
    mrecist = np.select([n_scans == 0, progressed & (n_scans == 1)], ["NE", "PD"], "SD").astype(object)
    recist = mrecist.copy()
    # Progression is not a response: it needs an earlier scan to have been one.
    able = n_scans - progressed >= 1
    for target in RESPONDER_TARGETS:
        for inside, n_mrecist, n_recist in (
            (True, target.matched_mrecist, target.matched_recist),
            (False, target.unmatched_mrecist, target.unmatched_recist),
        ):
            group = np.flatnonzero((patients["arm"] == target.arm).to_numpy() & (matched == inside))
            longest = group[courses.pfs_days[group] >= np.median(courses.pfs_days[group])]
            candidates = longest[able[longest]]
            if len(candidates) < n_mrecist:
                return None
            # Longer control makes response likelier, not certain.
            order = candidates[
                np.argsort(-(np.log(courses.pfs_days[candidates]) + 0.3 * rng.gumbel(size=len(candidates))))
            ]
            mrecist[order[:n_mrecist]] = "PR"
            recist[order[:n_recist]] = "PR"
        complete = np.flatnonzero((recist == "PR") & (patients["arm"] == target.arm).to_numpy() & ~matched)
        mrecist[complete[: COMPLETE_RESPONSES[target.arm]]] = "CR"
    return BestResponses(recist=recist, mrecist=mrecist, scan_days=scan_days)


def _scan_days(courses: Courses, patient: int, rng: np.random.Generator) -> tuple[int, ...]:
    if courses.kind[patient] == DIED_BEFORE_SCAN:
        return ()
    last = int(courses.pfs_days[patient])
    if courses.pfs_event[patient] and courses.kind[patient] != PROGRESSED:
        # Death: the last scan lies some weeks before it.
        last -= int(rng.integers(10, 30))
    intervals = max(1, round(last / PLANNED_INTERVAL_DAYS))
    planned = np.arange(1, intervals) * last / intervals
    early = [int(day) for day in np.round(planned + rng.integers(0, 5, len(planned)))]
    return (*early, last)
