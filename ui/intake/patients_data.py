"""The card that asks what becomes of columns that may tell who a patient is, before anything is kept."""

from html import escape

import streamlit as st

from analysis.cohort.privacy.personal import PersonalColumn, Protection
from analysis.errors import AnalysisError
from ui import session
from ui.exhibit import plain
from ui.intake.intake import Intake
from ui.intake.words import KINDS, PROTECTIONS


def draw_patients_data(intake: Intake) -> None:
    """Draw one row for each column that was found, with the proposal chosen, and the button that uses the cohort."""
    number = session.remembered("intake_number", 0)
    count = len(intake.personal)
    columns = "1 column may" if count == 1 else f"{count} columns may"
    with st.container(border=True, key="patients data", gap="small"):
        st.html(
            '<div class="mce-personal-head"><h2>Patients’ data</h2>'
            f"<p><b>{columns} tell who a patient is.</b> Nothing of this file is used before you decide. "
            "What is left out is forgotten at once; a code is the same for the same patient in this session only.</p></div>"
        )
        actions = {item.column: _draw_row(item, f"{number} {row}") for row, item in enumerate(intake.personal)}
        for problem in session.remembered("patients_data_problems", ()):
            st.error(plain(problem), icon=":material/error:")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Use this cohort", type="primary", icon=":material/check:", key="use cohort", on_click=_use,
                args=(actions,),
            )  # fmt: skip
            st.button("Cancel", icon=":material/close:", key="cancel intake", on_click=session.drop_intake)
            st.caption(_outcome(actions))


def _draw_row(item: PersonalColumn, key: str) -> Protection:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"personal {key}"
    ):
        st.html(
            f'<div class="mce-personal"><b>{escape(item.column)}</b> <span>{KINDS[item.kind]}</span>'
            f"<p>{escape(item.reason)}</p></div>",
            width="stretch",
        )
        chosen = st.segmented_control(
            f"What becomes of {plain(item.column)}", [name for name in PROTECTIONS if name in item.possible],
            default=item.proposed, required=True, format_func=lambda name: PROTECTIONS[name],
            key=f"protection {key}", label_visibility="collapsed", width="content",
        )  # fmt: skip
    return chosen or item.proposed


def _outcome(actions: dict[str, Protection]) -> str:
    done = {
        "drop": "left out",
        "hash": "replaced by codes",
        "interval": "turned into intervals",
        "keep": "kept as they are",
    }
    counts = {words: sum(action == name for action in actions.values()) for name, words in done.items()}
    return "Of these columns, " + ", ".join(f"{count} {words}" for words, count in counts.items() if count) + "."


def _use(actions: dict[str, Protection]) -> None:
    try:
        session.use_intake(actions)
    except AnalysisError as error:
        session.remember("patients_data_problems", error.problems)
    else:
        session.remember("patients_data_problems", ())
        session.remember("upload_report", None)
