"""Competing risks of a study: who competes, before and after the design, and what is refused."""

import numpy as np
import pytest

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.competing import cumulative_incidence, fine_gray, incidence_differences
from analysis.settings import StudySettings
from analysis.study import run
from analysis.study.competing import compare_competing, has_competing
from tests.analysis.study.cases import cohort_of, study, whole_table
from tests.analysis.study.outcome_cases import DESIGNS, outcome_result


@pytest.mark.parametrize("name", DESIGNS)
def test_causes_and_weights_are_those_of_the_study(name: str) -> None:
    result = outcome_result(name)
    patients, design = result.patients, result.design
    endpoint = patients.endpoints[0]
    rows = endpoint.known & (design.weights > 0)
    cause = np.where(endpoint.event, 1, np.where(endpoint.competing, 2, 0))
    columns = (endpoint.time[rows], cause[rows], patients.treated[rows])
    weighed = {"weights": design.weights[rows], "cluster": design.cluster[rows]}
    found = compare_competing(patients, design, result.settings, "TTP")
    assert found is not None
    wanted = cumulative_incidence(*columns, **weighed)
    assert found.competing.control.incidence.tolist() == wanted.control[1].incidence.tolist()
    assert found.event.fine_gray.hazard_ratio == fine_gray(*columns, **weighed).hazard_ratio
    assert [row.standard_error for row in found.event.differences] == [
        row.standard_error for row in incidence_differences(*columns, [6, 12], **weighed)
    ]
    # Where everyone stays, a test without weights would be that before; and there are no sets to compare within.
    assert (found.event.gray is None) == (found.event.gray_stratified is None) == (name == "weighting")


def test_a_label_spelt_otherwise_competes_and_nobody_has_both() -> None:
    endpoint = outcome_result().patients.endpoints[0]
    assert endpoint.competing is not None
    assert endpoint.competing.sum() > 50
    assert not (endpoint.event & endpoint.competing).any()
    assert set(endpoint.cause.tolist()) == {0, 1, 2}


def test_milestones_past_follow_up_are_not_read() -> None:
    result = outcome_result()
    found = compare_competing(result.patients, None, result.settings, "TTP")
    assert found is not None
    assert [pair[0].time for pair in found.event.at] == [6, 12]
    assert [row.time for row in found.competing.differences] == [6, 12]
    for (treated, control), row in zip(found.event.at, found.event.differences, strict=True):
        assert row.difference == treated.incidence - control.incidence


def test_an_endpoint_without_competing_events_has_none() -> None:
    result = outcome_result()
    assert compare_competing(result.patients, None, result.settings, "OS") is None
    assert [has_competing(result.patients, name) for name in ("TTP", "OS", "other")] == [True, False, False]
    with pytest.raises(SettingsError, match="“PFS” must be a survival endpoint of the study: TTP, OS"):
        compare_competing(result.patients, None, result.settings, "PFS")


def test_competing_events_that_nobody_had_are_refused() -> None:
    result = outcome_result()
    patients = result.patients
    endpoint = patients.endpoints[0]
    assert endpoint.competing is not None
    endpoint.competing.setflags(write=True)
    kept = endpoint.competing.copy()
    endpoint.competing[:] = False
    try:
        with pytest.raises(EstimationError, match="none of 240 has one"):
            compare_competing(patients, None, result.settings, "TTP")
    finally:
        endpoint.competing[:] = kept


def test_a_label_that_is_not_there_is_refused() -> None:
    table = whole_table()
    endpoint = {"name": "TTP", "time": "os", "event": "dead", "observed": ["1"], "competing": ["2"]}
    asked: StudySettings = study(missing={"method": "complete_case"}, outcomes={"survival": [endpoint]})
    with pytest.raises(SettingsError, match="competing of TTP must be in the column “dead”, and “2” is not"):
        run(cohort_of(table), asked)


def test_doubtful_hazards_point_at_what_is_given_of_the_endpoint() -> None:
    table = whole_table(240)
    rng = np.random.default_rng(1)
    # Early events in one arm and late ones in the other: the hazards cross, whatever competes with them.
    late = rng.uniform(9, 10, 240)
    table["time"] = np.where(table["arm"] == "new", np.where(rng.random(240) < 0.3, 1 + late / 10, late), late - 4)
    table["first"] = rng.choice(["event", "other"], 240, p=[0.8, 0.2])
    endpoint = {"name": "TTP", "time": "time", "event": "first", "observed": ["event"], "competing": ["other"]}
    alone = {"name": "any", "time": "time", "event": "first", "observed": ["event", "other"]}
    result = run(cohort_of(table), study(missing={"method": "complete_case"}, outcomes={"survival": [endpoint, alone]}))
    told = [
        next(note.text for note in outcome.notes if note.code == "doubtful_proportional_hazards")
        for outcome in result.before.survival
    ]
    assert told[0].endswith("Read it beside the cumulative incidences.")
    assert told[1].endswith("Read it beside the difference in restricted mean survival time.")
