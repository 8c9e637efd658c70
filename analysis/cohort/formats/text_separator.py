"""What separates the cells of a text file."""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.cohort.formats.header import HEADER_SEARCH_ROWS
from analysis.errors import CohortInputError
from analysis.phrases import phrase

SEPARATORS: dict[str, str] = {
    ",": phrase("commas"),
    ";": phrase("semicolons"),
    "\t": phrase("tabs"),
    "|": phrase("vertical bars"),
}
"""Separators that are looked for first, and their names; ties go to the earlier one."""

RARE_SEPARATORS = "^~\x1f\x01!#$%&*+/:=?@\\_"
"""Signs that separate cells only where nearly every row agrees on it and there are at least three cells."""

SAMPLE_CHARACTERS = 400_000
_SAMPLE_RECORDS = 60
_LEAST_REGULAR = 0.9
_LEAST_WIDTH = 3
_NAMED = {"\x1f": phrase("unit separators"), "\x01": phrase("control characters"), " ": phrase("spaces")}
_TOLD = re.compile(r'"?sep=(.)"?[,;\t|]*(\r\n|\n|\r)', re.IGNORECASE)
_GAP = re.compile(r"(?: {2,}|\t)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatedText:
    """A file's text and what separates its cells.

    Attributes
    ----------
    text : str
        Without a first line such as ``sep=;``; columns aligned by spaces are separated by tabs here.
    separator : str
        One character.
    note : str or None
        How the cells were told apart, where a person should know.
    """

    text: str
    separator: str
    note: str | None = None


def separate(text: str) -> SeparatedText:
    """Find what separates the cells of a text.

    The separator is the one that gives most rows one and the same width, and the wider one among equals. Signs
    that also stand inside words are taken only where nearly all rows agree; columns aligned by two or more spaces
    only where every row has as many.

    Parameters
    ----------
    text : str
        The whole file.

    Returns
    -------
    SeparatedText
        The text and its separator.
    """
    told = _TOLD.match(text)
    if told is not None and ord(told.group(1)) < 128 and not told.group(1).isalnum():
        return SeparatedText(text=text[told.end() :], separator=told.group(1), note=_note(told.group(1)))
    sample = sample_of(text)
    regular = {separator: _regularity(sample, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: regular[separator])
    if regular[best][0] >= 0.5:
        return SeparatedText(text=text, separator=best, note=_note(best))
    if _is_aligned(sample):
        lines = (_GAP.sub("\t", line.strip(" ")) for line in lines_of(text))
        note = phrase("The cells were read as aligned by spaces.")
        return SeparatedText(text="".join(lines), separator="\t", note=note)
    for separator in (*RARE_SEPARATORS, " "):
        share, width = _regularity(sample, separator)
        if share >= _LEAST_REGULAR and width >= _LEAST_WIDTH:
            return SeparatedText(text=text, separator=separator, note=_note(separator))
    return SeparatedText(text=text, separator=best, note=_note(best))


def _note(separator: str) -> str | None:
    if separator in ",\t":
        return None
    named = SEPARATORS.get(separator) or _NAMED.get(separator) or f"“{separator}”"
    return phrase("The cells were read as separated by {signs}.", signs=named)


def sample_of(text: str, characters: int = SAMPLE_CHARACTERS) -> str:
    """Take the first lines of a text.

    Parameters
    ----------
    text : str
        A file's text.
    characters : int, optional
        How many characters at most.

    Returns
    -------
    str
        Whole lines, at least one.
    """
    if len(text) <= characters:
        return text
    sample = text[:characters]
    last_line = max(sample.rfind("\n"), sample.rfind("\r"))
    if last_line > 0:
        return sample[: last_line + 1]
    ends = [end for end in (text.find("\n", characters), text.find("\r", characters)) if end >= 0]
    return text[: min(ends) + 1] if ends else text


def _regularity(sample: str, separator: str) -> tuple[float, int]:
    if separator not in sample:
        return 0.0, 0
    try:
        widths = [len(cells) for cells, _ in records_of(sample, separator, _SAMPLE_RECORDS) if any(cells)]
    except CohortInputError:
        return 0.0, 0
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return 0.0, 0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    if (
        separator not in SEPARATORS and widths[0] == width - 1 and count == len(widths) - 1
    ):  # row labels, of which the header says nothing
        count += 1
    return round(count / len(widths), 1), width


def _is_aligned(sample: str) -> bool:
    lines = [line.strip() for line in itertools.islice(lines_of(sample), _SAMPLE_RECORDS) if line.strip()]
    if '"' in sample or len(lines) < 2:
        return False
    widths = {len(_GAP.split(line)) for line in lines}
    return len(widths) == 1 and min(widths) >= _LEAST_WIDTH


def records_of(sample: str, separator: str, limit: int = HEADER_SEARCH_ROWS) -> list[tuple[list[str], int]]:
    """Split the first records of a text into cells.

    Parameters
    ----------
    sample : str
        The beginning of a file.
    separator : str
        One character.
    limit : int, optional
        How many records at most.

    Returns
    -------
    list of (list of str, int)
        Trimmed cells, and the number of physical lines up to the record's end.

    Raises
    ------
    CohortInputError
        When not even the first record can be told.
    """
    reader = csv.reader(lines_of(sample), delimiter=separator)
    records: list[tuple[list[str], int]] = []
    try:
        for cells in itertools.islice(reader, limit):
            records.append(([cell.strip() for cell in cells], reader.line_num))
    except csv.Error:
        if not records:
            raise CohortInputError(unbalanced(1)) from None
    return records


def lines_of(text: str) -> Iterator[str]:
    """Give lines as a spreadsheet program sees them: ended by a line feed, a carriage return, or both.

    Parameters
    ----------
    text : str
        A file's text.

    Returns
    -------
    iterator of str
        Lines with their ends.
    """
    return iter(io.StringIO(text, newline=""))


def unbalanced(line: int) -> str:
    """Say that a quotation mark never closes.

    Parameters
    ----------
    line : int
        The line of the file, counted from 1, where the cell begins.

    Returns
    -------
    str
        A sentence.
    """
    return phrase(
        'Every quotation mark (") that opens a cell must close it, and one in the row that begins on line {line:,} of the '
        "file does not. Remove or double the stray quotation mark, or save the table as XLSX.",
        line=line,
    )
