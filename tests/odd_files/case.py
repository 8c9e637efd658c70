"""One odd file, and what must become of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

COLUMNS: dict[str, list[Any]] = {
    "id": ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"],
    "arm": ["LEN", "SOR", "LEN", "SOR", "LEN", "SOR", "LEN", "SOR"],
    "age": [61, 58, 70, 66, None, 49, 73, 55],
    "sex": ["F", "M", "M", "F", "M", "M", "F", "M"],
    "os": [10.5, 3, 7.25, 12, 5, 8.5, 2, 20],
    "died": [1, 1, 0, 1, 1, 0, 1, 0],
}
"""The plain table that most of the odd files hold in some guise."""


@dataclass(frozen=True, kw_only=True)
class OddFile:
    """A file as a hospital may send it, and what reading it must give: a table, or one exact sentence.

    Attributes
    ----------
    name : str
        The file's name.
    content : bytes
        Its bytes.
    table : dict of str to list, optional
        Columns that must be read, None for missing cells; dates as ISO text.
    notes : sequence of str
        Codes of notes that must be among those given.
    refusal : str, optional
        The sentence, or the beginning and the end of it around " … ", when the file must be refused.
    """

    name: str
    content: bytes
    table: dict[str, list[Any]] | None = None
    notes: Sequence[str] = field(default_factory=tuple)
    refusal: str | None = None

    def __post_init__(self) -> None:
        if (self.table is None) == (self.refusal is None):
            raise ValueError(f"{self.name}: either a table or a refusal")


def with_columns(**changed: list[Any]) -> dict[str, list[Any]]:
    """The plain table with some columns replaced or added."""
    return COLUMNS | changed


def without(*names: str) -> dict[str, list[Any]]:
    """The plain table without some columns."""
    return {name: values for name, values in COLUMNS.items() if name not in names}


def as_text(
    columns: dict[str, list[Any]], *, separator: str = ",", end: str = "\n", decimal: str = ".", blank: str = ""
) -> str:
    """A table as separated values, quoted where a cell holds the separator, a quote or a line break."""

    def cell(value: Any) -> str:
        text = blank if value is None else str(value)
        if isinstance(value, float):
            text = text.replace(".", decimal)
        if any(sign in text for sign in (separator, '"', "\n", "\r")):
            return '"' + text.replace('"', '""') + '"'
        return text

    rows = [list(columns), *zip(*columns.values(), strict=True)]
    return "".join(separator.join(map(cell, row)) + end for row in rows)
