"""A reader's language: the browser's at first, another by choice, and nothing of the study changed by it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.steps import settle


@pytest.fixture
def korean(browser: Browser) -> Iterator[Page]:
    """A page in a browser whose person reads Korean."""
    context = browser.new_context(locale="ko-KR", viewport={"width": 1440, "height": 1000})
    yield context.new_page()
    context.close()


def choose_language(page: Page, name: str) -> None:
    page.locator(".st-key-language-corner input").click()
    page.get_by_role("option", name=name).click()
    settle(page)


def test_the_page_speaks_as_the_browser_asks_and_as_a_person_chooses(korean: Page, address: str) -> None:
    korean.goto(f"{address}/matching")
    expect(korean.get_by_role("heading", level=1, name="매칭")).to_be_visible()
    settle(korean)
    expect(korean.locator(".mce-status b")).to_have_count(4)
    status = korean.locator(".mce-status b").all_inner_texts()

    choose_language(korean, "日本語")
    expect(korean.get_by_role("heading", level=1, name="マッチング")).to_be_visible()
    expect(korean.locator("[data-testid='stSidebar'] input[value='最近傍']")).to_be_visible()
    expect(korean.get_by_role("button", name="元に戻す")).to_be_disabled()
    assert korean.locator(".mce-status b").all_inner_texts() == status
    assert "language=" in korean.url

    korean.get_by_role("link", name="概要", exact=True).click()
    expect(korean.get_by_role("heading", level=1, name="概要")).to_be_visible()
    settle(korean)
    choose_language(korean, "English")
    expect(korean.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    expect(korean.get_by_role("button", name="Undo")).to_be_disabled()
    assert korean.locator(".mce-status b").all_inner_texts() == status


@pytest.mark.parametrize(
    ("locale", "chosen", "names"),
    [
        ("en-US", "한국어", ("자료", "매칭", "생존", "반응", "보고서")),
        ("ja-JP", "English", ("Data", "Matching", "Survival", "Response", "Report")),
    ],
)
def test_a_chosen_language_stays_from_page_to_page_and_when_the_study_changes(
    browser: Browser, address: str, locale: str, chosen: str, names: tuple[str, ...]
) -> None:
    context = browser.new_context(locale=locale, viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)
    choose_language(page, chosen)
    for name in names:
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        settle(page)
        if name in ("매칭", "Matching"):
            page.get_by_test_id("stSidebar").get_by_role("radio").first.click()
            settle(page)
            expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    expect(page.locator(".st-key-language-corner input")).to_have_value(chosen)
    context.close()


def test_what_streamlit_draws_of_itself_is_in_the_language_too(korean: Page, fresh_address: str) -> None:
    korean.goto(f"{fresh_address}/data")
    expect(korean.get_by_role("heading", level=1, name="자료")).to_be_visible()
    settle(korean)
    uploader = korean.get_by_test_id("stFileUploader")
    expect(uploader).to_contain_text("파일 선택")
    expect(uploader).to_contain_text("파일당 최대 200MB")
    expect(uploader).not_to_contain_text("Upload")
    expect(uploader).not_to_contain_text("per file")
    picture: FilePayload = {"name": "scan.png", "mimeType": "image/png", "buffer": b"no cohort"}
    uploader.locator("input").set_input_files(picture)
    expect(uploader).to_contain_text("image/png 형식의 파일은 올릴 수 없습니다.")
    uploader.get_by_role("button", name="scan.png 빼기").click()

    choose_language(korean, "日本語")
    expect(uploader).to_contain_text("ファイルを選択")
    choose_language(korean, "English")
    expect(uploader).to_contain_text("Upload200MB per file")
    assert korean.evaluate("document.documentElement.lang") == "en"

    choose_language(korean, "한국어")
    korean.get_by_role("link", name="매칭", exact=True).click()
    expect(korean.get_by_role("heading", level=1, name="매칭")).to_be_visible()
    settle(korean)
    expect(korean.get_by_role("button", name="전체 화면").first).to_be_attached()
    caliper = korean.get_by_test_id("stSidebar").get_by_role("slider").first
    caliper.press("End")
    settle(korean)
    covariates = korean.get_by_test_id("stSidebar").get_by_test_id("stMultiSelect").locator("input").first
    covariates.fill("zzzz")
    expect(korean.get_by_text("결과 없음")).to_be_visible()
    assert korean.evaluate("document.documentElement.lang") == "ko"
