"""Arms, and before and after, are told apart by whoever sees no colour: in every figure on screen and on paper."""

import colorsys
from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from charts.style import ARM_COLOUR, DARK, LIGHT, Arm, Theme, blended, contrast
from tests.charts.every_figure import PRINT_NAMES, SCREEN_NAMES, every_print, every_screen_figure

Look = tuple[Any, ...]
TOLERANCE = 2.0 / 360
"""Of a hue: an arm's colour keeps its own when it is made paler, and no other colour of the product comes so near."""

BOTH_ARMS = {
    "survival", "overlap", "response", "missing", "caliper path", "caliper path, points", "scrubber", "distribution",
    "density", "shares", "weights", "left out", "left out map", "pairs", "waterfall", "spider", "swimmer",
    "adverse events", "waterfall, pairs", "swimmer, pairs", "incidence",
}  # fmt: skip
"""Figures in which both arms are drawn in their colours."""


def hue_of(colour: object) -> float | None:
    if not isinstance(colour, str):
        return None
    if colour.startswith("rgba("):
        red, green, blue, _ = (float(part) for part in colour[5:-1].split(","))
        values = (red / 255, green / 255, blue / 255)
    else:
        values = to_rgba(colour)[:3]
    hue, saturation, _ = colorsys.rgb_to_hsv(*values)
    return hue if saturation > 0.05 else None


def arm_of(colour: object) -> Arm | None:
    hue = hue_of(colour)
    if hue is None:
        return None
    return next((arm for arm in ARM_COLOUR if abs(hue - (hue_of(ARM_COLOUR[arm]) or 0)) < TOLERANCE), None)


def screen_looks(figure: go.Figure) -> Iterator[tuple[Arm, Look]]:
    """Each trace that is drawn in an arm's colour, with all that it looks like but the colour."""
    for trace in figure.to_dict()["data"]:
        line, marker, mode = trace.get("line", {}), trace.get("marker", {}), trace.get("mode") or ""
        with_line = "lines" in mode and line.get("width", 1) > 0
        # Bands lie about their arm's line, and marks of censoring on it.
        is_mark = "markers" in mode or trace["type"] == "bar"
        if (not with_line and not is_mark) or marker.get("symbol") == "line-ns-open":
            continue
        edge = marker.get("line", {}).get("color") if str(marker.get("color")).endswith(",0)") else None
        arm = arm_of(line.get("color") if with_line else edge or marker.get("color"))
        if arm is None:
            continue
        filled = trace["type"] == "bar" or trace.get("fill")
        values = trace["x" if trace.get("orientation") == "h" else "y"]
        side = side_of([value for value in values if value is not None]) if filled else ""
        axes = (trace.get("xaxis", "x"), trace.get("yaxis", "y"))
        dash = line.get("dash", "solid") if with_line else ""
        symbols = np.unique(marker.get("symbol", "circle")).tolist() if "markers" in mode else []
        yield (
            arm,
            (trace["type"], dash, *symbols, marker.get("pattern", {}).get("shape", ""), side, axes, edge and "hollow"),
        )


def side_of(values: list[float]) -> str:
    """Whether all of it lies on one side of 0."""
    if not values:
        return "nowhere"
    return "above" if min(values) >= 0 else "below" if max(values) <= 0 else "both"


@pytest.mark.parametrize("name", SCREEN_NAMES)
def test_arms_on_screen_differ_by_more_than_their_colour(name: str) -> None:
    looks: dict[Arm, set[Look]] = {"treated": set(), "control": set()}
    for arm, look in screen_looks(every_screen_figure()[name]):
        looks[arm].add(look)
    assert (bool(looks["treated"]) and bool(looks["control"])) == (name in BOTH_ARMS)
    alike = looks["treated"] & looks["control"]
    # Before matching an outline stands about the bar of its own arm, which is hatched or not.
    assert {look for look in alike if "hollow" not in look} == set()


def print_looks(figure: Figure) -> Iterator[tuple[Arm, Look]]:
    for number, axes in enumerate(figure.axes):
        for line in axes.lines:
            arm = arm_of(line.get_color())
            is_line = line.get_linestyle() not in ("None", "none", "")
            marker = str(line.get_marker())
            if arm is not None and marker not in ("|", "None") and not is_line:
                yield arm, ("marks", marker, number)
            elif arm is not None and is_line and marker in ("None", "", "none"):
                yield arm, ("line", str(line._dash_pattern), number)  # type: ignore[attr-defined]
        yield from bar_looks(axes, number)


def bar_looks(axes: Axes, number: int) -> Iterator[tuple[Arm, Look]]:
    strokes = [
        collection.get_paths()[0].get_extents()
        for collection in axes.collections
        if isinstance(collection, PathCollection) and tuple(collection.get_edgecolor()[0])[:3] == (1.0, 1.0, 1.0)
    ]
    for patch in axes.patches:
        if not isinstance(patch, Rectangle) or not patch.get_width() or not patch.get_height():
            continue
        face, edge = patch.get_facecolor(), patch.get_edgecolor()
        hollow = face[3] == 0 or min(face[:3]) == 1.0
        arm = arm_of(_hex(edge if hollow else face))
        if arm is None:
            continue
        box = patch.get_bbox()
        hatched = any(
            stroke.x0 <= (box.x0 + box.x1) / 2 <= stroke.x1 and stroke.y0 <= (box.y0 + box.y1) / 2 <= stroke.y1
            for stroke in strokes
        )
        sides = (side_of([box.x0, box.x1]), side_of([box.y0, box.y1]))
        yield arm, ("bar", "hollow" if hollow else "full", hatched, sides, number)


def _hex(colour: Any) -> str:
    return "#" + "".join(f"{round(255 * part):02X}" for part in colour[:3])


@pytest.mark.parametrize("name", PRINT_NAMES)
def test_arms_on_paper_differ_by_more_than_their_colour(name: str) -> None:
    looks: dict[Arm, set[Look]] = {"treated": set(), "control": set()}
    for arm, look in print_looks(every_print()[name]()):
        looks[arm].add(look)
    alike = looks["treated"] & looks["control"]
    if name == "shares":  # outlines, as on screen
        alike = {look for look in alike if "hollow" not in look}
    assert alike == set()


@pytest.mark.parametrize("name", SCREEN_NAMES)
def test_before_and_after_on_screen_differ_by_more_than_their_colour(name: str) -> None:
    looks: dict[str, set[Look]] = {LIGHT.before: set(), LIGHT.after: set()}
    for trace in every_screen_figure()[name].to_dict()["data"]:
        marker, mode = trace.get("marker", {}), trace.get("mode") or ""
        if "markers" in mode and marker.get("color") in looks and name != "specifications":
            looks[marker["color"]] |= {(symbol,) for symbol in np.unique(marker.get("symbol", "circle")).tolist()}
    assert looks[LIGHT.before] & looks[LIGHT.after] == set()
    if name in ("balance", "cox", "subgroups", "board", "centres", "scrubber"):
        assert looks[LIGHT.before]
        assert looks[LIGHT.after]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("arm", ["treated", "control"])
def test_who_stands_back_is_paler_in_shades_of_grey_too(theme: Theme, arm: Arm) -> None:
    pale = blended(ARM_COLOUR[arm], theme.ghost_opacity, theme.background)
    assert contrast(pale, ARM_COLOUR[arm]) >= 1.5
