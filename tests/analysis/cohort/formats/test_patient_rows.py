"""Which rows under the names are patients."""

import numpy as np
import pytest

from analysis.cohort.formats.patient_rows import patient_rows, reads_as_total

PATIENTS = [["P1", "A", "61", "3.5"], ["P2", "B", "55", "4.5"], ["P3", "A", "70", "2"]]


def kept(rows: list[list[str]]) -> tuple[list[bool], list[str]]:
    filled = np.array([sum(map(bool, row)) for row in rows])
    keep, notes = patient_rows(filled, rows.__getitem__)
    return keep.tolist(), [note.code for note in notes]


def test_rows_of_patients_are_told_from_blank_rows_and_remarks() -> None:
    rows = [["a"] * 4, [""] * 4, ["b"] * 4, ["* a remark between patients", "", "", ""], ["c"] * 4, [""] * 4]
    rows += [["data cut-off March 2024", "", "", ""], [""] * 4, ["†estimated", "", "", ""]]
    keep, notes = patient_rows(np.array([4, 0, 3, 1, 4, 0, 1, 0, 1]), rows.__getitem__)
    assert keep.tolist() == [True, False, True, True, True, False, False, False, False]
    assert [note.text for note in notes] == [
        "2 rows after the last patient hold remarks and no patients, and were left out.",
        "1 blank row between patients was left out.",
    ]


def test_a_patient_of_whom_only_the_id_is_known_is_no_remark() -> None:
    assert kept([*PATIENTS[:2], ["P003", "", "", ""], ["4", "", "", ""]]) == ([True] * 4, [])


def test_in_a_narrow_table_a_row_of_one_cell_is_a_patient() -> None:
    assert kept([["a", "b"], ["two words", ""], ["a", "b"], ["two words", ""]]) == ([True] * 4, [])


@pytest.mark.parametrize(
    "below",
    [
        [["Total", "3", "186", ""]],
        [["합계", "3", "", "10"]],
        [["平均", "", "62", "3.3"]],
        [["Mean (SD)", "", "62 (7.5)", "3.3 (1.3)"], ["Median", "", "61", "3.5"]],
        [["Mean", "", "62", "3.3"], ["SD", "", "7.5", "1.3"], ["Min", "", "55", "2"]],
        [["Min", "", "55", "2"], ["Max", "", "70", "4.5"], ["Mean", "", "62", "3.3"]],
        [["", "Total", "186", "10"]],
        [["Total", "3", "62", "3.3"]],  # a number where patients have words
    ],
)
def test_totals_of_several_cells_are_no_patients(below: list[list[str]]) -> None:
    assert kept([*PATIENTS, *below]) == ([True] * 3 + [False] * len(below), ["totals_below"])


@pytest.mark.parametrize(
    "last",
    [
        ["SD", "A", "61", "3.5"],  # stable disease
        ["Max", "", "61", "3.5"],  # a name
        ["N", "A", "", "3.5"],
        ["Total", "B", "64", "3"],  # all cells as patients have them: perhaps an extent of resection
    ],
)
def test_a_patient_whose_first_cell_reads_like_a_total_is_kept(last: list[str]) -> None:
    assert kept([*PATIENTS, last]) == ([True] * 4, [])


def test_a_label_that_patients_have_is_no_total() -> None:
    rows = [["Total", "A", "61", "3.5"], ["Partial", "B", "55", "4.5"], ["Total", "", "70", "2"]]
    assert kept(rows) == ([True] * 3, [])


def test_a_total_after_a_blank_row_and_remarks_around_it() -> None:
    rows = [*PATIENTS, [""] * 4, ["Total", "C", "64", "3"], ["Note: cut-off", "2024-03-31", "", ""]]
    assert kept(rows) == ([True] * 3 + [False] * 3, ["remarks_below", "totals_below"])


def test_a_short_row_is_a_total_by_its_first_word() -> None:
    assert reads_as_total(["", " Total ", "5"])
    assert not reads_as_total(["SD", "5"])
    assert not reads_as_total([])


COHORT = [[f"P{row}", "AB"[row % 2], str(50 + row), f"{row}.5"] for row in range(8)]
BLANK = [""] * 4


@pytest.mark.parametrize(
    "second",
    [
        [["arm", "n", "median OS", ""], ["A", "4", "13.1", ""], ["B", "4", "11.0", ""]],
        [["arm", "", "p", "note"], ["A", "", "0.2", "log-rank"]],
        [["arm", "n", "median", "range"], ["A", "4", "13.1", "2"], BLANK, ["B", "4", "11.0", "3"]],
    ],
)
def test_a_second_table_under_the_patients_is_left_out(second: list[list[str]]) -> None:
    keep, notes = kept([*COHORT, BLANK, *second])
    assert keep == [True] * 8 + [False] * (1 + len(second))
    assert notes == ["second_table"]


def test_totals_above_a_second_table_are_left_out_too() -> None:
    keep, notes = kept([*COHORT, ["Total", "8", "", ""], BLANK, ["arm", "n", "median", ""], ["A", "4", "13.1", ""]])
    assert keep == [True] * 8 + [False] * 4
    assert notes == ["second_table", "totals_below"]


@pytest.mark.parametrize(
    "later",
    [
        [["P9", "A", "61", "3.5"], ["P10", "B", "", ""]],
        [["P9", "A", "unknown", "3.5"]],
        [["P9", "A", "unknown", ""], ["P10", "B", "61", "3.5"]],
        [["P9", "A", "unknown", ""], ["P10", "B", "61", ""]],
    ],
)
def test_patients_after_a_blank_row_stay(later: list[list[str]]) -> None:
    keep, notes = kept([*COHORT, BLANK, *later])
    assert keep == [True] * 8 + [False] + [True] * len(later)
    assert notes == ["blank_rows"]
