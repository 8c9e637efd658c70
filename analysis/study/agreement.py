"""Two criteria of response beside each other: how far they agree, in one population and in each arm."""

from dataclasses import dataclass

import numpy as np

from analysis.cohort.selection import ResponseData, StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.outcomes.agreement import Agreement, compare_criteria
from analysis.settings import StudySettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CriteriaAgreement:
    """Two responses of the same patients.

    Attributes
    ----------
    first, second : str
        Names of the two, rows and columns of every table.
    both_arms : Agreement
    treated, control : Agreement or None
        None where an arm has nobody with both responses.
    """

    first: str
    second: str
    both_arms: Agreement
    treated: Agreement | None
    control: Agreement | None


def criteria_pairs(patients: StudyCohort) -> tuple[tuple[str, str], ...]:
    """The pairs of responses that can be crossed: those with categories, each pair once."""
    names = [item.name for item in patients.responses if item.category is not None]
    return tuple((one, other) for place, one in enumerate(names) for other in names[place + 1 :])


def criteria_agreement(
    patients: StudyCohort, design: Design | None, settings: StudySettings, first: str, second: str
) -> CriteriaAgreement:
    """Cross two responses of the patients of a population, counted and never weighted.

    Agreement of two readings is a matter of the patients, not of how the arms were made comparable: after the design the
    patients are those whom it compares.

    Parameters
    ----------
    patients : StudyCohort
        With both responses.
    design : Design or None
        None for all patients.
    settings : StudySettings
        The level of intervals.
    first, second : str
        Names of two responses with categories.

    Returns
    -------
    CriteriaAgreement

    Raises
    ------
    EstimationError
        When nobody of the population has both.
    """
    kept = np.ones(patients.treated.size, dtype=bool) if design is None else design.weights > 0
    rows, columns = _response(patients, first).category, _response(patients, second).category
    assert rows is not None
    assert columns is not None

    def crossed(among: np.ndarray) -> Agreement:
        return compare_criteria(rows[among], columns[among], confidence_level=settings.confidence.level)

    def of_arm(arm: np.ndarray) -> Agreement | None:
        try:
            return crossed(kept & arm)
        except EstimationError:
            return None

    return CriteriaAgreement(
        first=first,
        second=second,
        both_arms=crossed(kept),
        treated=of_arm(patients.treated),
        control=of_arm(~patients.treated),
    )


def _response(patients: StudyCohort, name: str) -> ResponseData:
    return next(item for item in patients.responses if item.name == name)
