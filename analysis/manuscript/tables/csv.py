"""A table as comma-separated text: every cell as printed, and nothing that a spreadsheet would run."""

import csv
import io
import re
from typing import Final

from analysis.manuscript.tables.layout import clean, flat_heads, note_lines
from analysis.manuscript.tables.table import ManuscriptTable, Row
from analysis.reporting.csv_files import FORMULA_STARTS

_NUMBER: Final = re.compile(r"[+−-][\d.,·\u202f  %]+(\([\d.,·\u202f %+−–NR<>∞to]*\))?")
"""A signed number with its limits: no name and no cell that a formula could refer to."""


def csv_text(table: ManuscriptTable) -> str:
    """Title, heads, rows and footnotes, one line each.

    Parameters
    ----------
    table : ManuscriptTable

    Returns
    -------
    str
        Heads of two levels are joined by a colon, names are indented by two blanks a level, marks stand in brackets. A
        text that a spreadsheet would run as a formula has an apostrophe before it. Encode it with a byte order mark
        (``utf-8-sig``): without one Excel shows East Asian letters wrong.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([inert(clean(table.title))])
    writer.writerow([inert(head) for head in flat_heads(table)])
    for row in table.rows:
        writer.writerow([inert(_name(row)), *(inert(clean(cell)) for cell in row.cells[1:])])
    for mark, text in note_lines(table):
        writer.writerow([inert(f"[{mark}] {text}" if mark else text)])
    return written.getvalue()


def inert(text: str) -> str:
    """The text, with an apostrophe before it where it begins like a formula and is no plain number.

    Examples
    --------
    >>> inert("=1+1"), inert("+28.0 (+3.5 to +48.8)"), inert("+A1")
    ("'=1+1", '+28.0 (+3.5 to +48.8)', "'+A1")
    """
    begins = text.lstrip().startswith(FORMULA_STARTS)
    return f"'{text}" if begins and not _NUMBER.fullmatch(text) else text


def _name(row: Row) -> str:
    marks = f" [{','.join(row.marks)}]" if row.marks else ""
    return "  " * row.level + clean(row.cells[0]) + marks
