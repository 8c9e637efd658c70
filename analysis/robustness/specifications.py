"""Which other analyses of the same question a specification curve carries out."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from analysis.design_contradictions import (
    MATCHED_ESTIMANDS,
    MATCHED_SETTINGS,
    REGRESSIONS,
    WEIGHTED_ESTIMANDS,
    can_stabilise,
    design_contradictions,
)
from analysis.errors import SettingsError
from analysis.phrases import phrase
from analysis.settings import (
    MatchingSettings,
    PropensitySettings,
    SpecificationSettings,
    StudySettings,
    WeightingSettings,
)

MOST_SPECIFICATIONS = 50_000
"""More say nothing that these do not, and fill the memory."""

USUAL_CALIPER = 0.2
"""What calipers are taken from where the study has none: Austin 2011, doi:10.1002/pst.433."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Specification:
    """One way of analysing the study.

    Attributes
    ----------
    number : int
        Place among all specifications, from 0; the study's own is the first.
    chosen : bool
        True for the study's own analysis.
    order_only : bool
        True for a random order in which nothing else differs from the other such.
    left_out : tuple of str
        Covariates of the study that have no part in it.
    settings : StudySettings
        A whole study, which can be run as it is.
    """

    number: int
    chosen: bool
    order_only: bool
    left_out: tuple[str, ...]
    settings: StudySettings

    @property
    def choices(self) -> dict[str, Any]:
        """What was chosen, by name; None where the choice does not exist, or where the caliper is none.

        ``method`` is that of matching; that of weighting stands after ``weighting:``.
        """
        weighting, matching = self.settings.weighting, self.settings.matching
        if weighting is not None:
            method, estimand = f"weighting: {weighting.method}", _estimand(weighting)
            taken: frozenset[str] = frozenset()
        else:
            method, estimand, taken = matching.method, matching.estimand, MATCHED_SETTINGS[matching.method]
        chosen = {key: getattr(matching, key) if key in taken else None for key in _OF_MATCHING}
        if matching.replacement and "order" in taken:
            chosen["order"] = None
        if chosen["order"] != "random":
            chosen["seed"] = None
        return {"method": method, "estimand": estimand, **chosen, "left_out": self.left_out}


_OF_MATCHING = ("distance", "caliper", "ratio", "order", "seed", "replacement")


def _estimand(weighting: WeightingSettings) -> str:
    return weighting.estimand or WEIGHTED_ESTIMANDS[weighting.method][0]


def specifications(settings: StudySettings) -> tuple[Specification, ...]:
    """List the specifications of a study: its own first, then the random orders, then every other combination.

    Combinations that contradict themselves are not made, nor is one that does what another does, such as a second order
    of matching with replacement. What is not varied stays as the study says: strata, calipers on columns, support, the
    model of the score. Interactions and splines of a covariate that is left out leave with it. An estimand that a method
    cannot answer gives way to the method's usual one. With a score brought in as a column, leaving covariates out is
    tried only where the design looks at covariates.

    Parameters
    ----------
    settings : StudySettings
        The study, with ``robustness.specifications``.

    Returns
    -------
    tuple of Specification

    Raises
    ------
    SettingsError
        A listed covariate is none of the study, or there would be more than 50,000 specifications.

    Examples
    --------
    >>> study = StudySettings.model_validate({
    ...     "treatment": {"column": "arm", "treated": "new", "control": "old"}, "covariates": ["age"],
    ...     "outcomes": {"response": [{"name": "RECIST", "column": "bor"}]},
    ...     "robustness": {"specifications": {
    ...         "calipers": [0.1, None], "ratios": [1], "orders": ["closest"], "random_orders": 0, "replacement": [False],
    ...         "distances": ["logit"], "weighting": ["overlap"]}},
    ... })
    >>> [(item.choices["method"], item.choices["caliper"]) for item in specifications(study)]
    [('nearest', 0.2), ('nearest', 0.1), ('nearest', None), ('weighting: overlap', None)]
    """
    asked = settings.robustness.specifications
    subsets = _subsets(settings, asked)
    made = 1 + asked.random_orders + len(subsets) * (_n_matched(asked) + len(asked.weighting))
    if made > MOST_SPECIFICATIONS:
        raise SettingsError(
            phrase(
                "A specification curve has at most {most:,} specifications; these "
                "choices give {made:,}. Shorten the lists of robustness.specifications, or lower "
                "random_orders.",
                most=MOST_SPECIFICATIONS,
                made=made,
            )
        )
    every = tuple(item.column for item in settings.covariates)
    found: list[Specification] = []
    seen: set[tuple[Any, ...]] = set()
    for study, order_only in _studies(settings, asked, subsets):
        key = _key(study)
        if key in seen or (found and any(design_contradictions(study))):
            continue
        seen.add(key)
        kept = {item.column for item in study.covariates}
        found.append(
            Specification(
                number=len(found),
                chosen=not found,
                order_only=order_only,
                left_out=tuple(column for column in every if column not in kept),
                settings=study,
            )
        )
    return tuple(found)


def _n_matched(asked: SpecificationSettings) -> int:
    """At most so many combinations of matching for one choice of covariates."""
    calipers = 4 if asked.calipers is None else len(asked.calipers)
    orders = len(asked.orders) + (asked.random_orders if asked.random_everywhere else 0)
    return len(asked.methods) * calipers * len(asked.ratios) * len(asked.replacement) * len(asked.distances) * orders


def _subsets(settings: StudySettings, asked: SpecificationSettings) -> list[tuple[str, ...]]:
    """Choices of covariates in the study's order, all of them first, each choice once."""
    every = tuple(item.column for item in settings.covariates)
    unknown = dict.fromkeys(column for listed in asked.covariates for column in listed if column not in every)
    if unknown:
        names = ", ".join(f"'{column}'" for column in unknown)
        raise SettingsError(
            phrase(
                "robustness.specifications.covariates must list covariates of the study; found "
                "{names}. Add them to covariates, or remove them here.",
                names=names,
            )
        )
    subsets = [every]
    if asked.leave_out == "each" and len(every) > 1:
        subsets += [tuple(column for column in every if column != left_out) for left_out in every]
    subsets += [tuple(column for column in every if column in listed) for listed in asked.covariates]
    return list(dict.fromkeys(subsets))


def study_among(study: StudySettings, subset: tuple[str, ...]) -> StudySettings:
    """The study with these of its covariates alone; interactions and splines of the others leave with them.

    Parameters
    ----------
    study : StudySettings
    subset : tuple of str
        In any order; the study's is kept. Columns that mark missing values may be among them.
    """
    if set(subset) >= {item.column for item in study.covariates}:
        return study
    score = study.propensity
    kept = PropensitySettings.model_validate(
        score.model_dump()
        | {
            "interactions": [pair for pair in score.interactions if set(pair) <= set(subset)],
            "splines": [item.model_dump() for item in score.splines if item.column in subset],
        }
    )
    covariates = tuple(item for item in study.covariates if item.column in subset)
    return study.model_copy(update={"covariates": covariates, "propensity": kept})


def _studies(
    settings: StudySettings, asked: SpecificationSettings, subsets: list[tuple[str, ...]]
) -> Iterator[tuple[StudySettings, bool]]:
    """Every study to be made, and whether it is one of the random orders in which nothing else varies."""
    yield settings, settings.weighting is None and _is_random(settings.matching)
    matched = settings.model_copy(update={"weighting": None})
    # A study with weights has no matching, not even the usual one.
    weighted = StudySettings.model_validate(settings.model_dump(exclude={"matching"}, exclude_unset=True))
    seeds = range(asked.seed, asked.seed + asked.random_orders)
    own = _nearest(matched.matching)
    for seed in seeds:
        yield _with(matched, own.model_copy(update={"order": "random", "seed": seed})), True
    for subset in subsets:
        part = study_among(matched, subset)
        for matching in _matchings(matched.matching, asked, seeds):
            yield _with(part, matching), False
        part = study_among(weighted, subset)
        for method in asked.weighting:
            yield part.model_copy(update={"weighting": _weighting(settings, method)}), False


def _is_random(matching: MatchingSettings) -> bool:
    return matching.method == "nearest" and matching.order == "random" and not matching.replacement


def _with(study: StudySettings, matching: MatchingSettings) -> StudySettings:
    return study.model_copy(update={"matching": matching})


def _nearest(matching: MatchingSettings) -> MatchingSettings:
    """The study's own matching where an order means something, else the nearest there is to it."""
    return _by_method(matching, "nearest").model_copy(update={"replacement": False})


def _by_method(matching: MatchingSettings, method: str) -> MatchingSettings:
    """The study's matching by another method, without what means nothing to it."""
    offered, taken = MATCHED_ESTIMANDS[method], MATCHED_SETTINGS[method]
    usual = MatchingSettings()
    changes: dict[str, Any] = {"method": method}
    if matching.estimand not in offered:
        changes["estimand"] = offered[0]
    for key in ("ratio", "min_ratio", "replacement"):
        if key not in taken:
            changes[key] = getattr(usual, key)
    return matching.model_copy(update=changes)


def _matchings(own: MatchingSettings, asked: SpecificationSettings, seeds: range) -> Iterator[MatchingSettings]:
    """Every combination of the lists of matching; choices that a method has not are made once."""
    orders: list[dict[str, Any]] = [{"order": order} for order in asked.orders]
    if asked.random_everywhere:
        orders += [{"order": "random", "seed": seed} for seed in seeds]
    for method in asked.methods:
        base = _by_method(own, method)
        taken = MATCHED_SETTINGS[method]
        lists = [
            [{"distance": distance} for distance in asked.distances],
            _calipers(own, asked),
            [{"ratio": ratio} for ratio in asked.ratios] if "ratio" in taken else [{}],
            [{"replacement": chosen} for chosen in asked.replacement] if "replacement" in taken else [{}],
            orders if "order" in taken else [{}],
        ]
        for parts in product(*lists):
            changes = {key: value for part in parts for key, value in part.items()}
            yield base.model_copy(update=changes)


def _calipers(own: MatchingSettings, asked: SpecificationSettings) -> list[dict[str, Any]]:
    """Calipers with their scale: the study's, and standard deviations where the study has no caliper."""
    scale = "sd" if own.caliper is None else own.caliper_scale
    calipers = asked.calipers
    if calipers is None:
        centre = USUAL_CALIPER if own.caliper is None else own.caliper
        calipers = (centre / 2, centre, centre * 2, None)
    return [{"caliper": caliper, "caliper_scale": scale} for caliper in calipers]


def _weighting(settings: StudySettings, method: str) -> WeightingSettings:
    """Weights by this method: the study's own settings of it where it has them, for the same patients where it can."""
    own = settings.weighting
    estimand = settings.matching.estimand if own is None else _estimand(own)
    found = WeightingSettings.model_validate(
        {"method": method, "estimand": estimand if estimand in WEIGHTED_ESTIMANDS[method] else None}
    )
    if own is None:
        return found
    changes: dict[str, Any] = {"stabilised": own.stabilised and can_stabilise(found)}
    if method != "entropy":
        changes["truncate"] = own.truncate
    return found.model_copy(update=changes)


def _key(study: StudySettings) -> tuple[Any, ...]:
    """What two specifications have in common that do the same."""
    score, weighting, matching = study.propensity, study.weighting, study.matching
    looks_at_covariates = score.model != "column"
    if weighting is not None:
        looks_at_covariates |= weighting.method == "entropy"
        design: tuple[Any, ...] = (
            *weighting.model_copy(update={"estimand": _estimand(weighting)}).model_dump().values(),
        )
    else:
        taken = MATCHED_SETTINGS[matching.method]
        values = {key: getattr(matching, key) for key in ("method", "estimand", *sorted(taken))}
        if "order" in taken and (matching.replacement or matching.order != "random"):
            values["seed"] = None
        if matching.replacement:
            values["order"] = None
        if matching.caliper is None and "caliper" in taken:
            values["caliper_scale"] = None
        looks_at_covariates |= "distance" in taken and matching.distance == "mahalanobis"
        design = tuple(values.items())
    covariates = tuple(item.column for item in study.covariates) if looks_at_covariates else None
    terms = (score.interactions, score.splines) if score.model in REGRESSIONS else None
    return covariates, terms, design
