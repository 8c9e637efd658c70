"""A figure as the bytes of a file that a journal takes: PNG, SVG, PDF, EPS, TIFF or PowerPoint, the same bytes each time."""

import logging
import re
from functools import cache
from io import BytesIO
from threading import RLock
from typing import TYPE_CHECKING, Literal

import numpy as np

from charts.embedding import font_box, lean_subset
from charts.opaque import opaque
from charts.style import PRINT_RESOLUTION

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FigureFormat = Literal["png", "svg", "pdf", "eps", "tiff", "pptx"]
FIGURE_FORMATS: tuple[FigureFormat, ...] = ("png", "svg", "pdf", "eps", "tiff", "pptx")
MEDIA_TYPE = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "eps": "application/postscript",
    "tiff": "image/tiff",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

DRAWING = RLock()
"""Held while a figure is drawn: Matplotlib's caches of fonts are not made for threads."""


def figure_file(
    figure: "Figure", file_format: FigureFormat, *, dpi: int = PRINT_RESOLUTION, title: str = "", heading: str = ""
) -> bytes:
    """Write a publication figure as a file.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        From any of the ``*_publication`` functions; its size on paper is kept.
    file_format : {"png", "svg", "pdf", "eps", "tiff", "pptx"}
        PNG and TIFF (LZW) are opaque RGB with their resolution inside; PDF and EPS embed the letters they use as
        TrueType, and EPS is opaque; SVG has its lettering as outlines; PPTX is a slide with every word, line and area
        as a shape that can be edited.
    dpi : int
        Resolution of PNG and TIFF.
    title : str
        Kept inside SVG, PDF, EPS and PPTX for readers who do not see the figure.
    heading : str
        Of a slide, where it is shorter than ``title``.

    Returns
    -------
    bytes
        The same for the same figure; no date is written.
    """
    with DRAWING:
        _set_once()
        if file_format in ("png", "tiff"):
            return _pixels(figure, file_format, dpi)
        if file_format == "pptx":
            from charts.slides import figure_pptx

            return figure_pptx([(heading or title, title, figure)])
        return _postscript(figure, title) if file_format == "eps" else _vectors(figure, file_format, title)


@cache
def _set_once() -> None:
    """Set how files are written, for good, as threads share these settings."""
    import matplotlib as mpl
    from matplotlib.backends import _backend_pdf_ps, backend_ps

    # TrueType outlines keep a PDF's lettering searchable and editable; outlines in an SVG look the same on every
    # machine; the salt makes the names inside an SVG the same every time.
    mpl.rcParams["pdf.fonttype"] = 42
    mpl.rcParams["ps.fonttype"] = 42
    mpl.rcParams["svg.fonttype"] = "path"
    mpl.rcParams["svg.hashsalt"] = "matched-cohort-explorer"
    # Hinting tables of Japanese fonts that a PDF has no use for are dropped; nobody needs to be told.
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    setattr(_backend_pdf_ps, "get_glyphs_subset", lean_subset)  # noqa: B010  the library types what it gives more narrowly
    setattr(backend_ps, "_bounds", font_box)  # noqa: B010


def _pixels(figure: "Figure", file_format: FigureFormat, dpi: int) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    shown_at = figure.dpi
    figure.set_dpi(dpi)
    try:
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        image = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
    finally:
        figure.set_dpi(shown_at)
    target = BytesIO()
    if file_format == "png":
        image.save(target, format="PNG", dpi=(dpi, dpi), optimize=False, compress_level=6)
    else:
        image.save(target, format="TIFF", dpi=(dpi, dpi), compression="tiff_lzw")
    return target.getvalue()


def _vectors(figure: "Figure", file_format: FigureFormat, title: str) -> bytes:
    undated = {"Date": None} if file_format == "svg" else {"CreationDate": None}
    metadata = {**undated, "Title": title} if title else undated
    target = BytesIO()
    figure.savefig(target, format=file_format, metadata=metadata)
    return target.getvalue()


def _postscript(figure: "Figure", title: str) -> bytes:
    target = BytesIO()
    with opaque(figure):
        figure.savefig(target, format="eps")
    # The header would name the moment.
    content = re.sub(rb"%%(CreationDate|Title): [^\n]*\n", b"", target.getvalue(), count=2)
    plain = " ".join(title.encode("ascii", "replace").decode().split())[:200]
    first, rest = content.split(b"\n", 1)
    return b"\n".join([first, f"%%Title: {plain}".encode(), rest]) if plain else content
