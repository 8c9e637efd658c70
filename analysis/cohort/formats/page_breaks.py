"""Column names that an export repeats between the patients, as at the top of every printed page."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.notes import Note
from analysis.phrases import phrase


def repeated_names(
    above: Sequence[Sequence[str]],
    filled: NDArray[np.int64],
    equals: Callable[[int, str], NDArray[np.bool_]],
) -> tuple[NDArray[np.bool_], list[Note]]:
    """Find rows under the columns' names that hold the same names again.

    Parameters
    ----------
    above : sequence of sequence of str
        The rows of the file down to the names, which are the last of them; trimmed cells.
    filled : (n, ) array of int
        Number of cells with content in each row under the names.
    equals : callable
        For a column's position and a text, an (n, ) array of bool that is True where the trimmed cell is that text.

    Returns
    -------
    repeated : (n, ) array of bool
        True for rows of names, and for the titles and headings of groups directly above them.
    notes : list of Note
        How many rows were left out, with code ``repeated_names``.

    Notes
    -----
    A row repeats the names when it holds each of them, at least two, in its column and nothing else. Columns are compared
    only as long as a row is left that may repeat them, so that a file without such rows costs one comparison.

    Examples
    --------
    >>> table = [["id", "age"], ["1", "61"], ["id", "age"], ["2", "58"]]
    >>> equals = lambda column, text: np.array([row[column] == text for row in table[1:]])
    >>> repeated_names(table[:1], np.array([2, 2, 2]), equals)[0].tolist()
    [False, True, False]
    """
    repeated = np.zeros(len(filled), dtype=bool)
    names = [(column, cell) for column, cell in enumerate(above[-1]) if cell]
    if len(names) < 2:
        return repeated, []
    found = _rows_holding(names, filled, equals)
    repeated[found] = True
    for row in found.tolist():
        _mark_titles(row, above[:-1], filled, equals, repeated)
    if not len(found):
        return repeated, []
    return repeated, [_repeated_note(len(found), int(repeated.sum()))]


def _repeated_note(n_found: int, n_left_out: int) -> Note:
    text = phrase(
        "The columns' names stand again between the patients {times}, as on each page of a printout{titles}. {rows} left out.",
        times=phrase("once") if n_found == 1 else phrase("{n:,} times", n=n_found),
        titles=phrase(", with titles above them") if n_left_out > n_found else "",
        rows=phrase("That row was") if n_left_out == 1 else phrase("These {n:,} rows were", n=n_left_out),
    )
    return Note(code="repeated_names", text=text)


def _rows_holding(
    cells: Sequence[tuple[int, str]],
    filled: NDArray[np.int64],
    equals: Callable[[int, str], NDArray[np.bool_]],
) -> NDArray[np.int64]:
    may = filled == len(cells)
    for column, text in cells:
        if not may.any():
            break
        may &= equals(column, text)
    return np.flatnonzero(may)


def _mark_titles(
    row: int,
    above: Sequence[Sequence[str]],
    filled: NDArray[np.int64],
    equals: Callable[[int, str], NDArray[np.bool_]],
    repeated: NDArray[np.bool_],
) -> None:
    """Titles of one cell above repeated names, and rows that stand above the names at the head of the file too."""
    for original in reversed(above):
        row -= 1
        if row < 0:
            return
        cells = [(column, cell) for column, cell in enumerate(original) if cell]
        if not cells:
            continue
        same = filled[row] == len(cells) and all(equals(column, text)[row] for column, text in cells)
        if not same and not (len(cells) == 1 and filled[row] == 1):
            return
        repeated[row] = True
