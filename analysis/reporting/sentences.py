"""What was done and what was found, in sentences written from the run itself."""

from analysis.outcomes.response import ResponseComparison
from analysis.outcomes.survival_comparison import ArmSurvival, SurvivalComparison
from analysis.settings import MissingSettings
from analysis.study import ImputedStudy, PooledResponse, PooledSurvival
from charts.style import (
    DesignWord,
    format_interval,
    format_level,
    format_p_statement,
    format_percent,
    format_points,
    format_ratio,
    format_time,
)

ROBUST_TEST = "robust_wald"
"""Among the tests of a rate where they use the weights and not the counts."""


def missing_sentence(
    missing: MissingSettings, imputation: ImputedStudy | None = None, *, design_word: DesignWord = "matching"
) -> str:
    """How missing covariates were handled, in the words of a methods section.

    Parameters
    ----------
    missing : MissingSettings
        The method as set.
    imputation : ImputedStudy, optional
        What was imputed; absent where nothing was missing.
    design_word : {"matching", "weighting"}
        What was done in each imputed set.

    Returns
    -------
    str
    """
    if missing.method == "complete_case":
        return "Patients with a missing covariate were left out (complete cases)."
    if missing.method == "indicator":
        return (
            "Missing numbers were set to the mean of the observed ones and marked by an indicator; missing categories "
            "formed a level of their own."
        )
    if imputation is None:
        return "No covariate was missing; nothing was imputed."
    columns = imputation.columns
    words = "one covariate" if len(columns) == 1 else f"{len(columns)} covariates"
    done, wanted = {"matching": ("matched", "matched sets"), "weighting": ("weighted", "weights")}[design_word]
    failed = f" In {imputation.n_failed} sets no {wanted} were found." if imputation.n_failed else ""
    return (
        f"Missing values of {words} ({', '.join(columns)}) were imputed {imputation.n_sets} times by chained equations "
        f"with predictive mean matching ({imputation.iterations} iterations, seed {imputation.seed}) from covariates "
        f"and treatment; each set was {done} and the effects were pooled by Rubin's rules.{failed}"
    )


def pooled_words(imputation: ImputedStudy) -> str:
    """Over what estimates were pooled: ``pooled over 20 imputed sets``."""
    return f"pooled over {len(imputation.number)} imputed sets"


def imputed_set_words(imputation: ImputedStudy | None) -> str:
    """Which set the figures of matched patients are of: ``imputed set 1 of 20``; empty where nothing was imputed."""
    return "" if imputation is None else f"imputed set {imputation.shown} of {imputation.n_sets}"


def pooled_survival_sentence(pooled: PooledSurvival, words: str, *, control_label: str) -> str:
    """One endpoint's pooled hazard ratio in one sentence.

    Parameters
    ----------
    pooled : PooledSurvival
        One population.
    words : str
        Over what was pooled, as `pooled_words` says it.
    control_label : str
        The arm that is the reference.

    Returns
    -------
    str
        Says so where the ratio could not be pooled.
    """
    if pooled.hazard_ratio is None:
        return f"The hazard ratio of {pooled.name} could not be pooled."
    ratio = pooled.hazard_ratio
    interval = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    return (
        f"Hazard ratio of {pooled.name}, {words}: {format_ratio(ratio.estimate)} "
        f"({format_level(ratio.confidence_level)} {interval}, {control_label} as reference); "
        f"{format_p_statement(ratio.p_value)}."
    )


def pooled_response_sentence(pooled: PooledResponse, words: str) -> str:
    """One response endpoint's pooled difference in one sentence; parameters as in `pooled_survival_sentence`."""
    difference = None if pooled.objective_response is None else pooled.objective_response.risk_difference
    if difference is None:
        return f"The difference in objective response by {pooled.name} could not be pooled."
    interval = format_interval(difference.ci_lower, difference.ci_upper, format_points)
    return (
        f"Difference in objective response by {pooled.name}, {words}: {format_points(difference.estimate)} points "
        f"({format_level(difference.confidence_level)} {interval}); {format_p_statement(difference.p_value)}."
    )


def survival_sentence(
    name: str,
    comparison: SurvivalComparison,
    *,
    treated_label: str,
    control_label: str,
    time_unit: str,
) -> str:
    """One endpoint in one sentence: medians, hazard ratio and its interval, the test by its name.

    Parameters
    ----------
    name : str
        The endpoint.
    comparison : SurvivalComparison
        The population's two arms.
    treated_label, control_label, time_unit : str
        As in the study file.

    Returns
    -------
    str
    """
    treated, control = comparison.treated, comparison.control
    sentence = (
        f"Median {name} was {_median(treated, time_unit)} with {treated_label} "
        f"and {_median(control, time_unit)} with {control_label}"
    )
    if comparison.cox is not None:
        cox = comparison.cox
        level = format_level(comparison.treated.curve.confidence_level)
        interval = format_interval(cox.ci_lower, cox.ci_upper, format_ratio)
        sentence += (
            f"; hazard ratio {format_ratio(cox.hazard_ratio)} ({level} {interval}, {control_label} as reference)"
        )
    test = log_rank_words(comparison)
    return f"{sentence}; {test}." if test else f"{sentence}."


def log_rank_words(comparison: SurvivalComparison) -> str:
    """The log-rank test of a population by its name, with its p: the plain one, else the robust; empty without any.

    Parameters
    ----------
    comparison : SurvivalComparison
        The population's two arms.

    Returns
    -------
    str
        Such as ``log-rank p = 0.012``, or ``robust log-rank p = 0.034`` where only weights make the arms comparable.
    """
    if comparison.log_rank is not None:
        return f"log-rank {format_p_statement(comparison.log_rank.p_value)}"
    if comparison.log_rank_robust is not None:
        return f"robust log-rank {format_p_statement(comparison.log_rank_robust.p_value)}"
    return ""


def response_sentence(name: str, comparison: ResponseComparison, *, treated_label: str, control_label: str) -> str:
    """One response endpoint in one sentence: rates, their difference and its interval, the test by its name.

    Parameters
    ----------
    name : str
        The endpoint.
    comparison : ResponseComparison
        The population's two arms.
    treated_label, control_label : str
        As in the study file.

    Returns
    -------
    str
    """
    treated, control = comparison.treated, comparison.control
    difference = comparison.objective_response.risk_difference
    test = comparison.objective_response.test
    interval = format_interval(difference.ci_lower, difference.ci_upper, format_points)
    level = format_level(comparison.confidence_level)
    weighted = " weighted" if is_weighted(comparison) else ""
    rates = [
        f"{arm.objective_response.count:,} of {arm.n:,} ({format_percent(arm.objective_response.rate)}{weighted}) "
        f"with {label}"
        for arm, label in ((treated, treated_label), (control, control_label))
    ]
    unweighted = (
        " of the unweighted counts" if weighted and ROBUST_TEST not in comparison.objective_response.tests else ""
    )
    return (
        f"Objective response by {name} was {rates[0]} and {rates[1]}; "
        f"difference {format_points(difference.estimate)} points ({level} {interval}); "
        f"{test.name}{unweighted} {format_p_statement(test.p_value)}."
    )


def is_weighted(comparison: ResponseComparison) -> bool:
    """True when the patients of an arm weigh differently, so that rates are not counts over sizes."""
    return any(arm.effective_sample_size is not None for arm in (comparison.treated, comparison.control))


def _median(arm: ArmSurvival, time_unit: str) -> str:
    return "not reached" if arm.curve.median is None else f"{format_time(arm.curve.median, time_unit)} {time_unit}"
