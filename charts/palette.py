"""The colours of printed figures, as data files say; on screen the house's own hold.

Inside ``with palette("grey"):`` a publication figure takes its arms, populations and responses from that palette. As
with number styles, the setting is that of the running context.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from analysis.errors import SettingsError
from analysis.phrases import phrase
from charts.number_style import read_journal_file

Name = TypeVar("Name", bound=str)

_RESPONSE: Final = {"CR": "#01665E", "PR": "#5AB4AC", "SD": "#E3D3A4", "PD": "#A6611A", "NE": "#9AA0A6"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours that stand for something.

    Attributes
    ----------
    name, title : str
        What the study file and the screen call it.
    treated, control : str
        The arms.
    before, after : str
        The populations, where a mark does not stand for an arm.
    response : mapping of str to str
        The fill of each response category.
    source : str
        Where the colours are from; empty for our own.
    """

    name: str
    title: str
    treated: str
    control: str
    before: str = "#7C858F"
    after: str = "#00795A"
    response: Mapping[str, str] = field(default_factory=lambda: dict(_RESPONSE))
    source: str = ""

    def colour(self, name: str) -> str:
        """The colour of an arm, a population, a response category, a responder or a non-responder."""
        responder = {"responder": "CR", "non-responder": "SD"}
        if name in responder or name in self.response:
            return self.response[responder.get(name, name)]
        return {"treated": self.treated, "control": self.control, "before": self.before, "after": self.after}[name]


PALETTES: Final[Mapping[str, Palette]] = {
    name: Palette(name=name, **colours) for name, colours in read_journal_file("palettes.yaml").items()
}
_IN_FORCE: ContextVar[Palette] = ContextVar("palette", default=PALETTES["house"])


def palette_in_force() -> Palette:
    """The palette that figures are printed in here and now."""
    return _IN_FORCE.get()


@contextmanager
def palette(chosen: Palette | str) -> Iterator[Palette]:
    """Print every figure inside in this palette.

    Raises
    ------
    SettingsError
        When no palette has this name.

    Examples
    --------
    >>> with palette("grey"):
    ...     palette_in_force().control
    '#808080'
    """
    colours = chosen if isinstance(chosen, Palette) else chosen_palette(chosen)
    token = _IN_FORCE.set(colours)
    try:
        yield colours
    finally:
        _IN_FORCE.reset(token)


def chosen_palette(name: str) -> Palette:
    """The palette of this name; a `SettingsError` where there is none."""
    if name not in PALETTES:
        raise SettingsError(
            phrase(
                "manuscript.palette must be one of {names}; found {found}. Choose one of them, or leave it out for the "
                "journal's own.",
                names=", ".join(PALETTES),
                found=repr(name[:40]),
            )
        )
    return PALETTES[name]


class PaletteColours(Mapping[Name, str], Generic[Name]):
    """Names and the colours that the palette in force gives them; the names never change."""

    def __init__(self, names: tuple[Name, ...]) -> None:
        self._names = names

    def __getitem__(self, name: Name) -> str:
        if name not in self._names:
            raise KeyError(name)
        return palette_in_force().colour(name)

    def __iter__(self) -> Iterator[Name]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
