"""The Cox table, the subgroups and the board of endpoints as exhibits."""

from typing import Any

from analysis.phrases import phrase
from analysis.study.cox_tables import EndpointCoxTable
from analysis.study.endpoint_board import EndpointBoard
from analysis.study.subgroups import EndpointSubgroups
from charts.endpoint_board import board_figure, board_publication, board_table, describe_board
from charts.forest import (
    cox_figure,
    cox_publication,
    cox_rows,
    describe_cox,
    describe_subgroups,
    subgroup_rows,
    subgroups_figure,
    subgroups_publication,
)
from charts.forest.cox import Model
from ui.exhibit import Exhibit
from ui.exhibits.population import chosen_population, design_word, population_caption
from ui.workspace import StudyState

WIDTH = 640


def cox_exhibit(
    state: StudyState, before: EndpointCoxTable, after: EndpointCoxTable | None, model: Model
) -> Exhibit | None:
    """The Cox table as a forest; None where no model could be fitted in the population that is shown."""
    population = chosen_population(before.table and before, after and after.table and after)
    if population is None:
        return None
    words: dict[str, Any] = {"population": population, "model": model, "design_word": design_word(state)}
    tables = (before.table, after.table if after else None)
    shown = tables[0] if population == "before" else tables[1]
    method = phrase("Cox regression, Efron ties")
    if shown is not None and shown.robust:
        method = phrase("Cox regression, Efron ties, robust variance")
    return Exhibit(
        name=f"cox {before.endpoint} {model}",
        title=phrase("{endpoint}: hazard ratios, each covariate alone", endpoint=before.endpoint)
        if model == "univariable"
        else phrase("{endpoint}: hazard ratios, all covariates together", endpoint=before.endpoint),
        caption=phrase(
            "{method}, {population}. Events/patients beside the names, counted.",
            method=method,
            population=population_caption(state, population),
        ),
        alt=describe_cox(before, after, **words),
        figure=lambda theme: cox_figure(before, after, **words, theme=theme, width=WIDTH),
        publication=lambda: cox_publication(before, after, **words),
        table=lambda: cox_rows(before, after),
    )


def subgroups_exhibit(state: StudyState, before: EndpointSubgroups, after: EndpointSubgroups | None) -> Exhibit:
    """The effect in every level of the subgroups as a forest."""
    population = chosen_population(before, after)
    assert population is not None
    words: dict[str, Any] = _arms(state) | {"population": population}
    shown = before if after is None or population == "before" else after
    return Exhibit(
        name=f"subgroups {before.endpoint}",
        title=phrase("{endpoint}: effect in subgroups", endpoint=before.endpoint),
        caption=phrase(
            "{method}, {population}. The test of interaction asks whether effects differ between levels; with several "
            "subgroups some differ by chance.",
            method=shown.method,
            population=population_caption(state, population),
        ),
        alt=describe_subgroups(before, after, **words),
        figure=lambda theme: subgroups_figure(before, after, **words, theme=theme, width=WIDTH),
        publication=lambda: subgroups_publication(before, after, **words),
        table=lambda: subgroup_rows(before, after),
    )


def board_exhibit(state: StudyState, board: EndpointBoard) -> Exhibit:
    """Every endpoint's effect, with arrows from before to after."""
    population = chosen_population(state.before, state.after)
    assert population is not None
    words: dict[str, Any] = _arms(state) | {"population": population}
    who = population_caption(state, population)
    caption = phrase(
        "Marginal hazard ratios and differences of response rates, {population}. Click a square to open its endpoint.",
        population=who,
    )
    if population == "compare":
        caption = phrase(
            "Marginal hazard ratios and differences of response rates, {population}. Arrows lead from before to after. Click a "
            "square to open its endpoint.",
            population=who,
        )
    return Exhibit(
        name="endpoints",
        title=phrase("Every endpoint"),
        caption=caption,
        alt=describe_board(board, **words),
        figure=lambda theme: board_figure(board, **words, theme=theme, width=WIDTH),
        publication=lambda: board_publication(board, **words),
        table=lambda: board_table(board),
    )


def _arms(state: StudyState) -> dict[str, Any]:
    assert state.patients is not None
    return {
        "treated_label": state.patients.treated_label,
        "control_label": state.patients.control_label,
        "design_word": design_word(state),
    }
