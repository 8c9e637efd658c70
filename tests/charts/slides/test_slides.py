"""Slides: every word and line of a figure is a shape that can be edited, and stands where it was printed."""

from collections import Counter
from functools import cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from pptx import Presentation
from pptx.util import Emu

from charts.files import figure_file
from charts.fonts import print_font
from charts.slides import figure_pptx, slide_shapes
from charts.style import DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM
from charts.survival import survival_publication
from tests.charts.cases import AWKWARD, print_figures, survival
from tests.charts.design_cases import design_prints

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
EMU_PER_POINT = 12700
EMU_PER_MM = 36000
MARGIN = 3 * EMU_PER_MM
# A vertex is rounded to a whole EMU, 1/36 000 mm.
ROUNDED = 1


def slides(content: bytes) -> list[Any]:
    """The slides of a presentation that was read again."""
    return list(Presentation(BytesIO(content)).slides)


def texts(slide: Any) -> list[str]:
    """The words of every text box, titles aside."""
    return [
        "".join(run.text or "" for run in shape.iter(f"{A}t"))
        for shape in slide.shapes._spTree.iter(f"{P}sp")
        if shape.find(f"{P}nvSpPr/{P}cNvSpPr").get("txBox") == "1"
    ]


def printed(figure: Figure) -> list[str]:
    """Every line of lettering that a figure shows, as another format has it."""
    figure_file(Figure(), "svg")  # sets how files are written, once
    with rc_context({"svg.fonttype": "none"}):
        root = ElementTree.fromstring(figure_file(figure, "svg"))
    return [str(text.text) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def vertices(shape: Any) -> np.ndarray:
    """The points of a freeform, in EMU from the slide's upper left corner."""
    corner = shape.find(f"{P}spPr/{A}xfrm/{A}off")
    points = [(int(point.get("x")), int(point.get("y"))) for point in shape.iter(f"{A}pt")]
    return np.array(points) + np.array([int(corner.get("x")), int(corner.get("y"))])


def named(slide: Any, name: str) -> Any:
    """The one shape of a name."""
    (found,) = [
        element.getparent().getparent()
        for element in slide.shapes._spTree.iter(f"{P}cNvPr")
        if element.get("name") == name
    ]
    return found


@cache
def survival_slide(label: str = "LEN") -> tuple[Any, Figure]:
    figure = survival_publication(
        survival("before"), population="before", treated_label=label, control_label="SOR", outcome="OS"
    )
    return slides(figure_pptx([("Survival", "Curves of both arms", figure)]))[0], figure


@pytest.mark.parametrize("name", [*print_figures("compare", DOUBLE_COLUMN_MM), *design_prints(DOUBLE_COLUMN_MM)])
def test_every_line_of_lettering_is_a_text_box(name: str) -> None:
    width = SINGLE_COLUMN_MM  # where more lines are broken
    figure = (print_figures("compare", width, AWKWARD) | design_prints(width, AWKWARD))[name]()
    (slide,) = slides(figure_pptx([(name, "", figure)]))
    assert Counter(texts(slide)) == Counter(printed(figure))


def test_the_vertices_of_a_curve_are_the_steps_of_the_estimate() -> None:
    slide, figure = survival_slide()
    (axes,) = figure.axes
    for line in axes.get_lines():
        label = str(line.get_label())
        if not label.startswith("Curve"):
            continue
        figure.set_dpi(72)
        steps = axes.transData.transform(line.get_path().interpolated(1).vertices)
        drawn = vertices(named(slide, label))
        high = float(figure.get_size_inches()[1]) * 72
        for x, y in steps:
            place = MARGIN + np.array([x, high - y]) * EMU_PER_POINT
            assert np.abs(drawn - place).max(axis=1).min() <= ROUNDED, label


def test_a_curve_has_as_many_steps_as_the_result() -> None:
    slide, _ = survival_slide()
    comparison = survival("before")
    for arm, curve in (("LEN", comparison.treated.curve), ("SOR", comparison.control.curve)):
        parts = [f"Curve {arm}, before matching", f"Curve {arm}, before matching, few at risk"]
        heights: set[int] = set()
        for part in parts:
            heights |= set(vertices(named(slide, part))[:, 1].tolist())
        falls = int((np.asarray(curve.n_events) > 0).sum())
        assert len(heights) == falls + 1, arm


def test_a_curve_is_one_freeform_with_its_colour_width_and_dashes() -> None:
    slide, _ = survival_slide()
    solid, dashed = (named(slide, f"Curve {arm}, before matching") for arm in ("LEN", "SOR"))
    for shape, colour in ((solid, "0072B2"), (dashed, "D55E00")):
        assert len(list(shape.iter(f"{A}moveTo"))) == 1
        assert shape.find(f".//{A}path").get("fill") == "none"
        line = shape.find(f"{P}spPr/{A}ln")
        assert line.find(f"{A}solidFill/{A}srgbClr").get("val") == colour
    assert solid.find(f".//{A}custDash") is None
    dash = dashed.find(f".//{A}custDash/{A}ds")
    assert (dash.get("d"), dash.get("sp")) == ("400000", "160000")
    assert dashed.find(f"{P}spPr/{A}ln").get("cap") == "flat"


def test_a_band_lets_what_is_behind_it_through() -> None:
    slide, _ = survival_slide()
    alpha = named(slide, "Band LEN, before matching").find(f"{P}spPr/{A}solidFill/{A}srgbClr/{A}alpha")
    assert 0 < int(alpha.get("val")) < 50000


def test_censor_marks_are_one_shape_with_a_stroke_for_each() -> None:
    slide, figure = survival_slide()
    (marks,) = [line for line in figure.axes[0].get_lines() if line.get_label() == "Censored LEN, before matching"]
    shape = named(slide, "Censored LEN, before matching")
    assert len(list(shape.iter(f"{A}moveTo"))) == len(marks.get_xdata())


def test_shapes_are_grouped_by_axes_and_the_whole_is_told_in_words() -> None:
    slide, _ = survival_slide()
    (group,) = [shape for shape in slide.shapes if shape.shape_type is not None and shape.name == "Survival"]
    assert group._element.nvGrpSpPr.cNvPr.get("descr") == "Curves of both arms"
    assert "Plot OS" in [shape.name for shape in group.shapes]
    (plot,) = [shape for shape in group.shapes if shape.name == "Plot OS"]
    assert {"Horizontal axis", "Vertical axis"} <= {shape.name for shape in plot.shapes}
    numbers = [element.get("id") for element in slide.shapes._spTree.iter(f"{P}cNvPr")]
    assert len(numbers) == len(set(numbers))


def test_lettering_keeps_its_size_weight_and_the_place_it_is_held_at() -> None:
    figure = Figure(figsize=(4, 3))
    figure.text(0.5, 0.5, "middle", ha="center", fontsize=9, weight="bold", color="#336699")
    figure.text(1.0, 0.25, "end", ha="right", fontsize=6.5)
    figure.text(0.25, 0.5, "upright", rotation=90, va="bottom", ha="right", fontsize=7)
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    height = slide_shapes(slide, figure, Emu(0), Emu(0), Emu(4 * 914400))
    assert height == 3 * 914400
    middle, end, upright = slide.shapes[0].shapes
    run = middle.text_frame.paragraphs[0].runs[0]
    assert (run.font.size.pt, run.font.bold, run.font.name) == (9, True, "Arial")
    assert str(run.font.color.rgb) == "336699"
    assert middle.left + middle.width / 2 == pytest.approx(2 * 914400, abs=ROUNDED)
    # The middle of a line of Arial is 0.3465 sizes above its baseline.
    assert middle.top + middle.height / 2 == pytest.approx(1.5 * 914400 - 0.3465 * 9 * EMU_PER_POINT, abs=2 * ROUNDED)
    assert end.left + end.width == pytest.approx(4 * 914400, abs=ROUNDED)
    assert upright.rotation == 270
    # Turned about its middle, its beginning is the lower end.
    assert upright.top + upright.height / 2 + upright.width / 2 == pytest.approx(1.5 * 914400, abs=2 * ROUNDED)


@pytest.mark.filterwarnings("ignore:Glyph")  # of a machine without these letters, which a slide does not need
@pytest.mark.parametrize(
    ("label", "language", "font"), [("렌바티닙군", "ko-KR", "Malgun Gothic"), ("無増悪生存", "ja-JP", "Yu Gothic")]
)
def test_korean_and_japanese_letters_have_fonts_of_their_own(label: str, language: str, font: str) -> None:
    figure = Figure(figsize=(4, 3))
    figure.text(0.1, 0.5, label, fontproperties=print_font(8))
    (slide,) = slides(figure_pptx([(label, label, figure)]))
    assert texts(slide) == [label]
    assert slide.shapes.title.text_frame.text == label
    looks = next(iter(slide.shapes[-1]._element.iter(f"{A}rPr")))
    assert looks.get("lang") == language
    assert looks.find(f"{A}ea").get("typeface") == font


def test_lines_that_leave_their_axes_are_cut_at_the_edge() -> None:
    figure = Figure(figsize=(4, 4))
    axes = figure.add_axes((0.25, 0.25, 0.5, 0.5), xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    axes.plot((-1, 0.5, 3), (0.5, 0.5, 0.5), label="across")
    axes.plot((-5, -4), (0.5, 0.6), label="beyond")
    axes.fill((0.5, 2, 2), (0.5, 0.5, 0.8), label="area")
    (slide,) = slides(figure_pptx([("cut", "", figure)]))
    inch = 914400
    across = vertices(named(slide, "across"))
    assert across[:, 0].min() == pytest.approx(MARGIN + inch, abs=ROUNDED)
    assert across[:, 0].max() == pytest.approx(MARGIN + 3 * inch, abs=ROUNDED)
    assert vertices(named(slide, "area"))[:, 0].max() == pytest.approx(MARGIN + 3 * inch, abs=ROUNDED)
    assert not [shape for shape in slide.shapes._spTree.iter(f"{P}cNvPr") if shape.get("name") == "beyond"]


def test_pixels_stay_a_picture() -> None:
    figure = Figure(figsize=(2, 2))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.imshow(np.arange(4.0).reshape(2, 2))
    (slide,) = slides(figure_pptx([("pixels", "", figure)]))
    assert len(list(slide.shapes._spTree.iter(f"{P}pic"))) == 1


def test_a_slide_is_as_large_as_the_largest_figure_and_each_is_printed_in_its_size() -> None:
    figures = [("wide", "", Figure(figsize=(6, 2))), ("high", "", Figure(figsize=(2, 5)))]
    for _, _, figure in figures:
        figure.text(0.5, 0.5, "here")
    deck = Presentation(BytesIO(figure_pptx(figures)))
    assert deck.slide_width == 6 * 914400 + 2 * MARGIN
    assert deck.slide_height == 5 * 914400 + 2 * MARGIN
    assert [slide.shapes.title.text_frame.text for slide in deck.slides] == ["wide", "high"]
    # Read with the slide, never shown on it.
    assert all(slide.shapes.title.top + slide.shapes.title.height <= 0 for slide in deck.slides)


def test_the_figure_is_left_as_it_was() -> None:
    figure = print_figures("before", SINGLE_COLUMN_MM)["survival"]()
    before = figure_file(figure, "svg")
    figure_pptx([("twice", "", figure)])
    assert figure_file(figure, "svg") == before


def test_the_same_figures_give_the_same_bytes_without_a_date() -> None:
    def made() -> bytes:
        return figure_pptx([("Balance", "words", print_figures("after", SINGLE_COLUMN_MM)["balance"]())])

    assert made() == made()
    core = Presentation(BytesIO(made())).core_properties
    assert core.title == "Balance"
    assert core.created == core.modified
    assert core.created is not None
    assert core.created.year == 1980


def test_a_heading_is_short_where_the_figure_in_words_is_long() -> None:
    figure = print_figures("after", SINGLE_COLUMN_MM)["balance"]()
    (slide,) = slides(figure_file(figure, "pptx", title="Balance: all of it in words.", heading="Balance"))
    assert slide.shapes.title.text_frame.text == "Balance"
    assert slide.shapes[-1]._element.nvGrpSpPr.cNvPr.get("descr") == "Balance: all of it in words."


def test_an_arrow_of_the_flow_is_one_line_with_a_head() -> None:
    (slide,) = slides(figure_pptx([("flow", "", print_figures("after", DOUBLE_COLUMN_MM)["flow"]())]))
    lines = list(slide.shapes._spTree.iter(f"{A}ln"))
    heads = [line.find(f"{A}tailEnd") for line in lines if line.find(f"{A}tailEnd") is not None]
    names = [element.get("name") for element in slide.shapes._spTree.iter(f"{P}cNvPr")]
    assert len(heads) == names.count("Arrow") > 6
    assert "Arrow head" not in names
    assert {head.get("type") for head in heads} == {"arrow"}


@pytest.mark.parametrize(("x", "y", "turned"), [((0, 1), (0, 1), "V"), ((1, 0), (0, 1), "HV"), ((1, 0), (1, 0), "H")])
def test_a_line_goes_the_way_it_was_drawn(x: tuple[int, int], y: tuple[int, int], turned: str) -> None:
    figure = Figure(figsize=(2, 2))
    figure.add_artist(Line2D(x, y, label="road"))
    (slide,) = slides(figure_pptx([("way", "", figure)]))
    frame = named(slide, "road").find(f"{P}spPr/{A}xfrm")
    assert "".join(side for side in "HV" if frame.get(f"flip{side}")) == turned
