"""What is kept of a table is found again where nothing changed, and measured again where anything did."""

import gc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.balance import before, covariate_balance
from analysis.design.balance.before import terms_before
from analysis.design.balance.kernel import count_levels, distribution_gaps, level_codes

ARM = np.array([True, True, False, False, True, False])


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {"age": [60.0, 50.0, 50.0, 70.0, 60.0, 60.0], "sex": pd.Categorical(["F", "M", "M", "F", "F", "M"])}
    )


def test_a_term_is_measured_once_for_the_same_table_and_arms() -> None:
    patients = table()
    first = [found for _, found in terms_before(patients, ARM)]
    assert [found for _, found in terms_before(patients, ARM.copy())] == first
    assert (first[0].levels.tolist(), first[0].code.tolist()) == ([50.0, 60.0, 70.0], [1, 0, 0, 2, 1, 1])
    assert first[0].counts.tolist() == [[1, 1], [2, 1], [0, 1]]
    swapped = [found for _, found in terms_before(patients, ~ARM)]
    assert swapped[0].treated.mean == first[0].control.mean


def test_a_value_that_was_written_over_is_seen() -> None:
    patients = table()
    weights = np.array([1.0, 0.0, 2.0, 1.0, 1.0, 0.5])
    old = covariate_balance(patients, ARM, weights)
    patients.loc[1, "age"] = 55.0
    patients["sex"] = pd.Categorical(["M", "M", "M", "F", "F", "F"])
    assert (
        covariate_balance(patients, ARM, weights)
        .to_table()
        .equals(covariate_balance(patients.copy(), ARM, weights).to_table())
    )
    assert old.smd_before != covariate_balance(patients, ARM, weights).smd_before


def test_nothing_is_kept_of_a_table_that_is_gone() -> None:
    gc.collect()  # tables of other tests, which may still lie in circles
    patients, held = table(), len(before._TABLES)
    list(terms_before(patients, ARM))
    assert len(before._TABLES) == held + 1
    del patients
    gc.collect()
    assert len(before._TABLES) == held


def test_gaps_of_four_patients_by_hand() -> None:
    treated, weights = np.array([True, True, False, False]), np.array([3.0, 1.0, 0.0, 2.0])
    levels, code = level_codes(np.array([1.0, 3.0, 2.0, 3.0]), np.array([0, 2, 1, 3]))
    # At 1: 1/2 against 0, 3/4 against 0. At 2: 1/2 against 1/2, 3/4 against 0. At 3 both arms are complete.
    found = distribution_gaps(code, count_levels(code, levels.size, treated), treated, weights)
    assert found.tolist() == pytest.approx([0.5, 0.5 / 3, 0.75, 0.5])


@given(values=st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=40))
@settings(max_examples=50, deadline=None)
def test_levels_and_codes_say_the_values_again(values: list[float]) -> None:
    numbers = np.array(values)
    levels, code = level_codes(numbers, np.argsort(numbers))
    assert levels.tolist() == sorted(set(values))
    assert levels[code].tolist() == values
