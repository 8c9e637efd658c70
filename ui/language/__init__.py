"""The language of the screen: English, Korean or Japanese, whatever the language of the manuscript."""

from ui.language.choice import LANGUAGES, as_html, draw_language, in_words, language, said

__all__ = ["LANGUAGES", "as_html", "draw_language", "in_words", "language", "said"]
