"""Help on every page: the guide once more, and what each key does."""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.guide.keys import MEANINGS, are_on
from ui.guide.steps import show_guide
from ui.language import as_html


def draw_help() -> None:
    """Draw the button that opens help; what is inside is sent when somebody looks."""
    place = st.popover(phrase("Help"), icon=":material/help:", type="tertiary", key="help", on_change="rerun")
    if not place.open:
        return
    with place:
        st.button(phrase("Show the guide again"), icon=":material/signpost:", key="guide again", on_click=_show_guide)
        st.markdown(phrase("### Keyboard shortcuts"))
        rows = "".join(f"<dt><kbd>{key}</kbd></dt><dd>{as_html(meaning)}</dd>" for key, meaning in MEANINGS)
        st.html(f'<dl class="mce-keys">{rows}</dl>')
        session.show("keys heard", are_on())
        st.toggle(
            phrase("Keys are heard"),
            key="keys heard",
            on_change=_take_keys,
            help=phrase("Switch them off where single letters are in the way, such as when you speak to the computer."),
        )
        st.caption(
            phrase(
                "Nothing is heard while you write in a field, or while the caliper has the focus: click beside it first."
            )
        )


def _show_guide() -> None:
    show_guide()
    session.show("help", False)


def _take_keys() -> None:
    session.remember("keys are on", bool(session.shown("keys heard")))
