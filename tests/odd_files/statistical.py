"""Files of statistics programs and of data engineers."""

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from tests.odd_files.case import COLUMNS, OddFile, with_columns

SEX = {1.0: "F", 2.0: "M"}


def odd_statistical_files() -> Iterator[OddFile]:
    """SPSS, Stata, SAS transport and Parquet files, whole, labelled and cut short."""
    coded = _frame(with_columns(sex=[{"F": 1, "M": 2}[sex] for sex in COLUMNS["sex"]]))
    spss = _written(pyreadstat.write_sav, coded, variable_value_labels={"sex": SEX})
    yield OddFile(name="labelled.sav", content=spss, table=COLUMNS)
    packed = _written(pyreadstat.write_sav, coded, variable_value_labels={"sex": SEX}, row_compress=True)
    yield OddFile(name="labelled_compressed.sav", content=packed, table=COLUMNS)
    stata = _written(pyreadstat.write_dta, coded, variable_value_labels={"sex": {1: "F", 2: "M"}})
    yield OddFile(name="labelled.dta", content=stata, table=COLUMNS)
    yield OddFile(name="transport.xpt", content=_written(pyreadstat.write_xport, _frame(COLUMNS)), table=COLUMNS)
    partly = _frame(with_columns(ecog=[0, 1, 2, 0, 1, 9, 0, 1]))
    yield OddFile(
        name="partly_labelled.sav",
        content=_written(pyreadstat.write_sav, partly, variable_value_labels={"ecog": {9.0: "unknown"}}),
        table=with_columns(ecog=[0, 1, 2, 0, 1, 9, 0, 1]),
    )  # fmt: skip
    ranges = {"ecog": [{"lo": 9.0, "hi": 9.0}]}
    yield OddFile(
        name="user_missing.sav", content=_written(pyreadstat.write_sav, partly, missing_ranges=ranges),
        table=with_columns(ecog=[0, 1, 2, 0, 1, None, 0, 1]),
    )  # fmt: skip
    yield OddFile(name="cut_short.sav", content=spss[: len(spss) // 2], refusal=" … ")
    yield OddFile(name="cut_short.dta", content=stata[: len(stata) // 2], refusal=" … ")
    yield from _parquet_files()


def _parquet_files() -> Iterator[OddFile]:
    whole = _parquet(_frame(COLUMNS))
    yield OddFile(name="plain.parquet", content=whole, table=COLUMNS)
    yield OddFile(
        name="cut_short.parquet", content=whole[: len(whole) // 2],
        refusal="The file must be a sound Parquet file, and this one is damaged or cut short. Write it again, or save it "
        "as CSV.",
    )  # fmt: skip
    lists = _frame(COLUMNS).assign(scans=[[1, 2]] * 8)
    yield OddFile(name="lists.parquet", content=_parquet(lists), table=COLUMNS, notes=["columns_left_out"])


def _frame(columns: dict[str, list[Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=object if isinstance(values[0], str) else np.float64)
            for name, values in columns.items()
        }
    )


def _parquet(table: pd.DataFrame) -> bytes:
    target = io.BytesIO()
    table.to_parquet(target, index=False)
    return target.getvalue()


def _written(write: Callable[..., Any], table: pd.DataFrame, **how: Any) -> bytes:
    """The bytes of a file that can only be written by its path."""
    handle, path = tempfile.mkstemp()
    os.close(handle)
    try:
        write(table, path, **how)
        with open(path, "rb") as file:
            return file.read()
    finally:
        os.unlink(path)
