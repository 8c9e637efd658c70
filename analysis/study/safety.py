"""Adverse events of both arms in one population."""

import numpy as np

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.outcomes.safety import SafetyComparison, compare_adverse_events, worst_grades_of_columns
from analysis.settings import StudySettings

EQUAL_WEIGHTS = 1e-9
"""Weights of sets of one size are 1, but for rounding."""


def compare_safety(patients: StudyCohort, design: Design | None, settings: StudySettings) -> SafetyComparison | None:
    """Compare how many patients of each arm had each adverse event, of any grade and of grade 3 or worse.

    Parameters
    ----------
    patients : StudyCohort
        With their worst grades.
    design : Design or None
        None for all patients. Of 1:1 pairs the test is McNemar's, and Fisher's where sets leave every patient the same
        weight; where weights differ, rates, limits and tests use them.
    settings : StudySettings
        The level of intervals, and how p-values are adjusted.

    Returns
    -------
    SafetyComparison or None
        None where the study names no adverse events.

    Raises
    ------
    EstimationError
        When an arm is empty.
    """
    if not patients.adverse_events:
        return None
    grades = np.column_stack([item.grade for item in patients.adverse_events])
    names = [item.name for item in patients.adverse_events]
    return compare_adverse_events(
        worst_grades_of_columns(grades, names),
        patients.treated,
        weights=None if design is None else design.weights,
        subclass=None if design is None else design.subclass,
        cluster=None if design is None else design.cluster,
        pairs=design is not None and design.pairs and design.plain_tests,
        robust=design is not None and (not design.plain_tests or _weights_differ(design)),
        adjustment=settings.outcomes.multiplicity,
        confidence_level=settings.confidence.level,
    )


def _weights_differ(design: Design) -> bool:
    """Controls of sets of several sizes, or in several sets: counts of patients no longer say what the design compares."""
    return not design.pairs and float(np.ptp(design.weights[design.weights > 0])) > EQUAL_WEIGHTS
