"""What Streamlit makes of texts in each of its elements that read Markdown: of a label, nothing."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import ROOT
from tests.browser.hosted import free_port, running
from tests.ui.language.test_letters import HOSTILE

SCRIPT = """
import streamlit as st
from tests.ui.language.test_letters import HOSTILE
from ui.language.letters import letter_by_letter

for number, text in enumerate(HOSTILE):
    word, key = letter_by_letter(text), f"{number} "
    with st.container(key=f"case{number}"):
        for element in (st.caption, st.markdown, st.error, st.metric, st.expander, st.status, st.write):
            element(word, *(("1",) if element is st.metric else ()))
        for start in ("### ", "- ", "**In:** ", ":material/info: "):
            st.markdown(start + word)
        for one in (st.button, st.checkbox, st.toggle, st.popover, st.text_input, st.number_input, st.slider, st.file_uploader):
            one(word, key=key + one.__name__)
        for one in (st.radio, st.segmented_control, st.pills):
            one(word, [word, "other"], key=key + one.__name__)
        st.multiselect(word, ["other"], key=key + "multiselect")
        st.download_button(word, b"", key=key + "download")
        st.tabs([word])
        st.progress(0.5, text=word)
st.text("All shown")
"""

LEAST = 28
"""Texts of a label that are at least on the page."""

FOUND = """
(container) => ({
    made: [...container.querySelectorAll("a[href^='http'], a[href^='mailto'], a[href^='xmpp'], img, .katex, del, sup, "
        + ".stMarkdownColoredText, .stMarkdownBadge, [role=img]:not([aria-label='info icon'])")].map((one) => one.outerHTML),
    texts: [...container.querySelectorAll("[data-testid=stMarkdownContainer]")].map((one) => one.textContent),
})
"""


def test_no_element_makes_anything_of_a_label(browser: Browser, tmp_path: Path) -> None:
    script, port = tmp_path / "letters.py", free_port()
    script.write_text(SCRIPT, encoding="utf-8")
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    with running(command, tmp_path / "log.txt", f"{address}/_stcore/health", {"PYTHONPATH": str(ROOT)}):
        page = browser.new_page()
        page.goto(address)
        expect(page.get_by_text("All shown")).to_be_visible(timeout=60_000)
        page.wait_for_function(
            "() => !document.querySelector('[data-testid=stMarkdownContainer] [data-testid=stSkeleton]')"
        )
        for number, text in enumerate(HOSTILE):
            found = page.locator(f".st-key-case{number}").evaluate(FOUND)
            assert found["made"] == [], text
            shown = [one.replace("\u2060", "") for one in found["texts"]]
            assert sum(text in one for one in shown) >= LEAST, (text, shown)
        page.close()
