"""Writing one rule of eligibility: a column, and a range or a choice of labels that suits it."""

import datetime
from dataclasses import replace
from typing import Any

from analysis.phrases import phrase
from analysis.settings import EligibilityRule
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.form import COVARIATE, UNUSED
from ui.form.columns import INDEX_DATE, TREATMENT_START
from ui.form.study import shown_role
from ui.workspace import Workspace

FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)
LOWER = {phrase("at least", "a bound"): "at_least", phrase("above", "a bound"): "above"}
UPPER = {phrase("at most", "a bound"): "at_most", phrase("below", "a bound"): "below"}
WAYS = (phrase("By range"), phrase("By labels"))
FEW_LABELS = 10
"""Numbers with at most so many different values may be codes."""

LISTS = {phrase("is one of", "a rule"): "one_of", phrase("is none of", "a rule"): "none_of"}


def draw_rule_editor() -> None:
    """Write a new rule, or change the one that is being edited."""
    desk = session.workspace()
    edited = session.remembered("rule edited")
    with st.container(border=True, key="rule editor"):
        st.markdown(phrase("### Add a rule") if edited is None else phrase("### Rule {number}", number=edited + 1))
        column = st.selectbox(
            phrase("Column"),
            _offered(desk),
            key="rule column",
            index=None,
            placeholder=phrase("Choose a column"),
            on_change=_forget_bounds,
        )
        if column is None:
            return
        kind = _draw_way(desk, column)
        ready = {"date": _draw_days, "numeric": _draw_numbers}.get(kind, _draw_labels)(desk, column)
        left, right = st.columns((3, 2), vertical_alignment="bottom")
        with left:
            st.text_input(
                phrase("Reason (optional)"),
                key="rule reason",
                placeholder=phrase("As the flow diagram says it, such as: adults"),
                max_chars=80,
            )
        with right:
            st.checkbox(phrase("Keep patients without a value"), key="rule keeps missing")
        with st.container(horizontal=True):
            words = phrase("Add the rule") if edited is None else phrase("Change the rule")
            st.button(words, icon=":material/check:", disabled=not ready, on_click=_take, args=(kind,), type="primary")
            if edited is not None:
                st.button(phrase("Leave it as it was"), on_click=edit_rule, args=(None, None), type="tertiary")


def edit_rule(number: int | None, rule: EligibilityRule | None) -> None:
    """Put a rule into the editor, or empty it."""
    session.remember("rule edited", number)
    session.show("rule column", rule.column if rule else None)
    session.show("rule reason", (rule.reason or "") if rule else "")
    session.show("rule keeps missing", rule is not None and rule.missing == "keep")
    _forget_bounds()
    if rule is None:
        return
    for side, names in (("low", LOWER), ("high", UPPER)):
        for words, name in names.items():
            if getattr(rule, name) is not None:
                session.show(f"rule {side}", getattr(rule, name))
                session.show(f"rule {side} kind", str(words))
    for words, name in LISTS.items():
        if getattr(rule, name) is not None:
            session.show("rule way", str(WAYS[1]))
            session.show("rule labels", list(getattr(rule, name)))
            session.show("rule list", str(words))


def keep_rule() -> None:
    """Let a half-written rule be there again when the step is chosen again."""
    names = ("column", "reason", "keeps missing", "way", "low", "low kind", "high", "high kind", "labels", "list")
    session.keep(*(f"rule {name}" for name in names))


def _forget_bounds() -> None:
    for side, kinds in (("low", LOWER), ("high", UPPER)):
        session.show(f"rule {side}", None)
        session.show(f"rule {side} kind", str(next(iter(kinds))))
    session.show("rule way", str(WAYS[0]))
    session.show("rule labels", [])
    session.show("rule list", str(next(iter(LISTS))))


def _offered(desk: Workspace) -> list[str]:
    """What is known at time zero, as far as it was said."""
    known = (UNUSED, COVARIATE, INDEX_DATE, TREATMENT_START)
    offered = [item.column for item in desk.form.roles if shown_role(desk.form, item) in known]
    chosen = session.shown("rule column")
    return offered if chosen is None or chosen in offered else [*offered, chosen]


def _draw_way(desk: Workspace, column: str) -> str:
    """The column's type; a column of a few numbers may be chosen from by its labels too."""
    found = next((item.type for item in desk.guess().columns if item.column == column), "categorical")
    if found == "numeric" and len(desk.labels(column)) <= FEW_LABELS:
        way = st.segmented_control(
            phrase("How"), WAYS, default=WAYS[0], required=True, key="rule way", label_visibility="collapsed"
        )
        return "numeric" if way == WAYS[0] else "categorical"
    return found if found in ("date", "numeric") else "categorical"


def _draw_days(desk: Workspace, column: str) -> bool:
    left, right = st.columns(2)
    with left:
        first = st.date_input(phrase("First day"), None, FIRST_DAY, LAST_DAY, key="rule low", format="YYYY-MM-DD")
    with right:
        last = st.date_input(phrase("Last day"), None, FIRST_DAY, LAST_DAY, key="rule high", format="YYYY-MM-DD")
    return _in_order(first, last)


def _draw_numbers(desk: Workspace, column: str) -> bool:
    values: list[Any] = []
    sides = (
        ("low", LOWER, phrase("low bound"), phrase("{column}, lowest", column=column)),
        ("high", UPPER, phrase("high bound"), phrase("{column}, highest", column=column)),
    )
    for place, (side, kinds, bound, words) in zip(st.columns(2), sides, strict=True):
        with place:
            left, right = st.columns((2, 3), vertical_alignment="bottom")
        with left:
            st.selectbox(bound, list(kinds), key=f"rule {side} kind", label_visibility="collapsed")
        with right:
            value = st.number_input(
                words,
                value=None,
                key=f"rule {side}",
                label_visibility="collapsed",
                placeholder=phrase("no limit"),
                format="%g",
            )
        values.append(value)
    return _in_order(*values)


def _in_order(low: Any, high: Any) -> bool:
    if low is not None and high is not None and low > high:
        st.caption(phrase(":material/info: The lower bound is above the upper one: nobody would be eligible."))
        return False
    return low is not None or high is not None


def _draw_labels(desk: Workspace, column: str) -> bool:
    left, right = st.columns((1, 3), vertical_alignment="bottom")
    with left:
        st.selectbox(phrase("Which"), list(LISTS), key="rule list", label_visibility="collapsed")
    labels = desk.labels(column)
    with right:
        chosen = st.multiselect(
            phrase("Labels of {column}", column=plain(column)),
            [*labels, *(name for name in session.shown("rule labels") or () if name not in labels)],
            key="rule labels",
            label_visibility="collapsed",
            placeholder=phrase("Choose labels"),
        )
    return bool(chosen)


def _take(kind: str) -> None:
    desk, edited = session.workspace(), session.remembered("rule edited")
    rule = EligibilityRule.model_validate(
        {
            "column": session.shown("rule column"),
            "missing": "keep" if session.shown("rule keeps missing") else "exclude",
            "reason": (session.shown("rule reason") or "").strip() or None,
        }
        | _conditions(kind)
    )
    rules = list(desk.form.eligibility)
    if edited is not None and edited < len(rules):
        rules[edited] = rule
    else:
        rules.append(rule)
    desk.change(replace(desk.form, eligibility=tuple(rules)))
    edit_rule(None, None)


def _conditions(kind: str) -> dict[str, Any]:
    if kind == "categorical":
        return {LISTS[session.shown("rule list")]: tuple(session.shown("rule labels"))}
    bounds: dict[str, Any] = {}
    for side, kinds in (("low", LOWER), ("high", UPPER)):
        value = session.shown(f"rule {side}")
        if value is not None:
            bounds[kinds[session.shown(f"rule {side} kind")] if kind == "numeric" else next(iter(kinds.values()))] = (
                value
            )
    return bounds
