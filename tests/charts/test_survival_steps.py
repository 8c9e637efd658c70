"""Curves of very many steps are drawn with fewer, no further from the result than an eye can see."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from charts.survival import survival_figure
from charts.survival.steps import STEPS_DRAWN_EXACTLY, StepFunction, Steps, drawn_steps
from tests.charts.cases import PLAIN, arms_of_sizes

OS: dict[str, Any] = {**PLAIN, "outcome": "OS"}
TOP = 100.0
# A two-thousandth of the axis, and what rounding in floating point adds.
TOLERANCE = TOP / 2_000 + 1e-9
# Numbers are sent with seven digits of the largest.
SENT_TOLERANCE = TOP / 2_000 + 1e-4
MOST_BYTES = 500_000


def curve_of(steps: int, seed: int, steepness: float) -> StepFunction:
    """A curve that falls at every step, if by very different sizes, with limits round it that turn where it falls."""
    rng = np.random.default_rng(seed)
    falls = rng.exponential(1.0, steps) ** steepness
    falls += 1e-9 * falls.max()
    level = TOP * (1 - np.cumsum(falls) / (1.02 * falls.sum()))
    room = np.linspace(0.0, 1.0, steps) * rng.uniform(0.0, 0.5)
    return StepFunction(
        time=np.cumsum(rng.exponential(1.0, steps) + 1e-9),
        level=level,
        lower=level * (1 - room),
        upper=level + (TOP - level) * room,
        defined=np.ones(steps, dtype=bool),
        n_at_risk=np.arange(steps, 0, -1, dtype=np.int64),
        n_censored=np.zeros(steps, dtype=np.int64),
        start=TOP,
        n=steps,
    )


def at(steps: Steps, times: np.ndarray) -> np.ndarray:
    """The level that a step function holds at these times."""
    return steps.level[np.searchsorted(steps.time, times, side="right") - 1]


def test_a_hand_worked_curve_of_few_steps_is_drawn_as_it_is() -> None:
    curve = curve_of(4, 0, 1.0)
    drawn = drawn_steps(curve, ghost=True, end=10.0, top=TOP)
    assert drawn.line.time.tolist() == [0.0, *curve.time]
    assert drawn.line.level.tolist() == [TOP, *curve.level]


@settings(max_examples=30, deadline=None)
@example(steps=258, seed=0, steepness=4.0)
@given(steps=st.integers(2, 30_000), seed=st.integers(0, 2**31), steepness=st.sampled_from([0.3, 1.0, 4.0]))
def test_no_curve_and_no_band_is_further_from_the_result_than_a_two_thousandth_of_the_axis(
    steps: int, seed: int, steepness: float
) -> None:
    curve = curve_of(steps, seed, steepness)
    ghost = drawn_steps(curve, ghost=True, end=float(curve.time[-1]), top=TOP)
    assert np.abs(at(ghost.line, curve.time) - curve.level).max() <= TOLERANCE
    assert (ghost.line.time[0], ghost.line.time[-1]) == (0.0, curve.time[-1])
    assert ghost.line.level[-1] == curve.level[-1]
    assert ghost.line.time.size == steps + 1 if steps < STEPS_DRAWN_EXACTLY else ghost.line.time.size <= 2_003
    front = drawn_steps(curve, ghost=False, end=float(curve.time[-1]), top=TOP)
    for drawn, source in ((front.lower, curve.lower), (front.upper, curve.upper)):
        assert drawn is not None
        assert np.abs(at(drawn, curve.time) - source).max() <= TOLERANCE


def test_the_first_step_of_a_thinned_curve_that_can_be_seen_is_where_it_is() -> None:
    curve = curve_of(20_000, 3, 1.0)
    drawn = drawn_steps(curve, ghost=True, end=float(curve.time[-1]), top=TOP)
    first = drawn.line.time[1]
    assert curve.level[curve.time < first].min(initial=TOP) >= TOP - TOLERANCE
    assert first in curve.time


@pytest.mark.parametrize("sizes", [(3, 4), (30_000, 40_000)])
def test_the_numbers_sent_to_a_browser_are_those_of_the_result(sizes: tuple[int, int]) -> None:
    comparison = arms_of_sizes(*sizes)
    figure = survival_figure(comparison, population="before", **OS)
    assert len(figure.to_json()) < MOST_BYTES
    arms = [comparison.treated.curve, comparison.control.curve]
    lines = [trace for trace in figure.data if trace.text and trace.mode == "lines"]
    for name, curve in zip(dict.fromkeys(trace.name for trace in lines), arms, strict=True):
        parts = [trace for trace in lines if trace.name == name]
        line = Steps(
            time=np.concatenate([np.asarray(part.x, dtype=float) for part in parts]),
            level=np.concatenate([np.asarray(part.y, dtype=float) for part in parts]),
        )
        inside = np.append(curve.time, 1e-6) + 1e-4  # a time sent is rounded by less
        wanted = np.append(100 * curve.survival, 100.0)
        if sum(sizes) < STEPS_DRAWN_EXACTLY:
            np.testing.assert_array_equal(at(line, curve.time), 100 * curve.survival)
        else:
            # Some other event may lie between a time and the same time rounded: judge at the events drawn.
            kept = np.isin(np.round(curve.time, 3), np.round(line.time, 3))
            np.testing.assert_allclose(at(line, inside[:-1][kept]), wanted[:-1][kept], rtol=0, atol=SENT_TOLERANCE)
            assert kept.sum() > 1_000
