"""What stands where outcomes would be while they are covered, and the two ways to uncover them."""

from analysis.phrases import phrase
from analysis.plan import SHORT
from analysis.study.gate import gate_sentence
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.ledger.plan import desk_digest, go_to, lock_plan, show_outcomes, unlock_plan
from ui.messages import draw_headline, draw_problems
from ui.workspace import StudyState, Workspace


def draw_covered_page(title: str) -> None:
    """Draw a page of outcomes while they are covered: what stands in the way, the gate in a sentence, what can be done."""
    state = session.study_state()
    draw_headline(title)
    if not draw_problems(state):
        draw_cover(state)
        with st.container(horizontal=True):
            st.page_link("pages/matching.py", label=phrase("Go to Matching"), icon=":material/arrow_forward:")
            st.page_link("pages/report.py", label=phrase("Go to the ledger"), icon=":material/arrow_forward:")


def draw_cover(state: StudyState) -> None:
    """Say that outcomes are covered, how the design stands, and offer to lock it, to show outcomes or to open early."""
    desk = session.workspace()
    with st.container(border=True, key="cover"):
        st.markdown(phrase("### :material/visibility_off: Outcomes are covered"))
        if desk.record.sight == "locked":
            _draw_locked(desk)
        else:
            st.write(
                phrase(
                    "This study was opened blinded: no outcome is computed, on any page and for any "
                    "file, until the plan is locked. The Matching page shows how comparable the arms are."
                )
            )
        if state.gate is not None:
            st.caption(plain(gate_sentence(state.gate)))
        draw_actions(desk, state)


def draw_actions(desk: Workspace, state: StudyState) -> None:
    """The buttons that this state of sight allows."""
    record = desk.record
    with st.container(horizontal=True, vertical_alignment="center"):
        if record.sight == "locked":
            st.button(
                phrase("Show outcomes"),
                type="primary",
                icon=":material/visibility:",
                key="show outcomes",
                on_click=show_outcomes,
                args=(desk,),
                disabled=not record.can_show(desk_digest(desk)),
                help=phrase("Cannot be undone: what was seen was seen."),
            )
        elif record.can_lock:
            st.button(
                phrase("Lock the plan"),
                type="primary" if state.is_covered else "secondary",
                icon=":material/lock:",
                key="lock plan",
                on_click=lock_plan,
                args=(desk,),
                disabled=state.design is None,
                help=phrase(
                    "Keeps a digest of every setting of the analysis, so that anybody can tell whether it was kept to."
                ),
            )
        if record.can_unlock:
            st.button(
                phrase("Unlock"),
                icon=":material/lock_open:",
                key="unlock plan",
                on_click=unlock_plan,
                args=(desk,),
                type="tertiary",
                help=phrase("Nothing was learnt from the lock, so it can be taken back."),
            )
        if record.sight == "covered":
            with st.popover(phrase("Open outcomes early"), icon=":material/visibility:", type="tertiary"):
                st.write(
                    phrase(
                        "Opened without a locked plan, outcomes stay open, and every export says so. This "
                        "cannot be undone."
                    )
                )
                st.button(phrase("Open outcomes now"), key="open early", on_click=record.open_early)


def _draw_locked(desk: Workspace) -> None:
    lock = desk.record.ledger.lock
    assert lock is not None
    st.write(phrase("Plan `{digest}` is locked. Nobody has seen an outcome yet.", digest=lock.digest[:SHORT]))
    if not desk.record.can_show(desk_digest(desk)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(
                phrase(
                    "The study on the desk departs from the plan: go back to it to show its outcomes, or unlock it."
                ),
                icon=":material/alt_route:",
            )
            if desk.record.form(lock.digest) is not None:
                st.button(
                    phrase("Back to the plan"),
                    icon=":material/undo:",
                    key="back to plan",
                    on_click=go_to,
                    args=(desk, lock.digest),
                )
