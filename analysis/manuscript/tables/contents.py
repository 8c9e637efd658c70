"""The tables of a manuscript in the order of the paper, numbered."""

from collections.abc import Iterator
from dataclasses import replace

from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.baseline import baseline_table
from analysis.manuscript.tables.diagnostics import balance_tables, gate_tables, selection_tables
from analysis.manuscript.tables.efficacy import efficacy_table
from analysis.manuscript.tables.models import cox_tables, subgroup_tables
from analysis.manuscript.tables.response import response_tables
from analysis.manuscript.tables.robustness import sensitivity_tables, specification_tables
from analysis.manuscript.tables.safety import adverse_event_tables
from analysis.manuscript.tables.source import TableSource, table_source
from analysis.manuscript.tables.table import ManuscriptTable
from analysis.manuscript.tables.words import Words


def manuscript_tables(publication: Publication) -> tuple[ManuscriptTable, ...]:
    """Every table that a run has something for.

    Parameters
    ----------
    publication : Publication
        Language, number style and the limit of small counts are those of its study and of the style in force.

    Returns
    -------
    tuple of ManuscriptTable
        Those of the paper first: baseline, efficacy, response, adverse events (``Table 1.`` and on); then the
        supplement: selection, diagnostics, balance, Cox, subgroups, sensitivity, specifications (``Table S1.`` and on).
        Names are for files, such as ``table_1_baseline`` and ``table_s4_cox``.
    """
    source, words = table_source(publication), Words(publication.language)
    return (
        *(_numbered(table, words, "table", "", place) for place, table in enumerate(_paper(source), start=1)),
        *(
            _numbered(table, words, "supplementary", "s", place)
            for place, table in enumerate(_supplement(source), start=1)
        ),
    )


def _paper(source: TableSource) -> Iterator[ManuscriptTable]:
    yield baseline_table(source)
    if source.document["survival"] or source.document["response"]:
        yield efficacy_table(source)
    yield from response_tables(source)
    yield from adverse_event_tables(source)


def _supplement(source: TableSource) -> Iterator[ManuscriptTable]:
    yield from selection_tables(source)
    yield from gate_tables(source)
    yield from balance_tables(source)
    yield from cox_tables(source)
    yield from subgroup_tables(source)
    yield from sensitivity_tables(source)
    yield from specification_tables(source)


def _numbered(table: ManuscriptTable, words: Words, key: str, letter: str, number: int) -> ManuscriptTable:
    title = words.say(key, number=number, title=table.title)
    return replace(table, name=f"table_{letter}{number}_{table.name}", title=title)
