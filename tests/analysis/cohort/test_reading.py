"""Reading a file: what kind it is, and every way in which it cannot be read, each with its own sentence."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort import reading
from analysis.cohort.reading import Cohort, read_cohort, sheet_names
from analysis.errors import CohortInputError
from tests.analysis.cohort.files import note_codes, note_text, read_text, refusal, workbook

REFERENCE = Path(__file__).parents[2] / "reference"


def test_a_cohort_is_one_typed_table_with_the_digest_of_its_file() -> None:
    content = b"id,arm,age\n1,A,61\n2,B,NA\n"
    cohort = read_cohort(content, "cohort.csv")
    assert cohort.table["id"].tolist() == [1.0, 2.0]
    assert cohort.table["arm"].tolist() == ["A", "B"]
    assert cohort.table["age"].dtype == np.float64
    assert np.isnan(cohort.table["age"].iloc[1])
    assert cohort.sha256 == hashlib.sha256(content).hexdigest()
    assert cohort.file_format == "csv"
    assert list(cohort.table.index) == [0, 1]


@pytest.mark.parametrize(
    ("name", "n", "columns"), [("gbsg", 686, 11), ("veteran", 137, 9), ("rotterdam_hormon", 2982, 13)]
)
def test_reference_cohorts_are_read_as_pandas_reads_them(name: str, n: int, columns: int) -> None:
    path = REFERENCE / f"{name}.csv"
    cohort = read_cohort(path.read_bytes(), path.name)
    assert cohort.table.shape == (n, columns)
    assert cohort.notes == ()
    expected = pd.read_csv(path, float_precision="round_trip")
    for column in expected:
        if expected[column].dtype.kind in "if":
            assert cohort.table[column].tolist() == expected[column].tolist()
        else:
            assert cohort.table[column].tolist() == expected[column].tolist()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"",
            "The file must hold a table with a header and one row per patient; it is empty (0 bytes). "
            "Check that the right file was chosen and export it again.",
        ),
        (
            b" \n\t\r\n ",
            "The file must hold a table with a header and one row per patient; it holds only white space. "
            "Check that the right file was chosen and export it again.",
        ),
        (b"\xef\xbb\xbf", "it holds only white space"),
        (b",,,\n,,,\n", "all its cells are blank. Check that the right file and sheet were chosen."),
        (b"a,b,c\n", "it has a header and no rows. Export the table again with its rows."),
        (b"a,b,c\n,,\n", "it has a header and no rows."),
        (
            b"age\n61\n55\n",
            "A cohort needs several columns (treatment, covariates, outcome), and only one column was found.",
        ),
        (b"1,2,3\n4,5,6\n", "3 of its 3 cells are numbers or dates. Add a header row."),
        (b"%PDF-1.7\n", "it is a PDF document."),
        (b"\x1f\x8b\x08rest", "it is a compressed (gzip) file."),
        (b"\x89PNG\r\n", "it is an image."),
        (b'[{"age": 61}, {"age": 58}]', "and it is JSON. Open it in the program that wrote it"),
        (b"<html><table><tr><td>1</td></tr></table>", "it is a web page or XML, whatever its name."),
        (b"abc\x00\x01\x02def", "it holds binary data that is none of these."),
        (b"PK\x03\x04 not an archive", "must be a sound XLSX workbook, and this one is damaged."),
        (b"PAR1 not parquet", "must be a sound Parquet file, and this one is damaged or cut short."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "The file must be a sound XLS workbook, and this one is damaged. Open it in Excel and save it as XLSX.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "must be readable without a password, and it is encrypted. Open it in Excel, remove the password",
        ),
    ],
)
def test_a_file_that_is_no_cohort_is_refused_with_its_own_sentence(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        ("xl/workbook.bin", "must be a sound XLSB workbook, and this one is damaged."),
        ("content.xml", "must be a sound ODS workbook, and this one is damaged."),
        ("word/document.xml", "it is a Word document."),
        ("anything.txt", "it is a ZIP archive. Unpack it and choose the table inside."),
    ],
)
def test_archives_without_a_table_are_called_by_their_name(member: str, sentence: str, tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
    assert sentence in refusal(path.read_bytes())


def test_a_file_over_the_limit_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading.FILE_SIZE_LIMIT == 200_000_000
    monkeypatch.setattr(reading, "FILE_SIZE_LIMIT", 3_000_000)
    sentence = "A cohort's file may have up to 3 MB, and this one has 4 MB. Keep only the columns the study needs."
    assert refusal(b"PAR1" + bytes(4_000_000)) == sentence
    with pytest.raises(CohortInputError):
        sheet_names(bytes(4_000_000))


@pytest.mark.parametrize(
    ("name", "noted"),
    [
        ("a.csv", False),
        ("A.CSV", False),
        ("a.txt", False),
        ("a", False),
        ("a.xlsx", True),
        ("a.xls", True),
        ("a.p12", True),
    ],
)
def test_a_wrong_extension_is_noted_and_the_content_counts(name: str, noted: bool) -> None:
    cohort = read_cohort(b"a,b\n1,2\n", name)
    assert ("wrong_extension" in note_codes(cohort)) == noted
    assert cohort.table.shape == (1, 2)


def test_the_note_on_the_extension_names_both_kinds_and_never_the_file() -> None:
    cohort = read_cohort(workbook([["a", "b"], [1, 2]]), "a secret folder/a secret name.csv")
    assert note_text(cohort, "wrong_extension") == (
        "The file is an XLSX workbook although its name ends in .csv; it was read as what it is."
    )


def test_sheet_names_of_a_workbook_and_of_other_files() -> None:
    assert sheet_names(workbook([["a", "b"]], [], names=("Patients", "비고"))) == ("Patients", "비고")
    assert sheet_names(b"a,b\n1,2\n") == ()


def test_marks_are_missing_in_every_column_and_none_is_a_label() -> None:
    cohort = read_text("arm,x,y,metastasis\nA,1,na,None\nB,N/A,null,lung\nA,#N/A,5,None\nB,NaN,.,NULL\n")
    assert cohort.table["x"].isna().tolist() == [False, True, True, True]
    assert cohort.table["y"].isna().tolist() == [True, True, False, True]
    assert cohort.table["metastasis"].tolist() == ["None", "lung", "None", None]
    assert note_text(cohort, "missing_marks") == (
        "Cells marked NA, N/A, #N/A, NaN or null (among numbers also “.” and “-”) were read as missing; "
        "by column: x 3, y 3, metastasis 1."
    )


def test_blank_cells_are_missing_without_a_note() -> None:
    cohort = read_text("arm,x\nA,1\nB,\nA,  \n")
    assert cohort.table["x"].isna().tolist() == [False, True, True]
    assert cohort.notes == ()


def test_headers_are_trimmed_and_may_be_long_or_strange() -> None:
    long = "a column with a very long name, sixty characters and more of it"
    cohort = read_text(f'" id ","{long}","quote "" here","two\nlines","😀",나이\n1,2,3,4,5,6\n')
    assert list(cohort.table.columns) == ["id", long, 'quote " here', "two lines", "😀", "나이"]


def test_repeated_headers_are_renamed_all_of_them_so_that_none_is_meant_by_accident() -> None:
    cohort = read_text("age,arm,age,age\n1,A,2,3\n")
    assert list(cohort.table.columns) == ["age (1)", "arm", "age (2)", "age (3)"]
    assert note_text(cohort, "repeated_headers").startswith(
        "Every column needs a name of its own; repeated in the header: “age” (3 times)."
    )


def test_blank_headers_are_named_by_position_and_empty_columns_dropped() -> None:
    cohort = read_text(",arm,,x,\n1,A,7,5,\n2,B,8,6,\n")
    assert list(cohort.table.columns) == ["column 1", "arm", "column 3", "x"]
    assert note_text(cohort, "blank_headers") == (
        "Every column needs a name in the header; 2 had none and are called by position: column 1, column 3."
    )


@settings(max_examples=60, deadline=None)
@given(
    start=st.sampled_from(
        [b"", b"id,arm\n1,A\n", b"PK\x03\x04", b"PAR1", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd0\xcf\x11\xe0"]
    ),
    content=st.one_of(st.binary(max_size=120), st.text('a1,;"\n\t.- 남é', max_size=80).map(str.encode)),
)
def test_any_bytes_are_read_or_refused(start: bytes, content: bytes) -> None:
    cohort, problems = read_or_refused(start + content)
    assert all(problem.endswith(".") for problem in problems)
    assert (cohort is None) == bool(problems)
    if cohort is not None:
        assert cohort.table.shape[0] > 0
        assert cohort.table.shape[1] > 1
        assert cohort.table.columns.is_unique
        assert all(column.dtype.kind in "fOM" for _, column in cohort.table.items())


def read_or_refused(content: bytes) -> tuple[Cohort | None, tuple[str, ...]]:
    try:
        return read_cohort(content, "cohort.csv"), ()
    except CohortInputError as error:
        return None, error.problems


@settings(max_examples=40, deadline=None)
@given(place=st.floats(0, 1), change=st.binary(min_size=1, max_size=20))
def test_a_damaged_workbook_is_read_or_refused(place: float, change: bytes) -> None:
    content = bytearray(workbook([["id", "arm", "age"], *([number, "A", 5.5] for number in range(20))]))
    start = int(place * (len(content) - len(change)))
    content[start : start + len(change)] = change
    cohort, problems = read_or_refused(bytes(content))
    assert (cohort is None) == bool(problems)


def test_a_new_name_never_takes_one_that_is_there() -> None:
    cohort = read_text("age,age,age (1)\n1,2,3\n4,5,6\n")
    assert sorted(cohort.table.columns) == ["age (1)", "age (1)*", "age (2)"]
    assert cohort.table["age (1)"].tolist() == [3.0, 6.0]
