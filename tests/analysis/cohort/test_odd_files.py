"""Every odd file is read as it was meant, or refused with one exact sentence."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import read_cohort
from analysis.errors import CohortInputError
from tests.odd_files import OddFile, odd_files

FILES = tuple(odd_files())
FEWEST = 60


def test_there_are_many_of_them_and_each_has_a_name_of_its_own() -> None:
    assert len({file.name for file in FILES}) == len(FILES) >= FEWEST


@pytest.mark.parametrize("file", [pytest.param(file, id=file.name) for file in FILES])
def test_an_odd_file_is_read_or_refused(file: OddFile) -> None:
    if file.refusal is not None:
        with pytest.raises(CohortInputError) as refused:
            read_cohort(file.content, file.name)
        assert len(refused.value.problems) == 1
        _assert_sentence(refused.value.problems[0], file.refusal)
        return
    cohort = read_cohort(file.content, file.name)
    assert {name: _cells(cohort.table[name]) for name in cohort.table} == file.table
    assert set(file.notes) <= {note.code for note in cohort.notes}


def _assert_sentence(found: str, expected: str) -> None:
    """The sentence itself; a part of it between ellipses where the rest is another parser's or a count of bytes."""
    if "…" not in expected:
        assert found == expected
    else:
        pieces = [piece.strip() for piece in expected.split("…")]
        assert all(piece in found for piece in pieces), found
        assert found.endswith((".", ")"))


def _cells(column: pd.Series) -> list[Any]:
    if column.dtype.kind == "M":
        return [None if pd.isna(day) else day.date().isoformat() for day in column]
    if column.dtype.kind == "f":
        return [None if np.isnan(number) else number for number in column]
    return column.tolist()
