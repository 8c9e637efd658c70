"""Columns of two populations stand in pairs, and nothing is lost."""

import pandas as pd

from ui.survival.paired import paired_columns


def test_the_first_measure_of_both_populations_comes_first() -> None:
    names = [
        "Endpoint",
        "Before: events, A v B",
        "Before: HR",
        "Before: p",
        "After: events, A v B",
        "After: HR",
        "After: p",
    ]
    found = paired_columns(pd.DataFrame(columns=names), ("HR", "p"))
    assert list(found.columns) == [
        "Endpoint", "Before: HR", "After: HR", "Before: p", "After: p", "Before: events, A v B", "After: events, A v B",
    ]  # fmt: skip


def test_one_population_is_left_as_it_stands() -> None:
    names = ["Endpoint", "After: events, A v B", "After: HR"]
    assert list(paired_columns(pd.DataFrame(columns=names), ("HR",)).columns) == names
