"""The words of one language, and which abbreviations they use."""

import re
from collections.abc import Mapping
from typing import Final

from analysis.manuscript.tables.words import english, japanese, korean
from charts.number_style import number_style_in_force

LANGUAGES: Final[Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]] = {
    "en": (english.WORDS, english.ABBREVIATIONS),
    "ko": (korean.WORDS, korean.ABBREVIATIONS),
    "ja": (japanese.WORDS, japanese.ABBREVIATIONS),
}
"""Sentences by key, and abbreviations with their meanings, by language; keys and abbreviations are the same in all."""

OF_RESPONSE: Final = " response"
"""Ends the key of an abbreviation that means something else among responses: SD is stable disease there."""


class Words:
    """Sentences of one language, remembering the abbreviations they used.

    Abbreviations are looked for in the catalogue's own words before values are put in: an arm that is called ``SD`` is
    the user's label and no abbreviation of ours.

    Parameters
    ----------
    language : {"en", "ko", "ja"}
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._sentences, self._meanings = LANGUAGES[language]
        self._used: set[str] = set()

    def say(self, key: str, **values: object) -> str:
        """The sentence of this key with the values put in; ``p`` is written as the number style in force writes it.

        Raises
        ------
        KeyError
            There is no such sentence, or a value it needs is missing.
        """
        sentence = self._sentences[key]
        self._used |= abbreviations_in(sentence, self._meanings)
        return sentence.format(p=number_style_in_force().p_letter, **values)

    def known(self, prefix: str, word: str) -> str:
        """What the run calls ``word`` in this language; the word itself where the catalogue does not have it."""
        key = f"{prefix}.{word}"
        return self.say(key) if key in self._sentences else word

    def define(self, *abbreviations: str) -> None:
        """Remember abbreviations that stand in a table without a sentence of ours, such as ``CR``; unknown ones are left."""
        self._used |= set(abbreviations) & self._meanings.keys()

    def abbreviations(self) -> tuple[tuple[str, str], ...]:
        """Every abbreviation used so far with its meaning, and those that the meanings use, in alphabetical order."""
        used, reached = set(self._used), set[str]()
        while used - reached:
            reached |= (new := used - reached)
            for short in new:
                used |= abbreviations_in(self._meanings[short], self._meanings)
        ordered = sorted(used, key=lambda short: (short.lower(), short))
        return tuple((short.removesuffix(OF_RESPONSE), self._meanings[short]) for short in ordered)


def abbreviations_in(text: str, known: Mapping[str, str]) -> set[str]:
    """Which of the known abbreviations stand in a text as words of their own.

    Examples
    --------
    >>> sorted(abbreviations_in("mean (SD), 95% CI and mRECIST", {"SD": "", "CI": "", "RECIST": "", "mRECIST": ""}))
    ['CI', 'SD', 'mRECIST']
    """
    return {short for short in known if re.search(rf"(?<![A-Za-z]){re.escape(short)}(?![A-Za-z])", text)}
