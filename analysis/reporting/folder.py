"""A folder of results, all or nothing: files appear in it only once every one of them has been written."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import SettingsError
from analysis.phrases import phrase

CHECKSUMS = "SHA256SUMS"
"""The list of files a run wrote, with their digests, as ``sha256sum --check`` reads it."""


def write_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
    """Write files into a folder so that either all of them are there or the folder is as it was.

    They are written into a temporary folder on the same disk and moved when complete, with a list of their digests.
    Files that an earlier run wrote there, by its own list, are replaced or removed, so that no figure of an earlier
    study stands beside newer numbers. Anything else in the folder is left alone.

    Parameters
    ----------
    folder : Path
        Made when it does not exist, with the folders above it.
    files : iterable of (str, bytes)
        Names without folders, and contents; taken one at a time.

    Returns
    -------
    tuple of str
        The names written, in order, the list of digests last.

    Raises
    ------
    SettingsError
        The folder cannot be written or the disk is full; the folder is as it was and nothing is left behind.
    """
    folder = folder.resolve()
    # Inside the folder where it exists: the folder above may be another disk, or not ours to write.
    beside = folder if folder.exists() else _existing_folder_above(folder)
    with _told_in_a_sentence():
        staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=beside))
    try:
        complete = staging / "complete"
        complete.mkdir()
        digests: dict[str, str] = {}
        for name, content in files:
            digests[name] = hashlib.sha256(content).hexdigest()
            with _told_in_a_sentence():
                _write_through(complete / name, content)
        names = (*digests, CHECKSUMS)
        sums = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
        with _told_in_a_sentence():
            _write_through(complete / CHECKSUMS, sums.encode())
        with _told_in_a_sentence():
            if folder.exists():
                _replace(folder, complete, staging / "replaced", names)
            else:
                _make_folder(folder, complete)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return names


def can_write(folder: Path) -> bool:
    """Whether a folder, or the closest one above it that exists, takes files from this user.

    Parameters
    ----------
    folder : Path
        It need not exist.

    Returns
    -------
    bool
        False also where the name belongs to a file.
    """
    folder = folder.resolve()
    nearest = folder if folder.exists() else _existing_folder_above(folder)
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SettingsError(
            phrase(
                "The folder for results must take the files, and it did not: {reason}. Nothing was written. Make room "
                "there or name another folder.",
                reason=error.strerror or error.args[0],
            )
        ) from None


def _existing_folder_above(folder: Path) -> Path:
    return next(parent for parent in folder.parents if parent.exists())


def _write_through(path: Path, content: bytes) -> None:
    """Write to the disk itself, so that a full one is noticed now."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path, complete: Path) -> None:
    missing = [parent for parent in folder.parents if not parent.exists()]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        complete.rename(folder)
    except OSError:
        for parent in missing:
            if parent.exists():
                parent.rmdir()
        raise


def _replace(folder: Path, complete: Path, replaced: Path, names: tuple[str, ...]) -> None:
    """Move the old files out and the new ones in; put everything back when a move fails."""
    replaced.mkdir()
    old = [name for name in sorted({*names, *_files_of_earlier_run(folder)}) if (folder / name).exists()]
    if any((folder / name).is_dir() for name in old):
        raise OSError(phrase("a folder in it has the name of a file of results"))
    moved_out: list[str] = []
    moved_in: list[str] = []
    try:
        for name in old:
            (folder / name).rename(replaced / name)
            moved_out.append(name)
        for name in names:
            (complete / name).rename(folder / name)
            moved_in.append(name)
    except OSError:
        for name in moved_in:
            (folder / name).unlink()
        for name in moved_out:
            (replaced / name).rename(folder / name)
        raise


def _files_of_earlier_run(folder: Path) -> set[str]:
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return set()
    names = {name for digest, _, name in (line.partition("  ") for line in lines) if len(digest) == 64}
    return {name for name in names if name and Path(name).name == name}
