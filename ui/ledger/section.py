"""The ledger on the Report page: what is true, every specification examined, and two of them side by side."""

import pandas as pd

from analysis.phrases import join_phrases, phrase
from analysis.plan import SHORT, changed_settings
from analysis.study.ledger import Ledger, LedgerEffect, LedgerEntry, ledger_sentences
from charts.style import format_interval, format_points, format_ratio, format_smd
from ui import screen as st
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
        st.markdown(phrase("### Ledger"))
        draw_sentences((join_phrases(ledger_sentences(ledger, state.settings)),))
        if not state.is_covered:
            draw_actions(desk, state)
        if not ledger.entries:
            st.caption(phrase("No specification has been carried out yet."))
            return
        draw_table(
            ledger_rows(ledger, desk_digest(desk)),
            name="ledger",
            file=ledger.to_table,
            row_height=ROW_HEIGHT,
            column_config={"Design": st.column_config.TextColumn(width=DESIGN_WIDTH)},
            caption=phrase(
                "Every specification examined in this session, once, with the time (UTC) of the "
                "first look; forgotten with the session unless it is downloaded. Digest: of every "
                "setting of the analysis."
            ),
        )
        if len(ledger.entries) > 1:
            with st.expander(
                phrase("Compare two specifications"), key="compare entries", on_change="rerun"
            ) as expander:
                if expander.open:
                    _draw_comparison(desk, ledger)


def ledger_rows(ledger: Ledger, present: str | None) -> pd.DataFrame:
    """The ledger as it is printed, the latest entry first."""
    rows = []
    for entry in reversed(ledger.entries):
        marks = [phrase("on the desk")] if entry.digest == present else []
        marks += [phrase("plan")] if ledger.lock is not None and ledger.lock.digest == entry.digest else []
        rows.append(
            {
                phrase("No."): f"{entry.number:,}",
                "": join_phrases(marks, ", "),
                phrase("Time"): (entry.time or "–")[11:19],
                phrase("Digest"): entry.digest[:SHORT],
                phrase("Compared"): compared_words(entry),
                phrase("Largest |SMD|"): smd_words(entry),
                phrase("Outcomes then"): phrase("in sight") if entry.outcomes_visible else phrase("covered"),
                phrase("Design"): entry.design,
            }
        )
    return pd.DataFrame(rows)


def compared_words(entry: LedgerEntry) -> str:
    """Sets, or patients of equal weight where there are none."""
    if entry.n_sets is None:
        return phrase(
            "{treated:,.1f} + {control:,.1f} effective",
            treated=entry.effective_treated,
            control=entry.effective_control,
        )
    return phrase("{n:,} sets", n=entry.n_sets)


def smd_words(entry: LedgerEntry) -> str:
    """The largest difference as it is printed."""
    return "–" if entry.largest_smd is None else format_smd(entry.largest_smd)


def comparison_rows(first: LedgerEntry, second: LedgerEntry) -> pd.DataFrame:
    """Two entries side by side: the settings in which they differ, then what they found."""
    rows = list(changed_settings(first.settings, second.settings))
    rows.append((phrase("Compared"), compared_words(first), compared_words(second)))
    rows.append(
        (
            phrase("Patients"),
            f"{first.n_treated:,} + {first.n_control:,}",
            f"{second.n_treated:,} + {second.n_control:,}",
        )
    )
    rows.append((phrase("Largest |SMD|"), smd_words(first), smd_words(second)))
    one, other = ({_effect_name(item): _effect_words(item) for item in entry.effects} for entry in (first, second))
    names = [*one, *(name for name in other if name not in one)]
    unseen = phrase("not seen")
    rows += [(name, one.get(name, unseen), other.get(name, unseen)) for name in names]
    numbers = [phrase("No. {number}", number=entry.number) for entry in (first, second)]
    return pd.DataFrame(rows, columns=["", *numbers])


def _effect_name(effect: LedgerEffect) -> str:
    words = {"hazard_ratio": phrase("hazard ratio"), "risk_difference": phrase("difference in response, points")}
    return phrase("{endpoint}, {measure}", endpoint=effect.endpoint, measure=words[effect.measure])


def _effect_words(effect: LedgerEffect) -> str:
    if effect.estimate is None or effect.ci_lower is None or effect.ci_upper is None:
        return "–"
    form = format_ratio if effect.measure == "hazard_ratio" else format_points
    limits = format_interval(effect.ci_lower, effect.ci_upper, form)
    return phrase("{estimate} ({limits})", estimate=form(effect.estimate), limits=limits)


def _draw_comparison(desk: Workspace, ledger: Ledger) -> None:
    numbers = [entry.number for entry in ledger.entries]
    for key, usual in ((FIRST, numbers[-2]), (SECOND, numbers[-1])):
        if session.shown(key) not in numbers:
            session.show(key, usual)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for label, key in (
            (phrase("One", "of two specifications"), FIRST),
            (phrase("The other", "of two specifications"), SECOND),
        ):
            st.selectbox(label, numbers, key=key, persist_state="session", width=110)
    first, second = (ledger.entries[session.shown(key) - 1] for key in (FIRST, SECOND))
    draw_table(
        comparison_rows(first, second),
        name="compared entries",
        caption=phrase(
            "Settings that differ, by their name in the study file, then what each found; "
            "effects with their confidence intervals after matching or weighting."
        ),
    )
    with st.container(horizontal=True):
        for entry in dict.fromkeys((first, second)):
            st.button(
                phrase("Put no. {number} on the desk", number=entry.number),
                key=f"go to {entry.number}",
                icon=":material/undo:",
                on_click=go_to,
                args=(desk, entry.digest),
                disabled=entry.digest == desk_digest(desk),
                type="tertiary",
                help=plain(phrase("A change like any other: Undo takes it back.")),
            )
