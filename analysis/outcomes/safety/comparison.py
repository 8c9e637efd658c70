"""Adverse events by term and worst grade, in two arms."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.clustered_rates import clustered_rates
from analysis.outcomes.multiplicity import METHODS, Adjustment, adjust_p_values
from analysis.outcomes.proportion import Rate, estimate_rate
from analysis.outcomes.rate_contrast import MatchedPairs, RateContrast, complete_pairs, contrast_rates
from analysis.outcomes.rate_effects import Estimate
from analysis.outcomes.robust_rates import contrast_weighted_rates, robust_rate
from analysis.outcomes.safety.grades import WORST, WorstGrades
from analysis.phrases import phrase

Order = Literal["frequency", "difference", "term"]

ANY_TERM = phrase("Any adverse event")

# From this grade on an event is severe (CTCAE: severe, life-threatening, fatal).
SEVERE = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmEvents:
    """How many patients of one arm had the event.

    Attributes
    ----------
    n : int
    rate : Rate
        With the unweighted count; weighted where the arms are.
    grades : tuple of int
        Patients by worst grade, 1 to 5, never weighted.
    """

    n: int
    rate: Rate
    grades: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventComparison:
    """One term, from one grade on, in both arms.

    Attributes
    ----------
    term : str
    lowest_grade : int
        1 for any grade, 3 for severe.
    treated, control : ArmEvents
    risk_difference : Estimate
        Treated less control; over the pairs where there are pairs.
    test : str
        Fisher exact, McNemar exact, Robust Wald or Robust score.
    p_value : float
    adjusted_p_value : float or None
        Adjusted over all terms of the same lowest grade; None for the line of any term, which is not one of them.
    """

    term: str
    lowest_grade: int
    treated: ArmEvents
    control: ArmEvents
    risk_difference: Estimate
    test: str
    p_value: float
    adjusted_p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SafetyComparison:
    """Adverse events in two arms.

    Attributes
    ----------
    any_grade, severe : tuple of EventComparison
        One for each term, in the same order; the first is any term.
    n_treated, n_control : int
        All patients given: the denominators.
    n_tests : int
        Terms tested for each lowest grade.
    adjustment : str
        The adjustment of p-values in words.
    confidence_level : float
    method : str
    notes : tuple of Note
    """

    any_grade: tuple[EventComparison, ...]
    severe: tuple[EventComparison, ...]
    n_treated: int
    n_control: int
    n_tests: int
    adjustment: str
    confidence_level: float
    method: str
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row for each term and lowest grade."""
        return pd.DataFrame(
            [
                {
                    "term": row.term,
                    "lowest_grade": row.lowest_grade,
                    "count_treated": row.treated.rate.count,
                    "rate_treated": row.treated.rate.rate,
                    "count_control": row.control.rate.count,
                    "rate_control": row.control.rate.rate,
                    "risk_difference": row.risk_difference.estimate,
                    "ci_lower": row.risk_difference.ci_lower,
                    "ci_upper": row.risk_difference.ci_upper,
                    "test": row.test,
                    "p_value": row.p_value,
                    "adjusted_p_value": row.adjusted_p_value,
                }
                for row in (*self.any_grade, *self.severe)
            ]
        )


def compare_adverse_events(
    worst: WorstGrades,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    subclass: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    pairs: bool = False,
    robust: bool = False,
    adjustment: Adjustment = "none",
    order: Order = "frequency",
    confidence_level: float = 0.95,
) -> SafetyComparison:
    """Compare how many patients of each arm had each adverse event, of any grade and of grade 3 or worse.

    The denominator is every patient of a weight above 0. Unless ``robust`` or ``pairs``, the difference has Newcombe's
    limits and the test is Fisher's. With ``pairs`` the difference is that of the complete pairs with Tango's limits, and
    the test McNemar's exact one. With ``robust`` rates, difference and test use the weights and the sandwich over
    clusters (:func:`~analysis.outcomes.robust_rates.contrast_weighted_rates`). Terms are tested side by side:
    ``adjusted_p_value`` follows ``adjustment`` over all terms of the same lowest grade, and a note says how many they are.

    Parameters
    ----------
    worst : WorstGrades
    treated : (n,) bool
    weights : (n,) numbers, optional
        ≥ 0; 0 takes no part.
    subclass : (n,) int, optional
        Number of the matched set, −1 outside any; needed with ``pairs``.
    cluster : (n,) int, optional
        Patients who belong together; used with ``robust`` only.
    pairs, robust : bool
        As in :func:`~analysis.outcomes.response.compare_response`; they exclude each other.
    adjustment : {"none", "holm", "hochberg", "benjamini-hochberg"}
    order : {"frequency", "difference", "term"}
        Of the terms: by the larger arm's rate of any grade, by the size of its difference, or by name.
    confidence_level : float

    Returns
    -------
    SafetyComparison

    Raises
    ------
    EstimationError
        If an arm has no patients, lengths differ, or weights are impossible.
    SettingsError
        If the order or the adjustment is not known.

    Notes
    -----
    Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I. Tango 1998,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.

    Examples
    --------
    >>> from analysis.outcomes.safety.grades import worst_grades_of_columns
    >>> worst = worst_grades_of_columns([[3], [1], [0], [0]], ["rash"])
    >>> found = compare_adverse_events(worst, [True, True, False, False])
    >>> [(row.term, row.treated.rate.count, round(row.p_value, 3)) for row in found.any_grade]
    [('Any adverse event', 2, 0.333), ('rash', 2, 0.333)]
    """
    if order not in ("frequency", "difference", "term"):
        raise SettingsError(
            phrase(
                "Terms may be ordered by frequency, difference or term; '{order}' was given. Choose one of these.",
                order=order,
            )
        )
    if pairs and (robust or subclass is None):
        raise ValueError("pairs=True needs subclass and excludes robust=True")
    arms = _arms(worst, treated, weights, subclass, cluster, pairs, robust)
    names = (ANY_TERM, *worst.terms)
    grades = np.column_stack([arms.grade.max(axis=1, initial=0), arms.grade])
    columns = {
        lowest: [_compare(arms, grades[:, j], lowest, confidence_level) for j in range(len(names))]
        for lowest in (1, SEVERE)
    }
    ranked = _ranked(names, columns[1], order)

    def lines(lowest: int) -> tuple[EventComparison, ...]:
        p_values = [found.p_value for found in columns[lowest]]
        adjusted = (None, *adjust_p_values(p_values[1:], adjustment).adjusted)
        return tuple(_line(names[j], lowest, columns[lowest][j], adjusted[j]) for j in ranked)

    return SafetyComparison(
        any_grade=lines(1),
        severe=lines(SEVERE),
        n_treated=int(arms.treated.sum()),
        n_control=int((~arms.treated).sum()),
        n_tests=len(worst.terms),
        adjustment=METHODS[adjustment],
        confidence_level=confidence_level,
        method=_method(arms),
        notes=_notes(worst, arms, adjustment),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Arms:
    grade: NDArray[np.int8]
    treated: NDArray[np.bool_]
    weights: NDArray[np.float64]
    cluster: NDArray[np.int64] | None
    pairs: MatchedPairs | None
    robust: bool


def _arms(
    worst: WorstGrades,
    treated: ArrayLike,
    weights: ArrayLike | None,
    subclass: ArrayLike | None,
    cluster: ArrayLike | None,
    pairs: bool,
    robust: bool,
) -> _Arms:
    arm, n = np.asarray(treated, dtype=np.bool_), len(worst.grade)
    mass = np.ones(arm.size) if weights is None else np.asarray(weights, dtype=np.float64)
    given = {"treated": arm, "weights": mass}
    for name, column in (("subclass", subclass), ("cluster", cluster)):
        if column is not None:
            given[name] = np.asarray(column)
    if any(column.shape != (n,) for column in given.values()):
        found = ", ".join(f"{name} {column.size}" for name, column in given.items())
        raise EstimationError(
            phrase(
                "Every column must have one entry for each of the {n} patients with grades; the "
                "entries found are: {sizes}. Give columns of the same patients.",
                n=n,
                sizes=found,
            )
        )
    wrong = int(np.count_nonzero(~(np.isfinite(mass) & (mass >= 0))))
    if wrong:
        raise EstimationError(
            phrase(
                "Every weight must be a finite number of at least 0; {wrong} of {n} weights are "
                "not. Use the weights of a design, with 0 for patients left out.",
                wrong=wrong,
                n=mass.size,
            )
        )
    kept = mass > 0
    sizes = int(np.count_nonzero(arm & kept)), int(np.count_nonzero(~arm & kept))
    if not min(sizes):
        raise EstimationError(
            phrase(
                "Adverse events can be compared only when both arms have patients: the treated arm "
                "has {n_treated}, the control arm {n_control}. Check the arms' labels and the design.",
                n_treated=sizes[0],
                n_control=sizes[1],
            )
        )
    return _Arms(
        grade=worst.grade[kept],
        treated=arm[kept],
        weights=mass[kept],
        cluster=given["cluster"][kept].astype(np.int64) if "cluster" in given else None,
        pairs=complete_pairs(arm[kept], given["subclass"][kept].astype(np.int64)) if pairs else None,
        robust=robust,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    treated: ArmEvents
    control: ArmEvents
    risk_difference: Estimate
    test: str
    p_value: float


def _compare(arms: _Arms, grade: NDArray[np.int8], lowest: int, confidence_level: float) -> _Found:
    outcome = grade >= lowest
    if arms.robust:
        contrast = contrast_weighted_rates(
            outcome, arms.treated, arms.weights, arms.cluster, confidence_level=confidence_level
        )
    else:
        contrast = contrast_rates(outcome, arms.treated, None, arms.pairs, confidence_level=confidence_level)
    test, p_value, difference = _chosen(contrast, arms)
    treated, control = (_events(arms, grade, outcome, side, confidence_level) for side in (True, False))
    return _Found(treated=treated, control=control, risk_difference=difference, test=test, p_value=p_value)


def _chosen(contrast: RateContrast, arms: _Arms) -> tuple[str, float, Estimate]:
    if arms.robust:
        return contrast.test.name, contrast.test.p_value, contrast.risk_difference
    exact = contrast.tests["mcnemar_exact"]
    if exact is not None and contrast.paired_difference is not None:
        return phrase("McNemar exact"), exact, contrast.paired_difference
    fisher = contrast.tests["fisher"]
    assert fisher is not None
    return phrase("Fisher exact"), fisher, contrast.risk_difference


def _events(
    arms: _Arms, grade: NDArray[np.int8], outcome: NDArray[np.bool_], side: bool, confidence_level: float
) -> ArmEvents:
    rows = arms.treated == side
    if arms.robust:
        both = clustered_rates(outcome, arms.treated, arms.weights, arms.cluster)
        share, variance = (both.treated, both.variance_treated) if side else (both.control, both.variance_control)
        rate = robust_rate(outcome[rows], arms.weights[rows], share, variance, confidence_level)
    else:
        rate = estimate_rate(outcome[rows], confidence_level=confidence_level)
    counts = np.bincount(grade[rows & outcome], minlength=WORST + 1)
    return ArmEvents(n=int(rows.sum()), rate=rate, grades=tuple(int(count) for count in counts[1:]))


def _ranked(names: tuple[str, ...], found: list[_Found], order: Order) -> list[int]:
    """Any term first; equal terms by name."""
    terms = range(1, len(names))
    keys = {
        "term": lambda j: 0.0,
        "frequency": lambda j: -max(found[j].treated.rate.rate, found[j].control.rate.rate),
        "difference": lambda j: -abs(found[j].treated.rate.rate - found[j].control.rate.rate),
    }
    return [0, *sorted(terms, key=lambda j: (keys[order](j), names[j]))]


def _line(term: str, lowest: int, found: _Found, adjusted: float | None) -> EventComparison:
    return EventComparison(
        term=term,
        lowest_grade=lowest,
        treated=found.treated,
        control=found.control,
        risk_difference=found.risk_difference,
        test=found.test,
        p_value=found.p_value,
        adjusted_p_value=adjusted,
    )


def _method(arms: _Arms) -> str:
    if arms.robust:
        return phrase("weighted rates, Wald limits of the difference, robust tests, sandwich variance")
    if arms.pairs is not None:
        return phrase("Clopper–Pearson (rates), Tango (difference within pairs), McNemar's exact test")
    return phrase("Clopper–Pearson (rates), Newcombe (difference), Fisher's exact test")


def _notes(worst: WorstGrades, arms: _Arms, adjustment: Adjustment) -> tuple[Note, ...]:
    n_terms = len(worst.terms)
    text = phrase(
        "{n_terms} terms are tested side by side, for any grade and again for grade {severe} or worse; p-values are "
        "also given adjusted ({method}), for each of the two separately.",
        n_terms=n_terms,
        severe=SEVERE,
        method=METHODS[adjustment],
    )
    if adjustment == "none":
        text = phrase(
            "{n_terms} terms are tested side by side, for any grade and again for grade {severe} or worse; p-values are "
            "not adjusted: by chance alone about {expected:.1f} of {n_terms} would fall below 0.05 at most.",
            n_terms=n_terms,
            severe=SEVERE,
            expected=0.05 * n_terms,
        )
    notes = [Note(code="several_tests", text=text)]
    if worst.n_unknown_grade:
        text = phrase(
            "{n} events have no grade and count as grade 1: severe events may be missed.",
            n=worst.n_unknown_grade,
        )
        notes.append(Note(code="unknown_grade", text=text))
    if not arms.robust and np.ptp(arms.weights) > 0:
        text = phrase(
            "Weights differ, but rates and tests are of unweighted counts; choose robust tests to use the weights."
        )
        notes.append(Note(code="weights_not_used", text=text))
    if arms.pairs is not None and (alone := arms.treated.size - 2 * arms.pairs.treated_row.size):
        text = phrase(
            "Patients without their partner here: {alone}. Difference and test rest on complete pairs only.",
            alone=alone,
        )
        notes.append(Note(code="incomplete_pairs", text=text))
    return tuple(notes)
