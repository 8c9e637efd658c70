"""Gray's test: does one thing happen first at different rates in the two arms, when others may forestall it?"""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from analysis.errors import EstimationError
from analysis.outcomes.competing.causes import check_cause_of_interest, sort_competing
from analysis.outcomes.competing.gray_kernel import gray_sums
from analysis.outcomes.logrank import chi_square_p_value
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GrayTest:
    """A comparison of the cumulative incidence of one cause in two arms over the whole of follow-up.

    Attributes
    ----------
    chi_square : float
        On one degree of freedom.
    p_value : float
        Two-sided, in [0, 1].
    observed_treated, expected_treated : float
        Events of the cause in the treated arm, and those expected if the incidences did not differ.
    cause : int
    n, n_events, n_competing : int
    """

    chi_square: float
    p_value: float
    observed_treated: float
    expected_treated: float
    cause: int
    n: int
    n_events: int
    n_competing: int
    method: str


def gray_test(
    time: ArrayLike,
    cause: ArrayLike,
    treated: ArrayLike,
    *,
    cause_of_interest: int = 1,
    stratum: ArrayLike | None = None,
) -> GrayTest:
    """Compare the cumulative incidence of one cause between two arms, unweighted.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    cause : (n,) whole numbers
        What happened first: 0 = censored, 1, 2, … the causes.
    treated : (n,) bool
    cause_of_interest : int
        ≥ 1.
    stratum : (n,) labels, optional
        Arms are compared within strata, for example within matched sets; scores and variances are summed.

    Returns
    -------
    GrayTest
        With every event counting alike (ρ = 0), as the log-rank test does: R's ``cmprsk::cuminc``.

    Raises
    ------
    EstimationError
        If no event of the cause happened while both arms were in view, or the columns are impossible.
    SettingsError
        If nobody can have the cause of interest.

    Notes
    -----
    Gray 1988, doi:10.1214/aos/1176350951. The score is that of a log-rank test in which those who had another event
    stay at risk; its variance adds up the independent counting processes of both causes in both arms, with the
    incidence of the cause pooled.

    Examples
    --------
    >>> test = gray_test([1, 2, 3, 4, 5, 6], [1, 1, 2, 1, 2, 0], [True, True, True, False, False, False])
    >>> test.observed_treated, round(test.expected_treated, 4), round(test.chi_square, 4)
    (2.0, 0.9, 2.4381)
    """
    patients = sort_competing(time, cause, treated, stratum=stratum)
    check_cause_of_interest(cause_of_interest, patients)
    follow_up = patients.follow_up
    observed, expected, variance = gray_sums(
        patients.cause, follow_up.treated, follow_up.starts, follow_up.run_stratum, cause_of_interest
    )
    n_events = int((patients.cause == cause_of_interest).sum())
    if not variance > 0.0:
        raise EstimationError(
            phrase(
                "Gray's test needs an event of cause {cause} while patients of both arms can have one; none was found "
                "among {n_events} such events. Show the incidences and the numbers of events without a test.",
                cause=cause_of_interest,
                n_events=n_events,
            )
            if stratum is None
            else phrase(
                "Gray's test needs an event of cause {cause} while patients of both arms in one stratum can have one; "
                "none was found among {n_events} such events. Show the incidences and the numbers of events without a "
                "test.",
                cause=cause_of_interest,
                n_events=n_events,
            )
        )
    chi_square = (observed - expected) ** 2 / variance
    return GrayTest(
        chi_square=chi_square,
        p_value=chi_square_p_value(chi_square),
        observed_treated=observed,
        expected_treated=expected,
        cause=cause_of_interest,
        n=follow_up.time.size,
        n_events=n_events,
        n_competing=int((patients.cause > 0).sum()) - n_events,
        method=phrase("Gray's test") if stratum is None else phrase("Gray's test, stratified"),
    )
