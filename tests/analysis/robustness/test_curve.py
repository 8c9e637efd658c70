"""The specification curve: every number is that of a run of its own, wherever and in whatever pieces it was worked out."""

from collections import Counter
from functools import cache

import distributed
import numpy as np
import pytest

from analysis.design.balance import covariate_balance
from analysis.errors import SettingsError
from analysis.robustness.curve import specification_curve
from analysis.robustness.result import SpecificationCurve, SpecificationResult, summarise_curve
from analysis.robustness.specifications import specifications
from analysis.study import run, study_patients
from tests.analysis.robustness.cases import EVERY_KIND, ONE_OF_EACH, cohort, curve_of, patients, robust_study
from tests.analysis.study.cases import cohort_of, holed_table, study

OWN = {
    "the default": {},
    "strata, support and a caliper on a column": {
        "matching": {"exact": ["etiology"], "calipers": [{"column": "albumin", "width": 0.8}]},
        "support": {"method": "common_range"},
    },
    "other conventions": {"balance": {"after": "recomputed", "binary": "raw"}, "confidence": {"level": 0.9}},
}


def figures(result):
    return tuple(getattr(result, name) for name in SpecificationResult.__dataclass_fields__ if name != "number")


def of_run(settings, measure):
    """What a whole run of the study says of the same effect."""
    found = run(cohort(), settings)
    if measure == "rate_difference":
        contrast = found.after.response[0].comparison.objective_response
        effect = contrast.risk_difference
        numbers = (effect.estimate, effect.ci_lower, effect.ci_upper, contrast.test.p_value)
    else:
        comparison = found.after.survival[0].comparison
        effect = comparison.cox if measure == "hazard_ratio" else comparison.rmst
        estimate = effect.hazard_ratio if measure == "hazard_ratio" else effect.difference
        numbers = (estimate, effect.ci_lower, effect.ci_upper, effect.p_value)
    design = found.design
    return numbers, (
        None if design.sets is None else design.sets.n_sets,
        design.n_treated,
        design.n_control,
        design.effective_sample_size_treated,
        design.effective_sample_size_control,
    )


def one_of_every_kind(curve):
    """The first result with an effect for each method, distance, caliper or none, order, replacement and choice of covariates."""
    kinds = {}
    for result in curve.results:
        chosen = curve.of(result).choices
        kind = tuple(chosen[name] for name in ("method", "distance", "order", "replacement", "left_out"))
        if result.estimate is not None:
            kinds.setdefault((*kind, chosen["caliper"] is None), result)
    return kinds


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("measure", ["hazard_ratio", "rmst_difference", "rate_difference"])
def test_every_kind_has_the_numbers_of_a_run_of_its_own(measure, own):
    sparse = (
        {} if own == "the default" and measure == "hazard_ratio" else {"methods": ["nearest"], "distances": ["logit"]}
    )
    curve = curve_of(EVERY_KIND | sparse | {"effect": measure}, **OWN[own])
    kinds = one_of_every_kind(curve)
    methods = {kind[0] for kind in kinds}
    assert {"nearest", "weighting: iptw", "weighting: overlap", "weighting: matching", "weighting: entropy"} <= methods
    for result in kinds.values():
        specification = curve.of(result)
        effect, design = of_run(specification.settings, measure)
        assert (result.estimate, result.ci_lower, result.ci_upper, result.p_value) == effect
        assert figures(result)[4:9] == design


def test_the_largest_difference_is_that_of_all_covariates():
    curve = curve_of(ONE_OF_EACH | {"leave_out": "each"})
    for result in curve.results:
        found = run(cohort(), curve.of(result).settings)
        everyone = patients(robust_study(ONE_OF_EACH))
        balance = covariate_balance(everyone.covariates, everyone.treated, found.design.weights)
        assert result.largest_smd == balance.largest_smd_after
    assert any(curve.of(result).left_out for result in curve.results)


@cache
def whole():
    return curve_of(EVERY_KIND | {"methods": ["nearest"]})


def test_processes_change_no_number():
    curve = whole()
    studied = patients(curve.specifications[0].settings)
    apart = specification_curve(studied, curve.specifications, n_jobs=2)
    assert [figures(result) for result in apart.results] == [figures(result) for result in curve.results]
    assert curve.complete


def test_a_dask_cluster_changes_no_number():
    curve = curve_of(ONE_OF_EACH)
    studied = patients(curve.specifications[0].settings)
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        apart = specification_curve(studied, curve.specifications, dask_address=cluster.scheduler_address)
    assert [figures(result) for result in apart.results] == [figures(result) for result in curve.results]


def test_what_was_done_is_kept_and_continued():
    curve = whole()
    studied = patients(curve.specifications[0].settings)
    seen = []
    part = specification_curve(
        studied,
        curve.specifications,
        on_progress=lambda done, planned: seen.append((done, planned)),
        cancelled=lambda: len(seen) == 2,
    )
    done = [count for count, planned in seen if planned == len(curve.specifications)]
    assert 0 < done[0] < done[1] < 40
    assert (len(part.results), part.complete, part.chosen.number) == (done[1], False, 0)
    rest = specification_curve(studied, curve.specifications, earlier=part, n_jobs=2)
    assert rest.complete
    assert [figures(result) for result in rest.results] == [figures(result) for result in curve.results]


def test_one_that_fails_keeps_its_sentence_and_the_others_go_on():
    # Only two patients have the same score.
    curve = curve_of(ONE_OF_EACH | {"calipers": [1e-9], "random_orders": 0})
    first, tight, weighted = curve.results
    assert tight.failure.startswith(
        "A hazard ratio needs events in both arms while patients of the other arm are at risk."
    )
    assert (tight.estimate, tight.n_sets, tight.n_treated, tight.largest_smd is None) == (None, 1, 1, False)
    assert None not in (first.estimate, weighted.estimate)
    assert summarise_curve(curve).failures == ((tight.failure, 1),)


def test_no_score_for_a_choice_of_covariates_is_said_of_each_of_its_specifications():
    settings = robust_study(ONE_OF_EACH | {"leave_out": "each", "random_orders": 0})
    studied = patients(settings)
    studied.covariates["albumin"] = studied.treated.astype(float)
    curve = specification_curve(studied, specifications(settings))
    told = Counter(result.failure is None for result in curve.results)
    # Without the column that tells the arms apart there is a score, and with it none.
    assert told == {True: 2, False: 2 + 3 * 2}
    first = curve.results[0]
    assert "albumin" in first.failure
    assert (first.n_sets, first.n_treated, first.largest_smd) == (None, 0, None)


def made(estimates, p_values, order_only):
    """A curve of these estimates, its specifications borrowed from a real one."""
    source = specifications(robust_study(ONE_OF_EACH | {"random_orders": order_only, "leave_out": "each"}))
    results = [
        SpecificationResult(
            number=number,
            estimate=estimate,
            ci_lower=None,
            ci_upper=None,
            p_value=p_value,
            n_sets=None,
            n_treated=0,
            n_control=0,
            effective_sample_size_treated=0.0,
            effective_sample_size_control=0.0,
            largest_smd=None,
            failure=None if estimate is not None else "No.",
        )
        for number, (estimate, p_value) in enumerate(zip(estimates, p_values, strict=True))
    ]
    return SpecificationCurve(
        measure="hazard_ratio",
        endpoint="OS",
        nothing=1.0,
        confidence_level=0.95,
        specifications=source[: len(results)],
        results=tuple(results),
    )


def test_the_summary_by_hand():
    curve = made([0.8, 0.7, 0.9, 1.2, None, 1.0, 0.5], [0.04, 0.01, 0.3, 0.04, None, 1.0, None], 2)
    found = summarise_curve(curve)
    assert [result.number for result in curve.in_order] == [6, 1, 0, 2, 5, 3]
    assert (found.n_planned, found.n_done, found.failures) == (7, 7, (("No.", 1),))
    spread = found.spread
    assert (spread.n, spread.n_below, spread.n_above, spread.lowest, spread.highest) == (6, 2, 1, 0.5, 1.2)
    assert spread.median == pytest.approx((0.8 + 0.9) / 2)
    assert (spread.share_below, spread.share_above) == (2 / 6, 1 / 6)
    # 0.5, 0.7, 0.8 and 0.9 lie below 1 as the chosen 0.8 does; 1.0 lies on neither side.
    assert (found.n_same_sign, found.share_same_sign) == (4, 4 / 6)
    alone = found.random_order
    assert (alone.n, alone.n_below, alone.lowest, alone.highest) == (2, 1, 0.7, 0.9)


def test_a_summary_of_nothing_is_none():
    found = summarise_curve(made([None, None], [None, None], 2))
    assert (found.spread, found.n_same_sign, found.share_same_sign, found.random_order) == (None, None, None, None)


def test_the_curve_runs_upwards_and_holds_the_chosen_one():
    curve = whole()
    estimates = [result.estimate for result in curve.in_order]
    assert estimates == sorted(estimates)
    assert curve.chosen.number == 0
    alone = summarise_curve(curve).random_order
    assert alone.n == 5
    assert alone.lowest < alone.highest


@pytest.mark.parametrize(
    ("asked", "outcomes", "sentence"),
    [
        (
            {"effect": "rate_difference", "endpoint": "OS"},
            {},
            "robustness.specifications: the rate_difference needs a response endpoint of the study ('RECIST'); found 'OS'. "
            "Name one of them, or another effect.",
        ),
        (
            {"effect": "hazard_ratio"},
            {"response": [{"name": "RECIST", "column": "bor"}]},
            "robustness.specifications: the hazard_ratio needs a survival endpoint of the study (none); found none. Name "
            "one of them, or another effect.",
        ),
        (
            {"effect": "rmst_difference"},
            {"survival": [{"name": "TTP", "time": "os", "event": "bor", "observed": ["PD"], "competing": ["SD"]}]},
            "robustness.specifications: 'TTP' has competing events, and restricted means would count them as censored. Ask "
            "for its hazard_ratio, or name another endpoint.",
        ),
    ],
)
def test_an_effect_that_does_not_exist_is_refused(asked, outcomes, sentence):
    settings = robust_study(ONE_OF_EACH | asked, **({"outcomes": outcomes} if outcomes else {}))
    with pytest.raises(SettingsError) as error:
        specification_curve(patients(settings), specifications(settings))
    assert str(error.value) == sentence


def test_patients_to_be_imputed_and_curves_of_another_study_are_refused():
    settings = study(robustness={"specifications": ONE_OF_EACH})
    with pytest.raises(SettingsError, match="needs complete covariates; some are still to be imputed"):
        specification_curve(study_patients(cohort_of(holed_table()), settings), specifications(settings))
    other = whole()
    mine = robust_study(ONE_OF_EACH)
    with pytest.raises(SettingsError, match="continued with its own specifications only"):
        specification_curve(patients(mine), specifications(mine), earlier=other)
    with pytest.raises(SettingsError, match="at least one specification"):
        specification_curve(patients(mine), ())


def test_weights_have_no_sets_and_an_effective_size():
    weighted = [result for result in whole().results if whole().of(result).settings.weighting is not None]
    assert len(weighted) == 8
    assert all(result.n_sets is None and result.effective_sample_size_control < result.n_control for result in weighted)
    assert np.all([result.largest_smd < 1 for result in weighted])


def test_exactly_the_level_is_not_below_it_and_one_random_order_has_no_range():
    found = summarise_curve(made([0.8, 0.7], [0.05, 0.01], 1))
    assert (found.spread.n_below, found.random_order) == (1, None)


def test_marked_missing_values_have_the_part_in_a_specification_that_they_have_in_its_run():
    """The column that marks a covariate's missing values comes and goes with the covariate."""
    asked = ONE_OF_EACH | {"leave_out": "each", "random_orders": 0, "weighting": ["overlap"]}
    settings = robust_study(asked, missing={"method": "indicator"})
    holed = cohort_of(holed_table())
    studied = study_patients(holed, settings)
    assert "age (missing)" in studied.covariates
    curve = specification_curve(studied, specifications(settings))
    for result in curve.results:
        found = run(holed, curve.of(result).settings)
        effect = found.after.survival[0].comparison.cox
        assert (result.estimate, result.n_control) == (effect.hazard_ratio, found.design.n_control)
    assert any("age" in curve.of(result).left_out for result in curve.results)
