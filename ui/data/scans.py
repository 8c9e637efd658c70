"""The card of a second file with a row a scan: dropped, read in memory, its columns chosen, forgotten with the cohort."""

from typing import Any

import pandas as pd

from analysis.cohort.isolation import read_cohort_isolated
from analysis.cohort.reading import Cohort
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.settings import ScansSettings
from ui import screen as st
from ui import session
from ui.data.card import action, draw_words
from ui.departures import forget_upload
from ui.exhibit import plain
from ui.form import ID, response_names
from ui.form.changes import with_response_from_scans
from ui.workspace import StudyState, Workspace

NONE = "none"
PARTS = {
    "id": phrase("Patient’s id"),
    "date": phrase("Date, or day since time zero"),
    "sum": phrase("Sum of diameters, mm (RECIST 1.1)"),
    "viable_sum": phrase("Viable sum, mm (mRECIST)"),
    "new_lesion": phrase("New lesion, yes or no"),
    "non_target": phrase("Non-target lesions, CR to PD"),
}
REQUIRED = ("id", "date")
WORDS = {
    "date": ("date", "day", "scan"),
    "viable_sum": ("viable", "enhanc", "mrecist"),
    "sum": ("sum", "diameter", "sld", "size"),
    "new_lesion": ("new",),
}
NAMES = {"recist": "RECIST 1.1 from scans", "mrecist": "mRECIST from scans"}
"""What the endpoints are called in the study."""

OFFERS = {"recist": phrase("Add RECIST 1.1 from scans"), "mrecist": phrase("Add mRECIST from scans")}
TYPES = ("csv", "tsv", "txt", "xlsx", "xls", "xlsb", "ods", "parquet", "sas7bdat", "xpt", "sav", "dta")


def draw_scans(state: StudyState) -> None:
    """Draw what is known of the file of scans, or the place to drop it on."""
    desk = session.workspace()
    with st.container(border=True, key="scans card", gap="xsmall"):
        if desk.cohort.scans is None:
            _draw_drop(desk)
        else:
            _draw_present(desk, desk.cohort.scans, state)
        for problem in session.remembered("scans problems", ()):
            st.error(plain(problem), icon=":material/error:")


def _draw_drop(desk: Workspace) -> None:
    draw_words(
        phrase("Scans"),
        phrase(
            "A second file with one row a scan tells best responses by RECIST 1.1 and mRECIST, "
            "when patients responded, and for how long. It is not needed where the cohort has "
            "best responses."
        ),
        (
            phrase(
                "Its columns: the patient’s id, a date or day, sums of lesions in mm, and whether a "
                "new lesion was seen."
            ),
        ),
    )
    if not desk.form.columns(ID):
        st.caption(phrase("Scans are joined to their patients by id: choose the cohort's id column first."))
        return
    number = session.remembered("scans number", 0)
    file = st.file_uploader(
        phrase("Drop the file of scans"),
        type=list(TYPES),
        key=f"scans upload {number}",
        help=phrase("Read in memory and forgotten with the cohort; nothing is written or sent anywhere."),
    )
    if file is None:
        return
    session.remember("scans number", number + 1)  # a new uploader holds no bytes of this one
    content = file.getvalue()
    forget_upload(file.file_id)
    with st.spinner(phrase("Reading …")):
        session.remember("scans problems", _take(desk, file.name, content))
    st.rerun()


def _take(desk: Workspace, name: str, content: bytes) -> tuple[str, ...]:
    """Read the file, without columns that may tell who a patient is, and guess its columns; what is wrong with it."""
    order: Any = desk.form.date_order
    try:
        scans = read_cohort_isolated(content, name, ReadingOptions(date_order=order))
        identifier = _id_column(desk, scans)
        scans = session.protect_scans(scans, identifier)
    except AnalysisError as error:
        return error.problems
    settings = _asked(desk, scans, name) or guess_scans(scans, identifier, name)
    if settings is None:
        return (
            phrase(
                "A file of scans must hold the ids of the cohort's patients and a date or a day; no "
                "such columns were found."
            ),
        )
    desk.take_scans(scans, settings)
    return ()


def _asked(desk: Workspace, scans: Cohort, name: str) -> ScansSettings | None:
    """The columns that the study names already, where this file has them all."""
    asked = desk.form.scans
    if asked is None:
        return None
    named = [getattr(asked, part) for part in PARTS]
    has_all = all(column in scans.table for column in named if column is not None)
    return asked.model_copy(update={"file": name}) if has_all else None


def _id_column(desk: Workspace, scans: Cohort) -> str | None:
    """The column that the study names, else the one with the name of the cohort's id, else the first one."""
    names = [str(name) for name in scans.table]
    if desk.form.scans is not None and desk.form.scans.id in names:
        return desk.form.scans.id
    wanted = desk.form.columns(ID)[0].casefold()
    return next((name for name in names if name.casefold() == wanted), names[0] if names else None)


def guess_scans(scans: Cohort, identifier: str | None, name: str) -> ScansSettings | None:
    """What the columns of a file of scans seem to be, by their names and what they hold; None without id and day."""
    free = [str(column) for column in scans.table if str(column) != identifier]
    found: dict[str, Any] = {}
    dates = [column for column in free if pd.api.types.is_datetime64_any_dtype(scans.table[column])]
    for part, words in WORDS.items():
        named = [column for column in free if any(word in column.casefold() for word in words)]
        chosen = (dates or named) if part == "date" else named
        if chosen:
            found[part] = chosen[0]
            free.remove(chosen[0])
    if identifier is None or "date" not in found:
        return None
    return ScansSettings(file=name, id=identifier, **found)


def _draw_present(desk: Workspace, scans: Cohort, state: StudyState) -> None:
    rows = len(scans.table)
    known = state.patients.scans if state.patients is not None else None
    sentence = (
        phrase("{n:,} scans in the second file", n=rows)
        if known is None
        else phrase(
            "{n:,} scans in the second file, {joined:,} of them of {n_patients:,} patients studied",
            n=rows,
            joined=known.day.size,
            n_patients=len(set(known.patient.tolist())),
        )
    )
    draw_words(
        phrase("Scans"),
        sentence,
        tuple(note.text for note in scans.notes),
    )
    with st.popover(phrase("Choose columns"), type="tertiary", icon=":material/edit:", key="scans columns"):
        _draw_columns(desk, scans)
    if desk.form.scans is not None:
        with st.container(horizontal=True, gap="small", key="scans actions"):
            for criterion, part in (("recist", "sum"), ("mrecist", "viable_sum")):
                given = (
                    getattr(desk.form.scans, part) is not None and criterion not in desk.form.response_scans.values()
                )
                if given and NAMES[criterion] not in response_names(desk.form):
                    action(OFFERS[criterion], "add", "scans", _add, criterion)
            action(phrase("Forget the scans"), "delete_sweep", "scans", _forget)


def _draw_columns(desk: Workspace, scans: Cohort) -> None:
    columns = [str(name) for name in scans.table]
    for part, words in PARTS.items():
        now = getattr(desk.form.scans, part) if desk.form.scans is not None else None
        choices = columns if part in REQUIRED else [NONE, *columns]
        session.show(f"scans {part}", now if now in columns else choices[0])
        st.selectbox(words, choices, key=f"scans {part}", on_change=_take_columns, format_func=_column_words)
    session.show("scans confirmed", desk.form.scans is not None and desk.form.scans.confirmed)
    st.toggle(
        phrase("Responses need a second scan at least four weeks later"), key="scans confirmed", on_change=_take_columns
    )


def _column_words(name: str) -> str:
    return phrase("none") if name == NONE else name


def _take_columns() -> None:
    desk = session.workspace()
    shown = {part: session.shown(f"scans {part}") for part in PARTS}
    chosen: dict[str, Any] = {part: None if name == NONE else name for part, name in shown.items()}
    desk.take_scans(
        desk.cohort.scans,
        ScansSettings(
            file=desk.form.scans.file if desk.form.scans is not None else None,
            confirmed=bool(session.shown("scans confirmed")),
            **chosen,
        ),
    )


def _add(criterion: str) -> None:
    desk = session.workspace()
    desk.change(with_response_from_scans(desk.form, NAMES[criterion], criterion))


def _forget() -> None:
    session.remember("scans problems", ())
    session.workspace().take_scans(None, None)
