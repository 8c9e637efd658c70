"""Absolute effects in words: how many more patients, how much more time."""

from analysis.outcomes.milestones import MilestoneDifference
from analysis.outcomes.survival_comparison import DOUBTFUL_PROPORTIONALITY, SurvivalComparison
from analysis.settings import SurvivalEndpoint
from analysis.study.differences import EndpointDifferences
from charts.style import MINUS, format_interval, format_level, format_months, format_p_statement

OVERALL_SURVIVAL = ("os", "overall survival", "death", "전체생존", "전체 생존", "全生存", "全生存期間")
"""Names of endpoints whose event is death."""


def without_event_words(endpoint: SurvivalEndpoint) -> str:
    """What patients without the event are: ``alive``, or ``without the event``.

    Parameters
    ----------
    endpoint : SurvivalEndpoint
        One endpoint of the study.

    Returns
    -------
    str
    """
    named = endpoint.name.strip().casefold() in OVERALL_SURVIVAL
    return "alive" if endpoint.from_dates == "os" or (endpoint.from_dates is None and named) else "without the event"


def milestone_sentence(found: MilestoneDifference, words: str, time_unit: str) -> str:
    """The difference at one time as one sentence.

    Parameters
    ----------
    found : MilestoneDifference
        One time of one population.
    words : str
        What patients without the event are.
    time_unit : str
        As in the study file.

    Returns
    -------
    str

    Examples
    --------
    >>> milestone_sentence(MilestoneDifference(
    ...     time=12, treated=0.58, control=0.47, difference=0.11, ci_lower=0.01, ci_upper=0.21, p_value=None,
    ...     standard_error=0.05, at_risk_treated=40, at_risk_control=35, confidence_level=0.95, method=""),
    ...     "alive", "months")
    'At 12 months 58% v 47% alive, difference 11 points (95% CI 1 to 21).'
    """
    limits = f"{_points(found.ci_lower)} to {_points(found.ci_upper)}"
    return (
        f"At {found.time:g} {time_unit} {100 * found.treated:.0f}% v {100 * found.control:.0f}% {words}, difference "
        f"{_points(found.difference)} points ({format_level(found.confidence_level)} {limits})."
    )


def _points(difference: float) -> str:
    printed = f"{100 * difference:.0f}".replace("-0", "0") if abs(100 * difference) < 0.5 else f"{100 * difference:.0f}"
    return printed.replace("-", MINUS)


def middle_milestone(found: EndpointDifferences) -> MilestoneDifference | None:
    """The milestone to tell in one sentence: the one in the middle of the study's list, None where there is none."""
    rows = found.milestones
    return rows[(len(rows) - 1) // 2] if rows else None


def is_doubtful(comparison: SurvivalComparison) -> bool:
    """True where the test of proportional hazards speaks against one hazard ratio and a difference in means exists.

    Parameters
    ----------
    comparison : SurvivalComparison
        One population.

    Returns
    -------
    bool
    """
    test = comparison.proportional_hazards
    return test is not None and test.p_value < DOUBTFUL_PROPORTIONALITY and comparison.rmst is not None


def mean_sentence(comparison: SurvivalComparison, time_unit: str) -> str:
    """The difference in restricted mean survival time as one sentence, told first where one hazard ratio is doubtful.

    Parameters
    ----------
    comparison : SurvivalComparison
        One population, with its restricted means.
    time_unit : str
        As in the study file.

    Returns
    -------
    str
        Empty without restricted means.
    """
    rmst = comparison.rmst
    if rmst is None:
        return ""
    limits = format_interval(rmst.ci_lower, rmst.ci_upper, format_months)
    return (
        f"Mean survival time up to {rmst.horizon:.1f} {time_unit}: {format_months(rmst.treated)} v "
        f"{format_months(rmst.control)}, difference {format_months(rmst.difference)} {time_unit} "
        f"({format_level(rmst.confidence_level)} {limits}); {format_p_statement(rmst.p_value)}. Hazards are not "
        "proportional: this difference is the one to read, the hazard ratio an average over follow-up."
    )
