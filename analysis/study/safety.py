"""Adverse events of both arms in one population."""

import numpy as np

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.outcomes.safety import SafetyComparison, compare_adverse_events, worst_grades_of_columns
from analysis.settings import StudySettings


def compare_safety(patients: StudyCohort, design: Design | None, settings: StudySettings) -> SafetyComparison | None:
    """Compare how many patients of each arm had each adverse event, of any grade and of grade 3 or worse.

    Parameters
    ----------
    patients : StudyCohort
        With their worst grades.
    design : Design or None
        None for all patients; its weights, pairs or clusters are used as for response.
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
        robust=design is not None and not design.plain_tests,
        adjustment=settings.outcomes.multiplicity,
        confidence_level=settings.confidence.level,
    )
