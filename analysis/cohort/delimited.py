"""Text files of separated values: CSV, TSV and their relatives."""

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from analysis.cohort.columns import writes_decimal_commas
from analysis.cohort.encoding import ENCODINGS, DecodedText, decode_text
from analysis.cohort.header import (
    HEADER_SEARCH_ROWS,
    SECOND_HEADER_NOTE,
    find_header,
    holds_second_header,
    is_value,
    patient_rows,
    reads_as_remark,
    remarks_note,
    title_rows_note,
)
from analysis.cohort.table import CELL_LIMIT, FileTable, build_table
from analysis.errors import CohortInputError
from analysis.notes import Note

DELIMITERS: dict[str, str] = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
"""Separators that are looked for, and their names; ties go to the earlier one."""

_SAMPLE_CHARACTERS = 400_000
_SAMPLE_RECORDS = 60
_BLOCK_BYTES = 1 << 24


def read_delimited(content: bytes, encoding: str | None = None) -> FileTable:
    """Read a text file of separated values.

    Encoding, separator, header row and decimal comma are found from the content. Every cell is read as text
    first; `build_table` decides what each column holds.

    Parameters
    ----------
    content : bytes
        The file.
    encoding : str, optional
        The codec to take instead of guessing.

    Returns
    -------
    FileTable
        The patients' rows.

    Raises
    ------
    CohortInputError
        Unknown encoding, no header, rows of unequal length, a quotation mark that never closes, too many cells.
    """
    decoded = decode_text(content, encoding)
    sample = _sample(decoded.text)
    delimiter = _find_delimiter(sample)
    records = _records(sample, delimiter)
    position = find_header([cells for cells, _ in records])
    header = records[position][0]
    if any("\n" in cell or "\r" in cell for cell in header):
        _refuse_stray_quotes(decoded.text, delimiter)
    body = _body(decoded.text, sample, records[position][1])
    _refuse_too_many_cells(body, len(header))
    columns, notes = _patients(body, delimiter, header)
    titles = sum(any(cells) for cells, _ in records[:position])
    if titles:
        notes.insert(0, title_rows_note(titles))
    commas = delimiter != "," and writes_decimal_commas(columns, certain=delimiter == ";")
    table, typing_notes = build_table(header, columns, decimal_comma=commas)
    return FileTable(
        table=table,
        notes=(*_format_notes(decoded, delimiter), *notes, *typing_notes),
        encoding=decoded.encoding,
    )


def preview_delimited(content: bytes, encoding: str | None = None, n: int = 12) -> tuple[tuple[str, ...], ...]:
    """Give the first rows of a text file, as `preview_rows` of reading does.

    Parameters
    ----------
    content : bytes
        The file.
    encoding : str, optional
        The codec to take instead of guessing.
    n : int, optional
        How many rows at most.

    Returns
    -------
    tuple of tuple of str
        Rows of one width.
    """
    sample = _sample(decode_text(content, encoding).text)
    records = [cells for cells, _ in _records(sample, _find_delimiter(sample), n)]
    width = max(map(len, records), default=0)
    return tuple((*cells, *[""] * (width - len(cells))) for cells in records)


def _sample(text: str) -> str:
    if len(text) <= _SAMPLE_CHARACTERS:
        return text
    sample = text[:_SAMPLE_CHARACTERS]
    last_line = max(sample.rfind("\n"), sample.rfind("\r"))
    return sample[: last_line + 1] if last_line > 0 else sample


def _find_delimiter(sample: str) -> str:
    """The separator that gives most rows one and the same width, and the wider one among equals."""

    def regularity(delimiter: str) -> tuple[float, int]:
        widths = [len(cells) for cells, _ in _records(sample, delimiter, _SAMPLE_RECORDS) if any(cells)]
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            return 0.0, 0
        width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
        return round(count / len(widths), 1), width

    return max(DELIMITERS, key=regularity)


def _records(sample: str, delimiter: str, limit: int = HEADER_SEARCH_ROWS) -> list[tuple[list[str], int]]:
    """The first records, trimmed, each with the number of physical lines up to its end."""
    reader = csv.reader(_lines(sample), delimiter=delimiter)
    records: list[tuple[list[str], int]] = []
    try:
        for cells in itertools.islice(reader, limit):
            records.append(([cell.strip() for cell in cells], reader.line_num))
    except csv.Error:
        if not records:
            raise CohortInputError(_UNBALANCED) from None
    return records


def _lines(text: str) -> Iterator[str]:
    """Lines as a spreadsheet program sees them: ended by a line feed, a carriage return, or both."""
    return iter(io.StringIO(text, newline=""))


_UNBALANCED = (
    'Every quotation mark (") that opens a cell must close it, and one in the file never closes. '
    "Remove or double the stray quotation mark, or save the table as XLSX."
)


def _body(text: str, sample: str, header_lines: int) -> bytes:
    start = sum(len(line) for line in itertools.islice(_lines(sample), header_lines))
    return text[start:].encode("utf-8")


def _refuse_too_many_cells(body: bytes, width: int) -> None:
    rows = max(body.count(b"\n"), body.count(b"\r"))
    if rows * width > CELL_LIMIT:
        raise CohortInputError(
            f"A cohort may have up to {CELL_LIMIT:,} cells, and this file has about {rows * width:,} "
            f"({rows:,} rows of {width}). Keep only the columns the study needs."
        )


@dataclass(slots=True)
class _RaggedRows:
    """Rows that the parser could not place, as it meets them."""

    delimiter: str
    remark_numbers: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    widths: Counter[int] = field(default_factory=Counter)
    blank_numbers: list[int] = field(default_factory=list)

    def __call__(self, row: pyarrow.csv.InvalidRow) -> str:
        text = row.text.replace('"', "")
        content = [cell for cell in ([text] if row.actual_columns == 1 else text.split(self.delimiter)) if cell.strip()]
        if not content:
            self.blank_numbers.append(row.number)
            return "skip"
        self.numbers.append(row.number)
        self.widths[row.actual_columns] += 1
        if len(content) == 1 and reads_as_remark(content[0]):
            self.remark_numbers.append(row.number)
        return "skip"


def _patients(body: bytes, delimiter: str, header: list[str]) -> tuple[list[pa.Array], list[Note]]:
    ragged = _RaggedRows(delimiter)
    table = _parse(body, delimiter, len(header), ragged)
    if _may_have_stray_quotes(body, table.num_rows + len(ragged.numbers) + len(ragged.blank_numbers)):
        _refuse_stray_quotes(body.decode("utf-8"), delimiter)
    columns = [pc.utf8_trim_whitespace(column.combine_chunks()) for column in table.columns]
    filled = np.zeros(table.num_rows, dtype=np.int64)
    for column in columns:
        filled += pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    remarks = _refuse_ragged_rows(ragged, filled, len(header))
    keep, notes = patient_rows(filled, lambda row: "".join(column[row].as_py() for column in columns))
    if _has_second_header(columns):
        keep[0] = False
        notes.insert(0, SECOND_HEADER_NOTE)
    if not keep.all():
        columns = [column.filter(pa.array(keep)) for column in columns]
    return columns, [*notes, *([remarks_note(remarks)] if remarks else [])]


def _parse(body: bytes, delimiter: str, width: int, ragged: _RaggedRows) -> pa.Table:
    names = [f"f{position}" for position in range(width)]
    if not body.strip():
        return pa.table({name: pa.array([], type=pa.string()) for name in names})
    quoted = b'"' in body
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(body),
            read_options=pyarrow.csv.ReadOptions(use_threads=False, column_names=names, block_size=_BLOCK_BYTES),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                invalid_row_handler=ragged,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:  # its message quotes the row
        raise CohortInputError(
            _UNBALANCED
            if quoted
            else "The file must be a table of separated values, and it cannot be parsed as one. "
            "Save it again as “CSV UTF-8” or as XLSX."
        ) from None


def _may_have_stray_quotes(body: bytes, n_rows: int) -> bool:
    """A quotation mark that never closes swallows the rows below it; then there are fewer rows than lines."""
    marks = body.count(b'"')
    if marks == 0:
        return False
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    return marks % 2 == 1 or (lines != n_rows and sum(1 for line in body.splitlines() if line) != n_rows)


def _refuse_stray_quotes(text: str, delimiter: str) -> None:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error:
        raise CohortInputError(_UNBALANCED) from None


def _refuse_ragged_rows(ragged: _RaggedRows, filled: NDArray[np.int64], width: int) -> int:
    """Refuse rows of another length than the header's, but count those under the last patient that are remarks."""
    patients = np.flatnonzero(filled > 1)
    last = _row_number(int(patients[-1]), ragged) if len(patients) else 0
    remarks = sum(number > last for number in ragged.remark_numbers) if last else 0
    count = len(ragged.numbers) - remarks
    if count:
        common = ragged.widths.most_common(1)[0][0]
        raise CohortInputError(
            f"Every row must have as many cells as the header, {width}; {count:,} of {len(filled) + count:,} rows "
            f"{'has' if count == 1 else 'have'} another number (most often {common}; the first is row "
            f"{ragged.numbers[0]} under the header). "
            "Check these rows for missing or unquoted separators."
        )
    return remarks


def _row_number(position: int, ragged: _RaggedRows) -> int:
    """The number in the file, from 1, of a row that the parser could place."""
    number = position + 1
    for skipped in sorted((*ragged.numbers, *ragged.blank_numbers)):
        if skipped > number:
            break
        number += 1
    return number


def _has_second_header(columns: list[pa.Array]) -> bool:
    if len(columns[0]) < 2:
        return False
    return holds_second_header(
        [column[0].as_py() for column in columns], [_numeric_below(column) for column in columns]
    )


def _numeric_below(column: pa.Array) -> bool:
    cells = [cell for cell in column.slice(1, 50).to_pylist() if cell]
    return bool(cells) and all(is_value(cell) for cell in cells)


def _format_notes(decoded: DecodedText, delimiter: str) -> list[Note]:
    notes = []
    if not decoded.certain or decoded.encoding != "utf-8":
        rival = f", though {ENCODINGS[decoded.rival]} is nearly as plausible" if decoded.rival else ""
        name = ENCODINGS.get(decoded.encoding, decoded.encoding)
        text = f"The text was read as {name}{rival}; check that labels look right."
        notes.append(Note(code="encoding", text=text))
    if delimiter not in ",\t":
        notes.append(Note(code="separator", text=f"The cells were read as separated by {DELIMITERS[delimiter]}."))
    return notes
