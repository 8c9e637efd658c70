"""Survival curves as an exhibit, and the key figure of an endpoint."""

from dataclasses import replace
from typing import Any

from analysis.notes import Note
from analysis.outcomes.pooling import PooledEstimate
from analysis.outcomes.survival_comparison import IN_ARM, THE_ARM, SurvivalComparison
from analysis.outcomes.words import arm_name
from analysis.phrases import exchanged, join_phrases, phrase
from analysis.reporting.absolute_effects import is_doubtful, mean_sentence, without_event_words
from analysis.reporting.printed.survival import step_table
from analysis.reporting.sentences import imputed_set_words, log_rank_words, pooled_words, survival_sentence
from analysis.study import SurvivalOutcome
from analysis.study.competing import has_competing
from charts.lettering import short_label
from charts.style import (
    Population,
    format_interval,
    format_p_statement,
    format_ratio,
    format_time,
    population_name,
    time_form,
    unit_name,
)
from charts.survival import describe_survival, survival_figure, survival_publication
from charts.survival.steps import View
from ui.exhibit import Exhibit, key_figure
from ui.exhibits.incidence import competing_sentences, incidence_exhibit
from ui.exhibits.missing import pooled_ratio_caption, pooled_survival
from ui.exhibits.population import (
    arms_words,
    brief_caption,
    chosen_population,
    comparisons,
    design_word,
    population_caption,
    population_words,
)
from ui.survival.found import When, hazards
from ui.workspace import StudyState

CAUSE_SPECIFIC = phrase("Cause-specific; other events compete")
LABEL_IN_NOTE = 20.0
"""Ems of an arm's label in a note."""


def survival_exhibit(
    state: StudyState,
    name: str,
    *,
    width: int = 440,
    plot_height: int = 300,
    compact: bool = False,
    view: View = "survival",
) -> Exhibit | None:
    """The curves of one endpoint in the chosen population; None when there is nothing to draw.

    One minus a curve that censors competing events is the share of no patients there are: of an endpoint that has
    them, the incidence is drawn instead.
    """
    before, after = survival_pair(state, name)
    population = chosen_population(before and before.comparison, after and after.comparison)
    if population is None or state.patients is None or state.settings is None:
        return None
    if view != "hazard" and has_competing(state.patients, name):
        return incidence_exhibit(state, name, width=width, plot_height=plot_height, compact=compact)
    words: dict[str, Any] = {
        "population": population,
        "treated_label": state.patients.treated_label,
        "control_label": state.patients.control_label,
        "outcome": name,
        "time_unit": state.settings.cohort.time_unit,
        "shown_set": imputed_set_words(state.imputation),
        "design_word": design_word(state),
    }
    pair = (before.comparison if before else None, after.comparison if after else None)
    shown = after if population != "before" else before
    if view == "hazard":
        known: dict[When, SurvivalOutcome | None] = {"before": before, "after": after}
        words["hazards"] = {
            when: hazards(state, name, when) for when, item in known.items() if item and item.comparison
        }
    words["view"] = view
    method, competes = _METHODS[view], has_competing(state.patients, name)
    if competes:
        method = phrase("{method}, cause-specific: competing events end follow-up", method=method)
    return Exhibit(
        name=f"survival {name}" if view == "survival" else f"survival {name} {view}",
        title=phrase("{endpoint}: {what}", endpoint=name, what=_TITLES[view]),
        caption=brief_caption(phrase("Kaplan–Meier"), state, population, behind=phrase("thin lines"))
        if compact
        else phrase(
            "{method}, {population}.{pooled}",
            method=method,
            population=population_caption(state, population),
            pooled=pooled_ratio_caption(state, name),
        ),
        alt=describe_survival(*pair, **words),
        figure=lambda theme: survival_figure(
            *pair, **words, theme=theme, width=width, plot_height=plot_height, compact=compact
        ),
        publication=lambda: survival_publication(*pair, **words),
        table=lambda: step_table(
            comparisons(state, name),
            words["treated_label"],
            words["control_label"],
            words["design_word"],
            competing=competes,
        ),
        notes=_notes(state, shown, population) if shown and not compact else (),
    )


def _notes(state: StudyState, shown: SurvivalOutcome, population: Population) -> tuple[Note, ...]:
    """The notes of the population in front, with the arms by their labels; in a comparison each says of whom it is."""
    assert state.patients is not None
    parts = _arms_by_label(state.patients.treated_label, state.patients.control_label)
    notes = []
    for note in shown.notes:
        text = exchanged(note.text, parts)
        if population == "compare":
            text = phrase("{population}: {sentence}", population=population_words(state, "After"), sentence=text)
        notes.append(replace(note, text=text))
    return tuple(notes)


def _arms_by_label(treated_label: str, control_label: str) -> dict[str, str]:
    """What the notes call the arms, and what they are called with their labels."""
    parts = {}
    for place, label in enumerate((treated_label, control_label)):
        short = short_label(label, LABEL_IN_NOTE)
        parts[IN_ARM[place]] = phrase("in the {arm} arm", arm=short)
        parts[THE_ARM[place]] = phrase("the {arm} arm", arm=short)
        parts[arm_name(place == 0)] = short
    return parts


_METHODS: dict[View, str] = {
    "survival": phrase("Kaplan–Meier estimate"),
    "events": phrase("One minus the Kaplan–Meier estimate, the share of patients with the event"),
    "hazard": phrase("Nelson–Aalen estimate of the cumulative hazard (a straight line is a constant hazard)"),
}
_TITLES: dict[View, str] = {
    "survival": phrase("Kaplan–Meier curves"),
    "events": phrase("patients with the event"),
    "hazard": phrase("cumulative hazard"),
}


def survival_pair(state: StudyState, name: str) -> tuple[SurvivalOutcome | None, SurvivalOutcome | None]:
    """An endpoint before and after the design, as far as they are known."""
    found = [
        next((item for item in outcomes.survival if item.name == name), None) if outcomes else None
        for outcomes in (state.before, state.after)
    ]
    return found[0], found[1]


def survival_key_figure(state: StudyState, name: str) -> str:
    """The endpoint's hazard ratio, test and medians as a small card of HTML."""
    before, after = (item.comparison if item else None for item in survival_pair(state, name))
    population = chosen_population(before, after)
    if population is None:
        return key_figure(name, "–", [phrase("No estimate: too few events.")])
    where: When = "before" if population == "before" else "after"
    shown = before if where == "before" else after
    assert shown is not None
    pooled = pooled_survival(state, name) if where == "after" else None
    if state.imputation is not None and pooled is not None and pooled.hazard_ratio is not None:
        return _pooled_figure(name, pooled.hazard_ratio, state, before if population == "compare" else None)
    title = phrase("{name}, {when}", name=name, when=population_name(where, design_word(state)))
    ghost = _ghost(before) if population == "compare" else ""
    if state.patients is not None and has_competing(state.patients, name):
        lines = [_interval_line(shown), CAUSE_SPECIFIC]
        return key_figure(title, _ratio_words(shown, interval=False), lines, ghost, arms=arms_words(state))
    if is_doubtful(shown):
        return mean_figure(title, state, shown, before if population == "compare" else None)
    lines = [_interval_line(shown), _medians_line(state, shown)]
    main = _ratio_words(shown, interval=False)
    return key_figure(title, main, lines, ghost, arms=arms_words(state))


def mean_figure(
    title: str, state: StudyState, shown: SurvivalComparison, before: SurvivalComparison | None = None
) -> str:
    """The difference in mean survival time, where one hazard ratio would say too little."""
    assert shown.rmst is not None
    unit = state.settings.cohort.time_unit if state.settings else ""
    rmst = shown.rmst
    limits = format_interval(rmst.ci_lower, rmst.ci_upper, time_form(unit))
    sign = "+" if rmst.difference > 0 else ""
    lines = [
        phrase(
            "Mean time up to {horizon} {unit}: {limits}, {p}",
            horizon=format_time(rmst.horizon, unit),
            unit=unit_name(unit),
            limits=limits,
            p=format_p_statement(rmst.p_value),
        ),
        phrase("Hazards not proportional; {ratio}", ratio=_ratio_words(shown)),
    ]
    ghost = ""
    if before is not None and before.rmst is not None:
        ghost = phrase("Before: {estimate}", estimate=_time_words(before.rmst.difference, unit))
    main = _time_words(rmst.difference, unit, sign)
    return key_figure(title, main, lines, ghost, arms=arms_words(state))


def _time_words(time: float, unit: str, sign: str = "") -> str:
    return phrase("{time} {unit}", time=f"{sign}{format_time(time, unit)}", unit=unit_name(unit))


def _ghost(before: SurvivalComparison | None) -> str:
    return "" if before is None else phrase("Before: {estimate}", estimate=_ratio_words(before))


def _pooled_figure(name: str, ratio: PooledEstimate, state: StudyState, before: SurvivalComparison | None) -> str:
    """The hazard ratio over all imputed sets, which is the one to report."""
    assert state.imputation is not None
    interval = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    lines = [join_phrases([interval, format_p_statement(ratio.p_value)], ", "), pooled_words(state.imputation)]
    if state.patients is not None and has_competing(state.patients, name):
        lines.append(CAUSE_SPECIFIC)
    title = phrase("{name}, {when}", name=name, when=population_name("after", design_word(state)))
    return key_figure(title, f"HR {format_ratio(ratio.estimate)}", lines, _ghost(before), arms=arms_words(state))


def endpoint_sentences(state: StudyState, name: str) -> tuple[str, ...]:
    """The endpoint in one sentence for each population, after the design first."""
    if state.patients is None or state.settings is None:
        return ()
    if has_competing(state.patients, name):
        return competing_sentences(state, name)
    shown = comparisons(state, name)
    return tuple(
        phrase(
            "{population}: {sentence}",
            population=population_words(state, heading),
            sentence=_sentence(state, name, comparison),
        )
        for heading, comparison in reversed(shown.items())
        if comparison is not None
    )


def _sentence(state: StudyState, name: str, comparison: SurvivalComparison) -> str:
    """Medians, hazard ratio and test; where hazards are not proportional the difference in mean time before them."""
    assert state.patients is not None and state.settings is not None
    unit = state.settings.cohort.time_unit
    told = survival_sentence(
        name,
        comparison,
        treated_label=state.patients.treated_label,
        control_label=state.patients.control_label,
        time_unit=unit,
    )
    words = without_event_words(next(item for item in state.settings.outcomes.survival if item.name == name))
    return join_phrases([mean_sentence(comparison, unit, words), told]) if is_doubtful(comparison) else told


def compares_within_sets(state: StudyState) -> bool:
    """True where the arms are compared within sets too: nobody is in two sets, and tests without weights make sense."""
    return state.design is None or (state.design.disjoint_sets and state.design.plain_tests)


def ratio_words(state: StudyState) -> str:
    """The end of the caption of a table of hazard ratios: their standard errors after the design, and the test."""
    when = population_name("after", design_word(state))
    if compares_within_sets(state):
        return phrase("{when} with standard errors clustered by matched set. p: log-rank.", when=when)
    plain = state.design is None or state.design.plain_tests
    return phrase(
        "{when} with the weights and robust standard errors. {test}",
        when=when,
        test=phrase("p: log-rank.") if plain else phrase("p: log-rank, {when} the robust one.", when=when),
    )


def tests_words(state: StudyState) -> str:
    """How the tests of an endpoint differ, beneath a table of them."""
    if compares_within_sets(state):
        return phrase(
            "Stratified tests compare within matched sets (conditional); robust ones compare the arms and allow for the "
            "sets (marginal). Their hazard ratios answer different questions and may differ."
        )
    word = design_word(state)
    told = phrase("The plain log-rank test counts everyone once.")
    if state.design is not None and not state.design.plain_tests:
        told = phrase("A test without them would be the one {before}.", before=population_name("before", word))
    return phrase(
        "{when}, the hazard ratio and the robust test use the weights, and standard errors allow for them. {told}",
        when=population_name("after", word).capitalize(),
        told=told,
    )


def _ratio_words(comparison: SurvivalComparison, *, interval: bool = True) -> str:
    if comparison.cox is None:
        return phrase("no hazard ratio")
    words = f"HR {format_ratio(comparison.cox.hazard_ratio)}"
    if not interval:
        return words
    limits = format_interval(comparison.cox.ci_lower, comparison.cox.ci_upper, format_ratio)
    return phrase("{effect} ({limits})", effect=words, limits=limits)


def _interval_line(comparison: SurvivalComparison) -> str:
    test, cox = log_rank_words(comparison), comparison.cox
    parts = [] if cox is None else [format_interval(cox.ci_lower, cox.ci_upper, format_ratio)]
    return join_phrases([*parts, *([test] if test else [])], ", ")


def _medians_line(state: StudyState, comparison: SurvivalComparison) -> str:
    unit = state.settings.cohort.time_unit if state.settings else ""
    treated, control = (format_time(arm.curve.median, unit) for arm in (comparison.treated, comparison.control))
    return phrase("Median {treated} v {control} {unit}", treated=treated, control=control, unit=unit_name(unit))
