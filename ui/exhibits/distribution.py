"""One covariate in both arms as an exhibit: its distribution function, its density, or the shares of its levels."""

from typing import Any

import pandas as pd

from analysis.design.distribution import LevelShares, NumericDistribution, covariate_distribution
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from charts.distribution import (
    CurveKind,
    describe_distribution,
    distribution_figure,
    distribution_publication,
    distribution_table,
)
from ui import session
from ui.exhibit import Exhibit
from ui.exhibits.population import chosen_population, design_word, population_caption
from ui.workspace import StudyState

CURVES: dict[CurveKind, str] = {"ecdf": phrase("share at or below each value"), "density": phrase("density")}


def distribution_exhibits(state: StudyState, column: str, *, width: int = 440) -> list[Exhibit]:
    """The figures of one covariate: two of a number, one of a category; none where too little is known of it."""
    if state.patients is None or state.design is None:
        return []
    try:
        found = _distribution(state, column)
    except AnalysisError:
        return []
    curves: list[CurveKind] = ["ecdf"] if isinstance(found, LevelShares) else ["ecdf", "density"]
    return [_exhibit(state, found, column, curve, width) for curve in curves]


def offered_columns(state: StudyState) -> list[str]:
    """The covariates, then the columns that have no part in the model but whose balance is shown."""
    if state.patients is None or state.settings is None:
        return []
    others = [name for name in state.settings.balance.also if name in state.patients.extra]
    return [*map(str, state.patients.covariates.columns), *others]


def column_values(state: StudyState, column: str) -> pd.Series:
    """A covariate's values, or those of a column that the design or the balance table uses."""
    assert state.patients is not None
    table = state.patients.covariates if column in state.patients.covariates else state.patients.extra
    return table[column]


def _distribution(state: StudyState, column: str) -> NumericDistribution | LevelShares:
    patients, design = state.patients, state.design
    assert patients is not None and design is not None
    found: NumericDistribution | LevelShares = session.computed(
        ("distribution", design, column),
        lambda: covariate_distribution(
            column_values(state, column), patients.treated, design.weights, before_and_after=True
        ),
    )
    return found


def _exhibit(
    state: StudyState, found: NumericDistribution | LevelShares, column: str, curve: CurveKind, width: int
) -> Exhibit:
    assert state.patients is not None
    population = chosen_population(found, found)
    assert population is not None
    words: dict[str, Any] = {
        "population": population,
        "treated_label": state.patients.treated_label,
        "control_label": state.patients.control_label,
        "design_word": design_word(state),
    }
    labels = {name: words[name] for name in ("treated_label", "control_label")}
    what = phrase("share of each value") if isinstance(found, LevelShares) else CURVES[curve]
    who = population_caption(state, population)
    caption = phrase("{column} in both arms, {population}.", column=column, population=who)
    if curve == "density" and not isinstance(found, LevelShares):
        caption = phrase(
            "{column} in both arms, {population}. {method}.", column=column, population=who, method=found.method
        )
    return Exhibit(
        name=f"{curve} {column}",
        title=phrase("{column}: {what}", column=column, what=what),
        caption=caption,
        alt=describe_distribution(found, **words),
        figure=lambda theme: distribution_figure(found, **words, curve=curve, theme=theme, width=width),
        publication=lambda: distribution_publication(found, **words, curve=curve),
        table=lambda: distribution_table(found, **labels),
    )
