"""What choices for journals are called on screen."""

from analysis.phrases import Phrase
from charts.journal import JOURNALS
from charts.number_style import NUMBER_STYLES
from charts.palette import PALETTES
from ui.style_titles import TITLES, title_in_words


def test_every_title_in_words_is_one_that_is_offered() -> None:
    offered = {item.title for items in (JOURNALS, NUMBER_STYLES, PALETTES) for item in items.values()}
    assert set(TITLES) <= offered


def test_every_palette_can_be_said_in_another_language() -> None:
    assert all(isinstance(title_in_words(item.title), Phrase) for item in PALETTES.values())
