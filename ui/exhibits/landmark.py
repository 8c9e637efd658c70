"""Curves of responders and the others from a landmark on, as an exhibit."""

from typing import Any

from analysis.outcomes.survival_comparison import SurvivalComparison
from analysis.reporting.printed.survival import step_table
from analysis.study.landmark import LandmarkComparison
from charts.style import LIGHT, Arm, Theme
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
        "treated_label": f"Response by {moment} {unit}",
        "control_label": "No response until then",
        "outcome": found.endpoint,
        "time_unit": unit,
        "design_word": design_word(state),
    }
    pair = (before.comparison if before else None, after.comparison if after else None)
    return Exhibit(
        name=f"landmark {found.endpoint}",
        title=f"{found.endpoint} from {moment} {unit} on, by response until then",
        caption=f"Kaplan–Meier estimate from the landmark on, response by {found.response}, {_who(state, found)}, "
        f"{population if population != 'compare' else 'after'} {design_word(state)}{imputed_set(state)}: {_kept(found)}.",
        alt=describe_survival(*pair, **words),
        figure=lambda theme: survival_figure(
            *pair, **words, theme=theme, width=width, plot_height=plot_height, colours=_colours(theme),
            time_title="Time from the landmark",
        ),
        publication=lambda: survival_publication(
            *pair, **words, colours=_colours(LIGHT), time_title="Time from the landmark"
        ),
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
    return "patients of both arms" if found.who == "both" else f"patients given {labels[found.who]}"


def _kept(found: LandmarkComparison) -> str:
    kept = found.kept
    lost = f"{kept.n_events_before:,} had the event and {kept.n_censored_before:,} were censored before"
    return f"{kept.n:,} patients reached the landmark, {kept.n_known:,} of them with a response; {lost}"


def _shown(before: LandmarkComparison | None, after: LandmarkComparison | None) -> dict[str, SurvivalComparison | None]:
    return {name: one.comparison for name, one in (("Before", before), ("After", after)) if one is not None}
