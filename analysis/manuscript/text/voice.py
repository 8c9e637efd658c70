"""What a language brings: its headings, its sentences, its captions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType, ModuleType

from analysis.manuscript.text.facts.response import ResponseFacts
from analysis.manuscript.text.facts.study import StudyFacts
from analysis.manuscript.text.facts.survival import SurvivalFacts
from analysis.manuscript.text.figures import Figure
from analysis.manuscript.text.section import Caption

Sentence = Callable[[StudyFacts], str]
"""One or more sentences of a run; empty where there is nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One language.

    Attributes
    ----------
    code : str
        ``en``, ``ko`` or ``ja``.
    joiner : str
        What stands between sentences.
    headings : mapping of str to str
        By the keys of the outline.
    sentences : mapping of str to callable
        Those of the whole study, by the keys of the outline.
    survival, response : mapping of str to callable
        Those of one endpoint.
    caption : callable
        Of one figure.
    abbreviations : mapping of str to str
        What this language's texts, tables and figures abbreviate, with the meaning.
    """

    code: str
    joiner: str
    headings: Mapping[str, str]
    sentences: Mapping[str, Sentence]
    survival: Mapping[str, Callable[[StudyFacts, SurvivalFacts], str]]
    response: Mapping[str, Callable[[StudyFacts, ResponseFacts], str]]
    caption: Callable[[StudyFacts, Figure], Caption]
    abbreviations: Mapping[str, str]


def named(*modules: ModuleType) -> dict[str, Callable[..., str]]:
    """The functions that these modules define themselves and name without an underscore."""
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__ and not name.startswith("_")
    }
