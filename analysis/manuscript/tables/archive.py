"""ZIP archives whose bytes do not tell when they were made."""

import io
import zipfile
from typing import Final

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP archive can hold."""


def timeless(archive: bytes) -> bytes:
    """The same files in the same order, each as if made at the beginning of 1980.

    Parameters
    ----------
    archive : bytes
        A ZIP archive, such as a DOCX or an XLSX file.

    Returns
    -------
    bytes
        Equal for equal contents.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return made.getvalue()
