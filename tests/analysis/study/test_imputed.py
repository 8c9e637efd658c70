"""Every imputed set is matched and compared as if it were the cohort, and the results are pooled."""

import dataclasses
import json

import numpy as np
import pytest

from analysis.cohort.imputation import ImputedSets
from analysis.cohort.selection import StudyCohort, select_patients
from analysis.design.balance import covariate_balance
from analysis.design.design import design_patients
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError
from analysis.outcomes.pooling import pool_estimates
from analysis.reporting.results import results_document
from analysis.settings import StudySettings
from analysis.study import (
    STAGES,
    impute_study,
    imputed_sets,
    outcomes_after,
    patients_of_set,
    run,
)
from tests.analysis.study.cases import cohort_of, holed_table, imputed_result, study, whole_table

SAME = 1e-12
"""Relative: the same figures by another way through the same functions."""


def test_pooled_estimates_are_those_of_the_sets_each_matched_on_its_own() -> None:
    """The long way: each set through the ordinary stages, the ratios collected by hand."""
    settings = study(outcomes=study().outcomes.model_dump() | {"rmst_horizon": 10.0})
    patients = select_patients(cohort_of(holed_table()), settings)
    sets = imputed_sets(patients, settings.missing)
    imputed = impute_study(patients, sets, settings)
    ratios, means, n_matched, events = [], [], [], []
    for number in range(1, 5):
        one = patients_of_set(patients, sets, number)
        matching = design_patients(one, fit_propensity(one.covariates, one.treated), settings)
        comparison = outcomes_after(one, matching, settings.outcomes, settings.confidence).survival[0].comparison
        assert comparison is not None
        assert comparison.cox is not None
        assert comparison.rmst is not None
        ratios.append((comparison.cox.log_hazard_ratio, comparison.cox.standard_error**2))
        means.append((comparison.rmst.difference, comparison.rmst.standard_error**2))
        events.append(comparison.cox.n_events)
        n_matched.append(matching.sets.n_sets)
        balance = covariate_balance(one.covariates, one.treated, matching.weights)
        assert imputed.largest_smd[number - 1] == balance.largest_smd_after
    assert imputed.n_matched.tolist() == n_matched
    degrees = min(np.mean(n_matched) - 1, np.mean(events) - 1)
    (pooled,) = imputed.after.survival
    for found, pairs, df in (
        (pooled.hazard_ratio, ratios, degrees),
        (pooled.rmst_difference, means, np.mean(n_matched) - 1),
    ):
        expected = pool_estimates(*zip(*pairs, strict=True), complete_degrees_of_freedom=df)
        assert found is not None
        assert found.pooled == pytest.approx(expected.estimate, rel=SAME)
        assert found.standard_error == pytest.approx(expected.standard_error, rel=SAME)
        assert found.degrees_of_freedom == pytest.approx(expected.degrees_of_freedom, rel=SAME)
    assert pooled.rmst_horizon == 10.0


def test_what_is_shown_is_the_first_imputed_set() -> None:
    result = imputed_result()
    assert result.imputation is not None
    assert result.imputation.shown == 1
    assert not result.patients.incomplete
    assert not result.patients.covariates.isna().to_numpy().any()
    assert result.imputation.n_matched[0] == result.matching.n_sets
    assert result.imputation.n_treated[0] == result.matching.n_treated
    assert result.imputation.largest_smd[0] == result.balance.largest_smd_after
    codes = [note.code for note in result.notes]
    assert codes.count("imputed_set_shown") == codes.count("imputed_without_outcome") == 1


def test_nobody_is_left_out_and_before_matching_nothing_is_pooled_apart() -> None:
    result = imputed_result()
    assert result.imputation is not None
    assert result.patients.treated.size == len(whole_table())
    (before,) = result.before.survival
    (pooled,) = result.imputation.before.survival
    assert before.comparison is not None
    assert before.comparison.cox is not None
    assert pooled.hazard_ratio is not None
    cox, ratio = before.comparison.cox, pooled.hazard_ratio
    assert (ratio.ci_lower, ratio.ci_upper) == pytest.approx((cox.ci_lower, cox.ci_upper), rel=SAME)
    assert ratio.p_value == pytest.approx(cox.p_value, rel=1e-9)
    assert (ratio.between, ratio.fraction_missing, ratio.degrees_of_freedom) == (0.0, 0.0, None)
    rates = result.imputation.before.response[0].objective_response
    response = result.before.response[0].comparison
    assert rates is not None
    assert rates.risk_difference is not None
    assert response is not None
    assert rates.risk_difference.estimate == pytest.approx(response.objective_response.risk_difference.estimate)
    assert rates.odds_ratio is not None
    woolf = response.objective_response.odds_ratio
    assert (rates.odds_ratio.ci_lower, rates.odds_ratio.ci_upper) == pytest.approx(
        (woolf.ci_lower, woolf.ci_upper), rel=1e-9
    )


def test_sets_without_missing_values_give_the_complete_case_figures() -> None:
    table = cohort_of(whole_table())
    complete = run(table, study(missing={"method": "complete_case"}))
    for method in ("indicator", "multiple_imputation"):
        other = run(table, study(missing={"method": method}))
        assert other.imputation is None
        assert [note.code for note in other.notes if note.code == "nothing_missing"] == ["nothing_missing"]
        documents = [results_document(result) for result in (complete, other)]
        for document in documents:
            # The ledger tells which specification it was, and these are two.
            del document["study"], document["notes"], document["ledger"]
        assert json.dumps(documents[0]) == json.dumps(documents[1])
    assert not any(note.code == "nothing_missing" for note in complete.notes)


def test_the_order_of_the_sets_does_not_matter_and_sets_that_agree_give_one_sets_figures() -> None:
    settings = study()
    patients = select_patients(cohort_of(holed_table()), settings)
    sets = imputed_sets(patients, settings.missing)
    pooled = impute_study(patients, sets, settings).after.survival[0].hazard_ratio
    turned = impute_study(patients, _sets(sets, [3, 1, 0, 2]), settings).after.survival[0].hazard_ratio
    assert pooled is not None
    assert turned is not None
    assert (turned.pooled, turned.standard_error) == (pooled.pooled, pooled.standard_error)
    alike = impute_study(patients, _sets(sets, [1, 1, 1]), settings)
    single = impute_study(patients, _sets(sets, [1]), settings)
    for found, expected in zip(_estimates(alike), _estimates(single), strict=True):
        assert (found.estimate, found.standard_error) == (expected.estimate, expected.standard_error)
        assert (found.ci_lower, found.ci_upper) == (expected.ci_lower, expected.ci_upper)


def test_shuffled_outcomes_leave_every_set_and_every_design_alone() -> None:
    table, settings = holed_table(), study()
    order = np.random.default_rng(4).permutation(len(table))
    shuffled = table.copy()
    shuffled[["os", "dead", "bor"]] = table[["os", "dead", "bor"]].to_numpy()[order]
    found, designs, shown = [], [], []
    for one in (table, shuffled):
        patients = select_patients(cohort_of(one), settings)
        sets = imputed_sets(patients, settings.missing)
        found.append((sets, impute_study(patients, sets, settings)))
        designs.append([_design(patients_of_set(patients, sets, number), settings) for number in range(1, 5)])
        shown.append(run(cohort_of(one), settings))
    (one, first), (other, second) = found
    for values, again in zip(one.values, other.values, strict=True):
        np.testing.assert_array_equal(values, again)
    np.testing.assert_array_equal(first.n_matched, second.n_matched)
    assert first.largest_smd == second.largest_smd
    for of_one, of_other in zip(*designs, strict=True):
        assert of_one == of_other  # scores, weights and sets of every imputed set, to the last bit
    assert shown[0].matching.weights.tobytes() == shown[1].matching.weights.tobytes() == designs[0][0][1]
    ratios = [imputed.after.survival[0].hazard_ratio for imputed in (first, second)]
    assert ratios[0] is not None
    assert ratios[1] is not None
    assert ratios[0].estimate != ratios[1].estimate


def test_sets_that_cannot_be_matched_are_counted_and_refused_when_they_are_most() -> None:
    settings = study()
    patients = select_patients(cohort_of(holed_table()), settings)
    sets = imputed_sets(patients, settings.missing)
    one = impute_study(patients, _spoiled(sets, [0]), settings)
    assert (one.n_sets, one.n_failed, one.shown, one.number.tolist()) == (4, 1, 2, [2, 3, 4])
    assert one.after.survival[0].hazard_ratio is not None
    assert one.after.survival[0].hazard_ratio.n_sets == 3
    assert any(note.text.startswith("No matched sets could be formed in 1 of 4 imputed sets") for note in one.notes)
    with pytest.raises(EstimationError) as error:
        impute_study(patients, _spoiled(sets, [0, 1, 3]), settings)
    assert error.value.problems[0].startswith(
        "Matched sets must be found in most of the imputed sets; 3 of 4 gave none. The most frequent reason: "
    )


def test_an_effect_that_some_set_does_not_give_is_not_pooled_and_a_note_says_so() -> None:
    table = holed_table()
    table["bor"] = np.where(table["arm"] == "new", table["bor"], "PD")
    result = run(cohort_of(table), study())
    assert result.imputation is not None
    (response,) = result.imputation.after.response
    rates = response.objective_response
    assert rates is not None
    assert (rates.control, rates.risk_ratio, rates.odds_ratio) == (None, None, None)
    assert rates.treated is not None
    assert rates.risk_difference is not None
    assert "The risk ratio of RECIST (objective response) is not pooled: no set gives it." in [
        note.text for note in response.notes
    ]


def test_the_horizon_is_one_for_all_sets() -> None:
    result = imputed_result()
    assert result.imputation is not None
    assert result.settings.outcomes.rmst_horizon is None
    (pooled,) = result.imputation.after.survival
    shown = result.after.survival[0].comparison
    assert shown is not None
    assert shown.rmst is not None
    assert pooled.rmst_horizon is not None
    assert pooled.rmst_horizon <= shown.rmst.horizon


def test_the_stages_and_the_share_done_are_told() -> None:
    stages: list[str] = []
    shares: list[float] = []
    run(cohort_of(holed_table()), study(), progress=stages.append, part=shares.append)
    assert tuple(stages) == STAGES
    assert shares == pytest.approx([number / 8 for number in range(8)])


def _design(patients: StudyCohort, settings: StudySettings) -> tuple[bytes, bytes, bytes]:
    propensity = fit_propensity(patients.covariates, patients.treated)
    matching = design_patients(patients, propensity, settings)
    return propensity.logit.tobytes(), matching.weights.tobytes(), matching.subclass.tobytes()


def _sets(sets: ImputedSets, order: list[int]) -> ImputedSets:
    return dataclasses.replace(sets, n_sets=len(order), values=tuple(values[order] for values in sets.values))


def _spoiled(sets: ImputedSets, which: list[int]) -> ImputedSets:
    """Some sets in which ages stay unknown, so that no score can be had."""
    values = [column.copy() for column in sets.values]
    place = sets.columns.index("age")
    for number in which:
        values[place][number] = np.nan
    return dataclasses.replace(sets, values=tuple(values))


def _estimates(imputed):
    (survival,), (response,) = imputed.after.survival, imputed.after.response
    rates = response.objective_response
    return [survival.hazard_ratio, survival.rmst_difference, rates.treated, rates.risk_difference, rates.odds_ratio]
