"""What holds for every publication figure: its size, its lettering, and that nothing runs over the edge."""

from collections.abc import Iterator

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from charts.style import DOUBLE_COLUMN_MM, PRINT_RESOLUTION, SINGLE_COLUMN_MM, SMALLEST_PRINT_SIZE, Population
from tests.charts.cases import AWKWARD, POPULATIONS, print_figures

NAMES = ("survival", "overlap", "balance", "response", "flow", "missing")
WIDTHS = (SINGLE_COLUMN_MM, DOUBLE_COLUMN_MM)
# Lettering may lean over the edge by less than a hair's breadth.
HAIR_MM = 0.2


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_the_width_of_the_column_and_fits_a_journals_height(name: str, width: float) -> None:
    figure = print_figures("compare", width)[name]()
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(width, abs=1e-9)
    assert figure.get_size_inches()[1] * 25.4 < 240


@pytest.mark.parametrize("label", ["LEN", AWKWARD])
@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_lettering_is_below_six_points_or_over_the_edge(
    name: str, width: float, population: Population, label: str
) -> None:
    figure = print_figures(population, width, label)[name]()
    figure.set_dpi(PRINT_RESOLUTION)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    slack = HAIR_MM / 25.4 * figure.dpi
    page_width, page_height = canvas.get_width_height()
    shown = list(_lettering(figure))
    assert len(shown) > 5
    for text in shown:
        assert text.get_fontsize() >= SMALLEST_PRINT_SIZE, text
        box = text.get_window_extent(canvas.get_renderer())
        assert box.x0 >= -slack, text
        assert box.x1 <= page_width + slack, text
        assert box.y0 >= -slack, text
        assert box.y1 <= page_height + slack, text


@pytest.mark.parametrize("name", ["survival", "overlap", "response", "flow", "missing"])
def test_a_label_is_printed_letter_by_letter(name: str) -> None:
    figure = print_figures("before", DOUBLE_COLUMN_MM, "A <i>$x^2$</i>")[name]()
    words = " ".join(text.get_text().replace("\n", " ") for text in _lettering(figure))
    assert "A <i>\\$x^2\\$</i>" in words
    assert not any(text._preprocess_math(text.get_text())[1] for text in _lettering(figure))


def _lettering(figure: Figure) -> Iterator[Text]:
    """Every text that is drawn."""
    yield from (text for text in figure.texts if text.get_text())
    for axes in figure.axes:
        yield from (text for text in axes.texts if text.get_text())
        for axis in (axes.xaxis, axes.yaxis):
            if axis.get_visible():
                yield from (text for text in [axis.label, *axis.get_ticklabels()] if text.get_text())
