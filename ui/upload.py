"""Bringing a cohort or a saved study in, going back, and deleting everything."""

from dataclasses import dataclass, field
from html import escape

import streamlit as st

from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import AnalysisError
from analysis.settings import StudySettings
from ui import session
from ui.exhibit import plain
from ui.intake.card import draw_intake
from ui.intake.intake import PASTED, options_of_study
from ui.intake.patients_data import draw_patients_data
from ui.intake.words import size

COHORT_TYPES = (
    *("csv", "tsv", "txt", "tab", "xlsx", "xlsm", "xls", "xlsb", "ods", "parquet", "pq"),
    *("sas7bdat", "xpt", "sav", "zsav", "por", "dta"),
)
STUDY_TYPES = ("yaml", "yml", "json")


@dataclass(slots=True)
class Report:
    """What became of the files that were dropped together, besides the cohort itself."""

    read: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def draw_upload() -> bool:
    """Draw the place to drop files on, what lies on the desk, and the file on its way there.

    Returns
    -------
    bool
        False while a file waits for a person: what is on the desk is not what the person is busy with.
    """
    left, right = st.columns([11, 10], gap="medium")
    with left:
        _draw_drop()
        _draw_paste()
    with right:
        _draw_desk()
    _draw_report(session.remembered("upload_report"))
    intake = session.intake()
    if intake is None:
        return True
    draw_intake(intake)
    if intake.waits and intake.cohort is not None:
        draw_patients_data(intake)
    return not intake.waits


def _draw_drop() -> None:
    number = session.remembered("upload_number", 0)
    place = st.empty()
    files = place.file_uploader(
        "Drop a cohort, a saved study file, or both",
        type=[*COHORT_TYPES, *STUDY_TYPES], accept_multiple_files=True, key=f"upload {number}",
        help="Excel, CSV and other text, OpenDocument, Parquet, SAS, SPSS or Stata; study files are YAML. Read in memory "
        "and forgotten when the session ends; nothing is written or sent anywhere.",
    )  # fmt: skip
    if not files:
        return
    # A new uploader holds no bytes of the old one, whatever comes of them.
    session.remember("upload_number", number + 1)
    contents = [(file.name, file.getvalue()) for file in files]
    with place, st.spinner("Reading …"):
        session.remember("upload_report", _take_files(contents))
    st.rerun()


def _draw_paste() -> None:
    number = session.remembered("paste_number", 0)
    with st.expander("Paste a table", icon=":material/content_paste:", key=f"paste card {number}"):
        st.text_area(
            "Copy the cells in Excel, with the row of names, and paste them here", key=f"paste {number}", height=110,
            placeholder="patient\tarm\tage\tos_months\tdead",
        )  # fmt: skip
        st.button("Read the table", icon=":material/check:", key=f"read paste {number}", on_click=_take_paste)


def _take_paste() -> None:
    number = session.remembered("paste_number", 0)
    text = session.shown(f"paste {number}") or ""
    report = Report()
    if text.strip():
        with st.spinner("Reading …"):
            session.take_cohort(text.encode(), PASTED, ReadingOptions())
        session.forget(f"paste {number}")
        session.remember("paste_number", number + 1)
    else:
        report.wrong.append(
            "There is nothing to read yet: copy the cells in Excel, paste them into the box, and try again."
        )
    session.remember("upload_report", report)


def _take_files(files: list[tuple[str, bytes]]) -> Report:
    """The study first, as it says how its cohort is read; then the cohort; then the study onto what is on the desk."""
    report = Report()
    cohorts = [file for file in files if not _is_study(file[0])]
    studies = [found for file in files if _is_study(file[0]) and (found := _read_study(*file, report)) is not None]
    study = studies[-1] if studies else None
    if len(cohorts) > 1:
        rest = "1 more was" if len(cohorts) == 2 else f"{len(cohorts) - 1} more were"
        report.left.append(
            f"One cohort at a time: {cohorts[0][0]} was read and {rest} not. Drop the others one by one."
        )
    if cohorts:
        name, content = cohorts[0]
        options = options_of_study(study[1].cohort) if study is not None else ReadingOptions()
        session.take_cohort(content, name, options, study=study[1] if study is not None else None)
    elif study is not None:
        session.apply_study(study[1])
    if study is not None:
        where = "is applied to the cohort" if not session.is_waiting() else "will be applied to the cohort"
        report.read.append(f"Study file {study[0]} {where}.")
    return report


def _read_study(name: str, content: bytes, report: Report) -> tuple[str, StudySettings] | None:
    try:
        return name, session.read_study(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        report.wrong.append(f"{name}: a study file must be text in UTF-8; this one is not. Save it again as UTF-8.")
    except AnalysisError as error:
        report.wrong.extend(f"{name}: {problem}" for problem in error.problems)
    return None


def _is_study(name: str) -> bool:
    return name.lower().rsplit(".", 1)[-1] in STUDY_TYPES


def _draw_report(report: Report | None) -> None:
    if report is None:
        return
    if report.wrong:
        st.error(
            "\n".join(f"- {plain(text)}" for text in report.wrong) + "\n\nWhat was on the desk before is still there.",
            icon=":material/error:",
        )
    for text in report.left:
        st.warning(plain(text), icon=":material/info:")
    for text in report.read:
        st.success(plain(text), icon=":material/check:")


def _draw_desk() -> None:
    desk = session.workspace()
    st.html(
        f'<p class="mce-desk">On the desk: <b>{escape(desk.name)}</b>, <span>{escape(size(desk.cohort))}</span></p>'
    )
    with st.container(horizontal=True, gap="small", key="desk actions"):
        if not desk.is_sample:
            st.button("Sample study", icon=":material/science:", on_click=_open_sample)
        if session.can_go_back():
            st.button("Back to the earlier cohort", icon=":material/undo:", on_click=_go_back)
        st.button(
            "Delete everything now", icon=":material/delete:", on_click=session.delete_everything,
            help="Forgets the cohort, every result and every choice of this session at once.",
        )  # fmt: skip
    st.caption("A reload of the page forgets the cohort. Save the study file on the Report page to come back to it.")


def _open_sample() -> None:
    session.remember("upload_report", None)
    session.open_sample()


def _go_back() -> None:
    session.remember("upload_report", None)
    session.go_back()
