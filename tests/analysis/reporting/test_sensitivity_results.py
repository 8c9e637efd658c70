"""Unmeasured confounding and power in the results file, in the table and in words, small counts hidden or not."""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analysis.notes import Note
from analysis.outcomes.rate_effects import Estimate
from analysis.reporting.printed.sensitivity import bounds_rows, covariate_rows, e_value_rows, power_rows
from analysis.reporting.results import results_document, results_file
from analysis.reporting.sensitivity_results import sensitivity_table, study_sensitivity
from analysis.reporting.sensitivity_sentences import (
    confounding_sentences,
    negative_control_sentence,
    power_sentence,
    robustness_sentences,
)
from analysis.sensitivity.decisive_sets import pair_sets
from analysis.sensitivity.e_value import e_value
from analysis.sensitivity.measured_covariates import MeasuredCovariate, compare_with_covariates
from analysis.sensitivity.negative_control import negative_control
from analysis.sensitivity.power import detectable_from_error, detectable_paired_difference, what_is_not_excluded
from analysis.sensitivity.rosenbaum import rosenbaum_bounds
from analysis.settings import ExportSettings, StudySettings
from analysis.study import StudyResult
from analysis.study.sensitivity import EndpointConfounding, EndpointEffect, EndpointPower, StudyConfounding
from charts.style import format_p
from tests.analysis.reporting.conftest import STUDY, run_study


@pytest.fixture(scope="module")
def with_control() -> StudyResult:
    outcomes: Any = {**STUDY["outcomes"], "negative_control": "ORR"}  # type: ignore[dict-item]
    return run_study(StudySettings.model_validate({**STUDY, "outcomes": outcomes}))


def hiding(result: StudyResult, below: int) -> StudyResult:
    exports = ExportSettings(suppress_below=below)
    return replace(result, settings=result.settings.model_copy(update={"exports": exports}))


def effect(estimate: float, lower: float, upper: float) -> EndpointEffect:
    return EndpointEffect(
        endpoint="PFS",
        measure="hazard_ratio",
        effect=Estimate(estimate=estimate, ci_lower=lower, ci_upper=upper),
        standard_error=0.2,
        n_treated=50,
        n_control=50,
        events_treated=40,
        events_control=45,
        size_treated=50.0,
        size_control=50.0,
        notes=(),
    )


def confounding(
    one: EndpointEffect, *covariates: MeasuredCovariate, pairs: tuple[int, int] | None = None
) -> EndpointConfounding:
    value = e_value(one.effect, "hazard_ratio", rare=True)
    return EndpointConfounding(
        effect=one,
        share=0.1,
        e_value=value,
        covariates=compare_with_covariates(value, covariates) if covariates else None,
        rarest={item.name: 9 for item in covariates},
        left_out=(),
        bounds=None if pairs is None else rosenbaum_bounds(pair_sets(*pairs, 25)),
        tipping=None,
        notes=(),
    )


STRONG, FAIR, WEAK = (
    MeasuredCovariate(name=name, treatment_ratio=ratio, outcome_ratio=ratio)
    for name, ratio in (("BCLC", 4.0), ("ECOG", 2.0), ("sex", 1.1))
)


@pytest.mark.parametrize(
    ("limits", "covariate", "words"),
    [
        ((0.5, 0.3, 0.9), STRONG, "BCLC, is associated by a ratio of 4.00 with treatment and of 4.00 with PFS: an "
                                  "unmeasured confounder as strong could explain the effect away."),
        ((0.5, 0.3, 0.9), FAIR, "could move the interval to no effect, but not explain the estimate away."),
        ((0.5, 0.3, 0.9), WEAK, "could not even move the interval to no effect."),
        ((0.5, 0.3, 1.2), WEAK, "could not explain the estimate away."),
    ],
)  # fmt: skip
def test_the_strongest_covariate_says_what_one_like_it_could_do(
    limits: tuple[float, float, float], covariate: MeasuredCovariate, words: str
) -> None:
    # Bias factors 16/7, 4/3 and 1.21/1.2; the estimate needs 2, the limit 1.11.
    told = confounding_sentences(confounding(effect(*limits), covariate), 0.95)
    assert told[1].endswith(words)


def test_e_values_in_words() -> None:
    (told,) = confounding_sentences(confounding(effect(0.5, 0.3, 0.9)), 0.95)
    # 2 + √2 and 1/0.9 + √(1/0.9 · (1/0.9 − 1)).
    assert told == (
        "An unmeasured confounder would need to be associated with both treatment and PFS by a risk ratio of at least 3.41 "
        "each, beyond the measured covariates, to explain the hazard ratio of 0.50 (95% CI 0.30–0.90) away; 1.46 each would "
        "be enough for its interval to reach 1."
    )
    (told,) = confounding_sentences(confounding(effect(0.5, 0.3, 1.2)), 0.95, adjusted=False)
    assert "beyond" not in told
    assert told.endswith("away; its interval holds 1 already, without any confounder.")
    (told,) = confounding_sentences(confounding(effect(0.0, 0.0, 0.4)), 0.95)
    assert "no finite confounder explains" in told


def test_hidden_bias_in_words() -> None:
    told = confounding_sentences(confounding(effect(0.5, 0.3, 0.9), pairs=(12, 2)), 0.95)[-1]
    assert "in their odds of treatment by Γ = 1.34 or more (p = 0.013 without hidden bias; 14 of 25 sets" in told
    told = confounding_sentences(confounding(effect(0.5, 0.3, 0.9), pairs=(7, 7)), 0.95)[-1]
    assert "is not significant even if nothing was hidden (p > 0.999 without" in told


def power_of(one: EndpointEffect) -> EndpointPower:
    return EndpointPower(
        effect=one,
        detectable=tuple(detectable_from_error(0.2, power=power) for power in (0.8, 0.9)),
        from_events=(),
        not_excluded=what_is_not_excluded(one.effect, "ratio"),
        notes=(),
    )


def test_power_in_words() -> None:
    told = power_sentence(power_of(effect(0.8, 0.6, 1.25)), 0.95)
    assert told == (
        "PFS: these patients could have shown a hazard ratio of 0.57 or less, or of 1.75 or more with 80% power. The result, "
        "0.80 (95% CI 0.60–1.25), is not significant, which is no proof of no effect: it cannot exclude a hazard up to 40.0% "
        "lower or 25.0% higher."
    )
    assert "its interval does not hold 1, no effect" in power_sentence(power_of(effect(0.5, 0.3, 0.9)), 0.95)
    few = replace(
        power_of(effect(0.8, 0.6, 1.25)), detectable=(detectable_paired_difference(0.04, 25),), not_excluded=None
    )
    assert power_sentence(few, 0.95) == (
        "PFS: so few pairs differ in response that no difference could have been shown with 80% power."
    )
    none = replace(few, detectable=(), notes=(Note(code="not_estimable", text="x"),))
    assert power_sentence(none, 0.95) == "PFS: what could have been shown cannot be said; 85 events."


def test_a_significant_result_says_what_undoes_it_and_another_what_it_leaves_open() -> None:
    for limits, words in (((0.5, 0.3, 0.9), "An unmeasured confounder"), ((0.8, 0.6, 1.25), "PFS: these patients")):
        one = effect(*limits)
        whole = StudyConfounding(
            endpoints=(confounding(one),), control_effect=None, negative_control=None, confidence_level=0.95, notes=()
        )
        (told,) = robustness_sentences(whole, (power_of(one),))
        assert told.startswith(words)


def test_a_negative_control_in_words() -> None:
    differs = negative_control("fracture", Estimate(estimate=1.5, ci_lower=1.1, ci_upper=2.045), "hazard_ratio")
    assert negative_control_sentence(differs).endswith("something unmeasured sets them apart.")
    holds = negative_control("fracture", Estimate(estimate=0.1, ci_lower=-0.1, ci_upper=0.3), "rate_difference")
    assert "difference in response +10.0 points (95% CI −10.0 to +30.0)" in negative_control_sentence(holds)
    assert negative_control_sentence(holds).endswith("and proves no absence of it.")


def test_the_table_holds_the_numbers_of_the_results(with_control: StudyResult) -> None:
    document, table = results_document(with_control)["sensitivity"], sensitivity_table(with_control)
    assert table is not None
    assert len(table) == 2 * 3
    rows = table.set_index(["outcome", "population"])
    for item in document["endpoints"]:
        for when in ("before", "after"):
            view, row = item[when], rows.loc[(item["outcome"], when)]
            assert row["estimate"] == view["estimate"]
            assert (view["e_value"] is None) == pd.isna(row["e_value"]) == (item["outcome"] == "ORR")
            assert row["negative_control"] == (item["outcome"] == "ORR")
            if view["covariates"]:
                assert row["strongest_covariate"] == view["covariates"][0]["covariate"]
    assert document["negative_control"]["outcome"] == "ORR"
    assert isinstance(document["negative_control"]["after"]["holds_no_effect"], bool)


def test_without_a_negative_control_its_key_is_null(result: StudyResult) -> None:
    assert results_document(result)["sensitivity"]["negative_control"] is None


@pytest.mark.parametrize("below", [5, 12, 30])
def test_no_small_count_stays_or_follows(with_control: StudyResult, below: int) -> None:
    hidden = hiding(with_control, below)
    document = json.loads(results_file(hidden))["sensitivity"]
    board = {
        (item["outcome"], when): item[when]["estimate"]
        for item in json.loads(results_file(hidden))["endpoint_board"]["endpoints"]
        for when in ("before", "after")
    }
    for item in [*document["endpoints"], document["negative_control"]]:
        for when in ("before", "after"):
            view = item[when]
            if board[item["outcome"], when] is None:
                assert view is None
            if view is None:
                continue
            counts = [view[f"{what}_{arm}"] for what in ("n", "events") for arm in ("treated", "control")]
            counts += [view[f"n_{arm}"] - view[f"events_{arm}"] for arm in ("treated", "control")]
            counts += [covariate["rarest_level"] for covariate in view.get("covariates") or ()]
            bounds = view.get("hidden_bias")
            if bounds is not None:
                counts += [bounds["n_decisive"], bounds["n_sets"] - bounds["n_decisive"], bounds["treated_outcomes"]]
            assert not any(0 < count < below for count in counts)
    table = sensitivity_table(hidden)
    shown = sum(item[when] is not None for item in document["endpoints"] for when in ("before", "after"))
    assert (0 if table is None else len(table)) == shown


def test_something_is_hidden_and_something_is_not(with_control: StudyResult) -> None:
    whole = json.loads(results_file(hiding(with_control, 12)))["sensitivity"]["endpoints"]
    views = [item[when] for item in whole for when in ("before", "after")]
    assert any(view is None for view in views)
    assert any(view is not None for view in views)


def test_printed_tables_have_a_row_for_each_endpoint_and_population(result: StudyResult) -> None:
    found = study_sensitivity(result)
    both = dict(zip(("Before", "After"), found.confounding, strict=True))
    table = e_value_rows(both, "matching", 0.95)
    assert table["Endpoint"].tolist() == ["OS", "OS", "RECIST", "RECIST", "ORR", "ORR"]
    assert table["Γ"].tolist()[::2] == ["–"] * 3
    power = power_rows(dict(zip(("Before", "After"), found.power, strict=True)), "matching")
    assert power["Matching"].tolist() == ["Before", "After"] * 3
    after = found.confounding[1].endpoints
    bounds = bounds_rows({item.effect.endpoint: item for item in after})
    assert len(bounds) == 3
    assert bounds["Γ 1"].tolist() == [format_p(item.bounds.p_value) for item in after if item.bounds is not None]
    assert after[0].covariates is not None
    assert covariate_rows(after[0].covariates)["Covariate"].tolist()[0] == after[0].covariates.strongest.name
