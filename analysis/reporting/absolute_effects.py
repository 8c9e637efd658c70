"""Absolute effects in words: how many more patients, how much more time."""

from collections.abc import Collection

from analysis.cohort.time_units import UNIT_NAMES, time_words
from analysis.outcomes.milestones import MilestoneDifference
from analysis.outcomes.survival_comparison import DOUBTFUL_PROPORTIONALITY, SurvivalComparison
from analysis.phrases import phrase
from analysis.settings import SurvivalEndpoint
from analysis.study.differences import EndpointDifferences
from charts.style import MINUS, format_interval, format_level, format_p_statement, format_time, time_form

OVERALL_SURVIVAL = (
    "os", "overall survival", "death", "전체생존", "전체 생존", "전체생존기간", "전체 생존기간", "全生存", "全生存期間",
)  # fmt: skip
"""Names of endpoints whose event is death."""

PROGRESSION_FREE = (
    "pfs",
    "progression-free survival",
    "progression free survival",
    "무진행생존기간",
    "무진행 생존기간",
)
"""Names of endpoints whose event is progression or death."""


def without_event_words(endpoint: SurvivalEndpoint) -> str:
    """What patients without the event are: ``alive``, ``progression-free``, or ``without the event``.

    Parameters
    ----------
    endpoint : SurvivalEndpoint
        One endpoint of the study.

    Returns
    -------
    str
    """
    name = endpoint.name.strip().casefold()
    if endpoint.from_dates == "os" or (endpoint.from_dates is None and name in OVERALL_SURVIVAL):
        return phrase("alive")
    if endpoint.from_dates == "pfs" or (endpoint.from_dates is None and name in PROGRESSION_FREE):
        return phrase("progression-free")
    return phrase("without the event")


def milestone_sentence(found: MilestoneDifference, words: str, time_unit: str, arms: str = "") -> str:
    """The difference at one time as one sentence.

    Whole percent, or one decimal where whole ones would not add up: 37.7% v 23.2% is 14.5 points, not 38 − 23.

    Parameters
    ----------
    found : MilestoneDifference
        One time of one population.
    words : str
        What patients without the event are.
    time_unit : str
        As in the study file.
    arms : str
        In the order of the numbers, such as ``LEN v SOR``; not said when empty.

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
    treated, control, difference = (100 * share for share in (found.treated, found.control, found.difference))
    decimals = 0 if round(treated) - round(control) == round(difference) else 1
    interval = phrase("(no interval: nobody’s outcome differs within an arm)")
    if has_interval(found):
        interval = phrase(
            "({level} {lower} to {upper})",
            level=format_level(found.confidence_level),
            lower=_points(found.ci_lower, decimals),
            upper=_points(found.ci_upper, decimals),
        )
    return phrase(
        "At {time} {treated}% v {control}% {without_event}{arms}, difference {difference} points {interval}.",
        time=time_words(found.time, time_unit),
        treated=f"{treated:.{decimals}f}",
        control=f"{control:.{decimals}f}",
        without_event=words,
        arms=" (" + arms + ")" if arms else "",
        difference=_points(found.difference, decimals),
        interval=interval,
    )


def has_interval(found: MilestoneDifference) -> bool:
    """False where nobody in either arm, or everybody, has had the event: an estimated variance of 0 is no precision."""
    return found.ci_lower < found.ci_upper


def _points(difference: float, decimals: int) -> str:
    printed = f"{100 * difference:.{decimals}f}"
    return printed.removeprefix("-") if float(printed) == 0 else printed.replace("-", MINUS)


def middle_milestone(found: EndpointDifferences, among: Collection[float] | None = None) -> MilestoneDifference | None:
    """The milestone to tell in one sentence: the one in the middle of the study's list, None where there is none.

    Parameters
    ----------
    found : EndpointDifferences
        One population.
    among : collection of float, optional
        Times that every population compared reaches, so that all are told at the same time.

    Returns
    -------
    MilestoneDifference or None
    """
    rows = [row for row in found.milestones if among is None or row.time in among]
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


def mean_sentence(comparison: SurvivalComparison, time_unit: str, words: str = "alive") -> str:
    """The difference in restricted mean survival time as one sentence, told first where one hazard ratio is doubtful.

    Parameters
    ----------
    comparison : SurvivalComparison
        One population, with its restricted means.
    time_unit : str
        As in the study file.
    words : str
        What patients without the event are.

    Returns
    -------
    str
        Empty without restricted means.
    """
    rmst = comparison.rmst
    if rmst is None:
        return ""
    limits = format_interval(rmst.ci_lower, rmst.ci_upper, time_form(time_unit))
    mean = phrase("survival time") if words == "alive" else phrase("time {without_event}", without_event=words)
    horizon, treated, control, difference = (
        format_time(time, time_unit) for time in (rmst.horizon, rmst.treated, rmst.control, rmst.difference)
    )
    return phrase(
        "Mean {mean} up to {horizon} {unit}: {treated} v {control}, difference {difference} {unit} ({level} {limits}); {p}. "
        "Hazards are not proportional: this difference is the one to read, the hazard ratio an average over follow-up.",
        mean=mean,
        horizon=horizon,
        unit=UNIT_NAMES[time_unit],
        treated=treated,
        control=control,
        difference=difference,
        level=format_level(rmst.confidence_level),
        limits=limits,
        p=format_p_statement(rmst.p_value),
    )
