"""Response among patients who could be evaluated: a sensitivity analysis, labelled as one."""

from dataclasses import dataclass, replace

from analysis.cohort.selection import ResponseData, StudyCohort
from analysis.design.design import Design
from analysis.settings import StudySettings
from analysis.study.populations import PopulationOutcomes, outcomes_after, outcomes_before


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvaluableResponses:
    """Responses among evaluable patients, and how many were left out for it.

    Attributes
    ----------
    outcomes : PopulationOutcomes
        Responses only.
    n_left_out : dict of str to (int, int)
        By endpoint, treated and control patients of the population who could not be evaluated.
    """

    outcomes: PopulationOutcomes
    n_left_out: dict[str, tuple[int, int]]


def evaluable_responses(
    patients: StudyCohort, design: Design | None, settings: StudySettings
) -> EvaluableResponses | None:
    """Compare responses without the patients whose best response is NE.

    Whether a patient can be evaluated is known only after time zero, and may differ by arm: matched sets lose members,
    and the comparison is no longer that of the design. The main analysis counts such patients as no response.

    Parameters
    ----------
    patients : StudyCohort
        With the responses.
    design : Design or None
        None for all patients.
    settings : StudySettings
        The intervals.

    Returns
    -------
    EvaluableResponses or None
        None where no response has categories.
    """
    told = tuple(item for item in patients.responses if item.category is not None)
    if not told:
        return None
    fewer = replace(patients, endpoints=(), responses=tuple(_evaluable(item) for item in told))
    outcomes = (
        outcomes_before(fewer, settings.outcomes, settings.confidence)
        if design is None
        else outcomes_after(fewer, design, settings.outcomes, settings.confidence)
    )
    return EvaluableResponses(
        outcomes=outcomes, n_left_out={item.name: _left_out(patients, design, item) for item in told}
    )


def _evaluable(item: ResponseData) -> ResponseData:
    assert item.category is not None
    return replace(item, known=item.category != "NE")


def _left_out(patients: StudyCohort, design: Design | None, item: ResponseData) -> tuple[int, int]:
    unread = item.category == "NE" if design is None else (item.category == "NE") & (design.weights > 0)
    return int((unread & patients.treated).sum()), int((unread & ~patients.treated).sum())
