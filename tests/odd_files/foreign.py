"""Files that are no cohort at all, whatever their name."""

import gzip
import io
import zipfile
from collections.abc import Iterator

from tests.odd_files.case import OddFile
from tests.odd_files.texts import PLAIN


def foreign_files() -> Iterator[OddFile]:
    """Each is refused with a sentence that says what it is and what to do."""
    yield OddFile(name="document.csv", content=b"%PDF-1.7\n1 0 obj\n", refusal=" … it is a PDF document. … ")
    yield OddFile(name="picture.csv", content=b"\x89PNG\r\n\x1a\n" + bytes(50), refusal=" … it is an image. … ")
    yield OddFile(name="packed.csv", content=gzip.compress(PLAIN.encode(), mtime=0), refusal=" … compressed (gzip) … ")
    yield OddFile(name="archive.zip", content=_zip({"cohort.csv": PLAIN}), refusal=" … a ZIP archive. Unpack it and … ")
    yield OddFile(name="letter.docx", content=_zip({"word/document.xml": "<w/>"}), refusal=" … a Word document. … ")
    page = "<html><body><table><tr><td>age</td></tr></table></body></html>"
    yield OddFile(name="web_page.xls", content=page.encode(), refusal=" … a web page or XML, whatever its name. … ")
    yield OddFile(name="noise.csv", content=bytes(range(256)) * 8, refusal=" … holds binary data … ")
    yield OddFile(name="r_data.rda", content=b"RDX3\nX\n" + bytes(40), refusal=" … an R data file. … ")
    yield OddFile(name="database.sqlite", content=b"SQLite format 3\x00" + bytes(80), refusal=" … a database. … ")
    yield OddFile(name="words.json", content=b'{"patients": [{"age": 61}, {"age": 58}]}', refusal=" … ")
    yield OddFile(name="zeros.csv", content=bytes(5000), refusal=" … ")


def _zip(parts: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()
