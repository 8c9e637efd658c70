"""The keys that do what is done most: single letters and digits, which are not heard while somebody writes in a field.

Keys held with Ctrl or Alt would be: Streamlit hears those in a field too. Single letters can be switched off, as somebody
who speaks to the computer needs it (WCAG 2.1, 2.1.4).
"""

from collections.abc import Sequence

from streamlit.navigation.page import Page

from analysis.phrases import phrase
from ui import screen as st
from ui import session

UNDO, REDO, PREVIOUS, NEXT, DOWNLOADS = "Z", "Y", "P", "N", "D"
SWITCH = dict(zip(("1", "2", "3", "4"), session.POPULATIONS, strict=True))

MEANINGS = (
    (UNDO, phrase("Take the last change back")),
    (REDO, phrase("Take the undone change again")),
    ("1 – 4", phrase("Before, Matched, Weighted, Compare")),
    (PREVIOUS, phrase("Previous page")),
    (NEXT, phrase("Next page")),
    (DOWNLOADS, phrase("Downloads of the page's main figure")),
)
"""What each key does, as the help lists it."""


def are_on() -> bool:
    """Whether keys are heard."""
    on: bool = session.remembered("keys are on", True)
    return on


def key_of(name: str) -> str | None:
    """A key for a button that stands on the page; None while keys are switched off."""
    return name if are_on() else None


def turn_page(pages: Sequence[Page]) -> None:
    """Turn to the page that a key asked for, before another is drawn, and forget which figure that one was about."""
    session.remember("main figure", None)
    wanted = session.remembered("page to turn to")
    if wanted is not None:
        session.remember("page to turn to", None)
        page = next(item for item in pages if item.url_path == wanted)
        st.switch_page(page, query_params=st.query_params.to_dict())


def draw_keys(pages: Sequence[Page], page: Page, *, with_sidebar: bool) -> None:
    """Draw the buttons that only keys press: out of sight, and of no meaning to who reads the page aloud.

    They come after the page, so that no figure waits for them.

    Parameters
    ----------
    pages : sequence of Page
        All of them, in the order of the menu.
    page : Page
        The one that is drawn.
    with_sidebar : bool
        Whether the switch stands beside it.
    """
    if not are_on():
        return
    with st.container(key="keys"):
        if with_sidebar:
            for key, population in SWITCH.items():
                st.button(population, key=f"key {key}", shortcut=key, on_click=_choose, args=(str(population),))
            st.button(phrase("Downloads"), key="key downloads", shortcut=DOWNLOADS, on_click=_open_downloads)
        before, after = _neighbours([item for item in pages if item.visibility == "visible"], page)
        for words, key, target in ((phrase("Previous page"), PREVIOUS, before), (phrase("Next page"), NEXT, after)):
            if target is not None:
                st.button(words, key=f"key {key}", shortcut=key, on_click=_turn_to, args=(target.url_path,))


def note_figure(name: str) -> None:
    """Remember the figure that a page draws first, which is the one that it is about."""
    if session.remembered("main figure") is None:
        session.remember("main figure", name)


def _neighbours(menu: Sequence[Page], page: Page) -> tuple[Page | None, Page | None]:
    if page not in menu:
        return None, None
    place = menu.index(page)
    return menu[place - 1] if place else None, menu[place + 1] if place + 1 < len(menu) else None


def _choose(population: str) -> None:
    session.show("population", population)
    session.take_population()


def _open_downloads() -> None:
    """Open the list under the page's main figure, the one that is drawn first; close it where it is open."""
    name = session.remembered("main figure")
    if name is not None:
        session.show(f"downloads {name}", not session.shown(f"downloads {name}"))


def _turn_to(name: str) -> None:
    session.remember("page to turn to", name)
