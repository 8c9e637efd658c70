"""The card that says how a file was read, and reads it differently."""

from dataclasses import replace
from html import escape
from typing import Any, Literal, cast

import streamlit as st

from analysis.cohort.formats.encoding import ENCODINGS
from analysis.cohort.reading_options import ReadingOptions
from ui import session
from ui.exhibit import plain
from ui.intake import words
from ui.intake.intake import HAS_ENCODING, HAS_HEADER_ROW, Intake

AS_FOUND = "As found"
FEW_NOTES = 2
"""So many notes are in sight; more are folded."""

PREVIEWED_COLUMNS = 8
PREVIEWED_CELL = 18
"""Characters of a cell that are shown."""


def draw_intake(intake: Intake) -> None:
    """Draw what was read of the file, in words, with the controls that read it differently."""
    number = session.remembered("intake_number", 0)
    with st.container(border=True, key="intake", gap="xsmall"):
        if intake.cohort is None:
            _draw_failure(intake)
        else:
            _draw_success(intake)
        if intake.can_be_read_again:
            with st.expander(
                "Read it differently",
                icon=":material/tune:",
                expanded=intake.cohort is None,
                key=f"differently {number}",
            ):
                _draw_controls(intake)
        elif intake.cohort is None:
            st.button("Dismiss", icon=":material/close:", key="dismiss intake", on_click=session.drop_intake)
        elif intake.is_kept:
            st.caption("Read where the server keeps it. To read other columns of it, open it again.")
        else:
            st.caption(
                "The file itself is no longer in memory. To read it differently, or to decide otherwise about its "
                "patients’ data, drop it again."
            )


def _draw_success(intake: Intake) -> None:
    cohort = intake.cohort
    assert cohort is not None
    state = "not used yet" if intake.waits else "on the desk"
    st.html(
        f'<div class="mce-intake"><div class="head"><span class="name">{escape(words.title(intake))}</span>'
        f'<span class="size">{escape(words.size(cohort))}</span><span class="state {state.split()[0]}">{state}</span></div>'
        f"<p>{escape(words.reading_sentence(cohort))}</p>{_notes(intake)}</div>"
    )


def _notes(intake: Intake) -> str:
    assert intake.cohort is not None
    texts = list(dict.fromkeys(note.text for note in intake.cohort.notes))
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    if len(texts) <= FEW_NOTES:
        return f"<ul>{items}</ul>" if texts else ""
    return f"<details><summary>{len(texts)} things were noticed on reading</summary><ul>{items}</ul></details>"


def _draw_failure(intake: Intake) -> None:
    problems = "\n".join(f"- {plain(text)}" for text in intake.problems)
    st.error(
        f"**{plain(words.title(intake))}** could not be read.\n\n{problems}\n\n"
        "What was on the desk before is still there.",
        icon=":material/error:",
    )


def _draw_controls(intake: Intake) -> None:
    """The controls, new after each reading, as they show what that one found; a change is read at once."""
    number = session.remembered("reading_number", 0)
    if intake.preview:
        st.html(_preview_table(intake))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="intake controls"):
        options = ReadingOptions(
            sheet=_sheet(intake, number),
            header_row=_header_row(intake, number),
            encoding=_encoding(intake, number),
            date_order=_date_order(intake, number),
        )
        _draw_ways_out(intake)
    if options != intake.options:
        if options.sheet != intake.options.sheet:
            options = replace(options, header_row=None)  # another sheet has a row of names of its own
        with st.spinner("Reading …"):
            session.read_intake_again(options)
        st.rerun()


def _draw_ways_out(intake: Intake) -> None:
    if intake.cohort is None:
        st.button("Cancel", icon=":material/close:", key="cancel intake", on_click=session.drop_intake)
    elif not intake.waits:
        st.button(
            "Forget the file", icon=":material/delete_sweep:", key="forget file", on_click=session.forget_file,
            help="The cohort stays on the desk; the file itself, which is kept so that it can be read differently, goes.",
        )  # fmt: skip


def _sheet(intake: Intake, number: int) -> str | None:
    if len(intake.sheets) < 2:
        return intake.options.sheet
    found = intake.options.sheet or (intake.cohort.sheet if intake.cohort else None)
    place = intake.sheets.index(found) if found in intake.sheets else 0
    chosen = st.selectbox("Sheet", intake.sheets, index=place, key=f"sheet {number}", width=230)
    return intake.options.sheet if chosen == found else chosen


def _header_row(intake: Intake, number: int) -> int | None:
    if intake.cohort is not None and intake.cohort.file_format not in HAS_HEADER_ROW:
        return None
    if intake.cohort is None and not intake.preview:
        return intake.options.header_row
    found = intake.options.header_row or (intake.cohort.header_row if intake.cohort else None) or 1
    chosen = st.number_input(
        "Row with the columns’ names", min_value=1, max_value=1000, value=found, step=1, key=f"header row {number}",
        width=230, help="Counted from the top of the file or sheet; the marked row of the table above.",
    )  # fmt: skip
    return intake.options.header_row if chosen == found else int(chosen)


def _encoding(intake: Intake, number: int) -> str | None:
    if intake.cohort is not None and intake.cohort.file_format not in HAS_ENCODING:
        return None
    found = intake.cohort.encoding if intake.cohort and intake.options.encoding is None else None
    as_found = f"{AS_FOUND} ({words.encoding_name(found)})" if found else AS_FOUND
    choices = [None, *ENCODINGS]
    given = intake.options.encoding
    chosen = st.selectbox(
        "Encoding of the text", choices, index=choices.index(given) if given in choices else 0, key=f"encoding {number}",
        format_func=lambda codec: as_found if codec is None else words.encoding_name(codec), width=250,
    )  # fmt: skip
    return given if given is not None and given not in choices and chosen is None else chosen


def _date_order(intake: Intake, number: int) -> Literal["day_first", "month_first"] | None:
    choices: list[Any] = [None, *words.DATE_ORDERS]
    chosen = st.selectbox(
        "Dates such as 03/04/2024", choices, index=choices.index(intake.options.date_order), key=f"date order {number}",
        format_func=lambda order: AS_FOUND if order is None else words.DATE_ORDERS[order], width=250,
    )  # fmt: skip
    return cast(Literal["day_first", "month_first"] | None, chosen)


def _preview_table(intake: Intake) -> str:
    """The first rows as they stand, the row of the names marked."""
    header = intake.options.header_row or (intake.cohort.header_row if intake.cohort else None)
    width = max(len(row) for row in intake.preview)
    rows = []
    for number, row in enumerate(intake.preview, start=1):
        cells = "".join(f"<td>{escape(_short(cell))}</td>" for cell in row[:PREVIEWED_COLUMNS])
        more = "<td>…</td>" if width > PREVIEWED_COLUMNS else ""
        mark = ' class="names" aria-label="names of the columns"' if number == header else ""
        rows.append(f'<tr{mark}><th scope="row">{number}</th>{cells}{more}</tr>')
    caption = f"The first {len(rows)} rows as they stand" if len(rows) > 1 else "The first row as it stands"
    return f'<div class="mce-preview" tabindex="0"><table><caption>{caption}</caption>{"".join(rows)}</table></div>'


def _short(cell: str) -> str:
    cell = " ".join(cell.split())
    return cell if len(cell) <= PREVIEWED_CELL else f"{cell[: PREVIEWED_CELL - 1]}…"
