"""Scores: what speaks for a guess, and what against it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.guesses.evidence import score_of

share = st.floats(0, 1)


@pytest.mark.parametrize(
    ("name", "content", "lowest", "highest"),
    [(1, 1, 0.9, 1), (1, 0.6, 0.9, 1), (1, 0, 0.5, 0.8), (0, 1, 0.5, 0.8), (1, 0.2, 0.5, 0.8), (0, 0, 0.2, 0.5)],
)
def test_name_and_content_together_are_surer_than_either(
    name: float, content: float, lowest: float, highest: float
) -> None:
    assert lowest <= score_of(name, content) <= highest


@settings(max_examples=60, deadline=None)
@given(name=share, content=share, more=share, rivals=st.integers(0, 5))
def test_more_evidence_never_lowers_a_score_and_rivals_never_raise_it(
    name: float, content: float, more: float, rivals: int
) -> None:
    score = score_of(name, content, rivals=rivals)
    assert 0 <= score <= 1
    assert score_of(max(name, more), content, rivals=rivals) >= score
    assert score_of(name, max(content, more), rivals=rivals) >= score
    assert score_of(name, content, rivals=rivals + 1) <= score
