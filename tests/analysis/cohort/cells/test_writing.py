"""One label however it is typed."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from analysis.cohort.cells.writing import FEW_LABELS, fold_spelling, merge_spellings, plain_writing
from analysis.cohort.labels import find_label


@pytest.mark.parametrize(
    "labels",
    [
        ("LEN", "len", "Len ", " LEN", "ＬＥＮ"),
        ("Partial Response", "partial  response", "PartialResponse", "partial\u00a0response"),
        ("부분 관해", "부분관해", unicodedata.normalize("NFD", "부분관해")),
        ("あり", "あり ", "\u3000あり"),
        ("ﾚﾝﾊﾞﾁﾆﾌﾞ", "レンバチニブ"),
        ("Child–Pugh A", "child-pugh a", "Child‐Pugh A"),
    ],
)
def test_spellings_of_one_label_have_one_key(labels: tuple[str, ...]) -> None:
    assert len({fold_spelling(label) for label in labels}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("AA", "Aa"), ("Aa", "aa"), ("1 2", "12"), ("x²", "x2"), ("A", "B"), ("PR", "PR*"), ("사망", "생존")],
)
def test_different_labels_keep_different_keys(one: str, other: str) -> None:
    assert fold_spelling(one) != fold_spelling(other)


def test_the_commonest_spelling_is_taken_and_among_equals_the_first() -> None:
    merged = merge_spellings(["dead", "Dead", "alive", "Alive"], np.array([1, 5, 3, 3]))
    assert merged is not None
    assert merged.tolist() == [1, 1, 2, 2]


def test_columns_of_names_and_free_text_are_left_alone() -> None:
    assert merge_spellings(["a1", "A1", "b2"], np.array([1, 1, 1])) is None
    assert merge_spellings(["LEN", "SOR"], np.array([50, 50])) is None
    many = [f"label {number}" for number in range(FEW_LABELS + 1)]
    assert merge_spellings([*many, "LABEL 0"], np.full(FEW_LABELS + 2, 10)) is None


def test_a_study_finds_its_label_by_any_spelling_but_never_by_two() -> None:
    assert find_label("LEN", ["len", "LEN"]) == "LEN"
    assert find_label("ｌｅｎ", ["LEN", "SOR"]) == "LEN"
    assert find_label("len", ["LEN", "Len"]) is None
    assert find_label("REG", ["LEN", "SOR"]) is None


@examples(max_examples=60, deadline=None)
@given(label=st.text(max_size=12))
def test_folding_is_final(label: str) -> None:
    assert plain_writing(plain_writing(label)) == plain_writing(label)
    key = fold_spelling(label)
    assert fold_spelling(label + " ") == key
    assert fold_spelling(unicodedata.normalize("NFD", label)) == key
