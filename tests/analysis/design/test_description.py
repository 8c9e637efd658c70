"""The design in the words of a methods section."""

from typing import Any

import pytest

from analysis.design.description import describe_design, describe_score
from analysis.settings import PropensitySettings, StudySettings

STUDY: dict[str, Any] = {
    "treatment": {"column": "arm", "treated": "A", "control": "B"},
    "covariates": ["age", "sex"],
    "outcomes": {"survival": [{"name": "OS", "time": "months", "event": "died"}]},
}
LOGIT = "the logit of the propensity score"


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (
            {},
            f"1:1 nearest-neighbour matching on {LOGIT}, caliper 0.2 SD, without replacement, closest pair first",
        ),
        (
            {"matching": {"ratio": 3, "replacement": True, "caliper": None, "distance": "probability"}},
            "1:3 nearest-neighbour matching on the propensity score, no caliper, with replacement",
        ),
        (
            {"matching": {"order": "random", "seed": 7, "exact": ["sex", "bclc"], "caliper_scale": "pooled_sd"}},
            f"1:1 nearest-neighbour matching on {LOGIT}, caliper 0.2 pooled SD, without replacement, "
            "in random order (seed 7), exact on sex and bclc",
        ),
        (
            {
                "matching": {
                    "distance": "mahalanobis",
                    "calipers": [{"column": "age", "width": 5}],
                    "estimand": "ATC",
                    "ratio": 2,
                    "min_ratio": 2,
                }
            },
            "1:2 nearest-neighbour matching on the Mahalanobis distance of the covariates, caliper 0.2 SD of the logit, age "
            "within 5, without replacement, closest pair first, sets of at least 2 treated patients, for each control (ATC)",
        ),
        (
            {"matching": {"method": "optimal"}, "support": {"method": "score"}},
            f"1:1 optimal matching on {LOGIT}, caliper 0.2 SD, least total distance of as many pairs as possible, scores "
            "from 0.1 to 0.9",
        ),
        (
            {"matching": {"method": "full", "estimand": "ATE"}, "support": {"method": "common_range"}},
            f"optimal full matching on {LOGIT}, caliper 0.2 SD, weighted for the ATE, scores that both arms reach",
        ),
        (
            {"matching": {"method": "strata", "exact": ["sex"], "coarsen": [{"column": "age", "cutpoints": [50, 60]}]}},
            "coarsened exact matching, exact on sex, age in classes cut at 50, 60, weighted for the ATT",
        ),
        (
            {"matching": {"method": "strata", "coarsen": [{"column": "age", "bins": 4}]}},
            "coarsened exact matching, age in 4 classes of equal width, weighted for the ATT",
        ),
        ({"weighting": {}}, "overlap weighting (ATO)"),
        (
            {"weighting": {"method": "iptw", "stabilised": True, "truncate": 99}, "support": {"method": "preference"}},
            "inverse probability of treatment weighting (ATE), stabilised, weights truncated at percentiles 1 and 99, "
            "preference scores from 0.3 to 0.7",
        ),
        ({"weighting": {"method": "entropy", "estimand": "ATC"}}, "entropy balancing (ATC)"),
        ({"weighting": {"method": "matching"}}, "matching weights (ATM)"),
    ],
)
def test_the_design_in_words(design: dict[str, Any], words: str) -> None:
    assert describe_design(StudySettings.model_validate(STUDY | design)) == words


@pytest.mark.parametrize(
    ("score", "words"),
    [
        ({}, "logistic regression"),
        (
            {"model": "ridge", "splines": [{"column": "age", "knots": 3}], "interactions": [["age", "sex"]]},
            "ridge-penalised logistic regression, age as a restricted cubic spline with 3 knots, interaction of age and sex",
        ),
        ({"model": "forest", "seed": 4}, "a random forest, cross-fitted, 5 folds (seed 4)"),
        ({"model": "column", "column": "ps"}, "a column of the file"),
    ],
)
def test_the_score_in_words(score: dict[str, Any], words: str) -> None:
    assert describe_score(PropensitySettings.model_validate(score)) == words
