"""Counts, and when two shares differ."""

import pytest

from analysis.cohort.guards.wording import differs_by_chance, even_rows


@pytest.mark.parametrize(
    ("counts", "totals", "chance"),
    [
        ((0, 0), (30, 30), True),
        ((10, 0), (30, 30), False),
        ((3, 0), (30, 30), True),  # ten points, z = 1.78
        ((60, 0), (1000, 1000), True),  # far beyond chance, but six points
        ((0, 0), (0, 10), True),
        ((30, 0), (30, 30), False),
    ],
)
def test_shares_that_differ_by_more_than_chance(counts: tuple[int, int], totals: tuple[int, int], chance: bool) -> None:
    assert differs_by_chance(counts, totals) is chance


def test_rows_spread_over_a_table() -> None:
    assert even_rows(3, 5).tolist() == [0, 1, 2]
    assert even_rows(9, 3).tolist() == [0, 4, 8]
