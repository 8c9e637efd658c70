"""Contrast as WCAG 2 asks for it, in every figure in light and dark: 4.5 to 1 for lettering, 3 to 1 for lines and marks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from charts.palette import PALETTES
from charts.style import CONTROL_COLOUR, DARK, LIGHT, TREATED_COLOUR, Theme, blended, contrast
from tests.charts.every_figure import PRINT_NAMES, SCREEN_NAMES, every_print, every_screen_figure

LETTERING, GRAPHICS = 4.5, 3.0
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def on(ground: str, colour: str) -> str:
    """A colour as it is seen on a ground."""
    if colour == "white":
        return "#FFFFFF"
    if not colour.startswith("rgba("):
        return colour
    *parts, opacity = (float(part) for part in colour[5:-1].split(","))
    return blended("#" + "".join(f"{round(part):02X}" for part in parts), opacity, ground)


def lettering(figure: dict[str, Any], theme: Theme) -> Iterator[tuple[str, str, str]]:
    """Each text with its ink and the ground it stands on."""
    layout = figure["layout"]
    for note in layout.get("annotations", ()):
        if note.get("text"):
            yield (
                note["text"],
                note.get("font", {}).get("color", layout["font"]["color"]),
                ground_of(note, layout, theme),
            )
    for name, axis in layout.items():
        if re.fullmatch(r"[xy]axis\d*", name) and axis.get("visible", True):
            for font in (axis.get("tickfont"), (axis.get("title") or {}).get("font")):
                yield name, (font or {}).get("color", layout["font"]["color"]), theme.background
    for slider in layout.get("sliders", ()):
        for font in (slider.get("font"), slider.get("currentvalue", {}).get("font")):
            yield "slider", (font or {}).get("color", layout["font"]["color"]), theme.background
    for trace in figure["data"]:
        yield from lettering_of(trace, layout, theme)


def lettering_of(trace: dict[str, Any], layout: dict[str, Any], theme: Theme) -> Iterator[tuple[str, str, str]]:
    texts = [text for text in trace.get("text") or () if text]
    if not texts or not ("text" in (trace.get("mode") or "") or trace.get("textposition")):
        return
    inks = trace.get("textfont", {}).get("color", layout["font"]["color"])
    inside = trace["type"] == "bar" and trace.get("textposition") == "inside"
    fills = trace["marker"]["color"] if inside else theme.background
    every = [value if isinstance(value, list | tuple) else [value] * len(trace["text"]) for value in (inks, fills)]
    for text, ink, fill in zip(trace["text"], *every, strict=True):
        if text:
            yield text, ink, on(theme.background, fill)


def ground_of(note: dict[str, Any], layout: dict[str, Any], theme: Theme) -> str:
    """The page, or the filled shape that a note stands in."""
    ground = theme.background
    for shape in layout.get("shapes", ()):
        same = shape.get("type", "rect") == "rect" and (shape.get("xref"), shape.get("yref")) == (
            note.get("xref"), note.get("yref"),
        )  # fmt: skip
        if same and "xsizemode" not in shape and shape.get("fillcolor"):
            across, upward = sorted((shape["x0"], shape["x1"])), sorted((shape["y0"], shape["y1"]))
            if across[0] <= note["x"] <= across[1] and upward[0] <= note["y"] <= upward[1]:
                ground = on(ground, shape["fillcolor"])
    return on(ground, note["bgcolor"]) if note.get("bgcolor") else ground


@THEMES
@pytest.mark.parametrize("name", SCREEN_NAMES)
def test_all_lettering_of_a_figure_can_be_read(name: str, theme: Theme) -> None:
    found = list(lettering(every_screen_figure(theme)[name].to_dict(), theme))
    assert found
    pale = [(text, ink, ground) for text, ink, ground in found if contrast(on(ground, ink), ground) < LETTERING]
    assert pale == []


@THEMES
@pytest.mark.parametrize("name", SCREEN_NAMES)
def test_what_stands_in_front_can_be_seen(name: str, theme: Theme) -> None:
    # What stands back, bands and grids are paler on purpose: the figure's table and its words have their numbers.
    faint = []
    for trace in every_screen_figure(theme)[name].to_dict()["data"]:
        mode, marker, line = trace.get("mode") or "", trace.get("marker", {}), trace.get("line", {})
        colours = [line.get("color")] if "lines" in mode and line.get("width", 1) > 1.5 else []
        colours += [marker.get("color")] if "markers" in mode and marker.get("opacity", 1) else []
        for colour in colours:
            solid = isinstance(colour, str) and (not colour.startswith("rgba(") or colour.endswith(",1)"))
            if solid and colour not in (theme.grid, theme.background):
                ratio = contrast(on(theme.background, str(colour)), theme.background)
                faint += [(trace.get("name"), colour, ratio)] if ratio < GRAPHICS else []
    assert faint == []


@THEMES
def test_arms_populations_and_guides_can_be_seen_on_the_page(theme: Theme) -> None:
    for colour in (TREATED_COLOUR, CONTROL_COLOUR, theme.before, theme.after, theme.guide, theme.axis):
        assert contrast(colour, theme.background) >= GRAPHICS, colour
    for ink in (theme.text, theme.muted):
        assert contrast(ink, theme.background) >= LETTERING, ink


@pytest.mark.parametrize("name", PALETTES)
def test_arms_of_every_palette_can_be_seen_on_paper(name: str) -> None:
    palette = PALETTES[name]
    assert contrast(palette.treated, "#FFFFFF") >= GRAPHICS
    assert contrast(palette.control, "#FFFFFF") >= GRAPHICS


@pytest.mark.parametrize("name", PRINT_NAMES)
def test_lettering_on_paper_can_be_read(name: str) -> None:
    figure = every_print()[name]()
    inks = {to_hex(text.get_color()).upper() for text in figure.findobj(Text) if text.get_text().strip()}
    assert inks
    # Lettering in bars is held to their fills by its own tests.
    pale = {ink for ink in inks if contrast(ink, "#FFFFFF") < LETTERING and ink != "#FFFFFF"}
    assert pale == set()
