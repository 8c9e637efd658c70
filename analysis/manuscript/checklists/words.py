"""Words of checklists in each language, from data."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "ko", "ja")


@cache
def read_data(name: str) -> Any:
    """A data file of this folder, read once."""
    return YAML(typ="safe", pure=True).load((FOLDER / name).read_text(encoding="utf-8"))


def say(language: str, group: str, key: str, **values: object) -> str:
    """A phrase in a language, with what belongs in it; braces in labels stay as they are.

    Parameters
    ----------
    language : {"en", "ko", "ja"}
    group : {"frame", "sections", "places", "names", "phrases"}
    key : str
        Of the phrase.
    **values
        What stands in its places.

    Examples
    --------
    >>> say("en", "phrases", "eligibility", rules="age ≥ 18")
    'Eligible: age ≥ 18.'
    """
    phrase: str = read_data("words.yaml")[group][key][language]
    return phrase.format(**values) if values else phrase
