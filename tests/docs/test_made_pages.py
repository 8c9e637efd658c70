"""Pages and drawings that follow from the source are those that the source gives now."""

import re
from pathlib import Path

import pytest

from docs.making.errors import FAMILIES, errors_page
from docs.making.floors import DRAWING, PAGES, floors, floors_drawing, imports_between
from docs.making.reference import reference_pages
from docs.making.sentences import error_sentences

ROOT = Path(__file__).resolve().parents[2]
MEND = "is not what the source gives now: run `make pages`"


def test_the_page_of_errors_is_current() -> None:
    for path, text in errors_page().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} {MEND}"


def test_the_reference_is_current() -> None:
    pages = reference_pages()
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} {MEND}"
    assert set((ROOT / "docs" / "api").glob("*.md")) == set(pages)


def test_the_drawing_of_the_floors_is_current() -> None:
    assert DRAWING.read_text(encoding="utf-8") == floors_drawing()[DRAWING], f"{DRAWING.name} {MEND}"


def test_the_drawing_tells_of_real_imports_and_of_none_upwards() -> None:
    listed = floors()
    level = {floor.name: floor.level for floor in listed}
    found = imports_between(listed)
    assert {(PAGES, "ui"), ("ui", "charts"), ("analysis.study", "analysis.design")} <= set(found)
    assert ("analysis.design", "analysis.outcomes") not in found
    assert [ends for ends in found if level[ends[0]] >= level[ends[1]]] == []


def test_sentences_of_errors_are_found_where_they_are_raised_and_where_lists_gather_them() -> None:
    assert "Entropy balancing needs a covariate that differs between patients; none does." in error_sentences(
        "analysis.design.entropy"
    )
    assert (
        "treatment.treated and treatment.control must be two different labels; both are the same."
        in error_sentences("analysis.contradictions")
    )
    assert any("… folds need at least … patients" in text for text in error_sentences("analysis.design.folds"))


def test_every_sentence_that_is_raised_in_words_is_on_the_page() -> None:
    """A plain search finds no sentence that the page lacks."""
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8").replace("\\", "")
    raised = re.compile(r'(?:SettingsError|EstimationError|CohortInputError)\(\s*phrase\(\s*"([^"{\n]{30,}\.)"\s*\)')
    found = [text for file in (ROOT / "analysis").rglob("*.py") for text in raised.findall(file.read_text("utf-8"))]
    assert len(found) > 20
    assert [text for text in found if text not in page] == []


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.title)
def test_every_family_has_sentences_and_says_what_to_do(family: object) -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    part = page.split(f"## {family.title}\n")[1].split("\n## ")[0]  # type: ignore[attr-defined]
    assert "**What to do.** " in part
    assert "\n- " in part
