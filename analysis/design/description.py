"""The design in the words of a methods section: how the arms were made comparable, and whom the effect refers to."""

from collections.abc import Callable

import numpy as np

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design, DesignKind
from analysis.phrases import join_phrases, phrase
from analysis.settings import MatchingSettings, PropensitySettings, StudySettings, SupportSettings, WeightingSettings

_SCALES = {"sd": "SD", "pooled_sd": phrase("pooled SD"), "raw": phrase("units")}
_ORDERS = {
    "closest": phrase("closest pair first"),
    "largest": phrase("highest score first"),
    "smallest": phrase("lowest score first"),
    "data": phrase("in the order of the file"),
}
_DISTANCES = {
    "logit": phrase("the logit of the propensity score"),
    "probability": phrase("the propensity score"),
    "mahalanobis": phrase("the Mahalanobis distance of the covariates"),
}
_TARGETS = {
    "ATT": phrase("patients like those treated"),
    "ATC": phrase("patients like the controls"),
    "ATE": phrase("all patients"),
    "ATO": phrase("patients who might have been given either treatment"),
    "ATM": phrase("patients who could be matched"),
}
_MODELS = {
    "logistic": phrase("logistic regression"),
    "firth": phrase("logistic regression with Firth's penalty"),
    "ridge": phrase("ridge-penalised logistic regression"),
    "boosting": phrase("gradient-boosted trees, cross-fitted"),
    "forest": phrase("a random forest, cross-fitted"),
    "column": phrase("a column of the file"),
}


def describe_design(settings: StudySettings, design: Design | None = None) -> str:
    """How the arms were made comparable, in one phrase without a full stop.

    Parameters
    ----------
    settings : StudySettings
        The design as set.
    design : Design, optional
        The design as carried out, for the caliper's width and the truncation.

    Returns
    -------
    str
        Such as ``1:1 nearest-neighbour matching on the logit of the propensity score, caliper 0.2 SD (width 0.125),
        without replacement, closest pair first``.
    """
    if settings.weighting is not None:
        parts = _weighting_parts(settings.weighting, design)
    else:
        parts = _MATCHINGS[settings.matching.method](settings.matching, design)
    return join_phrases([*parts, *_support_parts(settings.support)], ", ")


def describe_score(propensity: PropensitySettings) -> str:
    """Where the propensity score comes from, in one phrase without a full stop.

    Examples
    --------
    >>> describe_score(PropensitySettings(model="firth", splines=["age"]))
    "logistic regression with Firth's penalty, age as a restricted cubic spline with 4 knots"
    """
    parts = [_MODELS[propensity.model]]
    parts += [
        phrase("{column} as a restricted cubic spline with {knots} knots", column=item.column, knots=item.knots)
        for item in propensity.splines
    ]
    parts += [
        phrase("interaction of {first} and {second}", first=first, second=second)
        for first, second in propensity.interactions
    ]
    if propensity.model in ("boosting", "forest"):
        parts.append(phrase("{folds} folds (seed {seed})", folds=propensity.folds, seed=propensity.seed))
    return join_phrases(parts, ", ")


def design_name(kind: DesignKind) -> str:
    """What made the arms comparable, in a word.

    Examples
    --------
    >>> design_name("weighting")
    'weighting'
    """
    return phrase("matching") if kind == "matching" else phrase("weighting")


def target_population(design: Design) -> str:
    """Whom the effect refers to: ``patients like those treated``."""
    return _TARGETS[design.estimand]


def estimand_sentence(patients: StudyCohort, design: Design) -> str:
    """Whom the effect now refers to, and who had no counterpart, in a sentence or two.

    Parameters
    ----------
    patients : StudyCohort
        Who was offered to the design.
    design : Design
        Who is compared.

    Returns
    -------
    str
        Such as ``14 of 56 LEN patients had no counterpart: the effect now refers to patients like the other 42, no longer
        to all who were given LEN.``
    """
    labels = {True: patients.treated_label, False: patients.control_label}
    if design.estimand in ("ATT", "ATC"):
        return _of_one_arm(patients, design, labels, focal=design.estimand == "ATT")
    lost = [
        phrase(
            "{n_lost:,} of {n:,} {label} patients",
            n_lost=_left_out(patients, design, treated=arm),
            n=int((patients.treated == arm).sum()),
            label=labels[arm],
        )
        for arm in (True, False)
        if _left_out(patients, design, treated=arm)
    ]
    population = target_population(design)
    if design.kind == "weighting" and design.estimand in ("ATO", "ATM"):
        population = phrase(
            "{population}: those whose score says that either treatment was likely count most", population=population
        )
    if not lost:
        return phrase("The effect refers to {population}.", population=population)
    return phrase(
        "The effect refers to {population}; {lost} take no part, and it no longer speaks of patients like them.",
        population=population,
        lost=join_phrases(lost, phrase(" and ")),
    )


def _left_out(patients: StudyCohort, design: Design, *, treated: bool) -> int:
    return int(((patients.treated == treated) & (design.weights == 0)).sum())


def _of_one_arm(patients: StudyCohort, design: Design, labels: dict[bool, str], *, focal: bool) -> str:
    n = int(np.count_nonzero(patients.treated == focal))
    lost = _left_out(patients, design, treated=focal)
    label = labels[focal]
    if lost == 0:
        return phrase(
            "All {n:,} {label} patients are compared: the effect refers to patients like them.", n=n, label=label
        )
    return phrase(
        "{lost:,} of {n:,} {label} patients had no counterpart: the effect now refers to "
        "patients like the other {n_kept:,}, no longer to all who were given {label}.",
        lost=lost,
        n=n,
        label=label,
        n_kept=n - lost,
    )


def _nearest_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    parts = [
        phrase(
            "1:{ratio} nearest-neighbour matching on {distance}",
            ratio=matching.ratio,
            distance=_DISTANCES[matching.distance],
        )
    ]
    parts += _pairing_parts(matching, design)
    if matching.replacement:
        parts.append(phrase("with replacement"))
    else:
        parts += [phrase("without replacement"), _order_part(matching)]
    return [*parts, *_ratio_parts(matching), *_strata_parts(matching), *_round_controls(matching)]


def _order_part(matching: MatchingSettings) -> str:
    if matching.order == "random":
        return phrase("in random order (seed {seed})", seed=matching.seed)
    return _ORDERS[matching.order]


def _optimal_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    parts = [
        phrase("1:{ratio} optimal matching on {distance}", ratio=matching.ratio, distance=_DISTANCES[matching.distance])
    ]
    parts += [*_pairing_parts(matching, design), phrase("least total distance of as many pairs as possible")]
    return [*parts, *_ratio_parts(matching), *_strata_parts(matching), *_round_controls(matching)]


def _full_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    parts = [phrase("optimal full matching on {distance}", distance=_DISTANCES[matching.distance])]
    parts += [*_pairing_parts(matching, design), *_strata_parts(matching)]
    return [*parts, phrase("weighted for the {estimand}", estimand=matching.estimand)]


def _stratified_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    return [
        phrase("coarsened exact matching") if matching.coarsen else phrase("exact matching", "a design"),
        *_strata_parts(matching),
        phrase("weighted for the {estimand}", estimand=matching.estimand),
    ]


_MATCHINGS: dict[str, Callable[[MatchingSettings, Design | None], list[str]]] = {
    "nearest": _nearest_parts,
    "optimal": _optimal_parts,
    "full": _full_parts,
    "strata": _stratified_parts,
}


def _pairing_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    if matching.caliper is None:
        parts = [phrase("no caliper")]
    else:
        width = None if design is None or design.sets is None else design.sets.caliper_width
        said = _caliper(matching.caliper, matching)
        parts = [said if width is None else phrase("{caliper} (width {width:.3f})", caliper=said, width=width)]
    return parts + [
        phrase("{column} within {width:g}", column=item.column, width=item.width) for item in matching.calipers
    ]


def _caliper(caliper: float, matching: MatchingSettings) -> str:
    scale = _SCALES[matching.caliper_scale]
    if matching.distance == "mahalanobis":
        return phrase("caliper {caliper:g} {scale} of the logit", caliper=caliper, scale=scale)
    return phrase("caliper {caliper:g} {scale}", caliper=caliper, scale=scale)


def _ratio_parts(matching: MatchingSettings) -> list[str]:
    if matching.min_ratio == 1:
        return []
    if matching.estimand == "ATT":
        return [phrase("sets of at least {min_ratio} controls", min_ratio=matching.min_ratio)]
    return [phrase("sets of at least {min_ratio} treated patients", min_ratio=matching.min_ratio)]


def _strata_parts(matching: MatchingSettings) -> list[str]:
    parts = []
    if matching.exact:
        parts.append(phrase("exact on {columns}", columns=join_phrases(matching.exact, phrase(" and "))))
    for item in matching.coarsen:
        if item.cutpoints is None:
            parts.append(phrase("{column} in {bins} classes of equal width", column=item.column, bins=item.bins))
        else:
            parts.append(
                phrase(
                    "{column} in classes cut at {cutpoints}",
                    column=item.column,
                    cutpoints=", ".join(f"{point:g}" for point in item.cutpoints),
                )
            )
    return parts


def _round_controls(matching: MatchingSettings) -> list[str]:
    return [phrase("for each control (ATC)")] if matching.estimand == "ATC" else []


_WEIGHTS = {
    "iptw": phrase("inverse probability of treatment weighting"),
    "overlap": phrase("overlap weighting"),
    "matching": phrase("matching weights"),
    "entropy": phrase("entropy balancing"),
}


def _weighting_parts(weighting: WeightingSettings, design: Design | None) -> list[str]:
    usual = {"overlap": "ATO", "matching": "ATM", "iptw": "ATE", "entropy": "ATT"}
    estimand = weighting.estimand or usual[weighting.method]
    parts = [phrase("{method} ({estimand})", method=_WEIGHTS[weighting.method], estimand=estimand)]
    if weighting.stabilised:
        parts.append(phrase("stabilised"))
    if weighting.truncate is not None:
        parts.append(_truncation_part(weighting.truncate, design))
    return parts


def _truncation_part(percentile: float, design: Design | None) -> str:
    truncated = phrase(
        "weights truncated at percentiles {lower:g} and {upper:g}", lower=100 - percentile, upper=percentile
    )
    if design is None or design.weighted is None:
        return truncated
    return phrase("{truncated} ({n:,} moved)", truncated=truncated, n=design.weighted.n_truncated)


def _support_parts(support: SupportSettings) -> list[str]:
    if support.method == "none":
        return []
    if support.method == "common_range":
        return [phrase("scores that both arms reach")]
    scale, lower, upper = {
        "score": (phrase("scores"), 0.1, 0.9),
        "preference": (phrase("preference scores"), 0.3, 0.7),
    }[support.method]
    low = lower if support.lower is None else support.lower
    high = upper if support.upper is None else support.upper
    return [phrase("{scale} from {low:g} to {high:g}", scale=scale, low=low, high=high)]
