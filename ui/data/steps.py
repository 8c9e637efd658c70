"""The Data page as a sequence: each step with its state, one drawn at a time, nothing lost in between."""

from collections.abc import Callable

from analysis.phrases import join_phrases, phrase
from ui import screen as st
from ui import session
from ui.data.checks import draw_checks
from ui.data.confirm import draw_confirm
from ui.data.dates import draw_dates
from ui.data.eligibility import draw_eligibility
from ui.data.marks import Mark, step_marks
from ui.data.missing import draw_missing
from ui.data.rule_editor import keep_rule
from ui.exhibit import card_columns, draw_exhibit
from ui.exhibits.flow import flow_exhibit
from ui.language import as_html
from ui.roles_grid import draw_roles
from ui.sidebar import draw_undo
from ui.workspace import StudyState

STEPS: dict[str, tuple[str, Callable[[StudyState], None]]] = {
    "Confirm": (phrase("How your file was understood"), draw_confirm),
    "Columns": (phrase("What each column is"), draw_roles),
    "Dates": (phrase("Endpoints from dates"), draw_dates),
    "Eligibility": (phrase("Who is eligible"), draw_eligibility),
    "Missing values": (phrase("What becomes of missing values"), draw_missing),
    "Checks": (phrase("What was found"), draw_checks),
}
"""Each step's title and what draws it, in the order in which a person takes them."""

NAMES = {
    "Confirm": phrase("Confirm"),
    "Columns": phrase("Columns"),
    "Dates": phrase("Dates"),
    "Eligibility": phrase("Eligibility"),
    "Missing values": phrase("Missing values"),
    "Checks": phrase("Checks"),
}
"""What each step is called."""

WIDE = ("Columns",)
"""Steps that take the whole width."""

ICONS = {"done": "check_circle", "check": "help", "stop": "block", "idle": "radio_button_unchecked"}


def draw_steps(state: StudyState) -> None:
    """Draw the row of steps and the one that is chosen, with the flow of patients beside it."""
    desk = session.workspace()
    keep_rule()
    marks = step_marks(desk, state)
    with st.container(key="steps"):
        chosen = st.segmented_control(
            phrase("Steps"),
            list(STEPS),
            default="Confirm",
            required=True,
            key="data step",
            persist_state="session",
            label_visibility="collapsed",
            width="stretch",
            format_func=lambda name: _label(name, marks[name]),
        )
    name = chosen if isinstance(chosen, str) and chosen in STEPS else "Confirm"
    if name in WIDE:
        _draw_step(name, marks[name], state)
        return
    left, right = card_columns("reading", (5, 3))
    with left:
        _draw_step(name, marks[name], state)
    with right, st.container(key="flow beside"):
        exhibit = flow_exhibit(state, width=400)
        if exhibit is not None:
            draw_exhibit(exhibit)


def _label(name: str, mark: Mark) -> str:
    number = list(STEPS).index(name) + 1
    count = f" ({mark.count})" if mark.count else ""
    return join_phrases((f":material/{ICONS[mark.state]}: {number} ", NAMES[name], count), "")


def _draw_step(name: str, mark: Mark, state: StudyState) -> None:
    title, draw = STEPS[name]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="step head"):
        how_far = f'<span class="{mark.state}" role="status">{as_html(mark.words)}</span>'
        st.html(f'<div class="mce-step"><h2>{as_html(title)}</h2>{how_far}</div>')
        draw_undo(session.workspace())
    draw(state)
