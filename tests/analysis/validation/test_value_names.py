"""The names of compared values can be said in another language and stay the names that figures have."""

from collections.abc import Mapping
from typing import Any

import pytest

from analysis.phrases import as_said, said_by
from analysis.validation import known_answers, value_name
from analysis.validation.shelf import Shelf


def test_a_name_in_words_is_the_name_itself() -> None:
    names = {name for answer in known_answers(Shelf()) for name in answer.expected}
    assert {str(value_name(name)) for name in names} == names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("GBSG before: chi-squared", "GBSG [before]: [chi-squared]"),
        ("tamoxifen S(12), lower", "tamoxifen S(12), [lower]"),
        ("died: treated at 10, error", "[died]: [treated] [at] 10, [error]"),
        ("CR then PD, too short", "CR [then] PD, [too short]"),
        ("celltype=large", "celltype=large"),
    ],
)
def test_only_the_words_of_the_product_are_said(name: str, said: str) -> None:
    told = {"{case} before": "{case} [before]", "{arm} at {time}": "{arm} [at] {time}"}
    told |= {"{first} then {later}": "{first} [then] {later}"}

    def reader(template: str, context: str | None, values: Mapping[str, Any]) -> str:
        return told[template].format_map(values) if values else f"[{template}]"

    with said_by(reader):
        assert as_said(value_name(name)) == said
