"""Where the names stand."""

import pytest

from analysis.cohort.formats.header import clean_name, find_header, name_columns


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


def test_names_are_distinct_whatever_the_header_holds() -> None:
    names, _ = name_columns(["a", "a", "", "a (1)", "column 3", "", " b  c "])
    assert len(set(names)) == len(names)
    assert names[6] == "b c"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("age\r\n(years)", "age (years)"),
        ("\u3000age\u00a0", "age"),
        ("a\u200bge\ufeff", "age"),
        ("\u3000", ""),
    ],
)
def test_names_are_cleaned_of_what_nobody_sees(cell: str, name: str) -> None:
    assert clean_name(cell) == name
