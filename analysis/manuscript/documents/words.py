"""Words of documents in each language, from data."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

LANGUAGES = ("en", "ko", "ja")


@cache
def _words() -> Any:
    return YAML(typ="safe", pure=True).load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))


def say(language: str, group: str, key: str, **values: object) -> str:
    """A phrase in a language, with what belongs in it; braces in labels stay as they are.

    Parameters
    ----------
    language : {"en", "ko", "ja"}
    group, key : str
        Of the phrase.
    **values
        What stands in its places.

    Examples
    --------
    >>> say("en", "label", "figure", number=1)
    'Figure 1. '
    """
    phrase: str = _words()[group][key][language]
    return phrase.format(**values) if values else phrase
