"""The Cox table of an endpoint, from the study file to the last ratio, as R has it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import SettingsError
from analysis.study.cox_tables import endpoint_cox_table
from tests.analysis.study.gbsg_models import figures_of_r, study_of_gbsg

ITERATED = 1e-8
"""Relative: both fits go on until nothing changes."""

P_OF_A_FIT = 1e-6
"""Relative: an error of a z statistic moves its p-value by about z squared times as much."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_every_ratio_limit_and_p_is_that_of_r(when: str) -> None:
    result, reference = study_of_gbsg(), figures_of_r()[when]
    found = endpoint_cox_table(result.patients, None if when == "before" else result.design, result.settings, "RFS")
    table = found.table
    assert table is not None
    assert (table.n, table.n_events, table.robust) == (reference["n"], reference["events"], when == "after")
    rows = [variable.rows[-1] for variable in table.variables]
    assert [variable.name for variable in table.variables] == ["arm", *figures_of_r()["terms"][1:]]
    for place, (term, row) in enumerate(zip(figures_of_r()["terms"], rows, strict=True)):
        for estimate, expected, at in (
            (row.univariable, reference["alone"][term], None),
            (row.multivariable, reference["together"], place),
        ):
            assert estimate is not None
            values = {key: expected[key] if at is None else expected[key][at] for key in ("hr", "lower", "upper", "p")}
            assert estimate.hazard_ratio == pytest.approx(values["hr"], rel=ITERATED)
            assert estimate.ci_lower == pytest.approx(values["lower"], rel=ITERATED)
            assert estimate.ci_upper == pytest.approx(values["upper"], rel=ITERATED)
            assert estimate.p_value == pytest.approx(values["p"], rel=P_OF_A_FIT)


def test_proportional_hazards_of_each_term_are_those_of_r() -> None:
    result, reference = study_of_gbsg(), figures_of_r()["before"]["zph"]
    table = endpoint_cox_table(result.patients, None, result.settings, "RFS").table
    assert table is not None
    tests = [*(variable.proportional_hazards for variable in table.variables), table.proportional_hazards]
    assert [test and test.p_value for test in tests] == pytest.approx(reference["p"], rel=P_OF_A_FIT)


def test_zeros_and_ones_have_events_by_level_and_the_control_arm_is_the_reference() -> None:
    result = study_of_gbsg()
    table = endpoint_cox_table(result.patients, None, result.settings, "RFS").table
    assert table is not None
    treatment, meno = table.variables[0], next(item for item in table.variables if item.name == "meno")
    assert [(row.level, row.reference, row.n) for row in treatment.rows] == [
        *(("no", True, 440), ("tamoxifen", False, 246)),
    ]
    assert [row.level for row in meno.rows] == ["0", "1"]
    assert sum(row.n_events for row in meno.rows) == table.n_events


def test_a_covariate_that_is_the_same_in_all_is_left_out_and_named() -> None:
    result = study_of_gbsg()
    covariates = result.patients.covariates.assign(grade=2.0)
    patients = replace(result.patients, covariates=covariates)
    found = endpoint_cox_table(patients, None, result.settings, "RFS")
    assert found.left_out == ("grade",)
    assert found.table is not None
    assert "grade" not in [variable.name for variable in found.table.variables]
    assert "The same in all patients of this population, and so no part of the models: grade." in [
        note.text for note in found.notes
    ]


def test_no_events_leave_a_reason_and_no_table() -> None:
    result = study_of_gbsg()
    endpoint = replace(result.patients.endpoints[0], event=np.zeros(686, dtype=bool))
    patients = replace(result.patients, endpoints=(endpoint,))
    found = endpoint_cox_table(patients, None, result.settings, "RFS")
    estimates = (
        [] if found.table is None else [row.multivariable for item in found.table.variables for row in item.rows]
    )
    assert estimates == [None] * len(estimates)
    assert found.notes


def test_an_endpoint_that_the_study_lacks_is_refused() -> None:
    result = study_of_gbsg()
    with pytest.raises(SettingsError, match="must be of a survival endpoint of the study: RFS"):
        endpoint_cox_table(result.patients, None, result.settings, "OS")


def test_nothing_of_the_covariates_is_changed() -> None:
    result = study_of_gbsg()
    before = result.patients.covariates.copy()
    endpoint_cox_table(result.patients, result.design, result.settings, "RFS")
    pd.testing.assert_frame_equal(before, result.patients.covariates)
