"""A law: the same table, written in any format, is read as the same cohort."""

import datetime
import io
import string
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.reading import read_cohort
from tests.analysis.cohort.old_workbooks import ods, xls, xlsb

ENGLISH = ("LEN", "SOR", "Child-Pugh A", "grade 2")
KOREAN = ("생존", "사망", "간세포암 환자", "여")
JAPANESE = ("生存", "死亡", "レンバチニブ", "男性")
WESTERN = ("décès", "Größe", "vivant")
NUMBERS = st.one_of(
    st.integers(-9999, 99_999).map(float), st.decimals(-999, 9999, places=2, allow_nan=False).map(float)
).map(lambda number: number + 0.0)  # no negative zero
DATES = st.dates(datetime.date(1930, 1, 1), datetime.date(2090, 12, 31))


@st.composite
def tables(draw: st.DrawFn, labels: tuple[str, ...] = ENGLISH + KOREAN + JAPANESE) -> pd.DataFrame:
    """A cohort: an id, an arm, two columns of numbers, one of labels, one of dates, cells missing anywhere."""
    n = draw(st.integers(2, 12))

    def column(cells: st.SearchStrategy[Any], *, always: bool = False) -> list[Any]:
        values = draw(st.lists(cells if always else st.none() | cells, min_size=n, max_size=n))
        return values if any(value is not None for value in values) else [draw(cells), *values[1:]]

    return pd.DataFrame(
        {
            "id": pd.Series([f"P{row:03d}" for row in range(n)], dtype=object),
            "arm": pd.Series(column(st.sampled_from(labels[:2]), always=True), dtype=object),
            "age": pd.Series(column(NUMBERS), dtype=np.float64),
            "os": pd.Series([round(draw(NUMBERS) + 0.25, 2), *column(NUMBERS)[1:]], dtype=np.float64),
            "state": pd.Series(column(st.sampled_from(labels)), dtype=object),
            "index_date": pd.to_datetime(pd.Series(column(DATES), dtype=object)).astype("datetime64[ns]"),
        }
    )


def assert_same(table: pd.DataFrame, content: bytes, name: str) -> None:
    read = read_cohort(content, name).table
    assert list(read) == list(table)
    for column in table:
        expected, found = table[column], read[column]
        assert found.dtype == expected.dtype, column
        assert found.isna().tolist() == expected.isna().tolist(), column
        assert found.dropna().tolist() == expected.dropna().tolist(), column


@settings(max_examples=20, deadline=None)
@given(table=tables(), separator=st.sampled_from(",;\t|"), codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_unicode_text(table: pd.DataFrame, separator: str, codec: str) -> None:
    assert_same(table, as_csv(table, separator).encode(codec), "a.csv")


@pytest.mark.parametrize(
    ("codec", "labels"),
    [("cp949", KOREAN), ("euc_kr", KOREAN), ("cp932", JAPANESE), ("euc_jp", JAPANESE), ("cp1252", WESTERN)],
)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_text_of_older_encodings(codec: str, labels: tuple[str, ...], data: st.DataObject) -> None:
    table = data.draw(tables(labels=labels))
    assert_same(table, as_csv(table, ",").encode(codec), "a.csv")


@settings(max_examples=12, deadline=None)
@given(table=tables(), separator=st.sampled_from(";\t"), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_decimal_commas_and_line_ends(table: pd.DataFrame, separator: str, end: str) -> None:
    assert_same(table, as_csv(table, separator, end=end, decimal=",").encode(), "a.csv")


def as_csv(table: pd.DataFrame, separator: str, *, end: str = "\n", decimal: str = ".") -> str:
    return table.to_csv(index=False, sep=separator, lineterminator=end, decimal=decimal, date_format="%Y-%m-%d")


@settings(max_examples=12, deadline=None)
@given(table=tables())
def test_workbooks(table: pd.DataFrame) -> None:
    assert_same(table, as_xlsx(table), "a.xlsx")
    plain = table.drop(columns="index_date")  # the writers of older formats know no dates
    rows = [list(plain), *(list(row) for row in plain.astype(object).where(plain.notna(), None).to_numpy())]
    assert_same(plain, xls({"One": rows}), "a.xls")
    assert_same(plain, xlsb(rows), "a.xlsb")
    assert_same(plain, ods({"One": rows}), "a.ods")


def as_xlsx(table: pd.DataFrame) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(table))
    for row in table.astype(object).where(table.notna(), None).itertuples(index=False, name=None):
        book.active.append([cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@settings(max_examples=12, deadline=None)
@given(table=tables())
def test_parquet(table: pd.DataFrame) -> None:
    stream = io.BytesIO()
    table.to_parquet(stream)
    assert_same(table, stream.getvalue(), "a.parquet")


@pytest.mark.parametrize("kind", ["sav", "zsav", "dta", "dta 12", "xpt 5", "xpt 8"])
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_statistics_programs(kind: str, data: st.DataObject) -> None:
    table = data.draw(tables(labels=ENGLISH if kind == "dta 12" else ENGLISH + KOREAN + JAPANESE))
    write, how = WRITERS[kind]
    if kind == "xpt 5":  # names of at most eight letters
        table = table.rename(columns={"index_date": "start"})
    assert_same(table, as_statistical(table, write, how), "a")


WRITERS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "sav": (pyreadstat.write_sav, {"variable_format": {"index_date": "DATE11"}}),
    "zsav": (pyreadstat.write_sav, {"compress": True, "variable_format": {"index_date": "SDATE10"}}),
    "dta": (pyreadstat.write_dta, {"variable_format": {"index_date": "%td"}}),
    "dta 12": (pyreadstat.write_dta, {"version": 12, "variable_format": {"index_date": "%td"}}),
    "xpt 5": (pyreadstat.write_xport, {"file_format_version": 5}),
    "xpt 8": (pyreadstat.write_xport, {"variable_format": {"index_date": "YYMMDD10."}}),
}


def as_statistical(table: pd.DataFrame, write: Callable[..., Any], how: dict[str, Any]) -> bytes:
    date = table.columns[-1]
    named = table.assign(**{date: table[date].dt.date.astype(object).where(table[date].notna(), None)})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write(named, path, **how)
        return path.read_bytes()


@settings(max_examples=12, deadline=None)
@given(
    codes=st.lists(st.none() | st.integers(0, 3), min_size=3, max_size=15),
    names=st.lists(
        st.text(string.ascii_letters + "가나다男女", min_size=1, max_size=6), min_size=4, max_size=4, unique=True
    ),
)
def test_labels_of_codes(codes: list[int | None], names: list[str]) -> None:
    if not any(code is not None for code in codes) or any(unicodedata.normalize("NFC", n) != n for n in names):
        return
    table = pd.DataFrame({"n": np.arange(len(codes), dtype=float), "code": pd.Series(codes, dtype=np.float64)})
    labels = {"code": {float(code): f"{name}_" for code, name in enumerate(names)}}
    expected = [None if code is None else f"{names[code]}_" for code in codes]
    for write in (pyreadstat.write_sav, pyreadstat.write_dta):
        how = {"code": {int(code): label for code, label in labels["code"].items()}}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            write(table, path, variable_value_labels=labels if write is pyreadstat.write_sav else how)
            assert read_cohort(path.read_bytes(), "a").table["code"].tolist() == expected
