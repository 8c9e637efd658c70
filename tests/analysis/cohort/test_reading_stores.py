"""Parquet and databases: the same cohort as from a text file, the columns asked for and no others, nothing let out."""

import datetime
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from analysis.cohort import reading_stores
from analysis.cohort.reading import read_cohort
from analysis.cohort.reading_stores import is_stored, read_stored_cohort, store_size, table_names
from analysis.cohort.stores.store import find_store
from analysis.errors import CohortInputError
from tests.analysis.cohort.test_round_trip import tables

ROOT = Path(__file__).parents[3]
FIVE = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d", "e"],
        "arm": ["LEN", "SOR", "LEN", "SOR", None],
        "age": [61.0, np.nan, 70.5, 55.0, 48.0],
        "start": pd.to_datetime(["2020-01-31", None, "2021-02-28", "2022-03-01", "2022-03-01"]),
    }
)


def naming(*names: str) -> Callable[[Sequence[str]], dict[str, str]]:
    return lambda _: dict.fromkeys(names, "covariates")


def to_duckdb(path: Path, *commands: str) -> Path:
    with duckdb.connect(path) as connection:
        for command in commands:
            connection.execute(command)
    return path


def frame_to_duckdb(path: Path, table: pd.DataFrame, name: str = "patients") -> Path:
    with duckdb.connect(path) as connection:
        connection.register("given", pa.Table.from_pandas(table, preserve_index=False))
        connection.execute(f'CREATE TABLE "{name.replace(chr(34), chr(34) * 2)}" AS SELECT * FROM given')
    return path


def to_sqlite(path: Path, table: pd.DataFrame, name: str = "patients") -> Path:
    table = table.assign(
        **{column: table[column].dt.strftime("%Y-%m-%d") for column in table if table[column].dtype.kind == "M"}
    )
    with sqlite3.connect(path) as connection:
        table.to_sql(name, connection, index=False)
    connection.close()
    return path


def to_folder(path: Path, table: pd.DataFrame, rows: int = 2) -> Path:
    path.mkdir()
    schema = pa.Schema.from_pandas(table, preserve_index=False)
    for number, start in enumerate(range(0, len(table), rows)):
        part = pa.Table.from_pandas(table.iloc[start : start + rows], schema=schema, preserve_index=False)
        pq.write_table(part, path / f"part-{number:03d}.parquet")
    return path


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(CohortInputError) as error:
        read_stored_cohort(path, **options)
    return " ".join(error.value.problems)


@settings(max_examples=25, deadline=None)
@given(table=tables())
def test_the_same_table_is_the_same_cohort_in_every_store(
    tmp_path_factory: pytest.TempPathFactory, table: pd.DataFrame
) -> None:
    here = tmp_path_factory.mktemp("stores")
    text = read_cohort(table.to_csv(index=False, date_format="%Y-%m-%d").encode(), "cohort.csv").table
    digests = set()
    for path in (
        to_folder(here / "folder", table),
        frame_to_duckdb(here / "a.duckdb", table),
        to_sqlite(here / "a.sqlite", table),
    ):
        cohort = read_stored_cohort(path)
        pd.testing.assert_frame_equal(cohort.table, text, check_exact=True)
        digests.add(cohort.sha256)
    assert len(digests) == 1


def test_only_what_is_named_is_read_and_said(tmp_path: Path) -> None:
    for path in (to_folder(tmp_path / "f", FIVE), to_sqlite(tmp_path / "s.db", FIVE)):
        cohort = read_stored_cohort(path, wanted=naming("age", "arm"))
        assert cohort.table.columns.tolist() == ["arm", "age"]
        assert cohort.table["age"].tolist()[2:] == [70.5, 55.0, 48.0]
        assert "2 of 4 columns were read: those that the study names." in [note.text for note in cohort.notes]
        assert cohort.file_format == find_store(path)
        assert store_size(path) == (5, ("id", "arm", "age", "start"))


def test_the_digest_is_of_the_columns_whatever_their_order() -> None:
    digest = reading_stores.contents_digest
    assert digest(FIVE) == digest(FIVE[["start", "id", "age", "arm"]])
    # By hand: the version; 5 rows; one column, its name, its kind, five floats.
    one = pd.DataFrame({"age": [-0.0, 1.5]})
    parts = [(2).to_bytes(8, "little"), b"age", b"f", np.array([0.0, 1.5], dtype="<f8").tobytes()]
    written = b"columns/1" + b"".join(len(part).to_bytes(8, "little") + part for part in parts)
    assert digest(one) == hashlib.sha256(written).hexdigest()
    for other in (
        FIVE.iloc[::-1].reset_index(drop=True),
        FIVE.rename(columns={"age": "years"}),
        FIVE.fillna({"age": 0.0}),
    ):
        assert digest(other) != digest(FIVE)


def test_folders_of_a_partition_are_a_column(tmp_path: Path) -> None:
    for folder, ids in {"site=2/arm=A%20B": [1, 2], "site=10/arm=__HIVE_DEFAULT_PARTITION__": [3]}.items():
        (tmp_path / "c" / folder).mkdir(parents=True)
        pq.write_table(pa.table({"id": ids, "x": [0.5] * len(ids)}), tmp_path / "c" / folder / "0.parquet")
    (tmp_path / "c" / "_SUCCESS").write_text("")
    found = read_stored_cohort(tmp_path / "c").table
    assert found["id"].tolist() == [3.0, 1.0, 2.0]
    assert found["site"].tolist() == [10.0, 2.0, 2.0]
    assert found["arm"].tolist() == [None, "A B", "A B"]


def test_a_name_is_no_pattern_and_no_command(tmp_path: Path) -> None:
    folder = to_folder(tmp_path / "it's [1]*; DROP TABLE x", FIVE)
    (folder / "part-000.parquet").rename(folder / "part-00[1]*.parquet")
    assert sorted(read_stored_cohort(folder).table["id"]) == FIVE["id"].tolist()
    hostile = 'x"; DROP TABLE patients; --'
    table = FIVE.rename(columns={"age": hostile})
    with duckdb.connect(tmp_path / "a.duckdb") as connection:
        connection.register("given", pa.Table.from_pandas(table, preserve_index=False))
        connection.execute("CREATE TABLE patients AS SELECT * FROM given")
        connection.execute('CREATE TABLE "t""; DROP TABLE patients; --" AS SELECT * FROM given')
    database = to_sqlite(tmp_path / "a.sqlite", table)
    to_sqlite(database, table, 't"; DROP TABLE patients; --')
    for path in (tmp_path / "a.duckdb", database):
        for name in ("patients", 't"; DROP TABLE patients; --'):
            found = read_stored_cohort(path, wanted=naming(hostile, "arm"), table=name).table
            assert found.columns.tolist() == ["arm", hostile]
        sentence = refused(path, table="patients; DROP TABLE patients")
        assert sentence.startswith(
            "cohort.table must be a table of the database; “patients; DROP TABLE patients” is none."
        )
        sentence = refused(path, table="patients", wanted=naming("1 FROM patients; DROP TABLE patients; --"))
        assert "must be a column of the file, and there is none of that name" in sentence
        assert set(table_names(path)) == {"patients", 't"; DROP TABLE patients; --'}


def test_types_of_a_database(tmp_path: Path) -> None:
    path = to_duckdb(
        tmp_path / "a.duckdb",
        "CREATE TYPE stage AS ENUM ('I', 'II')",
        "CREATE TABLE t (long HUGEINT, big BIGINT, price DECIMAL(9, 2), stage stage, dead BOOLEAN, day DATE, seen TIMESTAMPTZ, "
        "code UUID, lists INTEGER[], part STRUCT(a INTEGER), b BLOB)",
        "INSERT INTO t VALUES (9007199254740993, 9007199254740993, 1.10, 'II', true, 'infinity', '2024-01-01 00:30:00+09', "
        "'00000000-0000-0000-0000-000000000001', [1], {'a': 1}, 'x'), (NULL, NULL, NULL, NULL, NULL, '2024-02-29', NULL, "
        "NULL, NULL, NULL, NULL)",
    )
    cohort = read_stored_cohort(path)
    row = cohort.table.iloc[0]
    assert cohort.table.columns.tolist() == ["long", "big", "price", "stage", "dead", "day", "seen", "code"]
    assert (row["long"], row["big"]) == ("9007199254740993", "9007199254740993")
    assert (row["price"], row["stage"], row["dead"]) == (1.1, "II", "True")
    assert pd.isna(row["day"])
    assert cohort.table["day"].iloc[1] == pd.Timestamp(2024, 2, 29)
    assert row["seen"] == pd.Timestamp(2023, 12, 31, 15, 30)
    texts = [note.text for note in cohort.notes]
    assert "day: 1 cell says “infinity” and no day; read as missing." in texts
    assert "seen: moments of a DuckDB table have no zone of their own; days are those of UTC." in texts
    assert "Columns of lists, records or bytes were left out: lists, part, b." in texts
    assert refused(path, wanted=naming("lists", "stage")).startswith(
        "lists: a column of a cohort must hold numbers, labels"
    )


def test_a_moment_is_shown_by_the_clock_it_was_written_by(tmp_path: Path) -> None:
    moments = pd.to_datetime(["2024-01-01 00:30", "2024-06-01 12:00"]).tz_localize("Asia/Seoul")
    table = pd.DataFrame({"id": [1.0, 2.0], "at": moments, "price": [Decimal("0.10"), None]})
    found = read_stored_cohort(to_folder(tmp_path / "f", table)).table
    assert found["at"].tolist() == moments.tz_localize(None).tolist()
    file = tmp_path / "f" / "part-000.parquet"
    pd.testing.assert_frame_equal(read_stored_cohort(file).table, read_cohort(file.read_bytes(), "f.parquet").table)


def test_labels_of_a_dictionary_and_dates_without_end(tmp_path: Path) -> None:
    table = pa.table(
        {
            "arm": pa.array(["A", "B", "A"]).dictionary_encode(),
            "day": pa.array([datetime.date(2024, 1, 1), None, datetime.date(2024, 1, 3)]),
            "never": pa.array([datetime.date(9999, 12, 31), None, None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    found = read_stored_cohort(tmp_path / "a.parquet").table
    assert found["arm"].tolist() == ["A", "B", "A"]
    assert found["day"].dtype == "datetime64[ns]"
    assert found["never"].tolist() == ["9999-12-31", None, None]


def test_cells_of_sqlite_are_what_a_text_file_would_say(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (id, age, mixed, long, at, b BLOB)")
        connection.executemany(
            "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("x", 1, 1, 2**60, "2024-01-31", b"1"),
                ("y", 2.5, "unknown to us", 5, "2024-02-01", None),
                ("z", None, 2.0, None, None, None),
            ],
        )
        connection.execute("CREATE INDEX backwards ON t (id DESC, age)")
        connection.execute("CREATE VIEW v AS SELECT id, age FROM t")
    connection.close()
    cohort = read_stored_cohort(path, table="t")
    found = cohort.table
    assert found["id"].tolist() == ["x", "y", "z"]
    assert read_stored_cohort(path, table="t", wanted=naming("id", "age")).table["id"].tolist() == ["x", "y", "z"]
    assert found["age"].tolist()[:2] == [1.0, 2.5]
    assert found["mixed"].tolist() == ["1", "unknown to us", "2"]
    assert found["long"].tolist() == [str(2**60), "5", None]
    assert found["at"].dtype == "datetime64[ns]"
    assert "b" not in found
    assert read_stored_cohort(path, table="v").table.shape == (3, 2)


def test_files_of_a_folder_must_agree_in_what_is_read(tmp_path: Path) -> None:
    folder = to_folder(tmp_path / "f", FIVE)
    pq.write_table(pa.table({"id": ["f"], "arm": ["LEN"], "age": ["old"]}), folder / "part-009.parquet")
    assert read_stored_cohort(folder, wanted=naming("id", "arm")).table.shape == (6, 2)
    sentence = refused(folder, wanted=naming("id", "age", "start"))
    assert (
        "age: a column must be of one kind in all Parquet files of the folder; it holds numbers in 3, text in 1."
        in sentence
    )
    assert "start: a column must be in all Parquet files of the folder; 1 of 4 lack it." in sentence


def test_whole_numbers_beside_fractions_and_nothing_are_one_kind(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    for number, cells in enumerate((pa.array([1, 2], pa.int32()), pa.array([0.5]), pa.nulls(1), pa.array([2**40]))):
        ids = pa.array([f"{number}-{row}" for row in range(len(cells))])
        pq.write_table(pa.table({"id": ids, "x": cells}), tmp_path / "f" / f"{number}.parquet")
    found = read_stored_cohort(tmp_path / "f").table["x"].tolist()
    assert found[:3] + found[4:] == [1.0, 2.0, 0.5, 2.0**40]
    assert np.isnan(found[3])


def test_refusals_are_sentences(tmp_path: Path) -> None:
    several = to_duckdb(
        tmp_path / "b.duckdb",
        "CREATE TABLE one (a INTEGER, b INTEGER)",
        "CREATE SCHEMA s",
        "CREATE TABLE s.two (a INTEGER)",
    )
    assert refused(several) == (
        "The table of patients must be named where a database has several, and this one has 2: “one”, “s.two”. Name one "
        "in cohort.table of the study file."
    )
    assert "has a header and no rows" in refused(several, table="one")
    assert (
        refused(to_duckdb(tmp_path / "e.duckdb")) == "A database must hold a table of patients; this one has no table."
    )
    assert "is there none in it" not in refused(_folder(tmp_path / "none"))
    assert refused(tmp_path / "none").startswith(
        "The cohort's folder must hold Parquet files, and there is none in it."
    )
    folder = to_folder(tmp_path / "f", FIVE)
    assert refused(folder, table="t") == "cohort.table names a table of a database, and Parquet has none. Remove it."
    assert refused(folder, wanted=naming("Age")) == (
        "“Age” (covariates) must be a column of the file, and there is none of that name. Is “age” meant?"
    )
    (folder / "part-005.parquet").write_bytes(b"PAR1 and then nothing")
    assert "1 of 4 cannot be read" in refused(folder)
    (tmp_path / "text.csv").write_text("a,b\n1,2\n")
    assert find_store(tmp_path / "text.csv") is None
    assert refused(tmp_path / "text.csv").startswith("The cohort must be Parquet, or a DuckDB or an SQLite database")


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_what_is_named_a_database_and_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked.sqlite").write_bytes(os.urandom(4096))  # an encrypted one looks like this
    with pytest.raises(CohortInputError, match="it is neither, or it is encrypted"):
        find_store(tmp_path / "locked.sqlite")
    (tmp_path / "a.parquet").write_bytes(b"PARE" + bytes(50))
    with pytest.raises(CohortInputError, match="this one is encrypted"):
        find_store(tmp_path / "a.parquet")
    (tmp_path / "b.duckdb").write_bytes(bytes(8) + b"DUCK" + os.urandom(9000))
    assert "must be sound and readable" in refused(tmp_path / "b.duckdb")
    (tmp_path / "c.db").write_bytes(b"SQLite format 3\x00" + os.urandom(4096))
    assert "The SQLite database must be sound" in refused(tmp_path / "c.db")


def test_an_encrypted_database_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(config={"force_mbedtls_unsafe": "true"}) as connection:
        connection.execute(f"ATTACH '{tmp_path / 'e.duckdb'}' AS e (ENCRYPTION_KEY 'secret')")
        connection.execute("CREATE TABLE e.t AS SELECT 1 AS a, 2 AS b")
    assert "it is encrypted" in refused(tmp_path / "e.duckdb")


def test_a_view_cannot_read_what_lies_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    path = to_duckdb(tmp_path / "v.duckdb", f"CREATE VIEW v AS SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")
    assert refused(path).startswith("The table must be in the database itself; it is a view of files elsewhere")
    inside = to_duckdb(
        tmp_path / "i.duckdb", "CREATE TABLE t AS SELECT 1 AS a, 'x' AS b", "CREATE VIEW v AS SELECT * FROM t"
    )
    assert read_stored_cohort(inside, table="v").table.shape == (1, 2)


def test_nothing_is_written_and_no_setting_can_be_changed(tmp_path: Path) -> None:
    from analysis.cohort.stores.engine import connected

    path = frame_to_duckdb(tmp_path / "a.duckdb", FIVE)
    before = {found: found.read_bytes() for found in tmp_path.iterdir()}
    read_stored_cohort(path)
    with pytest.raises(CohortInputError), connected(database=path) as connection:
        connection.execute("SET enable_external_access = true")
    with pytest.raises(CohortInputError), connected(database=path) as connection:
        connection.execute("CREATE TABLE other AS SELECT 1")
    with pytest.raises(CohortInputError), connected(readable=path) as connection:
        connection.execute("INSTALL httpfs")
    with connected(readable=tmp_path) as connection:
        asked = "SELECT current_setting('temp_directory'), current_setting('autoload_known_extensions')"
        assert connection.execute(asked).fetchall() == [("", False)]
    assert {found: found.read_bytes() for found in tmp_path.iterdir()} == before


def test_an_uploaded_database_is_named_as_what_it_is(tmp_path: Path) -> None:
    for path, what in (
        (frame_to_duckdb(tmp_path / "a.duckdb", FIVE), "it is a DuckDB database"),
        (to_sqlite(tmp_path / "a.sqlite", FIVE), "it is a database"),
    ):
        with pytest.raises(CohortInputError, match=what):
            read_cohort(path.read_bytes(), "cohort.csv")
    assert read_cohort(b"id,arm,aDUCK\n1,A,2\n2,B,3\n", "cohort.csv").table.shape == (2, 3)
    assert read_cohort(b"id,a,cd,DUCK\n1,A,2,3\n2,B,3,4\n", "cohort.csv").table.shape == (2, 4)


def test_a_file_that_can_be_uploaded_is_read_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = to_folder(tmp_path / "f", FIVE, rows=5) / "part-000.parquet"
    assert not is_stored(path)
    monkeypatch.setattr(reading_stores, "CELL_LIMIT", 10)
    assert is_stored(path)
    monkeypatch.setattr(reading_stores, "STORED_CELL_LIMIT", 9)
    assert refused(path, wanted=naming("age", "arm")) == (
        "Up to 9 cells are read, and 2 columns of 5 rows are 10. Name fewer columns."
    )
    monkeypatch.setattr(reading_stores, "MOST_WITHOUT_CHOICE", 9)
    assert "Say in a study file which columns are needed" in refused(path)


def test_the_engine_is_not_imported_for_other_cohorts() -> None:
    script = "import sys, analysis.cohort.reading_stores, analysis.study; print('duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
