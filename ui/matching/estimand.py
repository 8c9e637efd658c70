"""Whom the effect refers to, before anything is shown of the design that decides it."""

from html import escape

import streamlit as st

from analysis.design.description import describe_design, estimand_sentence
from ui.exhibit import draw_notes, plain
from ui.workspace import StudyState


def draw_estimand(state: StudyState) -> None:
    """Say whom the effect refers to, how the arms were made comparable, and what is doubtful about it."""
    if state.design is None or state.patients is None or state.settings is None:
        return
    st.html(f'<div class="mce-words"><p>{escape(estimand_sentence(state.patients, state.design))}</p></div>')
    phrase = describe_design(state.settings, state.design)
    st.caption(plain(f"{phrase[:1].upper()}{phrase[1:]}."))
    draw_notes(state.design.notes)
