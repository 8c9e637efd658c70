"""Whatever the bytes, reading gives a cohort or a sentence; `tests.fuzz_reading` runs longer."""

import itertools
import random
from collections import Counter
from pathlib import Path

import pytest

from analysis.cohort import isolation
from analysis.cohort.isolation import read_cohort_isolated
from analysis.cohort.reading import read_cohort
from analysis.errors import CohortInputError
from tests import fuzz_reading
from tests.fuzz_reading import hostile_files, odd_files, read_or_refused, sound_files

CASES = 160
REFERENCE = Path(__file__).parents[2] / "reference" / "statistical"

pytestmark = pytest.mark.skipif(not isolation.CAN_ISOLATE, reason="this system cannot fork")


def test_sound_files_are_read_so_that_mutations_of_them_say_something() -> None:
    for name, content in sound_files().items():
        assert len(read_cohort(content, name).table) >= 4, name


def test_random_and_mutated_files_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_reading, "SECONDS_EACH", 2.0)  # a mutated workbook may keep its parser busy for ever
    outcomes = Counter(
        read_or_refused(content, name) for name, content in itertools.islice(odd_files(random.Random(20240331)), CASES)
    )
    assert outcomes["read"] >= 10
    assert outcomes["refused"] >= 60


def test_files_that_ask_for_much_are_read_or_refused() -> None:
    for name, content in hostile_files().items():
        assert len(content) < 4_000_000, name
        assert read_or_refused(content, name) in ("read", "refused", "ran out"), name


@pytest.mark.parametrize("ending", ["sav", "xls", "xlsb"])
def test_a_file_that_ends_its_parser_becomes_a_sentence_and_the_next_is_read(ending: str) -> None:
    """These ended the process that parsed them, by a signal, when they were found."""
    content = (REFERENCE / f"ends_its_parser.{ending}").read_bytes()
    with pytest.raises(CohortInputError):
        read_cohort_isolated(content, f"a.{ending}", megabytes=1024)
    assert len(read_cohort_isolated(b"id,arm\n1,A\n2,B\n", "a.csv").table) == 2
