"""Proofs of printed figures in grey and for colour vision deficiencies."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from charts.proof import VISIONS, Vision, difference, proof, seen, seen_colour
from tests.charts.cases import print_figures

CHANNEL = st.floats(0, 1)


@settings(max_examples=50, deadline=None)
@given(grey=CHANNEL, vision=st.sampled_from(VISIONS))
def test_grey_stays_grey_to_everyone(grey: float, vision: Vision) -> None:
    # The published rows sum to 1 within 1e-6.
    assert seen([grey] * 3, vision) == pytest.approx([grey] * 3, abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(colour=st.tuples(CHANNEL, CHANNEL, CHANNEL), vision=st.sampled_from(VISIONS))
def test_what_is_seen_is_a_colour(colour: tuple[float, float, float], vision: Vision) -> None:
    shown = seen(colour, vision)
    assert ((shown >= 0) & (shown <= 1)).all()
    if vision == "grey":
        assert np.ptp(shown) == pytest.approx(0, abs=1e-12)


def test_red_and_green_fall_together_without_the_cones_that_tell_them_apart() -> None:
    red, green = "#C05A1E", "#6E7A1E"
    normal = difference(red, green)
    assert difference(red, green, "deuteranopia") < normal / 3
    assert difference(red, green, "protanopia") < normal / 2
    assert difference(red, green, "tritanopia") > normal / 2


def test_luminance_of_pure_colours_in_grey() -> None:
    # sRGB of the luminances 0.2126, 0.7152 and 0.0722 (IEC 61966-2-1).
    assert [seen_colour(colour, "grey") for colour in ("#FF0000", "#00FF00", "#0000FF")] == [
        "#7F7F7F",
        "#DCDCDC",
        "#4C4C4C",
    ]


@pytest.mark.parametrize("vision", VISIONS)
def test_a_proof_is_the_figure_as_it_is_seen(vision: Vision) -> None:
    figure = print_figures("before", 85)["overlap"]()
    with (
        Image.open(BytesIO(proof(figure, "normal", dpi=60))) as plain,
        Image.open(BytesIO(proof(figure, vision, dpi=60))) as shown,
    ):
        assert plain.size == shown.size
        given, found = np.asarray(plain), np.asarray(shown)
    expected = np.rint(255 * seen(given / 255, vision))
    assert np.abs(expected - found).max() <= 1
