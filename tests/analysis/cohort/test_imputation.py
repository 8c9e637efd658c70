"""Missing covariates are drawn from patients who are alike, the same for the same seed, and never see an outcome."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.imputation import impute, impute_covariates
from analysis.errors import EstimationError
from analysis.settings import MissingSettings

LAWS = settings(max_examples=15, deadline=None)
FEW = MissingSettings(method="multiple_imputation", imputations=3, iterations=3)


def table(n: int = 90, seed: int = 1, share: float = 0.15) -> tuple[pd.DataFrame, np.ndarray, pd.DataFrame]:
    """Correlated covariates of every kind with holes, the arms, and the covariates before the holes."""
    rng = np.random.default_rng(seed)
    health = rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-health))
    whole = pd.DataFrame(
        {
            "age": 60 + 8 * health + 4 * rng.normal(size=n),
            "afp": np.exp(3 + 2 * health + rng.normal(size=n)),
            "ecog": np.clip(np.round(health + rng.normal(size=n) + 1), 0, 3),
            "etiology": pd.Categorical(rng.choice(["HBV", "HCV", "other"], n), categories=["HBV", "HCV", "other"]),
            "sex": pd.Categorical(np.where(rng.random(n) < 0.5, "F", "M")),
            "albumin": 3.5 - 0.3 * health + 0.2 * rng.normal(size=n),
        }
    )
    holed = whole.copy()
    for name in ("age", "afp", "ecog", "etiology", "sex"):
        holed.loc[rng.random(n) < share, name] = None
    return holed, treated, whole


@LAWS
@given(st.integers(0, 10_000))
def test_every_value_drawn_was_observed_and_what_was_known_stays(seed: int) -> None:
    holed, treated, _ = table(40, seed, 0.3)
    for filled in impute_covariates(holed, treated, FEW):
        assert not filled.isna().to_numpy().any()
        assert (filled.dtypes == holed.dtypes).all()
        for name in holed:
            known = holed[name].notna()
            assert filled[name][known].tolist() == holed[name][known].tolist()
            assert set(filled[name]) <= set(holed[name][known])


def test_the_same_seed_gives_the_same_sets_and_the_first_sets_do_not_depend_on_how_many() -> None:
    holed, treated, _ = table()
    few = impute_covariates(holed, treated, FEW)
    more = impute_covariates(holed, treated, FEW.model_copy(update={"imputations": 5}))
    for one, other in zip(few, more[:3], strict=True):
        pd.testing.assert_frame_equal(one, other)
    another = impute_covariates(holed, treated, FEW.model_copy(update={"seed": 1}))
    assert not few[0].equals(another[0])
    assert not few[0].equals(few[1])


def test_units_logarithms_and_outliers_change_nothing() -> None:
    holed, treated, _ = table()
    drawn = impute(holed, treated, FEW)
    other = holed.copy()
    other["afp"] = np.log(holed["afp"]) + 100
    other["age"] = holed["age"] * 12
    again = impute(other, treated, FEW)
    by_name = dict(zip(drawn.columns, drawn.values, strict=True))
    for name, values in zip(again.columns, again.values, strict=True):
        if name == "afp":
            np.testing.assert_array_equal(values, np.log(by_name[name]) + 100)
        else:
            np.testing.assert_array_equal(values, by_name[name] * (12 if name == "age" else 1))


def test_nothing_missing_draws_nothing() -> None:
    _, treated, whole = table()
    sets = impute(whole, treated, FEW)
    assert (sets.columns, sets.rows, sets.values, sets.notes) == ((), (), (), ())
    assert all(filled.equals(whole) for filled in impute_covariates(whole, treated, FEW))


def test_a_value_that_others_tell_is_told() -> None:
    rng = np.random.default_rng(5)
    albumin = rng.normal(3.5, 0.5, 300)
    grade = pd.Categorical(np.array(["low", "middle", "high"])[np.searchsorted([3.3, 3.7], albumin)])
    holed = pd.DataFrame({"albumin": albumin, "twice": 2 * albumin, "grade": grade})
    lost = np.arange(300) % 6 == 0
    holed.loc[lost, "twice"] = np.nan
    holed.loc[~lost & (np.arange(300) % 5 == 0), "grade"] = None
    filled = impute_covariates(holed, rng.random(300) < 0.5, FEW)[0]
    assert np.quantile(np.abs(filled["twice"] - 2 * albumin)[lost], 0.95) < 0.1
    assert (filled["grade"] == grade).mean() > 0.93


def test_values_missing_by_what_is_known_are_drawn_without_bias() -> None:
    """Older patients lack the laboratory value more often: the observed mean is too low, the imputed one is not."""
    rng = np.random.default_rng(6)
    n = 4000
    age = rng.normal(size=n)
    lab = 1.5 * age + rng.normal(size=n)
    lost = rng.random(n) < 1 / (1 + np.exp(-2 * age))
    holed = pd.DataFrame({"age": age, "lab": np.where(lost, np.nan, lab)})
    sets = impute_covariates(holed, rng.random(n) < 0.5, FEW)
    means = [filled["lab"].mean() for filled in sets]
    spread = [filled["lab"][lost].std() for filled in sets]
    assert holed["lab"].mean() < lab.mean() - 0.5
    # Four standard errors of the mean: the spread of what the model leaves open, over the patients imputed.
    assert np.mean(means) == pytest.approx(lab.mean(), abs=4 / np.sqrt(lost.sum()))
    assert np.mean(spread) == pytest.approx(lab[lost].std(), rel=0.08)


def test_a_covariate_known_in_too_few_patients_is_refused_by_name_and_all_of_them_at_once() -> None:
    holed, treated, _ = table(20)
    holed["inr"] = [1.0, 1.2, *[np.nan] * 18]
    holed["bclc"] = pd.Categorical(["B", *[None] * 19])
    with pytest.raises(EstimationError) as error:
        impute(holed, treated, FEW)
    assert error.value.problems == (
        "inr: a covariate must be known in at least 3 patients to be imputed; it is known in 2 of 20. "
        "Remove it from covariates.",
        "bclc: a covariate must be known in at least 3 patients to be imputed; it is known in 1 of 20. "
        "Remove it from covariates.",
    )


def test_a_covariate_that_is_mostly_missing_is_named() -> None:
    holed, treated, _ = table(60)
    holed.loc[:40, "albumin"] = np.nan
    (note,) = impute(holed, treated, FEW).notes
    assert note.code == "imputed_mostly_missing"
    assert note.text.startswith("albumin is known in 19 of 60 patients only")


def test_chains_that_still_drift_are_told_and_others_are_not() -> None:
    """Two columns lost together that tell each other nearly everything, but start at random: they move a step a round."""
    rng = np.random.default_rng(3)
    first = rng.normal(size=400)
    second = first + 0.1 * rng.normal(size=400)
    anchor = second + 0.5 * rng.normal(size=400)
    lost = rng.random(400) < 1 / (1 + np.exp(-3 * anchor))
    holed = pd.DataFrame({"first": first, "second": second, "anchor": anchor})
    holed.loc[lost, ["first", "second"]] = np.nan
    many = MissingSettings(imputations=20, iterations=10)
    texts = [note.text for note in impute(holed, rng.random(400) < 0.5, many).notes]
    assert (
        "Imputed values still drift after 10 rounds of chained equations (first, second): raise missing.iterations."
        in texts
    )
    assert impute(*table()[:2], many).notes == ()


def test_progress_names_each_set() -> None:
    holed, treated, _ = table()
    told: list[int] = []
    impute(holed, treated, FEW, told.append)
    assert told == [1, 2, 3]


def test_more_predictors_than_patients_and_repeated_columns_are_borne() -> None:
    holed, treated, _ = table(12, 4, 0.2)
    for number in range(15):
        holed[f"copy {number}"] = holed["albumin"]
    for filled in impute_covariates(holed, treated, FEW):
        assert not filled.isna().to_numpy().any()
