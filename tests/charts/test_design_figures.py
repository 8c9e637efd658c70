"""What holds for every figure of a design: valid, themed, readable, within its page, and safe with any label."""

import json
import re

import plotly.graph_objects as go
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from charts.style import (
    DARK,
    DOUBLE_COLUMN_MM,
    LIGHT,
    PRINT_RESOLUTION,
    SCREEN_SIZE,
    SINGLE_COLUMN_MM,
    SMALLEST_PRINT_SIZE,
    Theme,
)
from tests.charts.cases import AWKWARD
from tests.charts.design_cases import design_figures, design_prints
from tests.charts.test_print_figures import HAIR_MM, _lettering
from tests.charts.test_screen_figures import _strings, _walk

PRINTS = tuple(design_prints(SINGLE_COLUMN_MM))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_plotly_accepts_every_property_and_lettering_follows_the_theme(theme: Theme) -> None:
    for name, figure in design_figures(theme).items():
        parts = figure.to_dict()
        assert go.Figure(parts).to_dict()["layout"]["height"] == figure.layout.height, name
        layout = parts["layout"]
        assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)", name
        inks = {note["font"]["color"] for note in layout["annotations"] if note.get("text")}
        assert inks <= {theme.text, theme.muted}, name
        assert min(size for key, size in _walk(parts, "font") if key == "size") >= SCREEN_SIZE, name


@pytest.mark.parametrize("width", [340, 480, 1000])
def test_labels_are_shown_letter_by_letter_and_leave_room_for_the_axes(width: int) -> None:
    for name, figure in design_figures(width=width, label=AWKWARD).items():
        for text in _strings(json.loads(figure.to_json())):
            assert not re.search(r"<b>one|\$x|%\{y\}|\{all\}", text), (name, text)
        margin = figure.layout.margin
        assert width - margin.l - margin.r > 0.4 * width, name


def test_figures_are_small_enough_to_send_at_once() -> None:
    sizes = {name: len(figure.to_json()) for name, figure in design_figures().items()}
    assert max(size for name, size in sizes.items() if not name.startswith("scrubber")) < 60_000
    assert max(sizes.values()) < 120_000


@pytest.mark.parametrize("label", ["LEN", AWKWARD])
@pytest.mark.parametrize("width", [SINGLE_COLUMN_MM, DOUBLE_COLUMN_MM])
@pytest.mark.parametrize("name", PRINTS)
def test_a_page_keeps_its_width_and_no_lettering_is_small_or_over_the_edge(name: str, width: float, label: str) -> None:
    figure = design_prints(width, label)[name]()
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(width, abs=1e-9)
    assert figure.get_size_inches()[1] * 25.4 < 240
    figure.set_dpi(PRINT_RESOLUTION)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    slack = HAIR_MM / 25.4 * figure.dpi
    page_width, page_height = canvas.get_width_height()
    for text in _lettering(figure):
        assert text.get_fontsize() >= SMALLEST_PRINT_SIZE, text
        box = text.get_window_extent(canvas.get_renderer())
        assert box.x0 >= -slack, text
        assert box.x1 <= page_width + slack, text
        assert box.y0 >= -slack, text
        assert box.y1 <= page_height + slack, text
