"""Random and mutated files: whatever the bytes, reading gives a cohort or a sentence.

``python -m tests.fuzz_reading --seconds 600`` reads until the time is up, from a seed that it prints; with
``--seed N`` it repeats a run. A file that does neither is kept in the folder given with ``--keep``.
"""

import argparse
import io
import itertools
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat

from analysis.cohort.isolation import read_cohort_isolated
from analysis.errors import CohortInputError
from tests.analysis.cohort.old_workbooks import archive, ods, xls, xlsb

SECONDS_EACH = 20.0
MEGABYTES_EACH = 1024
REFERENCE = Path(__file__).parent / "reference" / "statistical"
EXTREME = (
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    bytes(4),
    b"\x00\x00\x00\x80",
    b"\x01\x00\x00\x00",
)


def read_or_refused(content: bytes, name: str) -> str:
    """Read a file in a process of its own.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        Its name.

    Returns
    -------
    str
        ``read``, or how the refusal ends up; anything else than a `CohortInputError` is not caught.
    """
    try:
        cohort = read_cohort_isolated(content, name, seconds=SECONDS_EACH, megabytes=MEGABYTES_EACH)
    except CohortInputError as error:
        if not error.problems or not all(problem.endswith((".", ")")) for problem in error.problems):
            raise AssertionError("a refusal without a sentence") from None
        return "ran out" if "memory" in str(error) or "seconds" in str(error) else "refused"
    table = cohort.table
    if len(table) == 0 or table.shape[1] < 2 or any(column.dtype.kind not in "fOM" for _, column in table.items()):
        raise AssertionError("a cohort that is none")
    return "read"


def sound_files() -> dict[str, bytes]:
    """One small sound file of every format."""
    n = 40
    table = pd.DataFrame(
        {
            "id": [f"P{row}" for row in range(n)],
            "arm": ["LEN", "SOR"] * (n // 2),
            "age": 50 + np.arange(n) % 30 + 0.5,
            "sex": [1.0, 2.0] * (n // 2),
            "state": ["생존", "died"] * (n // 2),
        }
    )
    rows = [list(table), *table.to_numpy().tolist()]
    files = {
        "a.csv": table.to_csv(index=False).encode(),
        "b.csv": table.to_csv(index=False, sep=";", quoting=1).encode("cp949"),
        "c.txt": table.to_csv(index=False, sep="\t").encode("utf-16"),
        "a.xlsx": _xlsx(rows),
        "a.xls": xls({"One": rows, "Two": rows[:5]}, merged=[(1, 2, 1, 1)]),
        "a.xlsb": xlsb(rows),
        "a.ods": ods({"One": rows}),
        "a.parquet": _parquet(table),
    }
    labels = {"sex": {1.0: "F", 2.0: "M"}}
    for ending, write, how in (
        ("sav", pyreadstat.write_sav, {"variable_value_labels": labels, "missing_ranges": {"age": [99.0]}}),
        ("zsav", pyreadstat.write_sav, {"compress": True, "variable_value_labels": labels}),
        ("dta", pyreadstat.write_dta, {"variable_value_labels": {"sex": {1: "F", 2: "M"}}}),
        ("xpt", pyreadstat.write_xport, {}),
        ("por", pyreadstat.write_por, {}),
    ):
        files[f"a.{ending}"] = _written(write, table.assign(state="x") if ending == "por" else table, how)
    files |= {
        path.name: path.read_bytes()
        for path in sorted(REFERENCE.iterdir())
        if path.stem.startswith(("table", "tagged")) and path.suffix != ".R"
    }
    return files


def _xlsx(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _parquet(table: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    table.to_parquet(stream)
    return stream.getvalue()


def _written(write: Callable[..., Any], table: pd.DataFrame, how: dict[str, Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write(table, Path(folder) / "file", **how)
        return (Path(folder) / "file").read_bytes()


def odd_files(rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Random and mutated files without end, formats in turn."""
    sound = sound_files()
    while True:
        for name, content in sound.items():
            inside = content.startswith(b"PK") and rng.random() < 0.7
            yield name, _mutated_inside(content, rng) if inside else _mutated(content, rng, list(sound.values()))
        yield "noise", rng.randbytes(rng.randrange(1, 3000))
        yield "noise", rng.choice(list(sound.values()))[: rng.randrange(4, 300)] + rng.randbytes(rng.randrange(2000))
        signs = rng.choices("a1,;\t\"\n\r .-남é|'=", k=rng.randrange(400))
        yield "signs.csv", "".join(signs).encode(rng.choice(["utf-8", "utf-16", "cp949"]), errors="replace")


def _mutated(content: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        place = rng.randrange(len(changed) + 1)
        length = rng.choice([1, 1, 4, 8, 64, 512])
        kind = rng.randrange(8)
        if kind == 0:
            changed[place : place + length] = rng.randbytes(length)
        elif kind == 1:
            changed[place : place + 4] = rng.choice(EXTREME)
        elif kind == 2:
            del changed[place : place + length]
        elif kind == 3:
            changed[place:place] = changed[place : place + length] * rng.choice([1, 3, 100])
        elif kind == 4:
            changed[place : place + length] = bytes(length)
        elif kind == 5:
            other = rng.choice(others)
            start = rng.randrange(len(other))
            changed[place:place] = other[start : start + length]
        elif kind == 6 and place < len(changed):
            changed[place] ^= 1 << rng.randrange(8)
        elif kind == 7 and rng.random() < 0.3:
            del changed[place:]
        changed = changed or bytearray(b"x")
    return bytes(changed)


def _mutated_inside(content: bytes, rng: random.Random) -> bytes:
    """The same archive with one part mutated, its check sums right."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = rng.choice([*parts, *[part for part in parts if "sheet1" in part or part == "content.xml"] * 5])
    parts[name] = _mutated(parts[name] or b"x", rng, list(parts.values()))
    return archive(parts)


def hostile_files(scale: int = 1) -> dict[str, bytes]:
    """Small files that ask for much; the ones that are unpacked grow with ``scale``."""
    sound = sound_files()
    with zipfile.ZipFile(io.BytesIO(sound["a.xlsx"])) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet, words = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    end = b"</sheetData>"
    far = parts[sheet].replace(end, b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + end)
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(9)
    )
    repeated = (
        '<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="{}" '
        'office:value-type="float" office:value="1"/></table:table-row>'
    )
    return {
        "far cell.xlsx": archive(parts | {sheet: far}),
        "bomb.xlsx": archive(parts | {sheet: parts[sheet].replace(end, b" " * (20_000_000 * scale) + end)}),
        "bomb of words.xlsx": archive(
            parts | {words: b"<sst>" + b"<si><t>a</t></si>" * (1_000_000 * scale) + b"</sst>"}
        ),
        "deep.xlsx": archive(parts | {sheet: parts[sheet].replace(end, b"<a>" * 200_000 + end)}),
        "deep.ods": archive({"content.xml": b"<a>" * 500_000, "META-INF/manifest.xml": b"<m/>"}),
        "laughs.xlsx": archive(parts | {sheet: laughs + b"]>" + parts[sheet].replace(b"<v>", b"<v>&j;", 1)}),
        "merges.xlsx": archive(
            parts
            | {
                sheet: parts[sheet].replace(
                    b"<mergeCell ", b'<mergeCell ref="A1:XFD1048576"/>' * 20_000 + b"<mergeCell ", 1
                )
            }
        ),
        "repeated.ods": ods({"One": [["a", "b"]]}, after=repeated.format(60_000, 1000)),
        "repeated rows.ods": ods({"One": [["a", "b"]]}, after=repeated.format(50_000 * scale, 3)),
        "many cells.sav": sound["a.sav"][:80] + b"\xff\xff\xff\x7f" + sound["a.sav"][84:],
        "wide.csv": b"," * (300_000 * scale) + b"\n" + b"1," * (300_000 * scale),
        "long.csv": b"id,arm\n" + b"1" * (3_000_000 * scale) + b",2\n3,4\n",
        "quotes.csv": b'id,arm\n"' + b'""' * (300_000 * scale) + b'",1\n2,3\n',
    }


def main() -> int:
    """Read until the time is up.

    Returns
    -------
    int
        0 when every file was read or refused, 1 at the first that was not.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_reading")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    parser.add_argument("--hostile", action="store_true", help="read the files that ask for much first")
    parser.add_argument("--keep", type=Path, help="where a file that breaks the reading is kept")
    command = parser.parse_args()
    print(f"seed {command.seed}")
    outcomes: Counter[str] = Counter()
    until = time.monotonic() + command.seconds
    hostile = hostile_files(scale=20).items() if command.hostile else ()
    for name, content in itertools.chain(hostile, odd_files(random.Random(command.seed))):
        try:
            outcomes[read_or_refused(content, name)] += 1
        except Exception as error:
            print(f"file {outcomes.total()}, mutated from {name}: {error}")
            if command.keep is not None:
                command.keep.mkdir(parents=True, exist_ok=True)
                (command.keep / f"{command.seed}-{outcomes.total()}-{name}").write_bytes(content)
            return 1
        if time.monotonic() > until:
            break
    print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
