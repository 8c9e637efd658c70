"""Methods, results and captions in words, in each language."""

from analysis.manuscript.text.section import Caption, Citation, ManuscriptText, TextSection
from analysis.manuscript.text.writing import (
    abbreviations,
    captions,
    manuscript_text,
    methods_text,
    references,
    results_text,
)

__all__ = [
    "Caption",
    "Citation",
    "ManuscriptText",
    "TextSection",
    "abbreviations",
    "captions",
    "manuscript_text",
    "methods_text",
    "references",
    "results_text",
]
