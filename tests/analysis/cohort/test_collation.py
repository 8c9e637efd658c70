import pytest

from analysis.cohort.collation import collation_key


@pytest.mark.parametrize(
    "expected",
    [
        ["<=20", ">50", "20-50"],  # the tumour sizes of survival::rotterdam, as R's factor() sorts them
        ["adeno", "large", "smallcell", "squamous"],
        ["a", "A", "b", "B", "c"],
        ["_x", "-x", ".x", "(x", "+x", "<x", "=x", ">x", "0x", "9x", "x"],
        ["Child A", "Child-Pugh A", "ChildA"],
        ["I", "II", "III", "IV"],
        ["e", "é", "f"],
        ["B형", "C형", "비B비C"],
    ],
)
def test_labels_are_sorted_as_statistical_software_sorts_them(expected: list[str]) -> None:
    assert sorted(set(expected), key=collation_key) == expected
