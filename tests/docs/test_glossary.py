"""The glossary's Korean and Japanese words are those that a report in that language uses."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANUSCRIPT = ROOT / "analysis" / "manuscript"
COLUMN = {"korean": 2, "japanese": 3}


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in cells if row[0] != "term"]


def words_of(language: str) -> str:
    files = [*MANUSCRIPT.glob(f"*/{language}/*.py"), MANUSCRIPT / "tables" / "words" / f"{language}.py"]
    files += MANUSCRIPT.rglob("words.yaml")
    return re.sub(r"\s", "", "".join(file.read_text(encoding="utf-8") for file in files))


@pytest.mark.parametrize("language", COLUMN)
def test_words_are_those_of_the_reports(language: str) -> None:
    spoken = words_of(language)
    given = [word for row in rows() for word in row[COLUMN[language]].split(", ") if word]
    assert len(given) > 40
    assert [word for word in given if re.sub(r"\s", "", word) not in spoken] == []


def test_terms_stand_once_and_each_is_explained() -> None:
    terms = [row[0].casefold() for row in rows()]
    assert len(terms) == len(set(terms))
    assert [row for row in rows() if len(row) != 4 or not row[1]] == []
