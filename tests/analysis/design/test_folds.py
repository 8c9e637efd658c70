"""Folds: by hand, their laws, and arms too small for them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.folds import assign_folds, distinct_rows
from analysis.errors import EstimationError


def test_rows_are_numbered_in_sorted_order() -> None:
    columns = [np.array([1.0, 0.0, 1.0, 1.0]), np.array([3.0, 9.0, 2.0, 3.0])]
    assert distinct_rows(columns).tolist() == [2, 0, 1, 2]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 8))
def test_patients_alone_are_dealt_out_evenly_by_arm(seed: int, n_folds: int) -> None:
    rng = np.random.default_rng(seed)
    treated = rng.random(120) < 0.3
    treated[:n_folds] = True
    folds = assign_folds(np.arange(120), treated, n_folds=n_folds, seed=seed)
    for arm in (treated, ~treated):
        sizes = np.bincount(folds[arm], minlength=n_folds)
        assert sizes.max() - sizes.min() <= 1


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_groups_stay_together_and_no_fold_holds_an_arm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 40, 200)
    groups = np.unique(groups, return_inverse=True)[1]
    treated = rng.random(200) < 0.4
    folds = assign_folds(groups, treated, n_folds=5, seed=seed)
    assert all(np.unique(folds[groups == group]).size == 1 for group in range(groups.max() + 1))
    for arm in (treated, ~treated):
        assert np.bincount(folds[arm], minlength=5).max() < arm.sum() / 2


def test_another_seed_deals_otherwise() -> None:
    treated = np.arange(100) % 3 == 0
    one, same, other = (assign_folds(np.arange(100), treated, n_folds=5, seed=seed) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_an_arm_smaller_than_the_folds_is_refused() -> None:
    with pytest.raises(EstimationError) as error:
        assign_folds(np.arange(20), np.arange(20) < 3, n_folds=5, seed=0)
    assert str(error.value) == (
        "5 folds need at least 5 patients in each arm; the smaller arm has 3. Choose fewer folds, or a regression."
    )


def test_an_arm_that_must_share_a_fold_is_refused() -> None:
    treated = np.repeat([True, False], 10)
    with pytest.raises(EstimationError, match="found 2 different rows of covariates, and one fold holds an arm alone"):
        assign_folds(treated.astype(np.int64), treated, n_folds=2, seed=0)
