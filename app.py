"""The app: the list of pages and the frame in which every page runs."""

import streamlit as st

from ui import frame

PAGES = (
    ("data", "Data", "Is my cohort read right?"),
    ("overview", "Overview", "What does it say, at a glance?"),
    ("matching", "Matching", "Are the groups comparable?"),
    ("survival", "Survival", "Do they live longer?"),
    ("response", "Response", "Do they respond more often?"),
    ("subgroups", "Models and subgroups", "Does it hold for every endpoint and every kind of patient?"),
    ("robustness", "Robustness", "Would it hold if something were otherwise?"),
    ("report", "Report", "Take it to my manuscript"),
    ("validation", "Validation", "Are the numbers right on this machine?"),
)
HOME = "overview"
WITHOUT_SIDEBAR = ("data", "validation")
NOT_IN_THE_MENU = ("validation",)
"""Reached by a link from another page, or by its address: the menu is a study's way from data to report."""


def main() -> None:
    """Draw one page inside the frame: configuration, navigation, the study's settings, then the page itself."""
    st.set_page_config(
        page_title="Matched Cohort Explorer",
        page_icon=str(frame.PICTURES / "icon.png"),
        layout="wide",
        initial_sidebar_state="expanded",
    )
    page = st.navigation(
        [
            st.Page(
                f"pages/{name}.py",
                title=title,
                url_path=name,
                default=name == HOME,
                help=question,
                visibility="hidden" if name in NOT_IN_THE_MENU else "visible",
            )
            for name, title, question in PAGES
        ],
        position="top",
    )
    frame.run_page(page, with_sidebar=page.url_path not in WITHOUT_SIDEBAR)


if __name__ == "__main__":
    main()
