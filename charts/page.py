"""A figure for a journal's page, drawn in millimetres from its upper left corner."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from charts.fonts import MILLIMETRES_PER_POINT, is_in_first_font, print_font, print_text, wrap_print
from charts.style import DOUBLE_COLUMN_MM, SMALLEST_PRINT_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK = "#111418"
FAINT_INK = "#565E66"
GRID_INK = "#E3E6EA"
AXIS_INK = "#33383D"
HAIRLINE = 0.5
MILLIMETRES_PER_INCH = 25.4
ARROW, ARROW_HEAD = "Arrow", "Arrow head"
"""Labels of a line and of the head drawn after it, which are one line with a head where lines can have heads."""
MARGIN = 1.5
"""Millimetres of white around everything."""


class PrintedPage:
    """A white page of a fixed size with axes and lettering on it.

    The object interface of Matplotlib only: nothing here touches the drawing state that threads would share.

    Parameters
    ----------
    width, height : float
        Millimetres.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        What is drawn.
    base, small, large : float
        Sizes of lettering in points, none below 6.
    """

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure

        self.width = width
        self.height = height
        self.figure: Figure = Figure(
            figsize=(width / MILLIMETRES_PER_INCH, height / MILLIMETRES_PER_INCH), facecolor="white", dpi=100
        )
        self.base, self.small, self.large = print_sizes(width)

    def axes(self, left: float, top: float, width: float, height: float) -> "Axes":
        """Axes with a line at the left and below, placed in millimetres from the upper left corner."""
        place = (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(place)
        axes.set_facecolor("none")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_linewidth(HAIRLINE)
            axes.spines[side].set_color(AXIS_INK)
        axes.tick_params(width=HAIRLINE, length=2.2, pad=1.8, colors=INK, labelsize=self.small)
        return axes

    def ticks(self, axes: "Axes", which: str, places: Sequence[float], labels: Sequence[str]) -> None:
        """Set the ticks of an axis, ``which`` being ``x`` or ``y``, with labels as they are."""
        axis = axes.xaxis if which == "x" else axes.yaxis
        axis.set_ticks(list(places), [print_text(label) for label in labels])
        for label in axis.get_ticklabels():
            label.set_fontproperties(print_font(self.small))

    def write(self, text: str, x: float, y: float, *, size: float = 0.0, bold: bool = False, **more: Any) -> None:
        """Letter one line; ``y`` is its baseline unless ``va`` says otherwise."""
        shown = print_text(text)
        self.figure.text(
            x / self.width,
            1 - y / self.height,
            shown,
            fontproperties=print_font(size or self.base, bold=bold and is_in_first_font(shown)),
            **{"color": INK, "ha": "left", "va": "baseline", **more},
        )

    def write_lines(self, lines: Sequence[str], x: float, top: float, *, size: float = 0.0, **more: Any) -> float:
        """Letter lines below each other from ``top``; the height they took is returned."""
        size = size or self.base
        step = line_step(size)
        for row, line in enumerate(lines):
            self.write(line, x, top + (row + 0.8) * step, size=size, **more)
        return len(lines) * step

    def wrap(self, text: str, width: float, size: float = 0.0) -> list[str]:
        """A text in lines that fit ``width`` millimetres."""
        return wrap_print(text, width, size or self.base)

    def rule(self, x: Sequence[float], y: Sequence[float], **more: Any) -> None:
        """A line through points in millimetres."""
        from matplotlib.lines import Line2D

        self.figure.add_artist(
            Line2D(
                [place / self.width for place in x],
                [1 - place / self.height for place in y],
                **{"color": AXIS_INK, "linewidth": HAIRLINE, "solid_capstyle": "butt", "dash_capstyle": "butt", **more},
            )
        )

    def box(self, left: float, top: float, width: float, height: float, **more: Any) -> None:
        """A rectangle in millimetres."""
        from matplotlib.patches import Rectangle

        self.figure.add_artist(
            Rectangle(
                (left / self.width, 1 - (top + height) / self.height),
                width / self.width,
                height / self.height,
                **{"edgecolor": AXIS_INK, "facecolor": "none", "linewidth": HAIRLINE, **more},
            )
        )


def print_sizes(width: float) -> tuple[float, float, float]:
    """Base, small and large size of lettering in points on a page of this width in millimetres."""
    return (7.5, 7.0, 8.5) if is_wide(width) else (6.5, SMALLEST_PRINT_SIZE, 7.5)


def is_wide(width: float) -> bool:
    """Whether a page of this width in millimetres spans more than one column of a journal."""
    return width >= 0.7 * DOUBLE_COLUMN_MM


def faded_ink(colour: str, opacity: float) -> tuple[float, float, float, float]:
    """A colour of the palette at an opacity from 0 to 1, as Matplotlib takes it."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue, opacity


def pale_ink(colour: str, opacity: float) -> tuple[float, float, float, float]:
    """What a colour of the palette at an opacity looks like on white, itself opaque: overlaps do not show."""
    red, green, blue, _ = faded_ink(colour, 1.0)
    return 1 - opacity * (1 - red), 1 - opacity * (1 - green), 1 - opacity * (1 - blue), 1.0


def line_step(size: float) -> float:
    """Millimetres from one line to the next at a size in points."""
    return 1.32 * size * MILLIMETRES_PER_POINT
