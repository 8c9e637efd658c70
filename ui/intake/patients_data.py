"""The card that asks what becomes of columns that may tell who a patient is, before anything is kept."""

from collections import Counter
from collections.abc import Callable
from html import escape

from analysis.cohort.privacy.personal import PersonalColumn, Protection
from analysis.errors import AnalysisError
from analysis.phrases import join_phrases, phrase
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.intake.intake import Intake
from ui.intake.words import KINDS, PROTECTIONS
from ui.language import as_html


def draw_patients_data(intake: Intake) -> None:
    """Draw one row for each column that was found, with the proposal chosen, and the button that uses the cohort."""
    number = session.remembered("intake_number", 0)
    count = len(intake.personal)
    found = (
        phrase("1 column may tell who a patient is.")
        if count == 1
        else phrase("{n} columns may tell who a patient is.", n=count)
    )
    rule = phrase(
        "Nothing of this file is used before you decide. What is left out is forgotten at once; a code is the same "
        "for the same patient in this session only."
    )
    with st.container(border=True, key="patients data", gap="small"):
        st.html(
            f'<div class="mce-personal-head"><h2>{as_html(phrase("Patients’ data"))}</h2>'
            f"<p><b>{as_html(found)}</b> {as_html(rule)}</p></div>"
        )
        actions = {item.column: _draw_row(item, f"{number} {row}") for row, item in enumerate(intake.personal)}
        for problem in session.remembered("patients_data_problems", ()):
            st.error(plain(problem), icon=":material/error:")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                phrase("Use this cohort"),
                type="primary",
                icon=":material/check:",
                key="use cohort",
                on_click=_use,
                args=(actions,),
            )
            st.button(phrase("Cancel"), icon=":material/close:", key="cancel intake", on_click=session.drop_intake)
            st.caption(_outcome(actions))


def _draw_row(item: PersonalColumn, key: str) -> Protection:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"personal {key}"
    ):
        st.html(
            f'<div class="mce-personal"><b>{escape(item.column)}</b> <span>{as_html(KINDS[item.kind])}</span>'
            f"<p>{as_html(item.reason)}</p></div>",
            width="stretch",
        )
        chosen = st.segmented_control(
            phrase("What becomes of {column}", column=plain(item.column)),
            [name for name in PROTECTIONS if name in item.possible],
            default=item.proposed,
            required=True,
            format_func=lambda name: PROTECTIONS[name],
            key=f"protection {key}",
            label_visibility="collapsed",
            width="content",
        )
    return chosen or item.proposed


def _outcome(actions: dict[str, Protection]) -> str:
    counts = Counter(actions.values())
    done: list[tuple[Protection, Callable[[int], str]]] = [
        ("drop", lambda n: phrase("{n} left out", n=n)),
        ("hash", lambda n: phrase("{n} replaced by codes", n=n)),
        ("interval", lambda n: phrase("{n} turned into intervals", n=n)),
        ("keep", lambda n: phrase("{n} kept as they are", n=n)),
    ]
    parts = [words(counts[name]) for name, words in done if counts[name]]
    return phrase("Of these columns, {parts}.", parts=join_phrases(parts, ", "))


def _use(actions: dict[str, Protection]) -> None:
    try:
        session.use_intake(actions)
    except AnalysisError as error:
        session.remember("patients_data_problems", error.problems)
    else:
        session.remember("patients_data_problems", ())
        session.remember("upload_report", None)
