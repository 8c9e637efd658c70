"""Letters drawn by cubic curves, as OpenType fonts of the PostScript kind have them, redrawn by TrueType's quadratic ones.

What Matplotlib embeds as TrueType in a PDF or EPS has to be TrueType: readers warn of another kind in a PDF, and an EPS with it
cannot be opened.
"""

from typing import Any

_MOST_OFF = 0.001
"""How far a redrawn curve may be from the first, as a share of the letter's height."""
_CUBIC_TABLES = ("CFF ", "VORG", "VVAR", "HVAR", "MVAR")
_TRUETYPE = "\x00\x01\x00\x00"
_NAMED = 2.0
"""The format of a post table with names of glyphs."""


def is_cubic(font: Any) -> bool:
    """Whether a font's letters are cubic curves.

    Parameters
    ----------
    font : fontTools.ttLib.TTFont
    """
    return "CFF " in font


def names_no_glyph(font: Any) -> bool:
    """Whether the file itself names no glyph, so that Matplotlib calls each by its number.

    Parameters
    ----------
    font : fontTools.ttLib.TTFont
    """
    if is_cubic(font):
        return hasattr(font["CFF "].cff.topDictIndex[0], "ROS")
    return bool(font["post"].formatType == 3.0)


def redraw_as_truetype(font: Any) -> None:
    """Replace the cubic curves of a font that was cut to the letters in use; names and places of its glyphs stay.

    Parameters
    ----------
    font : fontTools.ttLib.TTFont
        Changed in place.
    """
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    letters, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        letters[name].draw(Cu2QuPen(pen, _MOST_OFF * font["head"].unitsPerEm, reverse_direction=True))
        drawn[name] = pen.glyph()
    for table in _CUBIC_TABLES:
        if table in font:
            del font[table]
    font["loca"], glyf = newTable("loca"), newTable("glyf")
    font["glyf"] = glyf
    glyf.glyphOrder, glyf.glyphs = order, drawn
    for name in order:
        width, _ = font["hmtx"][name]
        drawn[name].recalcBounds(glyf)
        font["hmtx"][name] = (width, getattr(drawn[name], "xMin", 0))
    font["maxp"] = _sizes_for(newTable("maxp"), font["maxp"].numGlyphs)
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = _NAMED, [], {}
    font["post"].glyphOrder = order
    font.sfntVersion = _TRUETYPE


def _sizes_for(maxp: Any, glyphs: int) -> Any:
    maxp.tableVersion, maxp.numGlyphs, maxp.maxZones = 0x00010000, glyphs, 1
    for name in (
        *("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements", "SizeOfInstructions"),
        *("Points", "Contours", "CompositePoints", "CompositeContours", "ComponentElements", "ComponentDepth"),
    ):
        setattr(maxp, f"max{name}", 0)  # points and contours are counted when the font is written
    return maxp
