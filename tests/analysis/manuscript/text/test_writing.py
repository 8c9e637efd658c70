"""Text follows the run: the same run the same bytes, another setting another text, every estimate from the results."""

from dataclasses import replace

import pytest

from analysis.cohort.missing import missing_by_arm
from analysis.cohort.reading import read_cohort
from analysis.manuscript.publication import Publication
from analysis.manuscript.text import captions, manuscript_text
from analysis.manuscript.text.facts import StudyFacts, study_facts
from analysis.manuscript.text.figures import study_figures
from analysis.manuscript.text.outline import METHODS, RESPONSE, RESULTS_AFTER, RESULTS_BEFORE, SURVIVAL
from analysis.manuscript.text.writing import VOICES, facts_text
from analysis.reporting.figure_files import figure_files
from analysis.reporting.figure_files import study_figures as drawn_figures
from analysis.reporting.findings import study_findings
from analysis.study import run
from analysis.study.ledger import ledger_of_run
from tests.analysis.reporting.conftest import reporting_study, reporting_table

LANGUAGES = ("en", "ko", "ja")


@pytest.fixture(scope="module")
def publication() -> Publication:
    cohort = read_cohort(reporting_table().to_csv(index=False).encode(), "cohort.csv")
    settings = reporting_study()
    result = run(cohort, settings)
    return Publication(
        result=result,
        findings=study_findings(result),
        ledger=ledger_of_run(result),
        missing=missing_by_arm(cohort, settings),
        cohort_file="cohort.csv",
    )


@pytest.fixture(scope="module")
def facts(publication: Publication) -> StudyFacts:
    return study_facts(publication)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_outline_is_known(language: str) -> None:
    voice = VOICES[language]
    keys = {
        key for part in (METHODS, RESULTS_BEFORE, RESULTS_AFTER) for _, texts in part for row in texts for key in row
    }
    assert keys | {"response_times_found", "agreement_found"} <= set(voice.sentences)
    assert set(SURVIVAL) <= set(voice.survival)
    assert set(RESPONSE) <= set(voice.response)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_run_gives_the_same_text(publication: Publication, language: str) -> None:
    assert manuscript_text(publication, language) == manuscript_text(publication, language)


CHANGES = (
    {"ratio": 2},
    {"replacement": True},
    {"order": "random"},
    {"caliper": 0.5},
    {"caliper_scale": "raw"},
    {"distance": "mahalanobis"},
    {"method": "optimal"},
    {"method": "full"},
    {"exact": ("prior",)},
)


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_another_design_is_another_text(facts: StudyFacts, language: str, change: dict[str, object]) -> None:
    design = replace(facts.design, matching=facts.design.matching.model_copy(update=change))
    voice = VOICES[language]
    assert facts_text(replace(facts, design=design), voice).methods != facts_text(facts, voice).methods


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_have_captions(publication: Publication, language: str) -> None:
    found = captions(publication, language)
    assert all(item.title and item.text and item.alt for item in found.values())
    assert list(found) == [figure.stem for figure in study_figures(publication)]


def test_captions_are_those_of_the_files(publication: Publication) -> None:
    files = figure_files(publication.result, ["svg"], publication.missing, publication.findings)
    assert {name.removesuffix(".svg") for name, _ in files} == set(captions(publication))


@pytest.mark.parametrize("name", ["sample", "hidden", "competing", "gbsg_iptw"])
def test_captions_follow_the_figures_of_every_kind_of_study(studies: dict[str, Publication], name: str) -> None:
    publication = studies[name]
    drawn = drawn_figures(publication.result, publication.missing, publication.findings)
    assert [stem for stem, _ in drawn] == list(captions(publication))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_are_numbered_in_order(publication: Publication, language: str) -> None:
    text = manuscript_text(publication, language)
    assert [item.number for item in text.references] == list(range(1, len(text.references) + 1))
    whole = "".join(paragraph for section in (*text.methods, *text.results) for paragraph in section.paragraphs)
    assert not any("\ue000" <= letter <= "\ue001" for letter in whole)
