"""The editable grid of all columns: what each is for, what is in it, and what it was first taken for."""

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.cohort.roles import describe_columns
from analysis.cohort.time_units import UNIT_NAMES
from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.data.questions import certainty_of
from ui.form import COVARIATE, RESPONDER, RESPONSE, ROLES, TREATMENT, TYPES, UNUSED, StudyForm
from ui.form.changes import with_role
from ui.form.columns import AUTOMATIC, NAMED_ROLES, ROLE_WORDS, ColumnRole, split_endpoints
from ui.form.study import shown_role
from ui.language import said
from ui.workspace import StudyState, Workspace

TALLEST = 560
"""Height of the table in pixels beyond which it scrolls."""

CERTAINTY = {"sure": phrase("sure"), "likely": phrase("likely"), "doubtful": phrase("please check")}
TYPE_WORDS = {
    AUTOMATIC: phrase("automatic"),
    "numeric": phrase("numeric"),
    "categorical": phrase("categorical"),
}


def draw_roles(state: StudyState) -> None:
    """Let every column be given its role; each edit is taken at once and can be undone."""
    desk = session.workspace()
    session.show("time_unit", desk.form.time_unit)
    st.selectbox(
        phrase("All times are shown in"),
        list(UNIT_NAMES),
        format_func=UNIT_NAMES.__getitem__,
        key="time_unit",
        on_change=_take_unit,
        width=220,
        help=phrase(
            "Times written in another unit are converted; the card of the endpoint says what a column is written in."
        ),
    )
    table = _grid(desk)
    key = _grid_key(table)
    height = min(TALLEST, 36 * (len(table) + 1))
    st.data_editor(
        table, key=key, hide_index=True, num_rows="fixed", on_change=_take_edits, args=(key,), height=height,
        disabled=["Column", "What is in it", "The first guess", "How sure"],
        column_config=_looks(),
    )  # fmt: skip


def _looks() -> dict[str, Any]:
    """The headings and widths of the columns; roles and types stay what the study knows them by."""
    roles: dict[Any, str] = {name: said(words) for name, words in ROLE_WORDS.items()}
    types: dict[Any, str] = {name: said(words) for name, words in TYPE_WORDS.items()}
    text, choice = st.column_config.TextColumn, st.column_config.SelectboxColumn
    names = phrase(
        "For times, events and responses: the endpoint they belong to, such as OS. A time and its event "
        "share the name; a column of several endpoints names them all, separated by semicolons. For an adverse event "
        "what it is called, if not as its column."
    )
    kinds = phrase("For covariates. Automatic: numbers are numeric, text is categorical.")
    return {
        "Column": text(phrase("Column"), width=170, pinned=True),
        "Role": choice(phrase("Role"), options=list(ROLES), format_func=roles.__getitem__, required=True, width=170),
        "Endpoint": text(phrase("Endpoint"), help=names, max_chars=80, width=110),
        "Type": choice(
            phrase("Type"), options=list(TYPES), format_func=types.__getitem__, required=True, width=110, help=kinds
        ),
        "What is in it": text(phrase("What is in it"), width=240),
        "The first guess": text(phrase("The first guess"), width=460),
        "How sure": text(phrase("How sure"), width=100),
    }


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
            "What is in it": [described.get(name, phrase("not in the file")) for name in names],
            "How sure": [CERTAINTY[certainty_of(by_column[name].score)] if name in by_column else "" for name in names],
            "The first guess": [
                phrase(
                    "{role}: {reason}",
                    role=ROLE_WORDS[guessed.get(name, UNUSED)],
                    reason=by_column[name].reason,
                )
                if name in by_column
                else ""
                for name in names
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
