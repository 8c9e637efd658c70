"""Text files of separated values: CSV, TSV and their relatives."""

import csv
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from analysis.cohort.cells.columns import writes_decimal_commas
from analysis.cohort.formats.encoding import ENCODINGS, DecodedText, decode_text
from analysis.cohort.formats.header import HEADER_SEARCH_ROWS, SECOND_HEADER_NOTE, holds_second_header, is_value
from analysis.cohort.formats.heading import ROWS_BELOW, Heading, read_heading
from analysis.cohort.formats.page_breaks import repeated_names
from analysis.cohort.formats.patient_rows import (
    patient_rows,
    reads_as_remark,
    reads_as_total,
    remarks_note,
    totals_note,
)
from analysis.cohort.formats.table import CELL_LIMIT, FileTable, build_table
from analysis.cohort.formats.text_separator import (
    SAMPLE_CHARACTERS,
    lines_of,
    records_of,
    sample_of,
    separate,
    unbalanced,
)
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import CohortInputError
from analysis.notes import Note
from analysis.phrases import phrase

_BLOCK_BYTES = 1 << 24


def read_delimited(content: bytes, options: ReadingOptions) -> FileTable:
    """Read a text file of separated values.

    Encoding, separator, header row and decimal comma are found from the content, unless the options say them. Every
    cell is read as text first; `build_table` decides what each column holds.

    Parameters
    ----------
    content : bytes
        The file.
    options : ReadingOptions
        What a person says about the file.

    Returns
    -------
    FileTable
        The patients' rows.

    Raises
    ------
    CohortInputError
        Unknown encoding, no header, rows of unequal length, a quotation mark that never closes, too many cells; all
        that can be told together in one error.
    """
    decoded = decode_text(content, options.encoding)
    separated = separate(decoded.text)
    text, separator = separated.text, separated.separator
    sample, records = _first_records(text, separator, options.header_row)
    heading = read_heading([cells for cells, _ in records], header_row=options.header_row)
    if any("\n" in cell or "\r" in cell for cell in records[heading.position][0]):
        _refuse_stray_quotes(text, separator, first_line=1)
    header, fit_notes = _fit_header(heading, [cells for cells, _ in records[heading.position + 1 :]])
    body = _body(text, sample, records[heading.position][1])
    _refuse_too_many_cells(body, len(header))
    above = [cells for cells, _ in records[: heading.position + 1]]
    columns, notes = _patients(body, separator, header, heading.problems, above, records[heading.position][1] + 1)
    commas = separator != "," and writes_decimal_commas(columns, certain=separator == ";")
    table, typing_notes = build_table(header, columns, decimal_comma=commas, date_order=options.date_order)
    separator_notes = [Note(code="separator", text=separated.note)] if separated.note else []
    return FileTable(
        table=table,
        notes=(*_encoding_notes(decoded), *separator_notes, *heading.notes, *fit_notes, *notes, *typing_notes),
        encoding=decoded.encoding,
        encoding_certain=decoded.certain,
        header_row=heading.position + 1,
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
    separated = separate(decode_text(content, encoding).text)
    records = [cells for cells, _ in records_of(sample_of(separated.text), separated.separator, n)]
    width = max(map(len, records), default=0)
    return tuple((*cells, *[""] * (width - len(cells))) for cells in records)


def _first_records(text: str, separator: str, header_row: int | None) -> tuple[str, list[tuple[list[str], int]]]:
    """The rows in which the names may stand and some below them, and the beginning of the text that holds them."""
    limit = HEADER_SEARCH_ROWS if header_row is None else header_row + ROWS_BELOW
    sample = sample_of(text)
    records = records_of(sample, separator, limit)
    if len(records) < limit and len(sample) < len(text) and header_row is not None:
        sample = sample_of(text, SAMPLE_CHARACTERS * header_row)
        records = records_of(sample, separator, limit)
    return sample, records


def _fit_header(heading: Heading, below: Sequence[Sequence[str]]) -> tuple[list[str], list[Note]]:
    """A header one cell short of all its rows lacks the name of the row labels that stand before each row."""
    header = list(heading.names)
    rows = [row for row in below if any(row)]
    if len(rows) < 2 or {len(row) for row in rows} != {len(header) + 1}:
        return header, []
    if not any(row[-1] for row in rows):
        return [*header, ""], []
    if len({row[0] for row in rows}) < len(rows):
        return header, []
    text = phrase("Each row has one cell more than the header; the first is taken for a row label without a name.")
    return ["", *header], [Note(code="row_labels", text=text)]


def _body(text: str, sample: str, header_lines: int) -> bytes:
    start = sum(len(line) for line in itertools.islice(lines_of(sample), header_lines))
    return text[start:].encode("utf-8")


def _refuse_too_many_cells(body: bytes, width: int) -> None:
    rows = max(body.count(b"\n"), body.count(b"\r"))
    if rows * width > CELL_LIMIT:
        raise CohortInputError(
            phrase(
                "A cohort may have up to {limit:,} cells, and this file has about {n_cells:,} ({n_rows:,} rows of "
                "{n_columns}). Keep only the columns the study needs.",
                limit=CELL_LIMIT,
                n_cells=rows * width,
                n_rows=rows,
                n_columns=width,
            )
        )


@dataclass(slots=True)
class _RaggedRows:
    """Rows that the parser could not place, as it meets them."""

    separator: str
    remark_numbers: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    widths: Counter[int] = field(default_factory=Counter)
    blank_numbers: list[int] = field(default_factory=list)
    total_numbers: list[int] = field(default_factory=list)

    def __call__(self, row: pyarrow.csv.InvalidRow) -> str:
        text = row.text.replace('"', "")
        content = [cell for cell in ([text] if row.actual_columns == 1 else text.split(self.separator)) if cell.strip()]
        if not content:
            self.blank_numbers.append(row.number)
            return "skip"
        self.numbers.append(row.number)
        self.widths[row.actual_columns] += 1
        if len(content) == 1 and reads_as_remark(content[0]):
            self.remark_numbers.append(row.number)
        elif reads_as_total(content):
            self.total_numbers.append(row.number)
        return "skip"


def _patients(
    body: bytes,
    separator: str,
    header: list[str],
    problems: Sequence[str],
    above: Sequence[Sequence[str]],
    first_line: int,
) -> tuple[list[pa.Array], list[Note]]:
    ragged = _RaggedRows(separator)
    table = _parse(body, separator, len(header), ragged, first_line)
    if _may_have_stray_quotes(body, table.num_rows + len(ragged.numbers) + len(ragged.blank_numbers)):
        _refuse_stray_quotes(body.decode("utf-8"), separator, first_line)
    columns = [pc.utf8_trim_whitespace(column.combine_chunks()) for column in table.columns]
    filled = np.zeros(table.num_rows, dtype=np.int64)
    for column in columns:
        filled += pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    repeated, page_notes = _repeated_names(columns, above, filled)
    _forget_titles(ragged, repeated)
    rest = np.flatnonzero(~repeated)
    kept, notes = patient_rows(filled[rest], lambda row: [column[int(rest[row])].as_py() for column in columns])
    keep = ~repeated
    keep[rest] = kept
    remarks, totals, uneven = _uneven_rows(ragged, filled * keep, len(header))
    if uneven or problems:
        raise CohortInputError(*problems, *uneven)
    if _has_second_header(columns):
        keep[0] = False
        notes.insert(0, SECOND_HEADER_NOTE)
    notes = [*page_notes, *notes]
    if not keep.all():
        columns = [column.filter(pa.array(keep)) for column in columns]
    return columns, _with_ragged(notes, remarks, totals)


def _repeated_names(
    columns: list[pa.Array], above: Sequence[Sequence[str]], filled: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], list[Note]]:
    names = [[cell.strip() for cell in cells] for cells in above]
    if len(names[-1]) > len(columns):
        return np.zeros(len(filled), dtype=bool), []
    return repeated_names(
        names, filled, lambda column, text: pc.equal(columns[column], text).to_numpy(zero_copy_only=False)
    )


def _forget_titles(ragged: _RaggedRows, repeated: NDArray[np.bool_]) -> None:
    """Rows of one cell directly above repeated names are titles of pages, not patients with too few cells."""
    names = {_row_number(position, ragged) for position in np.flatnonzero(repeated).tolist()}
    titles = {number for number in ragged.remark_numbers if number + 1 in names}
    for numbers in (ragged.numbers, ragged.remark_numbers):
        numbers[:] = [number for number in numbers if number not in titles]
    ragged.blank_numbers.extend(titles)


def _with_ragged(notes: list[Note], remarks: int, totals: int) -> list[Note]:
    return [*notes, *([remarks_note(remarks)] if remarks else []), *([totals_note(totals)] if totals else [])]


def _parse(body: bytes, separator: str, width: int, ragged: _RaggedRows, first_line: int) -> pa.Table:
    names = [f"f{position}" for position in range(width)]
    if not body.strip():
        return pa.table({name: pa.array([], type=pa.string()) for name in names})
    quoted = b'"' in body
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(body),
            read_options=pyarrow.csv.ReadOptions(use_threads=False, column_names=names, block_size=_BLOCK_BYTES),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=separator,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                invalid_row_handler=ragged,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:  # its message quotes the row
        if quoted:
            _refuse_stray_quotes(body.decode("utf-8"), separator, first_line)
        raise CohortInputError(
            phrase(
                "The file must be a table of separated values, and it cannot be parsed as one. Save it again as “CSV UTF-8” "
                "or as XLSX."
            )
        ) from None


def _may_have_stray_quotes(body: bytes, n_rows: int) -> bool:
    """A quotation mark that never closes swallows the rows below it; then there are fewer rows than lines."""
    marks = body.count(b'"')
    if marks == 0:
        return False
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    return marks % 2 == 1 or (lines != n_rows and sum(1 for line in body.splitlines() if line) != n_rows)


def _refuse_stray_quotes(text: str, separator: str, first_line: int) -> None:
    reader = csv.reader(lines_of(text), delimiter=separator, strict=True)
    done = 0
    try:
        for _ in reader:
            done = reader.line_num
    except csv.Error:
        raise CohortInputError(unbalanced(first_line + done)) from None


def _uneven_rows(ragged: _RaggedRows, filled: NDArray[np.int64], width: int) -> tuple[int, int, list[str]]:
    """How many rows of another length are remarks and totals under the last patient, and a sentence on the others."""
    patients = np.flatnonzero(filled > 1)
    last = _row_number(int(patients[-1]), ragged) if len(patients) else 0
    remarks = sum(number > last for number in ragged.remark_numbers) if last else 0
    totals = sum(number > last for number in ragged.total_numbers) if last else 0
    count = len(ragged.numbers) - remarks - totals
    if count == 0:
        return remarks, totals, []
    common = ragged.widths.most_common(1)[0][0]
    total = len(filled) + count
    text = phrase(
        "Every row must have as many cells as the header, {width}; {found} another number (most often {common}; the first is "
        "row {row} under the header). Check these rows for missing or unquoted separators.",
        width=width,
        found=(
            phrase("{n:,} of {total:,} rows has", n=count, total=total)
            if count == 1
            else phrase("{n:,} of {total:,} rows have", n=count, total=total)
        ),
        common=common,
        row=ragged.numbers[0],
    )
    return remarks, totals, [text]


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


def _encoding_notes(decoded: DecodedText) -> list[Note]:
    if decoded.certain and decoded.encoding == "utf-8":
        return []
    name = ENCODINGS.get(decoded.encoding, decoded.encoding)
    text = phrase("The text was read as {encoding}; check that labels look right.", encoding=name)
    if decoded.rival:
        text = phrase(
            "The text was read as {encoding}, though {other} is nearly as plausible; check that labels look right.",
            encoding=name,
            other=ENCODINGS[decoded.rival],
        )
    return [Note(code="encoding", text=text)]
