"""The keyboard's way into a list that has just been opened: Streamlit leaves the focus on the button, and the list at the
end of the page, behind everything else.
"""

from functools import cache
from typing import Any

from streamlit.components import v2

_SCRIPT = """
const STOPS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

export default function (component) {
    const list = component.parentElement.closest('[role="dialog"]');
    if (!list) { return; }
    const stops = () => [...list.querySelectorAll(STOPS)].filter(
        (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility());
    const enter = (tries) => {
        const opener = document.activeElement;
        if (!opener || !opener.matches('[data-testid="stPopoverButton"]:focus-visible')) { return; }
        const first = stops()[0];
        if (first) { first.focus(); } else if (tries) { requestAnimationFrame(() => enter(tries - 1)); }
    };
    const goRound = (event) => {
        const all = stops();
        const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
        if (event.key === 'Tab' && document.activeElement === edge) { event.preventDefault(); other.focus(); }
    };
    enter(60);
    list.addEventListener('keydown', goRound);
    return () => list.removeEventListener('keydown', goRound);
}
"""


def draw_way_in(name: str) -> None:
    """Lead the keyboard into the open popover around this call, and round in it until Escape; a mouse stays where it is.

    Parameters
    ----------
    name : str
        Of the popover, for the component's key.
    """
    _component()(key=f"way into {name}")


@cache
def _component() -> Any:
    return v2.component("way_into_popover", js=_SCRIPT, isolate_styles=False)
