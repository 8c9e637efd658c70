"""Which population an exhibit shows, and how its caption says so."""

from typing import Any

import numpy as np

from analysis.design.description import describe_design
from analysis.design.design import Design, DesignKind
from analysis.outcomes.survival_comparison import SurvivalComparison
from analysis.phrases import phrase
from analysis.reporting.sentences import imputed_set_words
from analysis.study import PopulationOutcomes
from charts.lettering import short_label
from charts.style import Population, population_name, versus
from ui import session
from ui.workspace import StudyState

LABEL_BESIDE_NUMBER = 6.0
"""Ems of an arm's label beside a key figure."""

_CHOICES: dict[str, Population] = {
    session.BEFORE: "before",
    session.MATCHED: "after",
    session.WEIGHTED: "after",
    session.COMPARE: "compare",
}


def chosen_population(before: Any, after: Any) -> Population | None:
    """The population of the switch, as far as there is something to show; None where there is nothing."""
    if before is None and after is None:
        return None
    if before is None:
        return "after"
    if after is None:
        return "before"
    return _CHOICES[session.population()]


def population_caption(state: StudyState, population: Population) -> str:
    """Who is shown: how many patients of each arm, before or after which design."""
    assert state.patients is not None and state.settings is not None
    n_treated = int(state.patients.treated.sum())
    complete = state.settings.missing.method == "complete_case"
    counts = {"n_treated": n_treated, "n_control": state.patients.treated.size - n_treated}
    everyone = phrase("{n_treated:,} + {n_control:,} patients", **counts)
    if complete:
        everyone = phrase("{n_treated:,} + {n_control:,} patients with complete covariates", **counts)
    before = population_name("before", design_word(state))
    if population == "before" or state.design is None:
        return phrase("{when}: {who}{imputed_set}", when=before, who=everyone, imputed_set=imputed_set(state))
    compared = phrase(
        "after {design}: {who}{imputed_set}",
        design=describe_design(state.settings, state.design),
        who=_compared(state.design),
        imputed_set=imputed_set(state),
    )
    if population != "compare":
        return compared
    return phrase("{compared} (ghosted: {before}, {who})", compared=compared, before=before, who=everyone)


def _compared(design: Design) -> str:
    counts = phrase("{n_treated:,} + {n_control:,} patients", n_treated=design.n_treated, n_control=design.n_control)
    sizes = (design.effective_sample_size_treated, design.effective_sample_size_control)
    if np.allclose(sizes, (design.n_treated, design.n_control)):
        return counts
    return phrase(
        "{counts}, worth {treated:,.1f} + {control:,.1f} of equal weight",
        counts=counts,
        treated=sizes[0],
        control=sizes[1],
    )


def design_word(state: StudyState) -> DesignKind:
    """What was done to the arms: ``matching`` or ``weighting``; as the study asks while nothing could be done."""
    if state.design is not None:
        return state.design.kind
    return "matching" if state.settings is None or state.settings.weighting is None else "weighting"


def imputed_set(state: StudyState) -> str:
    """Which imputed set is shown, where covariates were imputed, as the end of a phrase; empty elsewhere."""
    words = imputed_set_words(state.imputation)
    return phrase(", {words}", words=words) if words else ""


def brief_caption(what: str, state: StudyState, population: Population, *, behind: str) -> str:
    """What is shown and of whom in one short line, for a page that has said the design and the numbers already."""
    word = design_word(state)
    if population == "before" or state.design is None:
        return phrase("{what}, {when}.", what=what, when=population_name("before", word))
    after = population_name("after", word) + imputed_set(state)
    if population == "compare":
        return phrase("{what}, {when}; {behind}: before.", what=what, when=after, behind=behind)
    return phrase("{what}, {when}.", what=what, when=after)


def arms_words(state: StudyState) -> str:
    """The arms in the order in which numbers name them, cut to the room that a key figure has."""
    if state.patients is None:
        return ""
    return versus(*arm_labels(state, LABEL_BESIDE_NUMBER))


def arm_labels(state: StudyState, room: float) -> tuple[str, str]:
    """Both arms' labels, treated first, cut to about this many ems, or to more where they would read the same."""
    assert state.patients is not None
    labels = (state.patients.treated_label, state.patients.control_label)
    for width in (room, 2 * room, 4 * room):
        treated, control = (short_label(label, width) for label in labels)
        if treated != control:
            return treated, control
    return labels


def populations(state: StudyState) -> dict[str, PopulationOutcomes]:
    """The outcomes that tables show beside each other under the switch, by heading."""
    before, after = phrase("Before"), after_heading(state)
    found = {before: state.before, after: state.after}
    wanted = {"before": (before,), "after": (after,), "compare": (before, after)}
    shown = {name: found[name] for name in wanted[_CHOICES[session.population()]]}
    known = {name: outcomes for name, outcomes in shown.items() if outcomes is not None}
    return known or {name: outcomes for name, outcomes in found.items() if outcomes is not None}


def after_heading(state: StudyState) -> str:
    """What stands over the matched patients in a table: "After", or "After, set 1" where covariates were imputed."""
    if state.imputation is None:
        return phrase("After")
    return phrase("After, set {number}", number=state.imputation.shown)


def population_words(state: StudyState, heading: str) -> str:
    """What a sentence about the population of a heading begins with, such as ``After matching, imputed set 1 of 20``."""
    word = design_word(state)
    if heading == "Before":
        return population_name("before", word).capitalize()
    return population_name("after", word).capitalize() + imputed_set(state)


def comparisons(state: StudyState, name: str) -> dict[str, SurvivalComparison | None]:
    """One survival endpoint in the populations that the switch shows, by heading."""
    return {
        heading: next((item.comparison for item in outcomes.survival if item.name == name), None)
        for heading, outcomes in populations(state).items()
    }


def shows(population: str) -> bool:
    """True when the switch shows this population, "before" or "after"."""
    return _CHOICES[session.population()] in (population, "compare")
