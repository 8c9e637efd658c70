"""A figure inside a page: its SVG with ids of its own, or pixels where lines are too many."""

import base64
import re
from html import escape
from typing import TYPE_CHECKING, Final

from charts.files import figure_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LARGEST_SVG: Final = 1_500_000
"""Bytes from which a figure is put in as pixels: a page with many thousands of marks is slow to open."""

_PROLOGUE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_TITLE = re.compile(r"<title>.*?</title>\s*", re.DOTALL)
_STYLE = re.compile(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')
_LINK = re.compile(r'(?:xlink:)?href="#([^"]+)"')
_URL = re.compile(r"url\(#([^)]+)\)")
_OPENING = re.compile(r"<svg\b[^>]*>")
_VIEW = re.compile(r'viewBox="[^"]*"')


def figure_markup(figure: "Figure", alt: str, prefix: str) -> str:
    """One figure as an element of a page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What it shows.
    prefix : str
        Letters that no other figure of the page has; every id of this one begins with them.

    Returns
    -------
    str
        An ``svg`` element without style sheet and metadata, or an ``img`` with its pixels inside.
    """
    drawing = figure_file(figure, "svg")
    width = round(figure.get_size_inches()[0] * 25.4, 1)
    if len(drawing) > LARGEST_SVG:
        pixels = base64.b64encode(figure_file(figure, "png")).decode("ascii")
        return f'<img src="data:image/png;base64,{pixels}" alt="{escape(alt)}" style="width:{width}mm">'
    text = _PROLOGUE.sub("", drawing.decode("utf-8"), count=1)
    for pattern in (_METADATA, _TITLE, _STYLE, _COMMENT):
        text = pattern.sub("", text)
    text = _ID.sub(rf'id="{prefix}\1"', text)
    text = _LINK.sub(rf'href="#{prefix}\1"', text)
    text = _URL.sub(rf"url(#{prefix}\1)", text)
    view = _VIEW.search(text)
    opening = f'<svg role="img" aria-label="{escape(alt)}" {view[0] if view else ""} style="width:{width}mm">'
    return _OPENING.sub(lambda _: opening, text, count=1).strip()
