"""Fewer partners: the design of a smaller ratio to the last bit, whatever the matching in rounds."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.cohort.selection import select_patients
from analysis.design.design import design_patients
from analysis.design.fewer_partners import goes_in_rounds, with_fewer_partners
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError
from analysis.settings import MatchingSettings
from tests.analysis.study.cases import cohort_of, study, whole_table

COMPLETE = {"missing": {"method": "complete_case"}}
PATIENTS = select_patients(cohort_of(whole_table(110)), study(**COMPLETE))
SCORE = fit_propensity(PATIENTS.covariates, PATIENTS.treated)


def same(one, other):
    """Every field of two results, arrays and results within results included."""
    if dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            same(left, right)
    else:
        assert one == other


def found(asked):
    """The design, or why there is none."""
    try:
        return design_patients(PATIENTS, SCORE, asked)
    except EstimationError as error:
        return str(error)


@settings(max_examples=50, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "estimand": st.sampled_from(["ATT", "ATC"]),
            "order": st.sampled_from(["closest", "largest", "smallest", "data", "random"]),
            "distance": st.sampled_from(["logit", "mahalanobis"]),
            "caliper": st.sampled_from([None, 0.05, 0.3]),
            "replacement": st.booleans(),
            "calipers": st.sampled_from([[], [{"column": "age", "width": 5}]]),
        }
    ),
    st.integers(1, 4).flatmap(lambda ratio: st.tuples(st.just(ratio), st.integers(ratio, 5), st.integers(1, ratio))),
    st.sampled_from([{}, {"support": {"method": "common_range"}}]),
)
def test_a_smaller_ratio_is_an_earlier_end(matching, ratios, support):
    fewer, more, least = ratios
    asked = [
        study(**COMPLETE, **support, matching=matching | {"ratio": ratio, "min_ratio": least})
        for ratio in (fewer, more)
    ]
    dissolves = matching["replacement"] and least > 1
    assert goes_in_rounds(asked[0].matching) is not dissolves
    assume(not dissolves)
    expected, wider = (found(settings) for settings in asked)
    if isinstance(expected, str):
        assert wider == expected
    else:
        same(with_fewer_partners(wider, PATIENTS.treated, fewer), expected)


def test_other_designs_do_not_go_in_rounds_and_more_partners_are_not_found():
    assert not any(goes_in_rounds(MatchingSettings(method=method)) for method in ("optimal", "full", "strata"))
    pairs = design_patients(PATIENTS, SCORE, study(**COMPLETE))
    with pytest.raises(ValueError, match="at least that many"):
        with_fewer_partners(pairs, PATIENTS.treated, 2)
