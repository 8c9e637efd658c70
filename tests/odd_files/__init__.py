"""Odd and broken files, made by a script: ``python -m tests.odd_files FOLDER`` writes them to look at."""

from collections.abc import Iterator

from tests.odd_files.case import OddFile
from tests.odd_files.cells import odd_cells
from tests.odd_files.foreign import foreign_files
from tests.odd_files.statistical import odd_statistical_files
from tests.odd_files.texts import odd_texts
from tests.odd_files.workbooks import odd_workbooks

__all__ = ["OddFile", "odd_files"]


def odd_files() -> Iterator[OddFile]:
    """Every odd file, with what must become of it."""
    yield from odd_texts()
    yield from odd_cells()
    yield from odd_workbooks()
    yield from odd_statistical_files()
    yield from foreign_files()
