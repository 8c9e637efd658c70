"""The figure of weights counts each arm's weights and says what they are worth."""

import numpy as np
import pytest

from charts.weights import describe_weights, weights_figure, weights_publication, weights_table
from charts.weights.content import weights_content
from tests.charts.cases import PLAIN

WEIGHTS = np.array([1.0, 2.0, 3.0, 2.0, 0.0, 1.0, 1.0])
TREATED = np.array([True, True, True, False, False, False, False])


def test_each_arm_is_counted_without_those_left_out_and_told_by_what_it_is_worth() -> None:
    treated, control = weights_content(WEIGHTS, TREATED, **PLAIN).arms
    assert (treated.n, treated.n_left_out, control.n, control.n_left_out) == (3, 0, 3, 1)
    assert treated.effective_sample_size == pytest.approx(36 / 14)
    assert control.effective_sample_size == pytest.approx(16 / 6)
    assert (treated.largest, treated.largest_share) == (3.0, 0.5)
    assert "LEN (above): n = 3, effectively 2.6, largest weight 3 (50.0% of the arm)" in describe_weights(
        WEIGHTS, TREATED, **PLAIN
    )


def test_bars_stand_above_and_below_and_sum_to_the_arm_and_triangles_mark_the_largest() -> None:
    figure = weights_figure(WEIGHTS, TREATED, **PLAIN)
    heights = [np.array(list(trace.y[1::5]), dtype=float) for trace in figure.data[:2]]
    assert heights[0].sum() == pytest.approx(100)
    assert heights[1].sum() == pytest.approx(-100)
    assert [trace.x[0] for trace in figure.data[2:]] == [3.0, 2.0]
    table = weights_table(WEIGHTS, TREATED, **PLAIN)
    assert table.groupby("arm")["patients"].sum().to_dict() == {"LEN": 3, "SOR": 3}


@pytest.mark.parametrize(("largest", "kind"), [(5.0, "linear"), (500.0, "log")])
def test_weights_far_apart_are_drawn_on_a_logarithmic_axis(largest: float, kind: str) -> None:
    weights = np.array([1.0, 2.0, largest, 1.0, 1.5])
    arm = np.array([True, True, True, False, False])
    assert weights_figure(weights, arm, **PLAIN).layout.xaxis.type == kind
    assert weights_publication(weights, arm, **PLAIN).axes[0].get_xscale() == kind
    counts = [one.count.sum() for one in weights_content(weights, arm, **PLAIN).arms]
    assert counts == [3, 2]


def test_equal_weights_and_an_empty_arm_are_drawn() -> None:
    arm = np.array([True, True, False])
    assert weights_content(np.ones(3), arm, **PLAIN).arms[0].count.sum() == 2
    empty = weights_figure(np.array([1.0, 1.0, 0.0]), arm, **PLAIN)
    assert len(empty.data) == 3
    assert "SOR (below): no patient has a weight" in describe_weights(np.array([1.0, 1.0, 0.0]), arm, **PLAIN)
