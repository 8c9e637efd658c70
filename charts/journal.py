"""What journals ask of a figure, and one block in which everything is drawn and written as one of them asks.

The presets are data: ``journals/journals.yaml`` says for each where it is from and what in it no source states.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from analysis.errors import SettingsError
from analysis.phrases import join_phrases, phrase
from analysis.settings import ManuscriptSettings
from charts.column import column_width
from charts.number_style import number_style, read_journal_file
from charts.palette import palette
from charts.style import DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM, SMALLEST_PRINT_SIZE

GENERIC: Final = "generic"
"""The preset for every journal that has none."""

UNVERIFIED_WORDS: Final[Mapping[str, str]] = {
    "single_mm": phrase("width of one column"),
    "double_mm": phrase("width of two columns"),
    "height_mm": phrase("largest height"),
    "line_dpi": phrase("resolution of lines"),
    "halftone_dpi": phrase("resolution of photographs"),
    "mixed_dpi": phrase("resolution of coloured lines"),
    "smallest_pt": phrase("smallest lettering"),
    "preferred_pt": phrase("preferred lettering"),
    "formats": phrase("file formats"),
    "palette": phrase("colours"),
    "number_style": phrase("number style"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """A preset.

    Attributes
    ----------
    name, title : str
        What the study file and the screen call it.
    single_mm, double_mm, height_mm : float
        Widths of one and of two columns, and the largest height, in millimetres.
    line_dpi, halftone_dpi, mixed_dpi : int
        Least resolution of black lines, of photographs, and of lines in colours and shades.
    smallest_pt, preferred_pt : float
        Lettering at final size.
    formats : tuple of str
        The files it prefers, the best first.
    palette, number_style : str
        Names of a palette and of a number style.
    source : str
        Where this is from.
    unverified : tuple of str
        Which of the attributes no known source states.
    """

    name: str
    title: str
    source: str
    unverified: tuple[str, ...]
    single_mm: float = SINGLE_COLUMN_MM
    double_mm: float = DOUBLE_COLUMN_MM
    height_mm: float = 230.0
    line_dpi: int = 600
    halftone_dpi: int = 300
    mixed_dpi: int = 300
    smallest_pt: float = SMALLEST_PRINT_SIZE
    preferred_pt: float = 7.0
    formats: tuple[str, ...] = ("pdf", "eps", "tiff")
    palette: str = "house"
    number_style: str = "house"

    def width(self, column: str | None) -> float:
        """Millimetres of ``single`` or ``double``; double where nothing is said."""
        return self.single_mm if column == "single" else self.double_mm

    @property
    def doubt(self) -> str:
        """Which of its values no source states, as a sentence; empty where all are sourced."""
        if not self.unverified:
            return ""
        if self.name == GENERIC:
            return phrase("These are common values, not those of one journal. Read the journal's own instructions.")
        return phrase(
            "Not verified for {journal}: {values}. Read the journal's own instructions.",
            journal=self.title,
            values=join_phrases([UNVERIFIED_WORDS[name] for name in self.unverified], ", "),
        )


def _journal(name: str, facts: dict[str, object]) -> Journal:
    lists = {key: tuple(value) for key, value in facts.items() if isinstance(value, list)}
    return Journal(name=name, **{**facts, **lists})  # type: ignore[arg-type]


JOURNALS: Final[Mapping[str, Journal]] = {
    name: _journal(name, facts) for name, facts in read_journal_file("journals.yaml").items()
}


def chosen_journal(name: str) -> Journal:
    """The journal of this name.

    Raises
    ------
    SettingsError
        When there is none.

    Examples
    --------
    >>> chosen_journal("nature").double_mm
    183
    """
    if name not in JOURNALS:
        raise SettingsError(
            phrase(
                "manuscript.journal must be one of {names}; found {found}. Choose one of them, or leave it out for the house's "
                "own look.",
                names=", ".join(JOURNALS),
                found=repr(name[:40]),
            )
        )
    return JOURNALS[name]


@contextmanager
def manuscript_style(settings: ManuscriptSettings) -> Iterator[Journal]:
    """Draw and write everything inside as the study's manuscript asks: numbers, colours and the width of figures.

    Parameters
    ----------
    settings : ManuscriptSettings
        The journal, and what is chosen instead of its own.

    Raises
    ------
    SettingsError
        When a name is not known.

    Notes
    -----
    It holds in the running context: not in threads started inside. A generator must not keep it across a ``yield``.
    Figures keep their own width where the house's look has no column chosen.

    Examples
    --------
    >>> from charts.style import format_p_statement
    >>> with manuscript_style(ManuscriptSettings(journal="lancet")):
    ...     format_p_statement(0.0463)
    'p=0·046'
    """
    journal = chosen_journal(settings.journal)
    own_width = settings.column is None and journal.name == "house"
    with (
        number_style(settings.number_style or journal.number_style),
        palette(settings.palette or journal.palette),
        column_width(None if own_width else journal.width(settings.column)),
    ):
        yield journal
