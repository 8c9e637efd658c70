"""What a figure of cumulative incidence shows, before anything is drawn: curves, sentences, and the patients at risk."""

from typing import Literal

from analysis.outcomes.competing import CumulativeIncidence, incidence_at
from analysis.phrases import capitalised, join_phrases, phrase
from analysis.study.competing import CauseComparison, CompetingComparison
from charts.lettering import breaking, clean_label, unbroken
from charts.style import (
    ARM_COLOUR,
    Arm,
    DesignWord,
    Population,
    format_count,
    format_interval,
    format_level,
    format_p_statement,
    format_ratio,
    population_name,
    population_prefix,
    unit_name,
    versus,
)
from charts.survival.content import DrawnCurve, SurvivalContent, ValueAxis, curves_note
from charts.survival.steps import drawn_steps, incidence_steps
from charts.survival.words import legend_label, named_again
from charts.ticks import time_ticks

Cause = Literal["event", "competing"]

INCIDENCE = ValueAxis(title=phrase("{}, incidence (%)"))
COMPETING_INCIDENCE = ValueAxis(title=phrase("{}: competing (%)"))


def incidence_content(
    before: CompetingComparison | None,
    after: CompetingComparison | None,
    *,
    population: Population,
    cause: Cause,
    treated_label: str,
    control_label: str,
    time_unit: str,
    most_ticks: int,
    compact: bool = False,
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> SurvivalContent:
    """Gather the incidence of one cause in the chosen population; the population behind comes first in a comparison."""
    labels: dict[Arm, str] = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    shown = chosen_comparisons(before, after, population, design_word)
    given = [comparison for comparison in (before, after) if comparison is not None]
    end = max(float(_arm(one.event, arm).time[-1]) for one in given for arm in labels) or 1.0
    ticks = time_ticks(end, time_unit, most_ticks)
    compared = population == "compare"
    curves = []
    for name, comparison in shown:
        of_cause = comparison.event if cause == "event" else comparison.competing
        for arm in labels:
            incidence = _arm(of_cause, arm)
            ghost = compared and name == "before"
            label = legend_label(labels[arm], name, compared=compared, compact=compact)
            curves.append(
                DrawnCurve(
                    arm=arm,
                    population=name,
                    when=population_name(name, design_word),
                    ghost=ghost,
                    label=labels[arm],
                    colour=ARM_COLOUR[arm],
                    legend=_legend(incidence, label, cause),
                    steps=drawn_steps(incidence_steps(incidence), ghost=ghost, end=end, top=100.0),
                    median=None,
                    level_name=format_level(comparison.confidence_level),
                    at=incidence_at(incidence, ticks),
                )
            )
    axis = INCIDENCE if cause == "event" else COMPETING_INCIDENCE
    if compact:
        return SurvivalContent(
            curves=tuple(curves), ticks=ticks, end=end, sentences=(), note="", told="front", axis=axis
        )
    sentences = tuple(
        _sentence(
            comparison,
            cause,
            labels,
            population_prefix(name, compared=len(shown) > 1, shown_set=shown_set),
        )
        for name, comparison in reversed(shown)
    )
    return SurvivalContent(
        curves=tuple(curves), ticks=ticks, end=end, sentences=sentences, note=curves_note(curves), axis=axis
    )


def chosen_comparisons(
    before: CompetingComparison | None,
    after: CompetingComparison | None,
    population: Population,
    design_word: DesignWord = "matching",
) -> list[tuple[Literal["before", "after"], CompetingComparison]]:
    """The comparisons that a population view shows, in the order they are drawn.

    Raises
    ------
    ValueError
        When the view needs a comparison that was not given.
    """
    names: tuple[Literal["before", "after"], ...] = ("before", "after") if population == "compare" else (population,)
    given = {"before": before, "after": after}
    chosen = []
    for name in names:
        comparison = given[name]
        if comparison is None:
            raise ValueError(f"The view {population!r} needs the comparison {name} {design_word}, and there is none.")
        chosen.append((name, comparison))
    return chosen


def _arm(comparison: CauseComparison, arm: Arm) -> CumulativeIncidence:
    return comparison.treated if arm == "treated" else comparison.control


def _legend(incidence: CumulativeIncidence, label: str, cause: Cause) -> str:
    counts = (incidence.n_total_events, incidence.n_total_competing)
    events, competing = counts if cause == "event" else counts[::-1]
    n = format_count(events)
    counted = phrase("{n} event", "of an arm", n=n) if events == 1 else phrase("{n} events", "of an arm", n=n)
    parts = (
        f"n = {format_count(incidence.n)},",
        counted + ",",
        phrase("{n} competing", n=format_count(competing)),
    )
    return join_phrases([label + ":", *(unbroken(part) for part in parts)])


def _sentence(comparison: CompetingComparison, cause: Cause, labels: dict[Arm, str], prefix: str) -> str:
    """Gray's tests, then both hazard ratios with their reference arm."""
    of_cause = comparison.event if cause == "event" else comparison.competing
    level = format_level(comparison.confidence_level)
    arms = versus(named_again(labels["treated"]), named_again(labels["control"]))
    tests = ((phrase("Gray’s test"), of_cause.gray), (phrase("stratified by set"), of_cause.gray_stratified))
    parts = [
        unbroken(join_phrases((name, format_p_statement(test.p_value)))) for name, test in tests if test is not None
    ]
    for name, ratio in (
        (phrase("Fine–Gray ratio"), of_cause.fine_gray),
        (phrase("cause-specific hazard ratio"), of_cause.cause_specific),
    ):
        if ratio is not None:
            limits = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
            estimate = unbroken(join_phrases((name, format_ratio(ratio.hazard_ratio))))
            parts.append(join_phrases((estimate, unbroken(phrase("({level} {limits})", level=level, limits=limits)))))
    told = (
        join_phrases((join_phrases(parts, "; "), arms), ", ") if parts else phrase("too few events to compare the arms")
    )
    return capitalised(prefix + told)


def describe_incidence(
    before: CompetingComparison | None,
    after: CompetingComparison | None = None,
    *,
    population: Population,
    cause: Cause,
    treated_label: str,
    control_label: str,
    outcome: str,
    time_unit: str = "months",
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> str:
    """The figure in a sentence or two, for readers who do not see it: counts, Gray's test and the ratios."""
    content = incidence_content(
        before,
        after,
        population=population,
        cause=cause,
        treated_label=treated_label,
        control_label=control_label,
        time_unit=time_unit,
        most_ticks=4,
        shown_set=shown_set,
        design_word=design_word,
    )
    fields = {
        "endpoint": clean_label(outcome),
        "where": population_name(population, design_word),
        "unit": unit_name(time_unit),
    }
    what = (
        phrase("Cumulative incidence of {endpoint} {where}, in {unit}.", **fields)
        if cause == "event"
        else phrase("Cumulative incidence of what competes with {endpoint} {where}, in {unit}.", **fields)
    )
    told = [join_phrases([curve.legend for curve in content.listed], "; "), *content.sentences]
    return breaking(join_phrases([what, *(phrase("{sentence}.", sentence=one) for one in told)]))
