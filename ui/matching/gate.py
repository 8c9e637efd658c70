"""The balance gate: every check with its threshold and its reason, and the thresholds to be changed."""

from dataclasses import replace

import pandas as pd

from analysis.phrases import phrase
from analysis.study.gate import BalanceGate, check_value, should_be
from ui import screen as st
from ui import session
from ui.exhibit import draw_table, plain
from ui.ledger.cover import draw_actions
from ui.workspace import StudyState

LIMITS: dict[str, tuple[str, float, float | None, float]] = {
    "largest_smd": (phrase("Largest |SMD|, at most"), 0.0, None, 0.01),
    "largest_variance_ratio": (phrase("Variance ratio, at most"), 1.0, None, 0.1),
    "least_overlap": (phrase("Share in equipoise, at least"), 0.0, 1.0, 0.05),
    "least_kept": (phrase("Share compared, at least"), 0.0, 1.0, 0.05),
    "least_effective_size": (phrase("Patients of equal weight, at least"), 0.0, None, 1.0),
    "largest_weight_share": (phrase("One patient's share, at most"), 0.0, 1.0, 0.01),
    "least_events": (phrase("Events, at least"), 0.0, None, 1.0),
}
"""Label, least and largest value and step of each threshold, in the order of the checks."""

ABOVE_NOUGHT = ("largest_smd", "least_effective_size", "least_events")

COLUMNS_OF_LIMITS = 4

HEADINGS = ("", phrase("Check"), phrase("Of"), phrase("Found"), phrase("Should be"))


def draw_gate(state: StudyState) -> None:
    """Draw the checks, how to lock the plan, and the thresholds."""
    if state.gate is None:
        return
    desk = session.workspace()
    n, n_attention = len(state.gate.checks), len(state.gate.attention)
    st.markdown(
        phrase("{n_passed} of {n} checks pass.", n_passed=n - n_attention, n=n)
        if n
        else phrase("No check of the design is asked for.")
    )
    draw_table(
        gate_rows(state.gate),
        name="gate",
        file=state.gate.to_table,
        caption=phrase(
            "Checks of the design, none of which knows an effect: events are counted over both "
            "arms together. Attention asks for a reason in the manuscript, not for another "
            "design."
        ),
    )
    _draw_reasons(state.gate)
    draw_actions(desk, state)
    with st.expander(phrase("Thresholds")):
        _draw_limits()


def gate_rows(gate: BalanceGate) -> pd.DataFrame:
    """The checks as they are printed."""
    marks = {"pass": phrase("✓ pass"), "attention": phrase("! attention")}
    rows = [
        {
            HEADINGS[0]: marks[check.verdict],
            HEADINGS[1]: check.what,
            HEADINGS[2]: check.where or "",
            HEADINGS[3]: check_value(check),
            HEADINGS[4]: should_be(check),
        }
        for check in gate.checks
    ]
    return pd.DataFrame(rows, columns=list(HEADINGS))


def _draw_reasons(gate: BalanceGate) -> None:
    """Why each check matters, that of several endpoints once; those that ask for attention are marked."""
    marked = {check.what for check in gate.attention}
    for what, reason in {check.what: check.reason for check in gate.checks}.items():
        icon = "priority_high" if what in marked else "check"
        st.caption(f":material/{icon}: {plain(what)}: {plain(reason)}")


def _draw_limits() -> None:
    columns = st.columns(COLUMNS_OF_LIMITS)
    for place, (name, (label, low, high, step)) in enumerate(LIMITS.items()):
        session.show(f"gate {name}", getattr(session.workspace().form.gate, name))
        with columns[place % COLUMNS_OF_LIMITS]:
            st.number_input(
                label,
                min_value=low,
                max_value=high,
                value=None,
                step=step,
                format="%g",
                key=f"gate {name}",
                on_change=_take_limit,
                args=(name,),
                placeholder=phrase("Not checked"),
            )
    st.caption(
        phrase(
            "An empty field leaves the check out. The thresholds are written into the study file "
            "and are no part of the plan."
        )
    )


def _take_limit(name: str) -> None:
    desk, value = session.workspace(), session.shown(f"gate {name}")
    if value == 0 and name in ABOVE_NOUGHT:
        return  # the field is given back the threshold in force
    desk.change(replace(desk.form, gate=desk.form.gate.model_copy(update={name: value})))
