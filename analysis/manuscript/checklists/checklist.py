"""Reporting guidelines as lists of items, each filled from the run, left to the author, or not applicable."""

from dataclasses import dataclass
from typing import Any, Literal

from analysis.manuscript.checklists.fillers import FILLERS
from analysis.manuscript.checklists.run_words import NOT_APPLICABLE, RunWords, run_words
from analysis.manuscript.checklists.words import read_data, say
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.table import Column, Footnote, ManuscriptTable, Row

Status = Literal["filled", "author to add", "not applicable"]

GUIDELINES = ("strobe", "record_pe", "yao")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One item.

    Attributes
    ----------
    number : str
        As in the guideline.
    section : str
        Part of the paper, in the study's language.
    requirement : str
        What is to be reported, in our own short words.
    status : {"filled", "author to add", "not applicable"}
        An item that the run tells in part is left to the author, with the part it tells in ``text``.
    where : str
        Where it is found; empty where it is not.
    text : str
        What the run says; never empty where the item is filled.
    """

    number: str
    section: str
    requirement: str
    status: Status
    where: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """A guideline with its items in order.

    Attributes
    ----------
    name : {"strobe", "record_pe", "yao"}
    title, source : str
    items : tuple of ChecklistItem
    note : str
        What a reader should know of the list; may be empty.
    language : str
    """

    name: str
    title: str
    source: str
    items: tuple[ChecklistItem, ...]
    note: str
    language: str


def checklists(publication: Publication) -> tuple[Checklist, ...]:
    """Every reporting guideline, filled from a run in the language of its study.

    Parameters
    ----------
    publication : Publication
        One run.

    Returns
    -------
    tuple of Checklist
        STROBE for cohort studies, what RECORD and RECORD-PE add to it, and the items of Yao et al. on propensity scores.
        An item is filled only where the run has words for it; where small counts are hidden, it has none for those.

    Notes
    -----
    von Elm 2007, doi:10.1016/S0140-6736(07)61602-X; Langan 2018, doi:10.1136/bmj.k3532; Yao 2017,
    doi:10.1093/jnci/djw323.
    """
    run = run_words(publication)
    return tuple(_checklist(read_data(f"guidelines/{name}.yaml"), run) for name in GUIDELINES)


def _checklist(data: dict[str, Any], run: RunWords) -> Checklist:
    language = run.language
    return Checklist(
        name=data["name"],
        title=data["title"][language],
        source=data["source"],
        items=tuple(_item(item, run) for item in data["items"]),
        note=data.get("note", {}).get(language, ""),
        language=language,
    )


def _item(item: dict[str, Any], run: RunWords) -> ChecklistItem:
    name = item.get("fill")
    found = None if name is None else FILLERS[name](run)
    status: Status = "author to add"
    where = text = ""
    if found is NOT_APPLICABLE:
        status = "not applicable"
    elif found is not None and found.text:
        status = "author to add" if found.partial else "filled"
        where, text = run.places(item["section"], found.places), found.text
    return ChecklistItem(
        number=str(item["number"]),
        section=say(run.language, "sections", item["section"]),
        requirement=item[run.language],
        status=status,
        where=where,
        text=text,
    )


def checklist_table(checklist: Checklist) -> ManuscriptTable:
    """A checklist as a table that every renderer writes.

    Parameters
    ----------
    checklist : Checklist

    Returns
    -------
    ManuscriptTable
        Columns item, what to report, status, where and the run's words; a heading for each part of the paper.
    """
    language = checklist.language
    heads = ("number", "requirement", "status", "where", "text")
    rows: list[Row] = []
    for place, item in enumerate(checklist.items):
        if place == 0 or checklist.items[place - 1].section != item.section:
            rows.append(Row(cells=(item.section, *[""] * (len(heads) - 1)), heading=True))
        status = say(language, "frame", item.status)
        rows.append(Row(cells=(item.number, item.requirement, status, item.where, item.text), level=1))
    notes = [say(language, "frame", "note"), checklist.note, say(language, "frame", "source", source=checklist.source)]
    return ManuscriptTable(
        name=f"checklist_{checklist.name}",
        title=checklist.title,
        columns=tuple(Column(head=say(language, "frame", head), align="left") for head in heads),
        rows=tuple(rows),
        footnotes=tuple(Footnote(text=text) for text in notes if text),
    )
