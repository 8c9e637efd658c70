"""Subgroups, centres, several endpoints, sensitivity, robustness, the plan and the software."""

from dataclasses import dataclass

from analysis.manuscript.publication import Publication
from analysis.manuscript.text.facts.values import Effect, Json, effect_of
from charts.lettering import clean_label


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupFacts:
    """Tests of interaction of one endpoint under the design, by column; ``pooled`` over the imputed sets."""

    endpoint: str
    columns: tuple[str, ...]
    interactions: tuple[tuple[str, float], ...]
    pooled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreFacts:
    """How far the effects of centres differ under the design, for one endpoint."""

    endpoint: str
    n_centres: int
    p_value: float | None
    i_squared: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFacts:
    """The p-values of all endpoints under the design, adjusted for their number.

    Attributes
    ----------
    adjustment : str
        ``none``, ``holm``, ``hochberg`` or ``benjamini-hochberg``.
    n_tests : int
    p_values : tuple of (str, float, float)
        Endpoint, p-value and adjusted p-value.
    """

    adjustment: str
    n_tests: int
    p_values: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfoundingFacts:
    """What could undo the effect on one endpoint under the design.

    Attributes
    ----------
    endpoint, measure : str
        ``hazard_ratio`` or ``rate_difference``.
    e_value, e_value_limit : float or None
    critical_gamma : float or None
        The bias at which the comparison within sets is no longer significant.
    bounds_p : float or None
        Of the comparison within sets without hidden bias.
    has_bounds, has_tipping : bool
    """

    endpoint: str
    measure: str
    e_value: float | None
    e_value_limit: float | None
    critical_gamma: float | None
    bounds_p: float | None
    has_bounds: bool
    has_tipping: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeControlFacts:
    """The endpoint that treatment cannot change, under the design."""

    endpoint: str
    measure: str
    effect: Effect | None
    holds_no_effect: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFacts:
    """A specification curve.

    Attributes
    ----------
    measure, endpoint : str
    complete : bool
    n_planned, n_done, n_with_estimate : int
    lowest, median, highest : float or None
    n_same_sign : int or None
        Estimates on the side of no effect on which the study's own lies.
    n_random : int or None
        Random orders examined, with the ``random_lowest`` and ``random_highest`` estimate.
    """

    measure: str
    endpoint: str
    complete: bool
    n_planned: int
    n_done: int
    n_with_estimate: int
    lowest: float | None
    median: float | None
    highest: float | None
    n_same_sign: int | None
    n_random: int | None
    random_lowest: float | None
    random_highest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapFacts:
    """A bootstrap of the effect; ``draws`` is ``patients`` or ``sets``."""

    measure: str
    endpoint: str
    draws: str
    n_done: int
    seed: int
    percentile: Effect | None
    accelerated: Effect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """What is on record of the plan.

    Attributes
    ----------
    opened : str
        As `Ledger` has it.
    number, total : int or None
        The specification's place among those examined; None from a study file, or where it is not among them.
    digest : str or None
        The locked plan's first letters; None without one.
    outcomes_seen : bool or None
        Whether outcomes had been seen when it was locked; None where not known.
    followed : bool
        Whether this run is that plan.
    """

    opened: str
    number: int | None
    total: int
    digest: str | None
    outcomes_seen: bool | None
    followed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftwareFacts:
    """Versions, by name; the product's own as ``version``."""

    versions: tuple[tuple[str, str], ...]

    def of(self, name: str) -> str:
        """One version; empty where it is not known."""
        return dict(self.versions).get(name, "")


def subgroup_facts(document: Json) -> tuple[SubgroupFacts, ...]:
    """The facts of subgroups under the design, pooled where covariates were imputed."""
    imputation = document["imputation"]
    found = []
    for entry in document["subgroups"]:
        columns = entry["after"]["columns"]
        tests = [
            (item["column"], item["interaction"]["p_value"]) for item in columns if item["interaction"] is not None
        ]
        if imputation is not None:
            pooled = imputation["pooled"]["after"]["interactions"]
            tests = [(item["variable"], item["p_value"]) for item in pooled if item["outcome"] == entry["outcome"]]
        found.append(
            SubgroupFacts(
                endpoint=clean_label(entry["outcome"]),
                columns=tuple(clean_label(item["column"]) for item in columns),
                interactions=tuple((clean_label(name), p) for name, p in tests if p is not None),
                pooled=imputation is not None,
            )
        )
    return tuple(found)


def centre_facts(document: Json) -> tuple[CentreFacts, ...]:
    """The facts of centres under the design; none where the study names none."""
    found = document["centres"]
    return tuple(
        CentreFacts(
            endpoint=clean_label(entry["outcome"]),
            n_centres=len(found["balance"]),
            p_value=None if entry["heterogeneity_after"] is None else entry["heterogeneity_after"]["p_value"],
            i_squared=None if entry["heterogeneity_after"] is None else entry["heterogeneity_after"]["i_squared"],
        )
        for entry in (() if found is None else found["effects"])
    )


def board_facts(document: Json) -> BoardFacts:
    """The facts of several endpoints."""
    board = document["endpoint_board"]
    rows = [(item["outcome"], item["after"]) for item in board["endpoints"] if item["after"] is not None]
    return BoardFacts(
        adjustment=board["adjustment"],
        n_tests=board["n_tests_after"],
        p_values=tuple(
            (clean_label(name), row["p_value"], row["adjusted_p_value"])
            for name, row in rows
            if row["p_value"] is not None and row["adjusted_p_value"] is not None
        ),
    )


def confounding_facts(document: Json) -> tuple[ConfoundingFacts, ...]:
    """The facts of unmeasured confounding under the design, the negative control apart."""
    control = document["sensitivity"]["negative_control"]
    found = []
    for entry in document["sensitivity"]["endpoints"]:
        view = entry["after"]
        if view is None or (control is not None and control["outcome"] == entry["outcome"]):
            continue
        value, bounds = view["e_value"] or {}, view["hidden_bias"]
        found.append(
            ConfoundingFacts(
                endpoint=clean_label(entry["outcome"]),
                measure=entry["measure"],
                e_value=value.get("estimate"),
                e_value_limit=value.get("limit"),
                critical_gamma=None if bounds is None else bounds["critical_gamma"],
                bounds_p=None if bounds is None else bounds["p_value"],
                has_bounds=bounds is not None,
                has_tipping=view["tipping_point"] is not None,
            )
        )
    return tuple(found)


def negative_control_facts(document: Json) -> NegativeControlFacts | None:
    """The facts of the negative control; None where the study names none."""
    found = document["sensitivity"]["negative_control"]
    if found is None or found["after"] is None:
        return None
    return NegativeControlFacts(
        endpoint=clean_label(found["outcome"]),
        measure=found["measure"],
        effect=effect_of(found["after"]),
        holds_no_effect=found["after"]["holds_no_effect"],
    )


def curve_facts(document: Json) -> CurveFacts | None:
    """The facts of the specification curve; None where none was made."""
    curve = document["specification_curve"]
    if curve is None:
        return None
    spread, order = curve["spread"] or {}, curve["random_order"] or {}
    return CurveFacts(
        measure=curve["measure"],
        endpoint=clean_label(curve["outcome"]),
        complete=curve["complete"],
        n_planned=curve["n_planned"],
        n_done=curve["n_done"],
        n_with_estimate=spread.get("n", 0),
        lowest=spread.get("lowest"),
        median=spread.get("median"),
        highest=spread.get("highest"),
        n_same_sign=curve["n_same_sign"],
        n_random=order.get("n"),
        random_lowest=order.get("lowest"),
        random_highest=order.get("highest"),
    )


def bootstrap_facts(document: Json) -> BootstrapFacts | None:
    """The facts of the bootstrap; None where none was made."""
    found = document["bootstrap"]
    if found is None:
        return None
    limits = [
        None
        if found[kind] is None
        else Effect(estimate=found["estimate"], ci_lower=found[kind]["ci_lower"], ci_upper=found[kind]["ci_upper"])
        for kind in ("percentile", "accelerated")
    ]
    return BootstrapFacts(
        measure=found["measure"],
        endpoint=clean_label(found["outcome"]),
        draws=found["draws"],
        n_done=found["n_done"],
        seed=found["seed"],
        percentile=limits[0],
        accelerated=limits[1],
    )


DIGEST_LETTERS = 12


def plan_facts(publication: Publication, document: Json) -> PlanFacts:
    """The facts of the plan, from the ledger."""
    ledger, digest = publication.ledger, document["ledger"]["settings_sha256"]
    entry, lock = ledger.entry(digest), ledger.lock
    recorded = ledger.opened != "command line"
    return PlanFacts(
        opened=ledger.opened,
        number=entry.number if recorded and entry is not None else None,
        total=len(ledger.entries),
        digest=None if lock is None else lock.digest[:DIGEST_LETTERS],
        outcomes_seen=None if lock is None else lock.outcomes_seen,
        followed=lock is not None and lock.digest == digest,
    )
