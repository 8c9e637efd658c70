"""Files that journals take: they open, have their size and resolution, embed their fonts, and never change."""

import re
import shutil
import subprocess
import sys
import threading
import zlib
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from charts.files import FIGURE_FORMATS, FigureFormat, figure_file
from charts.opaque import opaque, transparent_parts
from charts.style import DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM
from tests.charts.cases import AWKWARD, print_figures

MILLIMETRES_PER_INCH = 25.4
LZW = 5
COMPRESSION_TAG = 259
# A page's width in pixels is rounded to a whole pixel.
PIXEL = 1.0


def drawn(file_format: FigureFormat, *, label: str = "LEN", dpi: int = 300, width: float = SINGLE_COLUMN_MM) -> bytes:
    """The Kaplan–Meier figure as a file."""
    return figure_file(print_figures("compare", width, label)["survival"](), file_format, dpi=dpi)


@pytest.mark.parametrize("file_format", ["png", "tiff"])
@pytest.mark.parametrize("dpi", [300, 600])
def test_pixels_have_the_resolution_inside_and_the_size_on_paper(file_format: FigureFormat, dpi: int) -> None:
    with Image.open(BytesIO(drawn(file_format, dpi=dpi, width=DOUBLE_COLUMN_MM))) as image:
        assert image.mode == "RGB"
        # PNG keeps its resolution in whole pixels per metre.
        assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
        assert image.width == pytest.approx(DOUBLE_COLUMN_MM / MILLIMETRES_PER_INCH * dpi, abs=PIXEL)
        assert image.getpixel((0, 0)) == (255, 255, 255)
        assert len(image.getcolors(maxcolors=1 << 24)) > 100


def test_a_tiff_is_compressed_without_loss() -> None:
    with Image.open(BytesIO(drawn("tiff"))) as image:
        assert image.tag_v2[COMPRESSION_TAG] == LZW


def test_a_pdf_embeds_its_fonts_as_truetype() -> None:
    content = drawn("pdf", label=AWKWARD)
    assert content.startswith(b"%PDF-1.")
    assert content.rstrip().endswith(b"%%EOF")
    objects = content + b"".join(_inflated(content))
    assert b"/Type3" not in objects
    assert b"/FontFile2" in objects
    assert b"DejaVuSans" in objects
    assert b"CreationDate" not in objects
    page_width = float(re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", objects).group(1))  # type: ignore[union-attr]
    assert page_width == pytest.approx(SINGLE_COLUMN_MM / MILLIMETRES_PER_INCH * 72, abs=0.01)


def test_an_svg_is_xml_of_the_right_size_whose_lettering_needs_no_font() -> None:
    content = drawn("svg", label=AWKWARD)
    root = ElementTree.fromstring(content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    width = float(root.attrib["width"].removesuffix("pt"))
    assert width == pytest.approx(SINGLE_COLUMN_MM / MILLIMETRES_PER_INCH * 72, abs=0.01)
    assert not list(root.iter("{http://www.w3.org/2000/svg}text"))
    assert b"http" not in content.replace(b"http://www.w3.org", b"").replace(b"http://purl.org", b"").replace(
        b"http://creativecommons.org", b""
    ).replace(b"https://matplotlib.org", b"")


def test_an_eps_is_opaque_embeds_its_fonts_and_leaves_the_figure_as_it_was() -> None:
    figure = print_figures("compare", SINGLE_COLUMN_MM, AWKWARD)["survival"]()
    assert transparent_parts(figure) > 3
    pixels = figure_file(figure, "png", dpi=60)
    content = figure_file(figure, "eps", title="Overall survival,\nof (everyone")
    assert content.startswith(b"%!PS-Adobe-3.0 EPSF-3.0\n%%Title: Overall survival, of (everyone\n")
    assert b"CreationDate" not in content
    assert content.count(b"/FontType 42 def") >= 2
    assert b"/FontType 3 def" not in content
    box = re.search(rb"%%HiResBoundingBox: [\d.]+ [\d.]+ ([\d.]+)", content)
    assert box is not None
    assert figure_file(figure, "png", dpi=60) == pixels
    with opaque(figure):
        assert transparent_parts(figure) == 0


@pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript draws the file")
def test_an_eps_shows_what_the_pixels_show(tmp_path: Path) -> None:
    figure = print_figures("compare", SINGLE_COLUMN_MM, "LEN 렌바")["survival"]()
    (tmp_path / "figure.eps").write_bytes(figure_file(figure, "eps"))
    drawn = tmp_path / "drawn.png"
    command = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=png16m", "-dTextAlphaBits=4", "-r100"]
    subprocess.run([*command, "-dGraphicsAlphaBits=4", "-o", str(drawn), str(tmp_path / "figure.eps")], check=True)
    # Two renderers smooth edges differently, by less than a twentieth in patches of a few letters.
    with Image.open(drawn) as image:
        shown = np.asarray(image.convert("L").resize((40, 54), Image.Resampling.BOX), dtype=float)
    with Image.open(BytesIO(figure_file(figure, "png", dpi=100))) as image:
        expected = np.asarray(image.convert("L").resize((40, 54), Image.Resampling.BOX), dtype=float)
    assert np.abs(shown - expected).mean() < 0.05 * 255
    assert np.corrcoef(shown.ravel(), expected.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("file_format", FIGURE_FORMATS)
def test_the_same_figure_gives_the_same_bytes(file_format: FigureFormat) -> None:
    assert drawn(file_format) == drawn(file_format)


def test_a_title_is_kept_in_vector_files() -> None:
    figure = print_figures("before", SINGLE_COLUMN_MM)["balance"]()
    assert b"Balance of LEN and SOR" in figure_file(figure, "svg", title="Balance of LEN and SOR")


def test_threads_may_write_files_at_once() -> None:
    alone = drawn("png", dpi=80)
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(drawn("png", dpi=80))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 3


def _inflated(content: bytes) -> list[bytes]:
    """The streams of a PDF, unpacked where they are packed."""
    unpacked = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, flags=re.DOTALL):
        try:
            unpacked.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return unpacked


def test_matplotlib_is_loaded_by_the_first_printed_figure_and_not_by_the_screen() -> None:
    script = (
        "import sys, charts.balance, charts.files, charts.flow, charts.overlap, charts.response, charts.survival;"
        "print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
