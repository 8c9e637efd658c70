"""Balance within the levels of one column: whether arms that agree as a whole also agree in each part."""

import pandas as pd

from analysis.design.balance import SubgroupBalance, subgroup_balance
from analysis.design.description import design_name
from analysis.phrases import phrase
from analysis.reporting.printed.subgroups import subgroup_rows, subgroup_smds
from charts.style import population_name
from ui import screen as st
from ui import session
from ui.exhibit import draw_notes, draw_table
from ui.exhibits.distribution import column_values, offered_columns
from ui.exhibits.population import design_word, shows
from ui.workspace import StudyState

COLUMN = "subgroups of"
MOST_LEVELS = 12
"""A number with more distinct values than this makes no subgroups."""


def draw_subgroups(state: StudyState) -> None:
    """Choose a column and draw the balance within each of its levels."""
    assert state.patients is not None
    columns = [name for name in offered_columns(state) if _has_levels(column_values(state, name))]
    if not columns:
        st.caption(phrase("No covariate is a category or has at most {most_levels} values.", most_levels=MOST_LEVELS))
        return
    if session.shown(COLUMN) not in columns:
        session.show(COLUMN, columns[0])
    column = st.selectbox(phrase("Within the levels of"), columns, key=COLUMN, persist_state="session", width=300)
    draw_levels(state, column_values(state, column))


def draw_levels(state: StudyState, groups: pd.Series) -> None:
    """Balance within each level of a category: a row for each level, then every term."""
    patients, design, settings = state.patients, state.design, state.settings
    assert patients is not None and design is not None and settings is not None
    name = str(groups.name)
    found: SubgroupBalance = session.computed(
        ("subgroups", design, settings.balance, name),
        lambda: subgroup_balance(
            patients.covariates, patients.treated, design.weights, groups.astype("category"), settings.balance
        ),
    )
    word = design_name(design_word(state))
    draw_table(
        subgroup_rows(found, patients.treated_label, patients.control_label),
        name=f"within {name}",
        caption=phrase(
            "Patients of both arms in each level of {name}, before and after {word}, and the "
            "term that differs most. By chance: what 95 of 100 randomised comparisons of that "
            "size stay below. SMD over the {method}.",
            name=name,
            word=word,
            method=found.method,
        ),
    )
    draw_table(
        subgroup_smds(found, after=shows("after")),
        name=f"terms within {name}",
        file=found.to_table,
        caption=phrase(
            "SMD of every term within each level of {name}, {when}.",
            name=name,
            when=population_name("after" if shows("after") else "before", design_word(state)),
        ),
    )
    draw_notes(found.notes)


def _has_levels(values: pd.Series) -> bool:
    return isinstance(values.dtype, pd.CategoricalDtype) or values.nunique() <= MOST_LEVELS
