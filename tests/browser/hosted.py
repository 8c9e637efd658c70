"""The app as an operator starts it, beside a real identity provider on loopback."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.conftest import ROOT, STARTING_SECONDS

PEOPLE = {
    "ann": {"email": "ann@hospital.org", "email_verified": True, "roles": ["analyst"]},
    "olga": {"email": "olga@hospital.org", "email_verified": True, "roles": ["operator"]},
    "eve": {"email": "eve@elsewhere.com", "email_verified": True, "roles": ["analyst"]},
    "guest": {"email": "guest@hospital.org", "email_verified": True, "roles": ["visitor"]},
}
COOKIE_SECRET = "a secret of the test that signs its cookies"


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """A running app.

    Attributes
    ----------
    address : str
        Where a browser finds it.
    metrics : str
        Where its metrics are.
    audit : Path
        Its audit log.
    server : Popen
    """

    address: str
    metrics: str
    audit: Path
    server: "subprocess.Popen[bytes]"

    def events(self, *kinds: str) -> list[dict[str, object]]:
        """What was written down, of these kinds or of all."""
        text = self.audit.read_text(encoding="utf-8") if self.audit.exists() else ""
        found = [json.loads(line) for line in text.splitlines()]
        return [event for event in found if not kinds or event["event"] in kinds]

    def metric(self, name: str) -> float:
        """A metric's present value."""
        with urllib.request.urlopen(self.metrics, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} "))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def identity_provider(folder: Path) -> Iterator[str]:
    """An OpenID Connect provider that knows four people."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    for name, claims in PEOPLE.items():
        command += ["--user-claims", json.dumps({"sub": name, **claims})]
    address = f"http://127.0.0.1:{port}"
    with running(command, folder / "provider.txt", f"{address}/.well-known/openid-configuration", {}):
        yield address


@contextmanager
def hosted_app(
    folder: Path,
    provider: str | None,
    settings: Mapping[str, str],
    *,
    port: int | None = None,
    within: Sequence[str] = (),
    options: Sequence[str] = (),
) -> Iterator[Hosted]:
    """The app started by ``python -m ui.access`` with these variables, and no file of secrets.

    Parameters
    ----------
    folder : Path
        For its logs.
    provider : str or None
        The identity provider's address.
    settings : mapping
        Keys of docs/hosting.md.
    port : int, optional
        A free one unless it is named.
    within : sequence of str
        A command that runs the server under limits of its own; what it prints then goes nowhere.
    options : sequence of str
        Options of Streamlit's.
    """
    port, metrics = port or free_port(), free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        "EXPLORER_AUDIT_LOG": str(folder / "audit.jsonl"),
        "EXPLORER_METRICS_PORT": str(metrics),
        **{f"EXPLORER_{name.upper()}": value for name, value in settings.items()},
    }
    if provider is not None:
        environment |= {
            "EXPLORER_AUTH_REDIRECT_URI": f"{address}/oauth2callback",
            "EXPLORER_AUTH_COOKIE_SECRET": COOKIE_SECRET,
            "EXPLORER_AUTH_CLIENT_ID": "explorer",
            "EXPLORER_AUTH_CLIENT_SECRET": "secret of the client",
            "EXPLORER_AUTH_SERVER_METADATA_URL": f"{provider}/.well-known/openid-configuration",
        }
    command = [sys.executable, "-m", "ui.access", "--server.port", str(port), "--server.headless", "true"]
    command = [*within, *command, *options]
    log = Path(os.devnull) if within else folder / "log.txt"
    with running(command, log, f"{address}/_stcore/health", environment) as server:
        yield Hosted(
            address=address,
            metrics=f"http://127.0.0.1:{metrics}/metrics",
            audit=folder / "audit.jsonl",
            server=server,
        )


@contextmanager
def running(
    command: list[str], log: Path, healthy: str, environment: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server that is ready when its address answers."""
    with log.open("wb") as stream:
        server = subprocess.Popen(
            command, cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
    try:
        deadline = time.monotonic() + STARTING_SECONDS
        while not answers(healthy):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"it did not start:\n{log.read_text(encoding='utf-8')}")
            time.sleep(0.2)
        yield server
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait(timeout=20)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
