"""What fillers of checklists read of a run: its document with small counts hidden, its words, its tables."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from analysis.manuscript.checklists.words import say
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.contents import manuscript_tables
from analysis.reporting.results import results_document
from analysis.reporting.suppressed_results import suppress_results
from analysis.reporting.suppression import is_active
from analysis.settings import StudySettings
from analysis.study import StudyResult
from analysis.study.competing import has_competing


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """What a run says of one item.

    Attributes
    ----------
    text : str
    places : tuple of str
        Kinds of tables (``baseline``), ``figure`` for the flow diagram, or ``capsule``, besides the section itself.
    partial : bool
        Whether the author must add to it.
    """

    text: str
    places: tuple[str, ...] = ()
    partial: bool = False


NOT_APPLICABLE: Final = Fill(text="", places=("not applicable",))
"""The item asks for something that this study does not have."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunWords:
    """One run as fillers read it.

    Attributes
    ----------
    publication : Publication
    document : dict
        The results file, small counts hidden.
    hidden : bool
        Whether small counts are.
    tables : mapping of str to str
        Kind of a table to the name it goes by, such as ``Table 1``.
    """

    publication: Publication
    document: dict[str, Any]
    hidden: bool
    tables: Mapping[str, str]

    @property
    def has_plain_survival(self) -> bool:
        """Whether an endpoint has curves, tests and mean times: one with competing events has none of them."""
        patients = self.result.patients
        return any(not has_competing(patients, item.name) for item in self.settings.outcomes.survival)

    @property
    def language(self) -> str:
        """``en``, ``ko`` or ``ja``."""
        return self.publication.language

    @property
    def result(self) -> StudyResult:
        """The run itself."""
        return self.publication.result

    @property
    def settings(self) -> StudySettings:
        """The study as it was run."""
        return self.publication.result.settings

    @property
    def arms(self) -> dict[str, str]:
        """Both labels, for phrases."""
        return {"treated": self.settings.treatment.treated, "control": self.settings.treatment.control}

    def name(self, key: str) -> str:
        """A method, a model, a step in words."""
        return say(self.language, "names", key)

    def phrase(self, key: str, **values: object) -> str:
        """A sentence."""
        return say(self.language, "phrases", key, **values)

    def listed(self, items: Iterable[str]) -> str:
        """Items in a row; the word for none where there are none."""
        return ", ".join(items) or self.name("none")

    def places(self, section: str, kinds: tuple[str, ...]) -> str:
        """Where something is found: the section, then the tables that the run has."""
        found = [say(self.language, "sections", section)]
        for kind in kinds:
            if kind in ("figure", "capsule"):
                found.append(say(self.language, "places", kind))
            elif kind in self.tables:
                found.append(self.tables[kind])
        return "; ".join(found)

    @property
    def design(self) -> str:
        """The method of the design in words."""
        method = self.result.design.method if self.settings.weighting is not None else self.settings.matching.method
        is_weights = self.settings.weighting is not None and method == "matching"
        return self.name("matching weights" if is_weights else method)


def run_words(publication: Publication) -> RunWords:
    """Read a run for its checklists.

    Parameters
    ----------
    publication : Publication
        One run.

    Returns
    -------
    RunWords
    """
    below = publication.result.settings.exports.suppress_below
    document = results_document(publication.result, publication.findings, publication.ledger)
    return RunWords(
        publication=publication,
        document=suppress_results(document, below),
        hidden=is_active(below),
        tables=_tables(publication),
    )


def _tables(publication: Publication) -> dict[str, str]:
    """The first table of each kind by the number in its title."""
    found: dict[str, str] = {}
    for table in manuscript_tables(publication):
        numbered = re.match(r"\D*\d+", table.title)
        if numbered:
            found.setdefault(table.name.split("_", 2)[2], numbered.group())
    return found
