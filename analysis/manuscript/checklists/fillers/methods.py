"""Items of methods: design, patients, variables, statistics."""

from collections.abc import Callable, Mapping

import pandas as pd

from analysis.manuscript.checklists.run_words import NOT_APPLICABLE, Fill, RunWords
from analysis.settings import EligibilityRule
from charts.style import format_count, format_level, format_setting


def rule_in_signs(rule: EligibilityRule) -> str:
    """A rule of eligibility in signs that every language reads.

    Examples
    --------
    >>> rule_in_signs(EligibilityRule(column="age", at_least=18, below=80))
    'age ≥ 18, < 80'
    """
    if rule.reason:
        return rule.reason
    signs = (("≥", rule.at_least), (">", rule.above), ("≤", rule.at_most), ("<", rule.below))
    parts = [
        f"{sign} {format_setting(value)}" if isinstance(value, float) else f"{sign} {value}"
        for sign, value in signs
        if value is not None
    ]
    parts += [f"∈ {{{', '.join(rule.one_of)}}}"] if rule.one_of else []
    parts += [f"∉ {{{', '.join(rule.none_of)}}}"] if rule.none_of else []
    return f"{rule.column} {', '.join(parts)}"


def design(run: RunWords) -> Fill:
    """What was compared with what, and by which design."""
    return Fill(text=run.phrase("design", **run.arms, design=run.design, estimand=run.result.design.estimand))


def eligibility(run: RunWords) -> Fill | None:
    """The rules that were applied here; whoever made the file may have applied others."""
    rules = run.settings.eligibility
    if not rules:
        return None
    text = run.phrase("eligibility", rules="; ".join(rule_in_signs(rule) for rule in rules))
    return Fill(text=text, places=("selection", "figure"), partial=True)


def variables(run: RunWords) -> Fill:
    """Treatment, outcomes, covariates, and the columns of subgroups where there are any."""
    outcomes = run.settings.outcomes
    names = [*(item.name for item in outcomes.survival), *(item.name for item in outcomes.response)]
    text = run.phrase(
        "variables",
        **run.arms,
        column=run.settings.treatment.column,
        outcomes=run.listed(names),
        covariates=run.listed(item.column for item in run.settings.covariates),
    )
    if outcomes.subgroups:
        text += run.phrase("modifiers", columns=run.listed(item.column for item in outcomes.subgroups))
    return Fill(text=text)


def bias(run: RunWords) -> Fill:
    """Against confounding: the covariates, and the design that balances them."""
    n = format_count(len(run.settings.covariates))
    return Fill(text=run.phrase("bias", n=n, design=run.design), places=("balance",))


def quantities(run: RunWords) -> Fill:
    """How covariates enter the score: as a line, by a spline, or by their levels; why is for the author to say."""
    table = run.result.patients.covariates
    splines = [item.column for item in run.settings.propensity.splines]
    numeric = [str(name) for name, column in table.items() if not isinstance(column.dtype, pd.CategoricalDtype)]
    return Fill(
        text=run.phrase(
            "quantities",
            linear=run.listed(name for name in numeric if name not in splines),
            categories=run.listed(str(name) for name in table.columns if str(name) not in numeric),
            splines=run.listed(splines),
        ),
        partial=True,
    )


def statistics(run: RunWords) -> Fill:
    """The methods for survival and response, the model of the score, and the level of the intervals."""
    told = run.phrase("survival_methods") if run.has_plain_survival else ""
    told += run.phrase("competing_methods") if run.document["competing_risks"] else ""
    if run.settings.outcomes.response and run.result.design.plain_tests:
        told += run.phrase("response_methods", interval=run.name(run.settings.confidence.proportion))
    elif run.settings.outcomes.response:
        told += run.phrase("robust_response_methods")
    model, level = run.name(run.settings.propensity.model), run.settings.confidence.level
    return Fill(
        text=run.phrase("statistics", design=run.design, model=model, outcomes=told, level=format_level(level)),
        places=("efficacy",),
    )


def subgroups(run: RunWords) -> Fill:
    """The columns by whose levels effects are given; not applicable without any."""
    columns = [item.column for item in run.settings.outcomes.subgroups]
    if not columns:
        return NOT_APPLICABLE
    return Fill(text=run.phrase("subgroups", columns=run.listed(columns)), places=("subgroups",))


def missing(run: RunWords) -> Fill:
    """How missing covariates were handled."""
    method = run.settings.missing.method
    text = run.phrase(method, n=run.settings.missing.imputations) if method.startswith("mult") else run.phrase(method)
    return Fill(text=text, places=("selection",))


def censoring(run: RunWords) -> Fill:
    """The endpoints whose follow-up ends in censoring; not applicable without survival."""
    names = [item.name for item in run.settings.outcomes.survival]
    if not names:
        return NOT_APPLICABLE
    return Fill(text=run.phrase("censoring", endpoints=run.listed(names)))


def sensitivity(run: RunWords) -> Fill | None:
    """The sensitivity analyses that were carried out, and no other."""
    told = _analyses(run)
    return Fill(text=" ".join(told), places=("sensitivity", "specifications")) if told else None


def several_analyses(run: RunWords) -> Fill:
    """Other analyses of the same question; one alone has none to describe."""
    if run.document["specification_curve"] is None:
        return NOT_APPLICABLE
    return Fill(text=run.phrase("specifications"), places=("specifications",), partial=True)


def _analyses(run: RunWords) -> list[str]:
    found = run.document["sensitivity"]
    endpoints = [item for item in (found or {}).get("endpoints") or () if _has_value(item)]
    told = []
    if endpoints:
        bounded = any((item["after"] or {}).get("hidden_bias") for item in endpoints)
        told.append(run.phrase("sensitivity", bounds=run.phrase("bounds") if bounded else ""))
    told += [run.phrase("specifications")] if run.document["specification_curve"] is not None else []
    told += [run.phrase("bootstrap")] if run.document["bootstrap"] is not None else []
    return told


def _has_value(item: Mapping[str, object]) -> bool:
    after = item["after"]
    return isinstance(after, dict) and after.get("e_value") is not None


def linkage(run: RunWords) -> Fill | None:
    """By which column the file of scans was joined; how well that succeeded is for the author to say."""
    scans = run.settings.scans
    if scans is None or run.result.patients.scans is None:
        return None
    return Fill(text=run.phrase("linkage", id=scans.id), partial=True)


def comparator(run: RunWords) -> Fill:
    """The arm that serves as the reference; why it was chosen is for the author to say."""
    return Fill(text=run.phrase("comparator", **run.arms), partial=True)


def other_arms(run: RunWords) -> Fill | None:
    """Rows of other arms that were left out."""
    count = run.document["flow"][0]["other"]
    if not count:
        return None
    return Fill(text=run.phrase("other_arms", n=format_count(count)), places=("selection",), partial=True)


def code(run: RunWords) -> Fill:
    """What identifies the data and rebuilds the analysis; where it can be had is for the author to say."""
    digest = run.result.cohort_sha256[:12]
    return Fill(text=run.phrase("code", digest=digest), places=("capsule",), partial=True)


METHODS: dict[str, Callable[[RunWords], Fill | None]] = {
    "design": design,
    "eligibility": eligibility,
    "variables": variables,
    "bias": bias,
    "quantities": quantities,
    "statistics": statistics,
    "subgroups": subgroups,
    "missing": missing,
    "censoring": censoring,
    "sensitivity": sensitivity,
    "several_analyses": several_analyses,
    "linkage": linkage,
    "comparator": comparator,
    "other_arms": other_arms,
    "code": code,
}
