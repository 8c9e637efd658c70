"""How a file is to be read where a person knows better than a guess."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

DateOrder: TypeAlias = Literal["day_first", "month_first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """What a person says about a file; whatever is None is found from the file.

    Attributes
    ----------
    sheet : str or None
        The worksheet of a workbook.
    header_row : int or None
        The row of the file or sheet, counted from 1, that holds the columns' names. Blank rows count, a cell with
        a line break inside is one row.
    encoding : str or None
        The codec of a text file, or of the labels of a SAS, SPSS or Stata file.
    date_order : {"day_first", "month_first"} or None
        How dates such as 03/04/2024 are to be read.

    Examples
    --------
    >>> ReadingOptions(sheet="Patients", header_row=3).header_row
    3
    """

    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    date_order: DateOrder | None = None
