"""Every survival endpoint in one row; the chosen row is the one the sections speak of."""

import pandas as pd

from analysis.cohort.time_units import UNIT_NAMES
from analysis.phrases import phrase
from analysis.reporting.outcome_tables import survival_table
from analysis.reporting.printed.survival import endpoint_table
from analysis.study.competing import has_competing
from charts.style import NOT_ESTIMATED
from ui import session
from ui.exhibit import draw_table
from ui.exhibits.missing import pooled_columns_words, with_pooled_ratios
from ui.exhibits.population import arm_labels, populations
from ui.exhibits.survival import ratio_words
from ui.survival.paired import paired_columns
from ui.workspace import StudyState

MEASURES = ("HR", "p", "median", "events")
LABEL_IN_HEADING = 7.0
"""Ems of an arm's label in a heading of the table, beneath which stand counts."""


def draw_endpoints(state: StudyState) -> str:
    """Draw the table of endpoints; the endpoint of the chosen row, else the one last opened elsewhere, else the first."""
    assert state.settings is not None and state.patients is not None
    names = [item.name for item in state.settings.outcomes.survival]
    labels = (state.patients.treated_label, state.patients.control_label)
    result = session.workspace().result()
    unit = state.settings.cohort.time_unit
    table = _without_medians(endpoint_table(populations(state), *arm_labels(state, LABEL_IN_HEADING), unit), state)
    opened = session.remembered("endpoint")
    first = opened if opened in names else names[0]
    chosen = draw_table(
        paired_columns(with_pooled_ratios(table, state), MEASURES), name="endpoints",
        file=None if result is None else lambda: survival_table(result), on_select="rerun", selection_mode="single-row",
        selection_default={"selection": {"rows": [names.index(first)], "columns": [], "cells": []}},
        caption=phrase(
            "Choose a row to see its curve. Medians in {unit}, {treated} v {control}. HR: Cox model with treatment alone, "
            "Efron ties; {ratio}", unit=UNIT_NAMES[unit], treated=labels[0], control=labels[1], ratio=ratio_words(state),
        ) + pooled_columns_words(state) + _competing_words(state, names),
    )  # fmt: skip
    rows = chosen.selection.rows
    return names[rows[0]] if rows and rows[0] < len(names) else first


def _without_medians(table: pd.DataFrame, state: StudyState) -> pd.DataFrame:
    """The medians of a curve that censors competing events are those of no patients there are."""
    assert state.patients is not None
    table = table.copy()
    rivalled = [has_competing(state.patients, str(name)) for name in table["Endpoint"]]
    for column in table.columns:
        if str(column).endswith(": median"):
            table.loc[rivalled, column] = NOT_ESTIMATED
    return table


def _competing_words(state: StudyState, names: list[str]) -> str:
    assert state.patients is not None
    rivalled = [name for name in names if has_competing(state.patients, name)]
    if not rivalled:
        return ""
    return phrase(
        " {endpoints}: other events compete, the HR is cause-specific and there is no median.",
        endpoints=", ".join(rivalled),
    )
