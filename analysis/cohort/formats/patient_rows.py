"""Which rows under the columns' names are patients, and which are blank, remarks or totals."""

import itertools
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.formats.header import is_value
from analysis.notes import Note
from analysis.phrases import phrase

_ROWS_COMPARED = 300
_LEAST_PATIENTS = 5
_MOST_GAPS = 200
_SUMMARY = re.compile(
    r"(grand |sub-?)?totals?|overall|sum|mean( ?(\(|±|\+/-).*)?|averages?|median( ?[(\[,].*)?"
    r"|standard deviation|std\.? dev\.?"
    r"|(총 ?)?합계|총계|소계|평균( ?[(±].*)?|중앙값( ?\(.*)?|표준 ?편차"
    r"|総?合計|小計|総計|平均値?( ?[(±（].*)?|中央値( ?[(（].*)?|標準偏差",
    re.IGNORECASE,
)
_BESIDE_A_SUMMARY = re.compile(
    r"sd|s\.d\.|min(imum)?|max(imum)?|n|count|range|iqr|%|계|명|計|最小値?|最大値?|최솟?값|최댓?값", re.IGNORECASE
)
_REMARK = re.compile(
    r"([*※†‡§¶#]|(notes?|sources?|abbreviations?|footnotes?|legend|comments?|remarks?|주|비고|참고|출처|注|注記|備考|出典)"
    r"\s*[0-9]*\s*([:：.)]|$)).*",
    re.IGNORECASE | re.DOTALL,
)


def patient_rows(
    filled: NDArray[np.int64], cells: Callable[[int], Sequence[str]]
) -> tuple[NDArray[np.bool_], list[Note]]:
    """Tell the rows of patients from blank rows and from remarks and totals under the table.

    Parameters
    ----------
    filled : (n, ) array of int
        Number of cells with content in each row under the header.
    cells : callable
        Gives the trimmed cells of a row as text.

    Returns
    -------
    keep : (n, ) array of bool
        True for rows of patients.
    notes : list of Note
        How many blank rows between patients, and how many rows of a second table, remarks and totals at the end, were
        left out.

    Notes
    -----
    Only rows under the last patient are left out, and only in a table at least three cells wide. A remark is a row
    of one cell that `reads_as_remark`, or one that begins with a sign or a word such as "Note:". A total is a row
    that begins with a word such as "Total" or "平均", which no row above begins with, and that differs from
    the patients: a cell is blank, or a number stands where they have words, or a blank row comes before it. A second
    table begins after a blank row with names: words alone, in columns where patients have numbers.
    """
    keep = filled > 0
    if not keep.any():
        return keep, []
    notes = []
    if filled.max() >= 3:
        start = _second_table(filled, cells)
        if start is not None:
            notes.append(second_table_note(int(keep[start:].sum())))
            keep[start:] = False
        remarks, totals = _rows_below(filled[:start], cells)
        keep[[*remarks, *totals]] = False
        if remarks:
            notes.append(remarks_note(len(remarks)))
        if totals:
            notes.append(totals_note(len(totals)))
    if not keep.any():
        return keep, notes
    last = int(np.flatnonzero(keep)[-1])
    blank = int((filled[:last] == 0).sum())
    if blank:
        text = phrase("1 blank row between patients was left out.")
        if blank > 1:
            text = phrase("{n} blank rows between patients were left out.", n=blank)
        notes.append(Note(code="blank_rows", text=text))
    return keep, notes


def _second_table(filled: NDArray[np.int64], cells: Callable[[int], Sequence[str]]) -> int | None:
    """The row where another table begins under the patients."""
    content = np.flatnonzero(filled)
    after_gap = content[1:][np.diff(content) > 1]
    for row in after_gap[-_MOST_GAPS:].tolist():
        above = content[content < row]
        if len(above) >= _LEAST_PATIENTS and filled[row] >= 2 and (filled[row:] > 0).sum() >= 2:
            patients = [cells(int(other)) for other in above[-_ROWS_COMPARED:]]
            narrower = filled[row:].max() < np.median(filled[above])
            if _names_other_columns(cells(row), patients, needed=1 if narrower else 2):
                return int(row)
    return None


def _names_other_columns(row: Sequence[str], patients: list[Sequence[str]], *, needed: int) -> bool:
    """Whether a row holds words alone, in so many columns where nearly all patients have numbers."""
    first = next((cell for cell in row if cell), "")
    if any(map(is_value, row)) or any(map(str.isdigit, first)) or _SUMMARY.fullmatch(first):
        return False  # the first cell of a patient is an id, of which nearly all have a digit
    clashes = 0
    for column, cell in enumerate(row):
        if cell:
            known = [patient[column] for patient in patients if patient[column]]
            clashes += len(known) >= _LEAST_PATIENTS and sum(map(is_value, known)) >= 0.9 * len(known)
    return clashes >= needed


def second_table_note(count: int) -> Note:
    """Say that another table stands under the patients.

    Parameters
    ----------
    count : int
        Its rows with content, at least 1.

    Returns
    -------
    Note
        With code ``second_table``.
    """
    text = phrase(
        "A second table begins under the first, after a blank row; its {n:,} rows are no patients, and were left out.",
        n=count,
    )
    return Note(code="second_table", text=text)


def _rows_below(filled: NDArray[np.int64], cells: Callable[[int], Sequence[str]]) -> tuple[list[int], list[int]]:
    """Rows of remarks and of totals, looked for from the end upwards until a patient stands there."""
    remarks: list[int] = []
    totals: list[int] = []
    doubtful: list[int] = []
    content = np.flatnonzero(filled)[::-1]
    for place, row in enumerate(content.tolist()):
        texts = [cell for cell in cells(row) if cell]
        if len(texts) == 1 and not _SUMMARY.fullmatch(texts[0]):
            if reads_as_remark(texts[0]):
                remarks.append(row)
        elif _REMARK.fullmatch(texts[0]) and 2 * len(texts) <= int(filled.max()):
            remarks.append(row)
        elif _SUMMARY.fullmatch(texts[0]) and place + 1 < len(content):
            if not _is_no_patient(row, content[place + 1 :], filled, cells):
                break
            totals += [row, *doubtful]
            doubtful = []
        elif _BESIDE_A_SUMMARY.fullmatch(texts[0]):  # a minimum, if a mean stands beside it
            (totals if totals and _is_no_patient(row, content[place + 1 :], filled, cells) else doubtful).append(row)
        else:
            break
    return remarks, totals


def _is_no_patient(
    row: int, above: NDArray[np.int64], filled: NDArray[np.int64], cells: Callable[[int], Sequence[str]]
) -> bool:
    others = [list(cells(int(other))) for other in above[:_ROWS_COMPARED]]
    return _differs_from_patients(list(cells(row)), others, gap=int(filled[row - 1]) == 0)


def _differs_from_patients(row: list[str], above: list[list[str]], *, gap: bool) -> bool:
    first = next(column for column, cell in enumerate(row) if cell)
    patients = list(itertools.dropwhile(_begins_a_summary, above))
    if first > 1 or not patients or any(other[first].casefold() == row[first].casefold() for other in patients):
        return False
    if gap or any(not cell and any(other[column] for other in patients) for column, cell in enumerate(row)):
        return True
    return any(
        is_value(cell) and not any(is_value(other[column]) for other in patients) for column, cell in enumerate(row)
    )


def _begins_a_summary(row: list[str]) -> bool:
    text = next((cell for cell in row if cell), "")
    return bool(_SUMMARY.fullmatch(text) or _BESIDE_A_SUMMARY.fullmatch(text))


def reads_as_remark(text: str) -> bool:
    """Tell a remark under a table from the id of a patient of whom nothing else is known.

    Parameters
    ----------
    text : str
        The only cell of a row.

    Returns
    -------
    bool
        True for text of several words, or that begins with a sign such as ``*``.
    """
    text = text.strip()
    return bool(text) and (any(letter.isspace() for letter in text) or not (text[0].isalnum() or text[0] in "-+."))


def reads_as_total(cells: Sequence[str]) -> bool:
    """Tell a row of totals by its first cell, for rows that are shorter than the table.

    Parameters
    ----------
    cells : sequence of str
        The row's cells.

    Returns
    -------
    bool
        True when the first cell with content is a word such as "Total".
    """
    return bool(_SUMMARY.fullmatch(next((cell.strip() for cell in cells if cell.strip()), "")))


def remarks_note(count: int) -> Note:
    """Say how many rows under the table hold a remark and no patient.

    Parameters
    ----------
    count : int
        Number of such rows, at least 1.

    Returns
    -------
    Note
        With code ``remarks_below``.
    """
    text = phrase("1 row after the last patient holds a remark and no patient, and was left out.")
    if count > 1:
        text = phrase("{n} rows after the last patient hold remarks and no patients, and were left out.", n=count)
    return Note(code="remarks_below", text=text)


def totals_note(count: int) -> Note:
    """Say how many rows under the table hold totals or averages.

    Parameters
    ----------
    count : int
        Number of such rows, at least 1.

    Returns
    -------
    Note
        With code ``totals_below``.
    """
    text = phrase("1 row after the last patient holds totals or averages and no patient, and was left out.")
    if count > 1:
        text = phrase(
            "{n} rows after the last patient hold totals or averages and no patients, and were left out.", n=count
        )
    return Note(code="totals_below", text=text)
