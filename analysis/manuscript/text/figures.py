"""Which figures a run has, by the stems of their files."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.manuscript.publication import Publication
from analysis.outcomes.response import ResponseComparison
from analysis.reporting.figure_files import distinct_names
from analysis.reporting.small_counts import (
    flow_has_small_counts,
    missing_has_small_counts,
    responses_have_small_counts,
)
from analysis.reporting.suppression import is_active
from analysis.robustness.result import summarise_curve
from analysis.study import PopulationOutcomes
from analysis.study.agreement import criteria_pairs
from analysis.study.competing import compare_competing, has_competing
from analysis.study.depth import depth_of_response, lesion_courses
from analysis.study.responses_over_time import ending_endpoint, responses_over_time, timed_criteria
from analysis.study.safety import compare_safety
from charts.lettering import clean_label
from charts.weights import weights_differ

POPULATIONS = ("before", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure that a run has.

    Attributes
    ----------
    stem : str
        The name of its file without the ending.
    kind : str
        What is drawn: ``flow``, ``missing``, ``balance``, ``overlap``, ``calibration``, ``left_out``, ``weights``,
        ``survival``, ``incidence``, ``response``, ``endpoints``, ``cox``, ``subgroups``, ``curve``, ``orders``,
        ``waterfall``, ``spider``, ``swimmer``, ``agreement``, ``adverse_events``, ``tipping`` or ``centres``.
    population : {"before", "after", "compare"}
    endpoint : str
        The endpoint or criterion; empty where there is none.
    counts : bool
        Whether numbers at risk are printed.
    """

    stem: str
    kind: str
    population: str = "compare"
    endpoint: str = ""
    counts: bool = True


def study_figures(publication: Publication) -> tuple[Figure, ...]:
    """The figures that `figure_files` draws of this run, without drawing them.

    Parameters
    ----------
    publication : Publication

    Returns
    -------
    tuple of Figure
        In the order of the files.
    """
    return tuple(_figures(publication))


def _figures(publication: Publication) -> Iterator[Figure]:
    result, missing = publication.result, publication.missing
    below = result.settings.exports.suppress_below
    if not flow_has_small_counts(result.patients, result.design, below):
        yield Figure(stem="flow_of_patients", kind="flow")
    if missing is not None and missing.columns and not missing_has_small_counts(missing, below):
        yield Figure(stem="missing_covariates", kind="missing", population="before")
    yield Figure(stem="balance_before_and_after", kind="balance")
    for when in POPULATIONS:
        yield Figure(stem=f"overlap_{when}", kind="overlap", population=when)
    if not is_active(below):
        yield Figure(stem="calibration_of_the_score", kind="calibration", population="before")
        yield Figure(stem="left_out", kind="left_out")
        if weights_differ(result.design.weights, result.patients.treated):
            yield Figure(stem="weights", kind="weights", population="after")
    yield from _survival(publication)
    yield from _responses(publication)
    if not is_active(below):
        yield from _models(publication)
        yield from _robustness(publication)
        for when, design in zip(POPULATIONS, (None, result.design), strict=True):
            yield from _courses(publication, when, design)
        yield from _sensitivity(publication)


def _survival(publication: Publication) -> Iterator[Figure]:
    result = publication.result
    counts = not is_active(result.settings.exports.suppress_below)
    names = distinct_names(item.name for item in result.before.survival)
    for name, before, after in zip(names, result.before.survival, result.after.survival, strict=True):
        label = clean_label(before.name)
        if has_competing(result.patients, before.name):
            for when, design in zip(POPULATIONS, (None, result.design), strict=True):
                if _has_incidence(publication, design, before.name):
                    stem = f"incidence_{name}_{when}"
                    yield Figure(stem=stem, kind="incidence", population=when, endpoint=label, counts=counts)
            continue
        for when, outcome in zip(POPULATIONS, (before, after), strict=True):
            if outcome.comparison is not None:
                stem = f"survival_{name}_{when}"
                yield Figure(stem=stem, kind="survival", population=when, endpoint=label, counts=counts)


def _has_incidence(publication: Publication, design: Design | None, name: str) -> bool:
    try:
        compare_competing(publication.result.patients, design, publication.result.settings, name)
    except EstimationError:
        return False
    return True


def _responses(publication: Publication) -> Iterator[Figure]:
    result = publication.result
    below = result.settings.exports.suppress_below
    for when, outcomes in zip(POPULATIONS, (result.before, result.after), strict=True):
        found = _comparisons(outcomes)
        if any(item is not None for item in found.values()) and not responses_have_small_counts(found, below):
            yield Figure(stem=f"response_{when}", kind="response", population=when)


def _comparisons(outcomes: PopulationOutcomes) -> dict[str, ResponseComparison | None]:
    return {item.name: item.comparison for item in outcomes.response}


def _models(publication: Publication) -> Iterator[Figure]:
    result, models = publication.result, publication.findings.models
    labels = [item.name for item in result.before.survival] + [item.name for item in result.before.response]
    names = distinct_names(labels)
    yield Figure(stem="endpoints_before_and_after", kind="endpoints")
    for name, pair in zip(names, models.cox, strict=False):
        for when, found in zip(POPULATIONS, pair, strict=True):
            if found.table is not None:
                label = clean_label(found.endpoint)
                yield Figure(stem=f"cox_{name}_{when}", kind="cox", population=when, endpoint=label)
    for name, both in zip(names, models.subgroups, strict=False):
        for when, one in zip(POPULATIONS, both, strict=True):
            label = clean_label(one.endpoint)
            yield Figure(stem=f"subgroups_{name}_{when}", kind="subgroups", population=when, endpoint=label)


def _robustness(publication: Publication) -> Iterator[Figure]:
    found = publication.findings.robustness
    curve = None if found is None else found.curve
    summary = None if curve is None else summarise_curve(curve)
    if curve is None or summary is None or summary.spread is None:
        return
    label = clean_label(curve.endpoint)
    yield Figure(stem="specification_curve", kind="curve", population="after", endpoint=label)
    if summary.random_order is not None:
        yield Figure(stem="random_orders", kind="orders", population="after", endpoint=label)


def _courses(publication: Publication, when: str, design: Design | None) -> Iterator[Figure]:
    patients, settings = publication.result.patients, publication.result.settings
    names = distinct_names([item.name for item in patients.responses])
    for name, response in zip(names, patients.responses, strict=True):
        if depth_of_response(patients, design, response.name) is not None:
            label = clean_label(response.name)
            yield Figure(stem=f"waterfall_{name}_{when}", kind="waterfall", population=when, endpoint=label)
    for criterion in timed_criteria(patients):
        word = criterion.replace(" ", "_").replace(".", "_")
        if lesion_courses(patients, design, settings, criterion) is not None:
            yield Figure(stem=f"spider_{word}_{when}", kind="spider", population=when, endpoint=criterion)
        try:
            course = responses_over_time(patients, design, settings, criterion, ending_endpoint(settings))
        except EstimationError:
            continue
        if course is not None:
            yield Figure(stem=f"swimmer_{word}_{when}", kind="swimmer", population=when, endpoint=criterion)
    for number, (first, second) in enumerate(criteria_pairs(patients), start=1):
        suffix = f"_{number}" if number > 1 else ""
        both = f"{clean_label(first)} / {clean_label(second)}"
        yield Figure(stem=f"agreement{suffix}_{when}", kind="agreement", population=when, endpoint=both)
    if compare_safety(patients, design, settings) is not None:
        yield Figure(stem=f"adverse_events_{when}", kind="adverse_events", population=when)


def _sensitivity(publication: Publication) -> Iterator[Figure]:
    confounding = publication.findings.sensitivity.confounding
    names = distinct_names(item.effect.endpoint for item in confounding[0].endpoints)
    for when, one in zip(POPULATIONS, confounding, strict=True):
        for name, item in zip(names, one.endpoints, strict=True):
            if item.tipping is not None:
                label = clean_label(item.effect.endpoint)
                yield Figure(stem=f"tipping_point_{name}_{when}", kind="tipping", population=when, endpoint=label)
    centres = publication.findings.centres
    for name, found in zip(distinct_names(one.endpoint for one in centres), centres, strict=True):
        label = clean_label(found.endpoint)
        yield Figure(stem=f"centres_{name}_before_and_after", kind="centres", endpoint=label)
