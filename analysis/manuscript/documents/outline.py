"""What a report holds and in which order, as parts that a renderer only has to set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from analysis.manuscript.checklists import checklist_table, checklists
from analysis.manuscript.documents.examined import study_line, what_was_examined
from analysis.manuscript.documents.figures import paper_figures, supplementary_figures
from analysis.manuscript.documents.words import say
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.contents import manuscript_tables
from analysis.manuscript.tables.table import ManuscriptTable
from analysis.manuscript.text import Caption, Citation, TextSection, captions, manuscript_text
from analysis.plan import plan_digest
from analysis.reporting.software import software_versions
from analysis.reporting.suppression import is_active
from charts.lettering import clean_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What the report is about.

    Attributes
    ----------
    text : str
    line : str
        Which groups were compared and how many patients.
    examined : str
        What was examined before, and when outcomes came in sight.
    kind : str
        What the document is.
    """

    text: str
    line: str
    examined: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; ``name`` is for links, ``level`` 1 for a part of the paper and 2 for a section of it."""

    name: str
    text: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraphs:
    """Plain text."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePart:
    """A figure: the stem of its file, its label such as ``Figure 1.``, its title, its caption and what it shows."""

    name: str
    label: str
    title: str
    caption: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePart:
    """A table of the manuscript, of its supplement, or of a reporting guideline."""

    table: ManuscriptTable


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The sources in the order of their numbers."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactList:
    """Short facts by name."""

    facts: tuple[tuple[str, str], ...]


Part = Title | Heading | Paragraphs | FigurePart | TablePart | References | FactList


def report_parts(publication: Publication) -> tuple[Part, ...]:
    """A report from its title to its digests.

    Parameters
    ----------
    publication : Publication
        Numbers follow the number style in force.

    Returns
    -------
    tuple of Part
        Every figure and every table of the run once.
    """
    return tuple(_parts(publication))


def _parts(publication: Publication) -> Iterator[Part]:
    language = publication.language
    text, told = manuscript_text(publication), captions(publication)
    tables = manuscript_tables(publication)
    supplement = [table for table in tables if table.name.startswith("table_s")]
    yield report_title(publication)
    yield from _sections("methods", text.methods, language)
    yield from _sections("results", text.results, language)
    yield from _figures("figures", "figure", paper_figures(publication), told, language)
    yield from _tables("tables", [table for table in tables if table not in supplement], language)
    yield from _tables("supplementary tables", supplement, language)
    others = supplementary_figures(publication)
    yield from _figures("supplementary figures", "supplementary figure", others, told, language)
    # A checklist is set in the language of its study, whatever the table it becomes was made for.
    found = [replace(checklist_table(item), language=item.language) for item in checklists(publication)]
    yield from _tables("checklists", found, language)
    if text.references:
        yield _heading("references", language)
        yield References(citations=text.references)
    yield _heading("reproducibility", language)
    yield Paragraphs(texts=_how_to_repeat(publication))
    yield FactList(facts=tuple(_facts(publication)))


def report_title(publication: Publication) -> Title:
    """The study's own title, or what was compared and how."""
    result, language = publication.result, publication.language
    arms = {
        "treated": clean_label(result.patients.treated_label),
        "control": clean_label(result.patients.control_label),
    }
    own = clean_label(result.settings.title or "")
    return Title(
        text=own or say(language, "title", result.design.kind, **arms),
        line=study_line(publication),
        examined=what_was_examined(publication),
        kind=say(language, "title", "document"),
    )


def _heading(key: str, language: str) -> Heading:
    return Heading(name=key.replace(" ", "_"), text=say(language, "heading", key), level=1)


def _sections(key: str, sections: tuple[TextSection, ...], language: str) -> Iterator[Part]:
    if not sections:
        return
    yield _heading(key, language)
    for place, section in enumerate(sections, start=1):
        yield Heading(name=f"{key}_{place}", text=section.heading, level=2)
        yield Paragraphs(texts=section.paragraphs)


def _figures(
    key: str, label: str, stems: tuple[str, ...], told: Mapping[str, Caption], language: str
) -> Iterator[Part]:
    if not stems:
        return
    yield _heading(key, language)
    for number, stem in enumerate(stems, start=1):
        caption = told[stem]
        yield FigurePart(
            name=stem,
            label=say(language, "label", label, number=number),
            title=caption.title,
            caption=caption.text,
            alt=caption.alt,
        )


def _tables(key: str, tables: list[ManuscriptTable], language: str) -> Iterator[Part]:
    if not tables:
        return
    yield _heading(key, language)
    for table in tables:
        yield TablePart(table=table)


def _how_to_repeat(publication: Publication) -> tuple[str, ...]:
    below, language = publication.result.settings.exports.suppress_below, publication.language
    told = say(language, "reproducibility", "paragraph")
    return (told, say(language, "reproducibility", "hidden", below=below)) if is_active(below) else (told,)


def _facts(publication: Publication) -> Iterator[tuple[str, str]]:
    result, language = publication.result, publication.language
    if publication.cohort_file is not None:
        yield say(language, "fact", "cohort"), clean_label(publication.cohort_file)
    yield say(language, "fact", "cohort digest"), result.cohort_sha256
    if result.patients.scans is not None:
        yield say(language, "fact", "scans digest"), result.patients.scans.sha256
    yield say(language, "fact", "specification"), plan_digest(result.settings)
    if publication.ledger.lock is not None:
        yield say(language, "fact", "plan"), publication.ledger.lock.digest
    versions = software_versions()
    names = {"version": "Matched Cohort Explorer", "python": "Python"}
    yield (
        say(language, "fact", "software"),
        "; ".join(f"{names.get(name, name)} {version}" for name, version in versions.items()),
    )
