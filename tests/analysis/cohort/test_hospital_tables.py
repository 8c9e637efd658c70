"""Guesses on made-up exports in English, Korean and Japanese: every column, the arms, the endpoints and their units."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import guess_roles
from analysis.cohort.selection import select_patients
from tests.analysis.cohort.hospital_tables import TABLES, HospitalTable, N

EACH_TABLE = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@EACH_TABLE
def test_every_column_has_its_role(table: HospitalTable) -> None:
    guess = guess_roles(read_cohort(table.csv, "cohort.csv"))
    assert {column.column: column.role for column in guess.columns} == table.roles
    assert all(0 < column.score <= 1 for column in guess.columns)


@EACH_TABLE
def test_the_arms_and_the_endpoints(table: HospitalTable) -> None:
    guess = guess_roles(read_cohort(table.csv, "cohort.csv"))
    assert guess.treatment is not None
    assert (guess.treatment.treated, guess.treatment.control) == table.arms
    found = {
        item.name: (item.from_dates,)
        if item.from_dates
        else (item.time, item.event, None if item.observed is None else set(item.observed), item.unit)
        for item in guess.endpoints
    }
    assert found == table.endpoints


@settings(max_examples=20, deadline=None)
@given(table=st.sampled_from(TABLES), seed=st.integers(0, 2**16))
def test_the_order_of_the_patients_does_not_matter(table: HospitalTable, seed: int) -> None:
    rows = np.random.default_rng(seed).permutation(N)
    shuffled = {name: [cells[row] for row in rows] for name, cells in table.columns.items()}
    guess = guess_roles(read_cohort(pd.DataFrame(shuffled).to_csv(index=False).encode(), "cohort.csv"))
    assert {column.column: column.role for column in guess.columns} == table.roles


@EACH_TABLE
def test_the_guess_is_a_study_that_can_be_read(table: HospitalTable) -> None:
    cohort = read_cohort(table.csv, "cohort.csv")
    guess = guess_roles(cohort)
    study = guess.to_settings()
    assert study is not None
    if any(item.from_dates is None and item.observed is None for item in guess.endpoints):
        assert [item.proposed for item in guess.endpoints] == [("2",)]
        return
    patients = select_patients(cohort, study)
    assert [item.name for item in patients.endpoints] == list(table.endpoints)
    assert all(item.event.any() and not item.event.all() for item in patients.endpoints)
