"""The confirm card: how the cohort was understood, and every problem found in it."""

from html import escape

import streamlit as st

from analysis.cohort.checks import Problem, check_cohort
from analysis.reporting.confirmation import confirmation_sentences
from ui import session
from ui.exhibit import plain
from ui.workspace import StudyState


def draw_confirmation(state: StudyState) -> None:
    """Say in words what was taken for what."""
    st.markdown("## Please confirm")
    if state.patients is None or state.settings is None:
        st.info("The study is not complete yet; the checks below say what is missing.", icon=":material/info:")
        return
    lines = confirmation_sentences(session.workspace().cohort, state.patients, state.settings)
    words = "".join(f"<p><b>{escape(subject)}</b>: {escape(sentence)}</p>" for subject, sentence in lines)
    st.html(f'<div class="mce-words">{words}</div>')


def draw_checks(state: StudyState) -> None:
    """Say every problem of the cohort and of the study, the ones that stop it first."""
    st.markdown("## Checks")
    desk = session.workspace()
    problems: tuple[Problem, ...] = desk.kept(
        ("checks", repr(desk.form)), lambda: check_cohort(desk.cohort, state.settings)
    )
    stopping = dict.fromkeys((*state.problems, *(item.text for item in problems if item.severity == "error")))
    warnings = dict.fromkeys(
        (*(item.text for item in problems if item.severity == "warning"), *state.matching_problems)
    )
    if stopping:
        st.error("\n".join(f"- {plain(text)}" for text in stopping))
    if warnings:
        st.warning("\n".join(f"- {plain(text)}" for text in warnings))
    if not stopping and not warnings:
        st.success("Nothing that would stop or mislead the analysis was found.", icon=":material/check:")
    notes = [*desk.cohort.notes, *(state.patients.notes if state.patients else ())]
    for text in dict.fromkeys(note.text for note in notes):
        st.caption(f":material/info: {plain(text)}")
