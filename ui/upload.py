"""Bringing a cohort or a saved study in, going back, and deleting everything."""

import hashlib
from dataclasses import dataclass, field
from pathlib import PurePath

from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import AnalysisError
from analysis.manuscript.capsule import read_capsule
from analysis.phrases import phrase
from analysis.settings import StudySettings
from ui import screen as st
from ui import session
from ui.departures import forget_upload
from ui.exhibit import plain
from ui.intake.capsule import PendingCapsule, other_cohort_words, waiting_words
from ui.intake.card import draw_intake
from ui.intake.intake import PASTED, options_of_study
from ui.intake.kept_card import draw_kept
from ui.intake.patients_data import draw_patients_data
from ui.intake.words import size
from ui.language import as_html, said

COHORT_TYPES = (
    *("csv", "tsv", "txt", "tab", "xlsx", "xlsm", "xls", "xlsb", "ods", "parquet", "pq"),
    *("sas7bdat", "xpt", "sav", "zsav", "por", "dta"),
)
STUDY_TYPES = ("yaml", "yml", "json")
CAPSULE_TYPES = ("zip",)


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
        draw_kept()
    with right:
        _draw_desk()
    _draw_report(session.remembered("upload_report"))
    _draw_capsule()
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
    with place:
        files = st.file_uploader(
            phrase("Drop a cohort, a saved study file, or both; or a capsule"),
            type=[*COHORT_TYPES, *STUDY_TYPES, *CAPSULE_TYPES],
            accept_multiple_files=True,
            key=f"upload {number}",
            help=phrase(
                "Excel, CSV and other text, OpenDocument, Parquet, SAS, SPSS or Stata; study files "
                "are YAML, capsules ZIP. Read in memory and forgotten when the session ends; nothing "
                "is written or sent anywhere."
            ),
        )
    if not files:
        return
    # A new uploader holds no bytes of the old one, whatever comes of them.
    session.remember("upload_number", number + 1)
    contents = [(file.name, file.getvalue()) for file in files]
    for file in files:
        forget_upload(file.file_id)
    with place, st.spinner(phrase("Reading …")):
        session.remember("upload_report", _take_files(contents))
    st.rerun()


def _draw_paste() -> None:
    number = session.remembered("paste_number", 0)
    with st.expander(phrase("Paste a table"), icon=":material/content_paste:", key=f"paste card {number}"):
        st.text_area(
            phrase("Copy the cells in Excel, with the row of names, and paste them here"),
            key=f"paste {number}",
            height=110,
            placeholder="patient\tarm\tage\tos_months\tdead",
        )
        st.button(phrase("Read the table"), icon=":material/check:", key=f"read paste {number}", on_click=_take_paste)


def _take_paste() -> None:
    number = session.remembered("paste_number", 0)
    text = session.shown(f"paste {number}") or ""
    report = Report()
    if text.strip():
        with st.spinner(phrase("Reading …")):
            session.take_cohort(text.encode(), PASTED, ReadingOptions())
        session.forget(f"paste {number}")
        session.remember("paste_number", number + 1)
    else:
        report.wrong.append(
            phrase("There is nothing to read yet: copy the cells in Excel, paste them into the box, and try again.")
        )
    session.remember("upload_report", report)


def _take_files(files: list[tuple[str, bytes]]) -> Report:
    """The study first, as it says how its cohort is read; then the cohort; then the study onto what is on the desk."""
    report = Report()
    session.remember("capsule opened", None)
    _take_capsules([file for file in files if _is_capsule(file[0])], report)
    files = [file for file in files if not _is_capsule(file[0])]
    cohorts = [file for file in files if not _is_study(file[0])]
    studies = [found for file in files if _is_study(file[0]) and (found := _read_study(*file, report)) is not None]
    study = studies[-1] if studies else None
    if len(cohorts) > 1:
        report.left.append(_left_words(cohorts[0][0], len(cohorts) - 1))
    if cohorts:
        _take_cohort(*cohorts[0], None if study is None else study[1], report)
    elif study is not None:
        session.apply_study(study[1])
    if study is not None:
        report.read.append(
            phrase("Study file {name} will be applied to the cohort.", name=study[0])
            if session.is_waiting()
            else phrase("Study file {name} is applied to the cohort.", name=study[0])
        )
    return report


def _left_words(name: str, n_left: int) -> str:
    """That one cohort was read, and others were not."""
    if n_left == 1:
        return phrase(
            "One cohort at a time: {name} was read and 1 more was not. Drop the others one by one.", name=name
        )
    return phrase(
        "One cohort at a time: {name} was read and {n} more were not. Drop the others one by one.", name=name, n=n_left
    )


def _take_cohort(name: str, content: bytes, study: StudySettings | None, report: Report) -> None:
    """Read a cohort as its study says: the one dropped with it, or that of the capsule that waits for this file."""
    pending = session.pending_capsule()
    if pending is not None:
        digest = hashlib.sha256(content).hexdigest()
        if pending.is_of(digest):
            study = study or pending.capsule.settings
        else:
            report.left.append(other_cohort_words(pending, name, digest))
    options = options_of_study(study.cohort) if study is not None else ReadingOptions()
    session.take_cohort(content, name, options, study=study)


def _take_capsules(files: list[tuple[str, bytes]], report: Report) -> None:
    """The last capsule that can be read waits for its cohort, which it may hold itself."""
    for name, content in files:
        try:
            pending = PendingCapsule(name=name, capsule=read_capsule(content))
        except AnalysisError as error:
            report.wrong.extend(_problem_of(name, problem) for problem in error.problems)
            continue
        session.take_capsule(pending)
        capsule = pending.capsule
        if capsule.cohort is not None and session.pending_capsule() is pending:
            inside = PurePath(capsule.cohort_name or capsule.cohort_file or "").name
            _take_cohort(inside, capsule.cohort, None, report)


def _is_capsule(name: str) -> bool:
    return name.lower().rsplit(".", 1)[-1] in CAPSULE_TYPES


def _draw_capsule() -> None:
    """What a capsule brought back, or what it waits for."""
    opened = session.remembered("capsule opened")
    if opened is not None:
        st.success(plain(opened[0]), icon=":material/check:")
        for problem in opened[1]:
            st.warning(plain(problem), icon=":material/info:")
    pending = session.pending_capsule()
    if pending is None or session.is_waiting():
        return
    st.info(plain(waiting_words(pending)), icon=":material/hourglass_empty:")
    with st.container(horizontal=True, gap="small", key="capsule actions"):
        st.button(
            phrase("Use its study with the cohort on the desk"),
            icon=":material/input:",
            on_click=_use_study_of_capsule,
            help=phrase(
                "Another cohort than the one it was written of: its numbers will be others, and what "
                "was examined there is not brought back."
            ),
        )
        st.button(phrase("Forget the capsule"), icon=":material/close:", on_click=session.take_capsule, args=(None,))


def _use_study_of_capsule() -> None:
    pending = session.pending_capsule()
    if pending is not None:
        session.apply_study(pending.capsule.settings)
        session.take_capsule(None)
        report = Report(
            read=[phrase("The study of the capsule {name} is applied to the cohort on the desk.", name=pending.name)]
        )
        session.remember("upload_report", report)


def _read_study(name: str, content: bytes, report: Report) -> tuple[str, StudySettings] | None:
    try:
        return name, session.read_study(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        report.wrong.append(
            phrase("{name}: a study file must be text in UTF-8; this one is not. Save it again as UTF-8.", name=name)
        )
    except AnalysisError as error:
        report.wrong.extend(_problem_of(name, problem) for problem in error.problems)
    return None


def _problem_of(name: str, problem: str) -> str:
    return phrase("{name}: {problem}", name=name, problem=problem)


def _is_study(name: str) -> bool:
    return name.lower().rsplit(".", 1)[-1] in STUDY_TYPES


def _draw_report(report: Report | None) -> None:
    if report is None:
        return
    if report.wrong:
        st.error(
            "\n".join(f"- {plain(text)}" for text in report.wrong)
            + "\n\n"
            + said(phrase("What was on the desk before is still there.")),
            icon=":material/error:",
        )
    for text in report.left:
        st.warning(plain(text), icon=":material/info:")
    for text in report.read:
        st.success(plain(text), icon=":material/check:")


def _draw_desk() -> None:
    desk = session.workspace()
    name = phrase("sample study") if desk.is_sample else desk.name
    st.html(
        f'<p class="mce-desk">{as_html(phrase("On the desk:"))} <b>{as_html(name)}</b>, '
        f"<span>{as_html(size(desk.cohort))}</span></p>"
    )
    with st.container(horizontal=True, gap="small", key="desk actions"):
        if not desk.is_sample:
            st.button(phrase("Sample study"), icon=":material/science:", on_click=_open_sample)
        if session.can_go_back():
            st.button(phrase("Back to the earlier cohort"), icon=":material/undo:", on_click=_go_back)
        st.button(
            phrase("Delete everything now"),
            icon=":material/delete:",
            on_click=session.delete_everything,
            help=phrase("Forgets the cohort, every result and every choice of this session at once."),
        )
    st.caption(
        phrase("A reload of the page forgets the cohort. Save the study file on the Report page to come back to it.")
    )


def _open_sample() -> None:
    session.remember("upload_report", None)
    session.open_sample()


def _go_back() -> None:
    session.remember("upload_report", None)
    session.go_back()
