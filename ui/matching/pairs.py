"""The matched sets: all of them on the score, one of them side by side, the least alike listed."""

from functools import partial

import pandas as pd

from analysis.design.matched_sets import MatchedSets
from analysis.phrases import phrase
from analysis.reporting.printed.sets import listed_sets, members_side_by_side, set_members
from analysis.reporting.tables import sets_table
from ui import screen as st
from ui import session
from ui.exhibit import clicked_points, draw_exhibit, draw_table
from ui.exhibits.pairs import pairs_exhibit
from ui.workspace import StudyState

CHOSEN = "number of the set"
WORST = "least alike"
FEW_SETS = 8
MOST_MEMBERS = 8
"""Members of a large set that stand beside each other; all of them are in the file of the sets."""


def draw_pairs(state: StudyState) -> None:
    """Draw the sets, the chosen one's members, and the list of the least alike."""
    if session.hidden_below():
        st.caption(
            phrase(
                ":material/visibility_off: Pairs show single patients; they are left out while small counts are hidden."
            )
        )
        return
    assert state.patients is not None and state.design is not None and state.design.sets is not None
    sets = state.design.sets
    listed = listed_sets(state.patients, sets)
    if not 1 <= (session.shown(CHOSEN) or 0) <= sets.n_sets:
        session.show(CHOSEN, int(listed["Set"].iloc[0]))
    number = int(session.shown(CHOSEN))
    draw_exhibit(pairs_exhibit(state, sets, number - 1), on_point=partial(_choose_clicked, sets))
    _draw_members(state, sets, number)
    _draw_worst(state, sets, listed)


def _draw_members(state: StudyState, sets: MatchedSets, number: int) -> None:
    """One set's members in columns beside each other."""
    patients, propensity, design = state.patients, state.propensity, state.design
    assert patients is not None and propensity is not None and design is not None
    st.number_input(
        phrase("Set, 1 to {n_sets:,}", n_sets=sets.n_sets),
        1,
        sets.n_sets,
        step=1,
        key=CHOSEN,
        persist_state="session",
        width=180,
    )
    rows = set_members(sets, number - 1, patients.treated)
    shown = rows[:MOST_MEMBERS]
    more = (
        phrase(" The first {n_shown} of its {n:,} members.", n_shown=shown.size, n=rows.size)
        if shown.size < rows.size
        else ""
    )
    linked = sets.link_distance[sets.set_number == number - 1]
    widest = phrase(" Widest distance {distance:.3g}.", distance=linked.max()) if linked.size else ""
    draw_table(
        members_side_by_side(patients, propensity, design, shown),
        name="members",
        caption=phrase(
            "Set {number}: its members side by side, differences first minus other.{widest}{more}",
            number=number,
            widest=widest,
            more=more,
        ),
    )


def _draw_worst(state: StudyState, sets: MatchedSets, listed: pd.DataFrame) -> None:
    """The sets with the least alike members, each row a way to open one."""
    assert state.patients is not None
    patients = state.patients
    linked = sets.set_number.size > 0
    draw_table(
        listed,
        name=WORST,
        height=320 if len(listed) > FEW_SETS else "content",
        on_select=partial(_choose_row, listed),
        selection_mode="single-row",
        file=lambda: sets_table(patients, sets),
        caption=(
            phrase(
                "{n_listed:,} of {n_sets:,} sets, the widest first; choose a row to see its members. "
                "The file has all sets by id.",
                n_listed=len(listed),
                n_sets=sets.n_sets,
            )
            if linked
            else phrase(
                "{n_listed:,} of {n_sets:,} sets, the largest first; choose a row to see its members. "
                "The file has all sets by id.",
                n_listed=len(listed),
                n_sets=sets.n_sets,
            )
        ),
        column_config={"Widest distance": st.column_config.NumberColumn(format="%.4g")},
    )


def _choose_clicked(sets: MatchedSets) -> None:
    for point in clicked_points("pairs"):
        number = int(point["customdata"][0])
        if number < sets.n_sets:
            session.show(CHOSEN, number + 1)


def _choose_row(listed: pd.DataFrame) -> None:
    rows = session.shown(f"table {WORST}").selection.rows
    if rows and rows[0] < len(listed):
        session.show(CHOSEN, int(listed["Set"].iloc[rows[0]]))
