"""Figures of depth and course of response, crossed criteria and adverse events, as a run writes them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.study import StudyResult
from analysis.study.agreement import criteria_agreement, criteria_pairs
from analysis.study.depth import depth_of_response, lesion_courses
from analysis.study.responses_over_time import ending_endpoint, responses_over_time, timed_criteria
from analysis.study.safety import compare_safety
from charts.adverse_events import adverse_events_publication
from charts.agreement import agreement_publication
from charts.spider import spider_publication
from charts.swimmer import swimmer_publication
from charts.waterfall import waterfall_publication

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def response_course_figures(
    result: StudyResult, distinct: Callable[[list[str]], list[str]]
) -> Iterator[tuple[str, "Figure"]]:
    """Every such figure of a study, before and after its design.

    Parameters
    ----------
    result : StudyResult
        One run. Most of these figures draw single patients: they are not to be written where small counts are hidden.
    distinct : callable
        Makes names that are safe and different as parts of file names.

    Yields
    ------
    (str, matplotlib.figure.Figure)
        The file's name without its ending, and the figure.
    """
    for when, design in (("before", None), ("after", result.design)):
        yield from _of_population(result, when, design, distinct)


def _of_population(
    result: StudyResult, when: str, design: Design | None, distinct: Callable[[list[str]], list[str]]
) -> Iterator[tuple[str, "Figure"]]:
    patients, settings = result.patients, result.settings
    labels: dict[str, Any] = {"treated_label": patients.treated_label, "control_label": patients.control_label}
    names = distinct([item.name for item in patients.responses])
    for name, response in zip(names, patients.responses, strict=True):
        depth = depth_of_response(patients, design, response.name)
        if depth is not None:
            yield f"waterfall_{name}_{when}", waterfall_publication(depth, **labels)
    for criterion in timed_criteria(patients):
        word = criterion.replace(" ", "_").replace(".", "_")
        courses = lesion_courses(patients, design, settings, criterion)
        if courses is not None:
            yield f"spider_{word}_{when}", spider_publication(courses, **labels)
        try:
            course = responses_over_time(patients, design, settings, criterion, ending_endpoint(settings))
        except EstimationError:
            continue
        if course is not None:
            yield f"swimmer_{word}_{when}", swimmer_publication(course, **labels)
    for number, (first, second) in enumerate(criteria_pairs(patients), start=1):
        suffix = f"_{number}" if number > 1 else ""
        crossed = criteria_agreement(patients, design, settings, first, second)
        yield f"agreement{suffix}_{when}", agreement_publication(crossed)
    safety = compare_safety(patients, design, settings)
    if safety is not None:
        yield f"adverse_events_{when}", adverse_events_publication(safety, **labels)
