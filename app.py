"""The app: the list of pages and the frame in which every page runs."""

import streamlit as st
from streamlit.navigation.page import Page

from analysis.phrases import phrase
from ui import frame
from ui.language import draw_language, said

PAGES = (
    ("data", phrase("Data"), phrase("Is my cohort read right?")),
    ("overview", phrase("Overview"), phrase("What does it say, at a glance?")),
    ("matching", phrase("Matching"), phrase("Are the groups comparable?")),
    ("survival", phrase("Survival"), phrase("Do they live longer?")),
    ("response", phrase("Response"), phrase("Do they respond more often?")),
    ("subgroups", phrase("Models and subgroups"), phrase("Does it hold for every endpoint and every kind of patient?")),
    ("robustness", phrase("Robustness"), phrase("Would it hold if something were otherwise?")),
    ("report", phrase("Report"), phrase("Take it to my manuscript")),
    ("validation", phrase("Validation"), phrase("Are the numbers right on this machine?")),
)
HOME = "overview"
WITHOUT_SIDEBAR = ("data", "validation")
NOT_IN_THE_MENU = ("validation",)
"""Reached by a link from another page, or by its address: the menu is a study's way from data to report."""


class _Home(Page):
    """The page that opens at the app's address, and at its own name too, which Streamlit would not find."""

    @property
    def url_path(self) -> str:
        return HOME


def main() -> None:
    """Draw one page inside the frame: configuration, navigation, the study's settings, then the page itself."""
    st.set_page_config(
        page_title="Matched Cohort Explorer",
        page_icon=str(frame.PICTURES / "icon.png"),
        layout="wide",
        initial_sidebar_state="expanded",
    )
    draw_language()
    pages = [
        (_Home if name == HOME else Page)(
            f"pages/{name}.py",
            title=said(title),
            url_path=name,
            default=name == HOME,
            help=said(question),
            visibility="hidden" if name in NOT_IN_THE_MENU else "visible",
        )
        for name, title, question in PAGES
    ]
    page = st.navigation(pages, position="top")
    frame.run_page(page, pages, with_sidebar=page.url_path not in WITHOUT_SIDEBAR)


if __name__ == "__main__":
    main()
