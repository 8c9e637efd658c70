"""Cohorts that whoever runs the server keeps in one folder, offered by name; nothing outside that folder is opened."""

import os
from collections.abc import Sequence
from pathlib import Path

from analysis.cohort.formats.table import CELL_LIMIT
from analysis.cohort.privacy.personal import find_personal
from analysis.cohort.reading_options import ReadingOptions
from analysis.cohort.reading_stores import read_stored_cohort, store_size, table_names
from analysis.cohort.stores.store import DATABASE_ENDINGS, PARQUET_ENDINGS, parquet_files
from analysis.errors import CohortInputError
from analysis.phrases import phrase
from ui.intake.intake import Intake

FOLDER = "COHORT_FOLDER"
"""The environment variable that names the folder; without it nothing is offered."""

_GONE = CohortInputError(
    phrase(
        "A cohort must be one of those the server offers, and this one is none of them, or "
        "no longer there. Choose another."
    )
)


def kept_folder() -> Path | None:
    """The folder that was named when the server was started; None where there is none."""
    named = os.environ.get(FOLDER, "").strip()
    folder = Path(named)
    return folder.resolve() if named and folder.is_dir() else None


def kept_names(folder: Path) -> tuple[str, ...]:
    """Name the cohorts of the folder: Parquet files, folders of them, and databases.

    Parameters
    ----------
    folder : Path
        What is hidden, a link, or holds one is not offered: a link may lead outside.

    Returns
    -------
    tuple of str
        In the order of their names.
    """
    return tuple(sorted(path.name for path in folder.iterdir() if _is_offered(path)))


def kept_tables(folder: Path, name: str) -> tuple[str, ...]:
    """Name the tables of a database; none for Parquet.

    Raises
    ------
    CohortInputError
        It is not offered, or cannot be read.
    """
    return table_names(_path(folder, name))


def kept_size(folder: Path, name: str, table: str | None) -> tuple[int, tuple[str, ...]]:
    """Count the patients of a cohort and name its columns, without reading a cell.

    Raises
    ------
    CohortInputError
        It is not offered, or cannot be read.
    """
    return store_size(_path(folder, name), table)


def read_kept(folder: Path, name: str, table: str | None, columns: Sequence[str]) -> Intake:
    """Read columns of a cohort that the server offers and look for patients' data in them.

    Parameters
    ----------
    folder : Path
        From `kept_folder`.
    name : str
        One of `kept_names`.
    table : str or None
        One of `kept_tables`.
    columns : sequence of str
        All when empty.

    Returns
    -------
    Intake
        Without a file to be read again.

    Raises
    ------
    CohortInputError
        It is not offered, cannot be read, or is more than a screen can hold.
    """
    path = _path(folder, name)
    n_rows, names = store_size(path, table)
    count = n_rows * len(columns or names)
    if count > CELL_LIMIT:
        raise CohortInputError(
            phrase(
                "Up to {limit:,} cells are read on screen, and {n_columns:,} columns of "
                "{n_rows:,} rows are {n:,}. Choose fewer columns, or run the study from the "
                "command line.",
                limit=CELL_LIMIT,
                n_columns=len(columns or names),
                n_rows=n_rows,
                n=count,
            )
        )
    chosen = dict.fromkeys(columns or names, "columns to read")
    cohort = read_stored_cohort(path, wanted=lambda _: chosen, table=table)
    return Intake(
        name=name,
        content=None,
        options=ReadingOptions(),
        cohort=cohort,
        personal=find_personal(cohort),
        table=table,
        is_kept=True,
    )


def _path(folder: Path, name: str) -> Path:
    """The path of a name that is offered: compared with what is there, never put together from what was sent."""
    for path in folder.iterdir():
        if path.name == name and _is_offered(path):
            return path
    raise _GONE


def _is_offered(path: Path) -> bool:
    if path.name.startswith((".", "_")) or path.is_symlink():
        return False
    if path.is_dir():
        files = parquet_files(path)
        return bool(files) and not any(inside.is_symlink() for inside in path.rglob("*"))
    return path.is_file() and path.suffix.lower() in (*DATABASE_ENDINGS, *PARQUET_ENDINGS)
