"""What a person does on the pages, in her words."""

from pathlib import Path

from playwright.sync_api import Download, Page, expect

SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"


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
    """Wait until the app has stopped computing and drawing."""
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            return app && app.getAttribute('data-test-script-state') === 'notRunning'
              && !document.querySelector('[data-stale="true"]');
        }"""
    )
    page.wait_for_timeout(250)


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
    uploader = page.locator('[data-stale="false"]:has(> [data-testid="stFileUploader"])')
    before = uploader.get_attribute("class")
    uploader.locator('input[type="file"]').set_input_files(list(files))
    page.wait_for_function(
        """(before) => {
            const places = document.querySelectorAll('[data-stale="false"]:has(> [data-testid="stFileUploader"])');
            return places.length === 1 && places[0].className !== before;
        }""",
        arg=before,
    )
    settle(page)


def choose_population(page: Page, name: str) -> None:
    """Use the switch in the sidebar."""
    page.get_by_test_id("stSidebar").get_by_role("radio", name=name, exact=True).click()
    settle(page)


def download(page: Page, card: int, words: str) -> Download:
    """Download a card's figure or data by the words on the button."""
    page.get_by_role("button", name="Download", exact=True).nth(card).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=words).click()
    page.keyboard.press("Escape")
    return waiting.value


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
