"""What language the page says it is in: a screen reader speaks it with that language's voice (WCAG 2, 3.1.1).

Streamlit's page says ``en``. A component without markup, drawn in Korean and Japanese only, says otherwise, and takes it
back when it is gone.
"""

from functools import cache
from typing import Any

from streamlit.components import v2

_SCRIPT = """
export default function (component) {
    document.documentElement.lang = component.data.language;
    return () => { document.documentElement.lang = "en"; };
}
"""


def draw_document_language(code: str) -> None:
    """Make the page say that it is in this language; English is what it says by itself."""
    if code != "en":
        _component()(key="document language", data={"language": code}, width="content")


@cache
def _component() -> Any:
    return v2.component("document_language", js=_SCRIPT)
