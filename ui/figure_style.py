"""For which journal figures are printed: the choices, what one looks like, and what the journal would send back."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.phrases import phrase
from analysis.settings import ManuscriptSettings
from charts.journal import JOURNALS, manuscript_style
from charts.lint import lint_figure
from charts.number_style import NUMBER_STYLES
from charts.palette import PALETTES
from charts.proof import VISIONS, proof
from ui import screen as st
from ui import session
from ui.language import said
from ui.language.letters import letter_by_letter
from ui.style_titles import title_in_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_OWN = ""
_WIDE = 225
"""Pixels of a choice: two stand side by side in a menu."""
_COLUMNS = {_OWN: phrase("Own width"), "single": phrase("One column"), "double": phrase("Two columns")}
_VISION_WORDS = {
    "normal": phrase("As printed"),
    "grey": phrase("In grey"),
    "protanopia": phrase("Without red cones"),
    "deuteranopia": phrase("Without green cones"),
    "tritanopia": phrase("Without blue cones"),
}
_WEIGHT_ICON = {"sent back": ":material/undo:", "look at it": ":material/visibility:"}


def asked_style() -> ManuscriptSettings:
    """What the study asks of its figures; the house's look where a study file names what is not known."""
    asked = session.workspace().form.manuscript
    known = {
        "journal": asked.journal in JOURNALS,
        "palette": asked.palette is None or asked.palette in PALETTES,
        "number_style": asked.number_style is None or asked.number_style in NUMBER_STYLES,
    }
    plain: dict[str, Any] = {"journal": "house", "palette": None, "number_style": None}
    return asked.model_copy(update={name: plain[name] for name, is_known in known.items() if not is_known})


def draw_style_choices(place: str) -> None:
    """Journal, column, resolution, colours and numbers, as the study file keeps them; `place` tells widgets apart."""
    asked = asked_style()
    journal = JOURNALS[asked.journal]
    own_colours = phrase("The journal's: {title}", title=title_in_words(PALETTES[journal.palette].title))
    own_numbers = phrase("The journal's: {title}", title=title_in_words(NUMBER_STYLES[journal.number_style].title))
    with st.container(horizontal=True):
        _choice(
            place,
            "journal",
            phrase("Journal"),
            list(JOURNALS),
            asked.journal,
            lambda name: title_in_words(JOURNALS[name].title),
        )
        _choice(
            place,
            "column",
            phrase("Width"),
            list(_COLUMNS),
            asked.column or _OWN,
            lambda name: _width_words(name, asked),
        )
        _choice(
            place, "resolution", phrase("PNG and TIFF"), [300, 600, 1000], asked.resolution, lambda dpi: f"{dpi} dpi"
        )
        _choice(
            place,
            "palette",
            phrase("Colours"),
            [_OWN, *PALETTES],
            asked.palette or _OWN,
            lambda name: title_in_words(PALETTES[name].title) if name else own_colours,
        )
        _choice(
            place,
            "number_style",
            phrase("Numbers"),
            [_OWN, *NUMBER_STYLES],
            asked.number_style or _OWN,
            lambda name: title_in_words(NUMBER_STYLES[name].title) if name else own_numbers,
        )
    if journal.doubt:
        st.caption(f":material/help: {said(journal.doubt)}")


def _width_words(column: str, asked: ManuscriptSettings) -> str:
    if not column and asked.journal == "house":
        return _COLUMNS[_OWN]
    millimetres = JOURNALS[asked.journal].width(column or None)
    return phrase("{column}, {width:g} mm", column=_COLUMNS[column or "double"], width=millimetres)


def _choice(place: str, name: str, label: str, options: list[Any], value: Any, words: Callable[[Any], str]) -> None:
    key = f"{name} of figures {place}"
    session.show(key, value)
    st.selectbox(label, options, key=key, format_func=words, on_change=_take, args=(name, key), width=_WIDE)


def _take(name: str, key: str) -> None:
    desk = session.workspace()
    value = session.shown(key)
    chosen = None if value == _OWN else value
    changed = ManuscriptSettings.model_validate({**desk.form.manuscript.model_dump(), name: chosen})
    desk.change(replace(desk.form, manuscript=changed))


def draw_preview(publication: Callable[[], "Figure"], place: str) -> None:
    """The figure as it will be printed and as others see it, with what the journal would send back."""
    asked = asked_style()
    vision = st.segmented_control(
        phrase("Look at it"), VISIONS, default=VISIONS[0], key=f"vision {place}", format_func=_VISION_WORDS.__getitem__
    )
    with manuscript_style(asked) as journal:
        figure = publication()
    st.image(proof(figure, vision or VISIONS[0]), width="stretch")
    found = lint_figure(figure, journal=journal, file_format="tiff", dpi=asked.resolution)
    for finding in found:
        st.caption(f"{_WEIGHT_ICON[finding.weight]} {letter_by_letter(said(finding.text))}")
    if not found:
        st.caption(phrase(":material/check: Nothing found that a journal would send back."))
