"""The times at which survival is given."""

from dataclasses import replace

from analysis.cohort.time_units import UNIT_NAMES
from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.workspace import Workspace


def draw_times(desk: Workspace) -> None:
    """Draw the milestones as a list of numbers; what cannot be read is refused in a sentence."""
    session.show("times", ", ".join(f"{time:g}" for time in desk.form.times))
    st.text_input(
        phrase("Milestones ({unit})", unit=UNIT_NAMES[desk.form.time_unit]),
        key="times",
        on_change=_take_times,
        placeholder="6, 12, 24",
        help=phrase("Survival is given at these times, and the tables count the patients at risk."),
    )
    refused = session.remembered("times_refused")
    if refused:
        st.warning(refused)


def _take_times() -> None:
    words = (session.shown("times") or "").replace(";", ",").split(",")
    try:
        times = tuple(float(word) for word in words if word.strip())
        if not all(0 < time < float("inf") for time in times):
            raise ValueError
    except ValueError:
        session.remember("times_refused", phrase("Milestones must be numbers above 0, separated by commas."))
        return
    session.remember("times_refused", None)
    desk = session.workspace()
    desk.change(replace(desk.form, times=tuple(dict.fromkeys(times))))
