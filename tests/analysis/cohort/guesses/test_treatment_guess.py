"""A treatment that is a column of 0 and 1 under the name of a drug or procedure."""

from typing import Any

import pytest

from analysis.cohort.roles import RoleGuess, guess_roles
from tests.analysis.cohort.files import cohort_of

N = 40
GIVEN = [1, 0, 0, 1, 0] * (N // 5)


def guess_of(**columns: Any) -> RoleGuess:
    fixed = {"id": [f"P{row}" for row in range(N)], "age": [40 + row * 7 % 31 for row in range(N)]}
    return guess_roles(cohort_of(**(fixed | columns)))


@pytest.mark.parametrize("name", ["LEN", "TACE", "lenvatinib_yn", "렌바티닙", "소라페닙 투여", "レンバチニブ"])
@pytest.mark.parametrize("labels", [("0", "1"), ("no", "yes")])
def test_a_drug_of_yes_and_no_is_proposed_with_a_low_score(name: str, labels: tuple[str, str]) -> None:
    found = guess_of(**{name: [labels[given] for given in GIVEN]}).treatment
    assert found is not None
    assert (found.column, found.treated, found.control) == (name, labels[1], labels[0])
    assert found.score <= 0.35
    assert found.reason.startswith("named like a drug or procedure; ")


def test_several_drugs_make_it_less_sure() -> None:
    found = guess_of(TACE=GIVEN, RFA=[0, 0, 1, 1] * (N // 4)).treatment
    assert found is not None
    assert found.score < 0.35
    assert "another column would do as well" in found.reason


@pytest.mark.parametrize("arm", [["A", "B"] * (N // 2), ["A"] * N, list(range(N))])
def test_never_beside_a_column_named_like_a_treatment(arm: list[Any]) -> None:
    """The second and third cannot be arms, and stay the ones a person must look at."""
    found = guess_of(LEN=GIVEN, arm=arm).treatment
    assert found is None or found.column == "arm"


@pytest.mark.parametrize(
    "name", ["prior_TACE", "TACE_after", "LEN_dose", "subsequent_TACE", "TACE_response", "lens", "sex"]
)
def test_no_treatment_by_its_name(name: str) -> None:
    assert guess_of(**{name: GIVEN}).treatment is None


def test_a_drug_of_many_numbers_is_no_treatment() -> None:
    assert guess_of(LEN=[row % 3 for row in range(N)]).treatment is None
