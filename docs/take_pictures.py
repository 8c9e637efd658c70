"""Take the pictures of the documentation from the running app, so that they show what there is.

Run it from the repository with ``make pictures``; it starts the app itself, with the sample study, in the light theme.
Pictures are brought down to few colours, so that all of them stay small.
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, FloatRect, Page, sync_playwright  # noqa: E402

from tests.browser.chromium import find_chromium  # noqa: E402
from tests.browser.conftest import FLAGS, running_app  # noqa: E402
from tests.browser.data_steps import choose_step  # noqa: E402
from tests.browser.steps import choose_population, go_to, settle  # noqa: E402

COLOURS = 128
"""Enough for two arms, their shades and smooth letters."""
TALL = 2600
"""Pixels of a window that holds a whole page with its sections."""
FIRST_START_MS = 600_000
"""The first start ever compiles the kernels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: what a person does before it is taken, and the part of the window it holds.

    Attributes
    ----------
    name : str
        Of its file.
    steps : callable
        What is done on the page.
    width, height : int
        Pixels of the picture's window; of the picture itself where it begins at the window's top.
    section : str or None
        The heading at which the picture begins, without the sidebar; the window's top when None.
    """

    name: str
    steps: Callable[[Page], None]
    width: int = 1280
    height: int = 800
    section: str | None = None


def _page(name: str) -> Callable[[Page], None]:
    return lambda page: go_to(page, name)


def _section(where: str, name: str) -> Callable[[Page], None]:
    def steps(page: Page) -> None:
        go_to(page, where)
        _choose(page, name)

    return steps


def _choose(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).first.click()
    page.wait_for_timeout(500)
    settle(page)


def _step(name: str) -> Callable[[Page], None]:
    def steps(page: Page) -> None:
        go_to(page, "Data")
        choose_step(page, name)

    return steps


def _compared(page: Page) -> None:
    go_to(page, "Survival")
    _choose(page, "Curves")
    choose_population(page, "Compare")


def _weighted(page: Page) -> None:
    go_to(page, "Matching")
    choose_population(page, "Weighted")
    _choose(page, "Weights")


def _download_menu(page: Page) -> None:
    go_to(page, "Survival")
    _choose(page, "Curves")
    page.get_by_role("button", name="Download", exact=True).first.click()
    page.wait_for_timeout(1_000)


def _covered(page: Page) -> None:
    page.get_by_text("Keep outcomes covered until the plan is locked").click()
    settle(page)
    go_to(page, "Survival")


OPEN = (
    Picture(name="overview", steps=_page("Overview"), width=1440, height=1000),
    Picture(name="matching", steps=_page("Matching"), width=1440, height=1000),
    Picture(name="survival", steps=_page("Survival"), width=1440, height=1000),
    Picture(name="data_confirm", steps=_step("Confirm")),
    Picture(name="data_columns", steps=_step("Columns")),
    Picture(name="data_checks", steps=_step("Checks")),
    Picture(name="caliper", steps=_section("Matching", "Caliper"), section="Caliper"),
    Picture(name="left_out", steps=_section("Matching", "Left out"), section="Left out", height=620),
    Picture(name="gate", steps=_section("Matching", "Gate"), section="Gate", height=620),
    Picture(name="response", steps=_section("Response", "Rates"), height=900),
    Picture(name="criteria", steps=_section("Response", "Criteria side by side"), height=900),
    Picture(name="subgroups", steps=_section("Models and subgroups", "Subgroups"), section="Subgroups"),
    Picture(name="robustness", steps=_section("Robustness", "Unmeasured confounding"), height=900),
    Picture(name="report", steps=_page("Report"), height=900),
    Picture(name="download", steps=_download_menu),
    Picture(name="compare", steps=_compared, height=900),
    Picture(name="weights", steps=_weighted, section="Weights", height=620),
)
"""Taken one after the other in one session; the last change its study."""

BLINDED = (Picture(name="covered", steps=_covered, height=700),)
"""Taken in a session that begins on the Data page, before outcomes were in sight."""


def main() -> None:
    """Take the pictures, or those that are named."""
    parser = argparse.ArgumentParser(description="Take the pictures of the documentation.")
    parser.add_argument("names", nargs="*", help="of pictures; all when absent")
    wanted = parser.parse_args().names
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log.txt") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        for start, pictures in ((address, OPEN), (f"{address}/data", BLINDED)):
            chosen = [picture for picture in pictures if not wanted or picture.name in wanted]
            if chosen:
                _take(_opened(browser, start), chosen)
        browser.close()


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 1000}, color_scheme="light")
    page.set_default_timeout(60_000)
    if address.endswith("/data"):
        page.goto(address)
        page.get_by_role("heading", level=1, name="Data").wait_for()
    else:
        page.goto(address)
        page.get_by_role("heading", level=1, name="Overview").wait_for(timeout=FIRST_START_MS)
    settle(page)
    page.get_by_role("button", name="Skip", exact=True).click()  # the guide of a first visit
    settle(page)
    return page


def _take(page: Page, pictures: list[Picture]) -> None:
    for picture in pictures:
        page.set_viewport_size({"width": picture.width, "height": TALL if picture.section else picture.height})
        picture.steps(page)
        page.mouse.move(2, 2)
        page.wait_for_timeout(1_500)
        small = (
            Image.open(io.BytesIO(page.screenshot(clip=_part(page, picture))))
            .convert("RGB")
            .quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        )
        small.save(PICTURES / f"{picture.name}.png", optimize=True)


def _part(page: Page, picture: Picture) -> FloatRect | None:
    """Where a section's picture lies in the window."""
    if picture.section is None:
        return None
    page.wait_for_timeout(1_500)
    heading = page.get_by_role("heading", level=2, name=picture.section, exact=True).bounding_box()
    main = page.get_by_test_id("stMain").bounding_box()
    assert heading is not None
    assert main is not None
    return {"x": main["x"], "y": heading["y"] - 16, "width": main["width"], "height": picture.height}


if __name__ == "__main__":
    main()
