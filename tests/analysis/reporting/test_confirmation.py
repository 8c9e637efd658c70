"""What a person is asked to confirm: rules, dates, units and missing values in words, with counts."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.cohort.selection import select_patients
from analysis.reporting.confirmation import confirmation_sentences
from analysis.reporting.role_sentences import study_sentences
from analysis.settings import StudySettings
from tests.analysis.cohort.files import cohort_of

COLUMNS: dict[str, Any] = {
    "arm": ["A", "B", "A", "B", "A", "B"],
    "age": [60, 61, 17, 63, np.nan, 65],
    "start": pd.to_datetime(["2020-01-01"] * 6),
    "died_on": pd.to_datetime(["2020-07-01", "2020-05-01", None, None, "2020-05-01", None]),
    "seen": pd.to_datetime(["2020-06-01", "2020-04-01", "2020-12-31", "2020-10-01", "2020-04-01", None]),
    "weight": [70, 71, 72, 73, 74, 75],
    "days": [152, 91, 365, 274, 91, 30],
    "event": [1, 1, 0, 0, 1, 0],
}


def said(**changes: Any) -> dict[str, str]:
    cohort = cohort_of(**COLUMNS)
    study = StudySettings.model_validate(
        {
            "treatment": {"column": "arm", "treated": "A", "control": "B"},
            "covariates": ["age"],
            "dates": {"index": "start", "death": "died_on", "last_contact": "seen"},
            "outcomes": {
                "survival": [
                    {"name": "OS", "from_dates": "os"},
                    {"name": "OS by days", "time": "days", "event": "event", "unit": "days"},
                ]
            },
        }
        | changes
    )
    return dict(confirmation_sentences(cohort, select_patients(cohort, study), study))


def test_an_endpoint_from_dates_states_its_rule() -> None:
    assert said(missing={"method": "multiple_imputation"})["OS"] == (
        "From start to death (died_on); patients alive are censored at the last contact (seen) · 3 events, 2 censored · "
        "time in months (from dates) · 1 not known"
    )


def test_a_converted_unit_is_told() -> None:
    assert said()["OS by days"] == (
        "Event = '1' (2) · censored = '0' (3) · time in months (days, converted from days by 1 month = 30.4375 days)"
    )


def test_rules_of_eligibility_have_their_counts() -> None:
    rules = [{"column": "age", "at_least": 18, "missing": "keep", "reason": "Adults"}, {"column": "age", "at_most": 99}]
    sentences = said(eligibility=rules)
    assert sentences["Eligibility"] == "Adults (1 left out) · age at most 99 (1 left out)"
    assert list(sentences)[:3] == ["Treatment", "Eligibility", "Covariates"]
    assert said(eligibility=rules[:1])["Eligibility"] == "Adults (1 left out)"
    assert said(eligibility=[{"column": "weight", "above": 0}])["Eligibility"] == "weight above 0 (nobody left out)"
    assert "Eligibility" not in said()


def test_what_becomes_of_missing_values_is_told() -> None:
    assert said()["Missing values"] == "1 without a covariate left out (complete cases)"
    marked = said(missing={"method": "indicator"})
    assert marked["Missing values"] == "1 with a missing covariate kept, and what is missing marked (missing indicator)"
    assert marked["Covariates"] == "age"
    imputed = said(missing={"method": "multiple_imputation", "imputations": 5})
    assert imputed["Missing values"] == "1 with a missing covariate kept, and what is missing imputed 5 times"
    assert "Missing values" not in said(eligibility=[{"column": "age", "at_least": 1}])


def test_the_command_line_says_the_same() -> None:
    cohort = cohort_of(**COLUMNS)
    study = StudySettings.model_validate(
        {
            "treatment": {"column": "arm", "treated": "A", "control": "B"},
            "eligibility": [{"column": "age", "at_least": 18}],
            "dates": {"index": "start", "death": "died_on", "last_contact": "seen"},
            "covariates": ["age"],
            "outcomes": {"survival": [{"name": "OS", "from_dates": "os"}]},
        }
    )
    lines = study_sentences(cohort, study)
    assert "  Eligibility  age at least 18 (2 left out)" in lines
    assert any(line.startswith("  OS          From start to death (died_on)") for line in lines)
