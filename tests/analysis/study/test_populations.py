"""Which tests a design of the study gets, whatever its sets happen to look like."""

import numpy as np
import pandas as pd
import pytest

from analysis.study import run
from tests.analysis.study.cases import cohort_of, study

PAIRED = ("mcnemar_exact", "mcnemar_mid_p")


def twins() -> pd.DataFrame:
    """Fifteen pairs alike in age, far from each other, so that every way of making sets makes these pairs."""
    age = np.repeat(np.arange(15.0) * 4, 2) + 20
    age += np.tile([0.0, 0.1, 0.1, 0.0], 8)[:30]
    return pd.DataFrame(
        {
            "arm": ["new", "old"] * 15,
            "age": age,
            "twin": np.repeat(np.arange(15), 2),
            "os": np.random.default_rng(1).exponential(10, 30).round(2) + 0.1,
            "dead": [1, 1, 0] * 10,
            "bor": ["PR", "PD", "SD", "PD", "PD"] * 6,
        }
    )


@pytest.mark.parametrize(
    ("matching", "paired"),
    [
        ({"method": "nearest"}, True),
        ({"method": "optimal"}, True),
        ({"method": "full"}, False),
        ({"method": "strata", "exact": ["twin"]}, False),
    ],
)
def test_sets_that_come_out_as_pairs_are_tested_as_their_method_asks(matching: dict, paired: bool) -> None:
    result = run(
        cohort_of(twins()),
        study(cohort={}, covariates=["age"], missing={}, matching={"caliper": 0.1} | matching),
    )
    assert result.design.pairs
    response = result.after.response[0].comparison
    assert response is not None
    tests = response.objective_response.tests
    assert [tests[name] is not None for name in PAIRED] == [paired] * 2
    assert ("robust_wald" in tests) != paired
