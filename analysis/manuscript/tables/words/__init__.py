"""Titles, heads, row names and footnotes of the tables in each language; labels of the user's data are not among them."""

from analysis.manuscript.tables.words.catalogue import LANGUAGES, Words

__all__ = ["LANGUAGES", "Words"]
