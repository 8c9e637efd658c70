"""Bring the catalogues up to the source: ``python -m ui.language.update``, or with the names of some catalogues.

New texts are added without a translation, texts that are gone are taken out, and what is translated stays.
"""

import sys
from collections.abc import Collection, Mapping
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from ui.language.catalogue import CODES, FOLDER, domains, read_catalogue
from ui.language.source import Template, by_domain

LINE_WIDTH = 130


def update(only: Collection[str] = ()) -> None:
    """Write every catalogue anew, or those that are named; say how many texts wait for a translation."""
    found = by_domain()
    for code in CODES:
        for domain in sorted({*found, *domains(code)}):
            if only and domain not in only:
                continue
            path = FOLDER / code / f"{domain}.po"
            known: dict[Any, object] = {}
            if path.exists():
                known = {(message.id, message.context): message.string for message in read_catalogue(code, domain)}
            if domain not in found:
                path.unlink()
                continue
            catalogue = _catalogue(code, found[domain], known)
            path.parent.mkdir(exist_ok=True)
            with path.open("wb") as file:
                write_po(file, catalogue, width=LINE_WIDTH, omit_header=True, include_lineno=False)
            waiting = sum(1 for message in catalogue if message.id and not message.string)
            print(f"{code}/{domain}.po: {len(catalogue)} texts, {waiting} without a translation")


def _catalogue(code: str, texts: list[Template], known: Mapping[Any, object]) -> Catalog:
    catalogue = Catalog(locale=code)
    for item in texts:
        string = known.get((item.text, item.context)) or ""
        catalogue.add(item.text, str(string), locations=[(item.file, 1)], context=item.context)
        catalogue.get(item.text, item.context).flags.clear()  # type: ignore[union-attr]  # it was just added
    return catalogue


if __name__ == "__main__":
    update(sys.argv[1:])
