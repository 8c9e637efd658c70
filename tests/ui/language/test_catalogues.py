"""Every text of the source has its translation, and every translation its text."""

import re
from string import Formatter

import pytest

from ui.language.catalogue import CODES, domains, entries, read_catalogue, reader
from ui.language.source import Template, by_domain

BY_DOMAIN = by_domain()
DOMAINS = [(code, domain) for code in CODES for domain in sorted({*BY_DOMAIN, *domains(code)})]

SAME = {"Love plot", "{number} SD"}
"""Names and units that are written alike in every language; texts of nothing but fields and signs are alike anyway."""

LETTERS = {"ko": re.compile("[가-힣]"), "ja": re.compile("[ぁ-んァ-ヶ一-龯]")}
MARK = re.compile(r":material/\w+:|\*\*|^#+ ")
PARTICLE = re.compile("⟨[^⟩]*⟩")


def fields(text: str) -> list[tuple[str, str, str]]:
    return sorted(
        {
            (name, spec or "", conversion or "")
            for _, name, spec, conversion in Formatter().parse(text)
            if name is not None
        }
    )


def words_of(text: str) -> str:
    """What is left of a template without its fields."""
    return "".join(literal for literal, _, _, _ in Formatter().parse(text))


def known(code: str, domain: str) -> dict[tuple[str, str | None], str]:
    return {(str(item.id), item.context): str(item.string or "") for item in read_catalogue(code, domain) if item.id}


@pytest.mark.parametrize(("code", "domain"), DOMAINS)
def test_a_catalogue_has_the_texts_of_its_folder_and_no_other(code: str, domain: str) -> None:
    wanted = {(item.text, item.context) for item in BY_DOMAIN.get(domain, [])}
    assert domain in domains(code), "python -m ui.language.update makes it"
    assert set(known(code, domain)) == wanted, "python -m ui.language.update brings it up to the source"


@pytest.mark.parametrize(("code", "domain"), DOMAINS)
def test_every_text_is_translated(code: str, domain: str) -> None:
    catalogue = read_catalogue(code, domain)
    assert not [item.id for item in catalogue if item.id and (item.fuzzy or not item.string)]
    assert not catalogue.obsolete
    for item in BY_DOMAIN[domain]:
        told = known(code, domain)[item.text, item.context]
        assert_sound(code, item, told)


def assert_sound(code: str, item: Template, told: str) -> None:
    said = words_of(item.text) if item.has_values else item.text
    if re.search("[A-Za-z]{2,}", MARK.sub("", said)) and item.text not in SAME:
        assert LETTERS[code].search(told), item.text
    assert MARK.findall(told) == MARK.findall(item.text), item.text
    if item.has_values:
        assert fields(told) == fields(item.text), item.text
    pairs = PARTICLE.findall(told)
    assert not pairs or code == "ko", item.text
    assert all(pair.count("/") == 1 for pair in pairs), item.text


@pytest.mark.parametrize("code", CODES)
def test_one_text_is_said_in_one_way(code: str) -> None:
    told: dict[tuple[str, str | None], set[str]] = {}
    for domain in domains(code):
        for text, string in known(code, domain).items():
            told.setdefault(text, set()).add(string)
    assert not {text: strings for text, strings in told.items() if len(strings) > 1}


@pytest.mark.parametrize("code", CODES)
def test_what_is_the_same_in_english_is_needed(code: str) -> None:
    assert all(entries(code)[text, None] == text for text in SAME)


def test_a_particle_follows_the_word_before_it_and_a_label_may_hold_any_mark() -> None:
    template = "{design}. {kind} makes alike only what is in the covariates. {whom}"
    said = reader("ko")(template, None, {"design": "1:1", "kind": "가중", "whom": "⟨x⟩"})
    assert said == "1:1. 가중은 공변량에 포함된 것만 비슷하게 만듭니다. ⟨x⟩"


def test_a_text_that_no_catalogue_has_is_said_in_english() -> None:
    assert reader("ja")("{n} apples", None, {"n": 2}) == "2 apples"
