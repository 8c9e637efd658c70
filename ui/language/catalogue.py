"""The catalogues of the screen's languages: a folder a language, a file for each folder of the source."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.phrases import Reader

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

FOLDER: Final = Path(__file__).resolve().parent
CODES: Final = ("ko", "ja")

_MARK: Final = "⟨"
_MARK_OF_A_VALUE: Final = "\ue010"

Entries = Mapping[tuple[str, str | None], str]


def read_catalogue(code: str, domain: str) -> "Catalog":
    """The catalogue of one folder of the source, as Babel reads it."""
    from babel.messages.pofile import read_po

    with (FOLDER / code / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=code)


def domains(code: str) -> tuple[str, ...]:
    """The folders of the source that have a catalogue in this language."""
    return tuple(sorted(path.stem for path in (FOLDER / code).glob("*.po")))


@cache
def entries(code: str) -> Entries:
    """Every text of a language by its template and its context; read once in a process, when first asked for."""
    return {
        (str(message.id), message.context): str(message.string)
        for domain in domains(code)
        for message in read_catalogue(code, domain)
        if message.id and message.string and not message.fuzzy
    }


@cache
def reader(code: str) -> Reader:
    """Says templates in this language; those that the catalogues do not have, in English."""

    def say(template: str, context: str | None, values: Mapping[str, Any]) -> str:
        told = entries(code).get((template, context), template)
        if not values:
            return told
        if _MARK not in told:
            return told.format_map(values)
        # A pair of particles, such as ⟨을/를⟩, becomes the one that the word before it asks for; a label may hold such a mark.
        from analysis.manuscript.text.korean.particles import with_particles

        safe = {
            name: value.replace(_MARK, _MARK_OF_A_VALUE) if isinstance(value, str) else value
            for name, value in values.items()
        }
        return with_particles(told.format_map(safe)).replace(_MARK_OF_A_VALUE, _MARK)

    return say
