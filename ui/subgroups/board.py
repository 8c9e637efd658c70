"""The board of endpoints: each effect before and after, its p and its adjusted p; a click opens the endpoint."""

from dataclasses import replace

from analysis.phrases import join_phrases, phrase
from analysis.reporting.printed.models import board_printed
from analysis.study.endpoint_board import BoardEndpoint, EndpointBoard, endpoint_board
from charts.endpoint_board import board_table
from ui import screen as st
from ui import session
from ui.exhibit import clicked_points, draw_exhibit, draw_table
from ui.exhibits.models import board_exhibit
from ui.exhibits.population import after_heading, design_word, shows
from ui.workspace import StudyState

ADJUSTMENTS = {
    "none": phrase("Not adjusted"),
    "holm": "Holm",
    "hochberg": "Hochberg",
    "benjamini-hochberg": "Benjamini–Hochberg",
}
KEY = "multiplicity"


def draw_board(state: StudyState) -> None:
    """Draw every endpoint of the study, and open the one that is clicked."""
    assert state.before is not None and state.settings is not None
    _draw_adjustment()
    settings = state.settings
    board = endpoint_board(state.before, state.after, settings.outcomes, settings.confidence.level)
    exhibit = board_exhibit(state, board)
    draw_exhibit(exhibit, on_point=_nothing)
    clicked = [int(point["customdata"][3]) for point in clicked_points(exhibit.name)]
    headings = _headings(state)
    chosen = draw_table(
        board_printed(board, headings, design_word(state)), name="endpoint board", file=lambda: board_table(board),
        on_select="rerun", selection_mode="single-row",
        caption=_caption(board),
    )  # fmt: skip
    rows = [row // len(headings) for row in chosen.selection.rows]
    known = [board.endpoints[row] for row in (*clicked, *rows) if row < len(board.endpoints)]
    if known:
        _open(known[0])


def _nothing() -> None:
    """A click needs no more than the run it begins."""


def _headings(state: StudyState) -> dict[str, str]:
    shown = {"before": phrase("Before")} if shows("before") or state.after is None else {}
    return shown | ({"after": after_heading(state)} if shows("after") and state.after is not None else {})


def _caption(board: EndpointBoard) -> str:
    tests = phrase(
        "HR: hazard ratio, Wald's test; points: difference in response in percentage points, the test that the Response page "
        "names."
    )
    choose = phrase("Choose a row to open its endpoint.")
    if board.adjustment == "none":
        return join_phrases((phrase("p-values are not adjusted for the number of endpoints."), tests, choose))
    adjusted = phrase(
        "p-values of {n} endpoints adjusted together, before and after apart. {method}. Intervals are not adjusted.",
        n=max(board.n_tests_before, board.n_tests_after),
        method=board.method,
    )
    return join_phrases((adjusted, tests, choose))


def _draw_adjustment() -> None:
    session.show(KEY, session.workspace().form.multiplicity)
    st.selectbox(
        phrase("p-values of several endpoints"), list(ADJUSTMENTS), key=KEY, format_func=ADJUSTMENTS.__getitem__,
        on_change=_take_adjustment, width=260,
        help=phrase("With several endpoints one may differ by chance. The adjusted p allows for their number."),
    )  # fmt: skip


def _take_adjustment() -> None:
    desk = session.workspace()
    desk.change(replace(desk.form, multiplicity=session.shown(KEY)))


def _open(endpoint: BoardEndpoint) -> None:
    """Go to the page of an endpoint, which shows it first."""
    session.remember("endpoint", endpoint.name)
    st.switch_page("pages/survival.py" if endpoint.measure == "hazard_ratio" else "pages/response.py")
