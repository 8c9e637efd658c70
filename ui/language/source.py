"""The texts of the source that a person will read: every literal template of ``phrase``."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FLOORS: Final = ("analysis", "charts", "pages", "ui")
WITHOUT: Final = tuple(Path("analysis/manuscript", folder) for folder in ("checklists", "documents", "tables", "text"))
"""The manuscript has languages of its own."""
MOST_FOLDERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One text of the source.

    Attributes
    ----------
    text : str
        With its fields in braces.
    context : str or None
        What tells it from the same text of another meaning.
    file : str
        Where it stands, seen from the root.
    has_values : bool
        Whether its braces are fields.
    """

    text: str
    context: str | None
    file: str
    has_values: bool


class NotLiteralError(ValueError):
    """A template that is not written out where it is used: no catalogue could be made of it."""


def domain_of(file: Path) -> str:
    """The catalogue that a file of the source belongs to: its folder's, at most three deep."""
    folders = file.parent.parts[:MOST_FOLDERS]
    return "_".join(folders) if folders else "pages"


def source_files() -> Iterator[Path]:
    """The files whose texts are said on screen, seen from the root."""
    for place in (ROOT / "app.py", *(file for floor in FLOORS for file in sorted((ROOT / floor).rglob("*.py")))):
        file = place.relative_to(ROOT)
        if not any(file.is_relative_to(folder) for folder in WITHOUT):
            yield file


def templates(file: Path) -> Iterator[Template]:
    """The texts of one file, in order.

    Raises
    ------
    NotLiteralError
        Where ``phrase`` is called with anything but literals.
    """
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if not (isinstance(call.func, ast.Name) and call.func.id == "phrase"):
            continue
        words = [item.value if isinstance(item, ast.Constant) else None for item in call.args]
        if not 1 <= len(words) <= 2 or not all(isinstance(word, str) for word in words):
            raise NotLiteralError(f"{file}:{call.lineno}")
        yield Template(
            text=str(words[0]),
            context=str(words[1]) if len(words) == 2 else None,
            file=str(file),
            has_values=bool(call.keywords),
        )


def by_domain() -> dict[str, list[Template]]:
    """Every text of the source, by the catalogue that has it."""
    found: dict[str, list[Template]] = {}
    for file in source_files():
        for template in templates(file):
            found.setdefault(domain_of(file), []).append(template)
    return found
