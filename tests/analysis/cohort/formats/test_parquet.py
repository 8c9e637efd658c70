"""Parquet files keep their types."""

import datetime
import decimal
import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.cohort.formats import parquet
from analysis.cohort.reading import read_cohort
from tests.analysis.cohort.files import note_text, refusal


def parquet_of(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def test_every_type_has_its_column() -> None:
    table = pa.table(
        {
            "whole": pa.array([1, None, 3]),
            "real": pa.array([0.5, float("nan"), None]),
            "exact": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("2")]),
            "truth": pa.array([True, False, None]),
            "label": pa.array(["A", "NA", " B "]),
            "digits": pa.array(["1", "2", "3"]),
            "category": pa.array(["x", "y", None]).dictionary_encode(),
            "day": pa.array([datetime.date(2024, 1, 31), None, datetime.date(2023, 1, 1)]),
            "moment": pa.array([datetime.datetime(2024, 1, 31, 8)] * 3, type=pa.timestamp("us", tz="Asia/Seoul")),
            "never": pa.array([datetime.date(9999, 12, 31)] * 3),
            "long": pa.array([2**60, 1, None]),
        }
    )
    cohort = read_cohort(parquet_of(table), "a.parquet")
    columns = cohort.table
    assert cohort.file_format == "parquet"
    assert columns["whole"].tolist()[::2] == [1.0, 3.0]
    assert columns["whole"].dtype == np.float64
    assert columns["real"].isna().tolist() == [False, True, True]
    assert columns["exact"].tolist()[0] == 1.25
    assert columns["truth"].tolist() == ["True", "False", None]
    assert columns["label"].tolist() == ["A", None, "B"]
    assert columns["digits"].tolist() == ["1", "2", "3"]
    assert columns["category"].tolist() == ["x", "y", None]
    assert columns["day"].dtype == "datetime64[ns]"
    assert columns["moment"].iloc[0] == pd.Timestamp("2024-01-31 17:00")
    assert columns["never"].tolist() == ["9999-12-31"] * 3
    assert columns["long"].tolist() == [str(2**60), "1", None]


def test_columns_that_are_no_values_are_left_out_and_named() -> None:
    table = pa.table({"id": [1, 2], "scans": [[1], [2, 3]], "raw": pa.array([b"a", b"b"]), "age": [1, 2]})
    cohort = read_cohort(parquet_of(table), "a.parquet")
    assert list(cohort.table.columns) == ["id", "age"]
    assert note_text(cohort, "columns_left_out") == "Columns of lists, records or bytes were left out: scans, raw."


def test_row_labels_of_pandas_are_no_column() -> None:
    stream = io.BytesIO()
    pd.DataFrame({"id": [1, 2], "age": [3, 4]}, index=[7, 9]).to_parquet(stream)
    assert list(read_cohort(stream.getvalue(), "a.parquet").table.columns) == ["id", "age"]


def test_a_file_cut_short_is_refused() -> None:
    content = parquet_of(pa.table({"id": [1, 2], "age": [3, 4]}))
    assert refusal(content[:-20]).startswith("The file must be a sound Parquet file, and this one is damaged")


def test_damage_in_the_middle_is_refused() -> None:
    content = bytearray(parquet_of(pa.table({"id": list(range(500)), "age": list(range(500))})))
    content[200:900] = bytes(700)
    assert refusal(bytes(content)).startswith("The file must be a sound Parquet file")


def test_too_many_cells_are_refused_before_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "CELL_LIMIT", 1_000)
    content = parquet_of(pa.table({"id": [1] * 600, "age": [1] * 600}))
    assert refusal(content) == (
        "A cohort may have up to 1,000 cells, and this file has 1,200 (600 rows of 2). "
        "Keep only the columns the study needs."
    )


def test_an_empty_table_is_refused() -> None:
    assert "it has a header and no rows" in refusal(parquet_of(pa.table({"id": pa.array([], pa.int64()), "x": []})))
