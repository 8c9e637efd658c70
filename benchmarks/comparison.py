"""What is compared between programs: the tasks, and how nearly their numbers must agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.programs.task import Values

TASKS = {
    "score": "Propensity score: logistic regression on 8 covariates",
    "match_closest": "Matching, closest pair first",
    "match_largest": "Matching, largest score first",
    "match_smallest": "Matching, smallest score first",
    "match_data": "Matching in the order of the data",
    "match_random": "Matching in random order",
    "match_ratio": "Matching 1:2, order of the data",
    "match_replacement": "Matching with replacement",
    "match_exact": "Matching within exact strata, order of the data",
    "balance": "Balance table, before and after",
    "kaplan_meier": "Kaplan–Meier with limits and median, both arms",
    "log_rank": "Log-rank test",
    "cox": "Cox regression, clustered by matched pair",
    "rmst": "Restricted mean survival to 24 months, both arms",
    "aalen_johansen": "Aalen–Johansen, two causes, both arms",
    "response": "Response: rates, differences, tests",
    "whole": "Whole recompute: score to responses, two endpoints, before and after",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far two numbers may lie apart, relative to the other program's, and why."""

    allowed: float
    reason: str


SAME_PATIENTS = Tolerance(allowed=0.0, reason="the same control for every treated patient, none excepted")
CLOSED_FORM = Tolerance(allowed=1e-9, reason="the same formula, summed in another order over up to a million patients")
ITERATED = Tolerance(allowed=1e-6, reason="fits that stop by rules of their own")
LIFELINES_FIT = Tolerance(allowed=1e-4, reason="lifelines stops its Newton steps earlier")
FLOAT_TESTS = Tolerance(
    allowed=1e-6, reason="limits and tests of rates by inverse distribution functions of other libraries"
)
LIFELINES_SANDWICH = Tolerance(
    allowed=1e-2, reason="lifelines' clustered errors differ from R's, with which the product agrees to 1e-6"
)
JITTER = Tolerance(
    allowed=2e-2, reason="lifelines moves tied times apart at random first, which changes who is at risk at a tie"
)
VALUES: Mapping[str, Tolerance] = {
    "pairs": SAME_PATIENTS,
    "coefficients": ITERATED,
    "log_hazard_ratio": ITERATED,
    "standard_error": ITERATED,
    "clustered_error": ITERATED,
    "rate_limits": FLOAT_TESTS,
    "difference_limits": FLOAT_TESTS,
    "pearson": FLOAT_TESTS,
    "p_value": FLOAT_TESTS,
}
"""By what a number is; every other is a closed form."""

EXCEPTIONS: Mapping[tuple[str, str], Tolerance] = {
    ("lifelines", "log_hazard_ratio"): LIFELINES_FIT,
    ("lifelines", "standard_error"): LIFELINES_SANDWICH,
    ("lifelines", "clustered_error"): LIFELINES_SANDWICH,
    ("lifelines", "incidence"): JITTER,
}
"""By program and what a number is."""

SMALLEST = 1e-3
"""Numbers nearer to zero are compared absolutely, times this."""


class UnequalError(AssertionError):
    """Another program's numbers differ from the product's by more than the tolerance."""


def tolerance(task: str, value: str) -> Tolerance:
    """What is allowed for one kind of number of one program's task.

    Parameters
    ----------
    task : str
        As the program names it: the task, a colon, and by what it is done.
    value : str
    """
    by = task.partition(":")[2]
    for (program, kind), exception in EXCEPTIONS.items():
        if kind == value and program in by:
            return exception
    return VALUES.get(value, CLOSED_FORM)


def differences(task: str, own: Values, other: Values) -> dict[str, float]:
    """The largest relative difference of each kind of number, refused where it is more than is allowed.

    Parameters
    ----------
    task : str
        As the other program names it.
    own, other : dict
        Kinds of numbers of the product and of the other program; those that both give are compared.

    Raises
    ------
    UnequalError
        They differ, or have nothing in common.
    """
    common = [value for value in other if value in own]
    if not common:
        raise UnequalError(f"{task} gives no number that the product gives.")
    found = {}
    for value in common:
        found[value] = _difference(own[value], other[value])
        allowed = tolerance(task, value)
        if not found[value] <= allowed.allowed:
            raise UnequalError(
                f"{task}: {value.replace('_', ' ')} differ by {found[value]:.1e} from the product's; allowed are "
                f"{allowed.allowed:.0e} ({allowed.reason})."
            )
    return found


def _difference(own: Sequence[float | None], other: Sequence[float | None]) -> float:
    ours, theirs = (np.array(values, dtype=np.float64) for values in (own, other))
    if ours.shape != theirs.shape or not np.array_equal(np.isfinite(ours), np.isfinite(theirs)):
        return float("inf")
    known = np.isfinite(ours)
    if not known.any():
        return 0.0
    gap = np.abs(ours[known] - theirs[known]) / np.maximum(np.abs(theirs[known]), SMALLEST)
    return float(gap.max())
