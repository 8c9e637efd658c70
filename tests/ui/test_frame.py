"""What surrounds every page."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

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

    async def received() -> tuple[int, bool]:
        form = await MultiPartParser(headers, stream()).parse()
        file = form["file"].file  # type: ignore[union-attr]
        found = len(file.read()), file._rolled  # type: ignore[attr-defined]
        await form.close()
        return found

    # In a thread of its own: a browser of other tests may have a loop running in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        size, written_to_a_file = thread.submit(lambda: asyncio.run(received())).result()
    assert size == SEVERAL_MEGABYTES
    assert written_to_a_file is False
