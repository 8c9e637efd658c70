"""What a person does on the pages, in her words."""

from pathlib import Path

from playwright.sync_api import Download, FloatRect, Locator, Page, TimeoutError, expect

SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"
PATIENCE_MS = 60_000
"""A busy machine with two cores computes and draws that slowly at worst."""
SEEN = 150
"""Milliseconds that a person looks at least before the next thing is done."""


def open_app(page: Page, address: str) -> None:
    """Open the app and wait for the overview."""
    page.goto(address)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    settle(page)


def go_to(page: Page, name: str) -> None:
    """Choose a page in the menu and wait until it is drawn."""
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    settle(page)


def settle(page: Page) -> None:
    """Wait until the app has stopped computing and drawing; a wait in vain says what was still under way."""
    try:
        page.wait_for_function(
            """() => {
                const app = document.querySelector('[data-testid="stApp"]');
                return app && app.getAttribute('data-test-script-state') === 'notRunning'
                  && !document.querySelector('[data-stale="true"]');
            }"""
        )
    except TimeoutError as error:
        raise AssertionError(f"the app did not come to rest: {_under_way(page)}") from error
    page.wait_for_timeout(250)


def _under_way(page: Page) -> str:
    """What the app is at: its script, its connection, what is old on the page, and the places to drop files on."""
    found: str = page.evaluate(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            const all = (what) => [...document.querySelectorAll(what)];
            return JSON.stringify({
                script: app && app.getAttribute('data-test-script-state'),
                connection: app && app.getAttribute('data-test-connection-state'),
                address: location.pathname,
                stale: all('[data-stale="true"]').map((one) => one.className.slice(0, 90)).slice(0, 5),
                uploaders: all(':has(> [data-testid="stFileUploader"])').map(
                    (one) => one.className.slice(0, 90) + ' ' + one.getAttribute('data-stale')
                      + ' ' + one.innerText.slice(0, 200)
                ),
                dialogs: all('[role="dialog"]').map((one) => one.innerText.slice(0, 200)),
            });
        }"""
    )
    return found


def resting_place(page: Page, point: Locator) -> FloatRect:
    """Where it is once it has stopped moving: what was opened before may still push the page."""
    box = point.bounding_box()
    for _ in range(50):
        page.wait_for_timeout(SEEN)
        now = point.bounding_box()
        if now is not None and now == box:
            return now
        box = now
    raise AssertionError("the point never came to rest")


def status(page: Page) -> dict[str, str]:
    """The status strip as meaning and value."""
    facts = page.locator(".mce-status > div")
    expect(facts.first).to_be_visible()
    return {
        facts.nth(row).locator("span").inner_text(): facts.nth(row).locator("b").inner_text()
        for row in range(facts.count())
    }


def upload(page: Page, *files: Path) -> None:
    """Drop files on the Data page, and wait until a new place to drop files on has taken the old one's."""
    uploader = page.locator('[class*="st-key-upload-"][data-stale="false"]:has(> [data-testid="stFileUploader"])')
    before = uploader.get_attribute("class")
    uploader.locator('input[type="file"]').set_input_files(list(files))
    try:
        page.wait_for_function(
            """(before) => {
                const places = document.querySelectorAll(
                    '[class*="st-key-upload-"][data-stale="false"]:has(> [data-testid="stFileUploader"])'
                );
                return places.length === 1 && places[0].className !== before;
            }""",
            arg=before,
        )
    except TimeoutError as error:
        raise AssertionError(f"no new place to drop files on instead of {before}: {_under_way(page)}") from error
    settle(page)


def choose_option(page: Page, box: Locator, words: str) -> None:
    """Type into a list, click on what it then offers, and wait until the page has answered."""
    offered = page.get_by_role("option", name=words).first
    for patience_ms in (5_000, 5_000, PATIENCE_MS):  # a list closes when its page is drawn anew, and one opens it again
        box.click()
        box.fill(words)
        try:
            offered.click(timeout=patience_ms)
            break
        except TimeoutError:
            page.keyboard.press("Escape")
    else:
        raise AssertionError(f"the list never offered {words}: {_under_way(page)}")
    expect(offered).to_have_count(0)
    page.wait_for_timeout(300)
    settle(page)


def choose_population(page: Page, name: str) -> None:
    """Use the switch in the sidebar."""
    chosen = page.get_by_test_id("stSidebar").get_by_role("radio", name=name, exact=True)
    chosen.click()
    expect(chosen).to_be_checked()
    settle(page)


def download(page: Page, card: int, words: str) -> Download:
    """Download a card's figure or data by the words on the button."""
    page.get_by_role("button", name="Download", exact=True).nth(card).click()
    settle(page)  # the buttons come when the list is open; one of a list just closed would be gone when it is answered
    with page.expect_download() as waiting:
        page.get_by_role("button", name=words).click()
    page.keyboard.press("Escape")
    settle(page)
    return waiting.value


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
