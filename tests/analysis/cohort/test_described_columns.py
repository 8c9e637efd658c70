"""What a SAS, SPSS or Stata file says of a column counts where the name is silent."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.guesses.event_coding import guess_labelled_coding
from analysis.cohort.reading import Cohort
from analysis.cohort.roles import RoleGuess, guess_roles
from analysis.cohort.selection import select_patients

N = 60
RNG = np.random.default_rng(5)
WEEKS = RNG.integers(2, 150, N).astype(float)


def cohort_of(about: dict[str, str], **changes: Any) -> Cohort:
    table = pd.DataFrame({"id": np.arange(1.0, N + 1), "grp": np.where(np.arange(N) % 2, "A", "B")})
    table["age"], table["t1"], table["s1"] = RNG.integers(40, 80, N) * 1.0, WEEKS, np.arange(N) % 3 % 2 * 1.0
    for column, values in changes.items():
        table[column] = values
    return Cohort(table=table, sha256="0" * 64, file_format="spss", column_labels=about)


def guess_of(about: dict[str, str], **changes: Any) -> RoleGuess:
    return guess_roles(cohort_of(about, **changes))


def test_the_unit_and_the_endpoint_are_taken_from_the_description() -> None:
    cohort = cohort_of({"t1": "Overall survival (weeks)", "s1": "Death (0=no, 1=yes)"})
    guess = guess_roles(cohort)
    assert [(item.name, item.time, item.event, item.unit) for item in guess.endpoints] == [("OS", "t1", "s1", "weeks")]
    settings = guess.to_settings()
    assert settings is not None
    months = select_patients(cohort, settings).endpoints[0].time
    assert months == pytest.approx(WEEKS * 7 / 30.4375)


def test_the_name_of_a_column_goes_before_its_description() -> None:
    guess = guess_of({"os_months": "Survival (weeks)"}, os_months=WEEKS, os_event=np.arange(N) % 2 * 1.0)
    assert [(item.time, item.unit) for item in guess.endpoints] == [("os_months", "months")]


@pytest.mark.parametrize(
    ("column", "about", "observed"),
    [
        ("status", "", ("1",)),
        ("status", "Status (1=censored)", ("0",)),
        ("status", "Status (1: dead)", ("1",)),
        ("status", "Censoring indicator", ("0",)),
        ("OSCNSR", "Censor flag (1=censored)", ("0",)),
    ],
)
def test_a_description_can_turn_a_coding_round(column: str, about: str, observed: tuple[str, ...]) -> None:
    assert guess_labelled_coding(["0", "1"], column, about).observed == observed


def test_both_codes_of_one_and_two_can_be_described() -> None:
    assert guess_labelled_coding(["1", "2"], "status", "Vital status (1=alive, 2=dead)").observed == ("2",)
    assert guess_labelled_coding(["1", "2"], "status", "Vital status").observed is None


def test_a_column_described_as_an_outcome_is_no_covariate() -> None:
    guess = guess_of({"v7": "Months from progression to death", "grp": "Treatment arm"}, v7=RNG.normal(size=N))
    assert "v7" not in guess.covariates
    assert guess.treatment is not None


def test_days_of_a_trial_are_a_unit() -> None:
    guess = guess_of({}, OSDY=WEEKS * 7, OSCNSR=np.arange(N) % 2 * 1.0)
    assert [(item.name, item.time, item.unit) for item in guess.endpoints] == [("OS", "OSDY", "days")]
    assert "OSDY" not in guess.covariates
