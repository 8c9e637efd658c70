"""The proxy's configuration as it is delivered, in front of two replicas, with a certificate of its own; on loopback."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS, ROOT, STARTING_SECONDS
from tests.browser.hosted import Hosted, free_port, hosted_app
from tests.browser.steps import PATIENCE_MS, go_to, settle, upload

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
NAME = "explorer.example.org"  # not "localhost": Streamlit takes that one from every origin
GBSG = ROOT / "tests" / "reference" / "gbsg.csv"
pytestmark = pytest.mark.skipif(NGINX is None or not shutil.which("openssl"), reason="no nginx, or no openssl, here")


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """A running proxy: its ports, its log, and what stands behind it."""

    port: int
    plain_port: int
    log: Path
    replicas: tuple[Hosted, Hosted]

    def ask(
        self, path: str, *, method: str = "GET", headers: dict[str, str] | None = None, source: str = "127.0.0.1"
    ) -> http.client.HTTPResponse:
        trust = ssl._create_unverified_context()
        link = http.client.HTTPSConnection(
            "localhost", self.port, timeout=30, context=trust, source_address=(source, 0)
        )
        link.request(method, path, headers=headers or {})
        answer = link.getresponse()
        with suppress(http.client.IncompleteRead):
            if answer.status != 101:
                answer.read()
        link.close()
        return answer

    def handshake(self, *, host: str, origin: str | None) -> http.client.HTTPResponse:
        """What is answered to a browser that opens its session's connection from a page of `origin`."""
        wanted = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        key = {"Sec-WebSocket-Key": "MDAwMDAwMDAwMDAwMDAwMA==", "Sec-WebSocket-Protocol": "streamlit"}
        page = {} if origin is None else {"Origin": origin}
        return self.ask("/_stcore/stream", headers={**wanted, **key, "Host": host, **page})

    def upstreams(self, address: str) -> set[str]:
        """Replicas that requests from this address met."""
        lines = [line for line in self.log.read_text(encoding="utf-8").splitlines() if f" {address} " in line]
        return {line.rsplit(" ", 1)[1] for line in lines}


def configuration(folder: Path, port: int, plain_port: int, replicas: tuple[Hosted, Hosted]) -> str:
    """The delivered file with what is marked "site" set, and nothing else changed."""
    inline = subprocess.run(
        [sys.executable, "docs/hosting/inline_hash.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    text = (ROOT / "docs" / "hosting" / "nginx.conf").read_text(encoding="utf-8")
    for place, value in {
        "@INLINE@": inline,
        "explorer.example.org": f"localhost {NAME}",
        "/etc/nginx/tls": str(folder),
        "explorer-1:8501": replicas[0].address.removeprefix("http://"),
        "explorer-2:8501": replicas[1].address.removeprefix("http://"),
        "8443": str(port),
        "8080": str(plain_port),
        "/tmp/nginx": str(folder / "nginx"),
        "/dev/stdout": str(folder / "access.log"),
        "/dev/stderr": str(folder / "error.log"),
    }.items():
        assert place in text
        text = text.replace(place, value)
    return text


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    assert NGINX is not None
    folder, first, second = (tmp_path_factory.mktemp(name) for name in ("proxy", "first", "second"))
    folder.chmod(0o755)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    with hosted_app(first, None, {}) as one, hosted_app(second, None, {}) as two:
        port, plain_port = free_port(), free_port()
        (folder / "nginx.conf").write_text(configuration(folder, port, plain_port, (one, two)), encoding="utf-8")
        server = subprocess.Popen(
            [NGINX, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
        )
        try:
            wait_for(port)
            yield Proxy(port=port, plain_port=plain_port, log=folder / "access.log", replicas=(one, two))
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, "the proxy did not start"
            time.sleep(0.1)


@pytest.mark.parametrize("path", ["/", "/survival", "/_stcore/health", "/_stcore/metrics", "/static/nothing.js"])
def test_every_answer_has_the_headers(proxy: Proxy, path: str) -> None:
    found = proxy.ask(path)
    policy = found.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    script = re.search(r"script-src ([^;]*)", policy)
    assert script is not None
    assert "unsafe" not in script[1]
    assert found.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Server"] == "nginx"


def test_what_is_closed_is_closed(proxy: Proxy) -> None:
    assert proxy.ask("/_stcore/health").status == 200
    assert proxy.ask("/_stcore/metrics").status == 404
    assert proxy.ask("/", headers={"Host": "another.example.org"}).status == 421
    plain = http.client.HTTPConnection("localhost", proxy.plain_port, timeout=10)
    plain.request("GET", "/survival?a=b")
    assert plain.getresponse().status == 308
    plain.close()
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("localhost", proxy.port)) as link, old.wrap_socket(link) as sealed:
        assert sealed.version() == "TLSv1.2"


@pytest.mark.parametrize("port", ["", ":8443", ":9443"])
def test_a_session_opens_whichever_port_is_published(proxy: Proxy, port: str) -> None:
    assert proxy.handshake(host=NAME + port, origin=f"https://{NAME}{port}").status == 101


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example.org", f"http://{NAME}", f"https://{NAME}:444", f"https://{NAME}.net", "null"]
)
def test_no_session_opens_from_another_sites_page(proxy: Proxy, origin: str) -> None:
    found = proxy.handshake(host=NAME, origin=origin)
    assert (found.status, found.headers["Content-Type"]) == (403, "text/html")  # by the proxy: no replica was asked
    assert proxy.handshake(host=NAME, origin=None).status == 101


def test_large_bodies_are_refused_before_they_are_sent(proxy: Proxy) -> None:
    for path, size in (("/", 1_100_000), ("/_stcore/upload_file/session/file", 212_000_000)):
        found = proxy.ask(path, method="PUT", headers={"Content-Length": str(size)})
        assert found.status == 413
    small = proxy.ask("/_stcore/upload_file/session/file", method="PUT", headers={"Content-Length": "0"})
    assert small.status in (400, 403)  # the app's own answer: no such session


def test_cookies_are_for_tls_alone(proxy: Proxy) -> None:
    cookies = proxy.ask("/_stcore/host-config").headers.get_all("Set-Cookie") or []
    cookies += proxy.ask("/_stcore/health").headers.get_all("Set-Cookie") or []
    assert cookies
    assert [cookie for cookie in cookies if "secure" not in cookie.lower()] == []


def test_who_comes_too_often_waits(proxy: Proxy) -> None:
    answers = [proxy.ask("/auth/login", source="127.0.77.1").status for _ in range(25)]
    assert 429 in answers
    assert answers[0] != 429
    assert proxy.ask("/_stcore/health").status == 200  # others do not


def test_an_address_stays_on_its_replica(proxy: Proxy) -> None:
    met: set[str] = set()
    for number in range(1, 13):
        source = f"127.0.{number}.1"
        for _ in range(3):
            assert proxy.ask("/_stcore/health", source=source).status == 200
        mine = proxy.upstreams(source)
        assert len(mine) == 1
        met |= mine
    assert len(met) == 2


@pytest.mark.skipif(find_chromium() is None, reason="no Chromium here")
def test_a_person_works_through_the_proxy_and_no_policy_is_broken(proxy: Proxy) -> None:
    complaints: list[str] = []
    mapping = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{proxy.port}"  # a published port, as in compose.yaml
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=[*FLAGS, mapping])
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, ignore_https_errors=True, accept_downloads=True
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"https://{NAME}/")
        expect(page.get_by_role("heading", name="Overview")).to_be_visible(timeout=STARTING_SECONDS * 1000)
        settle(page)
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
        for name in ("Matching", "Survival", "Report"):
            go_to(page, name)
        go_to(page, "Data")
        upload(page, GBSG)
        expect(page.locator(".mce-intake").get_by_text("686 rows, 11 columns")).to_be_visible()
        context.close()
        browser.close()
    probes = ("Failed to load resource", "/_stcore/")
    assert [text for text in complaints if not any(word in text for word in probes)] == []
    opened = [len(replica.events("cohort opened")) for replica in proxy.replicas]
    assert min(opened) == 0  # the other replica never saw this person
    assert max(opened) == 2
    text = proxy.log.read_text(encoding="utf-8")
    assert "?" not in text
