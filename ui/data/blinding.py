"""Whether the study opens with its outcomes covered: chosen before a page has shown any."""

from dataclasses import replace

from analysis.phrases import phrase
from ui import screen as st
from ui import session

KEY = "open blinded"

WHY_NOT = {
    "covered": phrase("Outcomes are covered until the plan is locked, on the Matching or the Report page."),
    "locked": phrase("Outcomes are covered; the plan is locked."),
    "open": phrase(
        "Outcomes of this cohort have been in sight in this session; covering them would make nobody blind."
    ),
    "opened early": phrase("Outcomes were opened early, which every export says."),
}


def draw_blinding() -> None:
    """Draw the switch; once a page of outcomes was opened it says what is true and can no longer be moved."""
    desk = session.workspace()
    sight = desk.record.sight
    session.show(KEY, desk.is_covered)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle(
            phrase("Keep outcomes covered until the plan is locked"),
            key=KEY,
            on_change=_take,
            disabled=sight != "unseen",
            help=phrase(
                "No page and no file tells an outcome before the design is settled. Outcomes can be "
                "opened early, and every export then says so."
            ),
        )
        if sight in WHY_NOT:
            st.caption(WHY_NOT[sight])


def _take() -> None:
    desk = session.workspace()
    gate = desk.form.gate.model_copy(update={"blinded": bool(session.shown(KEY))})
    desk.change(replace(desk.form, gate=gate))
