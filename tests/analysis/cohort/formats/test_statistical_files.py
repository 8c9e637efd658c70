"""SAS, SPSS and Stata files: labels, missing codes, dates, encodings, damage."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from analysis.cohort.formats import statistical_files
from analysis.cohort.reading import read_cohort
from analysis.cohort.reading_options import ReadingOptions
from tests.analysis.cohort.files import note_codes, note_text, refusal

REFERENCE = Path(__file__).parents[3] / "reference" / "statistical"
TABLE = pd.DataFrame({"id": ["P1", "P2", "P3"], "sex": [1.0, 2.0, 1.0], "ecog": [0.0, 9.0, 1.0]})


def written(folder: Path, write: Callable[..., Any], table: pd.DataFrame, **how: Any) -> bytes:
    path = folder / "file"
    write(table, path, **how)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "file_format", "date"),
    [
        ("table.sas7bdat", "sas", "index_date"),
        ("table_5.xpt", "xpt", "index_da"),
        ("table_8.xpt", "xpt", "index_date"),
        ("tagged.dta", "stata", "index_date"),
        ("tagged_12.dta", "stata", "index_date"),
    ],
)
def test_files_written_by_another_program_are_read(name: str, file_format: str, date: str) -> None:
    cohort = read_cohort((REFERENCE / name).read_bytes(), name)
    table = cohort.table
    assert cohort.file_format == file_format
    assert table["id"].tolist() == ["P1", "P2", "P3", "P4"]
    assert table["arm"].tolist() == ["LEN", "SOR", None, "LEN"]
    assert table["age"].fillna(-1).tolist() == [61.0, 55.5, -1.0, 70.0]
    assert table[date].dt.strftime("%Y-%m-%d").tolist()[:2] == ["2024-01-31", "2023-12-01"]
    assert table[date].isna().tolist() == [False, False, True, False]
    assert table["seen"].iloc[0] == pd.Timestamp("2024-01-31 08:30")
    assert cohort.column_labels == {"age": "Age at index, years"}
    assert "wrong_extension" not in note_codes(cohort)


def test_special_missing_values_and_months_of_stata() -> None:
    cohort = read_cohort((REFERENCE / "tagged.dta").read_bytes(), "a.dta")
    assert cohort.table["crp"].isna().tolist() == [False, True, True, False]
    assert cohort.table["month"].dt.strftime("%Y-%m").tolist()[:2] == ["2020-01", "2020-02"]
    assert note_text(cohort, "declared_missing") == (
        "Cells that the file declares missing were read as missing; by column: crp 2."
    )
    assert note_text(cohort, "periods").endswith("were read as their first day in month.")


@pytest.mark.parametrize("how", [{}, {"row_compress": True}, {"compress": True}])
def test_labels_of_spss(tmp_path: Path, how: dict[str, Any]) -> None:
    labels = {"sex": {1.0: "여", 2.0: "男"}, "ecog": {9.0: "unknown"}}
    content = written(
        tmp_path, pyreadstat.write_sav, TABLE, variable_value_labels=labels, column_labels={"sex": "성별"}, **how
    )
    cohort = read_cohort(content, "a.sav")
    assert cohort.table["sex"].tolist() == ["여", "男", "여"]
    assert cohort.table["ecog"].tolist() == [0.0, 9.0, 1.0]
    assert note_text(cohort, "value_labels") == "Codes were read as the labels that the file gives them in sex."
    assert note_text(cohort, "partly_labelled") == (
        "Columns in which only some codes have a label stayed as they are; by column: ecog 1 of 3 codes (1 cell). "
        "Check whether such codes stand for missing values."
    )
    assert (cohort.file_format, cohort.encoding, cohort.column_labels) == ("spss", "utf-8", {"sex": "성별"})


def test_missing_codes_of_spss(tmp_path: Path) -> None:
    table = TABLE.assign(stage=["A", "XX", "B"])
    ranges = {"ecog": [{"lo": 9.0, "hi": 99.0}], "stage": ["XX"]}
    cohort = read_cohort(written(tmp_path, pyreadstat.write_sav, table, missing_ranges=ranges), "a.sav")
    assert cohort.table["ecog"].isna().tolist() == [False, True, False]
    assert cohort.table["stage"].tolist() == ["A", None, "B"]
    assert note_text(cohort, "declared_missing").endswith("by column: ecog 1, stage 1.")


def test_labels_of_stata_that_two_codes_share_are_told_apart(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["a", "b", "c"], "arm": [1.0, 2.0, 3.0], "n": [0.0, 1.0, np.nan]})
    labels = {"arm": {1: "old", 2: "old", 3: "new"}, "n": {0: "0", 1: "1"}}
    cohort = read_cohort(written(tmp_path, pyreadstat.write_dta, table, variable_value_labels=labels), "a.dta")
    assert cohort.table["arm"].tolist() == ["old (1)", "old (2)", "new"]
    assert cohort.table["n"].tolist()[:2] == [0.0, 1.0]  # labels that only repeat the number


def test_a_portable_file_is_read(tmp_path: Path) -> None:
    content = written(tmp_path, pyreadstat.write_por, TABLE)
    cohort = read_cohort(content, "a.por")
    assert cohort.file_format == "spss"
    assert [column.tolist() for _, column in cohort.table.items()] == [
        ["P1", "P2", "P3"],
        [1.0, 2.0, 1.0],
        [0.0, 9.0, 1.0],
    ]


def test_dates_out_of_the_clock_are_no_dates_and_times_of_day_are_text(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["a", "b"], "never": [2936549.0, 0.0], "time": [30600.0, np.nan]})
    formats = {"never": "DATE9.", "time": "TIME8."}
    cohort = read_cohort(written(tmp_path, pyreadstat.write_xport, table, variable_format=formats), "a.xpt")
    assert [None if pd.isna(day) else day.date().isoformat() for day in cohort.table["never"]] == [None, "1960-01-01"]
    assert "never_dates" in note_codes(cohort)
    assert cohort.table["time"].tolist() == ["08:30:00", None]


def korean_stata(tmp_path: Path) -> bytes:
    """A file as Stata 12 wrote it under a Korean Windows: bytes whose encoding it does not say."""
    table = pd.DataFrame({"id": ["a", "b", "c", "d"], "state": ["ABCD", "EFGH", "ABCD", "EFGH"]})
    content = written(tmp_path, pyreadstat.write_dta, table, version=12)
    return content.replace(b"ABCD", "생존".encode("cp949")).replace(b"EFGH", "사망".encode("cp949"))


def test_text_of_an_undeclared_encoding_is_decoded(tmp_path: Path) -> None:
    content = korean_stata(tmp_path)
    cohort = read_cohort(content, "a.dta")
    assert cohort.table["state"].tolist() == ["생존", "사망", "생존", "사망"]
    assert (cohort.encoding, cohort.encoding_certain) == ("cp949", False)
    assert note_text(cohort, "encoding") == "The text was read as Korean (CP949); check that labels look right."
    told = read_cohort(content, "a.dta", ReadingOptions(encoding="gb18030"))
    assert told.encoding_certain
    assert told.table["state"].tolist() != cohort.table["state"].tolist()
    assert "some do not fit “utf-8”" in refusal(content, encoding="utf-8")
    assert "“klingon” is not" in refusal(content, encoding="klingon")


def test_text_that_breaks_the_declared_encoding_is_decoded_all_the_same(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["a", "b", "c"], "state": ["ABCD", "EFGH", "ABCD"]})
    content = written(tmp_path, pyreadstat.write_sav, table, column_labels={"state": "IJKL"})
    for word, korean in ((b"ABCD", "생존"), (b"EFGH", "사망"), (b"IJKL", "상태")):
        content = content.replace(word, korean.encode("cp949"))
    cohort = read_cohort(content, "a.sav")
    assert cohort.table["state"].tolist() == ["생존", "사망", "생존"]
    assert cohort.column_labels == {"state": "상태"}
    assert not cohort.encoding_certain


@pytest.mark.parametrize("name", ["table.sas7bdat", "table_8.xpt", "tagged.dta", "tagged_12.dta"])
@pytest.mark.parametrize("kept", [0.2, 0.55, 0.9])
def test_a_file_cut_short_is_refused(name: str, kept: float) -> None:
    content = (REFERENCE / name).read_bytes()
    if name == "table.sas7bdat" and kept > 0.5:
        kept = 0.45  # the rest of this small file is padding
    sentence = refusal(content[: int(kept * len(content)) - 1])
    assert "this one is damaged or cut short. Save it again in S" in sentence


def test_too_many_cells_are_refused_before_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistical_files, "CELL_LIMIT", 8)
    assert refusal(written(tmp_path, pyreadstat.write_sav, TABLE)) == (
        "A cohort may have up to 8 cells, and this file has 9 (3 rows of 3). Keep only the columns the study needs."
    )
    assert refusal(written(tmp_path, pyreadstat.write_xport, TABLE)).startswith(
        "A cohort may have up to 8 cells, and this file has more."
    )


def test_a_catalog_and_a_cport_file_are_called_by_their_names() -> None:
    catalog = bytearray((REFERENCE / "table.sas7bdat").read_bytes())
    catalog[156:164] = b"CATALOG "
    assert "it is a SAS catalog (sas7bcat)" in refusal(bytes(catalog))
    assert "it is a SAS CPORT file" in refusal(b"**COMPRESSED** **COMPRESSED** **COMPRESSED**" + bytes(100))
