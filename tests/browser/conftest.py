"""The real app in a real browser: one server for all journeys, one fresh page for each."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.steps import PATIENCE_MS

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
STARTING_SECONDS = 240
"""A first start compiles the kernels; on a busy machine with two cores that takes minutes."""

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="no Chromium on this machine, and none could be installed")
    missing = find_chromium() is None
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app runs that the journeys share."""
    with running_app(tmp_path_factory.mktemp("app") / "log.txt") as where:
        yield where


@pytest.fixture
def fresh_address(tmp_path: Path) -> Iterator[str]:
    """Where an app runs that nobody has visited yet."""
    with running_app(tmp_path / "log.txt") as where:
        yield where


@contextmanager
def running_app(log: Path) -> Iterator[str]:
    """Start the app as ``make run`` does, without opening a browser; what it logs must tell of no bug."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.port", str(port),
    ]  # fmt: skip
    with log.open("wb") as stream:
        server = subprocess.Popen(command, cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT, env=os.environ.copy())
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert "Error" not in log.read_text(encoding="utf-8"), "the app logged a bug"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(params=["light"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of 1440 by 900 that fails its test on any error in the console and on any address outside the server."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=request.param, accept_downloads=True
    )
    context.set_default_timeout(PATIENCE_MS)
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("response", lambda answer: complaints.append(answer.url) if _is_missing(answer) else None)
    tab.on("request", lambda sent: complaints.append(sent.url) if _leaves_this_machine(sent.url) else None)
    yield tab
    context.close()
    assert complaints == []


def _is_complaint(message: ConsoleMessage) -> bool:
    # What could not be loaded is judged by its address, below.
    return message.type == "error" and "Failed to load resource" not in message.text


def _is_missing(answer: Response) -> bool:
    # Opened at the address of a page, Streamlit looks for its server below that address first.
    probes = ("/_stcore/health", "/_stcore/host-config")
    return answer.status >= 400 and not answer.url.endswith(probes)


def _leaves_this_machine(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "about:"))


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the app ended while starting:\n{log.read_text(encoding='utf-8')}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the app did not become healthy in time")
