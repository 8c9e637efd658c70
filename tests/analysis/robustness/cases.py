"""A cohort and a study whose specifications are of every kind, few of each."""

from functools import cache
from typing import Any

from analysis.cohort.reading import Cohort
from analysis.cohort.selection import StudyCohort
from analysis.robustness.curve import specification_curve
from analysis.robustness.result import SpecificationCurve
from analysis.robustness.specifications import specifications
from analysis.settings import StudySettings
from analysis.study import study_patients
from tests.analysis.study.cases import cohort_of, study, whole_table

EVERY_KIND: dict[str, Any] = {
    "methods": ["nearest", "optimal", "full"],
    "calipers": [0.2, None],
    "orders": ["closest", "largest"],
    "random_orders": 5,
    "distances": ["logit", "probability", "mahalanobis"],
    "covariates": [["age", "albumin"]],
    "leave_out": "none",
}
ONE_OF_EACH: dict[str, Any] = {
    "calipers": [0.2],
    "ratios": [1],
    "orders": ["closest"],
    "random_orders": 3,
    "replacement": [False],
    "distances": ["logit"],
    "leave_out": "none",
    "weighting": ["overlap"],
}


def robust_study(asked: dict[str, Any], **changes: Any) -> StudySettings:
    """The small study of complete patients, with these specifications."""
    complete = {"missing": {"method": "complete_case"}, "robustness": {"specifications": asked}}
    return study(**complete | changes)


@cache
def cohort(n: int = 90) -> Cohort:
    return cohort_of(whole_table(n))


def patients(settings: StudySettings, n: int = 90) -> StudyCohort:
    return study_patients(cohort(n), settings)


def curve_of(asked: dict[str, Any], **changes: Any) -> SpecificationCurve:
    settings = robust_study(asked, **changes)
    return specification_curve(patients(settings), specifications(settings))
