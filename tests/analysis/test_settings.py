"""The study's settings: defaults, bounds, and labels read as the text they stand for."""

import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from analysis.settings import MAXIMUM_RATIO, StudySettings


def study(**changes: Any) -> StudySettings:
    values: dict[str, Any] = {
        "treatment": {"column": "arm", "treated": "LEN", "control": "SOR"},
        "covariates": ["age"],
        "outcomes": {"survival": [{"name": "OS", "time": "os_months", "event": "os_event"}]},
    }
    return StudySettings.model_validate(values | changes)


def test_defaults_are_those_of_the_documentation() -> None:
    values = study().model_dump(mode="json")
    assert values["cohort"] == {
        "file": None,
        "table": None,
        "id": None,
        "time_unit": "months",
        "sheet": None,
        "header_row": None,
        "encoding": None,
        "date_order": None,
    }
    assert (values["eligibility"], values["dates"]) == ([], None)
    assert values["missing"] == {"method": "complete_case", "imputations": 20, "iterations": 10, "seed": 0}
    assert values["exports"] == {"suppress_below": 0}
    assert values["propensity"] == {
        "model": "logistic",
        "interactions": [],
        "splines": [],
        "penalty": None,
        "folds": 5,
        "seed": 0,
        "column": None,
    }
    assert values["support"] == {"method": "none", "lower": None, "upper": None}
    assert values["matching"] == {
        "method": "nearest",
        "estimand": "ATT",
        "distance": "logit",
        "caliper": 0.2,
        "caliper_scale": "sd",
        "calipers": [],
        "ratio": 1,
        "min_ratio": 1,
        "replacement": False,
        "order": "closest",
        "exact": [],
        "coarsen": [],
        "seed": 0,
    }
    assert values["weighting"] is None
    assert values["balance"] == {"denominator": "pooled", "after": "fixed", "binary": "standardised", "also": []}
    assert values["centre"] is None
    assert values["confidence"] == {"level": 0.95, "survival": "log-log", "proportion": "clopper-pearson"}
    assert values["outcomes"]["zero_times"] == "refuse"


@pytest.mark.parametrize(
    ("written", "label"),
    [
        (1, "1"),
        (1.0, "1"),
        (1.5, "1.5"),
        (True, "True"),
        (False, "False"),
        (datetime.date(2024, 1, 31), "2024-01-31"),
        ("  LEN ", "LEN"),
        ("no", "no"),
    ],
)
def test_a_label_is_the_text_of_the_cell_it_stands_for(written: Any, label: str) -> None:
    assert study(treatment={"column": "arm", "treated": written, "control": "x"}).treatment.treated == label


def test_a_covariate_may_be_written_as_its_columns_name() -> None:
    settings = study(covariates=["age", {"column": "ecog", "type": "categorical", "reference": 0}])
    assert [item.column for item in settings.covariates] == ["age", "ecog"]
    assert (settings.covariates[0].type, settings.covariates[1].reference) == (None, "0")


@pytest.mark.parametrize(
    "matching",
    [
        {"caliper": 0},
        {"caliper": -0.2},
        {"caliper": float("nan")},
        {"caliper": float("inf")},
        {"caliper": True},
        {"ratio": 0},
        {"ratio": MAXIMUM_RATIO + 1},
        {"ratio": 1.5},
        {"replacement": "yes"},
        {"order": "nearest"},
        {"seed": -1},
        {"exact": "country"},
        {"calliper": 0.2},
    ],
)
def test_values_out_of_range_and_unknown_keys_are_refused(matching: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        study(matching=matching)


def test_no_caliper_at_all_is_a_choice() -> None:
    assert study(matching={"caliper": None}).matching.caliper is None


@pytest.mark.parametrize("level", [0.49, 1.0, float("nan"), True])
def test_a_confidence_level_lies_from_a_half_to_below_one(level: float) -> None:
    with pytest.raises(ValidationError):
        study(confidence={"level": level})


def test_settings_cannot_be_changed_behind_a_runs_back() -> None:
    settings = study()
    with pytest.raises(ValidationError):
        settings.title = "Another"
