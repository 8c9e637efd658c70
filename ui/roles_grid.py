"""The editable grid of column roles, the two arms, and the coding of events."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analysis.cohort.labels import as_labels
from analysis.cohort.roles import describe_columns, guess_roles
from ui import session
from ui.form import (
    EVENT,
    GUESSED,
    RESPONDER,
    RESPONSE,
    ROLES,
    TIME,
    TREATMENT,
    TYPES,
    UNUSED,
    ColumnRole,
    StudyForm,
    endpoint_names,
)
from ui.form.columns import split_endpoints
from ui.workspace import Workspace

MOST_LABELS_OFFERED = 50
UNITS = ("days", "weeks", "months", "years")


def draw_roles() -> None:
    """Let every column be given its role; each edit is taken at once and can be undone."""
    desk = session.workspace()
    table = _grid(desk)
    key = _grid_key(table)
    st.data_editor(
        table, key=key, hide_index=True, num_rows="fixed", on_change=_take_edits, args=(key,), height=430,
        disabled=["Column", "What is in it", "The first guess"],
        column_config={
            "Column": st.column_config.TextColumn(width="medium", pinned=True),
            "Role": st.column_config.SelectboxColumn(options=list(ROLES), required=True, width="medium"),
            "Endpoint": st.column_config.TextColumn(
                help="For times, events and responses: the endpoint they belong to, such as OS. A time and its event "
                "share the name; a column of several endpoints names them all, separated by semicolons.",
                max_chars=80, width="medium",
            ),
            "Type": st.column_config.SelectboxColumn(
                options=list(TYPES), required=True, width="small",
                help="For covariates. Automatic: numbers are numeric, text is categorical.",
            ),
            "What is in it": st.column_config.TextColumn(width="large"),
            "The first guess": st.column_config.TextColumn(width="large"),
        },
    )  # fmt: skip
    _draw_arms(desk)
    _draw_coding(desk)


def _grid_key(table: pd.DataFrame) -> str:
    """A key that is new whenever the table is: a grid under an earlier key would bring its earlier edits back."""
    content, number = int(pd.util.hash_pandas_object(table).sum()), session.remembered("grid_number", 0)
    if session.remembered("grid_content") != content:
        number += 1
        session.remember("grid_content", content)
        session.remember("grid_number", number)
    return f"roles {number}"


def _grid(desk: Workspace) -> pd.DataFrame:
    described = desk.kept("columns", lambda: describe_columns(desk.cohort))
    guess = desk.kept("guess", lambda: guess_roles(desk.cohort))
    reasons = {item.column: f"{GUESSED.get(item.role, UNUSED)}: {item.reason}" for item in guess.columns}
    return pd.DataFrame(
        {
            "Column": [item.column for item in desk.form.roles],
            "Role": [item.role for item in desk.form.roles],
            "Endpoint": ["; ".join(item.endpoints) for item in desk.form.roles],
            "Type": [item.kind for item in desk.form.roles],
            "What is in it": [described.get(item.column, "not in the file") for item in desk.form.roles],
            "The first guess": [reasons.get(item.column, "") for item in desk.form.roles],
        }
    )


def _take_edits(key: str) -> None:
    desk = session.workspace()
    edits: dict[int, dict[str, Any]] = (session.shown(key) or {}).get("edited_rows", {})
    roles = list(desk.form.roles)
    for row, changed in edits.items():
        roles[int(row)] = _edited(roles[int(row)], changed)
    desk.change(_with_arms(replace(desk.form, roles=tuple(roles)), desk))


def _edited(item: ColumnRole, changed: dict[str, Any]) -> ColumnRole:
    role = changed.get("Role", item.role)
    endpoints = split_endpoints(changed["Endpoint"] or "") if "Endpoint" in changed else item.endpoints
    if role not in (TIME, EVENT, RESPONSE, RESPONDER):
        endpoints = ()
    elif not endpoints and "Role" in changed and role in (RESPONSE, RESPONDER):
        endpoints = (item.column,)
    kind = changed.get("Type", item.kind)
    return replace(
        item, role=role, endpoints=endpoints, kind=kind, reference=item.reference if kind == item.kind else None
    )


def _with_arms(form: StudyForm, desk: Workspace) -> StudyForm:
    """Keep the arms while they are in the treatment column; choose the column's two labels if it has just two."""
    labels = _labels(desk, next(iter(form.columns(TREATMENT)), None))
    if form.treated in labels and form.control in labels:
        return form
    return (
        replace(form, treated=labels[1], control=labels[0])
        if len(labels) == 2
        else replace(form, treated=None, control=None)
    )


def _labels(desk: Workspace, column: str | None) -> list[str]:
    if column is None or column not in desk.cohort.table:
        return []
    found = desk.kept(("labels", column), lambda: as_labels(desk.cohort.table[column]).dropna().unique())
    return sorted(found[:MOST_LABELS_OFFERED])


def _draw_arms(desk: Workspace) -> None:
    labels = _labels(desk, next(iter(desk.form.columns(TREATMENT)), None))
    left, middle, right = st.columns(3)
    for place, name, words in ((left, "treated", "Treated arm"), (middle, "control", "Control arm (the reference)")):
        value = getattr(desk.form, name)
        offered = labels if value is None or value in labels else [*labels, value]
        session.show(f"arm {name}", value)
        with place:
            st.selectbox(
                words, offered, key=f"arm {name}", index=None, placeholder="Choose", on_change=_take_arm, args=(name,)
            )
    session.show("time_unit", desk.form.time_unit)
    with right:
        st.selectbox("All times are in", UNITS, key="time_unit", on_change=_take_unit)


def _take_arm(name: str) -> None:
    desk = session.workspace()
    chosen, other = session.shown(f"arm {name}"), "control" if name == "treated" else "treated"
    changed = {name: chosen}
    if getattr(desk.form, other) == chosen:  # the two change places
        changed[other] = getattr(desk.form, name)
    desk.change(replace(desk.form, **changed))


def _take_unit() -> None:
    desk = session.workspace()
    desk.change(replace(desk.form, time_unit=session.shown("time_unit")))


def _draw_coding(desk: Workspace) -> None:
    names = endpoint_names(desk.form)
    for place, name in zip(st.columns(max(2, min(len(names), 4))) * len(names), names, strict=False):
        event = next((item.column for item in desk.form.roles if item.role == EVENT and name in item.endpoints), None)
        labels = _labels(desk, event)
        if not labels:
            continue
        chosen = [label for label in desk.form.observed.get(name, ()) if label in labels]
        session.show(f"observed {name}", chosen)
        with place:
            st.multiselect(
                f"{name}: labels that mean the event was observed", labels, key=f"observed {name}",
                on_change=_take_coding, args=(name,), placeholder="By the usual coding (0/1, yes/no, dead/alive …)",
            )  # fmt: skip


def _take_coding(name: str) -> None:
    desk = session.workspace()
    chosen = tuple(session.shown(f"observed {name}") or ())
    observed = {key: value for key, value in desk.form.observed.items() if key != name}
    desk.change(replace(desk.form, observed=observed | ({name: chosen} if chosen else {})))
