"""Tables as a workbook: a sheet each, every cell the text as printed, ready to be printed."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import xlsxwriter

from analysis.manuscript.tables.archive import EARLIEST, timeless
from analysis.manuscript.tables.layout import clean, column_widths, has_groups, is_wide, note_lines, spans, text_width
from analysis.manuscript.tables.table import ManuscriptTable

Formats = dict[str, Any]

_FONT: Final = {"ko": "Malgun Gothic", "ja": "Yu Gothic"}
_A4: Final = 9
_TEXT_ONLY: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def xlsx_bytes(tables: Sequence[ManuscriptTable]) -> bytes:
    """A workbook with a sheet for each table, in their order.

    Parameters
    ----------
    tables : sequence of ManuscriptTable
        At least one.

    Returns
    -------
    bytes
        The same for the same tables. Heads stay in sight and are printed on every page; no cell is a formula, whatever
        its text begins with.

    Raises
    ------
    ValueError
        There is no table.
    """
    if not tables:
        raise ValueError("a workbook needs at least one table")
    made = io.BytesIO()
    workbook = xlsxwriter.Workbook(made, _TEXT_ONLY)
    workbook.set_properties({"title": clean(tables[0].title), "created": datetime(*EARLIEST)})
    formats = _formats(workbook, tables[0].language)
    for place, table in enumerate(tables, start=1):
        _write(workbook.add_worksheet(_sheet_name(table, place)), table, formats)
    workbook.close()
    return timeless(made.getvalue())


def _sheet_name(table: ManuscriptTable, place: int) -> str:
    """``Table 1`` or ``Table S4`` from a table's name; its place where the name has no number."""
    parts = table.name.split("_")
    number = parts[1].upper() if len(parts) > 1 and parts[1][-1:].isdigit() else str(place)
    return f"Table {number}"[:31]


def _formats(workbook: Any, language: str) -> Formats:
    font = {"font_name": _FONT.get(language, "Arial"), "font_size": 9, "valign": "top"}

    def made(**more: Any) -> Any:
        return workbook.add_format({**font, **more})

    head = {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1}
    formats = {
        "title": made(bold=True, font_size=10),
        "group": made(**head | {"align": "center", "top": 2}),
        "over": made(**head | {"top": 2, "bottom": 0}),
        "note": made(font_size=8, text_wrap=True),
        "super": made(font_script=1),
        "plain": made(),
        "last": made(top=2),
    }
    for align in ("left", "right", "center"):
        formats[f"head {align}"] = made(**head | {"align": align})
        formats[f"lone {align}"] = made(**head | {"align": align, "top": 2})
        formats[f"cell {align}"] = made(align=align)
    for level in range(4):
        formats[f"name {level}"] = made(align="left", indent=level, text_wrap=True)
    formats["heading"] = made(bold=True)
    return formats


def _write(sheet: Any, table: ManuscriptTable, formats: Formats) -> None:
    sheet.write_string(0, 0, clean(table.title), formats["title"])
    first = _write_heads(sheet, table, formats)
    for place, row in enumerate(table.rows, start=first):
        style = formats["heading"] if row.heading else formats[f"name {min(row.level, 3)}"]
        _write_name(sheet, place, clean(row.cells[0]), ",".join(row.marks), style, formats)
        for column, cell in enumerate(row.cells[1:], start=1):
            if cell:
                sheet.write_string(place, column, clean(cell), formats[f"cell {table.columns[column].align}"])
    _write_notes(sheet, table, first + len(table.rows), formats)
    widths = column_widths(table)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, 0.85 * width + 1)
    sheet.freeze_panes(first, 1)
    sheet.hide_gridlines(2)
    sheet.set_paper(_A4)
    if is_wide(table):
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1, first - 1)
    sheet.set_footer("&C&P / &N")


def _write_heads(sheet: Any, table: ManuscriptTable, formats: Formats) -> int:
    """Write the heads below the title; the first row of the body."""
    if not has_groups(table):
        for column, head in enumerate(table.columns):
            sheet.write_string(1, column, clean(head.head), formats[f"lone {head.align}"])
        return 2
    for span in spans(table):
        last = span.first + span.width - 1
        if not span.group:
            for column in range(span.first, last + 1):
                sheet.write_blank(1, column, None, formats["over"])
        elif span.width == 1:
            sheet.write_string(1, span.first, span.group, formats["group"])
        else:
            sheet.merge_range(1, span.first, 1, last, "", formats["group"])
            sheet.write_string(1, span.first, span.group, formats["group"])
    for column, head in enumerate(table.columns):
        sheet.write_string(2, column, clean(head.head), formats[f"head {head.align}"])
    return 3


def _write_name(sheet: Any, place: int, name: str, marks: str, style: Any, formats: Formats) -> None:
    if name and marks:
        sheet.write_rich_string(place, 0, formats["plain"], name, formats["super"], marks, style)
    else:
        sheet.write_string(place, 0, name + marks, style)


def _write_notes(sheet: Any, table: ManuscriptTable, first: int, formats: Formats) -> None:
    last = len(table.columns) - 1
    for column in range(last + 1):
        sheet.write_blank(first, column, None, formats["last"])
    across = sum(column_widths(table))
    for place, (mark, text) in enumerate(note_lines(table), start=first + 1):
        shown = f"{mark} {text}" if mark else text
        if last:
            sheet.merge_range(place, 0, place, last, "", formats["note"])
        if mark:
            sheet.write_rich_string(place, 0, formats["super"], mark, formats["plain"], f" {text}", formats["note"])
        else:
            sheet.write_string(place, 0, shown, formats["note"])
        sheet.set_row(place, 12.0 * max(1, -(-text_width(shown) // max(1, int(across)))))
