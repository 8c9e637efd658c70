"""What a figure of cumulative incidence shows, before anything is drawn: curves, sentences, and the patients at risk."""

from typing import Literal

from analysis.outcomes.competing import CumulativeIncidence, incidence_at
from analysis.study.competing import CauseComparison, CompetingComparison
from charts.lettering import NO_BREAK, clean_label, short_label, unbroken
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
)
from charts.survival.content import (
    LABEL_IN_SENTENCE,
    DrawnCurve,
    SurvivalContent,
    ValueAxis,
    curves_note,
    legend_label,
)
from charts.survival.steps import drawn_steps, incidence_steps
from charts.ticks import time_ticks

Cause = Literal["event", "competing"]

INCIDENCE = ValueAxis(title="{}, incidence (%)")
COMPETING_INCIDENCE = ValueAxis(title="{}: competing (%)")


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
    parts = (
        f"n = {format_count(incidence.n)},",
        f"{format_count(events)} {'event' if events == 1 else 'events'},",
        f"{format_count(competing)} competing",
    )
    return " ".join([f"{label}:", *(unbroken(part) for part in parts)])


def _sentence(comparison: CompetingComparison, cause: Cause, labels: dict[Arm, str], prefix: str) -> str:
    """Gray's tests, then both hazard ratios with their reference arm."""
    of_cause = comparison.event if cause == "event" else comparison.competing
    level = format_level(comparison.confidence_level)
    arms = " v ".join(short_label(labels[arm], LABEL_IN_SENTENCE) for arm in ("treated", "control"))
    parts = [
        unbroken(f"{name} {format_p_statement(test.p_value)}")
        for name, test in (("Gray’s test", of_cause.gray), ("stratified by set", of_cause.gray_stratified))
        if test is not None
    ]
    for name, ratio in (
        ("Fine–Gray ratio", of_cause.fine_gray),
        ("cause-specific hazard ratio", of_cause.cause_specific),
    ):
        if ratio is not None:
            limits = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
            parts.append(f"{unbroken(f'{name} {format_ratio(ratio.hazard_ratio)}')} {unbroken(f'({level} {limits})')}")
    sentence = f"{prefix}{'; '.join(parts)}, {arms}" if parts else f"{prefix}too few events to compare the arms"
    return sentence[:1].upper() + sentence[1:]


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
    what = "" if cause == "event" else "what competes with "
    where = population_name(population, design_word)
    words = [
        f"Cumulative incidence of {what}{clean_label(outcome)} {where}, in {clean_label(time_unit)}.",
        f"{'; '.join(curve.legend for curve in content.listed)}.",
        f"{'. '.join(content.sentences)}.",
    ]
    return " ".join(words).replace(NO_BREAK, " ")
