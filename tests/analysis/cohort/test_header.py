"""Where the names stand, and which rows are no patients."""

import numpy as np
import pytest

from analysis.cohort.header import find_header, name_columns, patient_rows
from analysis.errors import CohortInputError


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["id", "arm"], ["1", "A"]], 0),
        ([["", ""], ["id", "arm"], ["1", "A"]], 1),
        ([["My cohort", "", "", ""], ["id", "arm", "age", "os"], ["1", "A", "61", "3"]], 1),
        ([["Patient", "", "Outcome", ""], ["id", "arm", "os", "event"], ["1", "A", "61", "1"]], 1),
        ([["", "arm", "age"], ["1", "A", "61"]], 0),  # row labels without a name
        ([["id", "", "", ""], ["1", "2", "3", "4"]], 0),  # values are no names
        ([["name", "", "town"], ["Kim", "a", "Seoul"], ["Lee", "b", "Busan"]], 0),  # a table of words only
    ],
)
def test_the_header_is_found(rows: list[list[str]], expected: int) -> None:
    assert find_header(rows) == expected


def test_a_table_without_a_header_is_refused_so_that_no_value_becomes_a_name() -> None:
    with pytest.raises(CohortInputError) as refused:
        find_header([["17", "61.5", "2024-01-31", "male"], ["18", "55", "2024-02-01", "female"]])
    assert str(refused.value) == (
        "The first row must hold the columns' names, and 3 of its 4 cells are numbers or dates. Add a header row."
    )


def test_rows_of_patients_are_told_from_blank_rows_and_remarks() -> None:
    cells = {3: "* a remark between patients", 6: "data cut-off March 2024", 8: "†estimated"}
    keep, notes = patient_rows(np.array([4, 0, 3, 1, 4, 0, 1, 0, 1]), cells.__getitem__)
    assert keep.tolist() == [True, False, True, True, True, False, False, False, False]
    assert [note.text for note in notes] == [
        "2 rows after the last patient hold a single cell each, remarks and not patients, and were left out.",
        "1 blank row between patients was left out.",
    ]


def test_a_patient_of_whom_only_the_id_is_known_is_no_remark() -> None:
    keep, notes = patient_rows(np.array([3, 3, 1, 1]), {2: "P003", 3: "4"}.__getitem__)
    assert keep.all()
    assert notes == []


def test_in_a_narrow_table_a_row_of_one_cell_is_a_patient() -> None:
    keep, notes = patient_rows(np.array([2, 1, 2, 1]), lambda row: "two words")
    assert keep.all()
    assert notes == []


def test_names_are_distinct_whatever_the_header_holds() -> None:
    names, _ = name_columns(["a", "a", "", "a (1)", "column 3", "", " b  c "])
    assert len(set(names)) == len(names)
    assert names[6] == "b c"
