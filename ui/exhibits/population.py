"""Which population an exhibit shows, and how its caption says so."""

from typing import Any

from analysis.outcomes.survival_comparison import SurvivalComparison
from analysis.reporting.sentences import design_sentence
from analysis.study import PopulationOutcomes
from charts.style import Population
from ui import session
from ui.workspace import StudyState

_CHOICES: dict[str, Population] = {session.BEFORE: "before", session.AFTER: "after", session.COMPARE: "compare"}


def chosen_population(before: Any, after: Any) -> Population | None:
    """The population of the switch, as far as there is something to show; None where there is nothing."""
    if before is None and after is None:
        return None
    if before is None:
        return "after"
    if after is None:
        return "before"
    return _CHOICES[session.population()]


def population_caption(state: StudyState, population: Population, *, brief: bool = False) -> str:
    """Who is shown: how many patients of each arm, before or after which matching.

    ``brief`` leaves the design out, for a page that has said it already.
    """
    assert state.patients is not None and state.settings is not None
    n_treated = int(state.patients.treated.sum())
    everyone = f"{n_treated:,} + {state.patients.treated.size - n_treated:,} patients with complete covariates"
    if population == "before" or state.matching is None:
        return f"before matching: {everyone}"
    design = "matching" if brief else design_sentence(state.settings.matching, state.matching)
    if brief:
        everyone = everyone.removesuffix(" patients with complete covariates")
    matched = f"after {design}: {state.matching.n_treated:,} + {state.matching.n_control:,} patients"
    return f"{matched} (ghosted: before matching, {everyone})" if population == "compare" else matched


def populations(state: StudyState) -> dict[str, PopulationOutcomes]:
    """The outcomes that tables show beside each other under the switch, by heading."""
    found = {"Before": state.before, "After": state.after}
    wanted = {session.BEFORE: ("Before",), session.AFTER: ("After",), session.COMPARE: ("Before", "After")}
    shown = {name: found[name] for name in wanted[session.population()]}
    known = {name: outcomes for name, outcomes in shown.items() if outcomes is not None}
    return known or {name: outcomes for name, outcomes in found.items() if outcomes is not None}


def comparisons(state: StudyState, name: str) -> dict[str, SurvivalComparison | None]:
    """One survival endpoint in the populations that the switch shows, by heading."""
    return {
        heading: next((item.comparison for item in outcomes.survival if item.name == name), None)
        for heading, outcomes in populations(state).items()
    }


def shows(population: str) -> bool:
    """True when the switch shows this population, "before" or "after"."""
    return _CHOICES[session.population()] in (population, "compare")
