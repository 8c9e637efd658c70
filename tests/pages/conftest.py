"""The pages as Streamlit's test runner sees them: always from ``app.py``, as hazards of deep links demand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "tests" / "reference"
TIMEOUT = 240
"""A first run in a process compiles kernels; on a busy machine that takes minutes."""


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT).run()


@pytest.fixture
def show(app: AppTest) -> Callable[[str], AppTest]:
    """Go to a page by its name and check that it drew without a bug."""

    def go(name: str) -> AppTest:
        page = app.switch_page(f"pages/{name}.py").run()
        assert_sound(page)
        return page

    return go


def assert_sound(page: AppTest) -> None:
    """No exception, and no word of one."""
    assert not page.exception
    assert not [box.value for box in page.error if "Something went wrong" in box.value]


def status(page: AppTest) -> str:
    """The status strip's markup."""
    return next(item.proto.body for item in page.get("html") if 'class="mce-status"' in item.proto.body)


def choose(page: AppTest, population: str) -> AppTest:
    """Use the population switch."""
    switch = next(group for group in page.get("button_group") if group.proto.id.endswith("-population"))
    return switch.set_value(population).run()


def words(page: AppTest) -> str:
    """Every text on the page in one string."""
    parts = [
        item.value
        for kind in ("markdown", "caption", "text", "error", "warning", "info", "success", "title")
        for item in page.get(kind)
    ]
    parts += [item.proto.body for item in page.get("html")]
    return "\n".join(str(part) for part in parts)


def open_downloads(page: AppTest) -> AppTest:
    """Open the downloads under every figure on the page; their buttons are made when somebody looks."""
    for popover in page.get("popover"):
        _, _, key = popover.proto.id.partition("-downloads ")
        if key:
            page.session_state[f"downloads {key}"] = True
    page = page.run()
    assert_sound(page)
    return page
