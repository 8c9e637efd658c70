"""The card that says how a file was read, and reads it differently."""

from dataclasses import replace
from html import escape
from typing import Any, Literal, cast

from analysis.cohort.formats.encoding import ENCODINGS
from analysis.cohort.reading_options import ReadingOptions
from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.intake import words
from ui.intake.intake import HAS_ENCODING, HAS_HEADER_ROW, Intake
from ui.language import as_html

AS_FOUND = phrase("As found")
NAMES_ROW = phrase("names of the columns")
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
                phrase("Read it differently"),
                icon=":material/tune:",
                expanded=intake.cohort is None,
                key=f"differently {number}",
            ):
                _draw_controls(intake)
        elif intake.cohort is None:
            st.button(phrase("Dismiss"), icon=":material/close:", key="dismiss intake", on_click=session.drop_intake)
        elif intake.is_kept:
            st.caption(phrase("Read where the server keeps it. To read other columns of it, open it again."))
        else:
            st.caption(
                phrase(
                    "The file itself is no longer in memory. To read it differently, or to decide "
                    "otherwise about its patients’ data, drop it again."
                )
            )


def _draw_success(intake: Intake) -> None:
    cohort = intake.cohort
    assert cohort is not None
    state = phrase("not used yet") if intake.waits else phrase("on the desk")
    where = f'<span class="state {state.split()[0]}">{as_html(state)}</span>'
    st.html(
        f'<div class="mce-intake"><div class="head"><span class="name">{as_html(words.title(intake))}</span>'
        f'<span class="size">{as_html(words.size(cohort))}</span>{where}</div>'
        f"<p>{as_html(words.reading_sentence(cohort))}</p>{_notes(intake)}</div>"
    )


def _notes(intake: Intake) -> str:
    assert intake.cohort is not None
    texts = list(dict.fromkeys(note.text for note in intake.cohort.notes))
    items = "".join(f"<li>{as_html(text)}</li>" for text in texts)
    if len(texts) <= FEW_NOTES:
        return f"<ul>{items}</ul>" if texts else ""
    summary = as_html(phrase("{n} things were noticed on reading", n=len(texts)))
    return f"<details><summary>{summary}</summary><ul>{items}</ul></details>"


def _draw_failure(intake: Intake) -> None:
    problems = "\n".join(f"- {plain(text)}" for text in intake.problems)
    st.error(
        phrase(
            "**{title}** could not be read.\n\n{problems}\n\nWhat was on the desk before is still there.",
            title=plain(words.title(intake)),
            problems=problems,
        ),
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
        with st.spinner(phrase("Reading …")):
            session.read_intake_again(options)
        st.rerun()


def _draw_ways_out(intake: Intake) -> None:
    if intake.cohort is None:
        st.button(phrase("Cancel"), icon=":material/close:", key="cancel intake", on_click=session.drop_intake)
    elif not intake.waits:
        st.button(
            phrase("Forget the file"),
            icon=":material/delete_sweep:",
            key="forget file",
            on_click=session.forget_file,
            help=phrase(
                "The cohort stays on the desk; the file itself, which is kept so that it can be read differently, goes."
            ),
        )


def _sheet(intake: Intake, number: int) -> str | None:
    if len(intake.sheets) < 2:
        return intake.options.sheet
    found = intake.options.sheet or (intake.cohort.sheet if intake.cohort else None)
    place = intake.sheets.index(found) if found in intake.sheets else 0
    chosen = st.selectbox(phrase("Sheet"), intake.sheets, index=place, key=f"sheet {number}", width=230)
    return intake.options.sheet if chosen == found else chosen


def _header_row(intake: Intake, number: int) -> int | None:
    if intake.cohort is not None and intake.cohort.file_format not in HAS_HEADER_ROW:
        return None
    if intake.cohort is None and not intake.preview:
        return intake.options.header_row
    found = intake.options.header_row or (intake.cohort.header_row if intake.cohort else None) or 1
    chosen = st.number_input(
        phrase("Row with the columns’ names"),
        min_value=1,
        max_value=1000,
        value=found,
        step=1,
        key=f"header row {number}",
        width=230,
        help=phrase("Counted from the top of the file or sheet; the marked row of the table above."),
    )
    return intake.options.header_row if chosen == found else int(chosen)


def _encoding(intake: Intake, number: int) -> str | None:
    if intake.cohort is not None and intake.cohort.file_format not in HAS_ENCODING:
        return None
    found = intake.cohort.encoding if intake.cohort and intake.options.encoding is None else None
    as_found = phrase("As found ({encoding})", encoding=words.encoding_name(found)) if found else AS_FOUND
    choices = [None, *ENCODINGS]
    given = intake.options.encoding
    chosen = st.selectbox(
        phrase("Encoding of the text"),
        choices,
        index=choices.index(given) if given in choices else 0,
        key=f"encoding {number}",
        format_func=lambda codec: as_found if codec is None else words.encoding_name(codec),
        width=250,
    )
    return given if given is not None and given not in choices and chosen is None else chosen


def _date_order(intake: Intake, number: int) -> Literal["day_first", "month_first"] | None:
    choices: list[Any] = [None, *words.DATE_ORDERS]
    chosen = st.selectbox(
        phrase("Dates such as 03/04/2024"),
        choices,
        index=choices.index(intake.options.date_order),
        key=f"date order {number}",
        format_func=lambda order: AS_FOUND if order is None else words.DATE_ORDERS[order],
        width=250,
    )
    return cast(Literal["day_first", "month_first"] | None, chosen)


def _preview_table(intake: Intake) -> str:
    """The first rows as they stand, the row of the names marked."""
    header = intake.options.header_row or (intake.cohort.header_row if intake.cohort else None)
    width = max(len(row) for row in intake.preview)
    rows = []
    for number, row in enumerate(intake.preview, start=1):
        cells = "".join(f"<td>{escape(_short(cell))}</td>" for cell in row[:PREVIEWED_COLUMNS])
        more = "<td>…</td>" if width > PREVIEWED_COLUMNS else ""
        mark = f' class="names" aria-label="{as_html(NAMES_ROW)}"' if number == header else ""
        rows.append(f'<tr{mark}><th scope="row">{number}</th>{cells}{more}</tr>')
    caption = (
        phrase("The first {n} rows as they stand", n=len(rows))
        if len(rows) > 1
        else phrase("The first row as it stands")
    )
    table = f"<table><caption>{as_html(caption)}</caption>{''.join(rows)}</table>"
    return f'<div class="mce-preview" tabindex="0">{table}</div>'


def _short(cell: str) -> str:
    cell = " ".join(cell.split())
    return cell if len(cell) <= PREVIEWED_CELL else f"{cell[: PREVIEWED_CELL - 1]}…"
