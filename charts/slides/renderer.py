"""A figure as shapes: what Matplotlib would draw in ink is listed instead, with the names of what it stands for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.collections import Collection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.spines import Spine
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, Transform
from numpy.typing import NDArray

from charts.files import DRAWING
from charts.lettering import clean_label
from charts.page import ARROW_HEAD
from charts.slides.clipping import Edges, cut_line
from charts.slides.shapes import Align, Command, Group, Lettering, Outline, Paint, Picture, Segment, Stroke, Subpath

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

POINTS_PER_INCH = 72.0
_NEARLY = 0.02
"""Points beyond an edge that are nobody's business."""
_CAP = {"butt": "flat", "round": "rnd", "projecting": "sq"}
_COMMAND: dict[int, Command] = {
    int(Path.MOVETO): "move",
    int(Path.LINETO): "line",
    int(Path.CURVE3): "quadratic",
    int(Path.CURVE4): "cubic",
    int(Path.CLOSEPOLY): "close",
}


def figure_shapes(figure: "Figure") -> tuple[Group, float, float]:
    """List the shapes of a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        It is left as it was. Its white ground is no shape.

    Returns
    -------
    shapes : Group
        A group for each of the axes, and in it one for each axis; what stands beside axes, such as a legend, is in the
        outermost. A shape is called what its artist is labelled, where it has a label.
    width, height : float
        Of the figure, in points.
    """
    with DRAWING:
        return _figure_shapes(figure)


def _figure_shapes(figure: "Figure") -> tuple[Group, float, float]:
    shown_at, ground = figure.dpi, figure.patch.get_visible()
    artists = {str(number): artist for number, artist in enumerate(figure.findobj())}
    own = [(artist, artist.get_gid()) for artist in artists.values()]
    figure.set_dpi(POINTS_PER_INCH)
    figure.patch.set_visible(False)
    # The name under which Matplotlib announces an artist is lent to it, to know whose shape is drawn.
    for name, artist in artists.items():
        artist.set_gid(name)
    wide, high = (float(side) for side in figure.get_size_inches())
    try:
        renderer = SlideRenderer(wide * POINTS_PER_INCH, high * POINTS_PER_INCH, artists)
        figure.draw(renderer)
    finally:
        for artist, name_before in own:
            artist.set_gid(cast(str, name_before))
        figure.patch.set_visible(ground)
        figure.set_dpi(shown_at)
    return renderer.root, renderer.width, renderer.height


class SlideRenderer(RendererBase):
    """Lists shapes in points, downwards from the upper left corner.

    Parameters
    ----------
    width, height : float
        Of the figure, in points.
    artists : dict of str to Artist
        Whatever may be drawn, by the name under which it is announced.

    Attributes
    ----------
    root : Group
        What was drawn.
    """

    def __init__(self, width: float, height: float, artists: dict[str, Artist]) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.root = Group(name="Figure")
        self._artists = artists
        self._open: list[tuple[Artist | None, Group]] = []

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Of the figure, in points."""
        return self.width, self.height

    def flipy(self) -> bool:
        """Lettering is placed downwards from the upper edge."""
        return True

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin what an artist draws."""
        artist = self._artists.get(gid or "")
        group = self._group
        if isinstance(artist, Axes | Axis):
            group = Group(name=_group_name(artist), is_axis=isinstance(artist, Axis))
            self._group.items.append(group)
        self._open.append((artist, group))

    def close_group(self, s: str) -> None:
        """End what an artist draws."""
        self._open.pop()

    @property
    def _group(self) -> Group:
        return self._open[-1][1] if self._open else self.root

    @property
    def _artist(self) -> Artist | None:
        return next((artist for artist, _ in reversed(self._open) if artist is not None), None)

    def draw_path(
        self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None
    ) -> None:  # the names are Matplotlib's
        """List a line or an area."""
        fill, stroke = _fill(gc, rgbFace), _stroke(gc)
        name = "Grid lines" if self._group.is_axis else _shape_name(self._artist)
        self._add(name, self._clipped(gc, path.transformed(transform), fill), fill, stroke)

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,
    ) -> None:
        """List all marks of a kind as one shape."""
        mark = marker_path.transformed(marker_trans)
        edges = self._edges(gc)
        subpaths: list[Subpath] = []
        for vertices, _ in path.iter_segments(trans, simplify=False):
            x, y = np.asarray(vertices, dtype=np.float64)[-2:].tolist()
            if edges is None or _inside(np.array([[x, self.height - y]]), edges):
                subpaths += self._subpaths(mark.transformed(Affine2D().translate(x, y)))
        name = "Ticks" if self._group.is_axis else _shape_name(self._artist)
        self._add(name, subpaths, _fill(gc, rgbFace), _stroke(gc))

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: "FontProperties",
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        """List a line of text; a formula becomes its outlines."""
        if ismath:
            self._draw_text_as_path(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[attr-defined]
            return
        width, _, _ = self.get_text_width_height_descent(s, prop, ismath=False)
        artist = mtext or self._artist
        align = _along(artist) if isinstance(artist, Text) else "left"
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        turn = np.deg2rad(angle)
        families = prop.get_family()
        self._group.items.append(
            Lettering(
                text=s,
                x=float(x + share * width * np.cos(turn)),
                baseline=float(y - share * width * np.sin(turn)),
                width=float(width),
                size=float(prop.get_size_in_points()),
                align=align,
                angle=float(angle),
                bold=prop.get_weight() in ("bold", "semibold", "heavy", "black", 600, 700, 800, 900),
                italic=prop.get_style() in ("italic", "oblique"),
                family=families[0] if families else "sans-serif",
                paint=_edge_paint(gc),
            )
        )

    def draw_image(self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Any = None) -> None:
        """List a picture."""
        from PIL import Image

        pixels = np.asarray(im)[::-1]
        target = BytesIO()
        Image.fromarray(np.ascontiguousarray(pixels)).save(target, format="PNG")
        height, width = pixels.shape[:2]
        self._group.items.append(
            Picture(
                name="Picture",
                png=target.getvalue(),
                left=float(x),
                top=self.height - float(y) - height,
                width=float(width),
                height=float(height),
            )
        )

    def _add(self, name: str, subpaths: Sequence[Subpath], fill: Paint | None, stroke: Stroke | None) -> None:
        if name == ARROW_HEAD:
            self._put_head()
        elif subpaths and (fill or stroke):
            outline = Outline(name=name, subpaths=tuple(subpaths), fill=fill, stroke=stroke)
            items = self._group.items
            last = items[-1] if items else None
            # A collection is drawn piece by piece; pieces of one kind are one shape.
            if isinstance(self._artist, Collection) and isinstance(last, Outline) and _alike(last, outline):
                items[-1] = Outline(name=last.name, subpaths=last.subpaths + outline.subpaths, fill=fill, stroke=stroke)
            else:
                items.append(outline)

    def _put_head(self) -> None:
        """Give the line that was listed last its head."""
        line = self._group.items[-1]
        if isinstance(line, Outline) and line.stroke is not None:
            self._group.items[-1] = replace(line, stroke=replace(line.stroke, arrow=True))

    def _edges(self, gc: GraphicsContextBase) -> Edges | None:
        box = gc.get_clip_rectangle()
        if box is None:
            return None
        left, below, right, above = (float(side) for side in box.extents)
        return left, self.height - above, right, self.height - below

    def _clipped(self, gc: GraphicsContextBase, path: Path, fill: Paint | None) -> list[Subpath]:
        edges = self._edges(gc)
        vertices = np.asarray(path.vertices, dtype=np.float64)
        downwards = np.column_stack([vertices[:, 0], self.height - vertices[:, 1]])
        if edges is None or _inside(downwards[np.isfinite(downwards).all(axis=1)], edges):
            return self._subpaths(path)
        if fill is not None:
            return self._subpaths(path.clip_to_bbox(cast(Bbox, gc.get_clip_rectangle())))
        cut: list[Subpath] = []
        for line in path.to_polygons(closed_only=False):
            points = list(_pairs(np.asarray(line, dtype=np.float64), self.height))
            cut += [_polyline(part) for part in cut_line(points, edges)]
        return cut

    def _subpaths(self, path: Path) -> list[Subpath]:
        """The parts of a path that hang together, without repeated points of no length."""
        found: list[list[Segment]] = []
        for vertices, code in path.iter_segments(simplify=False):
            command = _COMMAND[int(code)]
            points = () if command == "close" else tuple(_pairs(np.asarray(vertices, dtype=np.float64), self.height))
            if command == "move":
                found.append([])
            elif not found:
                continue
            found[-1].append((command, points))
        return [tuple(part) for part in found if len(part) > 1]


def _pairs(vertices: NDArray[np.float64], height: float) -> Iterator[tuple[float, float]]:
    for x, y in vertices.reshape(-1, 2).tolist():
        yield x, height - y


def _polyline(points: Sequence[tuple[float, float]]) -> Subpath:
    first, *rest = points
    return (("move", (first,)), *(("line", (point,)) for point in rest))


def _inside(points: NDArray[np.float64], edges: Edges) -> bool:
    left, top, right, bottom = edges
    x, y = points[:, 0], points[:, 1]
    across = (x >= left - _NEARLY).all() and (x <= right + _NEARLY).all()
    return bool(across and (y >= top - _NEARLY).all() and (y <= bottom + _NEARLY).all())


def _alike(one: Outline, other: Outline) -> bool:
    return (one.name, one.fill, one.stroke) == (other.name, other.fill, other.stroke)


def _paint(colour: Any, opacity: float) -> Paint | None:
    red, green, blue = (round(255 * float(part)) for part in colour[:3])
    return Paint(colour=f"{red:02X}{green:02X}{blue:02X}", opacity=round(float(opacity), 5)) if opacity > 0 else None


def _fill(gc: GraphicsContextBase, face: Any) -> Paint | None:
    if face is None:
        return None
    rgba = to_rgba(face)
    return _paint(rgba, gc.get_alpha() if gc.get_forced_alpha() else rgba[3])


def _edge_paint(gc: GraphicsContextBase) -> Paint:
    rgba = to_rgba(cast(Any, gc.get_rgb()))
    found = _paint(rgba, gc.get_alpha() if gc.get_forced_alpha() else rgba[3])
    return found or Paint(colour="000000", opacity=0.0)


def _stroke(gc: GraphicsContextBase) -> Stroke | None:
    width, paint = float(gc.get_linewidth()), _edge_paint(gc)
    if width <= 0 or paint.opacity <= 0:
        return None
    _, dashes = gc.get_dashes()
    return Stroke(
        paint=paint,
        width=width,
        dashes=tuple(round(part / width, 4) for part in cast(Sequence[float], dashes)) if dashes is not None else (),
        cap=_CAP[str(gc.get_capstyle())],
        join=str(gc.get_joinstyle()),
    )


def _along(text: Text) -> Align:
    """Which part of a line of text is held where it is: in the direction in which it is read."""
    quarter = round(text.get_rotation() / 90.0) % 4
    if quarter == 0 or text.get_rotation_mode() == "anchor":
        return text.get_horizontalalignment()
    if quarter == 2:
        return "center"
    low, high = ("left", "right") if quarter == 1 else ("right", "left")
    upright: dict[str, str] = {"bottom": low, "baseline": low, "top": high}
    return cast(Align, upright.get(text.get_verticalalignment(), "center"))


def _label(artist: Artist | None) -> str:
    label = str(artist.get_label()) if artist is not None else ""
    return "" if label.startswith("_") else clean_label(label)


def _group_name(artist: Axes | Axis) -> str:
    if isinstance(artist, Axes):
        return _label(artist) or "Plot"
    return "Horizontal axis" if isinstance(artist, XAxis) else "Vertical axis"


def _shape_name(artist: Artist | None) -> str:
    if isinstance(artist, Line2D):
        return _label(artist) or ("Line" if artist.get_linestyle() not in ("None", "none") else "Marks")
    if isinstance(artist, Spine):
        return "Axis line"
    return _label(artist) or ("Area" if isinstance(artist, Collection) else "Shape")
