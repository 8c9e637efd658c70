"""A session that nobody uses is wiped from memory, warned before, and told after; also where its browser says nothing."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from tests.browser.hosted import hosted_app
from tests.browser.steps import PATIENCE_MS, go_to, open_app, settle, upload

GBSG = Path(__file__).resolve().parents[1] / "reference" / "gbsg.csv"
IDLE_MINUTES = 0.5


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.5)


@pytest.mark.parametrize("silent", [False, True], ids=["open page", "browser that says nothing"])
def test_an_unused_session_leaves_nothing_in_memory(browser: Browser, tmp_path: Path, silent: bool) -> None:
    with hosted_app(tmp_path, None, {"idle_minutes": str(IDLE_MINUTES)}) as app:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        muted = False

        def between(socket: WebSocketRoute) -> None:
            server = socket.connect_to_server()
            socket.on_message(lambda message: None if muted else server.send(message))

        page.route_web_socket("**/_stcore/stream", between)
        open_app(page, app.address)
        go_to(page, "Data")
        upload(page, GBSG)
        expect(page.locator(".mce-intake").get_by_text("686 rows, 11 columns")).to_be_visible()
        muted = silent
        assert (app.metric("explorer_cohorts_in_memory"), app.metric("explorer_rows_in_memory")) == (1, 686)
        if not silent:
            expect(page.get_by_text("seconds this session is wiped")).to_be_visible()
            page.get_by_role("button", name="I am still here").click()
            expect(page.get_by_text("seconds this session is wiped")).to_have_count(0)
            expect(page.locator(".mce-intake").get_by_text("686 rows, 11 columns")).to_be_visible()
            expect(page.get_by_text("Nothing was done here for a while, so this session was ended")).to_be_visible()
        wait_until(lambda: app.metric("explorer_cohorts_in_memory") == 0)
        assert app.metric("explorer_rows_in_memory") == 0
        assert [event["reason"] for event in app.events("session ended")] == ["idle"]
        if not silent:
            page.get_by_role("button", name="Begin again").click()
            expect(page.get_by_text("On the desk: sample study")).to_be_visible()
        context.close()


def test_a_control_in_sight_survives_the_end_of_its_session(browser: Browser, tmp_path: Path) -> None:
    """An open page tells of its controls after the wipe, too: nothing is taken from them, and nothing is at fault."""
    with hosted_app(tmp_path, None, {"idle_minutes": str(IDLE_MINUTES / 2)}) as app:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        open_app(page, app.address)
        go_to(page, "Matching")
        page.get_by_role("slider").first.focus()
        page.keyboard.press("ArrowRight")
        settle(page)
        expect(page.get_by_text("so this session was ended").or_(page.get_by_test_id("stException"))).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert app.metric("explorer_cohorts_in_memory") == 0
        page.get_by_role("button", name="Begin again").click()
        expect(page.get_by_role("slider").first).to_be_visible()
        expect(page.get_by_text("Something went wrong")).to_have_count(0)
        assert app.events("error") == []
        page.close()
