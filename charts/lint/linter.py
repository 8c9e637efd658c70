"""The rules by which a printed figure is looked through."""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analysis.phrases import phrase
from charts.journal import JOURNALS, Journal
from charts.lint.facts import facts_of
from charts.lint.finding import Finding, Weight
from charts.opaque import transparent_parts
from charts.proof import difference
from charts.style import PRINT_RESOLUTION, SMALLEST_PRINT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

MILLIMETRES_PER_INCH: Final = 25.4
THINNEST_LINE: Final = 0.25
"""Points: a thinner line breaks up in print."""
ALIKE: Final = 14.0
"""In CIE 1976 L*a*b*: colours this near are taken for one another in a legend."""
UNLIKE: Final = 25.0
"""Colours this far apart are meant to differ."""
ALIKE_IN_GREY: Final = 8.0
_PIXELS: Final = ("png", "tiff")
_ROUNDING: Final = 0.05
_LEAST_POINTS: Final = 3
_TIMES: Final = ("time", "follow-up", "survival")


def lint_figure(
    figure: "Figure", *, journal: Journal = JOURNALS["house"], file_format: str = "pdf", dpi: int = PRINT_RESOLUTION
) -> tuple[Finding, ...]:
    """Say what a journal would send back.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        From any of the ``*_publication`` functions.
    journal : Journal
        Whose columns and resolution are asked for.
    file_format : str
        The file it goes into: pixels have a resolution, and EPS knows no transparency.
    dpi : int
        The resolution of pixels.

    Returns
    -------
    tuple of Finding
        In the order of the rules; empty where nothing was found.
    """
    return (
        *_curves(figure),
        *_colours(figure),
        *_letters(figure, journal),
        *_lines(figure),
        *_page(figure, journal),
        *_file(figure, journal, file_format, dpi),
    )


def _curves(figure: "Figure") -> Iterator[Finding]:
    facts = facts_of(figure)
    if facts.has_curves and not facts.has_table:
        text = phrase("No numbers at risk stand under the curves. Nearly every journal asks for them.")
        yield Finding(rule="at-risk table", weight="sent back", text=text)
    if facts.has_tail and not facts.marks_tail:
        text = phrase(
            "A curve runs on where few patients remain, and nothing says so. End it there, or mark that part."
        )
        yield Finding(rule="tail", weight="sent back", text=text)
    elif facts.has_tail:
        text = phrase("A curve runs on, drawn lighter, where few patients remain. Some journals ask to end it there.")
        yield Finding(rule="tail", weight="look at it", text=text)
    if facts.has_curves and figure.axes and figure.axes[0].get_ylim()[0] > 0:
        text = phrase(
            "The upright axis starts at {start:g} and not at 0, which makes differences look larger.",
            start=figure.axes[0].get_ylim()[0],
        )
        yield Finding(rule="cut axis", weight="sent back", text=text)
    for axes in figure.axes:
        for label in (axes.get_xlabel(), axes.get_ylabel()):
            if label.lower().startswith(_TIMES) and not any(sign in label for sign in ("(", "%")):
                text = phrase(
                    "The axis “{label}” has no unit. Write it in parentheses after the title.", label=label[:40]
                )
                yield Finding(rule="unit", weight="sent back", text=text)


def _colours(figure: "Figure") -> Iterator[Finding]:
    panels = [set(_drawn_lines(axes)) for axes in figure.axes]
    lines = {colour for drawn in panels for colour, _ in drawn}
    kinds = sorted(lines | set(_fills(figure)))
    for one, other in combinations(kinds, 2):
        apart = difference(one, other)
        hidden = min(difference(one, other, "protanopia"), difference(one, other, "deuteranopia"))
        if apart >= UNLIKE and hidden < ALIKE:
            text = phrase(
                "{one} and {other} look alike to readers who do not tell red from green, about 1 man in 12. "
                "Choose another palette.",
                one=one,
                other=other,
            )
            # Areas stand in an order and carry their names; lines cross.
            weight: Weight = "sent back" if {one, other} <= lines else "look at it"
            yield Finding(rule="red and green", weight=weight, text=text)
    # What stands in panels of its own is told apart by its place.
    pairs = {pair for drawn in panels for pair in combinations(sorted(drawn), 2)}
    for (one, dash), (other, other_dash) in sorted(pairs):
        if dash == other_dash and difference(one, other) >= UNLIKE and difference(one, other, "grey") < ALIKE_IN_GREY:
            text = phrase(
                "The lines in {one} and {other} have one line style and look alike in grey. Dash one of them.",
                one=one,
                other=other,
            )
            yield Finding(rule="alike in grey", weight="sent back", text=text)


def _drawn_lines(axes: "Axes") -> Iterator[tuple[str, str]]:
    """The colour and dashes of every line that shows data: a guide has two points."""
    for line in axes.lines:
        if line.get_visible() and np.size(line.get_xdata()) >= _LEAST_POINTS and line.get_linestyle() != "None":
            yield _hex(line.get_color()), _dashes(line)


def _dashes(line: "Line2D") -> str:
    return repr(line._unscaled_dash_pattern[1] if hasattr(line, "_unscaled_dash_pattern") else line.get_linestyle())


def _fills(figure: "Figure") -> Iterator[str]:
    for axes in figure.axes:
        yield from (_hex(patch.get_facecolor()) for patch in axes.patches if patch.get_visible() and patch.get_fill())


def _hex(colour: Any) -> str:
    from matplotlib.colors import to_hex, to_rgba

    red, green, blue, share = to_rgba(colour)
    return to_hex((1 - share * (1 - red), 1 - share * (1 - green), 1 - share * (1 - blue))).upper()


def _letters(figure: "Figure", journal: Journal) -> Iterator[Finding]:
    from matplotlib.text import Text

    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    smallest = min((float(text.get_fontsize()) for text in texts), default=journal.smallest_pt)
    least = max(SMALLEST_PRINT_SIZE, journal.smallest_pt)
    if smallest < least - _ROUNDING:
        text = phrase(
            "The smallest lettering has {smallest:.3g} points; at least {least:g} are read at final size. Draw it wider.",
            smallest=smallest,
            least=least,
        )
        yield Finding(rule="lettering", weight="sent back", text=text)


def _lines(figure: "Figure") -> Iterator[Finding]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    lines: list[Any] = [line for line in figure.findobj(Line2D) if line.get_visible() and _is_line(line)]
    edges: list[Any] = [patch for patch in figure.findobj(Patch) if patch.get_visible() and _has_edge(patch)]
    thin = [part for part in (*lines, *edges) if 0 < part.get_linewidth() < THINNEST_LINE]
    if thin:
        text = (
            phrase(
                "{n} lines are thinner than {least:g} points and break up in print. Draw them heavier.",
                n=len(thin),
                least=THINNEST_LINE,
            )
            if len(thin) > 1
            else phrase(
                "A line is thinner than {least:g} points and breaks up in print. Draw it heavier.", least=THINNEST_LINE
            )
        )
        yield Finding(rule="thin line", weight="sent back", text=text)


def _is_line(line: Any) -> bool:
    return bool(line.get_linestyle() != "None")


def _has_edge(patch: Any) -> bool:
    return bool(patch.get_edgecolor()[3] > 0)


def _page(figure: "Figure", journal: Journal) -> Iterator[Finding]:
    width, height = (MILLIMETRES_PER_INCH * side for side in figure.get_size_inches())
    if width > journal.double_mm + _ROUNDING:
        text = phrase(
            "The figure is {width:.0f} mm wide; two columns of {journal} have {room:g} mm. It would be "
            "shrunk, and its lettering with it.",
            width=width,
            journal=journal.title,
            room=journal.double_mm,
        )
        yield Finding(rule="width", weight="sent back", text=text)
    if height > journal.height_mm + _ROUNDING:
        text = phrase(
            "The figure is {height:.0f} mm high; {journal} has room for {room:g} mm. Draw it wider, or divide it.",
            height=height,
            journal=journal.title,
            room=journal.height_mm,
        )
        yield Finding(rule="height", weight="sent back", text=text)


def _file(figure: "Figure", journal: Journal, file_format: str, dpi: int) -> Iterator[Finding]:
    if file_format in _PIXELS and dpi < journal.mixed_dpi:
        text = phrase(
            "{dpi} dots per inch; {journal} asks for {asked}. Choose more, or a PDF or EPS.",
            dpi=dpi,
            journal=journal.title,
            asked=journal.mixed_dpi,
        )
        yield Finding(rule="resolution", weight="sent back", text=text)
    if file_format == "eps" and transparent_parts(figure):
        text = phrase(
            "EPS knows no transparency: shades are written opaque, and where bands overlap the upper covers the lower."
        )
        yield Finding(rule="transparency", weight="look at it", text=text)
