"""What is said beside downloads where no font here has the letters of a figure."""

from collections.abc import Iterable, Iterator

import pandas as pd

from analysis.phrases import phrase
from charts.fonts import missing_letters
from ui import screen as st
from ui.language import said
from ui.language.letters import letter_by_letter

_MOST_NAMED = 12


def draw_missing_letters(texts: Iterable[str]) -> None:
    """Say which letters of printed figures would be empty squares; nothing where every letter has a font.

    Parameters
    ----------
    texts : iterable of str
        What the figures are lettered with.
    """
    missing = missing_letters(texts)
    if missing:
        letters = missing if len(missing) <= _MOST_NAMED else f"{missing[:_MOST_NAMED]}…"
        st.caption(
            letter_by_letter(
                said(
                    phrase(
                        "No font here has these letters: {letters}. Figures as PNG, SVG, PDF, EPS or TIFF show an empty "
                        "square for each; docs/figures.md names the fonts to install.",
                        letters=letters,
                    )
                )
            )
        )


def texts_of(table: pd.DataFrame) -> Iterator[str]:
    """The headings and the texts of a figure's numbers, each once.

    Parameters
    ----------
    table : DataFrame
        As it is downloaded.
    """
    for name, column in table.items():
        yield str(name)
        if not pd.api.types.is_numeric_dtype(column.dtype):
            yield from (value for value in column.unique() if isinstance(value, str))
