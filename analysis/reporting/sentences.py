"""What was done and what was found, in sentences written from the run itself."""

from analysis.cohort.time_units import UNIT_NAMES
from analysis.outcomes.response import ArmResponse, ResponseComparison
from analysis.outcomes.survival_comparison import ArmSurvival, SurvivalComparison
from analysis.phrases import join_phrases, phrase
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
        return phrase("Patients with a missing covariate were left out (complete cases).")
    if missing.method == "indicator":
        return phrase(
            "Missing numbers were set to the mean of the observed ones and marked by an indicator; missing categories "
            "formed a level of their own."
        )
    if imputation is None:
        return phrase("No covariate was missing; nothing was imputed.")
    columns = imputation.columns
    return phrase(
        "Missing values of {covariates} ({columns}) were imputed {n_sets} times by chained equations with predictive mean "
        "matching ({iterations} iterations, seed {seed}) from covariates and treatment; each set was {done} and the effects "
        "were pooled by Rubin's rules.{failed}",
        covariates=phrase("one covariate") if len(columns) == 1 else phrase("{n} covariates", n=len(columns)),
        columns=", ".join(columns),
        n_sets=imputation.n_sets,
        iterations=imputation.iterations,
        seed=imputation.seed,
        done=phrase("matched", "an imputed set") if design_word == "matching" else phrase("weighted", "an imputed set"),
        failed=_failed_sets(imputation.n_failed, design_word) if imputation.n_failed else "",
    )


def _failed_sets(n: int, design_word: DesignWord) -> str:
    if design_word == "matching":
        return phrase(" In {n} sets no matched sets were found.", n=n)
    return phrase(" In {n} sets no weights were found.", n=n)


def pooled_words(imputation: ImputedStudy) -> str:
    """Over what estimates were pooled: ``pooled over 20 imputed sets``."""
    return phrase("pooled over {n} imputed sets", n=len(imputation.number))


def imputed_set_words(imputation: ImputedStudy | None) -> str:
    """Which set the figures of matched patients are of: ``imputed set 1 of 20``; empty where nothing was imputed."""
    if imputation is None:
        return ""
    return phrase("imputed set {number} of {total}", number=imputation.shown, total=imputation.n_sets)


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
        return phrase("The hazard ratio of {endpoint} could not be pooled.", endpoint=pooled.name)
    ratio = pooled.hazard_ratio
    interval = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    return phrase(
        "Hazard ratio of {endpoint}, {pooled}: {ratio} ({level} {interval}, {control} as reference); {p}.",
        endpoint=pooled.name,
        pooled=words,
        ratio=format_ratio(ratio.estimate),
        level=format_level(ratio.confidence_level),
        interval=interval,
        control=control_label,
        p=format_p_statement(ratio.p_value),
    )


def pooled_response_sentence(pooled: PooledResponse, words: str) -> str:
    """One response endpoint's pooled difference in one sentence; parameters as in `pooled_survival_sentence`."""
    difference = None if pooled.objective_response is None else pooled.objective_response.risk_difference
    if difference is None:
        return phrase("The difference in objective response by {endpoint} could not be pooled.", endpoint=pooled.name)
    interval = format_interval(difference.ci_lower, difference.ci_upper, format_points)
    return phrase(
        "Difference in objective response by {endpoint}, {pooled}: {difference} points ({level} {interval}); {p}.",
        endpoint=pooled.name,
        pooled=words,
        difference=format_points(difference.estimate),
        level=format_level(difference.confidence_level),
        interval=interval,
        p=format_p_statement(difference.p_value),
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
    told = [
        phrase(
            "Median {endpoint} was {median_treated} with {treated} and {median_control} with {control}",
            endpoint=name,
            median_treated=_median(treated, time_unit),
            treated=treated_label,
            median_control=_median(control, time_unit),
            control=control_label,
        )
    ]
    if comparison.cox is not None:
        cox = comparison.cox
        told.append(
            phrase(
                "hazard ratio {ratio} ({level} {interval}, {control} as reference)",
                ratio=format_ratio(cox.hazard_ratio),
                level=format_level(comparison.treated.curve.confidence_level),
                interval=format_interval(cox.ci_lower, cox.ci_upper, format_ratio),
                control=control_label,
            )
        )
    test = log_rank_words(comparison)
    return phrase("{sentence}.", sentence=join_phrases([*told, test] if test else told, "; "))


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
        return phrase("log-rank {p}", p=format_p_statement(comparison.log_rank.p_value))
    if comparison.log_rank_robust is not None:
        return phrase("robust log-rank {p}", p=format_p_statement(comparison.log_rank_robust.p_value))
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
    weighted = is_weighted(comparison)
    unweighted = weighted and ROBUST_TEST not in comparison.objective_response.tests
    p_value = format_p_statement(test.p_value)
    return phrase(
        "Objective response by {endpoint} was {rate_treated} and {rate_control}; difference {difference} points ({level} "
        "{interval}); {test}.",
        endpoint=name,
        rate_treated=_rate_words(treated, treated_label, weighted),
        rate_control=_rate_words(control, control_label, weighted),
        difference=format_points(difference.estimate),
        level=level,
        interval=interval,
        test=(
            phrase("{test} of the unweighted counts {p}", test=test.name, p=p_value)
            if unweighted
            else phrase("{test} {p}", test=test.name, p=p_value)
        ),
    )


def _rate_words(arm: ArmResponse, label: str, weighted: bool) -> str:
    counts = {
        "n": arm.objective_response.count,
        "total": arm.n,
        "rate": format_percent(arm.objective_response.rate),
        "arm": label,
    }
    if weighted:
        return phrase("{n:,} of {total:,} ({rate} weighted) with {arm}", **counts)
    return phrase("{n:,} of {total:,} ({rate}) with {arm}", **counts)


def is_weighted(comparison: ResponseComparison) -> bool:
    """True when the patients of an arm weigh differently, so that rates are not counts over sizes."""
    return any(arm.effective_sample_size is not None for arm in (comparison.treated, comparison.control))


def _median(arm: ArmSurvival, time_unit: str) -> str:
    if arm.curve.median is None:
        return phrase("not reached")
    return phrase("{time} {unit}", time=format_time(arm.curve.median, time_unit), unit=UNIT_NAMES[time_unit])
