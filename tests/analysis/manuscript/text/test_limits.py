"""What the text says of who was left out, and of calipers, reads right and tells no small count."""

from dataclasses import replace

import pytest

from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.values import TwoArms
from analysis.manuscript.text.writing import VOICES, facts_text
from tests.analysis.manuscript.text.test_writing import LANGUAGES, facts, publication

__all__ = ["facts", "publication"]


def with_lost(facts: StudyFacts, lost: int, below: int) -> StudyFacts:
    cohort = replace(facts.cohort, analysed=TwoArms(treated=80, control=179), suppress_below=below)
    return replace(facts, cohort=cohort, design=replace(facts.design, compared=TwoArms(treated=80, control=179 - lost)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_limitations_count_who_was_left_out_unless_the_number_is_hidden(facts: StudyFacts, language: str) -> None:
    say = VOICES[language].sentences["limits_design"]
    nobody = say(with_lost(facts, 0, 0))
    assert "259" in say(with_lost(facts, 4, 0))
    assert "259" in say(with_lost(facts, 5, 5))
    assert say(with_lost(facts, 4, 5)) == nobody
    assert "259" not in nobody


def test_a_caliper_of_one_is_one_standard_deviation(facts: StudyFacts) -> None:
    for width, words in ((1.0, "of 1 standard deviation of"), (0.2, "of 0.2 standard deviations of")):
        matching = facts.design.matching.model_copy(update={"caliper": width})
        text = facts_text(replace(facts, design=replace(facts.design, matching=matching)), VOICES["en"])
        assert words in " ".join(paragraph for section in text.methods for paragraph in section.paragraphs)
