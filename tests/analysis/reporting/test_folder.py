"""Writing results: all of them or none, and nothing of an earlier study beside a newer one."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.errors import SettingsError
from analysis.reporting.folder import can_write, write_folder


def listing(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_list_of_digests_stands_beside_the_files(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", [("x.csv", b"1"), ("résumé.csv", b"2")])
    lines = (tmp_path / "out" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert lines == [
        f"{hashlib.sha256(b'1').hexdigest()}  x.csv",
        f"{hashlib.sha256(b'2').hexdigest()}  résumé.csv",
    ]


def test_files_appear_together_and_nothing_else_does(tmp_path: Path) -> None:
    names = write_folder(tmp_path / "a" / "b", [("x.csv", b"1"), ("y.csv", b"2")])
    assert names == ("x.csv", "y.csv", "SHA256SUMS")
    assert sorted(listing(tmp_path)) == ["a/b/SHA256SUMS", "a/b/x.csv", "a/b/y.csv"]
    assert listing(tmp_path)["a/b/x.csv"] == b"1"


def test_a_failure_half_way_leaves_no_trace(tmp_path: Path) -> None:
    def files() -> Iterator[tuple[str, bytes]]:
        yield "x.csv", b"1"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_folder(tmp_path / "a" / "b", files())
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_leaves_earlier_results_as_they_were(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", [("x.csv", b"old")])

    def files() -> Iterator[tuple[str, bytes]]:
        yield "x.csv", b"new"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_folder(tmp_path / "out", files())
    assert sorted(listing(tmp_path)) == ["out/SHA256SUMS", "out/x.csv"]
    assert listing(tmp_path)["out/x.csv"] == b"old"


def test_figures_of_an_earlier_run_do_not_stay_beside_newer_numbers(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, [("survival_OS_after.png", b"old"), ("results.json", b"old")])
    (out / "notes.txt").write_bytes(b"mine")
    write_folder(out, [("survival_PFS_after.png", b"new"), ("results.json", b"new")])
    assert sorted(listing(out)) == ["SHA256SUMS", "notes.txt", "results.json", "survival_PFS_after.png"]
    assert listing(out)["results.json"] == b"new"


@pytest.mark.parametrize("earlier", [b"", b"\xff\xfe", b"mine.txt", b"0" * 64 + b"  ../mine.txt"])
def test_a_list_of_another_kind_removes_nothing(tmp_path: Path, earlier: bytes) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "mine.txt").write_bytes(b"mine")
    (out / "SHA256SUMS").write_bytes(earlier)
    write_folder(out, [("x.csv", b"1")])
    assert sorted(listing(tmp_path)) == ["mine.txt", "out/SHA256SUMS", "out/x.csv"]


def test_a_move_that_fails_puts_everything_back(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, [("x.csv", b"old")])
    (out / "y.csv").mkdir()
    with pytest.raises(SettingsError) as raised:
        write_folder(out, [("x.csv", b"new"), ("y.csv", b"new")])
    assert str(raised.value) == (
        "The folder for results must take the files, and it did not: a folder in it has the name of a file of results. "
        "Nothing was written. Make room there or name another folder."
    )
    assert listing(out)["x.csv"] == b"old"
    assert sorted(path.name for path in out.iterdir()) == ["SHA256SUMS", "x.csv", "y.csv"]


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError) as raised:
        write_folder(tmp_path / "out", [("x.csv", b"1")])
    assert "and it did not: No space left on device. Nothing was written." in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder_for_results(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    assert not can_write(tmp_path / "out")
    assert not can_write(tmp_path / "out" / "deeper")
    assert can_write(tmp_path / "new" / "deeper")
    with pytest.raises(SettingsError):
        write_folder(tmp_path / "out", [("x.csv", b"1")])
    assert listing(tmp_path) == {"out": b""}
