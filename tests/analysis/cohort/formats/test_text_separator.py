"""What separates the cells of a text file, and how columns without any separator are told."""

import pytest

from analysis.cohort.formats.text_separator import separate
from analysis.cohort.reading import read_cohort
from tests.analysis.cohort.files import note_codes, note_text, read_text, refusal

TABLE = "id,arm,age\nP1,A,61\nP2,B,55\nP3,A,70\n"


@pytest.mark.parametrize("separator", [*"^~!#$%&*:@\x1f\x01 "])
def test_a_rare_separator_is_taken_when_every_row_agrees(separator: str) -> None:
    cohort = read_text(TABLE.replace(",", separator))
    assert cohort.table["age"].tolist() == [61.0, 55.0, 70.0]
    assert note_codes(cohort) == ["separator"]


def test_signs_inside_words_separate_nothing() -> None:
    assert "only one column was found" in refusal(b"time\n12:30\n08:15\n")
    assert "only one column was found" in refusal(b"name\nKim Min\nLee Jun\n")


@pytest.mark.parametrize("line", ["sep=;\r\n", '"sep=;"\n', "SEP=;\n"])
def test_the_first_line_that_excel_understands_is_obeyed(line: str) -> None:
    cohort = read_text(line + "id;a,b;age\n1;x,y;61\n2;z,z;5,5\n")
    assert list(cohort.table) == ["id", "a,b", "age"]
    assert cohort.table["age"].tolist() == [61.0, 5.5]
    assert cohort.header_row == 1


def test_columns_aligned_by_spaces() -> None:
    cohort = read_text("id   arm      age\nP1   LEN mono 61\n".replace("mono 61", "mono   61") + "P2   SOR        55\n")
    assert cohort.table["arm"].tolist() == ["LEN mono", "SOR"]
    assert note_text(cohort, "separator") == "The cells were read as aligned by spaces."
    assert separate("a  b\nc  d  e\n").separator != "\t"  # not every row has as many


def test_a_table_pasted_from_a_spreadsheet() -> None:
    pasted = 'id\tarm\t"age\n(years)"\tnote\r\nP1\tA\t61\t"first ""line""\nsecond"\r\nP2\tB\t55\t\r\n'
    cohort = read_cohort(pasted.encode(), "pasted.txt")
    assert list(cohort.table) == ["id", "arm", "age (years)", "note"]
    assert cohort.table["note"].tolist() == ['first "line"\nsecond', None]
    assert cohort.notes == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('id,arm\n1,A\n2,B\n3,"A\n4,B\n', 4),
        ('id,arm\n1,"A\n2,B\n3,"A\n4,B\n', 2),
        ('title\n\nid,arm\n1,A\n2,"B\n', 5),
        ('"id,arm\n1,A\n', 1),
    ],
)
def test_a_stray_quotation_mark_is_told_with_its_line(text: str, line: int) -> None:
    assert refusal(text.encode()) == (
        f'Every quotation mark (") that opens a cell must close it, and one in the row that begins on line {line} of '
        "the file does not. Remove or double the stray quotation mark, or save the table as XLSX."
    )


def test_row_labels_without_a_name() -> None:
    cohort = read_text('"arm" "age"\n"1" "A" 61\n"2" "B" 55\n"3" "A" 70\n'.replace("arm", "arm x"))
    assert list(cohort.table) == ["column 1", "arm x", "age"]
    assert "row_labels" in note_codes(cohort)


def test_a_separator_at_the_end_of_every_row_is_no_column() -> None:
    assert list(read_text("id,arm\n1,A,\n2,B,\n").table) == ["id", "arm"]


def test_all_problems_of_the_rows_come_together() -> None:
    text = "1,2,3\n4,5,6\n7,8\n9,9,9\n"
    problems = refusal(text.encode()).split("\n")
    assert len(problems) == 2
    assert problems[0].startswith("The first row must hold the columns' names")
    assert problems[1].startswith("Every row must have as many cells as the header, 3; 1 of 3 rows has another number")


@pytest.mark.parametrize("total", ["Total,3,186\n", "Total,,62\n", "합계,3\n", "Total,3,186,,\n"])
def test_totals_of_any_length_below_the_table(total: str) -> None:
    cohort = read_text(TABLE + total)
    assert cohort.table["id"].tolist() == ["P1", "P2", "P3"]
    assert note_codes(cohort) == ["totals_below"]


def test_names_in_two_rows() -> None:
    cohort = read_text("id,arm,PFS,,OS,\n,,months,event,months,event\nP1,A,3,1,9,0\nP2,B,4,0,8,1\n")
    assert list(cohort.table) == ["id", "arm", "PFS months", "PFS event", "OS months", "OS event"]
    assert cohort.header_row == 2
    assert note_codes(cohort) == ["two_row_header"]


def test_a_header_of_any_length_is_read_whole() -> None:
    names = [f"a rather long name of a column that goes on and on {number}" for number in range(9000)]
    cohort = read_text(",".join(names) + "\n" + ",".join(["1"] * 9000) + "\n")
    assert cohort.table.shape == (1, 9000)
    assert list(cohort.table) == names
