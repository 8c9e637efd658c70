"""A drawing of the floors: the order that pyproject.toml demands, and who really imports from whom."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
DRAWING = ROOT / "docs" / "pictures" / "floors.svg"
PAGES = "app.py, pages"
"""What stands above the packages and is no package itself."""

ROW = 26
NAMES = 236
TOP = 74
INK, PALE, LINE, USED, ONCE = "#1b2733", "#5a6b7b", "#d5dde5", "#0072B2", "#9cc4e4"
SEVERAL = 10
"""Imports from which on a square is dark; a few more or less do not change the drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """One floor: its modules' common name, and the row it stands on.

    Attributes
    ----------
    name : str
        Such as ``analysis.design``.
    level : int
        0 on top. Floors of one level do not know each other.
    """

    name: str
    level: int


def floors() -> tuple[Floor, ...]:
    """The floors from top to bottom, as the first contract of pyproject.toml names them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers: list[str] = settings["contracts"][0]["layers"]
    beside = [[name.strip(" ()") for name in layer.replace(":", "|").split("|")] for layer in layers]
    listed = [Floor(name=name, level=level) for level, names in enumerate(beside, start=1) for name in names]
    return (Floor(name=PAGES, level=0), *listed)


def imports_between(listed: tuple[Floor, ...]) -> dict[tuple[str, str], int]:
    """How many times files of one floor import files of another."""
    roots = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "root_packages"
    ]
    graph = grimp.build_graph(*roots, cache_dir=None)
    found: dict[tuple[str, str], int] = {}
    pairs = [(module, other) for module in graph.modules for other in graph.find_modules_directly_imported_by(module)]
    for importer, imported in [*pairs, *((PAGES, module) for module in _imported_by_pages())]:
        ends = (_floor_of(importer, listed), _floor_of(imported, listed))
        if None not in ends and ends[0] != ends[1]:
            found[str(ends[0]), str(ends[1])] = found.get((str(ends[0]), str(ends[1])), 0) + 1
    return found


def _imported_by_pages() -> Iterator[str]:
    for file in [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
            if isinstance(node, ast.Import):
                yield from (item.name for item in node.names)


def _floor_of(module: str, listed: tuple[Floor, ...]) -> str | None:
    fitting = [floor.name for floor in listed if module == floor.name or module.startswith(f"{floor.name}.")]
    return max(fitting, key=len, default=None)


def floors_drawing() -> dict[Path, str]:
    """The drawing as SVG, by its file."""
    listed = floors()
    found = imports_between(listed)
    side = ROW * len(listed)
    width, height = NAMES + side + 24, TOP + side + 64
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="{INK}">',
        "<title>The floors and what they import</title>",
        f"<desc>{escape(_in_words(listed, found))}</desc>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>',
        '<text x="20" y="32" font-size="16" font-weight="bold">Who imports from whom</text>',
        f'<text x="20" y="52" fill="{PALE}">A row imports from the columns marked in it. The contract: nothing left of '
        "the numbers.</text>",
        *_rows(listed),
        *_squares(listed, found),
        *_wall(listed),
        *_legend(TOP + side + 30),
        "</svg>",
    ]
    return {DRAWING: "\n".join(parts) + "\n"}


def _rows(listed: tuple[Floor, ...]) -> Iterator[str]:
    side = ROW * len(listed)
    for number, floor in enumerate(listed):
        top = TOP + number * ROW
        yield f'<line x1="20" y1="{top}" x2="{NAMES + side}" y2="{top}" stroke="{LINE}"/>'
        yield f'<text x="20" y="{top + 18}" fill="{PALE}">{number + 1}</text>'
        yield f'<text x="46" y="{top + 18}">{escape(floor.name)}</text>'
        left = NAMES + number * ROW
        yield f'<rect x="{left}" y="{top}" width="{ROW}" height="{ROW}" fill="#eef2f6"/>'
        yield f'<text x="{left + ROW / 2:g}" y="{top + 18}" text-anchor="middle" fill="{PALE}">{number + 1}</text>'


def _squares(listed: tuple[Floor, ...], found: dict[tuple[str, str], int]) -> Iterator[str]:
    place = {floor.name: number for number, floor in enumerate(listed)}
    level = {floor.name: floor.level for floor in listed}
    for (importer, imported), count in sorted(found.items()):
        top, left = TOP + place[importer] * ROW, NAMES + place[imported] * ROW
        allowed = level[importer] < level[imported]
        colour = (USED if count >= SEVERAL else ONCE) if allowed else "#b00020"
        words = f"{importer} imports from {imported}"
        yield (
            f'<rect x="{left + 4}" y="{top + 4}" width="{ROW - 8}" height="{ROW - 8}" rx="3" fill="{colour}">'
            f"<title>{escape(words)}</title></rect>"
        )


def _wall(listed: tuple[Floor, ...]) -> Iterator[str]:
    """Between the screen and everything below it."""
    above = sum(floor.name in (PAGES, "ui") for floor in listed)
    y, right = TOP + above * ROW, NAMES + ROW * len(listed)
    yield f'<line x1="20" y1="{y}" x2="{right}" y2="{y}" stroke="#D55E00" stroke-width="3"/>'
    yield (
        f'<text x="{NAMES - 8}" y="{y - 6}" text-anchor="end" fill="#b34700" font-size="12">the wall: no Streamlit below</text>'
    )


def _legend(y: int) -> Iterator[str]:
    entries = ((USED, f"{SEVERAL} imports or more"), (ONCE, "fewer"))
    for number, (colour, words) in enumerate(entries):
        left = NAMES + number * 180
        yield f'<rect x="{left}" y="{y - 13}" width="18" height="18" rx="3" fill="{colour}"/>'
        yield f'<text x="{left + 26}" y="{y + 1}" fill="{PALE}">{words}</text>'


def _in_words(listed: tuple[Floor, ...], found: dict[tuple[str, str], int]) -> str:
    names = [floor.name for floor in listed]
    sentences = []
    for importer in names:
        imported = [name for name in names if (importer, name) in found]
        sentences.append(f"{importer} imports from {', '.join(imported) or 'no other floor'}.")
    return " ".join(sentences)
