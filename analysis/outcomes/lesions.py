"""Best response from the sums of a patient's lesions, scan by scan, by RECIST 1.1 or mRECIST."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.lesions_kernel import (
    NO_BASELINE,
    NO_SCAN,
    NO_SCAN_AFTER,
    NONE_KNOWN,
    NOT_ASSESSED,
    NOT_MEASURABLE,
    PROGRESSED,
    TOO_EARLY,
    judge_patients,
    judge_scans,
)
from analysis.phrases import join_phrases, phrase

Criterion = Literal["RECIST 1.1", "mRECIST"]

# RECIST 1.1 asks for 5 mm of growth besides the 20 %; mRECIST, on the viable tumour, does not.
GROWTH_MM: dict[str, float] = {"RECIST 1.1": 5.0, "mRECIST": 0.0}

RESPONSES = np.array(["CR", "PR", "SD", "PD", "NE", None], dtype=object)

WHY_NOT_EVALUABLE = {
    NO_SCAN: phrase("no scan"),
    NO_BASELINE: phrase("no scan at or before the start"),
    NOT_MEASURABLE: phrase("no measurable lesion at baseline"),
    NO_SCAN_AFTER: phrase("no scan after baseline"),
    NOT_ASSESSED: phrase("no scan after baseline with a measured sum"),
    TOO_EARLY: phrase("stable, but not for long enough"),
}

# A baseline scan older than four weeks at the start is older than RECIST 1.1 allows.
OLDEST_BASELINE_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LesionResponse:
    """How every patient responded, and every scan.

    Arrays of patients have entry i for patient number i; days count from the start of treatment; NaN where there is
    no such day or sum.

    Attributes
    ----------
    best_response : (n,) of str
        CR, PR, SD, PD or NE; up to the first progression.
    why_not_evaluable : (n,) of str or None
        Why the best response is NE.
    response_day, progression_day, last_assessment_day : (n,) float64
        First scan of the (confirmed) response; first scan with progression; last scan up to it that could be assessed.
    baseline_mm, nadir_mm, nadir_day : (n,) float64
        The nadir is the smallest sum up to the first progression, baseline included.
    best_change_percent : (n,) float64
        From baseline to the smallest sum after it, up to and with the first progression; negative is shrinkage.
    n_scans : (n,) int64
        Scans after baseline.
    scan_response : (m,) of str or None
        Response at each scan, in the order given; None for scans at or before the baseline.
    scan_change_percent : (m,) float64
        From baseline.
    n, n_scans_total : int
    criterion : {"RECIST 1.1", "mRECIST"}
    confirmed : bool
        Whether responses count only when a later scan confirms them.
    method : str
    notes : tuple of Note
    """

    best_response: NDArray[np.object_]
    why_not_evaluable: NDArray[np.object_]
    response_day: NDArray[np.float64]
    progression_day: NDArray[np.float64]
    last_assessment_day: NDArray[np.float64]
    baseline_mm: NDArray[np.float64]
    nadir_mm: NDArray[np.float64]
    nadir_day: NDArray[np.float64]
    best_change_percent: NDArray[np.float64]
    n_scans: NDArray[np.int64]
    scan_response: NDArray[np.object_]
    scan_change_percent: NDArray[np.float64]
    n: int
    n_scans_total: int
    criterion: Criterion
    confirmed: bool
    method: str
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row for each patient number."""
        return pd.DataFrame(
            {
                "best_response": self.best_response,
                "why_not_evaluable": self.why_not_evaluable,
                "response_day": self.response_day,
                "progression_day": self.progression_day,
                "last_assessment_day": self.last_assessment_day,
                "baseline_mm": self.baseline_mm,
                "nadir_mm": self.nadir_mm,
                "nadir_day": self.nadir_day,
                "best_change_percent": self.best_change_percent,
                "n_scans": self.n_scans,
            }
        )


def lesion_response(
    patient: ArrayLike,
    day: ArrayLike,
    sum_mm: ArrayLike,
    new_lesion: ArrayLike,
    *,
    n: int,
    criterion: Criterion = "RECIST 1.1",
    complete: ArrayLike | None = None,
    non_target: ArrayLike | None = None,
    confirmed: bool = False,
    stable_days: float = 42,
    confirmation_days: float = 28,
    unassessed_between: int = 1,
    latest_baseline_day: float = 0,
) -> LesionResponse:
    """Judge every scan against baseline and nadir, and give each patient's best response up to progression.

    The baseline is a patient's last scan up to ``latest_baseline_day``. At each later scan, in this order:
    progression when there is a new lesion, or the sum is at least 20 % (RECIST 1.1: and at least 5 mm) above the
    nadir, the smallest sum so far with the baseline; any regrowth from 0 is progression, as disease that comes back
    after complete response is. NE when the sum is missing. Complete response when the sum is 0. Partial response when
    it is at least 30 % below baseline. Otherwise stable disease. Lesions that are not measured count as far as
    ``non_target`` tells of them: their progression is progression; while they persist or were not judged a complete
    response is a partial one; a patient without a measurable lesion is judged by them alone, persistence being stable
    disease.

    The best response is the best of all scans before the first progression; later scans do not count. Stable disease
    counts once a scan without progression lies at least ``stable_days`` after the start; before that, progression
    makes it PD and its absence NE. Progression is never asked to be confirmed. With ``confirmed`` a response counts
    only when a scan at least ``confirmation_days`` later shows it again: CR by CR; PR, or CR followed by PR, by PR or
    CR, with nothing worse in between than ``unassessed_between`` scans that could not be assessed. An unconfirmed
    response is stable disease under the same rule of time.

    Parameters
    ----------
    patient : (m,) int
        Number of the patient, 0 to ``n`` − 1, one entry for each scan in any order.
    day : (m,) numbers
        Days since the start of treatment, negative before it. A patient has one row a day.
    sum_mm : (m,) numbers
        Sum of the target lesions' diameters for RECIST 1.1, of their viable parts for mRECIST; NaN when not measured.
    new_lesion : (m,) bool
    n : int
        All patients; those without a scan are NE.
    criterion : {"RECIST 1.1", "mRECIST"}
    complete : (m,) bool, optional
        True where nothing but nodes below 10 mm in short axis is left, so that a sum above 0 is a complete response.
    non_target : (m,) int, optional
        What was said of lesions that are not measured: −1 nothing, as where there are none; 0 gone (CR), 1 persistent
        (non-CR/non-PD), 2 not or not all judged (NE), 3 unequivocal progression (PD).
    confirmed : bool
    stable_days, confirmation_days : float
        RECIST 1.1 asks for 6 to 8 weeks after the start, and for 4 weeks between two scans.
    unassessed_between : int
    latest_baseline_day : float

    Returns
    -------
    LesionResponse

    Raises
    ------
    EstimationError
        If columns differ in length, a patient number or a sum is impossible, a day is missing, or a patient has two
        rows on one day.
    SettingsError
        If the criterion is neither of the two, or a number of days or scans is negative.

    Notes
    -----
    Eisenhauer et al. 2009, doi:10.1016/j.ejca.2008.10.026 (RECIST 1.1). Lencioni & Llovet 2010,
    doi:10.1055/s-0030-1247132 (mRECIST).

    Examples
    --------
    >>> found = lesion_response([0, 0, 0, 0], [-7, 56, 112, 168], [100, 65, 60, 80], [False] * 4, n=2)
    >>> found.scan_response.tolist(), found.best_response.tolist(), found.progression_day.tolist()
    ([None, 'PR', 'PR', 'PD'], ['PR', 'NE'], [168.0, nan])
    """
    _check_settings(criterion, stable_days, confirmation_days, unassessed_between)
    scans = _sorted_scans(patient, day, sum_mm, new_lesion, complete, non_target, n)
    response, change, baseline_row = judge_scans(
        scans.starts,
        scans.day,
        scans.size,
        scans.new_lesion,
        scans.complete,
        scans.non_target,
        GROWTH_MM[criterion],
        float(latest_baseline_day),
    )
    best, why, n_scans, figures = judge_patients(
        scans.starts,
        scans.day,
        scans.size,
        response,
        change,
        baseline_row,
        confirmed,
        float(stable_days),
        float(confirmation_days),
        unassessed_between,
    )
    in_order = np.empty(scans.order.size, dtype=np.int64)
    in_order[scans.order] = np.arange(scans.order.size)
    reasons = np.array([WHY_NOT_EVALUABLE.get(code) for code in range(TOO_EARLY + 1)], dtype=object)
    return LesionResponse(
        best_response=RESPONSES[best],
        why_not_evaluable=reasons[why],
        response_day=figures[:, 0],
        progression_day=figures[:, 1],
        last_assessment_day=figures[:, 2],
        nadir_day=figures[:, 3],
        baseline_mm=figures[:, 4],
        nadir_mm=figures[:, 5],
        best_change_percent=figures[:, 6],
        n_scans=n_scans,
        scan_response=RESPONSES[response][in_order],
        scan_change_percent=change[in_order],
        n=n,
        n_scans_total=scans.day.size,
        criterion=criterion,
        confirmed=confirmed,
        method=_method(criterion, confirmed, stable_days, confirmation_days),
        notes=_notes(scans, baseline_row, best, why, latest_baseline_day),
    )


def _check_settings(criterion: str, stable_days: float, confirmation_days: float, unassessed_between: int) -> None:
    problems = []
    if criterion not in GROWTH_MM:
        problems.append(
            phrase(
                "The criterion of response must be {criteria}; '{given}' was given. Choose one of these.",
                criteria=" or ".join(GROWTH_MM),
                given=criterion,
            )
        )
    if min(stable_days, confirmation_days, unassessed_between) < 0:
        problems.append(
            phrase(
                "Days of stable disease, days to confirmation and scans in between must be at least "
                "0; {stable_days:g}, {confirmation_days:g} and {unassessed_between} were given. "
                "Correct the negative one.",
                stable_days=stable_days,
                confirmation_days=confirmation_days,
                unassessed_between=unassessed_between,
            )
        )
    if problems:
        raise SettingsError(*problems)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scans:
    """Scans in order of patients and days; ``starts`` holds where each patient's begin, and the end."""

    starts: NDArray[np.int64]
    day: NDArray[np.float64]
    size: NDArray[np.float64]
    new_lesion: NDArray[np.bool_]
    complete: NDArray[np.bool_]
    non_target: NDArray[np.int8]
    order: NDArray[np.int64]


def _sorted_scans(
    patient: ArrayLike,
    day: ArrayLike,
    sum_mm: ArrayLike,
    new_lesion: ArrayLike,
    complete: ArrayLike | None,
    non_target: ArrayLike | None,
    n: int,
) -> _Scans:
    numbers, days = np.asarray(patient), np.asarray(day, dtype=np.float64)
    sizes, new = np.asarray(sum_mm, dtype=np.float64), np.asarray(new_lesion)
    gone = np.zeros(numbers.shape, dtype=np.bool_) if complete is None else np.asarray(complete)
    others = np.full(numbers.shape, NONE_KNOWN) if non_target is None else np.asarray(non_target)
    columns = {
        "patient": numbers,
        "day": days,
        "sum_mm": sizes,
        "new_lesion": new,
        "complete": gone,
        "non_target": others,
    }
    if numbers.ndim != 1 or any(column.shape != numbers.shape for column in columns.values()):
        found = ", ".join(f"{name} {column.size}" for name, column in columns.items())
        raise EstimationError(
            phrase(
                "Every column must have one entry for each scan; the entries found are: {sizes}. "
                "Give columns of the same scans, one dimension each.",
                sizes=found,
            )
        )
    problems = _column_problems(columns, n)
    if problems:
        raise EstimationError(*problems)
    numbers = numbers.astype(np.int64)
    order = np.lexsort((days, numbers))
    numbers, days = numbers[order], days[order]
    twice = int(np.count_nonzero((np.diff(numbers) == 0) & (np.diff(days) == 0)))
    if twice:
        raise EstimationError(
            phrase(
                "A patient must have one row for each day with a scan; {twice} of {n} rows repeat "
                "a day of the same patient. Keep the row whose sums are right.",
                twice=twice,
                n=numbers.size,
            )
        )
    return _Scans(
        starts=np.searchsorted(numbers, np.arange(n + 1)),
        day=days,
        size=sizes[order],
        new_lesion=new.astype(np.bool_)[order],
        complete=gone.astype(np.bool_)[order],
        non_target=others.astype(np.int8)[order],
        order=order,
    )


def _column_problems(columns: dict[str, NDArray[Any]], n: int) -> list[str]:
    problems = []
    patient, day, size = columns["patient"], columns["day"], columns["sum_mm"]
    if patient.size and patient.dtype.kind not in "iu":
        problems.append(
            phrase("Patient numbers must be whole numbers; another kind was found. Number the patients from 0.")
        )
    elif strange := int(np.count_nonzero((patient < 0) | (patient >= n))):
        problems.append(
            phrase(
                "Every scan must belong to one of the {n} patients, numbered from 0; {strange} of "
                "{n_scans} scans do not. Leave these scans out or add their patients.",
                n=n,
                strange=strange,
                n_scans=patient.size,
            )
        )
    if undated := int(np.count_nonzero(~np.isfinite(day))):
        problems.append(
            phrase(
                "Every scan must have a day; {undated} of {n} have none. Fill in their dates or leave these scans out.",
                undated=undated,
                n=day.size,
            )
        )
    if impossible := int(np.count_nonzero((size < 0) | np.isinf(size))):
        problems.append(
            phrase(
                "Every sum must be at least 0 mm, or missing; {impossible} of {n} are not. "
                "Correct them in the file, or leave them blank when the scan could not be measured.",
                impossible=impossible,
                n=size.size,
            )
        )
    if unknown := int(np.count_nonzero(~np.isin(columns["non_target"], np.arange(NONE_KNOWN, PROGRESSED + 1)))):
        problems.append(
            phrase(
                "What is said of lesions that are not measured must be a code from −1 to 3; "
                "{unknown} of {n} are not. Give 0 for gone, 1 persistent, 2 not judged, 3 "
                "progression, and −1 where there are none.",
                unknown=unknown,
                n=patient.size,
            )
        )
    for name in ("new_lesion", "complete"):
        flags = columns[name]
        if flags.dtype != np.bool_ and (wrong := int(np.count_nonzero(~np.isin(flags, (0, 1))))):
            problems.append(
                phrase(
                    "The column '{column}' must hold true or false (1 or 0) only; {wrong} of {n} "
                    "entries are neither. Say which value means true, and false where nothing was noted.",
                    column=name,
                    wrong=wrong,
                    n=flags.size,
                )
            )
    return problems


def _method(criterion: str, confirmed: bool, stable_days: float, confirmation_days: float) -> str:
    if not confirmed:
        return phrase(
            "{criterion} from lesion sums, responses not confirmed, stable disease from day {stable_days:g}",
            criterion=criterion,
            stable_days=stable_days,
        )
    return phrase(
        "{criterion} from lesion sums, responses confirmed by a scan at least {confirmation_days:g} days later, "
        "stable disease from day {stable_days:g}",
        criterion=criterion,
        confirmation_days=confirmation_days,
        stable_days=stable_days,
    )


def _notes(
    scans: _Scans,
    baseline_row: NDArray[np.int64],
    best: NDArray[np.int8],
    why: NDArray[np.int8],
    latest_baseline_day: float,
) -> tuple[Note, ...]:
    notes = []
    rows = baseline_row[baseline_row >= 0]
    old = int(np.count_nonzero(scans.day[rows] < latest_baseline_day - OLDEST_BASELINE_DAYS))
    if old:
        text = phrase(
            "In {old} of {n} patients the baseline scan is more than four weeks older than the start.",
            old=old,
            n=rows.size,
        )
        notes.append(Note(code="old_baseline", text=text))
    counts = {reason: int(np.count_nonzero(why == code)) for code, reason in WHY_NOT_EVALUABLE.items()}
    if sum(counts.values()):
        reasons = join_phrases((reason + f": {count}" for reason, count in counts.items() if count), "; ")
        text = phrase(
            "Best response cannot be told in {n_without} of {n} patients ({reasons}).",
            n_without=sum(counts.values()),
            n=best.size,
            reasons=reasons,
        )
        notes.append(Note(code="not_evaluable", text=text))
    return tuple(notes)
