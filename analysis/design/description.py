"""The design in the words of a methods section: how the arms were made comparable, and whom the effect refers to."""

from collections.abc import Callable

import numpy as np

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design, DesignKind
from analysis.phrases import phrase
from analysis.settings import MatchingSettings, PropensitySettings, StudySettings, SupportSettings, WeightingSettings

_SCALES = {"sd": "SD", "pooled_sd": "pooled SD", "raw": "units"}
_ORDERS = {
    "closest": "closest pair first",
    "largest": "highest score first",
    "smallest": "lowest score first",
    "data": "in the order of the file",
    "random": "in random order",
}
_DISTANCES = {
    "logit": "the logit of the propensity score",
    "probability": "the propensity score",
    "mahalanobis": "the Mahalanobis distance of the covariates",
}
_TARGETS = {
    "ATT": "patients like those treated",
    "ATC": "patients like the controls",
    "ATE": "all patients",
    "ATO": "patients who might have been given either treatment",
    "ATM": "patients who could be matched",
}
_MODELS = {
    "logistic": "logistic regression",
    "firth": "logistic regression with Firth's penalty",
    "ridge": "ridge-penalised logistic regression",
    "boosting": "gradient-boosted trees, cross-fitted",
    "forest": "a random forest, cross-fitted",
    "column": "a column of the file",
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
    return ", ".join([*parts, *_support_parts(settings.support)])


def describe_score(propensity: PropensitySettings) -> str:
    """Where the propensity score comes from, in one phrase without a full stop.

    Examples
    --------
    >>> describe_score(PropensitySettings(model="firth", splines=["age"]))
    "logistic regression with Firth's penalty, age as a restricted cubic spline with 4 knots"
    """
    parts = [_MODELS[propensity.model]]
    parts += [f"{item.column} as a restricted cubic spline with {item.knots} knots" for item in propensity.splines]
    parts += [f"interaction of {first} and {second}" for first, second in propensity.interactions]
    if propensity.model in ("boosting", "forest"):
        parts.append(f"{propensity.folds} folds (seed {propensity.seed})")
    return ", ".join(parts)


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
        f"{_left_out(patients, design, treated=arm):,} of {int((patients.treated == arm).sum()):,} {labels[arm]} patients"
        for arm in (True, False)
        if _left_out(patients, design, treated=arm)
    ]
    told = f"The effect refers to {target_population(design)}"
    if design.kind == "weighting" and design.estimand in ("ATO", "ATM"):
        told += ": those whose score says that either treatment was likely count most"
    if not lost:
        return f"{told}."
    return f"{told}; {' and '.join(lost)} take no part, and it no longer speaks of patients like them."


def _left_out(patients: StudyCohort, design: Design, *, treated: bool) -> int:
    return int(((patients.treated == treated) & (design.weights == 0)).sum())


def _of_one_arm(patients: StudyCohort, design: Design, labels: dict[bool, str], *, focal: bool) -> str:
    n = int(np.count_nonzero(patients.treated == focal))
    lost = _left_out(patients, design, treated=focal)
    label = labels[focal]
    if lost == 0:
        return f"All {n:,} {label} patients are compared: the effect refers to patients like them."
    return (
        f"{lost:,} of {n:,} {label} patients had no counterpart: the effect now refers to patients like the other "
        f"{n - lost:,}, no longer to all who were given {label}."
    )


def _nearest_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    parts = [f"1:{matching.ratio} nearest-neighbour matching on {_DISTANCES[matching.distance]}"]
    parts += _pairing_parts(matching, design)
    if matching.replacement:
        parts.append("with replacement")
    else:
        seed = f" (seed {matching.seed})" if matching.order == "random" else ""
        parts.append(f"without replacement, {_ORDERS[matching.order]}{seed}")
    return [*parts, *_ratio_parts(matching), *_strata_parts(matching), *_round_controls(matching)]


def _optimal_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    parts = [f"1:{matching.ratio} optimal matching on {_DISTANCES[matching.distance]}"]
    parts += [*_pairing_parts(matching, design), "least total distance of as many pairs as possible"]
    return [*parts, *_ratio_parts(matching), *_strata_parts(matching), *_round_controls(matching)]


def _full_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    parts = [f"optimal full matching on {_DISTANCES[matching.distance]}"]
    parts += [*_pairing_parts(matching, design), *_strata_parts(matching)]
    return [*parts, f"weighted for the {matching.estimand}"]


def _stratified_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    word = "coarsened exact" if matching.coarsen else "exact"
    return [f"{word} matching", *_strata_parts(matching), f"weighted for the {matching.estimand}"]


_MATCHINGS: dict[str, Callable[[MatchingSettings, Design | None], list[str]]] = {
    "nearest": _nearest_parts,
    "optimal": _optimal_parts,
    "full": _full_parts,
    "strata": _stratified_parts,
}


def _pairing_parts(matching: MatchingSettings, design: Design | None) -> list[str]:
    if matching.caliper is None:
        parts = ["no caliper"]
    else:
        width = None if design is None or design.sets is None else design.sets.caliper_width
        said = "" if width is None else f" (width {width:.3f})"
        of_logit = " of the logit" if matching.distance == "mahalanobis" else ""
        parts = [f"caliper {matching.caliper:g} {_SCALES[matching.caliper_scale]}{of_logit}{said}"]
    return parts + [f"{item.column} within {item.width:g}" for item in matching.calipers]


def _ratio_parts(matching: MatchingSettings) -> list[str]:
    if matching.min_ratio == 1:
        return []
    return [f"sets of at least {matching.min_ratio} {'controls' if matching.estimand == 'ATT' else 'treated patients'}"]


def _strata_parts(matching: MatchingSettings) -> list[str]:
    parts = ["exact on " + " and ".join(matching.exact)] if matching.exact else []
    for item in matching.coarsen:
        if item.cutpoints is None:
            parts.append(f"{item.column} in {item.bins} classes of equal width")
        else:
            parts.append(f"{item.column} in classes cut at {', '.join(f'{point:g}' for point in item.cutpoints)}")
    return parts


def _round_controls(matching: MatchingSettings) -> list[str]:
    return ["for each control (ATC)"] if matching.estimand == "ATC" else []


_WEIGHTS = {
    "iptw": "inverse probability of treatment weighting",
    "overlap": "overlap weighting",
    "matching": "matching weights",
    "entropy": "entropy balancing",
}


def _weighting_parts(weighting: WeightingSettings, design: Design | None) -> list[str]:
    usual = {"overlap": "ATO", "matching": "ATM", "iptw": "ATE", "entropy": "ATT"}
    estimand = weighting.estimand or usual[weighting.method]
    parts = [f"{_WEIGHTS[weighting.method]} ({estimand})"]
    if weighting.stabilised:
        parts.append("stabilised")
    if weighting.truncate is not None:
        moved = "" if design is None or design.weighted is None else f" ({design.weighted.n_truncated:,} moved)"
        parts.append(f"weights truncated at percentiles {100 - weighting.truncate:g} and {weighting.truncate:g}{moved}")
    return parts


def _support_parts(support: SupportSettings) -> list[str]:
    if support.method == "none":
        return []
    if support.method == "common_range":
        return ["scores that both arms reach"]
    scale, lower, upper = {"score": ("scores", 0.1, 0.9), "preference": ("preference scores", 0.3, 0.7)}[support.method]
    low = lower if support.lower is None else support.lower
    high = upper if support.upper is None else support.upper
    return [f"{scale} from {low:g} to {high:g}"]
