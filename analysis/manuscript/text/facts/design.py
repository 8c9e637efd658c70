"""How the arms were made comparable, and how far that went."""

from dataclasses import dataclass

import numpy as np

from analysis.manuscript.publication import Publication
from analysis.manuscript.text.facts.values import Json, TwoArms
from analysis.settings import (
    BalanceSettings,
    MatchingSettings,
    PropensitySettings,
    SupportSettings,
    WeightingSettings,
)
from charts.lettering import clean_label
from charts.weights import weights_differ

EQUIPOISE = (0.3, 0.7)
"""Preference scores between which either treatment is likely (Walker 2013, doi:10.2147/CER.S40357)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFacts:
    """The model of the treatment.

    Attributes
    ----------
    settings : PropensitySettings
    covariates, dropped : tuple of str
        Columns in the order of the study; those left out of the model as they repeat others.
    penalty : float or None
        Of ridge regression, as found.
    n_folds, seed : int or None
        Of cross-validation or cross-fitting; None without either.
    c_statistic, equipoise : float or None
        Equipoise is the share of patients whose preference score lies between `EQUIPOISE`.
    """

    settings: PropensitySettings
    covariates: tuple[str, ...]
    dropped: tuple[str, ...]
    penalty: float | None
    n_folds: int | None
    seed: int | None
    c_statistic: float | None
    equipoise: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportFacts:
    """Who was left out by the score; ``lower`` and ``upper`` as they were applied."""

    settings: SupportSettings
    lower: float | None
    upper: float | None
    left_out: TwoArms


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFacts:
    """Sets or weights.

    Attributes
    ----------
    kind : {"matching", "weighting"}
    estimand : str
        ATT, ATC, ATE, ATO or ATM.
    matching : MatchingSettings
        As set; of no matter where patients are weighted.
    weighting : WeightingSettings or None
        As set; None where patients are matched.
    caliper_width, caliper_on_logit, caliper_on_probability : float or None
        The width in force on the scale of the distance, and on both scales for a pair at the treated patients' median.
    n_sets : int or None
        Matched sets.
    compared : TwoArms
    effective : (float, float) or None
        Effective sample sizes, treated first, where weights differ within an arm; None elsewhere.
    left_out_treated, left_out_control : tuple of (str, int or None)
        The reasons in the words of the design, and how many.
    pairs, disjoint_sets, plain_tests, clustered : bool
        One to one without replacement; nobody in two sets; unweighted tests belong to the design; variances are over
        the matched sets and not over patients.
    n_truncated : int or None
        Weights moved to a percentile.
    support : SupportFacts or None
    """

    kind: str
    estimand: str
    matching: MatchingSettings
    weighting: WeightingSettings | None
    caliper_width: float | None
    caliper_on_logit: float | None
    caliper_on_probability: float | None
    n_sets: int | None
    compared: TwoArms
    effective: tuple[float, float] | None
    left_out_treated: tuple[tuple[str, int | None], ...]
    left_out_control: tuple[tuple[str, int | None], ...]
    pairs: bool
    disjoint_sets: bool
    plain_tests: bool
    clustered: bool
    n_truncated: int | None
    support: SupportFacts | None

    @property
    def matched(self) -> bool:
        """Whether patients stand in sets."""
        return self.kind == "matching"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceFacts:
    """Standardised mean differences.

    Attributes
    ----------
    settings : BalanceSettings
    threshold : float or None
        The largest |SMD| the study accepts; None where it names none.
    largest_before, largest_after : float or None
    largest_term : str or None
        The term whose |SMD| is the largest under the design.
    n_terms : int
        Covariates, a category's levels counted one by one, of which an SMD is told.
    some_hidden : bool
        Whether there are more, hidden for small counts.
    n_above_before, n_above_after : int
        Terms above the threshold; 0 without one.
    chance_after : float or None
        The largest |SMD| of one term that chance alone would leave at this size, 95 times in 100.
    """

    settings: BalanceSettings
    threshold: float | None
    largest_before: float | None
    largest_after: float | None
    largest_term: str | None
    n_terms: int
    some_hidden: bool
    n_above_before: int
    n_above_after: int
    chance_after: float | None


def score_facts(publication: Publication, document: Json) -> ScoreFacts:
    """The facts of the propensity score."""
    settings, found = publication.result.settings, document["propensity"]
    return ScoreFacts(
        settings=settings.propensity,
        covariates=tuple(clean_label(item.column) for item in settings.covariates),
        dropped=tuple(map(clean_label, found["dropped"])),
        penalty=found["penalty"],
        n_folds=found["n_folds"],
        seed=found["seed"],
        c_statistic=found["c_statistic"],
        equipoise=found["equipoise_share"],
    )


def design_facts(publication: Publication, document: Json) -> DesignFacts:
    """The facts of the design."""
    result, found = publication.result, document["design"]
    design, matching, weighted = result.design, document["matching"], document["weighting"]
    patients = result.patients
    effective = found["effective_sample_size"]
    kept = design.weights > 0
    differ = weights_differ(design.weights, patients.treated)
    known = None not in (effective["treated"], effective["control"])
    return DesignFacts(
        kind=found["kind"],
        estimand=found["estimand"],
        matching=result.settings.matching,
        weighting=result.settings.weighting,
        caliper_width=None if matching is None else matching["caliper_width"],
        caliper_on_logit=None if matching is None else matching["caliper_width_on_logit"],
        caliper_on_probability=None if matching is None else matching["caliper_width_on_probability"],
        n_sets=None if matching is None else matching["n_sets"],
        compared=TwoArms(treated=found["n_treated"], control=found["n_control"]),
        effective=(effective["treated"], effective["control"]) if differ and known else None,
        left_out_treated=tuple(found["left_out"]["treated"].items()),
        left_out_control=tuple(found["left_out"]["control"].items()),
        pairs=design.pairs,
        disjoint_sets=design.disjoint_sets,
        plain_tests=design.plain_tests,
        clustered=design.kind == "matching" and bool(np.array_equal(design.cluster[kept], design.subclass[kept])),
        n_truncated=None if weighted is None else weighted["n_truncated"],
        support=_support(publication, found["support"]),
    )


def _support(publication: Publication, found: Json | None) -> SupportFacts | None:
    if found is None:
        return None
    return SupportFacts(
        settings=publication.result.settings.support,
        lower=found["lower"],
        upper=found["upper"],
        left_out=TwoArms(treated=found["left_out_treated"], control=found["left_out_control"]),
    )


def balance_facts(publication: Publication, document: Json) -> BalanceFacts:
    """The facts of balance."""
    settings, summary, terms = publication.result.settings, document["balance_summary"], document["balance"]
    threshold = settings.gate.largest_smd
    told = [term for term in terms if term["smd_after"] is not None]
    largest = max(((abs(term["smd_after"]), term["term"]) for term in told), default=None)
    named = largest is not None and largest[0] == summary["largest_smd_after"]
    return BalanceFacts(
        settings=settings.balance,
        threshold=threshold,
        largest_before=summary["largest_smd_before"],
        largest_after=summary["largest_smd_after"],
        largest_term=clean_label(largest[1]) if largest is not None and named else None,
        n_terms=len(told),
        some_hidden=settings.exports.suppress_below > 1 and len(told) < len(terms),
        n_above_before=_above(told, "smd_before", threshold),
        n_above_after=_above(told, "smd_after", threshold),
        chance_after=summary["chance_smd_after"],
    )


def _above(terms: list[Json], key: str, threshold: float | None) -> int:
    if threshold is None:
        return 0
    return sum(term[key] is not None and abs(term[key]) > threshold for term in terms)
