"""Which sheet of a workbook holds the cohort."""

from collections.abc import Sequence
from dataclasses import dataclass

_FEWEST_COLUMNS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSize:
    """How much of a table a worksheet holds.

    Attributes
    ----------
    n_cells : int
        Cells with content in the rows under the names; 0 where no names were found.
    first_name : str
        Name of the first column.
    n_keys : int
        Different values of the first column.
    n_rows : int
        Rows under the names with at least two cells.
    """

    n_cells: int
    first_name: str
    n_keys: int
    n_rows: int


def largest_table(sizes: Sequence[SheetSize]) -> int:
    """Choose the sheet that looks like a cohort, one row per patient.

    It is the one with most cells under its names. A sheet with several rows per patient (scans, visits) is left
    aside for one whose first column has the same name and is different on every row.

    Parameters
    ----------
    sizes : sequence of SheetSize
        At least one sheet, in the order of the workbook; the first of equals is chosen.

    Returns
    -------
    int
        Position of the sheet.

    Examples
    --------
    >>> scans = SheetSize(n_cells=900, first_name="id", n_keys=50, n_rows=300)
    >>> patients = SheetSize(n_cells=500, first_name="id", n_keys=50, n_rows=50)
    >>> largest_table([scans, patients])
    1
    """
    largest = max(range(len(sizes)), key=lambda position: sizes[position].n_cells)
    if not _repeats(sizes[largest]):
        return largest
    one_row_each = [
        position
        for position, size in enumerate(sizes)
        if size.first_name == sizes[largest].first_name and not _repeats(size) and size.n_rows > 0
        if size.n_cells >= _FEWEST_COLUMNS * size.n_rows
    ]
    return max(one_row_each, key=lambda position: sizes[position].n_cells, default=largest)


def _repeats(size: SheetSize) -> bool:
    return size.n_keys < 0.9 * size.n_rows
