"""Adverse events: the worst grade of every patient in every term, and how two arms compare in them."""

from analysis.outcomes.safety.comparison import ArmEvents, EventComparison, SafetyComparison, compare_adverse_events
from analysis.outcomes.safety.grades import WorstGrades, worst_grades, worst_grades_of_columns

__all__ = [
    "ArmEvents",
    "EventComparison",
    "SafetyComparison",
    "WorstGrades",
    "compare_adverse_events",
    "worst_grades",
    "worst_grades_of_columns",
]
