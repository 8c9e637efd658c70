"""Archives of a fixed kind: the same bytes for the same files, and nothing unpacked that a capsule does not hold."""

import io
import zipfile
import zlib
from collections.abc import Collection, Mapping

from analysis.cohort.formats.table import FILE_SIZE_LIMIT
from analysis.errors import CohortInputError
from analysis.phrases import phrase

ARCHIVE_LIMIT = FILE_SIZE_LIMIT
"""Bytes of an archive, as of any file that is dropped."""

TEXT_LIMIT = 50_000_000
"""Bytes to which a part that is no cohort may unpack."""

TOTAL_LIMIT = 500_000_000
"""Bytes to which a whole capsule may unpack."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first day an archive knows; a capsule carries no time of its own."""

_READABLE = 0o644 << 16


def pack(files: Mapping[str, bytes]) -> bytes:
    """Write files into an archive, the same bytes for the same files.

    Parameters
    ----------
    files : mapping of str to bytes
        In the order in which they will stand there.

    Returns
    -------
    bytes
        A ZIP archive without times.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            entry.create_system = 3
            archive.writestr(entry, content)
    return target.getvalue()


def is_archive(content: bytes) -> bool:
    """Whether a file begins as an archive does; workbooks do as well."""
    return content[:4] == b"PK\x03\x04"


def unpack(content: bytes, allowed: Collection[str], large: Collection[str] = ()) -> dict[str, bytes]:
    """Take the files of a capsule out of its archive.

    Parameters
    ----------
    content : bytes
        The archive.
    allowed : collection of str
        The names it may hold; another one, a folder or a name that stands twice is refused.
    large : collection of str, optional
        Those that may unpack to as much as a cohort's file.

    Returns
    -------
    dict
        Name to content. Nothing is written to a disk.

    Raises
    ------
    CohortInputError
        The archive is too large, damaged, encrypted, holds something else, or unpacks to more than its parts may.
    """
    if len(content) > ARCHIVE_LIMIT:
        raise CohortInputError(
            phrase(
                "A capsule may have up to {limit} MB; this one has {size:.0f} MB.",
                limit=ARCHIVE_LIMIT // 1_000_000,
                size=len(content) / 1_000_000,
            )
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_strangers(entries, allowed)
            return _parts(archive, entries, large)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise CohortInputError(
            phrase(
                "The archive must be a capsule as the Report page writes it; it is damaged or encrypted. Download it again."
            )
        ) from None


def _refuse_strangers(entries: list[zipfile.ZipInfo], allowed: Collection[str]) -> None:
    names = [entry.filename for entry in entries]
    strange = sum(name not in allowed for name in names)
    if strange or len(set(names)) < len(names):
        raise CohortInputError(
            phrase(
                "The archive must be a capsule as the Report page writes it; {strange:,} of its {n:,} files are no part "
                "of one. Drop the capsule itself.",
                strange=strange,
                n=len(names),
            )
            if strange
            else phrase(
                "The archive must be a capsule as the Report page writes it; a file stands in it twice. Drop the capsule "
                "itself."
            )
        )


def _parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], large: Collection[str]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    for entry in entries:
        parts[entry.filename] = _part(archive, entry, entry.filename in large)
        if sum(map(len, parts.values())) > TOTAL_LIMIT:
            raise CohortInputError(
                phrase(
                    "A capsule may unpack to {limit} MB, and this one is larger. Nothing was read.",
                    limit=TOTAL_LIMIT // 1_000_000,
                )
            )
    return parts


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, is_large: bool) -> bytes:
    limit = FILE_SIZE_LIMIT if is_large else TEXT_LIMIT
    if entry.file_size <= limit:
        with archive.open(entry) as stream:
            content = stream.read(limit + 1)  # what the archive says of its sizes need not be true
        if len(content) <= limit:
            return content
    raise CohortInputError(
        phrase(
            "A part of a capsule may unpack to {limit} MB, and one in this archive is larger. Nothing was read.",
            limit=limit // 1_000_000,
        )
    )
