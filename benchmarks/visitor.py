"""A visitor without a browser: speaks the protocol between Streamlit's page and its server, and sees what a page sees."""

import asyncio
import json
import time
import urllib.parse
import urllib.request
from base64 import b64decode
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE = 240.0
"""Seconds for one answer; a first start compiles the kernels."""

BOUNDARY = "a-file-of-a-visitor"


class NoAnswerError(Exception):
    """The server answered with an error, or not in time."""


@dataclass(slots=True)
class Screen:
    """What one run of the script has drawn: elements by their place, and every byte they came in."""

    elements: dict[tuple[int, ...], Any] = field(default_factory=dict)
    received: bytearray = field(default_factory=bytearray)

    def all_of(self, kind: str) -> list[Any]:
        """Elements of a kind, such as ``slider``, in the order of the page."""
        return [getattr(item, kind) for _, item in sorted(self.elements.items()) if item.WhichOneof("type") == kind]

    def widget(self, kind: str, key: str) -> Any:
        """The widget of a kind whose key begins with ``key``."""
        found = [item for item in self.all_of(kind) if item.id.split("-", 2)[-1].startswith(key)]
        if len(found) != 1:
            raise NoAnswerError(f"{len(found)} widgets of the kind {kind} and the key {key}")
        return found[0]


class Visitor:
    """One tab of a browser, as the server sees it.

    Parameters
    ----------
    address : str
        Where the app runs, such as ``http://127.0.0.1:8501``.

    Attributes
    ----------
    screen : Screen
        What the last run of the script drew.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.screen = Screen()
        self.session = ""
        self._pages: dict[str, str] = {}
        self._page = ""
        self._kept: dict[str, ForwardMsg] = {}
        self._connection: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        where = f"ws{self.address.removeprefix('http')}/_stcore/stream"
        self._connection = await connect(
            where,
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            proxy=None,
            ping_interval=None,
            open_timeout=60,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def open(self, page: str = "") -> float:
        """Open the app at a page's address; seconds until it is drawn."""
        request = BackMsg()
        request.rerun_script.page_name = page
        return await self._ask(request)

    async def go_to(self, page: str) -> float:
        """Choose a page in the menu by its address."""
        self._page = self._pages[page]
        return await self._ask(self._rerun())

    async def drag(self, key: str, value: float) -> float:
        """Let go of a slider at a value; seconds until the page is drawn again."""
        state = WidgetState(id=self.screen.widget("slider", key).id)
        state.double_array_value.data.append(value)
        return await self._ask(self._rerun(state))

    async def upload(self, key: str, **files: bytes) -> float:
        """Drop files on the place whose key begins with ``key``; underscores of names stand for dots."""
        uploader = self.screen.widget("file_uploader", key)
        contents = {name.replace("_", "."): content for name, content in files.items()}
        places = await self._places(list(contents))
        token = await asyncio.to_thread(self._token)
        state = WidgetState(id=uploader.id)
        for place, (name, content) in zip(places, contents.items(), strict=True):
            await asyncio.to_thread(self._put, place.upload_url, name, content, token)
            item = state.file_uploader_state_value.uploaded_file_info.add()
            item.file_id, item.name, item.size = place.file_id, name, len(content)
            item.file_urls.CopyFrom(place)
        return await self._ask(self._rerun(state))

    def _rerun(self, *states: WidgetState) -> BackMsg:
        request = BackMsg()
        request.rerun_script.page_script_hash = self._page
        request.rerun_script.widget_states.widgets.extend(states)
        request.rerun_script.cached_message_hashes.extend(self._kept)
        return request

    async def _ask(self, request: BackMsg) -> float:
        """Send, and take what comes until the script is at rest."""
        begin = time.perf_counter()
        await self._send(request)
        async with asyncio.timeout(PATIENCE):
            while not self._take(*await self._message()):
                pass
        return time.perf_counter() - begin

    async def _send(self, request: BackMsg) -> None:
        assert self._connection is not None
        await self._connection.send(request.SerializeToString())

    async def _message(self) -> tuple[ForwardMsg, bytes]:
        assert self._connection is not None
        data = await self._connection.recv()
        assert isinstance(data, bytes)
        message = ForwardMsg()
        message.ParseFromString(data)
        return message, data

    def _take(self, message: ForwardMsg, data: bytes) -> bool:
        """Draw what a message says; True when the script has come to rest."""
        self.screen.received += data
        path = tuple(message.metadata.delta_path)
        match message.WhichOneof("type"):
            case "new_session":
                self.screen = Screen(received=bytearray(data))
                self.session = message.new_session.initialize.session_id or self.session
            case "navigation":
                self._pages = {item.url_pathname: item.page_script_hash for item in message.navigation.app_pages}
                self._page = message.navigation.page_script_hash
            case "ref_hash":
                self._draw(path, self._kept[message.ref_hash])
            case "delta":
                if message.metadata.cacheable:
                    self._kept[message.hash] = message
                self._draw(path, message)
            case "script_finished":
                return message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return False

    def _draw(self, path: tuple[int, ...], message: ForwardMsg) -> None:
        if message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        if element.WhichOneof("type") == "exception":
            raise NoAnswerError(element.exception.type)
        self.screen.elements[path] = element

    async def _places(self, names: list[str]) -> list[Any]:
        """Where the server wants files to be put."""
        request = BackMsg()
        request.file_urls_request.request_id = "files"
        request.file_urls_request.session_id = self.session
        request.file_urls_request.file_names.extend(names)
        await self._send(request)
        while True:
            message, data = await self._message()
            if message.WhichOneof("type") == "file_urls_response":
                return list(message.file_urls_response.file_urls)
            self._take(message, data)

    def _token(self) -> str:
        """The token that the server gives to each browser and wants back beside an upload."""
        with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=PATIENCE) as answer:
            cookie: str = answer.headers["Set-Cookie"]
        return cookie.split(";")[0].split("=", 1)[1]

    def _put(self, url: str, name: str, content: bytes, token: str) -> None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        request = urllib.request.Request(
            urllib.parse.urljoin(self.address, url),
            data=head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode(),
            method="PUT",
            headers={
                "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
                "X-Xsrftoken": urllib.parse.unquote(token.strip('"')),
                "Cookie": f"_streamlit_xsrf={token}",
            },
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            answer.read()


def plotted(figure: Any) -> list[dict[str, Any]]:
    """The traces of a figure as it was received, numbers as arrays."""
    return [{name: _numbers(value) for name, value in trace.items()} for trace in json.loads(figure.spec)["data"]]


def _numbers(value: Any) -> NDArray[Any] | Any:
    if not (isinstance(value, dict) and "bdata" in value):
        return value
    return np.frombuffer(b64decode(value["bdata"]), dtype=np.dtype(value["dtype"]))
