"""A figure's numbers as a table on the page, for whoever does not see the figure or wants to read it number by number."""

from collections.abc import Collection, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from analysis.phrases import Phrase, phrase
from charts.style import MINUS, NOT_ESTIMATED, format_count
from ui import screen as st
from ui.language import as_html
from ui.numbers_words import HEADINGS, OWN_COLUMNS, WORDS

MOST_ROWS = 300
"""So many rows are read on the page; whoever needs more takes the file."""

_DIGITS = 6


def draw_numbers(title: str, table: pd.DataFrame, columns: Collection[str] = ()) -> None:
    """Draw the numbers of a figure as a plain table with headings, which a screen reader reads cell by cell.

    Parameters
    ----------
    title : str
        Of the figure.
    table : DataFrame
        Its numbers, as they are downloaded; beyond `MOST_ROWS` rows the rest is said to be in the file.
    columns : collection of str
        Of the cohort: these are called as the cohort calls them, in every language.
    """
    st.html(numbers_markup(title, table, columns))
    if len(table) > MOST_ROWS:
        st.caption(
            phrase(
                "The first {shown} of {rows} rows; the CSV has all of them.",
                shown=format_count(MOST_ROWS),
                rows=format_count(len(table)),
            )
        )


def numbers_markup(title: str, table: pd.DataFrame, columns: Collection[str] = ()) -> str:
    """The table as HTML: a caption, a heading for each column, and the first column as headings of the rows."""
    name = as_html(phrase("The numbers of the figure: {title}", title=title))
    heads = "".join(f'<th scope="col">{as_html(_heading(column, columns))}</th>' for column in table.columns)
    own = [column in OWN_COLUMNS and column not in columns for column in table.columns]
    rows = "".join(_row(values, own) for values in table.head(MOST_ROWS).itertuples(index=False, name=None))
    return (
        f'<div class="mce-numbers" role="region" tabindex="0" aria-label="{name}"><table><caption>{name}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(values: tuple[Any, ...], own: Sequence[bool]) -> str:
    first, *others = (as_html(_cell(value, of_product)) for value, of_product in zip(values, own, strict=True))
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{value}</td>" for value in others)}</tr>'


def _heading(column: Any, columns: Collection[str]) -> str:
    """A column's name as a file has it, with blanks that are read as such, in words where it is the product's own."""
    if isinstance(column, Phrase) or column in columns:
        return column
    name = str(column).replace("_", " ")
    return HEADINGS.get(name, name)


def _cell(value: Any, of_product: bool) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return NOT_ESTIMATED
    if isinstance(value, bool | np.bool_):
        return WORDS["yes" if value else "no"]
    if isinstance(value, str):
        return WORDS.get(value.replace("_", " ").lower(), value) if of_product else value
    if not isinstance(value, Real):
        return str(value)
    digits = f"{int(value)}" if isinstance(value, Integral) else f"{float(value):.{_DIGITS}g}"
    return digits.replace("-", MINUS)
