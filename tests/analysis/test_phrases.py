"""Sentences that remember how they were made."""

import copy
import json
import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.phrases import (
    Phrase,
    as_said,
    capitalised,
    join_phrases,
    phrase,
    respaced,
    said_by,
    uncapitalised,
    without_stop,
)

TOLD = {
    "{n:,} patients have no {what}.": "{what} 없음: {n:,}명.",
    "age": "나이",
    "nobody": "0명",
    "Sizes without a sign.": "부호 없는 크기.",
}


def korean(template: str, context: str | None, values: Mapping[str, Any]) -> str:
    told = TOLD.get(template, template)
    return told.format_map(values) if values else told


def said(text: str) -> str:
    with said_by(korean):
        return as_said(text)


def test_a_phrase_is_its_english_text() -> None:
    found = phrase("{n:,} patients have no {what}.", n=1200, what="age")
    assert found == "1,200 patients have no age."
    assert hash(found) == hash("1,200 patients have no age.")
    assert json.dumps({found: found}) == '{"1,200 patients have no age.": "1,200 patients have no age."}'
    assert AnalysisError(found).problems[0] is found


def test_a_reader_says_the_template_and_the_phrases_among_its_values_and_no_other_text() -> None:
    assert said(phrase("{n:,} patients have no {what}.", n=1200, what=phrase("age"))) == "나이 없음: 1,200명."
    assert said(phrase("{n:,} patients have no {what}.", n=1200, what="age")) == "age 없음: 1,200명."
    assert said("age") == "age"


def test_outside_a_reader_every_text_is_as_it_is() -> None:
    found = phrase("age")
    assert as_said(found) is found


def test_parts_that_are_joined_or_added_keep_what_they_are() -> None:
    joined = join_phrases((phrase("age"), "sex", phrase("nobody")), ", ")
    assert (joined, said(joined)) == ("age, sex, nobody", "나이, sex, 0명")
    assert said("! " + phrase("age") + ".") == "! 나이."
    assert join_phrases(()) == ""


def test_parts_are_separated_as_their_language_separates_them() -> None:
    def japanese(template: str, context: str | None, values: Mapping[str, Any]) -> str:
        return {", ": "、", "Both arms.": "両群。", "All patients.": "全患者。"}.get(template, template)

    with said_by(japanese):
        assert as_said(join_phrases(["age", "sex"], ", ")) == "age、sex"
        assert as_said(join_phrases([phrase("Both arms."), phrase("All patients.")])) == "両群。全患者。"
        assert as_said(join_phrases([phrase("Both arms."), "LEN", "SOR"])) == "両群。LEN SOR"
    assert join_phrases(["age", "sex"], ", ") == "age, sex"


def test_the_first_letter_and_the_full_stop_are_english_matters() -> None:
    assert (capitalised(phrase("nobody")), said(capitalised(phrase("nobody")))) == ("Nobody", "0명")
    assert (uncapitalised("Age"), said(phrase("age").capitalize())) == ("age", "나이")
    sentence = without_stop(phrase("Sizes without a sign."))
    assert (sentence, said(sentence)) == ("Sizes without a sign", "부호 없는 크기")


def test_blanks_are_changed_in_every_language() -> None:
    text = respaced(phrase("{n:,} patients have no {what}.", n=2, what="heart rate"), " ", "_")
    assert (text, said(text)) == ("2_patients_have_no_heart_rate.", "heart_rate_없음:_2명.")
    assert respaced("a b", " ", "_") == "a_b"


def test_braces_mean_something_only_where_there_are_values() -> None:
    assert phrase("{not a field}") == "{not a field}"
    assert said(phrase("{not a field}")) == "{not a field}"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda text: pickle.loads(pickle.dumps(text))])
@pytest.mark.parametrize(
    "text",
    [
        phrase("{n:,} patients have no {what}.", n=2, what=phrase("age")),
        join_phrases((phrase("age"), phrase("nobody")), "; "),
        capitalised(phrase("nobody")),
        without_stop(phrase("Sizes without a sign.")),
        respaced(phrase("Sizes without a sign."), " ", "_"),
    ],
)
def test_copies_know_as_much(text: Phrase, copied: Any) -> None:
    assert copied(text) == text
    assert said(copied(text)) == said(text)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=8), max_size=5), st.text(max_size=3))
def test_joining_texts_is_joining(parts: list[str], separator: str) -> None:
    joined = join_phrases(parts, separator)
    assert joined == separator.join(parts)
    assert said(joined) == joined
