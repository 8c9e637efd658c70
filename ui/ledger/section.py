"""The ledger on the Report page: what is true, every specification examined, and two of them side by side."""

import pandas as pd
import streamlit as st

from analysis.plan import SHORT, changed_settings
from analysis.study.ledger import Ledger, LedgerEffect, LedgerEntry, ledger_sentences
from charts.style import format_interval, format_points, format_ratio, format_smd
from ui import session
from ui.exhibit import draw_table, plain
from ui.ledger.cover import draw_actions
from ui.ledger.plan import desk_digest, go_to, ledger_of
from ui.messages import draw_sentences
from ui.workspace import StudyState, Workspace

ROW_HEIGHT, DESIGN_WIDTH = 72, 380
"""In pixels: room for the description of a design on several lines."""

FIRST, SECOND = "first entry", "second entry"


def draw_ledger(state: StudyState) -> None:
    """Draw what is true of the study on the desk, the ledger, and the comparison of two entries."""
    if state.settings is None:
        return
    desk = session.workspace()
    ledger = ledger_of(desk)
    with st.container(border=True, key="ledger"):
        st.markdown("### Ledger")
        draw_sentences((" ".join(ledger_sentences(ledger, state.settings)),))
        if not state.is_covered:
            draw_actions(desk, state)
        if not ledger.entries:
            st.caption("No specification has been carried out yet.")
            return
        draw_table(
            ledger_rows(ledger, desk_digest(desk)), name="ledger", file=ledger.to_table, row_height=ROW_HEIGHT,
            column_config={"Design": st.column_config.TextColumn(width=DESIGN_WIDTH)},
            caption="Every specification examined in this session, once, with the time (UTC) of the first look; forgotten with "
            "the session unless it is downloaded. Digest: of every setting of the analysis.",
        )  # fmt: skip
        if len(ledger.entries) > 1:
            with st.expander("Compare two specifications", key="compare entries", on_change="rerun") as expander:
                if expander.open:
                    _draw_comparison(desk, ledger)


def ledger_rows(ledger: Ledger, present: str | None) -> pd.DataFrame:
    """The ledger as it is printed, the latest entry first."""
    rows = []
    for entry in reversed(ledger.entries):
        marks = ["on the desk"] if entry.digest == present else []
        marks += ["plan"] if ledger.lock is not None and ledger.lock.digest == entry.digest else []
        rows.append(
            {
                "No.": f"{entry.number:,}",
                "": ", ".join(marks),
                "Time": (entry.time or "–")[11:19],
                "Digest": entry.digest[:SHORT],
                "Compared": compared_words(entry),
                "Largest |SMD|": smd_words(entry),
                "Outcomes then": "in sight" if entry.outcomes_visible else "covered",
                "Design": entry.design,
            }
        )
    return pd.DataFrame(rows)


def compared_words(entry: LedgerEntry) -> str:
    """Sets, or patients of equal weight where there are none."""
    if entry.n_sets is None:
        return f"{entry.effective_treated:,.1f} + {entry.effective_control:,.1f} effective"
    return f"{entry.n_sets:,} sets"


def smd_words(entry: LedgerEntry) -> str:
    """The largest difference as it is printed."""
    return "–" if entry.largest_smd is None else format_smd(entry.largest_smd)


def comparison_rows(first: LedgerEntry, second: LedgerEntry) -> pd.DataFrame:
    """Two entries side by side: the settings in which they differ, then what they found."""
    rows = list(changed_settings(first.settings, second.settings))
    rows.append(("Compared", compared_words(first), compared_words(second)))
    rows.append(
        ("Patients", f"{first.n_treated:,} + {first.n_control:,}", f"{second.n_treated:,} + {second.n_control:,}")
    )
    rows.append(("Largest |SMD|", smd_words(first), smd_words(second)))
    one, other = ({_effect_name(item): _effect_words(item) for item in entry.effects} for entry in (first, second))
    names = [*one, *(name for name in other if name not in one)]
    rows += [(name, one.get(name, "not seen"), other.get(name, "not seen")) for name in names]
    return pd.DataFrame(rows, columns=["", f"No. {first.number}", f"No. {second.number}"])


def _effect_name(effect: LedgerEffect) -> str:
    words = {"hazard_ratio": "hazard ratio", "risk_difference": "difference in response, points"}
    return f"{effect.endpoint}, {words[effect.measure]}"


def _effect_words(effect: LedgerEffect) -> str:
    if effect.estimate is None or effect.ci_lower is None or effect.ci_upper is None:
        return "–"
    form = format_ratio if effect.measure == "hazard_ratio" else format_points
    return f"{form(effect.estimate)} ({format_interval(effect.ci_lower, effect.ci_upper, form)})"


def _draw_comparison(desk: Workspace, ledger: Ledger) -> None:
    numbers = [entry.number for entry in ledger.entries]
    for key, usual in ((FIRST, numbers[-2]), (SECOND, numbers[-1])):
        if session.shown(key) not in numbers:
            session.show(key, usual)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for label, key in (("One", FIRST), ("The other", SECOND)):
            st.selectbox(label, numbers, key=key, persist_state="session", width=110)
    first, second = (ledger.entries[session.shown(key) - 1] for key in (FIRST, SECOND))
    draw_table(
        comparison_rows(first, second), name="compared entries",
        caption="Settings that differ, by their name in the study file, then what each found; effects with their confidence "
        "intervals after matching or weighting.",
    )  # fmt: skip
    with st.container(horizontal=True):
        for entry in dict.fromkeys((first, second)):
            st.button(
                f"Put no. {entry.number} on the desk", key=f"go to {entry.number}", icon=":material/undo:",
                on_click=go_to, args=(desk, entry.digest), disabled=entry.digest == desk_digest(desk), type="tertiary",
                help=plain("A change like any other: Undo takes it back."),
            )  # fmt: skip
