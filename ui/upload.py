"""Bringing a cohort or a saved study in, going back, and deleting everything."""

import streamlit as st

from analysis.errors import AnalysisError
from ui import session
from ui.exhibit import plain

COHORT_TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "parquet"]
STUDY_TYPES = ["yaml", "yml", "json"]


def draw_upload() -> None:
    """The place to drop files on, and what lies on the desk now."""
    number = session.remembered("upload_number", 0)
    left, right = st.columns([3, 2], gap="large")
    with left:
        files = st.file_uploader(
            "Drop a cohort (CSV, TSV, XLSX, Parquet), a saved study file (YAML), or both",
            type=[*COHORT_TYPES, *STUDY_TYPES], accept_multiple_files=True, key=f"upload {number}",
            help="Read in memory and forgotten when the session ends; nothing is written or sent anywhere.",
        )  # fmt: skip
        if files:
            contents = [(file.name, file.getvalue()) for file in files]
            with st.spinner("Reading …"):
                session.remember("upload_report", _take_files(contents))
            # A new uploader holds no bytes of the old one.
            session.remember("upload_number", number + 1)
            st.rerun()
    with right:
        _draw_desk()
    _draw_report(*session.remembered("upload_report", ((), ())))


def _take_files(files: list[tuple[str, bytes]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cohorts first, then studies, so that both can be dropped together; what was read, and what was wrong."""
    read, wrong = [], []
    for name, content in sorted(files, key=lambda file: _is_study(file[0])):
        try:
            if _is_study(name):
                session.open_study(content.decode("utf-8-sig"))
                read.append(f"Study file {name} is applied to the cohort.")
            else:
                session.open_cohort(content, name)
                cohort = session.workspace().cohort
                rows, columns = cohort.table.shape
                read.append(
                    f"{name}: {rows:,} rows, {columns:,} columns ({cohort.file_format}). Check below what each column is."
                )
        except UnicodeDecodeError:
            wrong.append(f"{name}: a study file must be text in UTF-8; this one is not. Save it again as UTF-8.")
        except AnalysisError as error:
            wrong.extend(f"{name}: {problem}" for problem in error.problems)
    return tuple(read), tuple(wrong)


def _is_study(name: str) -> bool:
    return name.lower().rsplit(".", 1)[-1] in STUDY_TYPES


def _draw_report(read: tuple[str, ...], wrong: tuple[str, ...]) -> None:
    if wrong:
        st.error(
            "\n".join(f"- {plain(text)}" for text in wrong) + "\n\nWhat was on the desk before is still there.",
            icon=":material/error:",
        )
    for text in read:
        st.success(plain(text), icon=":material/check:")


def _draw_desk() -> None:
    desk = session.workspace()
    rows, columns = desk.cohort.table.shape
    st.markdown(f"**On the desk:** {plain(desk.name)}  \n{rows:,} rows, {columns:,} columns")
    with st.container(horizontal=True):
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
    session.remember("upload_report", ((), ()))
    session.open_sample()


def _go_back() -> None:
    session.remember("upload_report", ((), ()))
    session.go_back()
