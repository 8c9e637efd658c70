"""Columns of best change are told from changes of anything else, and go to the response of their criterion."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.guesses.change_guess import guess_changes
from analysis.cohort.guesses.profiles import profile_columns
from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import guess_roles

SAMPLE = Path(__file__).resolve().parents[4] / "sample_data" / "cohort.csv"
PERCENT = np.linspace(-80, 60, 40).round(1)


def found(columns: dict[str, np.ndarray], responses: tuple[str, ...]) -> dict[str, str]:
    cohort = read_cohort(pd.DataFrame({"no": np.arange(40), **columns}).to_csv(index=False).encode(), "cohort.csv")
    return guess_changes(profile_columns(cohort), responses)


@pytest.mark.parametrize(
    "name",
    ["best_change_pct", "Best % change from baseline", "SLD change (%)", "Maximum tumour shrinkage", "최대변화율(%)",
     "기저 대비 종양 최대 변화율", "腫瘍径の最大変化率"],
)  # fmt: skip
def test_a_best_change_is_found_by_its_name(name: str) -> None:
    assert found({name: PERCENT}, ("bor",)) == {"bor": name}


@pytest.mark.parametrize(
    "name", ["afp_change_pct", "weight change from baseline", "체중 최대 변화율", "change", "best_pct"]
)
def test_a_change_of_something_else_is_left_alone(name: str) -> None:
    assert found({name: PERCENT}, ("bor",)) == {}


@pytest.mark.parametrize(
    "values", [PERCENT / 100, abs(PERCENT), PERCENT * 2, np.where(np.arange(40) < 30, np.nan, PERCENT)]
)
def test_numbers_that_are_no_percent_of_baseline_are_left_alone(values: np.ndarray) -> None:
    assert found({"best_change": values, "age": PERCENT}, ("bor",)) == {}


def test_each_criterion_has_its_own_change() -> None:
    columns = {"best_change_recist": PERCENT, "best_change_mrecist": PERCENT, "best_change": PERCENT}
    assert found(columns, ("bor_mrecist", "bor_recist", "orr")) == {
        "bor_mrecist": "best_change_mrecist",
        "bor_recist": "best_change_recist",
        "orr": "best_change",
    }
    assert found({"best_change_recist": PERCENT}, ("bor_mrecist",)) == {}


def test_the_guess_of_the_sample_offers_both_changes() -> None:
    guess = guess_roles(read_cohort(SAMPLE.read_bytes(), "cohort.csv"))
    assert {item.name: item.change for item in guess.responses} == {
        "RECIST": "best_change_recist_pct",
        "mRECIST": "best_change_mrecist_pct",
    }
    settings = guess.to_settings()
    assert settings is not None
    assert {item.change for item in settings.outcomes.response} == {"best_change_recist_pct", "best_change_mrecist_pct"}
    assert {item.role for item in guess.columns if "change" in item.column} == {"after"}
