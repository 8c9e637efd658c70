"""A workbook of any spreadsheet program: its sheets, and what its parser cannot cope with, as sentences."""

import datetime
import io
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, TypeAlias

import python_calamine as calamine

from analysis.cohort.formats.merged_cells import CellRange, cell_ranges
from analysis.cohort.formats.table import SPREADSHEET_CELL_LIMIT
from analysis.cohort.formats.workbook_archive import (
    DAMAGED,
    SheetExtent,
    SheetPart,
    reaches_too_far,
    refuse_boundless_parts,
    refuse_boundless_words,
    refuse_distant_cells,
    sheet_extents,
)
from analysis.errors import CohortInputError
from analysis.phrases import phrase

WorkbookKind: TypeAlias = Literal["xlsx", "xls", "xlsb", "ods"]

Cell: TypeAlias = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta

ENCRYPTED = phrase(
    "The workbook must be readable without a password, and it is encrypted. "
    "Open it in Excel, remove the password (File, Info, Protect Workbook) and save it again."
)
_DAMAGED: dict[WorkbookKind, str] = {
    "xlsx": DAMAGED,
    "xls": phrase(
        "The file must be a sound XLS workbook, and this one is damaged. Open it in Excel and save it as XLSX."
    ),
    "xlsb": phrase(
        "The file must be a sound XLSB workbook, and this one is damaged. Open it in Excel and save it as XLSX."
    ),
    "ods": phrase(
        "The file must be a sound ODS workbook, and this one is damaged. Open it and save it as XLSX or CSV."
    ),
}


@dataclass(slots=True, kw_only=True)
class Worksheet:
    """One sheet.

    Attributes
    ----------
    name : str
        Its name.
    rows : list of list
        All rows from the first one of the sheet, of one width; empty cells are empty text.
    merged : tuple of CellRange
        Merged cells, where the format tells them.
    extent : SheetExtent or None
        What a look at its XML told (XLSX).
    """

    name: str
    rows: list[list[Cell]]
    merged: tuple[CellRange, ...]
    extent: SheetExtent | None


class Workbook:
    """A workbook, open for reading; use it in a ``with`` statement.

    Parameters
    ----------
    content : bytes
        The file.
    kind : {"xlsx", "xls", "xlsb", "ods"}
        What kind of workbook it is.

    Attributes
    ----------
    names, visible_names : tuple of str
        All worksheets, and those that are not hidden, in the workbook's order.

    Raises
    ------
    CohortInputError
        A damaged or encrypted workbook, or one that unpacks without end.
    """

    def __init__(self, content: bytes, kind: WorkbookKind) -> None:
        self._kind = kind
        self._parts: dict[str, SheetPart] = {}
        self._distant: list[SheetExtent] = []
        if kind == "xlsx":
            self._parts = sheet_extents(content)
            refuse_boundless_words(content)
        elif kind != "xls":
            refuse_boundless_parts(content)
        self._book = self._opened(content)
        sheets = [sheet for sheet in self._book.sheets_metadata if self._is_worksheet(sheet)]
        self.names: tuple[str, ...] = tuple(sheet.name for sheet in sheets)
        self.visible_names: tuple[str, ...] = tuple(
            sheet.name for sheet in sheets if sheet.visible == calamine.SheetVisibleEnum.Visible
        )
        if not self.names:
            raise CohortInputError(_DAMAGED[kind])

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def sheet(self, name: str) -> Worksheet:
        """Read one sheet.

        Parameters
        ----------
        name : str
            The worksheet's name.

        Returns
        -------
        Worksheet
            All its cells; without rows when it is empty.

        Raises
        ------
        CohortInputError
            No such sheet, a damaged one, or one that reaches further than can be read.
        """
        if name not in self.names:
            shown = ", ".join(f"“{other}”" for other in self.names[:12])
            raise CohortInputError(
                phrase(
                    "The sheet must be one of the workbook's, and “{sheet}” is not; it has {sheets}.",
                    sheet=name,
                    sheets=shown,
                )
            )
        extent = self._extent(name)
        if extent is not None:
            if not extent.has_values:
                return Worksheet(name=name, rows=[], merged=(), extent=extent)
            refuse_distant_cells(extent)
        return self._parsed(name, extent)

    def readable_sheet(self, name: str) -> Worksheet | None:
        """Read one sheet of several, or nothing where it reaches further than can be read.

        Parameters
        ----------
        name : str
            The worksheet's name.

        Returns
        -------
        Worksheet or None
            As `sheet`; None is remembered for `refuse_distant_sheets`.
        """
        extent = self._extent(name)
        if extent is not None and extent.has_values and reaches_too_far(extent):
            self._distant.append(extent)
            return None
        return self._parsed(name, extent) if extent is None or extent.has_values else None

    def refuse_distant_sheets(self) -> None:
        """Refuse the workbook for the first sheet that `readable_sheet` could not read, if there is one.

        Raises
        ------
        CohortInputError
            When there is one.
        """
        if self._distant:
            refuse_distant_cells(self._distant[0])

    def _extent(self, name: str) -> SheetExtent | None:
        return self._parts[name].extent() if name in self._parts else None

    def _is_worksheet(self, sheet: calamine.SheetMetadata) -> bool:
        return sheet.name in self._parts if self._kind == "xlsx" else sheet.typ == calamine.SheetTypeEnum.WorkSheet

    def _opened(self, content: bytes) -> calamine.CalamineWorkbook:
        try:
            return calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        except calamine.PasswordError:
            raise CohortInputError(ENCRYPTED) from None
        except BaseException as error:
            self._refuse_damage(error)
            raise

    def _parsed(self, name: str, extent: SheetExtent | None) -> Worksheet:
        try:
            found = self._book.get_sheet_by_name(name)
            self._refuse_size(found)
            rows: list[list[Cell]] = found.to_python(skip_empty_area=False)
            merged = cell_ranges(found.merged_cell_ranges)
        except CohortInputError:
            raise
        except BaseException as error:
            self._refuse_damage(error)
            raise
        return Worksheet(name=name, rows=rows, merged=merged, extent=extent)

    def _refuse_size(self, sheet: calamine.CalamineSheet) -> None:
        n_cells = sheet.total_height * sheet.total_width
        if n_cells > SPREADSHEET_CELL_LIMIT:
            raise CohortInputError(
                phrase(
                    "A sheet may span {limit:,} cells, and this one spans {n_cells:,} cells. Delete the rows and columns "
                    "beyond the table, or save the table as CSV.",
                    limit=SPREADSHEET_CELL_LIMIT,
                    n_cells=n_cells,
                )
            )

    def _refuse_damage(self, error: BaseException) -> None:
        """Whatever the parser says of a file, its own panic included, is a damaged file; want of memory is not."""
        panic = type(error).__name__ == "PanicException"
        if panic or (isinstance(error, Exception) and not isinstance(error, MemoryError)):
            raise CohortInputError(_DAMAGED[self._kind]) from None
