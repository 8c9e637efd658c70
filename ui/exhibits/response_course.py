"""Figures of depth and course of response as exhibits: waterfall, spider, swimmer, cross-table and butterfly."""

from typing import Any

from analysis.outcomes.safety import SafetyComparison
from analysis.phrases import capitalised, phrase
from analysis.study.agreement import CriteriaAgreement
from analysis.study.depth import DepthOfResponse, LesionCourses
from analysis.study.responses_over_time import ResponsesOverTime
from charts.adverse_events import adverse_events_figure, adverse_events_publication, describe_adverse_events
from charts.agreement import agreement_figure, agreement_publication, agreement_table, describe_agreement
from charts.spider import describe_spider, spider_figure, spider_publication, spider_table
from charts.swimmer import describe_swimmer, swimmer_figure, swimmer_publication, swimmer_table
from charts.waterfall import describe_waterfall, waterfall_figure, waterfall_publication, waterfall_table
from ui.exhibit import Exhibit
from ui.response.populations import ShownPopulation
from ui.workspace import StudyState

WIDTH = 620


def waterfall_exhibit(
    state: StudyState, population: ShownPopulation, found: DepthOfResponse, *, pairs: bool
) -> Exhibit:
    """Best change of each patient of one population."""
    words = _labels(state) | {"pairs": pairs}
    told = phrase("One bar a patient; the dashed lines are −30% and +20%.")
    if found.weighted:
        told = phrase("One bar a patient, as wide as the patient’s weight; the dashed lines are −30% and +20%.")
    if pairs:
        told = phrase(
            "{told} Matched patients stand beside each other, those outside a set are not drawn.",
            told=told,
        )
    return Exhibit(
        name=f"waterfall {found.endpoint} {population.when}",
        title=phrase("{population}: best change, {endpoint}", population=population.words, endpoint=found.endpoint),
        caption=_of_whom(told, population),
        alt=describe_waterfall(found, **words),
        figure=lambda theme: waterfall_figure(found, **words, theme=theme, width=WIDTH),
        publication=lambda: waterfall_publication(found, **words),
        table=lambda: waterfall_table(found, **_labels(state)),
        follows_population=False,
    )


def spider_exhibit(state: StudyState, population: ShownPopulation, found: LesionCourses) -> Exhibit:
    """The sums of every scan of one population."""
    words = _labels(state)
    return Exhibit(
        name=f"spider {found.criterion} {population.when}",
        title=phrase(
            "{population}: lesions over time, {criterion}", population=population.words, criterion=found.criterion
        ),
        caption=_of_whom(
            phrase("One line a patient from the baseline scan, not weighted; growth beyond 100% is drawn at 100%."),
            population,
        ),
        alt=describe_spider(found, **words),
        figure=lambda theme: spider_figure(found, **words, theme=theme, width=WIDTH),
        publication=lambda: spider_publication(found, **words),
        table=lambda: spider_table(found, **words),
        follows_population=False,
    )


def swimmer_exhibit(
    state: StudyState, population: ShownPopulation, found: ResponsesOverTime, *, pairs: bool
) -> Exhibit:
    """The course of each patient of one population."""
    words = _labels(state) | {"pairs": pairs}
    told = phrase("One lane a patient, not weighted, the longest known above.")
    if pairs:
        told = phrase(
            "One lane a patient, not weighted, matched patients beside each other, those outside a set not drawn."
        )
    return Exhibit(
        name=f"swimmer {found.criterion} {population.when}",
        title=phrase(
            "{population}: each patient’s course, {criterion}", population=population.words, criterion=found.criterion
        ),
        caption=_of_whom(told, population),
        alt=describe_swimmer(found, **words),
        figure=lambda theme: swimmer_figure(found, **words, theme=theme, width=WIDTH),
        publication=lambda: swimmer_publication(found, **words),
        table=lambda: swimmer_table(found, **_labels(state)),
        follows_population=False,
    )


def agreement_exhibit(state: StudyState, population: ShownPopulation, found: CriteriaAgreement) -> Exhibit:
    """Two criteria crossed in one population."""
    return Exhibit(
        name=f"agreement {population.when}",
        title=phrase(
            "{population}: {first} by {second}", population=population.words, first=found.first, second=found.second
        ),
        caption=_of_whom(phrase("Patients of both arms, counted and never weighted."), population),
        alt=describe_agreement(found),
        figure=lambda theme: agreement_figure(found, theme=theme, width=WIDTH),
        publication=lambda: agreement_publication(found),
        table=lambda: agreement_table(found, **_labels(state)),
        notes=found.both_arms.notes,
        follows_population=False,
    )


def adverse_events_exhibit(state: StudyState, population: ShownPopulation, found: SafetyComparison) -> Exhibit:
    """Adverse events of both arms in one population."""
    words = _labels(state)
    return Exhibit(
        name=f"adverse events {population.when}",
        title=phrase("{population}: adverse events by worst grade", population=population.words),
        caption=_of_whom(phrase("{sentence}.", sentence=capitalised(found.method)), population),
        alt=describe_adverse_events(found, **words),
        figure=lambda theme: adverse_events_figure(found, **words, theme=theme, width=WIDTH),
        publication=lambda: adverse_events_publication(found, **words),
        table=found.to_table,
        notes=found.notes,
        follows_population=False,
    )


def _labels(state: StudyState) -> dict[str, Any]:
    assert state.patients is not None
    return {"treated_label": state.patients.treated_label, "control_label": state.patients.control_label}


def _of_whom(sentence: str, population: ShownPopulation) -> str:
    """A caption that ends in whom it is of."""
    return phrase("{sentence} {population}.", sentence=sentence, population=capitalised(population.caption))
