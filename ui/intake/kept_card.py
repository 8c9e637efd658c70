"""The card that opens a cohort kept on the server: which, which table, and which of its columns."""

from pathlib import Path

from analysis.cohort.formats.table import CELL_LIMIT
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.exhibit import plain
from ui.intake.kept_cohorts import kept_folder, kept_names, kept_size, kept_tables, read_kept

MANY_COLUMNS = 60
"""So many columns are read without being asked for; of more, some must be chosen."""

_NAME, _TABLE, _COLUMNS = "kept name", "kept table", "kept columns"


def draw_kept() -> None:
    """Draw the choice of a cohort; nothing where the server keeps none."""
    folder = kept_folder()
    if folder is None:
        return
    with st.expander(phrase("Open a cohort kept on the server"), icon=":material/database:", key="kept card"):
        names = kept_names(folder)
        if not names:
            st.caption(phrase("The server’s folder holds no cohort at present."))
            return
        name = st.selectbox(phrase("Cohort"), names, index=None, placeholder=phrase("Choose a cohort"), key=_NAME)
        for problem in session.remembered("kept problems", ()):
            st.error(plain(problem), icon=":material/error:")
        session.remember("kept problems", ())
        if name is not None:
            _draw_choice(folder, name)


def _draw_choice(folder: Path, name: str) -> None:
    """Table and columns, as far as there is a choice."""
    try:
        tables = kept_tables(folder, name)
        table = tables[0] if tables else None
        if len(tables) > 1:
            table = st.selectbox(
                phrase("Table"), tables, index=None, placeholder=phrase("Choose a table"), key=f"{_TABLE} {name}"
            )
            if table is None:
                return
        n_rows, columns = kept_size(folder, name, table)
    except AnalysisError as error:
        for problem in error.problems:
            st.error(plain(problem), icon=":material/error:")
        return
    must_choose = len(columns) > MANY_COLUMNS or n_rows * len(columns) > CELL_LIMIT
    chosen = st.multiselect(
        phrase("Columns to read"),
        columns,
        placeholder=phrase("Choose columns") if must_choose else phrase("All columns"),
        key=f"{_COLUMNS} {name} {table}",
        help=phrase("What is not chosen is not read."),
    )
    st.caption(phrase("{n_rows:,} rows, {n_columns:,} columns.", n_rows=n_rows, n_columns=len(columns)))
    st.button(
        phrase("Open the cohort"),
        icon=":material/check:",
        key="open kept",
        disabled=must_choose and not chosen,
        on_click=_open,
        args=(folder, name, table, tuple(chosen)),
    )


def _open(folder: Path, name: str, table: str | None, columns: tuple[str, ...]) -> None:
    session.remember("upload_report", None)
    try:
        with st.spinner(phrase("Reading …")), session.turn():
            found = read_kept(folder, name, table, columns)
    except AnalysisError as error:
        session.remember("kept problems", error.problems)
        return
    session.take_read(found)
