"""Laws of the whole pipeline: what must not change when something that does not matter changes."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.selection import select_patients
from analysis.design.design import design_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError
from analysis.reporting.results import results_document
from analysis.settings import StudySettings
from analysis.study import STAGES, StudyResult, outcomes_after, outcomes_before, run, study_flow
from analysis.study_file import load_study, study_values

REFERENCE = Path(__file__).parents[1] / "reference"

ITERATED = 1e-6
"""Relative: the propensity model is fitted again on rows in another order."""

TABLE = pd.read_csv(REFERENCE / "gbsg.csv")
STUDY = load_study((REFERENCE / "gbsg.study.json").read_text())


def cohort_of(table: pd.DataFrame) -> Cohort:
    return read_cohort(table.to_csv(index=False).encode(), "cohort.csv")


def study(**changes: object) -> StudySettings:
    """The reference study with some groups of settings changed."""
    values = study_values(STUDY)
    for group, change in changes.items():
        values[group] = values[group] | change if isinstance(change, dict) else change
    return StudySettings.model_validate(values)


def sets_by_id(result: StudyResult) -> dict[str, frozenset[str]]:
    sets = results_document(result)["matching"]["sets"]
    return {item["treated"]: frozenset(item["controls"]) for item in sets}


@pytest.fixture(scope="module")
def result() -> StudyResult:
    return run(cohort_of(TABLE), STUDY)


def test_the_same_file_and_study_give_the_same_document_to_the_last_bit(result: StudyResult) -> None:
    again = run(cohort_of(TABLE), STUDY)
    assert json.dumps(results_document(again)) == json.dumps(results_document(result))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_design_never_sees_an_outcome(result: StudyResult, seed: int) -> None:
    shuffled = TABLE.copy()
    order = np.random.default_rng(seed).permutation(len(TABLE))
    shuffled[["t", "status"]] = TABLE[["t", "status"]].to_numpy()[order]
    other = run(cohort_of(shuffled), STUDY)
    assert other.propensity.logit.tobytes() == result.propensity.logit.tobytes()
    assert other.matching.weights.tobytes() == result.matching.weights.tobytes()
    assert other.matching.subclass.tobytes() == result.matching.subclass.tobytes()
    assert not np.array_equal(other.patients.endpoints[0].time, result.patients.endpoints[0].time)


@pytest.mark.parametrize("order", ["closest", "largest", "smallest"])
def test_the_order_of_the_rows_does_not_matter(order: str) -> None:
    settings = study(matching={"order": order})
    shuffled = TABLE.sample(frac=1, random_state=7)
    straight, other = run(cohort_of(TABLE), settings), run(cohort_of(shuffled), settings)
    assert sets_by_id(other) == sets_by_id(straight)
    before = results_document(straight)["survival"][0]["after"]
    after = results_document(other)["survival"][0]["after"]
    assert after["cox"]["hazard_ratio"] == pytest.approx(before["cox"]["hazard_ratio"], rel=ITERATED)
    assert after["arms"]["treated"]["median"] == pytest.approx(before["arms"]["treated"]["median"], rel=ITERATED)


def test_exchanging_the_arms_turns_the_comparison_round(result: StudyResult) -> None:
    turned = run(cohort_of(TABLE), study(treatment={"treated": "no", "control": "tamoxifen"}))
    straight, other = (results_document(item)["survival"][0]["before"] for item in (result, turned))
    assert other["cox"]["hazard_ratio"] == pytest.approx(1 / straight["cox"]["hazard_ratio"], rel=ITERATED)
    assert other["cox"]["ci_upper"] == pytest.approx(1 / straight["cox"]["ci_lower"], rel=ITERATED)
    assert other["log_rank"] == pytest.approx(straight["log_rank"], rel=1e-10)
    assert other["rmst"]["difference"] == pytest.approx(-straight["rmst"]["difference"], rel=1e-10)
    assert other["arms"]["treated"] == straight["arms"]["control"]
    smds = [results_document(item)["balance"] for item in (result, turned)]
    for row, turned_row in zip(*smds, strict=True):
        assert turned_row["smd_before"] == pytest.approx(-row["smd_before"], rel=1e-10)


def test_the_unit_of_a_covariate_does_not_matter(result: StudyResult) -> None:
    other = run(cohort_of(TABLE.assign(size=TABLE["size"] / 1000)), STUDY)
    assert sets_by_id(other) == sets_by_id(result)
    assert other.propensity.logit == pytest.approx(result.propensity.logit, rel=ITERATED, abs=ITERATED)


def test_rows_of_other_arms_and_incomplete_rows_change_no_number_but_the_flow(result: StudyResult) -> None:
    strangers = TABLE.head(5).assign(arm="other", id=range(90_001, 90_006))
    incomplete = TABLE.tail(3).assign(age=np.nan, id=range(90_011, 90_014))
    other = run(cohort_of(pd.concat([TABLE, strangers, incomplete])), STUDY)
    assert sets_by_id(other) == sets_by_id(result)
    ours, theirs = results_document(result), results_document(other)
    assert theirs["survival"] == ours["survival"]
    assert theirs["balance"] == ours["balance"]
    assert theirs["flow"][0]["other"] == 5
    read, complete = theirs["flow"][0], theirs["flow"][1]
    assert read["treated"] + read["control"] - complete["treated"] - complete["control"] == 3
    assert theirs["flow"][1:] == ours["flow"][1:]


def test_a_caliper_so_wide_that_it_binds_nobody_equals_none() -> None:
    wide, none = (run(cohort_of(TABLE), study(matching={"caliper": width})) for width in (1e6, None))
    assert wide.matching.weights.tobytes() == none.matching.weights.tobytes()
    assert results_document(none)["matching"]["caliper_width"] is None


def test_the_level_of_confidence_moves_limits_and_nothing_else(result: StudyResult) -> None:
    narrow = run(cohort_of(TABLE), study(confidence={"level": 0.8}))
    wide_view, narrow_view = (results_document(item)["survival"][0]["after"] for item in (result, narrow))
    assert narrow_view["cox"]["hazard_ratio"] == wide_view["cox"]["hazard_ratio"]
    assert narrow_view["cox"]["p_value"] == wide_view["cox"]["p_value"]
    assert wide_view["cox"]["ci_lower"] < narrow_view["cox"]["ci_lower"] < narrow_view["cox"]["ci_upper"]
    assert narrow_view["cox"]["ci_upper"] < wide_view["cox"]["ci_upper"]
    at_wide, at_narrow = wide_view["arms"]["treated"]["at"][0], narrow_view["arms"]["treated"]["at"][0]
    assert at_wide["ci_lower"] < at_narrow["ci_lower"] < at_narrow["survival"] == at_wide["survival"]


def test_the_stages_by_themselves_are_the_run(result: StudyResult) -> None:
    patients = select_patients(cohort_of(TABLE), STUDY)
    propensity = fit_propensity(patients.covariates, patients.treated)
    matching = design_patients(patients, propensity, STUDY)
    before = outcomes_before(patients, STUDY.outcomes, STUDY.confidence)
    after = outcomes_after(patients, matching, STUDY.outcomes, STUDY.confidence)
    assert matching.weights.tobytes() == result.matching.weights.tobytes()
    for mine, whole in ((before, result.before), (after, result.after)):
        ours, theirs = mine.survival[0].comparison, whole.survival[0].comparison
        assert ours is not None
        assert theirs is not None
        assert ours.treated.curve.survival.tobytes() == theirs.treated.curve.survival.tobytes()
    assert [step.step for step in study_flow(patients, None)] == [step.step for step in result.flow][:-1]


def test_progress_names_every_stage_in_order() -> None:
    begun: list[str] = []
    run(cohort_of(TABLE), STUDY, progress=begun.append)
    assert tuple(begun) == STAGES


def test_an_endpoint_without_events_leaves_the_rest_standing() -> None:
    table = TABLE.assign(relapse=0)
    table.loc[table["arm"] == "no", "relapse"] = 0
    table.loc[0, "relapse"] = 1
    values = study_values(STUDY)
    values["outcomes"]["survival"].append({"name": "Relapse", "time": "t", "event": "relapse"})
    found = results_document(run(cohort_of(table), StudySettings.model_validate(values)))
    whole, rare = found["survival"]
    assert whole["after"]["cox"] is not None
    assert rare["before"]["cox"] is None
    assert [note for note in found["notes"] if note.get("outcome") == "Relapse"]


def test_no_pair_within_the_caliper_is_refused_with_a_sentence() -> None:
    with pytest.raises(EstimationError) as raised:
        run(cohort_of(TABLE), study(matching={"caliper": 1e-12}))
    assert len(raised.value.problems) == 1


def test_a_cohort_reads_the_same_from_a_spreadsheet(result: StudyResult) -> None:
    workbook = io.BytesIO()
    TABLE.to_excel(workbook, index=False)
    other = run(read_cohort(workbook.getvalue(), "cohort.xlsx"), STUDY)
    assert sets_by_id(other) == sets_by_id(result)
    assert results_document(other)["survival"] == results_document(result)["survival"]
