"""What a Kaplan–Meier figure shows, before anything is drawn: curves, sentences, ticks and the patients at risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from analysis.outcomes.survival import survival_at
from analysis.outcomes.survival_comparison import ArmSurvival, SurvivalComparison
from analysis.phrases import join_phrases, phrase
from analysis.study.hazard_shape import CumulativeHazards
from charts.lettering import breaking, clean_label
from charts.style import (
    ARM_COLOUR,
    Arm,
    DesignWord,
    Population,
    format_level,
    format_tick,
    population_name,
    population_prefix,
    unit_name,
)
from charts.survival.steps import (
    TAIL_AT_RISK,
    TAIL_SHARE,
    DrawnSteps,
    StepFunction,
    View,
    drawn_steps,
    hazard_steps,
    survival_steps,
)
from charts.survival.words import contrast_sentence, curve_words, legend_label
from charts.ticks import round_ticks, time_ticks

Hazards = Mapping[Literal["before", "after"], CumulativeHazards]

TIME = phrase("Time", "of follow-up")
"""What a time axis is called where it counts from the index date."""


class Counts(Protocol):
    """What stands beneath a tick: patients at risk, with an event, censored, and what those at risk are worth."""

    @property
    def at_risk(self) -> int:
        """Counted."""

    @property
    def events(self) -> int:
        """Counted."""

    @property
    def censored(self) -> int:
        """Counted."""

    @property
    def effective_at_risk(self) -> float | None:
        """Weighted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnCurve:
    """One arm of one population, as it is drawn.

    Attributes
    ----------
    arm, population, when, ghost, label
        Which patients; the population in words; whether they stand behind others; the arm's label as written.
    colour : str
        Of the arm, or of the group where curves are not of arms.
    legend : str
        Label, patients, events and median in words.
    steps : DrawnSteps
        Its line, tail, band and marks; no band for a ghost.
    median : float or None
    level_name : str
    at : tuple of counts
        At each tick.
    """

    arm: Arm
    population: Literal["before", "after"]
    when: str
    ghost: bool
    label: str
    colour: str
    legend: str
    steps: DrawnSteps
    median: float | None
    level_name: str
    at: tuple[Counts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueAxis:
    """The upright axis: ``{}`` in its title stands for the outcome; values in percent or as they are."""

    title: str = "{} (%)"
    top: float = 100.0
    ticks: tuple[float, ...] = (0.0, 25.0, 50.0, 75.0, 100.0)
    percent: bool = True

    @property
    def names(self) -> list[str]:
        """The ticks as they are printed."""
        return [format_tick(tick) for tick in self.ticks]

    @property
    def decimals(self) -> int:
        """Of a value that a pointer shows."""
        return 1 if self.percent else 2


PERCENT = ValueAxis()
EVENTS_PERCENT = ValueAxis(title=phrase("{}, with event (%)"))
HAZARD_TITLE = phrase("{}: cumulative hazard")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalContent:
    """Everything a Kaplan–Meier figure shows.

    Attributes
    ----------
    curves : tuple of DrawnCurve
        In the order they are drawn, ghosts first; ``listed`` has ghosts last.
    ticks : tuple of float
        On the time axis.
    end : float
        Where the time axis ends.
    sentences : tuple of str
        The hazard ratio with its reference arm, and each test by its name, for each population shown.
    note : str
        What bands and lighter lines mean.
    told : {"all", "front"}
        Whether legend and table tell of every curve, or only of those that do not stand behind others.
    axis : ValueAxis
        What the curves are read on.
    time_title : str
        What the time counts from, before its unit.
    """

    curves: tuple[DrawnCurve, ...]
    ticks: tuple[float, ...]
    end: float
    sentences: tuple[str, ...]
    note: str
    told: Literal["all", "front"] = "all"
    axis: ValueAxis = PERCENT
    time_title: str = TIME

    @property
    def listed(self) -> tuple[DrawnCurve, ...]:
        """The curves in the order a reader is told of them, treated before control."""
        told = [curve for curve in self.curves if self.told == "all" or not curve.ghost]
        return tuple(sorted(told, key=lambda curve: (curve.ghost, curve.arm == "control")))


def survival_content(
    before: SurvivalComparison | None,
    after: SurvivalComparison | None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    time_unit: str,
    most_ticks: int,
    compact: bool = False,
    shown_set: str = "",
    design_word: DesignWord = "matching",
    view: View = "survival",
    hazards: Hazards | None = None,
    colours: Mapping[Arm, str] = ARM_COLOUR,
    time_title: str = TIME,
) -> SurvivalContent:
    """Gather what the chosen population shows; the population behind comes first in a comparison.

    ``compact`` is for an overview that says elsewhere what the sentences say, and which population stands behind. The
    view of the cumulative hazard needs the hazards of the populations that are shown.
    """
    labels: dict[Arm, str] = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    shown = chosen_populations(before, after, population, design_word)
    # All that is given counts, shown or not: switching between views moves the curves and not the scale.
    given = [comparison for comparison in (before, after) if comparison is not None]
    # Follow-up of nothing but zeros still needs an axis.
    end = max(float(_arm(comparison, arm).curve.time[-1]) for comparison in given for arm in labels) or 1.0
    ticks = time_ticks(end, time_unit, most_ticks)
    axis = _axis(view, hazards)
    curves = []
    for name, comparison in shown:
        for arm in labels:
            survival = _arm(comparison, arm)
            ghost = population == "compare" and name == "before"
            steps = _steps(survival, arm, name, view, hazards)
            legend_name = legend_label(labels[arm], name, compared=population == "compare", compact=compact)
            curves.append(
                DrawnCurve(
                    arm=arm,
                    population=name,
                    when=population_name(name, design_word),
                    ghost=ghost,
                    label=labels[arm],
                    colour=colours[arm],
                    legend=curve_words(survival, legend_name, time_unit, compact=compact, median=view != "hazard"),
                    steps=drawn_steps(steps, ghost=ghost, end=end, top=axis.top),
                    median=survival.curve.median if view != "hazard" else None,
                    level_name=format_level(survival.curve.confidence_level),
                    at=survival_at(survival.curve, ticks),
                )
            )
    if compact:
        return SurvivalContent(
            curves=tuple(curves), ticks=ticks, end=end, sentences=(), note="", told="front", axis=axis
        )
    sentences = tuple(
        contrast_sentence(comparison, labels, population_prefix(name, compared=len(shown) > 1, shown_set=shown_set))
        for name, comparison in reversed(shown)
    )
    return SurvivalContent(
        curves=tuple(curves),
        ticks=ticks,
        end=end,
        sentences=sentences,
        note=curves_note(curves),
        axis=axis,
        time_title=time_title,
    )


def _steps(
    survival: ArmSurvival, arm: Arm, population: Literal["before", "after"], view: View, hazards: Hazards | None
) -> StepFunction:
    if view != "hazard":
        return survival_steps(survival.curve, events=view == "events")
    if hazards is None or population not in hazards:
        raise ValueError(f"The view of the cumulative hazard needs the hazards {population} the design.")
    found = hazards[population]
    return hazard_steps(survival.curve, found.treated if arm == "treated" else found.control)


def _axis(view: View, hazards: Hazards | None) -> ValueAxis:
    """From 0 to 100 % of patients, or to a little above the highest cumulative hazard of all that is given."""
    if view != "hazard" or not hazards:
        return EVENTS_PERCENT if view == "events" else PERCENT
    highest = max(float(arm.hazard[-1]) for found in hazards.values() for arm in (found.treated, found.control))
    top = 1.1 * highest or 1.0
    return ValueAxis(title=HAZARD_TITLE, top=top, ticks=round_ticks(0.0, top, 6), percent=False)


def chosen_populations(
    before: SurvivalComparison | None,
    after: SurvivalComparison | None,
    population: Population,
    design_word: DesignWord = "matching",
) -> list[tuple[Literal["before", "after"], SurvivalComparison]]:
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


def _arm(comparison: SurvivalComparison, arm: Arm) -> ArmSurvival:
    return comparison.treated if arm == "treated" else comparison.control


def curves_note(curves: Sequence[DrawnCurve]) -> str:
    """What bands and lighter lines mean."""
    notes = []
    if any(curve.steps.lower is not None for curve in curves):
        notes.append(phrase("Bands: {level}.", level=curves[0].level_name))
    if any(curve.steps.tail is not None for curve in curves):
        share = f"{100 * TAIL_SHARE:.0f}"
        notes.append(
            phrase("Lighter line: fewer than {n} patients (or {percent}%) at risk.", n=TAIL_AT_RISK, percent=share)
        )
    return join_phrases(notes) if notes else ""


def describe_survival(
    before: SurvivalComparison | None,
    after: SurvivalComparison | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    outcome: str,
    time_unit: str = "months",
    shown_set: str = "",
    design_word: DesignWord = "matching",
    view: View = "survival",
    hazards: Hazards | None = None,
) -> str:
    """The figure in a sentence or two, for readers who do not see it: medians, hazard ratio and tests."""
    content = survival_content(
        before,
        after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        time_unit=time_unit,
        most_ticks=4,
        shown_set=shown_set,
        design_word=design_word,
        view=view,
        hazards=hazards,
    )
    what = _what_is_drawn(
        view, clean_label(outcome), population_name(population, design_word), unit_name(clean_label(time_unit))
    )
    told = [join_phrases([curve.legend for curve in content.listed], "; "), *content.sentences]
    return breaking(join_phrases([what, *(phrase("{sentence}.", sentence=one) for one in told)]))


def _what_is_drawn(view: View, endpoint: str, where: str, unit: str) -> str:
    if view == "events":
        return phrase(
            "Patients with the event of {endpoint} {where}, in {unit}.", endpoint=endpoint, where=where, unit=unit
        )
    if view == "hazard":
        return phrase("Cumulative hazards of {endpoint} {where}, in {unit}.", endpoint=endpoint, where=where, unit=unit)
    return phrase("Kaplan–Meier curves of {endpoint} {where}, in {unit}.", endpoint=endpoint, where=where, unit=unit)
