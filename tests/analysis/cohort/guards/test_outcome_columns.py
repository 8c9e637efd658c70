"""What is offered for adjustment, but says how treatment went."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.cohort.findings import Remedy
from tests.analysis.cohort.guards.cohorts import DAYS, EVENT, RNG, N, problems, sound_cohort, sound_study, told

RESPONSE = [{"name": "RECIST", "column": "bor"}]
BOR = np.tile(["PD", "PR", "SD", "PR"], N // 4)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        (DAYS * 3 + RNG.integers(0, 5, N), "the time of PFS"),
        (-DAYS.astype(float), "the time of PFS"),
        (EVENT, "the event of OS"),
        (1 - EVENT, "the event of OS"),
        (np.where(EVENT == 1, np.tile(["cancer", "liver"], N // 2), "well"), "the event of OS"),
        (np.where(BOR == "PR", "R", "N"), "the response of RECIST"),
        (np.where(BOR == "PR", "X", np.where(BOR == "PD", "Y", "Z")), "the best response of RECIST"),
    ],
)
def test_a_covariate_that_is_an_outcome_in_disguise(values: Any, outcome: str) -> None:
    outcomes = {**sound_study().outcomes.model_dump(), "response": RESPONSE}
    study = sound_study(covariates=["age", "x"], outcomes=outcomes, dates=None)
    [found] = [item for item in problems(sound_cohort(x=values, bor=BOR), study) if item.code == "outcome_as_covariate"]
    assert (found.column, found.severity) == ("x", "warning")
    assert found.text == (
        f"x: a covariate must be known before treatment, and it says nearly the same as {outcome}; patients would be "
        "matched on how treatment went. Remove it from the covariates."
    )
    assert found.remedy == Remedy(kind="remove_covariate", column="x", words="Remove “x” from the covariates")


def test_a_covariate_made_from_dates() -> None:
    """Days from the index date to the last contact, where no endpoint is the time until then."""
    outcomes = {"survival": [{"name": "PFS", "time": "pfs_months", "event": "pfs_event"}]}
    noise = RNG.permutation(N) * 0.2 + 1
    study = sound_study(covariates=["age", "days"], outcomes=outcomes)
    [(column, text)] = told("outcome_as_covariate", sound_cohort(days=DAYS, pfs_months=noise), study)
    assert column == "days"
    assert "it says nearly the same as the time from index_date to last contact;" in text


@pytest.mark.parametrize(
    "values",
    [
        DAYS + RNG.normal(0, 200, N),  # prognostic, as a covariate should be
        np.where(RNG.random(N) < 0.85, EVENT, 1 - EVENT),
        np.arange(N) % 30,
    ],
)
def test_a_prognostic_covariate_is_welcome(values: Any) -> None:
    study = sound_study(covariates=["age", "x"], dates=None)
    assert told("outcome_as_covariate", sound_cohort(x=values), study) == []


def test_few_patients_may_agree_by_chance() -> None:
    cohort = sound_cohort(x=EVENT)
    few = replace(cohort, table=cohort.table.iloc[:12].reset_index(drop=True))
    assert told("outcome_as_covariate", few, sound_study(covariates=["age", "x"], dates=None)) == []


def test_an_event_in_nearly_everyone_tells_nothing() -> None:
    """57 of 60 progressed: any covariate with a large level would agree with that."""
    event = np.ones(N, dtype=int)
    event[:3] = 0
    x = np.where(np.arange(N) < 30, "a", "b")
    study = sound_study(covariates=["age", "x"], dates=None)
    assert told("outcome_as_covariate", sound_cohort(x=x, pfs_event=event), study) == []


@pytest.mark.parametrize(
    ("name", "fires"),
    [
        ("post_progression_therapy", True),
        ("best_change_pct", True),
        ("time_to_progression", True),
        ("관해후_재발", True),
        ("prior_progression", False),
        ("baseline_response", False),
        ("weight", False),
    ],
)
def test_names_that_say_later(name: str, fires: bool) -> None:
    study = sound_study(covariates=["age", name], dates=None)
    found = told("known_later", sound_cohort(**{name: RNG.normal(size=N)}), study)
    assert found == (
        [
            (
                name,
                f"{name}: a covariate must be known before treatment, and by its name this was known only after it "
                "began; matching on what treatment has changed takes away part of its effect. Remove it from the "
                "covariates, or confirm that it was measured before time zero.",
            )
        ]
        if fires
        else []
    )


def test_a_response_to_an_earlier_treatment_is_known_before() -> None:
    cohort = sound_cohort(ab_best_response=BOR, ab_months=RNG.normal(5, 1, N))
    assert told("known_later", cohort, sound_study(covariates=["age", "ab_best_response"], dates=None)) == []
    alone = sound_cohort(ab_best_response=BOR)
    assert len(told("known_later", alone, sound_study(covariates=["age", "ab_best_response"], dates=None))) == 1


def test_exact_matching_and_eligibility_are_looked_at_too() -> None:
    cohort = sound_cohort(discontinued=np.tile([0, 1, 1], N // 3), follow_up=np.arange(N) + 5.0)
    study = sound_study(
        matching={"exact": ["discontinued"]}, eligibility=[{"column": "follow_up", "at_least": 6}], dates=None
    )
    assert told("known_later", cohort, study) == [
        (
            "discontinued",
            "discontinued: a column of exact matching must be known before treatment, and by its name this was known "
            "only after it began. Remove it from exact matching, or confirm that it was measured before time zero.",
        )
    ]
    assert told("eligible_by_outcome", cohort, study) == [
        (
            "follow_up",
            "follow_up: patients must be chosen by what is known at time zero, and by its name this was known only "
            "later; whoever must live long enough to be eligible cannot die early. Choose by what was known before "
            "treatment.",
        )
    ]


def test_an_outcome_of_the_study_is_refused_with_a_way_out() -> None:
    [error] = [
        item
        for item in problems(sound_cohort(), sound_study(covariates=["age", "os_event"]))
        if item.severity == "error"
    ]
    assert (error.column, error.code) == ("os_event", "outcome_as_covariate")
    assert error.remedy == Remedy(
        kind="remove_covariate", column="os_event", words="Remove “os_event” from the covariates"
    )
