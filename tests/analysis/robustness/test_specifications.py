"""Specifications: each that makes sense, once; the study's own first; what is not varied stays."""

import doctest
import importlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import settings as laws
from hypothesis import strategies as st

from analysis.design_contradictions import design_contradictions
from analysis.errors import SettingsError
from analysis.robustness.specifications import specifications
from tests.analysis.robustness.cases import EVERY_KIND, ONE_OF_EACH, robust_study


def choices(settings, *names):
    return [tuple(item.choices[name] for name in names) for item in specifications(settings)]


def test_the_defaults_counted_by_hand():
    """4 covariates: (1 + 4) choices of them × (4 calipers × 2 ratios × 2 distances × (4 orders + replacement) + 4
    weightings), and 200 random orders; the study's own analysis is one of them."""
    found = specifications(robust_study({}))
    assert len(found) == 5 * (4 * 2 * 2 * (4 + 1) + 4) + 200
    assert [item.number for item in found] == list(range(len(found)))
    assert [item.chosen for item in found[:2]] == [True, False]
    assert sum(item.order_only for item in found) == 200
    assert Counter(len(item.left_out) for item in found) == {0: 84 + 200, 1: 4 * 84}
    assert sorted({item.choices["caliper"] or 0 for item in found}) == [0, 0.1, 0.2, 0.4]


def test_a_short_list_by_hand():
    found = choices(robust_study(ONE_OF_EACH), "method", "order", "seed")
    assert found == [
        ("nearest", "closest", None),
        ("nearest", "random", 0),
        ("nearest", "random", 1),
        ("nearest", "random", 2),
        ("weighting: overlap", None, None),
    ]


def test_random_orders_everywhere_vary_all_else_too():
    asked = ONE_OF_EACH | {"ratios": [1, 2], "random_everywhere": True, "seed": 7}
    found = choices(robust_study(asked), "ratio", "order", "seed")
    # The random orders of ratio 1 are the study's own but for the order, and stand once.
    assert Counter(found[1:]) == Counter(
        [(1, "random", seed) for seed in (7, 8, 9)]
        + [(2, "random", seed) for seed in (7, 8, 9)]
        + [(2, "closest", None), (None, None, None)]
    )


def test_what_contradicts_itself_is_not_made():
    settings = robust_study(
        EVERY_KIND | {"ratios": [1, 2, 3]}, matching={"ratio": 2, "min_ratio": 2, "estimand": "ATC"}
    )
    found = specifications(settings)
    matched = [item for item in found if item.settings.weighting is None]
    assert {item.choices["ratio"] for item in matched} == {2, 3, None}
    assert {item.choices["estimand"] for item in matched} == {"ATC"}
    assert {item.choices["method"] for item in found if item.choices["estimand"] == "ATC"} == {
        *("nearest", "optimal", "full"),
        *("weighting: iptw", "weighting: entropy"),
    }
    assert {item.choices["ratio"] for item in matched if item.choices["method"] == "full"} == {None}


def test_a_weighted_study_comes_first_and_keeps_its_weights():
    settings = robust_study(
        ONE_OF_EACH | {"weighting": ["iptw", "overlap"]}, weighting={"method": "iptw", "truncate": 99}
    )
    found = specifications(settings)
    assert found[0].settings is settings
    assert [item.choices["method"] for item in found] == [
        *("weighting: iptw", "nearest", "nearest", "nearest", "nearest", "weighting: overlap")
    ]
    assert found[-1].settings.weighting.truncate == 99
    assert found[1].order_only


def test_terms_leave_with_their_covariate():
    score = {"model": "firth", "splines": ["age"], "interactions": [["age", "albumin"], ["albumin", "etiology"]]}
    settings = robust_study(ONE_OF_EACH | {"leave_out": "each"}, propensity=score)
    without = next(item for item in specifications(settings) if item.left_out == ("age",))
    assert without.settings.propensity.splines == ()
    assert without.settings.propensity.interactions == (("albumin", "etiology"),)
    assert without.settings.propensity.model == "firth"


def test_a_score_of_the_file_knows_no_covariates():
    asked = ONE_OF_EACH | {
        "leave_out": "each",
        "weighting": ["overlap", "entropy"],
        "distances": ["logit", "mahalanobis"],
    }
    settings = robust_study(asked, propensity={"model": "column", "column": "score"})
    found = [(item.choices["method"], item.choices["distance"]) for item in specifications(settings) if item.left_out]
    assert Counter(found) == {("nearest", "mahalanobis"): 4, ("weighting: entropy", None): 4}


def test_without_a_caliper_the_others_are_standard_deviations():
    settings = robust_study(
        {"random_orders": 0, "leave_out": "none"}, matching={"caliper": None, "caliper_scale": "raw"}
    )
    found = {
        (item.settings.matching.caliper, item.settings.matching.caliper_scale) for item in specifications(settings)[1:]
    }
    assert {(0.1, "sd"), (0.2, "sd"), (0.4, "sd")} <= found


@laws(max_examples=25, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "methods": st.lists(st.sampled_from(["nearest", "optimal", "full"]), max_size=3),
            "ratios": st.lists(st.integers(1, 3), max_size=3),
            "replacement": st.lists(st.booleans(), max_size=2),
            "leave_out": st.sampled_from(["each", "none"]),
            "random_orders": st.integers(0, 3),
            "random_everywhere": st.booleans(),
        }
    ),
    st.sampled_from([{}, {"weighting": {"method": "matching"}}, {"matching": {"ratio": 3, "min_ratio": 2}}]),
)
def test_every_specification_is_a_study_that_makes_sense_and_no_two_are_the_same(asked, own):
    found = specifications(robust_study(asked, **own))
    assert [item.chosen for item in found] == [True] + [False] * (len(found) - 1)
    assert all(not list(design_contradictions(item.settings)) for item in found)
    told = [tuple(item.choices.items()) for item in found]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"covariates": [["age", "weight"], ["weight", "age", "afp"]]},
            "robustness.specifications.covariates must list covariates of the study; found 'weight', 'afp'. Add them to "
            "covariates, or remove them here.",
        ),
        (
            {"random_orders": 10_000, "random_everywhere": True},
            "A specification curve has at most 50,000 specifications; these choices give 1,610,661. Shorten the lists of "
            "robustness.specifications, or lower random_orders.",
        ),
    ],
)
def test_lists_that_cannot_be_are_refused(asked, sentence):
    with pytest.raises(SettingsError) as error:
        specifications(robust_study(asked))
    assert str(error.value) == sentence


@pytest.mark.parametrize("name", ["specifications", "parallel", "difference", "effect", "interval", "bootstrap"])
def test_the_examples_in_the_text_hold(name):
    outcome = doctest.testmod(importlib.import_module(f"analysis.robustness.{name}"))
    assert (outcome.failed, outcome.attempted > 0) == (0, True)
