"""The part of a font that a PDF or EPS carries, cut out quickly.

Matplotlib cuts a font to the letters drawn and keeps, in doing so, the tables by which a typesetter joins and spaces
letters. A file in which every letter has its place already has no use for them, and reading them takes most of the time
that a figure's PDF takes.
"""

from typing import TYPE_CHECKING, Any

from charts.outlines import is_cubic, names_no_glyph, redraw_as_truetype

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_UNUSED_TABLES = (
    "GSUB",
    "GPOS",
    "GDEF",
    "JSTF",
    "BASE",
    "MATH",
    "kern",
    "DSIG",
    "gasp",
    "hdmx",
    "VDMX",
    "LTSH",
    "PCLT",
)


def lean_subset(font_file: Any, glyphs: Any) -> "AbstractContextManager[Any]":
    """Cut a font to these glyphs, as Matplotlib's own function does, without tables that set no letter.

    Parameters
    ----------
    font_file : matplotlib.font_manager.FontPath
        Which font of which file.
    glyphs : iterable of int
        Indices of the glyphs that are drawn.

    Returns
    -------
    context manager
        Of the cut font, and where each glyph now stands in it.
    """
    from fontTools import subset
    from matplotlib.backends import _backend_pdf_ps

    options = subset.Options(glyph_names=True, recommended_glyphs=True, layout_closure=False)
    options.drop_tables += [*_UNUSED_TABLES, "FFTM", "PfEd", "BDF", "meta", "bdat", "bloc", "morx", "kerx", "feat"]
    options.font_number = font_file.face_index
    font = subset.load_font(font_file, options)
    is_nameless = names_no_glyph(font)
    cutter = subset.Subsetter(options=options)
    cutter.populate(gids=glyphs)
    cutter.subset(font)
    if is_cubic(font):
        redraw_as_truetype(font)
    if is_nameless:
        font = _named_by_index(font, cutter.glyph_index_map)
    return _backend_pdf_ps.SubsetResults(font, cutter.glyph_index_map)._as_cm()


def _named_by_index(font: Any, places: dict[int, int]) -> Any:
    """A font whose file names no glyph, with the names by which an EPS shows them: their indices before the cut."""
    from fontTools.ttLib import TTFont
    from matplotlib.backends import _backend_pdf_ps

    cut = TTFont(_backend_pdf_ps.font_as_file(font))  # type: ignore[no-untyped-call]
    font.close()
    before = {after: index for index, after in places.items()}
    cut.setGlyphOrder([_index_name(before.get(after, after)) for after in range(cut["maxp"].numGlyphs)])
    return cut


def _index_name(index: int) -> str:
    return f"uni{index:08x}" if index else ".notdef"


def font_box(font: Any) -> tuple[int, int, int, int]:
    """The box round every letter of a font, as the font's head says; drawing them all would take seconds."""
    head = font["head"]
    return head.xMin, head.yMin, head.xMax, head.yMax
