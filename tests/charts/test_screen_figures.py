"""What holds for every interactive figure: valid, themed, readable, and safe with any label."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from charts.canvas import screen_figure
from charts.style import DARK, LIGHT, SCREEN_SIZE, Population, Theme
from tests.charts.cases import AWKWARD, POPULATIONS, screen_figures

NAMES = ("survival", "overlap", "balance", "response", "flow", "missing")


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_plotly_accepts_every_property(name: str, population: Population) -> None:
    figure = screen_figures(population)[name]
    assert go.Figure(figure.to_dict()).to_dict()["layout"]["height"] == figure.layout.height


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_has_nothing_that_makes_a_browser_draw_it_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pio.templates, "default", "plotly")  # as Streamlit does with its own when it first draws one
    sent = json.loads(screen_figures("compare")[name].to_json())
    assert "template" not in sent["layout"]
    assert "datarevision" in sent["layout"]
    assert not list(_walk(sent, "bdata"))


def test_many_numbers_are_sent_as_numbers_too() -> None:
    many = np.r_[0.0, np.geomspace(1e-15, 1e15, 1_999)]
    trace = {
        "type": "scatter",
        "x": many,
        "y": many,
        "marker": {"size": np.arange(2_000)},
        "customdata": np.c_[many, many],
    }
    sent = json.loads(screen_figure([trace], {"datarevision": 1}).to_json())
    assert not list(_walk(sent, "bdata"))
    assert sent["data"][0]["x"] == pytest.approx(many.tolist(), rel=5.1e-7, abs=0)
    assert sent["data"][0]["marker"]["size"] == list(range(2_000))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("name", NAMES)
def test_a_figure_takes_its_lettering_from_the_theme_and_leaves_the_page_to_shine_through(
    name: str, theme: Theme
) -> None:
    layout = screen_figures("compare", theme=theme)[name].to_dict()["layout"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert layout["font"]["color"] == theme.text
    inks = {note["font"]["color"] for note in layout["annotations"] if note.get("text")}
    assert inks <= {theme.text, theme.muted}
    assert "title" not in layout


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_no_lettering_is_smaller_than_twelve_pixels(name: str, population: Population) -> None:
    sizes = [size for key, size in _walk(screen_figures(population)[name].to_dict(), "font") if key == "size"]
    assert sizes
    assert min(sizes) >= SCREEN_SIZE


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("name", NAMES)
def test_a_label_is_never_read_as_markup_formula_or_hover_field(name: str, population: Population) -> None:
    figure = screen_figures(population, label=AWKWARD, width=900)[name]
    words = list(_strings(json.loads(figure.to_json())))
    for text in words:
        assert not re.search(r"<b>one|\$x|%\{y\}|\{all\}", text), text
    if name != "balance":
        assert any("<b>one</b>" in unescape(text) for text in words)


@pytest.mark.parametrize("width", [340, 480, 700])
def test_lettering_is_estimated_to_fit_the_width(width: int) -> None:
    for name, figure in screen_figures("compare", label=AWKWARD, width=width).items():
        layout = figure.to_dict()["layout"]
        room = width - layout["margin"]["l"] - layout["margin"]["r"]
        assert room > 0.4 * width, name
        for note in layout["annotations"]:
            if note.get("xref") == "paper" and note["x"] == 0:
                assert -layout["margin"]["l"] <= note.get("xshift", 0) < room, name


def test_figures_are_small_enough_to_send_at_once() -> None:
    for name, figure in screen_figures("compare").items():
        assert len(figure.data) <= 14, name
        assert len(figure.to_json()) < 60_000, name


def _walk(node: Any, inside: str, found: bool = False) -> Iterator[tuple[str, Any]]:
    """Keys and values within objects whose key ends with a word."""
    if isinstance(node, dict):
        for key, value in node.items():
            here = found or key.endswith(inside)
            if here and not isinstance(value, dict | list | tuple):
                yield key, value
            yield from _walk(value, inside, here)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _walk(value, inside, found)


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)
