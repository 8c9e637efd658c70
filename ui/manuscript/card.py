"""The card of the manuscript: language and journal, documents, tables, the capsule, text and checklists."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from analysis.manuscript.capsule import capsule_bytes
from analysis.manuscript.documents import report_docx, report_html, report_pptx, tables_html
from analysis.manuscript.documents.progress import OnProgress
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.contents import manuscript_tables
from analysis.manuscript.tables.docx import docx_bytes
from analysis.manuscript.tables.latex import latex
from analysis.manuscript.tables.table import ManuscriptTable
from analysis.manuscript.tables.xlsx import xlsx_bytes
from analysis.phrases import phrase
from analysis.settings import ManuscriptSettings
from charts.files import MEDIA_TYPE
from charts.journal import JOURNALS, manuscript_style
from ui import screen as st
from ui import session
from ui.exhibit import file_name
from ui.figure_style import asked_style
from ui.manuscript.made import Document, draw_documents
from ui.manuscript.parts import in_words
from ui.manuscript.publication import Manuscript, manuscript_of
from ui.manuscript.text import draw_text
from ui.style_titles import title_in_words
from ui.workspace import StudyState

LANGUAGES = {"en": "English", "ko": "한국어", "ja": "日本語"}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw_manuscript(state: StudyState) -> None:
    """Offer the study as documents; each is made when it is asked for."""
    if state.settings is None:
        return
    with st.container(border=True, key="manuscript"):
        st.markdown(phrase("### Manuscript"))
        manuscript = manuscript_of(state)
        if manuscript is None:
            if state.is_covered:
                st.caption(phrase(":material/visibility_off: A report can be had once outcomes are uncovered."))
            else:
                st.caption(
                    phrase(
                        ":material/info: A report can be had once patients are matched or weighted: the warning at the "
                        "top of the page says what to change."
                    )
                )
            return
        st.caption(
            phrase(
                "Methods, results, figures, tables and checklists in the order of a paper, written "
                "from this run. No row of a patient is in them."
            )
        )
        _draw_choices()
        draw_documents(_documents(manuscript), manuscript.key)
        _draw_tables(manuscript)
        _draw_capsule(manuscript)
        draw_text(manuscript)


def _draw_choices() -> None:
    asked = asked_style()
    with st.container(horizontal=True):
        session.show("language of the manuscript", asked.language)
        st.selectbox(
            phrase("Language"),
            list(LANGUAGES),
            key="language of the manuscript",
            format_func=LANGUAGES.__getitem__,
            on_change=_take,
            args=("language",),
            width=160,
        )
        session.show("journal of the manuscript", asked.journal)
        st.selectbox(
            phrase("Journal"),
            list(JOURNALS),
            key="journal of the manuscript",
            format_func=lambda name: title_in_words(JOURNALS[name].title),
            on_change=_take,
            args=("journal",),
            width=260,
        )


def _take(name: str) -> None:
    desk = session.workspace()
    values = {**desk.form.manuscript.model_dump(), name: session.shown(f"{name} of the manuscript")}
    desk.change(replace(desk.form, manuscript=ManuscriptSettings.model_validate(values)))


def _documents(manuscript: Manuscript) -> tuple[Document, ...]:
    made = partial(_report, manuscript)
    return (
        Document(
            label=phrase("Report, HTML"),
            name="report html",
            extension="html",
            media_type="text/html",
            make=partial(made, report_html),
        ),
        Document(
            label=phrase("Report, Word"),
            name="report word",
            extension="docx",
            media_type=_WORD,
            make=partial(made, report_docx),
        ),
        Document(
            label=phrase("Slides, PowerPoint"),
            name="slides",
            extension="pptx",
            media_type=MEDIA_TYPE["pptx"],
            make=partial(made, report_pptx),
        ),
    )


def _report(manuscript: Manuscript, write: Callable[..., bytes], on_progress: OnProgress) -> bytes:
    publication = manuscript.publication()
    with session.turn():
        return write(publication, on_progress=in_words(publication, on_progress))


def _draw_tables(manuscript: Manuscript) -> None:
    with st.container(horizontal=True):
        for label, name, extension, media_type, write in (
            (phrase("All tables, Word"), "tables word", "docx", _WORD, docx_bytes),
            ("Excel", "tables excel", "xlsx", _EXCEL, xlsx_bytes),
            ("LaTeX", "tables latex", "tex", "application/x-tex", _latex),
        ):
            _button(label, partial(_tables, manuscript, write), name, extension, media_type)
        _button("HTML", lambda: tables_html(manuscript.publication()), "tables html", "html", "text/html")


def _tables(manuscript: Manuscript, write: Callable[[tuple[ManuscriptTable, ...]], bytes]) -> bytes:
    publication = manuscript.publication()
    with manuscript_style(publication.result.settings.manuscript):
        return write(manuscript_tables(publication))


def _latex(tables: tuple[ManuscriptTable, ...]) -> bytes:
    return "\n\n".join(latex(table) for table in tables).encode()


def _draw_capsule(manuscript: Manuscript) -> None:
    patients = False
    if not session.hidden_below():
        patients = st.checkbox(
            phrase("Put patients' rows into the capsule"),
            key="capsule with patients",
            help=phrase("Off: the capsule knows the cohort by its digest alone."),
        )
    if patients:
        st.warning(
            phrase(
                "The capsule will hold a row for every patient, with set and weight. Keep it as you keep patient data."
            ),
            icon=":material/privacy_tip:",
        )
    _button(
        phrase("Capsule, ZIP"),
        lambda: _capsule(manuscript.publication(), patients),
        "capsule",
        "zip",
        "application/zip",
    )


def _capsule(publication: Publication, patients: bool) -> bytes:
    return capsule_bytes(publication, patients=patients)


def _button(label: str, data: Callable[[], bytes], name: str, extension: str, media_type: str) -> None:
    st.download_button(
        label, session.of_this_session(data, name), file_name=file_name(name, extension), mime=media_type,
        key=f"download {name}", on_click="ignore", icon=":material/download:",
    )  # fmt: skip
