"""Effects in the levels of subgroups: from the study file to the test of interaction, as R has it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import CohortInputError, SettingsError
from analysis.reporting.model_results import study_models
from analysis.settings import StudySettings
from analysis.study import run
from analysis.study.subgroups import compare_subgroups, with_subgroups
from tests.analysis.study.cases import cohort_of, holed_table, study, whole_table
from tests.analysis.study.gbsg_models import figures_of_r, study_of_gbsg

ITERATED = 1e-8
"""Relative: both fits go on until nothing changes."""

P_OF_A_FIT = 1e-6
"""Relative: an error of a statistic moves its p-value by more."""


def with_columns(*columns: object, **changes: object) -> StudySettings:
    values = study(missing={"method": "complete_case"}, **changes).model_dump()
    values["outcomes"]["subgroups"] = list(columns)
    return StudySettings.model_validate(values)


@pytest.mark.parametrize("when", ["before", "after"])
def test_ratios_by_level_and_interactions_are_those_of_r(when: str) -> None:
    result = study_of_gbsg()
    found = compare_subgroups(result.patients, None if when == "before" else result.design, result.settings, "RFS")
    assert [item.column for item in found.subgroups] == list(figures_of_r()[when]["interaction"])
    for item in found.subgroups:
        reference = figures_of_r()[when]["interaction"][item.column]
        assert item.effects is not None
        assert item.effects.interaction is not None
        assert item.effects.interaction.chi_square == pytest.approx(reference["chi_square"], rel=P_OF_A_FIT)
        assert item.effects.interaction.p_value == pytest.approx(reference["p"], rel=P_OF_A_FIT)
        assert item.effects.interaction.degrees_of_freedom == reference["df"]
        for level, expected in zip(item.effects.levels, reference["levels"], strict=True):
            counts = (level.n_treated + level.n_control, level.events_treated + level.events_control)
            assert counts == (expected["n"], expected["events"])
            assert level.effect.estimate == pytest.approx(expected["hr"], rel=ITERATED)
            assert level.effect.ci_lower == pytest.approx(expected["lower"], rel=ITERATED)
            assert level.effect.ci_upper == pytest.approx(expected["upper"], rel=ITERATED)


def test_the_overall_effect_is_that_of_the_study() -> None:
    result = study_of_gbsg()
    for design, outcomes in ((None, result.before), (result.design, result.after)):
        found = compare_subgroups(result.patients, design, result.settings, "RFS")
        comparison = outcomes.survival[0].comparison
        assert comparison is not None
        assert comparison.cox is not None
        assert found.overall is not None
        assert found.overall.effect.estimate == pytest.approx(comparison.cox.hazard_ratio, rel=ITERATED)


def test_levels_are_cut_once_among_all_patients() -> None:
    result = study_of_gbsg()
    labels = []
    for design in (None, result.design):
        found = compare_subgroups(result.patients, design, result.settings, "RFS")
        effects = next(item for item in found.subgroups if item.column == "nodes").effects
        assert effects is not None
        labels.append([level.label for level in effects.levels])
    assert labels[0] == labels[1] == ["≤ 3", "> 3"]


def test_subgroups_leave_the_design_and_the_estimates_alone() -> None:
    cohort = cohort_of(whole_table())
    plain, chosen = run(cohort, with_columns()), run(cohort, with_columns("age", "etiology"))
    assert np.array_equal(plain.design.weights, chosen.design.weights)
    assert list(chosen.patients.subgroups) == ["age", "etiology"]
    assert plain.patients.subgroups.shape[1] == 0
    added = with_subgroups(plain.patients, cohort, with_columns("age", "etiology"))
    pd.testing.assert_frame_equal(added.subgroups, chosen.patients.subgroups)


def test_a_response_gives_differences_of_rates() -> None:
    result = run(cohort_of(whole_table()), with_columns("etiology"))
    found = compare_subgroups(result.patients, result.design, result.settings, "RECIST")
    comparison = result.after.response[0].comparison
    assert found.measure == "risk_difference"
    assert comparison is not None
    assert found.overall is not None
    difference = comparison.objective_response.risk_difference.estimate
    assert found.overall.effect.estimate == pytest.approx(difference, abs=1e-12)


def test_a_survival_and_a_response_endpoint_of_one_name_keep_apart() -> None:
    result = run(cohort_of(whole_table()), with_columns("etiology"))
    responses = (replace(result.patients.responses[0], name=result.patients.endpoints[0].name),)
    models = study_models(replace(result, patients=replace(result.patients, responses=responses)))
    assert [before.measure for before, _ in models.subgroups][-1] == "risk_difference"
    assert len({before.endpoint for before, _ in models.subgroups}) == len(models.subgroups) - 1


def test_values_that_are_missing_stay_missing_where_the_covariate_is_imputed() -> None:
    table = holed_table()
    values = study().model_dump()
    values["outcomes"]["subgroups"] = ["etiology"]
    settings = StudySettings.model_validate(values)
    result = run(cohort_of(table), settings)
    missing = int(table["etiology"].isna().sum())
    assert int(result.patients.covariates["etiology"].isna().sum()) == 0
    assert int(result.patients.subgroups["etiology"].isna().sum()) == missing > 0
    effects = compare_subgroups(result.patients, None, settings, "OS").subgroups[0].effects
    assert effects is not None
    assert effects.n_missing == missing


def test_cutpoints_beyond_the_values_leave_a_reason() -> None:
    result = run(cohort_of(whole_table()), with_columns({"column": "age", "cutpoints": [50, 500]}))
    found = compare_subgroups(result.patients, None, result.settings, "OS")
    assert found.subgroups[0].effects is None
    assert "Every level of a subgroup must hold patients; 1 of 3 hold none" in (found.subgroups[0].reason or "")
    assert found.overall is not None


def test_sets_across_levels_are_told_once() -> None:
    result = study_of_gbsg()
    found = compare_subgroups(result.patients, result.design, result.settings, "RFS")
    told = [note.text for note in found.notes if note.code == "sets_across_levels"]
    assert told == [
        "age, grade, meno, nodes: some sets hold patients of different levels, so that within a level the arms are balanced "
        "only as far as the levels were matched."
    ]


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("stage", r"“stage” \(outcomes.subgroups\) must be a column of the file"),
        ("dead", "outcomes.subgroups must name columns known before treatment; 'dead' is part of the outcome OS"),
        ({"column": "age", "cutpoints": [60, 50]}, "cutpoints of 'age' must rise from one to the next"),
    ],
)
def test_what_makes_no_subgroup_is_refused(column: object, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        run(cohort_of(whole_table()), with_columns(column))


def test_columns_without_levels_and_text_among_numbers_are_refused() -> None:
    table = whole_table().assign(country="KR", note=[f"free text {number}" for number in range(120)])
    with pytest.raises(CohortInputError) as refusal:
        run(cohort_of(table), with_columns("country", "note", {"column": "etiology", "cutpoints": [1]}))
    sentences = " ".join(refusal.value.problems)
    assert "country: a column of outcomes.subgroups must differ between patients" in sentences
    assert "note: a category must have few levels" in sentences
    assert "etiology" in sentences


def test_an_endpoint_that_the_study_lacks_is_refused() -> None:
    result = study_of_gbsg()
    with pytest.raises(SettingsError, match="an endpoint of the study: RFS"):
        compare_subgroups(result.patients, None, result.settings, "OS")


def test_nobody_with_a_known_outcome_leaves_reasons() -> None:
    result = study_of_gbsg()
    endpoint = replace(result.patients.endpoints[0], known=np.zeros(686, dtype=bool))
    patients = replace(result.patients, endpoints=(endpoint,))
    found = compare_subgroups(patients, None, result.settings, "RFS")
    assert found.overall is None
    assert all(item.effects is None and item.reason for item in found.subgroups)
