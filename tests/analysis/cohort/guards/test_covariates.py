"""Covariates that cannot be balanced, repeat each other, or are too many."""

import numpy as np
import pytest

from tests.analysis.cohort.guards.cohorts import AGE, RNG, N, sound_cohort, sound_study, told


def test_levels_of_few_patients() -> None:
    site = np.array(["K"] * 26 + ["J"] * 26 + ["L"] * 4 + ["M"] * 4, dtype=object)
    study = sound_study(covariates=["age", "site"])
    assert told("small_levels", sound_cohort(site=site), study) == [
        (
            "site",
            "site: 2 levels have fewer than 5 patients; whether such patients find a partner is left to chance. Join "
            "levels that mean alike.",
        )
    ]
    five = np.where(np.arange(N) < 5, "L", "K")
    assert told("small_levels", sound_cohort(site=five), study) == []


@pytest.mark.parametrize("values", [2 * AGE + 3, -AGE, np.exp(AGE / 10)])
def test_a_covariate_that_repeats_another(values: np.ndarray) -> None:
    study = sound_study(covariates=["age", "sex", "x"])
    assert told("collinear", sound_cohort(x=values), study) == [
        (
            "x",
            "x: it orders patients as “age” does (rank correlation above 0.95); the same trait counts twice, and the "
            "model cannot tell the two apart. Keep one of them.",
        )
    ]


def test_a_correlated_covariate_is_no_repetition() -> None:
    study = sound_study(covariates=["age", "sex", "x"])
    assert told("collinear", sound_cohort(x=AGE + RNG.normal(0, 8, N)), study) == []


def test_a_score_beside_what_it_is_made_of() -> None:
    albumin, bilirubin = RNG.normal(3.6, 0.4, N), RNG.lognormal(0, 0.5, N)
    albi = 0.66 * np.log10(17.1 * bilirubin) - 0.85 * albumin
    cohort = sound_cohort(albumin_gdl=albumin, bilirubin=bilirubin, albi_score=albi)
    assert told("derived", cohort, sound_study(covariates=["age", "albumin_gdl", "bilirubin", "albi_score"])) == [
        (
            "albi_score",
            "albi_score: ALBI is computed from “albumin_gdl” and “bilirubin”, which are covariates too; the same finding "
            "counts twice. Keep the score or what it is made of.",
        )
    ]
    assert told("derived", cohort, sound_study(covariates=["age", "albumin_gdl", "albi_score"])) == []


def test_a_covariate_that_follows_from_several_others() -> None:
    a, b = RNG.normal(size=N), RNG.normal(size=N)
    study = sound_study(covariates=["a", "b", "both"])
    [(_, text)] = told("collinear", sound_cohort(a=a, b=b, both=a + b), study)
    assert text.endswith(
        ": it follows almost wholly from the other covariates; the same trait counts twice, and the model cannot tell "
        "them apart. Keep it or what it follows from."
    )
    assert told("collinear", sound_cohort(a=a, b=b, both=a + b + RNG.normal(size=N)), study) == []


@pytest.mark.parametrize(
    ("labels", "count", "kinds"),
    [
        (["stage B", "BCLC B", "stage C", "C"], 4, 2),
        (["PS 0", "PS1", "1", "2"], 4, 3),
        (["A5", "A(5)", "Child-Pugh A6", "B7"], 4, 3),
    ],
)
def test_levels_in_several_spellings(labels: list[str], count: int, kinds: int) -> None:
    study = sound_study(covariates=["age", "x"])
    assert told("level_spellings", sound_cohort(x=np.repeat(labels, N // 4)), study) == [
        (
            "x",
            f"x: {count} levels seem to be {kinds} in several spellings, which differ only by words such as “stage” or “PS”, "
            "and are matched as if they were different. Write each level in one way.",
        )
    ]


@pytest.mark.parametrize(
    "labels",
    [["<400", "≥400", "400", "none"], ["1-2", "12", "1+", "1"], ["stage", "grade", "PS", "x"], ["T1", "N1", "M1", "1"]],
)
def test_levels_that_differ_in_more_than_a_word(labels: list[str]) -> None:
    study = sound_study(covariates=["age", "x"])
    assert told("level_spellings", sound_cohort(x=np.repeat(labels, N // 4)), study) == []
