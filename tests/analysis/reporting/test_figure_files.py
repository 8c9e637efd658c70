"""Figures as files: names that say what they hold on every system."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.missing import missing_by_arm
from analysis.reporting.figure_files import distinct_names, figure_files
from analysis.settings import ExportSettings
from analysis.study import StudyResult
from tests.analysis.reporting.conftest import run_study, weighting_study
from tests.analysis.study.cases import cohort_of, holed_table, imputed_result


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["OS", "PFS"], ["OS", "PFS"]),
        (["RECIST 1.1"], ["RECIST_1_1"]),
        (["OS", "os", "OS!"], ["OS", "os_2", "OS_3"]),
        (["../../etc/passwd", "a\\b:c*"], ["etc_passwd", "a_b_c"]),
        (["🚀", "…"], ["endpoint", "endpoint_2"]),
        (["無再発生存 (月)", "무병생존"], ["無再発生存_月", "무병생존"]),
        (["x" * 300], ["x" * 60]),
    ],
)
def test_names_of_endpoints_in_file_names(names: list[str], found: list[str]) -> None:
    assert distinct_names(names) == found


@settings(max_examples=60, deadline=None)
@given(names=st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6))
def test_no_two_endpoints_share_a_file(names: list[str]) -> None:
    found = distinct_names(names)
    assert len({name.casefold() for name in found}) == len(names)
    assert all(name and not set(name) & set('/\\:*?"<>|. \0') for name in found)


def test_every_figure_of_a_study(result: StudyResult) -> None:
    files = dict(figure_files(result, ["svg"]))
    assert list(files) == [
        "flow_of_patients.svg",
        "balance_before_and_after.svg",
        "overlap_before.svg",
        "overlap_after.svg",
        "calibration_of_the_score.svg",
        "left_out.svg",
        "survival_OS_before.svg",
        "survival_OS_after.svg",
        "response_before.svg",
        "response_after.svg",
        "endpoints_before_and_after.svg",
        "cox_OS_before.svg",
        "cox_OS_after.svg",
        *(
            f"tipping_point_{name}_{population}.svg"
            for population in ("before", "after")
            for name in ("OS", "RECIST", "ORR")
        ),
    ]
    assert all(content.lstrip().startswith(b"<?xml") for content in files.values())
    assert b"survival OS after" in files["survival_OS_after.svg"]


def test_weights_that_differ_and_centres_are_drawn_unless_counts_are_hidden() -> None:
    study = weighting_study(centre="prior", outcomes={"survival": [{"name": "OS", "time": "t", "event": "status"}]})
    names = {name for name, _ in figure_files(run_study(study), ["svg"])}
    assert {"weights.svg", "centres_OS_before_and_after.svg"} <= names
    hidden = study.model_copy(update={"exports": ExportSettings(suppress_below=5)})
    fewer = {name for name, _ in figure_files(run_study(hidden), ["svg"])}
    gone = {"weights.svg", "centres_OS_before_and_after.svg", "calibration_of_the_score.svg", "left_out.svg"}
    assert gone <= names - fewer


def test_missing_covariates_and_the_imputed_set_are_in_the_figures() -> None:
    result = imputed_result()
    picture = missing_by_arm(cohort_of(holed_table()), result.settings)
    names = [name for name, _ in figure_files(result, ["svg"], picture)]
    assert names[:2] == ["flow_of_patients.svg", "missing_covariates.svg"]
    assert "missing_covariates.svg" not in dict(figure_files(result, ["svg"], None))
    hidden = result.settings.model_copy(update={"exports": ExportSettings(suppress_below=10)})
    fewer = dict(figure_files(dataclasses.replace(result, settings=hidden), ["svg"], picture))
    assert "missing_covariates.svg" not in fewer
