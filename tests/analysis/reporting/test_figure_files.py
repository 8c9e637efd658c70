"""Figures as files: names that say what they hold on every system."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reporting.figure_files import distinct_names, figure_files
from analysis.study import StudyResult


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
        "survival_OS_before.svg",
        "survival_OS_after.svg",
        "response_before.svg",
        "response_after.svg",
    ]
    assert all(content.lstrip().startswith(b"<?xml") for content in files.values())
    assert b"survival OS after" in files["survival_OS_after.svg"]
