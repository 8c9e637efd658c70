"""Overlap of the propensity scores as an exhibit."""

from typing import Any

from analysis.phrases import phrase
from charts.overlap import describe_overlap, overlap_figure, overlap_publication, overlap_table
from charts.style import format_percent
from ui.exhibit import Exhibit
from ui.exhibits.population import chosen_population, design_word, population_caption
from ui.workspace import StudyState


def overlap_exhibit(state: StudyState, *, width: int = 440) -> Exhibit | None:
    """Both arms' propensity scores mirrored about zero; None while there is no model."""
    patients, propensity = state.patients, state.propensity
    if patients is None or propensity is None:
        return None
    population = chosen_population(propensity, state.design)
    assert population is not None
    weights = None if state.design is None else state.design.weights
    numbers: dict[str, Any] = {
        "population": population,
        "treated_label": patients.treated_label,
        "control_label": patients.control_label,
    }
    words = {**numbers, "design_word": design_word(state)}
    scores = (propensity.propensity_score, patients.treated, weights)
    return Exhibit(
        name="overlap",
        title=phrase("Overlap of the propensity scores"),
        caption=phrase(
            "C-statistic {c_statistic:.2f}; {share} of patients have a preference score of 0.3 to 0.7 (Walker 2013). Here "
            "{population}.",
            c_statistic=propensity.c_statistic,
            share=format_percent(propensity.equipoise_share),
            population=population_caption(state, population),
        ),
        alt=describe_overlap(*scores, **words),
        figure=lambda theme: overlap_figure(*scores, **words, theme=theme, width=width, plot_height=_height(state)),
        publication=lambda: overlap_publication(*scores, **words),
        table=lambda: overlap_table(*scores, **numbers),
        notes=propensity.notes,
    )


def _height(state: StudyState) -> int:
    """Pixels of the plot: about as high as the Love plot beside it, within reason."""
    n_terms = 0 if state.balance is None else len(state.balance.terms)
    return min(max(260, 21 * n_terms), 400)
