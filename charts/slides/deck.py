"""Slides with figures that can be edited: every word, line and area a shape of its own."""

import re
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pptx import Presentation
from pptx.slide import Slide
from pptx.util import Emu, Pt

from charts.slides.markup import EMU_PER_POINT, Place, SlideWriter
from charts.slides.renderer import figure_shapes
from charts.slides.shapes import gathered

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pptx.presentation import Presentation as Deck

MARGIN_EMU = 3 * 36000
"""Three millimetres round a figure on a slide of its own."""
_TITLE_HEIGHT = 14 * 36000
_TITLE_ONLY = 5
_SMALLEST_SLIDE, _LARGEST_SLIDE = 914400, 51206400
_FIRST_DAY = datetime(1980, 1, 1)
_NAME = "Matched Cohort Explorer"


def slide_shapes(
    slide: Slide, figure: "Figure", left: int, top: int, width: int, *, name: str = "Figure", alt: str = ""
) -> int:
    """Draw a publication figure on a slide as shapes that can be edited.

    Parameters
    ----------
    slide : pptx.slide.Slide
        The figure is added in front of what the slide has.
    figure : matplotlib.figure.Figure
        From any of the ``*_publication`` functions; it is left as it was.
    left, top, width : int
        Place and width in EMU (360 000 to a centimetre). Lettering and lines grow with the width.
    name, alt : str
        Of the group that holds the figure: as the selection pane lists it, and as it is read to those who do not see
        it.

    Returns
    -------
    int
        The height that the figure took, in EMU.

    Notes
    -----
    A curve is one freeform with the vertices of its steps, a row of censor marks another; lettering is text, held at
    the end or in the middle where it was aligned, so that it stays in its place when it is changed. Fonts that
    offices do not have become Arial; Korean and Japanese letters have fonts of their own.
    """
    drawn, points_wide, points_high = figure_shapes(figure)
    place = Place(left=int(left), top=int(top), scale=width / (points_wide * EMU_PER_POINT))
    shapes = gathered(drawn)
    shapes.name = _printable(name) or "Figure"
    if shapes.items:
        tree = slide.shapes._spTree  # python-pptx has no public way to add a shape that it did not make
        numbers = [int(number) for number in tree.xpath("//@id") if str(number).isdigit()]

        def keep(png: bytes) -> str:
            _, relationship = slide.part.get_or_add_image_part(BytesIO(png))
            return relationship

        tree.append(SlideWriter(place, max(numbers, default=1) + 1, keep).group(shapes, alt=_printable(alt)))
    return round(points_high * place.scale * EMU_PER_POINT)


def figure_pptx(figures: Iterable[tuple[str, str, "Figure"]]) -> bytes:
    """Write figures as a presentation, one on each slide, in the size in which they are printed.

    Parameters
    ----------
    figures : iterable of (str, str, Figure)
        Title, the figure in words, and the figure. The title stands above the slide's edge, where it does not show
        but is read, listed in the outline, and taken along.

    Returns
    -------
    bytes
        The same for the same figures; no date is written.
    """
    listed = list(figures)
    deck = Presentation()
    sizes = [figure.get_size_inches() * 914400 for _, _, figure in listed]
    widths, heights = [[round(size[side]) for size in sizes] for side in (0, 1)]
    _resize(deck, *(_slide_side(max(sides, default=0)) for sides in (widths, heights)))
    for (title, alt, figure), wide in zip(listed, widths, strict=True):
        slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
        _write_title(deck, slide, _printable(title))
        slide_shapes(slide, figure, MARGIN_EMU, MARGIN_EMU, wide, name=title, alt=alt)
    return deck_bytes(deck, title=listed[0][0] if len(listed) == 1 else "Figures")


def deck_bytes(deck: "Deck", *, title: str) -> bytes:
    """A presentation as bytes that are the same for the same slides: without dates, and without who made it where.

    Parameters
    ----------
    deck : pptx.presentation.Presentation
        Its core properties are set.
    title : str
        Of the document.
    """
    core = deck.core_properties
    core.title, core.author, core.last_modified_by, core.revision = _printable(title)[:255], _NAME, _NAME, 1
    core.created = core.modified = _FIRST_DAY
    written = BytesIO()
    deck.save(written)
    target = BytesIO()
    with ZipFile(written) as parts, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, parts.read(name))
    return target.getvalue()


def _write_title(deck: "Deck", slide: Slide, title: str) -> None:
    heading = slide.shapes.title
    assert heading is not None  # the layout has one
    heading.left, heading.top = Emu(0), Emu(-_TITLE_HEIGHT - MARGIN_EMU)
    heading.width, heading.height = Emu(deck.slide_width or 0), Emu(_TITLE_HEIGHT)
    heading.text_frame.text = title
    heading.text_frame.paragraphs[0].font.size = Pt(12)


def _resize(deck: "Deck", width: int, height: int) -> None:
    """Give the slides a size, and what their layouts hold with them."""
    across, down = width / int(deck.slide_width or width), height / int(deck.slide_height or height)
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.placeholders:
            if shape._element.xfrm is not None:  # otherwise the place is the master's
                shape.left, shape.top = Emu(round(shape.left * across)), Emu(round(shape.top * down))
                shape.width, shape.height = Emu(round(shape.width * across)), Emu(round(shape.height * down))
    deck.slide_width, deck.slide_height = Emu(width), Emu(height)


def _slide_side(length: int) -> int:
    return min(max(length + 2 * MARGIN_EMU, _SMALLEST_SLIDE), _LARGEST_SLIDE)


def _printable(text: str) -> str:
    """Without the control characters that XML has no place for."""
    return re.sub(r"[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]+", " ", text)
