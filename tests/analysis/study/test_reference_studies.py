"""Whole studies with competing events and milestones give R's figures, from the file to the difference."""

import functools
import io
import json
import math
from pathlib import Path

import pandas as pd
import pytest
from scipy.special import ndtri

from analysis.cohort.reading import read_cohort
from analysis.settings import StudySettings
from analysis.study import StudyResult, run
from analysis.study.competing import compare_competing
from analysis.study.differences import endpoint_differences
from analysis.study.hazard_shape import cumulative_hazards
from analysis.study_file import load_study

REFERENCE = Path(__file__).parents[2] / "reference"
FIGURES = json.loads((REFERENCE / "outcomes" / "studies.json").read_text())

CLOSED_FORM = 1e-9
"""Relative: the same formula on the same patients."""

ITERATED = 2e-5
"""Absolute, of a log ratio: where R's search stops."""


def study(name: str, **outcomes: object) -> StudySettings:
    values = load_study((REFERENCE / f"{name}.study.json").read_text()).model_dump()
    return StudySettings.model_validate(values | {"outcomes": values["outcomes"] | outcomes})


@functools.cache
def rotterdam() -> tuple[StudyResult, StudySettings]:
    table = pd.read_csv(REFERENCE / "rotterdam_hormon.csv")
    died_first = (table["death"] == 1) & (table["rfs"] == table["os"])
    table["first"] = "none"
    table.loc[table["rfs_event"] == 1, "first"] = "recurrence"
    table.loc[(table["rfs_event"] == 1) & died_first, "first"] = "death"
    endpoint = {"name": "TTR", "time": "rfs", "event": "first", "observed": ["recurrence"], "competing": ["death"]}
    settings = study("rotterdam_hormon", survival=[endpoint], times=FIGURES["competing"]["ticks"])
    content = io.BytesIO()
    table.to_csv(content, index=False)
    return run(read_cohort(content.getvalue(), "rotterdam.csv"), settings), settings


@pytest.mark.parametrize("view", ["before", "after"])
@pytest.mark.parametrize("cause", ["event", "competing"])
def test_competing_risks_are_those_of_cmprsk(view: str, cause: str) -> None:
    result, settings = rotterdam()
    found = compare_competing(result.patients, result.design if view == "after" else None, settings, "TTR")
    assert found is not None
    ours, theirs = getattr(found, cause), FIGURES["competing"][view][cause]
    assert [pair[0].incidence for pair in ours.at] == pytest.approx(theirs["treated"], rel=CLOSED_FORM)
    assert [pair[1].incidence for pair in ours.at] == pytest.approx(theirs["control"], rel=CLOSED_FORM)
    assert ours.gray.chi_square == pytest.approx(theirs["gray"], rel=CLOSED_FORM)
    assert ours.fine_gray.log_hazard_ratio == pytest.approx(theirs["crr"], abs=ITERATED)
    assert ours.cause_specific.log_hazard_ratio == pytest.approx(theirs["cox"], abs=ITERATED)
    if view == "before":
        assert ours.fine_gray.standard_error == pytest.approx(theirs["crr_error"], abs=ITERATED)
        assert ours.gray_stratified is None
    else:
        assert ours.gray_stratified.chi_square == pytest.approx(theirs["gray_sets"], rel=CLOSED_FORM)


def test_milestone_differences_and_cumulative_hazards_are_those_of_survival() -> None:
    settings, figures = study("gbsg"), FIGURES["gbsg"]
    result = run(read_cohort((REFERENCE / "gbsg.csv").read_bytes(), "gbsg.csv"), settings)
    rows = endpoint_differences(result.patients, None, settings, "RFS").milestones
    hazards = cumulative_hazards(result.patients, None, settings, "RFS")
    assert [row.time for row in rows] == figures["ticks"]
    for place, row in enumerate(rows):
        treated, control = figures["treated"], figures["control"]
        error = math.hypot(treated["error"][place], control["error"][place])
        difference = treated["survival"][place] - control["survival"][place]
        assert row.difference == pytest.approx(difference, rel=CLOSED_FORM)
        assert row.standard_error == pytest.approx(error, rel=CLOSED_FORM)
        assert row.ci_upper == pytest.approx(difference + ndtri(0.975) * error, rel=CLOSED_FORM)
        for arm, theirs in ((hazards.treated, treated), (hazards.control, control)):
            last = int((arm.time <= row.time).sum()) - 1
            assert arm.hazard[last] == pytest.approx(theirs["hazard"][place], rel=CLOSED_FORM)
            assert arm.standard_error[last] == pytest.approx(theirs["hazard_error"][place], rel=CLOSED_FORM)
