"""What of a document is being made is told in the session's language, never by the name of a file."""

import re
from pathlib import Path

import pytest

from analysis.manuscript.publication import Publication
from analysis.manuscript.text import figures
from analysis.manuscript.text.figures import study_figures
from analysis.phrases import phrase
from tests.analysis.manuscript.tables.conftest import matched
from ui.language.choice import said_in
from ui.manuscript.made import progress_words
from ui.manuscript.parts import KINDS, figure_words, in_words

__all__ = ["matched"]


def test_every_kind_of_figure_has_words() -> None:
    source = Path(figures.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r'kind="(\w+)"', source)) == KINDS.keys()


def test_parts_of_a_run_are_told_in_words_and_what_is_no_figure_is_a_slide(matched: Publication) -> None:
    told: list[tuple[str, int, int]] = []
    tell = in_words(matched, lambda *now: told.append(now))
    drawn = study_figures(matched)
    for number, figure in enumerate(drawn):
        tell(figure.stem, number, len(drawn))
    tell("Lenvatinib was better", len(drawn), len(drawn))
    tell("", len(drawn), len(drawn))
    assert [part for part, _, _ in told] == [*(figure_words(figure, "matching") for figure in drawn), "slides", ""]
    assert [done for _, done, _ in told] == [*range(len(drawn)), len(drawn), len(drawn)]
    assert "survival curves, PFS, before matching" in [part for part, _, _ in told]
    assert not [part for part, _, _ in told if "_" in part]


@pytest.mark.parametrize(
    ("code", "expected", "ending"),
    [
        ("ko", "보고서, Word: 생존 곡선, PFS, 매칭 전(3개 중 1개)", "보고서, Word: 3개 중 3개"),
        ("ja", "報告書、Word：生存曲線、PFS、マッチング前（3件中1件）", "報告書、Word：3件中3件"),
    ],
)
def test_progress_is_said_in_the_language_of_the_page(code: str, expected: str, ending: str) -> None:
    figure = figures.Figure(stem="survival_pfs_before", kind="survival", population="before", endpoint="PFS")
    label = phrase("Report, Word")
    assert said_in(progress_words(label, figure_words(figure, "matching"), 1, 3), code) == expected
    assert said_in(progress_words(label, "", 3, 3), code) == ending
