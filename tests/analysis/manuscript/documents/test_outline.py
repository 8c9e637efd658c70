"""What stands in a report: everything once, in the order of a paper, in the language of the study."""

import itertools

import pytest

from analysis.manuscript.checklists import checklists
from analysis.manuscript.documents.figures import draw_figures, paper_figures, supplementary_figures
from analysis.manuscript.documents.outline import (
    FactList,
    FigurePart,
    Heading,
    Part,
    TablePart,
    Title,
    report_parts,
)
from analysis.manuscript.documents.words import LANGUAGES, _words
from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.contents import manuscript_tables
from analysis.plan import plan_digest
from tests.analysis.manuscript.tables.conftest import MARKUP, hiding, in_language

Parts = tuple[Part, ...]


def figures(parts: Parts) -> list[FigurePart]:
    return [part for part in parts if isinstance(part, FigurePart)]


@pytest.mark.parametrize("name", ["weighted", "imputed"])
def test_every_figure_and_table_of_the_run_stands_in_the_report_once(name: str, request: pytest.FixtureRequest) -> None:
    publication: Publication = request.getfixturevalue(name)
    parts = report_parts(publication)
    named = [part.name for part in figures(parts)]
    assert sorted(named) == sorted(draw_figures(publication))
    assert len(set(named)) == len(named)
    tables = [part.table.name for part in parts if isinstance(part, TablePart)]
    expected = [table.name for table in manuscript_tables(publication)]
    assert tables == [*expected, *(f"checklist_{found.name}" for found in checklists(publication))]


def test_the_paper_has_the_main_figures_and_the_supplement_the_others(matched: Publication) -> None:
    assert paper_figures(matched) == (
        *("flow_of_patients", "balance_before_and_after", "survival_PFS_after", "survival_OS_after"),
        *("response_after", "endpoints_before_and_after"),
    )
    labels = [part.label for part in figures(report_parts(matched))]
    others = len(supplementary_figures(matched))
    assert labels == [
        *(f"Figure {number}. " for number in range(1, 7)),
        *(f"Figure S{number}. " for number in range(1, others + 1)),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_nest_and_every_figure_is_told_in_words(matched: Publication, language: str) -> None:
    parts = report_parts(in_language(matched, language))
    assert isinstance(parts[0], Title)
    levels = [part.level for part in parts if isinstance(part, Heading)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    names = [part.name for part in parts if isinstance(part, Heading) and part.level == 1]
    assert names == [
        *("methods", "results", "figures", "tables", "supplementary_tables", "supplementary_figures"),
        *("checklists", "references", "reproducibility"),
    ]
    for part in figures(parts):
        assert part.alt.strip()
        assert part.title.strip()
    assert {part.table.language for part in parts if isinstance(part, TablePart)} == {language}


def test_digests_and_the_plan_stand_at_the_end(matched: Publication) -> None:
    facts = report_parts(matched)[-1]
    assert isinstance(facts, FactList)
    told = dict(facts.facts)
    assert told["Cohort file, SHA-256"] == matched.result.cohort_sha256
    assert told["Specification, SHA-256"] == plan_digest(matched.result.settings)
    assert told["Cohort file"] == "cohort.csv"


def test_the_title_tells_who_was_compared_and_what_was_examined(matched: Publication, imputed: Publication) -> None:
    title = report_parts(matched)[0]
    assert isinstance(title, Title)
    assert title.text == matched.result.settings.title
    assert title.line == "LEN v SOR · after matching 25 and 25 of 56 and 67 patients"
    assert title.examined.startswith("No plan was locked. Run from a study file")
    untitled = report_parts(imputed)[0]
    assert isinstance(untitled, Title)
    assert MARKUP in untitled.text


def test_a_report_with_hidden_counts_has_no_figure_that_prints_one(matched: Publication) -> None:
    hidden = hiding(matched, 10)
    named = {part.name for part in figures(report_parts(hidden))}
    assert named == set(draw_figures(hidden))
    assert not {"flow_of_patients", "response_after", "swimmer_mRECIST_after"} & named
    title = report_parts(hidden)[0]
    assert isinstance(title, Title)
    assert title.line == "LEN v SOR · counts of fewer than 10 patients are hidden"


def test_every_phrase_is_there_in_every_language_with_the_same_places() -> None:
    for group in _words().values():
        for key, phrases in group.items():
            assert set(phrases) == set(LANGUAGES), key
            places = {frozenset(part.split("}")[0] for part in text.split("{")[1:]) for text in phrases.values()}
            assert len(places) == 1, key
