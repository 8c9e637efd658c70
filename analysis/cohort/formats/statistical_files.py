"""Files of SAS, SPSS and Stata, whose columns keep their types, labels and missing codes."""

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyreadstat
from numpy.typing import NDArray

from analysis.cohort.formats.encoding import ENCODINGS, guess_encoding
from analysis.cohort.formats.header import clean_name
from analysis.cohort.formats.statistical_dates import StatisticalFormat, as_dates, date_unit
from analysis.cohort.formats.table import CELL_LIMIT, FileTable, build_table
from analysis.cohort.labels import label_of
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import CohortInputError
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase

PROGRAMS: dict[StatisticalFormat, str] = {
    "sas": "SAS",
    "xpt": phrase("SAS transport"),
    "spss": "SPSS",
    "stata": "Stata",
}

_ANY_BYTES = "ISO-8859-1"
"""Keeps every byte as it is, to be decoded here."""


def read_statistical(content: bytes, options: ReadingOptions, file_format: StatisticalFormat) -> FileTable:
    """Read a SAS (sas7bdat, xpt), SPSS (sav, zsav, por) or Stata (dta) file.

    A column in which every code that occurs has a label holds the labels; where only some codes have one, the
    numbers stay, and a note counts them. Codes that the file declares missing are missing. Dates become datetime64.

    Parameters
    ----------
    content : bytes
        The file.
    options : ReadingOptions
        What a person says about the file.
    file_format : {"sas", "xpt", "spss", "stata"}
        Whose file it is.

    Returns
    -------
    FileTable
        The patients' rows, with what the file says of its columns.

    Raises
    ------
    CohortInputError
        A damaged file, one with more cells than can be read, or an encoding that does not fit.
    """
    source = _Source(content, file_format)
    source.refuse_too_many_cells()
    words = source.read(options.encoding)
    found = _Found()
    columns = [_column(source, words, name, found) for name in source.names]
    header = [words(name) for name in source.names]
    table, notes = build_table(header, columns, infer=False, date_order=options.date_order)
    return FileTable(
        table=table,
        notes=(*words.notes(), *found.notes(), *notes),
        encoding=words.encoding,
        encoding_certain=words.certain,
        column_labels=_column_labels(source.metadata.column_names_to_labels, words),
    )


@dataclass(slots=True)
class _Words:
    """Decodes the text of a file whose bytes were kept, or leaves text that is decoded already."""

    encoding: str | None = None
    decodes: bool = False
    certain: bool = True
    known: dict[str, str] = field(default_factory=dict)

    def __call__(self, text: str | None) -> str:
        if text is None or not self.decodes or text.isascii():
            return text or ""
        if text not in self.known:
            assert self.encoding is not None
            self.known[text] = text.encode("latin-1").decode(self.encoding)
        return self.known[text]

    def notes(self) -> list[Note]:
        if not self.decodes or self.encoding is None:
            return []
        name = ENCODINGS.get(self.encoding, self.encoding)
        text = phrase("The text was read as {encoding}; check that labels look right.", encoding=name)
        return [Note(code="encoding", text=text)]


class _Source:
    """A file and what its parser gives of it."""

    def __init__(self, content: bytes, file_format: StatisticalFormat) -> None:
        self.content = content
        self.file_format = file_format
        portable = file_format == "spss" and not content.startswith(b"$FL")
        self._parse: Callable[..., Any] = pyreadstat.read_por if portable else _PARSERS[file_format]
        self._has_encoding = not portable
        self._has_missing_codes = not portable and file_format != "xpt"
        if file_format == "xpt" and len(content) % 80:
            raise CohortInputError(_damaged(file_format))
        try:
            self.metadata, self.values = self._parsed(None, metadataonly=True)
        except CohortInputError:  # perhaps only the encoding is wrong
            self.metadata, self.values = self._parsed(_ANY_BYTES, metadataonly=True)
        self.names: list[str] = list(self.metadata.column_names)

    def refuse_too_many_cells(self) -> None:
        n_rows, n_columns = self.metadata.number_rows, len(self.names)
        if n_rows is not None and n_rows * n_columns > CELL_LIMIT:
            raise CohortInputError(
                phrase(
                    "A cohort may have up to {limit:,} cells, and this file has {n_cells:,} ({n_rows:,} rows of {n_columns}). "
                    "Keep only the columns the study needs.",
                    limit=CELL_LIMIT,
                    n_cells=n_rows * n_columns,
                    n_rows=n_rows,
                    n_columns=n_columns,
                )
            )

    def read(self, encoding: str | None) -> _Words:
        """Read all rows, in the encoding the file declares, the one that was chosen, or the most plausible."""
        limit = CELL_LIMIT // max(len(self.names), 1) + 1
        if encoding is None and self._declares_encoding():
            try:
                self.metadata, self.values = self._parsed(None, row_limit=limit)
                self._refuse_more_than(limit)
                self.names = list(self.metadata.column_names)
                return _Words(encoding=(self.metadata.file_encoding or "utf-8").lower())
            except CohortInputError:  # perhaps only the encoding is wrong, as in files made under another locale
                pass
        self.metadata, self.values = self._parsed(_ANY_BYTES, row_limit=limit)
        self._refuse_more_than(limit)
        self.names = list(self.metadata.column_names)
        return self._words(encoding)

    def _refuse_more_than(self, limit: int) -> None:
        if self.names and len(self.values.get(self.names[0], ())) >= limit:
            raise CohortInputError(
                phrase(
                    "A cohort may have up to {limit:,} cells, and this file has more. Keep only the columns the study needs.",
                    limit=CELL_LIMIT,
                )
            )

    def _declares_encoding(self) -> bool:
        if not self._has_encoding or self.metadata.file_encoding:
            return True
        return (
            self.file_format == "stata"
            and self.content.startswith(b"<stata_dta><header><release>11")
            and (self.content[30:31] >= b"8")
        )

    def _parsed(self, encoding: str | None, **how: Any) -> tuple[Any, dict[str, Any]]:
        if self._has_encoding:
            how["encoding"] = encoding
        if self._has_missing_codes:
            how["user_missing"] = True
        try:
            values, metadata = self._parse(
                io.BytesIO(self.content), disable_datetime_conversion=True, output_format="dict", **how
            )
        except MemoryError:
            raise
        except Exception:  # the parser has many, and their words may quote the file
            raise CohortInputError(_damaged(self.file_format)) from None
        return metadata, values

    def _words(self, chosen: str | None) -> _Words:
        """How to decode bytes that were kept: as chosen, or as is most plausible for all words of the file."""
        foreign = self._foreign_words()
        if not foreign:
            return _Words(encoding="utf-8")
        try:
            encoding = chosen or guess_encoding("\n".join(foreign).encode("latin-1"))
            if encoding is None:
                raise CohortInputError(
                    phrase(
                        "The file's text must be in one known encoding, and its bytes fit none. Open it in {program} and save "
                        "it again in Unicode.",
                        program=PROGRAMS[self.file_format].split()[0],
                    )
                )
            for word in foreign:
                word.encode("latin-1").decode(encoding)
        except LookupError:
            raise CohortInputError(
                phrase(
                    "The encoding must be a known one, and “{encoding}” is not. Choose one of {known}.",
                    encoding=chosen,
                    known=", ".join(ENCODINGS),
                )
            ) from None
        except UnicodeError:
            raise CohortInputError(
                phrase(
                    "Every byte of the file's text must fit its encoding, and some do not fit “{encoding}”. Choose another "
                    "encoding, or let it be guessed.",
                    encoding=encoding,
                )
            ) from None
        return _Words(encoding=encoding, decodes=True, certain=chosen is not None)

    def _foreign_words(self) -> list[str]:
        texts: set[str] = {name for name in self.names if name}
        texts.update(label for label in self.metadata.column_names_to_labels.values() if label)
        for labels in self.metadata.variable_value_labels.values():
            texts.update(label for label in labels.values() if isinstance(label, str))
        for name in self.names:
            if self.metadata.readstat_variable_types.get(name) == "string":
                texts.update(value for value in set(self.values[name]) if isinstance(value, str))
        return sorted(text for text in texts if not text.isascii())


_PARSERS: dict[StatisticalFormat, Callable[..., Any]] = {
    "sas": pyreadstat.read_sas7bdat,
    "xpt": pyreadstat.read_xport,
    "spss": pyreadstat.read_sav,
    "stata": pyreadstat.read_dta,
}


def _damaged(file_format: StatisticalFormat) -> str:
    program = PROGRAMS[file_format]
    return phrase(
        "The file must be a sound {kind} file, and this one is damaged or cut short. Save it again in {program}, or save the "
        "table as CSV.",
        kind=program,
        program=program.split()[0],
    )


@dataclass(slots=True)
class _Found:
    """What is noticed, column by column."""

    labelled: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)

    def notes(self) -> list[Note]:
        notes = []
        if self.labelled:
            text = phrase(
                "Codes were read as the labels that the file gives them in {columns}.", columns=_listed(self.labelled)
            )
            notes.append(Note(code="value_labels", text=text))
        if self.partly:
            text = phrase(
                "Columns in which only some codes have a label stayed as they are; by column: {columns}. Check whether such "
                "codes stand for missing values.",
                columns=_listed(self.partly),
            )
            notes.append(Note(code="partly_labelled", text=text))
        if self.missing:
            text = phrase(
                "Cells that the file declares missing were read as missing; by column: {columns}.",
                columns=_listed(self.missing),
            )
            notes.append(Note(code="declared_missing", text=text))
        if self.periods:
            text = phrase(
                "Weeks, months, quarters or half-years were read as their first day in {columns}.",
                columns=_listed(self.periods),
            )
            notes.append(Note(code="periods", text=text))
        return notes


def _listed(items: Sequence[str], limit: int = 40) -> str:
    rest = len(items) - limit
    shown = join_phrases(items[:limit], ", ")
    return phrase("{columns} and {n} more columns", columns=shown, n=rest) if rest > 0 else shown


def _column(source: _Source, words: _Words, name: str, found: _Found) -> pa.Array | pd.Series:
    metadata, shown = source.metadata, clean_name(words(name))
    labels = {code: words(str(label)).strip() for code, label in metadata.variable_value_labels.get(name, {}).items()}
    ranges = metadata.missing_ranges.get(name, ())
    values = source.values[name]
    if metadata.readstat_variable_types.get(name) == "string":
        texts = [words(value) if value else None for value in values] if words.decodes else values
        return _strings(texts, labels, ranges, shown, found)
    numbers = _numbers(values, ranges, shown, found)
    unit = date_unit(source.file_format, metadata.original_variable_types.get(name))
    if unit is not None:
        if unit in ("week", "month", "quarter", "half"):
            found.periods.append(shown)
        return as_dates(numbers, unit, source.file_format)
    return _labelled(numbers, labels, shown, found)


def _strings(
    texts: Sequence[str | None], labels: Mapping[Any, str], ranges: Sequence[Any], shown: str, found: _Found
) -> pa.Array:
    column = pc.utf8_trim_whitespace(pa.array(texts, type=pa.large_string()))
    declared = pa.array([str(area["lo"]).strip() for area in ranges], type=pa.large_string())
    marked = pc.fill_null(pc.is_in(column, value_set=declared), False)
    if n_marked := int(pc.sum(marked).as_py() or 0):
        found.missing.append(f"{shown} {n_marked}")
        column = pc.if_else(marked, pa.scalar(None, column.type), column)
    given = {str(code).strip(): label for code, label in labels.items() if label}
    present = [text for text in column.unique().drop_null().to_pylist() if text]
    n_given = sum(text in given for text in present)
    if n_given and n_given == len(present):
        found.labelled.append(shown)
        coded = column.dictionary_encode()
        names = _distinct([given.get(text, "") for text in coded.dictionary.to_pylist()], coded.dictionary.to_pylist())
        return pa.array(names, type=pa.large_string()).take(coded.indices)
    if n_given:
        found.partly.append(phrase("{column} {n} of {total} codes", column=shown, n=n_given, total=len(present)))
    return column


def _numbers(values: Sequence[Any], ranges: Sequence[Any], shown: str, found: _Found) -> NDArray[np.float64]:
    n_missing = 0
    try:
        numbers = np.array(values, dtype=np.float64)
    except (ValueError, TypeError):  # letters stand for .A to .Z
        n_missing = sum(isinstance(value, str) for value in values)
        numbers = np.array([None if isinstance(value, str) else value for value in values], dtype=np.float64)
    for area in ranges:
        if isinstance(area["lo"], str):
            continue
        declared = (numbers >= area["lo"]) & (numbers <= area["hi"])
        n_missing += int(declared.sum())
        numbers[declared] = np.nan
    if n_missing:
        found.missing.append(f"{shown} {n_missing}")
    return numbers


def _labelled(
    numbers: NDArray[np.float64], labels: Mapping[Any, str], shown: str, found: _Found
) -> pa.Array | pd.Series:
    given = {float(code): label for code, label in labels.items() if not isinstance(code, str) and label}
    if not given:
        return pd.Series(numbers)
    codes, distinct = pd.factorize(numbers, use_na_sentinel=True)
    labelled = np.array([code in given for code in distinct.tolist()], dtype=bool)
    if not labelled.any() or all(given.get(code) == label_of(code) for code in distinct.tolist()):
        return pd.Series(numbers)
    if not labelled.all():
        n_cells = int(labelled[codes[codes >= 0]].sum())
        found.partly.append(
            phrase(
                "{column} {n} of {total} codes ({cells})",
                column=shown,
                n=int(labelled.sum()),
                total=len(labelled),
                cells=phrase("1 cell") if n_cells == 1 else phrase("{n:,} cells", n=n_cells),
            )
        )
        return pd.Series(numbers)
    found.labelled.append(shown)
    texts = _distinct([given[code] for code in distinct.tolist()], [label_of(code) for code in distinct.tolist()])
    return pa.array(np.array([*texts, None], dtype=object)[codes], type=pa.string())


def _distinct(texts: list[str], codes: list[str]) -> list[str]:
    """Labels that two codes share are told apart by the code."""
    counts = Counter(texts)
    return [text if counts[text] == 1 else f"{text} ({code})" for text, code in zip(texts, codes, strict=True)]


def _column_labels(labels: Mapping[str, str | None], words: _Words) -> dict[str, str]:
    given = {clean_name(words(name)): clean_name(words(label)) for name, label in labels.items() if label}
    return {name: label for name, label in given.items() if label and label != name}
