"""What the design of a study says twice or against itself: scores, support, sets and weights."""

import itertools
from collections import Counter
from collections.abc import Iterator

from analysis.phrases import join_phrases, phrase
from analysis.settings import MatchingSettings, PropensitySettings, StudySettings, SupportSettings, WeightingSettings

REGRESSIONS = ("logistic", "firth", "ridge")
"""The models of the score that have terms."""

WEIGHTED_ESTIMANDS = {
    "iptw": ("ATE", "ATT", "ATC"),
    "overlap": ("ATO",),
    "matching": ("ATM",),
    "entropy": ("ATT", "ATC"),
}
"""Whom the effect can refer to under each method of weighting, the usual one first."""

MATCHED_ESTIMANDS = {
    "nearest": ("ATT", "ATC"),
    "optimal": ("ATT", "ATC"),
    "full": ("ATT", "ATC", "ATE"),
    "strata": ("ATT", "ATC", "ATE"),
}
"""Whom the effect can refer to under each method of matching, the usual one first."""

_OF_DISTANCES = frozenset({"distance", "caliper", "caliper_scale", "calipers"})
_OF_RATIOS = frozenset({"ratio", "min_ratio"})

MATCHED_SETTINGS = {
    "nearest": _OF_DISTANCES | _OF_RATIOS | {"order", "replacement", "seed"},
    "optimal": _OF_DISTANCES | _OF_RATIOS,
    "full": _OF_DISTANCES,
    "strata": frozenset[str](),
}
"""The settings of matching that mean something to each method, beside estimand, exact and coarsen, which all have."""

WEIGHTED_SETTINGS = {
    "iptw": frozenset({"truncate"}),
    "overlap": frozenset({"truncate"}),
    "matching": frozenset({"truncate"}),
    "entropy": frozenset[str](),
}
"""The settings of weighting that mean something to each method, beside the estimand."""


def design_contradictions(settings: StudySettings) -> Iterator[str]:
    """Every sentence in which the design of a study contradicts itself, whatever the cohort holds.

    Parameters
    ----------
    settings : StudySettings
        Settings whose single values are all valid.

    Yields
    ------
    str
        One sentence a problem.
    """
    if settings.weighting is not None and "matching" in settings.model_fields_set:
        yield phrase("A study is either matched or weighted, and both are given; remove matching or weighting.")
    yield from _of_score(settings.propensity, {item.column for item in settings.covariates})
    yield from _of_support(settings.support)
    if settings.weighting is not None:
        yield from _of_weighting(settings.weighting)
    else:
        yield from _of_matching(settings.matching)


def lacks_classes(matching: MatchingSettings) -> bool:
    """True where the method lives by classes and no column makes any."""
    return not MATCHED_SETTINGS[matching.method] and not (matching.exact or matching.coarsen)


def can_stabilise(weighting: WeightingSettings) -> bool:
    """True where weights may be multiplied by the share of the patient's own arm: for the ATE by iptw."""
    estimand = weighting.estimand or WEIGHTED_ESTIMANDS[weighting.method][0]
    return (weighting.method, estimand) == ("iptw", "ATE")


def _of_score(propensity: PropensitySettings, covariates: set[str]) -> Iterator[str]:
    if propensity.model == "column" and propensity.column is None:
        yield phrase("propensity.model column takes the score from the file; add propensity.column.")
    if propensity.model != "column" and propensity.column is not None:
        yield phrase("propensity.column belongs to propensity.model column; remove it, or choose that model.")
    if propensity.penalty is not None and propensity.model != "ridge":
        yield phrase("propensity.penalty belongs to propensity.model ridge; remove it, or choose that model.")
    given = [key for key in ("interactions", "splines") if getattr(propensity, key)]
    if given and propensity.model not in REGRESSIONS:
        yield (
            phrase(
                "{settings} belong to the models {models}; found model {model}. Remove them, or choose one of "
                "these models.",
                settings=join_phrases((f"propensity.{key}" for key in given), phrase(" and ")),
                models=", ".join(REGRESSIONS),
                model=propensity.model,
            )
        )
    for first, second in propensity.interactions:
        if first == second:
            yield phrase(
                "propensity.interactions must join two columns; '{first}' is joined with itself. Use "
                "splines for a curve.",
                first=first,
            )
    named = [column for pair in propensity.interactions for column in pair] + [
        item.column for item in propensity.splines
    ]
    for column in dict.fromkeys(named):
        if column not in covariates:
            yield phrase(
                "propensity.interactions and splines are made of covariates, and '{column}' is none; "
                "add it to covariates.",
                column=column,
            )
    yield from _named_twice("propensity.splines", [item.column for item in propensity.splines])


def _of_support(support: SupportSettings) -> Iterator[str]:
    given = [key for key in ("lower", "upper") if getattr(support, key) is not None]
    if given and support.method not in ("score", "preference"):
        yield (
            phrase(
                "{settings} belong to the methods score and preference; found method {method}. Remove them, or "
                "choose one of these methods.",
                settings=join_phrases((f"support.{key}" for key in given), phrase(" and ")),
                method=support.method,
            )
        )
    if support.lower is not None and support.upper is not None and support.lower >= support.upper:
        yield phrase("support.lower must be below support.upper; it is not.")


def _of_matching(matching: MatchingSettings) -> Iterator[str]:
    offered = MATCHED_ESTIMANDS[matching.method]
    if matching.estimand not in offered:
        yield (
            phrase(
                "matching.estimand must be one that {method} matching can answer, {estimands}; found {estimand}.",
                method=matching.method,
                estimands=join_phrases(offered, phrase(" or ")),
                estimand=matching.estimand,
            )
        )
    taken = MATCHED_SETTINGS[matching.method]
    if matching.replacement and "replacement" not in taken:
        yield phrase(
            "matching.replacement belongs to method nearest; found method {method}. Set replacement: false.",
            method=matching.method,
        )
    if "ratio" not in taken and (matching.ratio > 1 or matching.min_ratio > 1):
        yield (
            phrase(
                "matching.ratio and min_ratio belong to the methods nearest and optimal; found "
                "method {method}, whose sets are as large as they come. Remove them.",
                method=matching.method,
            )
        )
    if matching.min_ratio > matching.ratio:
        yield phrase(
            "matching.min_ratio must be at most the ratio, {ratio}; found {min_ratio}.",
            ratio=matching.ratio,
            min_ratio=matching.min_ratio,
        )
    if lacks_classes(matching):
        yield phrase("matching.method strata needs columns whose classes make the strata; add exact or coarsen.")
    if matching.calipers and "calipers" not in taken:
        yield phrase(
            "matching.calipers belong to pairs, and method strata makes none; remove them, or coarsen these columns."
        )
    yield from _named_twice("matching.calipers", [item.column for item in matching.calipers])
    yield from _named_twice("matching.coarsen", [item.column for item in matching.coarsen])
    for item in matching.coarsen:
        if (item.cutpoints is None) == (item.bins is None):
            yield phrase(
                "matching.coarsen '{column}' needs either cutpoints or bins, not both and not neither.",
                column=item.column,
            )
        points = item.cutpoints or ()
        if any(later <= earlier for earlier, later in itertools.pairwise(points)):
            yield phrase(
                "matching.coarsen '{column}' must have cutpoints in ascending order, each once.", column=item.column
            )


def _of_weighting(weighting: WeightingSettings) -> Iterator[str]:
    offered = WEIGHTED_ESTIMANDS[weighting.method]
    estimand = weighting.estimand or offered[0]
    if estimand not in offered:
        yield (
            phrase(
                "weighting.estimand must be one that {method} can answer, {estimands}; found {estimand}.",
                method=weighting.method,
                estimands=join_phrases(offered, phrase(" or ")),
                estimand=estimand,
            )
        )
    if weighting.stabilised and not can_stabilise(weighting):
        yield (
            phrase(
                "weighting.stabilised belongs to iptw for the ATE; found {method} for the "
                "{estimand}. Set stabilised: false.",
                method=weighting.method,
                estimand=estimand,
            )
        )
    if weighting.truncate is not None and "truncate" not in WEIGHTED_SETTINGS[weighting.method]:
        yield phrase(
            "weighting.truncate would undo the exact balance of method entropy; remove it, or choose another method."
        )


def _named_twice(where: str, columns: list[str]) -> Iterator[str]:
    for name, count in Counter(columns).items():
        if count > 1:
            yield phrase(
                "{where} must name each column once; '{name}' stands there {count} times.",
                where=where,
                name=name,
                count=count,
            )
