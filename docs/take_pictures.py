"""Take the pictures of the documentation from the running app, so that they show what there is.

Run it from the repository with ``make pictures``; it starts the app itself.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.browser.chromium import find_chromium  # noqa: E402
from tests.browser.conftest import FLAGS, running_app  # noqa: E402
from tests.browser.steps import go_to, open_app  # noqa: E402

SHOWN = {"Overview": 1000, "Matching": 1000, "Survival": 1000}
"""Pages and how much of them, in pixels, a picture holds."""


def main() -> None:
    """Take one picture of each page, 1440 pixels wide."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log.txt") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 1000}, color_scheme="light")
        open_app(page, address)
        for name, height in SHOWN.items():
            page.set_viewport_size({"width": 1440, "height": height})
            go_to(page, name)
            page.wait_for_timeout(1_500)
            page.screenshot(path=PICTURES / f"{name.lower()}.png")
        browser.close()


if __name__ == "__main__":
    main()
