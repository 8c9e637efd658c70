"""The editable grid of all columns: what each is for, what is in it, and what it was first taken for."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analysis.cohort.roles import describe_columns
from ui import session
from ui.data.questions import certainty_of
from ui.form import COVARIATE, RESPONDER, RESPONSE, ROLES, TREATMENT, TYPES, UNUSED, StudyForm
from ui.form.changes import with_role
from ui.form.columns import AUTOMATIC, NAMED_ROLES, ColumnRole, split_endpoints
from ui.form.study import shown_role
from ui.workspace import StudyState, Workspace

UNITS = ("days", "weeks", "months", "years")
TALLEST = 560
"""Height of the table in pixels beyond which it scrolls."""

CERTAINTY = {"sure": "sure", "likely": "likely", "doubtful": "please check"}


def draw_roles(state: StudyState) -> None:
    """Let every column be given its role; each edit is taken at once and can be undone."""
    desk = session.workspace()
    session.show("time_unit", desk.form.time_unit)
    st.selectbox(
        "All times are shown in", UNITS, key="time_unit", on_change=_take_unit, width=220,
        help="Times written in another unit are converted; the card of the endpoint says what a column is written in.",
    )  # fmt: skip
    table = _grid(desk)
    key = _grid_key(table)
    height = min(TALLEST, 36 * (len(table) + 1))
    st.data_editor(
        table, key=key, hide_index=True, num_rows="fixed", on_change=_take_edits, args=(key,), height=height,
        disabled=["Column", "What is in it", "The first guess", "How sure"],
        column_config={
            "Column": st.column_config.TextColumn(width=170, pinned=True),
            "Role": st.column_config.SelectboxColumn(options=list(ROLES), required=True, width=170),
            "Endpoint": st.column_config.TextColumn(
                help="For times, events and responses: the endpoint they belong to, such as OS. A time and its event "
                "share the name; a column of several endpoints names them all, separated by semicolons. For an adverse event "
                "what it is called, if not as its column.",
                max_chars=80, width=110,
            ),
            "Type": st.column_config.SelectboxColumn(
                options=list(TYPES), required=True, width=110,
                help="For covariates. Automatic: numbers are numeric, text is categorical.",
            ),
            "What is in it": st.column_config.TextColumn(width=240),
            "The first guess": st.column_config.TextColumn(width=460),
            "How sure": st.column_config.TextColumn(width=100),
        },
    )  # fmt: skip


def _grid_key(table: pd.DataFrame) -> str:
    """A key that is new whenever the table is: a grid under an earlier key would bring its earlier edits back."""
    content, number = int(pd.util.hash_pandas_object(table).sum()), session.remembered("grid_number", 0)
    if session.remembered("grid_content") != content:
        number += 1
        session.remember("grid_content", content)
        session.remember("grid_number", number)
    return f"roles {number}"


def _grid(desk: Workspace) -> pd.DataFrame:
    described = desk.fact("columns", lambda: describe_columns(desk.cohort))
    guessed = {item.column: shown_role(desk.guessed_form(), item) for item in desk.guessed_form().roles}
    by_column = {item.column: item for item in desk.guess().columns}
    names = [item.column for item in desk.form.roles]
    return pd.DataFrame(
        {
            "Column": names,
            "Role": [shown_role(desk.form, item) for item in desk.form.roles],
            "Endpoint": ["; ".join(item.endpoints) for item in desk.form.roles],
            "Type": [item.kind for item in desk.form.roles],
            "What is in it": [described.get(name, "not in the file") for name in names],
            "How sure": [CERTAINTY[certainty_of(by_column[name].score)] if name in by_column else "" for name in names],
            "The first guess": [
                f"{guessed.get(name, UNUSED)}: {by_column[name].reason}" if name in by_column else "" for name in names
            ],
        }
    )


def _take_edits(key: str) -> None:
    desk = session.workspace()
    edits: dict[int, dict[str, Any]] = (session.shown(key) or {}).get("edited_rows", {})
    form = desk.form
    for row, changed in edits.items():
        form = _edited(form, form.roles[int(row)], changed)
    desk.change(_with_arms(form, desk))


def _edited(form: StudyForm, item: ColumnRole, changed: dict[str, Any]) -> StudyForm:
    role = changed.get("Role", shown_role(form, item))
    endpoints = split_endpoints(changed["Endpoint"] or "") if "Endpoint" in changed else item.endpoints
    if role not in NAMED_ROLES:
        endpoints = ()
    elif not endpoints and "Role" in changed and role in (RESPONSE, RESPONDER):
        endpoints = (item.column,)
    if "Role" in changed or "Endpoint" in changed:
        form = with_role(form, item.column, role, endpoints)
    kind = changed.get("Type", item.kind if role == COVARIATE else AUTOMATIC)
    reference = item.reference if kind == item.kind else None
    return replace(
        form,
        roles=tuple(
            replace(other, kind=kind, reference=reference) if other.column == item.column else other
            for other in form.roles
        ),
    )


def _with_arms(form: StudyForm, desk: Workspace) -> StudyForm:
    """Keep the arms while they are in the treatment column; choose the column's two labels if it has just two."""
    labels = desk.labels(next(iter(form.columns(TREATMENT)), None))
    if form.treated in labels and form.control in labels:
        return form
    treated, control = (labels[1], labels[0]) if len(labels) == 2 else (None, None)
    return replace(form, treated=treated, control=control)


def _take_unit() -> None:
    desk = session.workspace()
    desk.change(replace(desk.form, time_unit=session.shown("time_unit")))
