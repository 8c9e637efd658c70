"""Every number of a text stands in the results file or in the settings of its run."""

import re
from typing import Any

import pytest

from analysis.manuscript.publication import Publication
from analysis.manuscript.text import captions, manuscript_text
from analysis.manuscript.text.facts import StudyFacts, study_facts
from analysis.manuscript.text.outline import RESPONSE, SURVIVAL
from analysis.manuscript.text.writing import VOICES
from tests.analysis.manuscript.text.printed import (
    document_of,
    known_numbers,
    labels_of,
    leaves,
    numbers_of,
    of_endpoint,
    unexplained,
)

LANGUAGES = ("en", "ko", "ja")
NAMES = ("sample", "hidden", "gbsg", "gbsg_iptw", "veteran", "imputed", "full", "competing")
LEAST_FOUND = 0.55
"""Of numbers with their last digit changed, the share that must be noticed: another result may print the same digits."""


def totals(document: Any) -> list[int]:
    """What sentences add up or take away: both arms of a step, and who was left out between two of them."""
    steps = [(step["treated"], step["control"]) for step in document["flow"]]
    steps.append((document["design"]["n_treated"], document["design"]["n_control"]))
    known = [step for step in steps if None not in step]
    sums = [one + other for one, other in known]
    lost = [
        before - after
        for number, step in enumerate(known)
        for later in known[number + 1 :]
        for before, after in (*zip(step, later, strict=True), (sum(step), sum(later)))
    ]
    terms = [term for term in document["balance"] if term["smd_after"] is not None]
    limit = document["study"]["gate"]["largest_smd"]
    above = [
        sum(abs(term[key] or 0) > limit for term in terms) for key in ("smd_before", "smd_after") if limit is not None
    ]
    return [*sums, *lost, *above, len(terms), len(document["study"]["covariates"])]


def endpoint_texts(facts: StudyFacts, language: str) -> list[tuple[str, str]]:
    """Each endpoint with all that is told of it."""
    voice = VOICES[language]
    told = [
        (item.name, voice.joiner.join(voice.survival[key](facts, item) for key in SURVIVAL)) for item in facts.survival
    ]
    return told + [
        (item.name, voice.joiner.join(voice.response[key](facts, item) for key in RESPONSE)) for item in facts.response
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_a_result_or_a_setting(studies: dict[str, Publication], name: str, language: str) -> None:
    publication = studies[name]
    document, facts = document_of(publication), study_facts(publication)
    known = known_numbers([document, publication.result.settings.model_dump(mode="json"), totals(document)], facts)
    labels = labels_of(publication, document)
    text = manuscript_text(publication, language)
    told = [paragraph for section in (*text.methods, *text.results) for paragraph in section.paragraphs]
    told += [f"{item.title} {item.text} {item.alt}" for item in captions(publication, language).values()]
    for words in told:
        assert unexplained(words, known, labels) == [], words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_an_endpoint_are_its_own(studies: dict[str, Publication], name: str, language: str) -> None:
    publication = studies[name]
    document, facts = document_of(publication), study_facts(publication)
    settings = publication.result.settings.model_dump(mode="json")
    labels = labels_of(publication, document)
    shared = [settings["outcomes"], settings["confidence"]]
    imputation = document["imputation"] or {}
    shared += [imputation.get("n_sets"), imputation.get("shown_set")]
    for endpoint, words in endpoint_texts(facts, language):
        own = known_numbers([*of_endpoint(document, endpoint), *shared], facts)
        assert unexplained(words, own, labels) == [], words
        changed = mutations(words, labels)
        noticed = sum(bool(unexplained(wrong, own, labels)) for wrong in changed)
        assert not changed or noticed >= LEAST_FOUND * len(changed), (endpoint, noticed, len(changed))


def mutations(words: str, labels: list[str]) -> list[str]:
    """The text with the last digit of one estimate, interval or p-value changed, one at a time."""
    found = []
    for match in re.finditer(r"\d+\.\d{2,3}(?!\d)", words):
        if any(label in words[match.start() - 12 : match.end() + 12] for label in labels):
            continue
        last = words[match.end() - 1]
        found.append(f"{words[: match.end() - 1]}{(int(last) + 4) % 10}{words[match.end() :]}")
    return found


def test_a_wrong_number_is_noticed(studies: dict[str, Publication]) -> None:
    publication = studies["sample"]
    document, facts = document_of(publication), study_facts(publication)
    endpoint = facts.survival[0]
    assert endpoint.after is not None
    assert endpoint.after.cox is not None
    words = VOICES["en"].survival["after"](facts, endpoint)
    right = f"HR {endpoint.after.cox.estimate:.2f}"
    assert right in words
    own = known_numbers(of_endpoint(document, endpoint.name), facts)
    labels = labels_of(publication, document)
    assert unexplained(words, own, labels) == []
    wrong = next(number for number in ("0.77", "0.86", "7.77") if number not in own)
    assert unexplained(words.replace(right, f"HR {wrong}"), own, labels) == [wrong]


def test_numbers_are_read_as_they_are_printed() -> None:
    words = (
        "HR 0.54, 95% CI 0.29–0.99, p = 0.047 [1,2]; 24.9–51.5% of 1,234 (difference −0.3 to +51.9), 1:2, RECIST 1.1"
    )
    assert numbers_of(words, ["RECIST 1.1"]) == [
        "p = 0.047",
        "0.54",
        "95%",
        "0.29",
        "0.99",
        "24.9%",
        "51.5%",
        "1,234",
        "−0.3",
        "+51.9",
        "2",
    ]
    assert list(leaves({"one": [1, {"two": 2.5}]})) == ["one", 1, "two", 2.5]
