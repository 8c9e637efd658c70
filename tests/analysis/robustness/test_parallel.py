"""Work in pieces: every piece once, nothing new after a no, and a sentence where there is no cluster."""

import importlib.util
import os

import pytest

from analysis.errors import SettingsError
from analysis.robustness.parallel import work_through


def squared(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def test_every_piece_is_done_once_elsewhere():
    found = list(work_through(squared, range(30), n_jobs=2))
    assert sorted(square for square, _ in found) == [number * number for number in range(30)]
    assert os.getpid() not in {process for _, process in found}


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_what_was_begun_is_given_and_no_more_is_begun(n_jobs):
    found: list[tuple[int, int]] = []
    for item in work_through(squared, iter(range(10_000)), n_jobs=n_jobs, cancelled=lambda: len(found) >= 3):
        found.append(item)
    assert 3 <= len(found) < 100
    assert list(work_through(squared, range(9), n_jobs=n_jobs, cancelled=lambda: True)) == []


def test_no_cluster_at_the_address_is_said():
    told = "none did" if importlib.util.find_spec("distributed") else "needs the package distributed"
    with pytest.raises(SettingsError, match=told):
        list(work_through(squared, range(3), dask_address="tcp://127.0.0.1:1"))
