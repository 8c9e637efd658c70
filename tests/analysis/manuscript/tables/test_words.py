"""The catalogues say the same things in every language."""

import re
import string
from pathlib import Path

import pytest

import analysis.manuscript.tables as package
from analysis.design import matched_sets
from analysis.manuscript.tables.words import LANGUAGES, Words

ENGLISH = LANGUAGES["en"]


def values_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_every_language_has_every_sentence_with_the_same_values(language: str) -> None:
    sentences, meanings = LANGUAGES[language]
    assert sentences.keys() == ENGLISH[0].keys()
    assert meanings.keys() == ENGLISH[1].keys()
    different = [key for key in sentences if values_of(sentences[key]) != values_of(ENGLISH[0][key])]
    assert different == []


@pytest.mark.parametrize(("language", "letters"), [("ko", "[가-힣]"), ("ja", "[ぁ-んァ-ヶ一-龠]")])
def test_sentences_are_translated(language: str, letters: str) -> None:
    sentences, meanings = LANGUAGES[language]
    words = {
        key for key, text in ENGLISH[0].items() if len(re.findall(r"\b[a-z]{2,}\b", re.sub(r"\{[^}]*\}", "", text))) > 3
    }
    assert [key for key in words if not re.search(letters, sentences[key])] == []
    assert [short for short, text in meanings.items() if short != "mRECIST" and not re.search(letters, text)] == []


def test_every_reason_of_the_design_has_words() -> None:
    reasons = [value for name, value in vars(matched_sets).items() if name.isupper() and isinstance(value, str)]
    assert len(reasons) >= 9
    assert [reason for reason in reasons if f"reason.{reason}" not in ENGLISH[0]] == []


def test_no_sentence_is_left_that_nothing_says() -> None:
    folder = Path(next(iter(package.__path__)))
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    spoken = set(re.findall(r'"([a-z_]+(?:\.[A-Za-z_ -]+)+)"', code))
    starts = tuple(re.findall(r'f"([a-z_]+\.[a-z_.]*)\{', code))
    built = ("before.", "after.", "reason.", "test.", "baseline.title", "efficacy.title", "response.title", "events.title",
             "cox.title", "subgroups.title", "balance.title", "sensitivity.", "gate.")  # fmt: skip
    dotted = {key for key in ENGLISH[0] if "." in key}
    assert [key for key in sorted(dotted) if key not in spoken and not key.startswith((*starts, *built))] == []


def test_what_has_no_sentence_stays_as_the_run_calls_it() -> None:
    assert Words("ko").known("test", "Barnard") == "Barnard"


def test_abbreviations_are_those_of_our_words_and_not_of_labels() -> None:
    words = Words("en")
    assert "SD" in words.say("baseline.mean", column="CI of the ORR")
    assert [short for short, _ in words.abbreviations()] == ["SD"]


def test_a_meaning_that_uses_an_abbreviation_brings_it_along() -> None:
    words = Words("en")
    words.define("mRECIST")
    assert [short for short, _ in words.abbreviations()] == ["mRECIST", "RECIST"]
