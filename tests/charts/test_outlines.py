"""Fonts as systems bring them, collections and PostScript outlines too, in every kind of file."""

import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from matplotlib import font_manager
from PIL import Image

from charts import fonts
from charts.files import figure_file
from charts.page import PrintedPage

FAMILY, LETTERS = "Outlines of a Test", "가日"
KINDS = {"square.ttf": False, "square.otf": True, "square.ttc": False, "cubic.ttc": True}


def font_of(family: str, *, cubic: bool, side: int = 800) -> TTFont:
    """A font with two letters: a square, and a square with rounded corners."""
    names = [".notdef", "square", "round"]
    built = FontBuilder(1000, isTTF=not cubic)
    built.setupGlyphOrder(names)
    built.setupCharacterMap(dict(zip(map(ord, LETTERS), names[1:], strict=True)))
    drawn = {}
    for name in names:
        pen = T2CharStringPen(1000, None) if cubic else TTGlyphPen(None)
        corners = [(100, 0), (100, side), (900, side), (900, 0)]
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        if name == "round" and cubic:
            pen.curveTo((700, -100), (300, -100), corners[0])
        pen.closePath()
        drawn[name] = pen.getCharString() if cubic else pen.glyph()
    if cubic:
        built.setupCFF(f"{family}-Regular".replace(" ", ""), {}, drawn, {})
    else:
        built.setupGlyf(drawn)
    built.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    built.setupHorizontalHeader(ascent=900, descent=-200)
    built.setupNameTable({"familyName": family, "styleName": "Regular", "psName": f"{family}-Regular".replace(" ", "")})
    built.setupOS2()
    built.setupPost()
    return built.font


@pytest.fixture
def installed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A font that is the only one with Korean and Japanese letters."""
    name: str = request.param
    family = f"{FAMILY} {name}"
    font = font_of(family, cubic=KINDS[name])
    if name.endswith(".ttc"):
        collection = TTCollection()
        collection.fonts = [font_of(f"Another of {name}", cubic=KINDS[name], side=10), font]
        collection.save(str(tmp_path / name))
    else:
        font.save(tmp_path / name)
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [*font_manager.fontManager.ttflist])
    font_manager.fontManager.addfont(tmp_path / name)
    monkeypatch.setattr(fonts, "PRINT_FALLBACK_FONTS", (family,))
    caches = (fonts.print_fonts, fonts.drawable_letters, fonts.printed_width)
    for found in caches:
        found.cache_clear()
    yield family
    for found in caches:
        found.cache_clear()


def page() -> PrintedPage:
    printed = PrintedPage(40, 20)
    printed.write(LETTERS, 5, 10, size=24)
    return printed


def inflated(content: bytes) -> list[bytes]:
    """The packed streams of a PDF, unpacked."""
    found = []
    for start in re.finditer(rb"stream\r?\n", content):
        with suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(content[start.end() :]))
    return found


@pytest.mark.parametrize("installed", KINDS, indirect=True)
def test_letters_of_every_kind_of_font_are_printed(installed: str) -> None:
    assert fonts.print_fonts() == ("DejaVu Sans", installed)
    assert fonts.print_text(LETTERS) == LETTERS
    assert b"<path" in figure_file(page().figure, "svg")


@pytest.mark.skipif(shutil.which("gs") is None, reason="no Ghostscript here")
@pytest.mark.parametrize("file_format", ["pdf", "eps"])
@pytest.mark.parametrize("installed", KINDS, indirect=True)
def test_a_pdf_and_an_eps_show_them_as_a_picture_does(installed: str, file_format: str, tmp_path: Path) -> None:
    figure = page().figure
    content = figure_file(figure, "pdf" if file_format == "pdf" else "eps")
    assert [stream for stream in inflated(content) if stream.startswith(b"OTTO")] == []  # how other outlines begin
    (tmp_path / "figure").write_bytes(content)
    command = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=pnggray", "-dGraphicsAlphaBits=4", "-r100"]
    options = ["-dTextAlphaBits=4", "-o", str(tmp_path / "drawn.png"), str(tmp_path / "figure")]
    done = subprocess.run([*command, *options], check=True, capture_output=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    with Image.open(tmp_path / "drawn.png") as image:
        shown = np.asarray(image.convert("L").resize((80, 40)), dtype=float)
    with Image.open(BytesIO(figure_file(figure, "png", dpi=100))) as image:
        expected = np.asarray(image.convert("L").resize((80, 40)), dtype=float)
    assert expected.min() < 50
    assert np.corrcoef(shown.ravel(), expected.ravel())[0, 1] > 0.9


def test_a_font_without_curves_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    font = font_of(FAMILY, cubic=False)
    del font["glyf"], font["loca"]
    font.save(tmp_path / "pictures.ttf")
    path = str(tmp_path / "pictures.ttf")
    monkeypatch.setattr(font_manager, "findfont", lambda *asked, **how: path)
    assert not fonts._has_outlines("Pictures")
    (tmp_path / "pictures.ttf").unlink()
    assert not fonts._has_outlines("Pictures")
