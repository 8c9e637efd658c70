"""Nobody comes in without having signed in at a real identity provider, by whatever address."""

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from tests.browser.axe import serious_violations
from tests.browser.conftest import STARTING_SECONDS
from tests.browser.hosted import COOKIE_SECRET, Hosted, hosted_app, identity_provider
from tests.browser.steps import PATIENCE_MS, settle

GATE = "Nothing of a study is shown, and no file is taken, before you have signed in."
STUDY = ("Overview", "Pairs", "LEN", "SOR", "Download", "Drop a cohort")
"""What a page of the app would show; none of it before the gate."""


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    folder = tmp_path_factory.mktemp("hosted")
    settings = {
        "allowed_domains": "hospital.org",
        "role_claim": "roles",
        "session_hours": "8",
        "audit_key": "key of the test",
    }
    with identity_provider(folder) as provider, hosted_app(folder, provider, settings) as app:
        yield app


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(viewport={"width": 1440, "height": 900})
    found.set_default_timeout(PATIENCE_MS)
    yield found
    found.close()


def at_the_gate(page: Page) -> None:
    expect(page.get_by_text(GATE)).to_be_visible()
    settle(page)
    body = page.locator("[data-testid=stMain]").inner_text()
    assert [word for word in STUDY if word in body] == []
    assert (
        page.locator("[data-testid=stFileUploader], [data-testid=stDownloadButton], [data-testid=stSidebar]").count()
        == 0
    )


def sign_in(page: Page, who: str) -> None:
    page.get_by_role("button", name="Sign in").first.click()
    page.get_by_role("button", name=who, exact=True).first.click()


def named(subject: str) -> str:
    return hmac.new(b"key of the test", subject.encode(), hashlib.sha256).hexdigest()[:20]


@pytest.mark.parametrize("place", ["data", "survival", "report", "validation", ""])
def test_no_address_leads_past_the_gate(hosted: Hosted, context: BrowserContext, place: str) -> None:
    """The first of these is the first visit of the process: a deep link before ``app.py`` has ever run."""
    page = context.new_page()
    page.goto(f"{hosted.address}/{place}")
    at_the_gate(page)


def test_a_person_signs_in_works_and_signs_out(hosted: Hosted, context: BrowserContext) -> None:
    page, other = context.new_page(), context.new_page()
    page.goto(hosted.address)
    at_the_gate(page)
    sign_in(page, "ann")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible(timeout=STARTING_SECONDS * 1000)
    settle(page)
    other.goto(f"{hosted.address}/matching")
    expect(other.get_by_role("heading", name="Matching", level=1)).to_be_visible()
    settle(other)
    page.get_by_role("button", name="ann@hospital.org").click()
    assert page.get_by_text("explorer_sessions").count() == 0  # metrics are an operator's
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: not url.startswith(hosted.address))  # the provider's session may be ended too
    page.goto(hosted.address)
    at_the_gate(page)
    other.reload()
    at_the_gate(other)
    assert {"who": named("ann"), "role": "analyst"}.items() <= hosted.events("let in")[0].items()
    assert "signed out" in {event["reason"] for event in hosted.events("session ended")}


def test_another_domain_is_refused_in_words(hosted: Hosted, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(hosted.address)
    sign_in(page, "eve")
    expect(page.get_by_text("not among those who may use this app")).to_be_visible()
    at_the_gate(page)
    page.goto(f"{hosted.address}/report")
    expect(page.get_by_text("not among those who may use this app")).to_be_visible()
    assert serious_violations(page) == []
    assert (named("eve"), "not listed") in {(event["who"], event["reason"]) for event in hosted.events("refused")}


def test_a_person_without_a_role_is_refused(hosted: Hosted, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(hosted.address)
    sign_in(page, "guest")
    expect(page.get_by_text("no role that may use this app")).to_be_visible()
    at_the_gate(page)


def test_an_operator_reads_how_the_server_fares(hosted: Hosted, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(hosted.address)
    sign_in(page, "olga")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="olga@hospital.org").click()
    expect(page.get_by_text("explorer_sessions").first).to_be_visible()
    assert serious_violations(page) == []


@pytest.mark.parametrize(
    ("hours", "secret", "sentence"),
    [
        (9, COOKIE_SECRET, "You signed in too long ago"),
        (7, COOKIE_SECRET, None),
        (7, "another secret that signed this very cookie", GATE),
    ],
)
def test_a_cookie_is_worth_what_we_say(
    hosted: Hosted, context: BrowserContext, hours: float, secret: str, sentence: str | None
) -> None:
    """Streamlit takes its cookie for thirty days; ours is the word on how long it lasts."""
    since = time.time() - hours * 3600
    claims = {"sub": "ann", "email": "ann@hospital.org", "roles": ["analyst"], "iat": since, "exp": since + 600}
    value = json.dumps(claims | {"origin": hosted.address, "is_logged_in": True, "provider": "default"})
    cookie = create_signed_value(secret, "_streamlit_user", value).decode()
    context.add_cookies([{"name": "_streamlit_user", "value": cookie, "url": hosted.address}])
    page = context.new_page()
    page.goto(f"{hosted.address}/survival")
    if sentence is None:
        expect(page.get_by_role("heading", name="Survival", level=1)).to_be_visible()
    else:
        expect(page.get_by_text(sentence)).to_be_visible()
        at_the_gate(page)


def test_no_file_is_taken_from_a_visitor_at_the_gate(hosted: Hosted, context: BrowserContext) -> None:
    """The server's own door for uploads is open to whoever holds a connection; its session's name is all it asks."""
    page = context.new_page()
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(repr(frame))))
    page.goto(hosted.address)
    at_the_gate(page)
    names = {part for frame in frames for part in _names_of_sessions(frame)}
    assert names
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "_streamlit_xsrf")
    for name in names:
        assert _put(hosted.address, name, token) in (400, 403)
    assert 403 in {_put(hosted.address, name, token) for name in names}


def _names_of_sessions(frame: str) -> list[str]:
    import re

    return re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", frame)


def _put(address: str, session: str, token: str) -> int:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\na,b\r\n--x--\r\n'
    link = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
    }
    link.request("PUT", f"/_stcore/upload_file/{session}/f1", body, headers)
    status = link.getresponse().status
    link.close()
    return status


def test_nothing_secret_was_logged(hosted: Hosted) -> None:
    for path in (hosted.audit, hosted.audit.parent / "log.txt"):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for word in ("ann@hospital.org", "eve@elsewhere.com", COOKIE_SECRET, "secret of the client"):
            assert word not in text


def test_the_log_is_the_operators_alone(hosted: Hosted) -> None:
    assert Path(hosted.audit).stat().st_mode & 0o077 == 0
