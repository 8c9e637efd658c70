"""Follow-up that ends in one of several causes, checked and put in order of time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.follow_up import FollowUp, one_arm, sort_follow_up
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompetingFollowUp:
    """Patients in order of time, each with what ended their follow-up.

    Attributes
    ----------
    follow_up : FollowUp
        Its ``event`` is True for an event of any cause.
    cause : (n,) int64
        In the order of ``follow_up``: 0 = censored, 1 to ``n_causes``.
    n_causes : int
    """

    follow_up: FollowUp
    cause: NDArray[np.int64]
    n_causes: int


def sort_competing(
    time: ArrayLike,
    cause: ArrayLike,
    treated: ArrayLike | None = None,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
) -> CompetingFollowUp:
    """Check follow-up with several causes and sort it as :func:`~analysis.outcomes.follow_up.sort_follow_up` does.

    Parameters
    ----------
    time : (n,) numbers
        Finite and ≥ 0, any unit.
    cause : (n,) whole numbers
        What happened first: 0 where the patient was censored, 1, 2, … for the causes.
    treated, weights, cluster, stratum
        As there.

    Raises
    ------
    EstimationError
        With one sentence for each thing that does not hold.
    """
    causes = np.asarray(cause)
    problem = _cause_problem(causes)
    try:
        follow_up = sort_follow_up(
            time,
            np.zeros(causes.shape, dtype=np.bool_) if problem else causes > 0,
            treated,
            weights=weights,
            cluster=cluster,
            stratum=stratum,
        )
    except EstimationError as error:
        raise EstimationError(*problem, *error.problems) from None
    if problem:
        raise EstimationError(*problem)
    whole = causes.astype(np.int64)
    return CompetingFollowUp(follow_up=follow_up, cause=whole[follow_up.rows], n_causes=max(1, int(whole.max())))


def _cause_problem(causes: NDArray[Any]) -> list[str]:
    if causes.size == 0:
        return []
    if causes.dtype.kind not in "iufb":
        return [
            phrase(
                "Causes must be whole numbers; another kind of value was found. Give 0 for censored and 1, 2, … else."
            )
        ]
    wrong = int(np.count_nonzero(~(np.isfinite(causes) & (causes >= 0) & (causes == np.floor(causes)))))
    if wrong == 0:
        return []
    return [
        phrase(
            "Every cause must be a whole number of at least 0; {wrong} of {n} are not. Give 0 "
            "for censored patients and 1, 2, … for what happened first.",
            wrong=wrong,
            n=causes.size,
        )
    ]


def one_arm_causes(patients: CompetingFollowUp, treated: bool) -> CompetingFollowUp:
    """The patients of one arm, in order of time."""
    rows = patients.follow_up.treated if treated else ~patients.follow_up.treated
    return CompetingFollowUp(
        follow_up=one_arm(patients.follow_up, treated), cause=patients.cause[rows], n_causes=patients.n_causes
    )


def check_cause_of_interest(cause_of_interest: int, patients: CompetingFollowUp) -> None:
    """Refuse a cause that nobody can have."""
    if not 1 <= cause_of_interest <= patients.n_causes:
        raise SettingsError(
            phrase(
                "The cause of interest must be one of the causes found, 1 to {n_causes}; "
                "{cause} was given. Choose one of these.",
                n_causes=patients.n_causes,
                cause=cause_of_interest,
            )
        )
