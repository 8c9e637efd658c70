"""Whether a figure would print a count that is to be hidden."""

from collections import Counter
from collections.abc import Mapping

from analysis.cohort.missing import MissingPicture
from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.outcomes.response import ResponseComparison
from analysis.reporting.suppression import hidden_responses, hidden_steps, is_active, is_small
from analysis.study import study_flow
from charts.flow.content import in_several_sets


def flow_has_small_counts(patients: StudyCohort, design: Design | None, below: int) -> bool:
    """Tell whether the flow of patients would print a hidden count.

    Parameters
    ----------
    patients, design
        As the figure takes them.
    below : int
        Counts from 1 to ``below`` − 1 are hidden.

    Returns
    -------
    bool
        True when a step, or the number left out for one reason in one arm or matched in several sets, is small.
    """
    if not is_active(below):
        return False
    for arm in ("treated", "control", "other"):
        steps = patients.flow if arm == "other" else study_flow(patients, design)
        support = any(step.kind == "support" for step in steps)
        if any(hidden_steps([getattr(step, arm) for step in steps], below, support=support)):
            return True
    if any(
        is_small(count, below) for count in (in_several_sets("treated", design), in_several_sets("control", design))
    ):
        return True
    reasons = Counter(zip(patients.excluded["arm"], patients.excluded["reason"], strict=True))
    if design is not None:
        reasons.update(zip(patients.treated.tolist(), design.reason.tolist(), strict=True))
    return any(is_small(count, below) for (_, reason), count in reasons.items() if reason is not None)


def missing_has_small_counts(picture: MissingPicture, below: int) -> bool:
    """Tell whether the figure of missing covariates would print or show a hidden count.

    Parameters
    ----------
    picture : MissingPicture
        As the figure takes it.
    below : int
        The limit.

    Returns
    -------
    bool
        True when the patients of an arm with or without a value, or of a pattern, are few but not none.
    """
    if not is_active(below):
        return False
    counts = [picture.n_treated, picture.n_control]
    for size, missing in ((picture.n_treated, picture.missing_treated), (picture.n_control, picture.missing_control)):
        counts += [count for absent in missing.tolist() for count in (absent, size - absent)]
    counts += [count for pattern in picture.patterns for count in (pattern.treated, pattern.control)]
    return any(is_small(count, below) for count in counts)


def responses_have_small_counts(comparisons: Mapping[str, ResponseComparison | None], below: int) -> bool:
    """Tell whether the figure of responses would print a hidden count.

    Parameters
    ----------
    comparisons : mapping of str to ResponseComparison or None
        By endpoint.
    below : int
        The limit.

    Returns
    -------
    bool
        True when any count of an arm is hidden by the rules of the tables.
    """
    if not is_active(below):
        return False
    for comparison in comparisons.values():
        for arm in () if comparison is None else (comparison.treated, comparison.control):
            rates = {"objective_response": arm.objective_response, "disease_control": arm.disease_control}
            counts = {name: rate.count for name, rate in rates.items() if rate is not None}
            if hidden_responses(arm.categories, counts, arm.n, below):
                return True
    return False
