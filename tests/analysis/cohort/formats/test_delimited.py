"""Text files: separators, quotation marks, ragged rows, titles, remarks, and a law: what was written is read."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.formats import delimited
from analysis.cohort.reading import read_cohort
from tests.analysis.cohort.files import note_codes, note_text, read_text, refusal


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(delimiter: str) -> None:
    text = "id,arm,age\n1,A,61\n2,B,55\n".replace(",", delimiter)
    cohort = read_text(text)
    assert list(cohort.table.columns) == ["id", "arm", "age"]
    assert cohort.table["age"].tolist() == [61.0, 55.0]
    assert ("separator" in note_codes(cohort)) == (delimiter in ";|")


def test_a_label_full_of_another_separator_does_not_mislead() -> None:
    cohort = read_text('id,drug\n1,"a; b; c; d"\n2,"e; f; g; h"\n3,"i; j; k; l"\n')
    assert cohort.table["drug"].tolist() == ["a; b; c; d", "e; f; g; h", "i; j; k; l"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending: str) -> None:
    cohort = read_text(ending.join(["id,arm", "1,A", "2,B"]))
    assert cohort.table["arm"].tolist() == ["A", "B"]


def test_labels_keep_commas_quotes_line_breaks_and_emoji() -> None:
    cohort = read_text('id,label\n1,"a, b"\n2,"say ""hi"""\n3,"two\nlines"\n4,😀 fine\n')
    assert cohort.table["label"].tolist() == ["a, b", 'say "hi"', "two\nlines", "😀 fine"]
    assert len(cohort.table) == 4


def test_rows_of_unequal_length_are_counted() -> None:
    text = "id,arm,age\n1,A,61\n2,B\n3,A,7,8\n4,B,5\n5,A\n6,B,1\n"
    assert refusal(text.encode()) == (
        "Every row must have as many cells as the header, 3; 3 of 6 rows have another number "
        "(most often 2; the first is row 2 under the header). Check these rows for missing or unquoted separators."
    )


@pytest.mark.parametrize(
    "text",
    [
        'id,arm\n1,"A\n2,B\n3,A\n',  # swallows the rest of the file, and every row would fit
        'id,arm\n1,A\n2,"B\n3,"A\n4,B\n',  # an even number of marks
        '"id,arm\n1,A\n2,B\n',
    ],
)
def test_a_quotation_mark_that_never_closes_is_refused(text: str) -> None:
    assert refusal(text.encode()).startswith('Every quotation mark (") that opens a cell must close it')


def test_a_quotation_mark_inside_a_word_is_a_letter() -> None:
    cohort = read_text('id,size\n1,5" nail\n2,6" nail\n3,7" nail\n')
    assert cohort.table["size"].tolist() == ['5" nail', '6" nail', '7" nail']


def test_blank_rows_before_between_and_after_are_left_out() -> None:
    cohort = read_text("\n,,\n\nid,arm,age\n1,A,61\n,,\n\n2,B,55\n,,\n   \n\n")
    assert cohort.table["id"].tolist() == [1.0, 2.0]
    assert note_codes(cohort) == ["blank_rows"]
    assert note_text(cohort, "blank_rows") == "1 blank row between patients was left out."


def test_titles_above_and_remarks_below_are_left_out_with_notes() -> None:
    cohort = read_text("Cohort of 2024\n\nid,arm,age\n1,A,61\n2,B,55\n* cut-off in March\nsee protocol,,\n")
    assert list(cohort.table.columns) == ["id", "arm", "age"]
    assert cohort.table["age"].tolist() == [61.0, 55.0]
    assert "title_rows" in note_codes(cohort)
    assert "remarks_below" in note_codes(cohort)


def test_group_headings_above_the_names_give_way_to_them() -> None:
    cohort = read_text("Patient,,Outcome,\nid,arm,time,event\n1,A,3.5,1\n2,B,4.5,0\n")
    assert list(cohort.table.columns) == ["id", "arm", "time", "event"]


def test_units_under_the_names_are_no_patient() -> None:
    cohort = read_text("id,arm,age,os\nno.,,years,months\n1,A,61,3.5\n2,B,55,4\n")
    assert cohort.table["age"].tolist() == [61.0, 55.0]
    assert "second_header" in note_codes(cohort)


def test_one_spoilt_number_in_the_first_row_is_not_taken_for_units() -> None:
    cohort = read_text("id,arm,age,afp\n1,A,61,>2000\n2,B,55,4\n3,A,50,4\n")
    assert len(cohort.table) == 3
    assert "second_header" not in note_codes(cohort)


def test_decimal_commas_where_semicolons_separate() -> None:
    cohort = read_text("id;arm;inr;n\n1;A;1,05;3\n2;B;0,9;4\n3;A;-;NA\n4;B;1;5\n")
    assert cohort.table["inr"].tolist()[:2] == [1.05, 0.9]
    assert cohort.table["inr"].iloc[3] == 1.0
    assert cohort.table["n"].tolist()[:2] == [3.0, 4.0]
    assert note_text(cohort, "decimal_comma") == (
        "Numbers were read with a decimal comma (1,5 is one and a half) in inr."
    )


def test_thousands_are_not_guessed() -> None:
    quoted = read_text('id,platelets\n1,"1,234"\n2,"2,345"\n')
    assert quoted.table["platelets"].tolist() == ["1,234", "2,345"]
    dotted = read_text("id;platelets;inr\n1;1.234;1,5\n2;999;2,5\n")
    assert dotted.table["platelets"].tolist() == ["1.234", "999"]
    tabbed = read_text("id\tplatelets\n1\t1,234\n2\t2,345\n")
    assert tabbed.table["platelets"].tolist() == ["1,234", "2,345"]
    decimal = read_text("id\tinr\n1\t1,25\n2\t2,3\n")
    assert decimal.table["inr"].tolist() == [1.25, 2.3]


def test_too_many_cells_are_refused_before_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "CELL_LIMIT", 20)
    assert refusal(b"a,b,c\n" + b"1,2,3\n" * 10) == (
        "A cohort may have up to 20 cells, and this file has about 30 (10 rows of 3). "
        "Keep only the columns the study needs."
    )


label = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=6).filter(
    lambda text: text.isascii() or text == text.strip()
)
cell = st.one_of(label, st.integers(-999, 9999).map(str), st.just(""), st.sampled_from(["a,b", 'x"y', "p;q", "u\nv"]))


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(cell, cell), min_size=1, max_size=12), delimiter=st.sampled_from(",;\t|"))
def test_what_a_spreadsheet_writes_is_read_back_row_by_row(rows: list[tuple[str, str]], delimiter: str) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["key", "one", "two"])
    for number, (one, two) in enumerate(rows):
        # a sign in front keeps every cell a label, and the number keeps spellings of one label apart
        writer.writerow([f"k{number}", f"_{number}{one}", f"_{number}{two}"])
    cohort = read_cohort(stream.getvalue().encode(), "cohort.csv")
    import unicodedata

    expected = [
        tuple(unicodedata.normalize("NFC", f"_{number}{text}".strip()) for text in row)
        for number, row in enumerate(rows)
    ]
    assert list(cohort.table[["one", "two"]].itertuples(index=False, name=None)) == expected


@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=2, max_size=20))
def test_numbers_are_read_to_the_last_bit(numbers: list[float]) -> None:
    if max(abs(number) for number in numbers) >= 2**53:
        numbers = [number / 1e300 for number in numbers]
    text = "id,x\n" + "".join(f"k{row},{number!r}\n" for row, number in enumerate(numbers))
    assert read_text(text).table["x"].tolist() == numbers
