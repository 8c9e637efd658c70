"""What surrounds every page."""

import asyncio
from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser

import ui.frame  # noqa: F401  # it is this import that keeps uploads in memory

SEVERAL_MEGABYTES = 5_000_000


def test_an_upload_of_several_megabytes_never_touches_the_disk() -> None:
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="cohort.csv"\r\n\r\n'
        + b"1" * SEVERAL_MEGABYTES
        + b"\r\n--edge--\r\n"
    )

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]
        yield b""

    headers = Headers({"content-type": "multipart/form-data; boundary=edge"})
    form = asyncio.run(MultiPartParser(headers, stream()).parse())
    file = form["file"].file  # type: ignore[union-attr]
    assert len(file.read()) == SEVERAL_MEGABYTES
    assert file._rolled is False  # type: ignore[attr-defined]  # True once it was written to a temporary file
    asyncio.run(form.close())
