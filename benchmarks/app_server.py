"""The app as a process of its own: started as ``make run`` starts it, measured from outside, and ended."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
STARTING_SECONDS = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AppServer:
    """A running app.

    Attributes
    ----------
    address : str
        Where it answers.
    process : psutil.Process
        What runs it.
    log : Path
        What it has said.
    """

    address: str
    process: psutil.Process
    log: Path

    def megabytes(self) -> float:
        """Memory that belongs to the app and the processes that read files for it, in MB."""
        return sum(one.memory_full_info().uss for one in (self.process, *self.process.children(recursive=True))) / 1e6

    def cpu_seconds(self) -> float:
        """Seconds of processor time used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def faults(self) -> list[str]:
        """Lines of the log that speak of an error."""
        return re.findall(r".*(?:Error|Traceback|Exception).*", self.log.read_text(encoding="utf-8"))


@contextmanager
def running_app(*options: str, **environment: str) -> Iterator[AppServer]:
    """Start the app on a free port, wait until it answers, and end it afterwards.

    Parameters
    ----------
    *options : str
        For ``streamlit run``.
    **environment : str
        Variables of its process.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with log.open("wb") as stream:
            server = subprocess.Popen(
                [*command, "--server.port", str(port), *options],
                cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT, env=os.environ | environment,
            )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_healthy(f"{address}/_stcore/health", server)
            yield AppServer(address=address, process=psutil.Process(server.pid), log=log)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_until_healthy(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError("The app ended while it was starting.")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The app did not answer in time.")
