"""Compiled kernels lie in a folder of their own version, in a place that can be written to."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numba
import pytest

from analysis import kernel_cache

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of two kernels of which one takes code from the other, and nothing chosen yet."""
    folder = tmp_path / "analysis"
    folder.mkdir()
    (folder / "inner_kernel.py").write_text("from analysis.bounds import LOW\n", encoding="utf-8")
    (folder / "outer_kernel.py").write_text("from analysis.inner_kernel import step\n", encoding="utf-8")
    (folder / "bounds.py").write_text("LOW = 1\n", encoding="utf-8")
    monkeypatch.setattr(kernel_cache, "PACKAGE", folder)
    monkeypatch.setenv(kernel_cache.VARIABLE, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    kernel_cache._state.cache_clear()
    yield folder
    kernel_cache._state.cache_clear()


def test_a_change_of_what_kernels_take_in_gives_them_another_folder(package: Path) -> None:
    first = kernel_cache.choose_kernel_folder()
    assert first.parent == package / "__pycache__"
    assert os.environ[kernel_cache.VARIABLE] == str(first)
    for changed in ("bounds.py", "inner_kernel.py"):
        before = kernel_cache.choose_kernel_folder()
        (package / changed).write_text((package / changed).read_text() + "# another\n", encoding="utf-8")
        os.environ[kernel_cache.VARIABLE] = ""
        assert kernel_cache.choose_kernel_folder() != before
    before = kernel_cache.choose_kernel_folder()
    # Numba itself sees that a kernel's own file has changed.
    (package / "outer_kernel.py").write_text("from analysis.inner_kernel import step  # now\n", encoding="utf-8")
    os.environ[kernel_cache.VARIABLE] = ""
    assert kernel_cache.choose_kernel_folder() == before


def test_the_choice_is_inherited(package: Path) -> None:
    first = kernel_cache.choose_kernel_folder()
    assert kernel_cache.choose_kernel_folder() == first


def test_the_folder_that_the_environment_names_comes_first(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(kernel_cache.VARIABLE, str(tmp_path / "asked"))
    assert kernel_cache.choose_kernel_folder().parent == tmp_path / "asked"


def test_where_the_package_cannot_be_written_to_the_users_cache_is_taken(package: Path, tmp_path: Path) -> None:
    (package / "__pycache__").write_text("a file where a folder should be", encoding="utf-8")
    assert kernel_cache.choose_kernel_folder().parent == tmp_path / "cache" / "matched-cohort-explorer"


def test_where_nothing_lasts_a_private_folder_is_taken(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (package / "__pycache__").write_text("", encoding="utf-8")
    (tmp_path / "cache").write_text("", encoding="utf-8")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    folder = kernel_cache.choose_kernel_folder()
    assert folder.parent == temporary
    assert folder.stat().st_mode & 0o077 == 0
    assert not kernel_cache.lasts()
    monkeypatch.setenv(kernel_cache.VARIABLE, "")
    folder.chmod(0o777)  # somebody else could have put a kernel into it
    other = kernel_cache.choose_kernel_folder()
    assert other not in (folder, package)
    assert other.stat().st_mode & 0o077 == 0


def test_kernels_count_as_compiled_until_a_source_or_the_processor_changes(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel_cache.choose_kernel_folder()
    assert not kernel_cache.are_kernels_compiled()
    kernel_cache.mark_kernels_compiled()
    assert kernel_cache.are_kernels_compiled()
    kernel_cache._state.cache_clear()
    with monkeypatch.context() as other_machine:
        other_machine.setattr("llvmlite.binding.get_host_cpu_name", lambda: "another")
        assert not kernel_cache.are_kernels_compiled()
    kernel_cache._state.cache_clear()
    assert kernel_cache.are_kernels_compiled()
    (package / "outer_kernel.py").write_text("# another\n", encoding="utf-8")
    kernel_cache._state.cache_clear()
    assert not kernel_cache.are_kernels_compiled()


WAITING = """
from analysis.kernel_cache import are_kernels_compiled, mark_kernels_compiled, one_process_compiles
from time import sleep

with one_process_compiles():
    if are_kernels_compiled():
        print("waited")
    else:
        sleep(1)
        mark_kernels_compiled()
        print("compiled")
"""


def test_of_two_processes_that_start_at_once_one_compiles(tmp_path: Path) -> None:
    environment = os.environ | {kernel_cache.VARIABLE: str(tmp_path)}
    both = [
        subprocess.Popen([sys.executable, "-c", WAITING], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert sorted(one.communicate(timeout=120)[0].strip() for one in both) == ["compiled", "waited"]
