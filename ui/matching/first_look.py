"""Overlap beside the Love plot, and the covariate that a click on the Love plot opens."""

from analysis.phrases import phrase
from charts.lettering import clean_label
from ui import screen as st
from ui import session
from ui.exhibit import card_columns, clicked_points, draw_exhibit, plain
from ui.exhibits.balance import draw_order, love_exhibit
from ui.exhibits.distribution import distribution_exhibits, offered_columns
from ui.exhibits.overlap import overlap_exhibit
from ui.workspace import StudyState

OPENED = "opened covariate"


def draw_first_look(state: StudyState) -> None:
    """Draw both figures beside each other, and below them the covariate that was chosen."""
    overlap, love = overlap_exhibit(state), love_exhibit(state)
    left, right = card_columns("figures")
    with left:
        if overlap is not None:
            draw_exhibit(overlap)
    with right:
        if love is not None:
            draw_exhibit(love, controls=draw_order, on_point=lambda: _open_clicked(offered_columns(state)))
    if state.design is not None:
        _draw_covariate(state)


def _draw_covariate(state: StudyState) -> None:
    """The selectbox of covariates, and the distribution of the one that was chosen here or on the Love plot."""
    columns = offered_columns(state)
    if session.shown(OPENED) not in (None, *columns):
        session.forget(OPENED)
    column = st.selectbox(
        phrase("Distribution of one covariate"),
        columns,
        index=None,
        key=OPENED,
        persist_state="session",
        placeholder=phrase("Click a point of the Love plot, or choose a covariate"),
        width=440,
    )
    exhibits = [] if column is None else distribution_exhibits(state, column)
    for place, exhibit in zip(card_columns("covariate") if exhibits else (), exhibits, strict=False):
        with place:
            draw_exhibit(exhibit)
    if column is not None and not exhibits:
        st.caption(
            phrase("Too few values of {column} are known among the patients compared to draw it.", column=plain(column))
        )


def _open_clicked(columns: list[str]) -> None:
    """Open the covariate of the point that was clicked; a click that only takes the mark away changes nothing."""
    named = {clean_label(column): column for column in columns}
    for point in clicked_points("balance"):
        column = named.get(str(point["customdata"][-1]))
        if column is not None:
            session.show(OPENED, column)
