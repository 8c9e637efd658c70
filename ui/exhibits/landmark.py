"""Curves of responders and the others from a landmark on, as an exhibit."""

from typing import Any

from analysis.outcomes.survival_comparison import SurvivalComparison
from analysis.phrases import phrase
from analysis.reporting.printed.survival import step_table
from analysis.study.landmark import LandmarkComparison
from charts.style import LIGHT, Arm, Theme, population_name, unit_name
from charts.survival import describe_survival, survival_figure, survival_publication
from ui.exhibit import Exhibit
from ui.exhibits.population import chosen_population, design_word, imputed_set
from ui.workspace import StudyState


def landmark_exhibit(
    state: StudyState,
    before: LandmarkComparison | None,
    after: LandmarkComparison | None,
    *,
    width: int = 600,
    plot_height: int = 320,
) -> Exhibit | None:
    """Survival from the landmark on by response until then; None when there is nothing to draw."""
    population = chosen_population(before, after)
    found = before if population == "before" else after
    if population is None or found is None or state.settings is None:
        return None
    unit, moment = state.settings.cohort.time_unit, f"{found.kept.landmark_time:g}"
    words: dict[str, Any] = {
        "population": population,
        "treated_label": phrase("Response by {time} {unit}", time=moment, unit=unit_name(unit)),
        "control_label": phrase("No response until then"),
        "outcome": found.endpoint,
        "time_unit": unit,
        "design_word": design_word(state),
    }
    pair = (before.comparison if before else None, after.comparison if after else None)
    title_of_time = phrase("Time from the landmark")
    return Exhibit(
        name=f"landmark {found.endpoint}",
        title=phrase(
            "{endpoint} from {time} {unit} on, by response until then",
            endpoint=found.endpoint, time=moment, unit=unit_name(unit),
        ),
        caption=phrase(
            "Kaplan–Meier estimate from the landmark on, response by {criterion}, {who}, {when}{imputed_set}: {kept}.",
            criterion=found.response, who=_who(state, found),
            when=population_name("after" if population == "compare" else population, design_word(state)),
            imputed_set=imputed_set(state), kept=_kept(found),
        ),
        alt=describe_survival(*pair, **words),
        figure=lambda theme: survival_figure(
            *pair, **words, theme=theme, width=width, plot_height=plot_height, colours=_colours(theme),
            time_title=title_of_time,
        ),
        publication=lambda: survival_publication(*pair, **words, colours=_colours(LIGHT), time_title=title_of_time),
        table=lambda: step_table(
            _shown(before, after), words["treated_label"], words["control_label"], words["design_word"]
        ),
        notes=found.notes,
    )  # fmt: skip


def _colours(theme: Theme) -> dict[Arm, str]:
    """Responders are no arm, and are not drawn in the colour of one."""
    return {"treated": theme.after, "control": theme.before}


def _who(state: StudyState, found: LandmarkComparison) -> str:
    assert state.patients is not None
    labels = {"treated": state.patients.treated_label, "control": state.patients.control_label}
    if found.who == "both":
        return phrase("patients of both arms")
    return phrase("patients given {treatment}", treatment=labels[found.who])


def _kept(found: LandmarkComparison) -> str:
    kept = found.kept
    return phrase(
        "{n:,} patients reached the landmark, {n_known:,} of them with a response; {n_events:,} had the event and "
        "{n_censored:,} were censored before",
        n=kept.n,
        n_known=kept.n_known,
        n_events=kept.n_events_before,
        n_censored=kept.n_censored_before,
    )


def _shown(before: LandmarkComparison | None, after: LandmarkComparison | None) -> dict[str, SurvivalComparison | None]:
    return {name: one.comparison for name, one in (("Before", before), ("After", after)) if one is not None}
