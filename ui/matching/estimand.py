"""Whom the effect refers to, before anything is shown of the design that decides it."""

from analysis.design.description import describe_design, estimand_sentence
from analysis.phrases import capitalised, phrase
from ui import screen as st
from ui.exhibit import draw_notes, plain
from ui.language import as_html
from ui.workspace import StudyState


def draw_estimand(state: StudyState) -> None:
    """Say whom the effect refers to, how the arms were made comparable, and what is doubtful about it."""
    if state.design is None or state.patients is None or state.settings is None:
        return
    st.html(f'<div class="mce-words"><p>{as_html(estimand_sentence(state.patients, state.design))}</p></div>')
    words = capitalised(describe_design(state.settings, state.design))
    st.caption(plain(phrase("{sentence}.", sentence=words)))
    draw_notes(state.design.notes)
