"""What a design says against itself: one sentence each, and silence where it makes sense."""

from typing import Any

import pytest

from analysis.contradictions import contradictions
from analysis.settings import StudySettings
from analysis.study_file import load_study, study_yaml

STUDY: dict[str, Any] = {
    "treatment": {"column": "arm", "treated": "A", "control": "B"},
    "covariates": ["age", "sex"],
    "outcomes": {"survival": [{"name": "OS", "time": "months", "event": "died"}]},
}


def sentences(**design: Any) -> list[str]:
    return list(contradictions(StudySettings.model_validate(STUDY | design)))


@pytest.mark.parametrize(
    "design",
    [
        {"matching": {"method": "optimal", "ratio": 3, "min_ratio": 2, "estimand": "ATC"}},
        {"matching": {"method": "full", "estimand": "ATE", "caliper": None}},
        {"matching": {"method": "strata", "coarsen": [{"column": "age", "cutpoints": [50, 60]}], "estimand": "ATE"}},
        {"matching": {"distance": "mahalanobis", "calipers": [{"column": "age", "width": 5}], "exact": ["sex"]}},
        {"weighting": {"method": "iptw", "estimand": "ATE", "stabilised": True, "truncate": 99}},
        {"weighting": {"method": "overlap", "estimand": "ATO", "truncate": None}},
        {"weighting": {"method": "entropy", "estimand": "ATC"}},
        {"propensity": {"model": "ridge", "penalty": 2.5, "interactions": [["age", "sex"]], "splines": ["age"]}},
        {"propensity": {"model": "column", "column": "ps"}},
        {"support": {"method": "score", "lower": 0.05}},
        {"centre": "site", "balance": {"also": ["afp"]}},
    ],
)
def test_a_sound_design_has_no_contradiction_and_survives_its_file(design: dict[str, Any]) -> None:
    assert sentences(**design) == []
    settings = StudySettings.model_validate(STUDY | design)
    written = study_yaml(settings)
    assert load_study(written) == settings
    assert ("\nmatching:" in written) != ("\nweighting:" in written)


@pytest.mark.parametrize(
    ("design", "sentence"),
    [
        (
            {"matching": {"estimand": "ATE"}},
            "matching.estimand must be one that nearest matching can answer, ATT or ATC; found ATE.",
        ),
        (
            {"matching": {"method": "optimal", "replacement": True}},
            "matching.replacement belongs to method nearest; found method optimal. Set replacement: false.",
        ),
        (
            {"matching": {"method": "full", "ratio": 2}},
            "matching.ratio and min_ratio belong to the methods nearest and optimal; found method full, whose sets are as "
            "large as they come. Remove them.",
        ),
        ({"matching": {"min_ratio": 2}}, "matching.min_ratio must be at most the ratio, 1; found 2."),
        (
            {"matching": {"method": "strata"}},
            "matching.method strata needs columns whose classes make the strata; add exact or coarsen.",
        ),
        (
            {"matching": {"method": "strata", "exact": ["sex"], "calipers": [{"column": "age", "width": 5}]}},
            "matching.calipers belong to pairs, and method strata makes none; remove them, or coarsen these columns.",
        ),
        (
            {"matching": {"calipers": [{"column": "age", "width": 5}, {"column": "age", "width": 3}]}},
            "matching.calipers must name each column once; 'age' stands there 2 times.",
        ),
        (
            {"matching": {"coarsen": [{"column": "age"}]}},
            "matching.coarsen 'age' needs either cutpoints or bins, not both and not neither.",
        ),
        (
            {"matching": {"coarsen": [{"column": "age", "cutpoints": [60, 50]}]}},
            "matching.coarsen 'age' must have cutpoints in ascending order, each once.",
        ),
        (
            {"weighting": {"method": "overlap", "estimand": "ATE"}},
            "weighting.estimand must be one that overlap can answer, ATO; found ATE.",
        ),
        (
            {"weighting": {"method": "overlap", "stabilised": True}},
            "weighting.stabilised belongs to iptw for the ATE; found overlap for the ATO. Set stabilised: false.",
        ),
        (
            {"weighting": {"method": "entropy", "truncate": 99}},
            "weighting.truncate would undo the exact balance of method entropy; remove it, or choose another method.",
        ),
        (
            {"propensity": {"model": "column"}},
            "propensity.model column takes the score from the file; add propensity.column.",
        ),
        (
            {"propensity": {"column": "ps"}},
            "propensity.column belongs to propensity.model column; remove it, or choose that model.",
        ),
        (
            {"propensity": {"penalty": 1}},
            "propensity.penalty belongs to propensity.model ridge; remove it, or choose that model.",
        ),
        (
            {"propensity": {"model": "forest", "splines": ["age"]}},
            "propensity.splines belong to the models logistic, firth, ridge; found model forest. Remove them, or choose one "
            "of these models.",
        ),
        (
            {"propensity": {"interactions": [["age", "age"]]}},
            "propensity.interactions must join two columns; 'age' is joined with itself. Use splines for a curve.",
        ),
        (
            {"propensity": {"splines": ["afp"]}},
            "propensity.interactions and splines are made of covariates, and 'afp' is none; add it to covariates.",
        ),
        (
            {"support": {"lower": 0.1}},
            "support.lower belong to the methods score and preference; found method none. Remove them, or choose one of these "
            "methods.",
        ),
        (
            {"support": {"method": "score", "lower": 0.9, "upper": 0.1}},
            "support.lower must be below support.upper; it is not.",
        ),
        (
            {"centre": "months"},
            "centre must name columns known before treatment; 'months' is part of the outcome OS. Remove it.",
        ),
    ],
)
def test_each_contradiction_is_one_sentence(design: dict[str, Any], sentence: str) -> None:
    assert sentences(**design) == [sentence]
