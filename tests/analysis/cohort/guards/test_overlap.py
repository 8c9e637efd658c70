"""Covariates that tell an arm by themselves: checked as the run refuses them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.checks import check_cohort
from analysis.cohort.findings import Problem
from analysis.cohort.reading import Cohort
from analysis.cohort.selection import select_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import AnalysisError, EstimationError
from analysis.settings import StudySettings
from tests.analysis.cohort.guards.cohorts import AGE, N, problems, sound_cohort, sound_study

ALONE = {"one_sided_levels", "no_overlap", "one_sided_missing"}
REFUSED = ("must have both arms in every level", "must overlap between the arms; no treated")
COMPLETE = np.tile(["K", "J", "J", "K"], N // 4).astype(object)


def errors(cohort: Cohort, study: StudySettings) -> list[Problem]:
    return [item for item in problems(cohort, study) if item.severity == "error"]


def test_levels_in_one_arm_only_stop_a_run() -> None:
    """Rows alternate between the arms, so that rows 0 and 4 are treated and row 1 is a control."""
    site = COMPLETE.copy()
    site[[0, 4]], site[1] = "L", "M"
    [found] = errors(sound_cohort(site=site), sound_study(covariates=["age", "site"]))
    assert (found.code, found.column) == ("one_sided_levels", "site")
    assert found.text == (
        "site: every level must occur in both arms, and 2 levels occur in one arm only (3 patients); nobody can be compared "
        "with them, and no propensity score can be estimated by plain logistic regression. Join levels, leave the covariate "
        "out, leave these patients out, or have the score estimated by Firth's penalised regression."
    )
    assert found.remedy is not None
    assert (found.remedy.kind, found.remedy.column) == ("remove_covariate", "site")
    assert errors(sound_cohort(site=COMPLETE), sound_study(covariates=["age", "site"])) == []


def test_a_score_that_exists_all_the_same_is_only_warned_of() -> None:
    site = COMPLETE.copy()
    site[[0, 4]] = "L"
    study = sound_study(covariates=["age", "site"], propensity={"model": "firth"})
    assert errors(sound_cohort(site=site), study) == []
    [found] = [item for item in problems(sound_cohort(site=site), study) if item.code == "one_sided_levels"]
    assert found.text == (
        "site: every level must occur in both arms, and 1 level occurs in one arm only (2 patients); nobody can be compared "
        "with them. Join levels, leave the covariate out, leave these patients out."
    )


def test_a_level_that_only_incomplete_patients_bring_is_judged_among_the_analysed() -> None:
    """The two patients at L are one of each arm; without an age the control of them is left out."""
    site, age = COMPLETE.copy(), AGE.copy()
    site[[0, 1]], age[1] = "L", np.nan
    study = sound_study(covariates=["age", "site"])
    assert [item.code for item in errors(sound_cohort(site=site, age=age), study)] == ["one_sided_levels"]
    kept = sound_study(covariates=["age", "site"], missing={"method": "multiple_imputation"})
    assert errors(sound_cohort(site=site, age=age), kept) == []


def test_values_still_to_be_imputed_only_warn() -> None:
    site = COMPLETE.copy()
    site[[0, 2, 4]], site[7] = "L", None
    cohort = sound_cohort(site=site)
    study = sound_study(covariates=["age", "site"], missing={"method": "multiple_imputation"})
    [found] = [item for item in problems(cohort, study) if item.code == "one_sided_levels"]
    assert found.severity == "warning"


def test_numbers_of_two_values_and_of_many() -> None:
    treated = np.arange(N) % 2 == 0
    cohort = sound_cohort(flag=treated & (np.arange(N) < 9), far=np.arange(N) + 1000.0 * treated)
    found = errors(cohort, sound_study(covariates=["age", "flag", "far"]))
    assert [(item.code, item.column) for item in found] == [("one_sided_levels", "flag"), ("no_overlap", "far")]
    assert "1 level occurs in one arm only (5 patients)" in found[0].text
    assert "no patient of “A” lies below any of “B”" in found[1].text


def test_values_missing_in_one_arm_only_and_marked() -> None:
    albumin = np.linspace(2, 5, N)
    albumin[[0, 2, 4]] = np.nan
    study = sound_study(covariates=["age", "albumin"], missing={"method": "indicator"})
    [found] = errors(sound_cohort(albumin=albumin), study)
    assert (found.code, found.column) == ("one_sided_missing", "albumin")
    assert found.remedy is not None
    assert found.remedy.column == "albumin"


def test_as_many_terms_as_patients() -> None:
    """Six patients; five numbers and the constant are six terms."""
    table = sound_cohort().table.iloc[:6].reset_index(drop=True)
    more = {f"x{power}": np.array([1.0, 2, 3, 4, 9, 8]) ** power for power in range(1, 6)}
    cohort = Cohort(table=table.assign(**more), sha256="0" * 64, file_format="csv")
    survival = [{"name": "OS", "time": "os_months", "event": "os_event"}]
    study = sound_study(covariates=list(more), outcomes={"survival": survival}, dates=None)
    assert [(item.code, item.text) for item in errors(cohort, study)] == [
        (
            "too_many_terms",
            "A propensity model needs more patients than terms; it has 6 terms with its constant, and there are 6 patients. "
            "Choose fewer covariates, or join levels.",
        )
    ]
    with pytest.raises(EstimationError, match="more patients than terms"):
        fit_propensity(select_patients(cohort, study).covariates, select_patients(cohort, study).treated)


LEVELS = st.sampled_from(["K", "K", "K", "J", "J", "L", None])
FLAGS = st.sampled_from([0.0, 0.0, 1.0, None])


@settings(max_examples=60, deadline=None)
@given(
    sites=st.lists(LEVELS, min_size=16, max_size=16),
    flags=st.lists(FLAGS, min_size=16, max_size=16),
    method=st.sampled_from(["complete_case", "indicator"]),
)
def test_the_check_refuses_what_the_run_refuses(
    sites: list[str | None], flags: list[float | None], method: str
) -> None:
    table = sound_cohort().table.iloc[:16].reset_index(drop=True)
    flag = pd.Series(flags, dtype=np.float64)
    table = table.assign(site=pd.Series(sites, dtype=object), flag=flag)
    cohort = Cohort(table=table, sha256="0" * 64, file_format="csv")
    study = sound_study(covariates=["age", "site", "flag"], missing={"method": method})
    checked = {item.column for item in check_cohort(cohort, study) if item.code in ALONE and item.severity == "error"}
    try:
        patients = select_patients(cohort, study)
    except AnalysisError:
        assert checked == set()
        return
    refused: set[str | None] = set()
    try:
        fit_propensity(patients.covariates, patients.treated)
    except EstimationError as error:
        if "more patients than terms" in error.problems[0]:
            return
        refused = {
            name
            for name in ("age", "site", "flag")
            for text in error.problems
            if text.startswith(f"The covariate {name} ") and any(part in text for part in REFUSED)
        }
    assert checked == refused
