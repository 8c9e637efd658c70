"""Writers of the smallest XLS, XLSB and ODS workbooks, for the tests of reading them."""

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

Cell = str | float | None
_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xls(
    sheets: dict[str, Sequence[Sequence[Cell]]],
    *,
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    encrypted: bool = False,
) -> bytes:
    """A BIFF8 workbook; ``merged`` holds first row, last row, first column, last column on every sheet."""
    return _compound(_biff(sheets, hidden, merged, encrypted))


def _biff(
    sheets: dict[str, Sequence[Sequence[Cell]]],
    hidden: Sequence[str],
    merged: Sequence[tuple[int, int, int, int]],
    encrypted: bool,
) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6))
    if encrypted:
        begin += _record(0x002F, struct.pack("<HHHH", 1, 1, 1, 0) + bytes(48))
    begin += _record(0x0042, struct.pack("<H", 1200))
    bodies = [_biff_sheet(rows, merged) for rows in sheets.values()]
    heads = [_bound_sheet(name, name in hidden) for name in sheets]
    end = _record(0x000A, b"")
    position = len(begin) + sum(map(len, heads)) + len(end)
    globals_part = begin
    for head, body in zip(heads, bodies, strict=True):
        globals_part += head[:4] + struct.pack("<I", position) + head[8:]
        position += len(body)
    return globals_part + end + b"".join(bodies)


def _bound_sheet(name: str, hidden: bool) -> bytes:
    return _record(0x0085, struct.pack("<IBBBB", 0, int(hidden), 0, len(name), 1) + name.encode("utf-16-le"))


def _biff_sheet(rows: Sequence[Sequence[Cell]], merged: Sequence[tuple[int, int, int, int]]) -> bytes:
    width = max(map(len, rows), default=0)
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    body += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                body += _record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
            elif cell is not None:
                body += _record(0x0203, place + struct.pack("<d", cell))
    if merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
        body += _record(0x00E5, struct.pack("<H", len(merged)) + areas)
    return body + _record(0x000A, b"")


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound(stream: bytes) -> bytes:
    """A compound document that holds one stream called Workbook."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    n_stream = len(stream) // _SECTOR
    n_fat = 1
    while n_fat * 128 < n_stream + 1 + n_fat:
        n_fat += 1
    chain = [_FAT] * n_fat + [_END] + [n_fat + 2 + place for place in range(n_stream - 1)] + [_END]
    fat = struct.pack(f"<{n_fat * 128}I", *chain, *[_FREE] * (n_fat * 128 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, n_fat, n_fat, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(n_fat), *[_FREE] * (109 - n_fat))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, n_fat + 1, len(stream))
    return header + fat + directory.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    entry = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, _FREE, _FREE, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)


def xlsb(rows: Sequence[Sequence[Cell]]) -> bytes:
    """A binary workbook of one sheet."""
    name = "Patients".encode("utf-16-le")
    relation = "rId1".encode("utf-16-le")
    sheet = struct.pack("<II", 0, 1) + struct.pack("<I", 4) + relation + struct.pack("<I", len(name) // 2) + name
    book = _binary(0x83) + _binary(0x8F) + _binary(0x9C, sheet) + _binary(0x90) + _binary(0x84)
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": (
            b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="rId1" Target="worksheets/sheet1.bin" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
        ),
        "xl/worksheets/sheet1.bin": _binary_sheet(rows),
    }
    return archive(parts)


def _binary_sheet(rows: Sequence[Sequence[Cell]]) -> bytes:
    width = max(map(len, rows))
    body = _binary(0x81) + _binary(0x94, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)) + _binary(0x91)
    for number, row in enumerate(rows):
        body += _binary(0x00, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                body += _binary(0x06, place + struct.pack("<I", len(text) // 2) + text)
            elif cell is not None:
                body += _binary(0x05, place + struct.pack("<d", cell))
    return body + _binary(0x92) + _binary(0x82)


def _binary(kind: int, content: bytes = b"") -> bytes:
    """A record of BIFF12: its kind and its length in seven-bit groups."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind, 0x01])
    length, groups = len(content), b""
    while True:
        groups += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + groups + content


def ods(sheets: dict[str, Sequence[Sequence[Cell]]], *, after: str = "", encrypted: bool = False) -> bytes:
    """An OpenDocument workbook; ``after`` is put behind the rows of every sheet."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_open_row, rows))}{after}</table:table>'
        for name, rows in sheets.items()
    )
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    entry = '<m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry>' if encrypted else ""
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content.encode(),
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{space}">{entry}</m:manifest>'.replace("m:", "manifest:")
        .replace("xmlns:m=", "xmlns:manifest=")
        .encode(),
    }
    return archive(parts)


def _open_row(row: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(map(_open_cell, row))}</table:table-row>"


def _open_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'


def archive(parts: dict[str, bytes]) -> bytes:
    """A ZIP archive of some parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
