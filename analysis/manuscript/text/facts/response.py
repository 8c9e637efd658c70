"""Response, adverse events and agreement of criteria."""

from dataclasses import dataclass

from analysis.manuscript.publication import Publication
from analysis.manuscript.text.facts.values import Effect, Json, effect_of
from analysis.settings import ResponseEndpoint, ScansSettings
from charts.lettering import clean_label


@dataclass(frozen=True, slots=True, kw_only=True)
class RateFacts:
    """A rate in one arm: the count, never weighted, patients, and the rate with its limits; None where hidden."""

    count: int | None
    n: int | None
    rate: Effect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastFacts:
    """One rate in both arms and how it differs.

    Attributes
    ----------
    treated, control : RateFacts
    difference, risk_ratio, odds_ratio, paired_difference : Effect or None
    test : str
        ``Pearson chi-squared``, ``Fisher exact``, ``Robust Wald`` or ``Robust score``.
    p_value, mcnemar_exact, mcnemar_mid_p : float or None
    """

    treated: RateFacts
    control: RateFacts
    difference: Effect | None
    risk_ratio: Effect | None
    odds_ratio: Effect | None
    paired_difference: Effect | None
    test: str
    p_value: float | None
    mcnemar_exact: float | None
    mcnemar_mid_p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluableFacts:
    """The same comparison among evaluable patients; ``difference`` of objective response."""

    n_treated: int
    n_control: int
    rate_treated: float | None
    rate_control: float | None
    difference: Effect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseView:
    """One response endpoint in one population.

    Attributes
    ----------
    objective : ContrastFacts or None
        None where hidden.
    disease_control : ContrastFacts or None
        None where it is not known, or hidden.
    weighted : bool
        Whether rates are weighted and no counts over sizes.
    categories : tuple of (str, int or None, int or None)
        CR, PR, SD, PD, NE with the patients of both arms; empty where only responders are known.
    evaluable : EvaluableFacts or None
    pooled : Effect or None
        The difference of objective response over the imputed sets.
    """

    objective: ContrastFacts | None
    disease_control: ContrastFacts | None
    weighted: bool
    categories: tuple[tuple[str, int | None, int | None], ...]
    evaluable: EvaluableFacts | None
    pooled: Effect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFacts:
    """One response endpoint; ``categorical`` where best responses are known and not responders alone."""

    name: str
    settings: ResponseEndpoint
    categorical: bool
    before: ResponseView | None
    after: ResponseView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTimeFacts:
    """Time to response and its duration in one arm, by one criterion."""

    n_responders: int | None
    median: float | None
    first_quartile: float | None
    third_quartile: float | None
    duration: float | None
    duration_lower: float | None
    duration_upper: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCourseFacts:
    """Responses over time under the design, by one criterion; ``ends_with`` is the endpoint whose events end them."""

    criterion: str
    ends_with: str | None
    treated: ResponseTimeFacts
    control: ResponseTimeFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEventFacts:
    """Patients with any event from a lowest grade on, in one population; ``n_terms`` terms are compared in all."""

    lowest_grade: int
    contrast: ContrastFacts
    n_terms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """Two criteria in the patients compared; kappa unweighted."""

    first: str
    second: str
    n: int
    n_agree: int
    kappa: Effect | None


def response_facts(publication: Publication, document: Json) -> tuple[ResponseFacts, ...]:
    """The facts of every response endpoint, in the order of the study."""
    endpoints = publication.result.settings.outcomes.response
    told = {item.name: item.category is not None for item in publication.result.patients.responses}
    return tuple(
        ResponseFacts(
            name=clean_label(endpoint.name),
            settings=endpoint,
            categorical=told.get(endpoint.name, False),
            before=_view(document, entry, "before"),
            after=_view(document, entry, "after"),
        )
        for endpoint, entry in zip(endpoints, document["response"], strict=True)
    )


def _view(document: Json, entry: Json, when: str) -> ResponseView | None:
    view, name = entry[when], entry["outcome"]
    if view is None:
        return None
    arms = (view["arms"]["treated"], view["arms"]["control"])
    imputation = document["imputation"]
    pooled = [] if imputation is None else imputation["pooled"][when]["response"]
    rates = next((item["objective_response"] for item in pooled if item["outcome"] == name), None)
    return ResponseView(
        objective=_contrast(arms, "objective_response", view["objective_response"]),
        disease_control=_contrast(arms, "disease_control", view["disease_control"]),
        weighted=any(arm["effective_sample_size"] is not None for arm in arms),
        categories=tuple(
            (category, arms[0]["categories"][category], arms[1]["categories"][category])
            for category in (arms[0]["categories"] or {})
        ),
        evaluable=_evaluable(document["response_evaluable"], name, when),
        pooled=None if rates is None else effect_of(rates["risk_difference"]),
    )


def _contrast(arms: tuple[Json, Json], rate: str, found: Json | None) -> ContrastFacts | None:
    if found is None or any(arm[rate] is None for arm in arms):
        return None
    tests = found["tests"]
    return ContrastFacts(
        treated=_rate(arms[0], rate),
        control=_rate(arms[1], rate),
        difference=effect_of(found["risk_difference"]),
        risk_ratio=effect_of(found["risk_ratio"]),
        odds_ratio=effect_of(found["odds_ratio"]),
        paired_difference=effect_of(found["paired_difference"]),
        test=found["test"]["name"],
        p_value=found["test"]["p_value"],
        mcnemar_exact=tests.get("mcnemar_exact"),
        mcnemar_mid_p=tests.get("mcnemar_mid_p"),
    )


def _rate(arm: Json, rate: str) -> RateFacts:
    return RateFacts(count=arm[rate]["count"], n=arm["n"], rate=effect_of(arm[rate], "rate"))


def _evaluable(entries: list[Json], name: str, when: str) -> EvaluableFacts | None:
    found = next((item for item in entries if item["outcome"] == name and item["population"] == when), None)
    if found is None or found["n_treated"] is None or found["n_control"] is None:
        return None
    return EvaluableFacts(
        n_treated=found["n_treated"],
        n_control=found["n_control"],
        rate_treated=found["rate_treated"],
        rate_control=found["rate_control"],
        difference=effect_of(found, "risk_difference"),
    )


def course_facts(document: Json) -> tuple[ResponseCourseFacts, ...]:
    """The facts of responses over time under the design."""
    return tuple(
        ResponseCourseFacts(
            criterion=item["criterion"],
            ends_with=None if item["ends_with"] is None else clean_label(item["ends_with"]),
            treated=_times(item["treated"]),
            control=_times(item["control"]),
        )
        for item in document["response_over_time"]
        if item["population"] == "after" and item["reason"] is None
    )


def _times(arm: Json) -> ResponseTimeFacts:
    return ResponseTimeFacts(
        n_responders=arm["n_responders"],
        median=arm["time_median"],
        first_quartile=arm["time_first_quartile"],
        third_quartile=arm["time_third_quartile"],
        duration=arm["duration_median"],
        duration_lower=arm["duration_median_ci_lower"],
        duration_upper=arm["duration_median_ci_upper"],
    )


def adverse_event_facts(document: Json) -> tuple[AdverseEventFacts, ...]:
    """The facts of adverse events under the design: any grade, then severe ones."""
    found = next((item for item in document["adverse_events"] if item["population"] == "after"), None)
    if found is None:
        return ()
    lines: dict[int, Json] = {}
    for term in found["terms"]:
        lines.setdefault(term["lowest_grade"], term)
    n_terms = sum(term["lowest_grade"] == 1 for term in found["terms"]) - 1
    return tuple(
        AdverseEventFacts(lowest_grade=grade, contrast=_events(line), n_terms=n_terms) for grade, line in lines.items()
    )


def _events(line: Json) -> ContrastFacts:
    rates = [
        RateFacts(
            count=line[f"count_{arm}"],
            n=line[f"n_{arm}"],
            rate=None if line[f"rate_{arm}"] is None else Effect(estimate=line[f"rate_{arm}"]),
        )
        for arm in ("treated", "control")
    ]
    return ContrastFacts(
        treated=rates[0],
        control=rates[1],
        difference=effect_of(line, "risk_difference"),
        risk_ratio=None,
        odds_ratio=None,
        paired_difference=None,
        test=line["test"],
        p_value=line["p_value"],
        mcnemar_exact=None,
        mcnemar_mid_p=None,
    )


def agreement_facts(document: Json) -> tuple[AgreementFacts, ...]:
    """The facts of criteria crossed, in the patients compared; hidden ones are absent."""
    return tuple(
        AgreementFacts(
            first=clean_label(item["first"]),
            second=clean_label(item["second"]),
            n=item["both"]["n"],
            n_agree=item["both"]["n_agree"],
            kappa=effect_of(item["both"]["kappa"]),
        )
        for item in document["agreement"]
        if item["population"] == "after" and item["both"] is not None and item["both"]["n_agree"] is not None
    )


def scans_used(publication: Publication) -> ScansSettings | None:
    """The scans of the study where the patients have some."""
    return None if publication.result.patients.scans is None else publication.result.settings.scans
