"""What is written: sections with their paragraphs, captions, and the sources that a text names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSection:
    """A heading and the paragraphs below it, plain text without markup."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source that a text names.

    Attributes
    ----------
    number : int
        From 1, in the order in which the text names them.
    text : str
        Authors, title, journal, year, pages.
    doi : str
        Empty where there is none.
    """

    number: int
    text: str
    doi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What stands below a figure.

    Attributes
    ----------
    title : str
        What is shown, of whom.
    text : str
        Population, method, numbers, marks and abbreviations.
    alt : str
        What someone who cannot see the figure should know of it.
    """

    title: str
    text: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManuscriptText:
    """Methods and results of one run in one language, and the sources that they name, numbered through both."""

    methods: tuple[TextSection, ...]
    results: tuple[TextSection, ...]
    references: tuple[Citation, ...]
