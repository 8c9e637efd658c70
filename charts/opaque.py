"""Opaque colours in place of transparent ones: EPS knows no transparency."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

_PARTS = ("facecolor", "edgecolor", "color", "markerfacecolor", "markeredgecolor")


@contextmanager
def opaque(figure: "Figure") -> Iterator[None]:
    """Give every part of a figure, for a while, the colour that its transparent one shows on white.

    Where two transparent areas overlap, the upper one then covers the lower.
    """
    kept: list[tuple[Artist, float | None, dict[str, Any]]] = []
    try:
        for artist in figure.findobj():
            colours = _colours(artist)
            if _is_transparent(artist.get_alpha(), colours):
                kept.append((artist, artist.get_alpha(), colours))
                _blend(artist, colours)
        yield
    finally:
        for artist, alpha, colours in reversed(kept):
            artist.set_alpha(None)
            for part, colour in colours.items():
                getattr(artist, f"set_{part}")(colour)
            artist.set_alpha(alpha)


def transparent_parts(figure: "Figure") -> int:
    """How many visible parts of a figure are drawn with a transparent colour."""
    return sum(
        artist.get_visible() and _is_transparent(artist.get_alpha(), _colours(artist)) for artist in figure.findobj()
    )


def _colours(artist: "Artist") -> dict[str, Any]:
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    if not isinstance(artist, Line2D | Patch | Collection | Text):
        return {}
    parts = _PARTS[:2] if isinstance(artist, Patch | Collection) else _PARTS[2:]
    found = {part: getattr(artist, f"get_{part}")() for part in parts if hasattr(artist, f"get_{part}")}
    # An invisible colour would be seen where it is set again beside a transparency of its own.
    return {part: colour if np.any(_rgba(colour)[:, 3:]) else "none" for part, colour in found.items()}


def _rgba(colour: Any) -> Any:
    from matplotlib.colors import to_rgba_array

    if isinstance(colour, str) and colour in ("auto", "none", "face"):
        return np.zeros((0, 4))
    return to_rgba_array(colour)


def _is_transparent(alpha: Any, colours: dict[str, Any]) -> bool:
    if alpha is not None and np.any(np.asarray(alpha) < 1) and any(_rgba(colour).size for colour in colours.values()):
        return True
    shares = [share for colour in colours.values() for share in _rgba(colour)[:, 3:].ravel().tolist()]
    return any(0 < share < 1 for share in shares)


def _blend(artist: "Artist", colours: dict[str, Any]) -> None:
    alpha = artist.get_alpha()
    artist.set_alpha(None)
    for part, colour in colours.items():
        painted = _rgba(colour)
        if not painted.size:
            continue
        share = painted[:, 3:] if alpha is None else np.where(painted[:, 3:] > 0, alpha, 0.0)
        mixed = np.where(share > 0, painted[:, :3] * share + 1 - share, 1.0)
        shown = np.hstack([mixed, (share > 0).astype(float)])
        getattr(artist, f"set_{part}")(shown if len(shown) > 1 else tuple(shown[0]))
