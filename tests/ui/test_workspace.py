from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.cohort.reading import read_cohort
from analysis.errors import CohortInputError
from analysis.settings import EligibilityRule
from analysis.study import run
from analysis.study_file import load_study
from ui.form import TIME, UNUSED, form_from_settings, settings_from_form
from ui.workspace import KEPT_STAGES, Workspace

REFERENCE = Path(__file__).resolve().parents[1] / "reference"


@pytest.fixture
def desk() -> Workspace:
    cohort = read_cohort((REFERENCE / "veteran.csv").read_bytes(), "veteran.csv")
    settings = load_study((REFERENCE / "veteran.study.json").read_text())
    return Workspace(cohort, "veteran.csv", form_from_settings(cohort.table.columns, settings))


def test_the_screen_and_the_command_line_have_the_same_numbers(desk: Workspace) -> None:
    alone = run(desk.cohort, load_study((REFERENCE / "veteran.study.json").read_text()))
    shown = desk.result()
    assert shown is not None
    np.testing.assert_array_equal(shown.matching.weights, alone.matching.weights)
    np.testing.assert_array_equal(shown.propensity.logit, alone.propensity.logit)
    assert shown.settings == alone.settings
    assert [step.treated for step in shown.flow] == [step.treated for step in alone.flow]
    before, after = shown.after.survival[0].comparison, alone.after.survival[0].comparison
    assert before is not None
    assert after is not None
    assert before.cox is not None
    assert after.cox is not None
    assert before.cox.hazard_ratio == after.cox.hazard_ratio


def test_a_new_caliper_refits_no_model_and_touches_nothing_before_matching(desk: Workspace) -> None:
    first = desk.state()
    desk.change_matching(caliper=0.05)
    second = desk.state()
    assert second.propensity is first.propensity
    assert second.patients is first.patients
    assert second.before is first.before
    assert second.matching is not first.matching
    assert first.matching is not None
    assert second.matching is not None
    assert second.matching.n_sets < first.matching.n_sets


def test_dragging_back_finds_the_earlier_result(desk: Workspace) -> None:
    first = desk.state()
    desk.change_matching(caliper=0.05)
    desk.state()
    desk.change_matching(caliper=0.2)
    assert desk.state().after is first.after


def test_undo_and_redo_walk_along_the_changes(desk: Workspace) -> None:
    start = desk.form
    desk.change_matching(ratio=2)
    desk.change_matching(ratio=3)
    desk.undo()
    assert desk.form.matching.ratio == 2
    desk.undo()
    assert desk.form == start
    assert not desk.can_undo
    desk.redo()
    assert desk.form.matching.ratio == 2
    desk.change_matching(caliper=0.1)
    assert not desk.can_redo


def test_weighting_is_one_change_that_computes_only_the_design_anew(desk: Workspace) -> None:
    matched = desk.state()
    desk.choose_design(weighted=True)
    weighted = desk.state()
    assert weighted.design is not None
    assert weighted.design.kind == "weighting"
    assert weighted.matching is None
    assert weighted.propensity is matched.propensity
    assert weighted.before is matched.before
    desk.undo()
    assert desk.state().design is matched.design


def test_a_new_weighting_forgets_nothing_of_the_matching(desk: Workspace) -> None:
    desk.change_matching(ratio=2)
    desk.choose_design(weighted=True)
    desk.change_settings("weighting", method="iptw", truncate=99.0)
    result = desk.result()
    assert result is not None
    assert result.design.weighted is not None
    assert result.design.weighted.truncated_at is not None
    desk.choose_design(weighted=False)
    assert desk.form.matching.ratio == 2
    assert desk.form.weighting.method == "iptw"


def test_a_change_that_would_contradict_the_study_takes_the_rest_along(desk: Workspace) -> None:
    desk.change_matching(ratio=3, replacement=True)
    desk.change_matching(method="full")
    assert (desk.form.matching.ratio, desk.form.matching.replacement) == (1, False)
    desk.undo()
    assert (desk.form.matching.ratio, desk.form.matching.replacement) == (3, True)


def test_the_same_form_again_is_no_change(desk: Workspace) -> None:
    desk.change_matching(ratio=1)
    assert not desk.can_undo


def test_a_caliper_that_matches_nobody_leaves_what_is_known_before_matching(desk: Workspace) -> None:
    desk.change_matching(caliper=1e-12)
    state = desk.state()
    assert state.matching is None
    assert state.after is None
    assert state.before is not None
    assert state.design_problems
    assert desk.result() is None
    assert desk.state().design_problems == state.design_problems


def test_an_incomplete_form_says_what_is_missing_and_computes_nothing(desk: Workspace) -> None:
    roles = tuple(replace(item, role=UNUSED, endpoints=()) if item.role == TIME else item for item in desk.form.roles)
    desk.change(replace(desk.form, roles=roles))
    state = desk.state()
    assert state.settings is None
    assert state.patients is None
    assert any("none for 'Time to event'" in problem for problem in state.problems)


def test_a_refusal_is_kept_and_raised_anew(desk: Workspace) -> None:
    calls = []

    def refuse() -> None:
        calls.append(1)
        raise CohortInputError("first", "second")

    for _ in range(2):
        with pytest.raises(CohortInputError) as caught:
            desk.kept("key", refuse)
        assert caught.value.problems == ("first", "second")
    assert len(calls) == 1


def test_only_so_many_results_are_kept(desk: Workspace) -> None:
    for number in range(3 * KEPT_STAGES):
        desk.kept(number, lambda number=number: number)
    assert len(desk._stages) == KEPT_STAGES


@pytest.fixture
def lacking() -> Workspace:
    """A cohort in which one covariate is missing here and there."""
    lines = (REFERENCE / "veteran.csv").read_text().splitlines()
    header = lines[0].replace('"', "").split(",")
    rows = [line.split(",") for line in lines[1:]]
    for row in rows[::9]:
        row[header.index("age")] = ""
    content = "\n".join([lines[0], *(",".join(row) for row in rows)])
    cohort = read_cohort(content.encode(), "veteran.csv")
    settings = load_study((REFERENCE / "veteran.study.json").read_text())
    missing = settings.missing.model_copy(update={"method": "multiple_imputation", "imputations": 3, "iterations": 2})
    form = form_from_settings(cohort.table.columns, settings.model_copy(update={"missing": missing}))
    return Workspace(cohort, "veteran.csv", form)


def test_imputed_sets_on_screen_are_those_of_the_command_line(lacking: Workspace) -> None:
    settings, _ = settings_from_form(lacking.form)
    assert settings is not None
    alone, shown = run(lacking.cohort, settings), lacking.result()
    assert shown is not None
    assert shown.imputation is not None
    assert alone.imputation is not None
    assert shown.imputation.n_sets == 3
    np.testing.assert_array_equal(shown.matching.weights, alone.matching.weights)
    first, second = shown.imputation.after.survival[0], alone.imputation.after.survival[0]
    assert first.hazard_ratio is not None
    assert second.hazard_ratio is not None
    assert first.hazard_ratio.estimate == second.hazard_ratio.estimate


def test_a_new_caliper_draws_no_new_sets_and_a_new_seed_does(lacking: Workspace) -> None:
    first = lacking.state()
    lacking.change_matching(caliper=0.3)
    second = lacking.state()
    assert second.patients is first.patients
    assert second.imputation is not first.imputation
    seed = lacking.form.missing.model_copy(update={"seed": 5})
    lacking.change(replace(lacking.form, missing=seed))
    assert lacking.state().patients is not first.patients


def test_long_work_is_announced_until_it_is_done(lacking: Workspace, desk: Workspace) -> None:
    assert lacking.long_work() == "Imputing missing values 3 times and matching each set …"
    lacking.state()
    assert lacking.long_work() is None
    assert desk.long_work() is None
    lacking.choose_design(weighted=True)
    assert lacking.long_work() == "Imputing missing values 3 times and weighting each set …"


def test_slow_work_is_announced_from_fewer_patients(desk: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.workspace.MANY_FOR_SLOW_WORK", 100)
    assert desk.long_work() is None
    desk.change_settings("propensity", model="forest")
    assert desk.long_work() == "Computing …"
    desk.change_settings("propensity", model="logistic")
    desk.change_matching(distance="mahalanobis")
    assert desk.long_work() == "Computing …"
    desk.choose_design(weighted=True)
    assert desk.long_work() is None


def test_a_rule_of_eligibility_asks_for_new_patients(desk: Workspace) -> None:
    first = desk.state()
    rule = EligibilityRule(column="age", at_least=50)
    desk.change(replace(desk.form, eligibility=(rule,)))
    second = desk.state()
    assert [step.kind for step in second.flow] == ["read", "eligibility", "complete", "matched"]
    assert first.patients is not None
    assert second.patients is not None
    assert second.patients.treated.size < first.patients.treated.size
    desk.undo()
    assert desk.state().patients is first.patients
