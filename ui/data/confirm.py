"""The first step: how the cohort was understood, one card to a question."""

from collections.abc import Sequence

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.data.adverse_events import draw_adverse_events
from ui.data.covariates import draw_covariates, draw_known_later
from ui.data.other_columns import draw_dates_found, draw_id, draw_idle
from ui.data.outcome_choice import draw_outcome_choice
from ui.data.questions import Question, questions
from ui.data.response import draw_response
from ui.data.scans import draw_scans
from ui.data.survival import draw_survival
from ui.data.treatment import draw_treatment
from ui.exhibit import plain
from ui.workspace import StudyState


def draw_confirm(state: StudyState) -> None:
    """Ask for each thing that was understood whether it is right."""
    asked = questions(session.workspace())
    _draw_progress(asked, state)
    by_kind = {
        kind: [item for item in asked if item.answer.kind == kind]
        for kind in ("treatment", "survival", "response", "covariates", "id", "dates")
    }
    for item in by_kind["treatment"]:
        draw_treatment(item, state)
    for item in by_kind["survival"]:
        draw_survival(item, state)
    for item in by_kind["response"]:
        draw_response(item, state)
    draw_outcome_choice()
    draw_scans(state)
    draw_adverse_events()
    for item in by_kind["covariates"]:
        draw_covariates(item)
    draw_known_later()
    for item in by_kind["dates"]:
        draw_dates_found(item)
    for item in by_kind["id"]:
        draw_id(item)
    draw_idle()


def _draw_progress(asked: Sequence[Question], state: StudyState) -> None:
    unconfirmed = [item for item in asked if not item.confirmed and item.certainty != "set"]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="progress"):
        st.markdown(_progress(asked, unconfirmed, state))
        if unconfirmed:
            st.button(
                phrase("Confirm all"), icon=":material/done_all:", on_click=_confirm_all, args=(tuple(unconfirmed),)
            )


def _progress(asked: Sequence[Question], unconfirmed: Sequence[Question], state: StudyState) -> str:
    if state.settings is None:
        needed = "  \n".join(plain(text) for text in state.problems)
        return phrase("**Before the study can be run:**  \n{needed}", needed=needed)
    doubtful = [item for item in asked if item.is_open]
    if doubtful:
        return _of(len(doubtful), len(asked))
    if unconfirmed:
        return phrase("Is this right? Nothing looks doubtful.")
    return phrase("Everything here is confirmed, or was set by hand or by a study file.")


def _of(part: int, whole: int) -> str:
    if part == 1:
        return phrase(
            "Is this right? 1 of {whole} answers needs to be checked; the others are plain from the file.", whole=whole
        )
    return phrase(
        "Is this right? {part} of {whole} answers need to be checked; the others are plain from the file.",
        part=part,
        whole=whole,
    )


def _confirm_all(asked: tuple[Question, ...]) -> None:
    for item in asked:
        session.workspace().confirm(item.answer.key, item.answer.content)
