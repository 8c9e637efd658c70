"""Names in one row, in two, and where a person says they are."""

import pytest

from analysis.cohort.formats.heading import read_heading
from analysis.cohort.formats.merged_cells import CellRange
from analysis.errors import CohortInputError

BODY = [["P1", "A", "3.5", "1", "9", "0"], ["P2", "B", "4", "0", "12", "1"]]


@pytest.mark.parametrize(
    ("head", "names", "position"),
    [
        ([["id", "arm", "t1", "e1", "t2", "e2"]], ["id", "arm", "t1", "e1", "t2", "e2"], 0),
        (  # the lower row tells the columns apart by itself
            [["Patient", "", "PFS", "", "OS", ""], ["id", "arm", "t1", "e1", "t2", "e2"]],
            ["id", "arm", "t1", "e1", "t2", "e2"],
            1,
        ),
        (
            [["Patient", "", "PFS", "", "OS", ""], ["id", "arm", "months", "event", "months", "event"]],
            ["id", "arm", "PFS months", "PFS event", "OS months", "OS event"],
            1,
        ),
        (
            [["id", "arm", "PFS", "PFS", "OS", "OS"], ["", "", "months", "event", "months", "event"]],
            ["id", "arm", "PFS months", "PFS event", "OS months", "OS event"],
            1,
        ),
        (
            [["My cohort", "", "", "", "", ""], ["id", "arm", "PFS", "", "OS", ""], ["", "", "m", "e", "m", "e"]],
            ["id", "arm", "PFS m", "PFS e", "OS m", "OS e"],
            2,
        ),
        (  # one repeated name gives the whole group its heading
            [["id", "arm", "PFS", "", "OS", ""], ["", "", "time", "event", "months", "event"]],
            ["id", "arm", "PFS time", "PFS event", "OS months", "OS event"],
            1,
        ),
        ([["id", "arm", "", "e1", "t2", "e2"]], ["id", "arm", "", "e1", "t2", "e2"], 0),  # a gap, and nothing else
    ],
)
def test_names_in_one_row_or_two(head: list[list[str]], names: list[str], position: int) -> None:
    heading = read_heading([*head, *BODY])
    assert list(heading.names) == names
    assert heading.position == position
    assert ("two_row_header" in [note.code for note in heading.notes]) == (names not in head)
    again = read_heading([*head, *BODY], header_row=heading.position + 1)
    assert (again.names, again.position) == (heading.names, heading.position)


def test_few_headings_over_many_names() -> None:
    rows = [
        ["", "", "", "", "", "", "PFS", "", "OS", ""],
        ["id", "arm", "age", "sex", "a", "b", "months", "event", "months", "event"],
        ["1", "A", "61", "F", "2", "3", "4", "1", "5", "1"],
    ]
    heading = read_heading(rows)
    assert heading.names[-4:] == ("PFS months", "PFS event", "OS months", "OS event")
    assert heading.names[:6] == ("id", "arm", "age", "sex", "a", "b")
    assert heading.notes[-1].text.endswith("would not tell them apart, as in “PFS months”.")


def test_merged_cells_say_how_far_a_heading_reaches() -> None:
    rows = [["id", "Survival", "", "note"], ["", "months", "event", ""], ["P1", "a", "b", "c"]]
    merged = (
        CellRange(first_row=0, last_row=1, first_column=0, last_column=0),
        CellRange(first_row=0, last_row=0, first_column=1, last_column=2),
        CellRange(first_row=0, last_row=1, first_column=3, last_column=3),
    )
    assert read_heading(rows, merged=merged).names == ("id", "months", "event", "note")
    without = read_heading(rows)
    assert without.position == 0  # words over words may be a patient


def test_units_under_complete_names_are_not_joined() -> None:
    rows = [["id", "arm", "age", "os"], ["", "", "years", "months"], ["1", "A", "61", "3"], ["2", "B", "55", "4"]]
    assert read_heading(rows).names == ("id", "arm", "age", "os")


def test_units_under_names_with_a_gap_are_not_joined() -> None:
    rows = [["", "arm", "age", "os"], ["", "", "years", "months"], ["1", "A", "61", "3"], ["2", "B", "55", "4"]]
    assert read_heading(rows).names == ("", "arm", "age", "os")
    assert read_heading(rows).position == 0


def test_a_heading_over_one_column_belongs_to_its_name() -> None:
    rows = [["id", "Age", "PFS", "", "OS", ""], ["", "years", "m", "e", "m", "e"], ["1", "61", "3", "1", "4", "1"]]
    assert read_heading(rows).names == ("id", "Age years", "PFS m", "PFS e", "OS m", "OS e")


def test_a_title_above_repeated_names_is_no_heading() -> None:
    rows = [["Cohort of 2024", "", ""], ["id", "age", "age"], ["1", "61", "62"]]
    assert read_heading(rows).names == ("id", "age", "age")


def test_the_row_a_person_chose_wins() -> None:
    rows = [["a", "b", "c"], ["x", "y", "z"], ["id", "arm", "age"], ["1", "A", "61"]]
    heading = read_heading(rows, header_row=3)
    assert heading.names == ("id", "arm", "age")
    assert heading.position == 2
    assert [note.code for note in heading.notes] == ["title_rows"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (9, "The row of the columns' names must be one of the file's rows, and row 9 is not; it has 3."),
        (2, "Row 2 must hold the columns' names, and all its cells are blank."),
    ],
)
def test_a_chosen_row_that_is_none_is_refused(row: int, sentence: str) -> None:
    with pytest.raises(CohortInputError) as refused:
        read_heading([["id", "arm"], ["", ""], ["1", "A"]], header_row=row)
    assert str(refused.value).startswith(sentence)


def test_a_table_without_a_header_has_a_problem_so_that_no_value_becomes_a_name() -> None:
    rows = [["17", "61.5", "2024-01-31", "male"], ["18", "55", "2024-02-01", "female"]]
    assert read_heading(rows).problems == (
        "The first row must hold the columns' names, and 3 of its 4 cells are numbers or dates. Add a header row.",
    )
    assert read_heading(rows, header_row=2).problems == (
        "Row 2 must hold the columns' names, and 3 of its 4 cells are numbers or dates. Choose another row.",
    )
