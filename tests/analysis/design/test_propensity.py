"""The propensity model: by hand, against R's glm, by its laws, and what it refuses."""

import doctest
import importlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError, SettingsError
from analysis.settings import PropensitySettings
from tests.analysis.design.cohorts import NAMES, reference_cohort

REMEDY = "or choose Firth's penalised regression, which gives scores all the same."

# R's glm stops when the deviance changes by less than 1e-8 of itself.
GLM_TOLERANCE = 1e-6

# glm(treated ~ age + afp + size, binomial, control = glm.control(epsilon = 1e-14, maxit = 100)) in R 4.2.2, with age,
# afp and size as in `badly_scaled` below.
BADLY_SCALED_COEFFICIENTS = (1.25909593318253, -1.70026965703868e-02, -2.35079622025246e-07, -7.58188296722718e04)
BADLY_SCALED_ERRORS = (1.95245839929805, 2.90709110587811e-02, 9.68952700245760e-07, 6.96413657906650e04)
# summary(glm(...))$coefficients[, 2] of the veteran cohort, with the same control.
VETERAN_ERRORS = (
    1.24303895961180522,
    0.57425662677515177,
    0.51873638530656896,
    0.54836644505587462,
    0.00933105756310404,
    0.01875525315127631,
    0.01723107256291711,
    0.04361015223804295,
)


def badly_scaled() -> tuple[pd.DataFrame, np.ndarray]:
    """Forty patients whose covariates differ by ten orders of magnitude, by a rule that R can repeat."""
    i = np.arange(1, 41)
    table = pd.DataFrame(
        {
            "age": 40.0 + (i * 7) % 41,
            "afp": 10.0 ** ((i * 11) % 7) + i,
            "size": 1e-6 * ((i * 13) % 17),
        }
    )
    return table, (i * i) % 5 > 1


@pytest.mark.parametrize("name", NAMES)
def test_coefficients_of_the_real_cohorts_equal_r(name):
    cohort = reference_cohort(name)
    model = fit_propensity(cohort.covariates, cohort.treated)
    expected = cohort.figures["propensity"]
    assert tuple(term.replace("=", "", 1) for term in model.terms) == tuple(expected)
    np.testing.assert_allclose(model.coefficients, list(expected.values()), rtol=GLM_TOLERANCE)


def test_standard_errors_equal_r():
    cohort = reference_cohort("veteran")
    model = fit_propensity(cohort.covariates, cohort.treated)
    np.testing.assert_allclose(model.standard_errors, VETERAN_ERRORS, rtol=GLM_TOLERANCE)


def test_units_ten_orders_of_magnitude_apart_equal_r():
    table, treated = badly_scaled()
    model = fit_propensity(table, treated)
    np.testing.assert_allclose(model.coefficients, BADLY_SCALED_COEFFICIENTS, rtol=GLM_TOLERANCE)
    np.testing.assert_allclose(model.standard_errors, BADLY_SCALED_ERRORS, rtol=GLM_TOLERANCE)


def test_one_category_gives_the_levels_own_odds():
    # Two of four treated at the reference, three of four at the other level: log odds 0 and log 3.
    table = pd.DataFrame({"sex": pd.Categorical(["F"] * 4 + ["M"] * 4)})
    treated = np.array([1, 1, 0, 0, 1, 1, 1, 0], dtype=bool)
    model = fit_propensity(table, treated)
    assert model.terms == ("(Intercept)", "sex=M")
    np.testing.assert_allclose(model.coefficients, [0.0, np.log(3.0)], atol=1e-9)
    np.testing.assert_allclose(model.propensity_score, [0.5] * 4 + [0.75] * 4)
    # Pairs of one treated and one control: 3·2 rank right, 2·2 + 3·1 tie, 2·1 rank wrong, of 15.
    assert model.c_statistic == pytest.approx((6 + 3.5) / 15)
    # Preference takes the overall odds 5:3 away: odds 3/5 and 9/5.
    np.testing.assert_allclose(model.preference_score, [0.375] * 4 + [9 / 14] * 4)
    assert model.equipoise_share == 1.0
    assert model.patients_per_term == 3.0
    assert [note.code for note in model.notes] == ["few_patients_per_term"]


def test_equipoise_counts_each_arm():
    # Arms of equal size, so that preference is the score: 0.1, 0.5 and 0.9.
    table = pd.DataFrame({"x": pd.Categorical(["a"] * 10 + ["b"] * 4 + ["c"] * 10)})
    treated = np.array([1] + [0] * 9 + [1, 1, 0, 0] + [1] * 9 + [0], dtype=bool)
    model = fit_propensity(table, treated)
    np.testing.assert_allclose(model.preference_score, [0.1] * 10 + [0.5] * 4 + [0.9] * 10)
    shares = model.equipoise_share, model.equipoise_share_treated, model.equipoise_share_control
    assert shares == pytest.approx((4 / 24, 2 / 12, 2 / 12))


def random_cohort(seed: int, n: int = 120) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "age": rng.normal(60, 10, n).round(),
            "afp": np.exp(rng.normal(5, 2, n)),
            "grade": pd.Categorical(rng.choice(["A", "B", "C"], n), categories=["A", "B", "C"]),
        }
    )
    chance = 1 / (1 + np.exp(-0.03 * (table["age"] - 60) - 0.5 * (table["grade"] == "B")))
    return table, (rng.random(n) < chance).to_numpy()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_residuals_sum_to_zero_in_every_column(seed):
    # The likelihood equations themselves, whatever the software.
    table, treated = random_cohort(seed)
    model = fit_propensity(table, treated)
    residual = treated - model.propensity_score
    columns = [np.ones(len(table)), table["age"], table["afp"], table["grade"] == "B", table["grade"] == "C"]
    for column in columns:
        values = np.asarray(column, dtype=float)
        assert abs(residual @ values) <= 1e-7 * np.abs(values).sum()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(1e-6, 1e6), st.floats(-100, 100))
def test_units_and_row_order_do_not_matter(seed, factor, shift):
    table, treated = random_cohort(seed)
    model = fit_propensity(table, treated)
    rows = np.random.default_rng(seed).permutation(len(table))
    other = table.assign(age=(table["age"] + shift) * factor).iloc[rows]
    moved = fit_propensity(other, treated[rows])
    np.testing.assert_allclose(moved.logit, model.logit[rows], atol=1e-7)
    assert moved.c_statistic == pytest.approx(model.c_statistic, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_arms_swapped_turn_every_sign(seed):
    table, treated = random_cohort(seed)
    model, swapped = fit_propensity(table, treated), fit_propensity(table, ~treated)
    np.testing.assert_allclose(swapped.coefficients, -model.coefficients, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(swapped.standard_errors, model.standard_errors, rtol=1e-7)
    assert swapped.c_statistic == pytest.approx(model.c_statistic, abs=1e-12)


def test_equal_patients_score_equally_to_the_last_bit():
    table, treated = random_cohort(4)
    rows = np.tile(np.arange(len(table)), 7)
    shuffled = np.random.default_rng(0).permutation(rows)
    model = fit_propensity(table.iloc[shuffled], treated[shuffled])
    for row in range(len(table)):
        assert np.unique(model.logit[shuffled == row]).size == 1
        assert np.unique(model.propensity_score[shuffled == row]).size == 1


def test_a_duplicated_column_is_dropped_and_named():
    table, treated = random_cohort(1)
    alone = fit_propensity(table, treated)
    model = fit_propensity(table.assign(age_months=12 * table["age"]), treated)
    assert model.dropped == ("age_months",)
    assert model.terms == alone.terms
    np.testing.assert_allclose(model.logit, alone.logit, atol=1e-9)
    assert model.notes[0].text == "age_months was left out of the propensity model: it follows exactly from age."


def test_a_level_that_others_determine_is_dropped_as_r_does():
    table, treated = random_cohort(1)
    model = fit_propensity(table.assign(not_a=(table["grade"] != "A").astype(float)), treated)
    assert model.dropped == ("not_a",)
    assert "it follows exactly from grade=B, grade=C." in model.notes[0].text


def refused(table: pd.DataFrame, treated: np.ndarray, *others) -> str:
    with pytest.raises(EstimationError) as error:
        fit_propensity(table, treated, *others)
    return str(error.value)


def test_constant_columns_are_named_together():
    table, treated = random_cohort(2)
    sentence = refused(table.assign(site=1.0, country=pd.Categorical(["Korea"] * len(table))), treated)
    assert sentence.splitlines() == [
        "The covariate site must vary; all 120 patients have the same value. Leave it out.",
        "The covariate country must vary; all 120 patients have the same level. Leave it out.",
    ]


def test_missing_values_are_counted():
    table, treated = random_cohort(2)
    table.loc[:2, "afp"] = np.nan
    table.loc[0, "grade"] = None
    sentence = refused(table, treated)
    assert "The covariate afp must be known for every patient; 3 of 120 values are missing or infinite." in sentence
    assert "The covariate grade must be known for every patient; 1 of 120 values are missing." in sentence


def test_a_number_that_separates_the_arms_is_named():
    table, treated = random_cohort(2)
    sentence = refused(table.assign(dose=np.where(treated, 12.0, 8.0)), treated)
    assert sentence == (
        "The covariate dose must overlap between the arms; no treated patient lies below any control, so that no "
        "propensity model exists. Leave it out, restrict the cohort to patients who could have been given either "
        "treatment, or choose Firth's penalised regression, which gives scores all the same."
    )


def test_quasi_separation_by_one_level_is_named():
    table, treated = random_cohort(2)
    site = np.where(np.arange(120) % 2 == 0, "Osaka", "Seoul").astype(object)
    site[np.flatnonzero(treated)[:3]] = "Kobe"
    sentence = refused(table.assign(site=pd.Categorical(site)), treated)
    assert (
        "The covariate site must have both arms in every level; found in one arm only: Kobe (3 patients, all"
        in sentence
    )
    assert sentence.endswith(
        "Merge levels, leave the covariate out, leave these patients out, or choose Firth's penalised regression, which "
        "gives scores all the same."
    )


def test_a_level_of_one_patient_is_counted_but_not_named():
    table, treated = random_cohort(2)
    site = np.where(np.arange(120) % 2 == 0, "Osaka", "Seoul").astype(object)
    site[np.flatnonzero(treated)[0]] = "Kobe"
    sentence = refused(table.assign(site=pd.Categorical(site)), treated)
    assert "found in one arm only: 1 level with few patients. Merge levels" in sentence


def test_quasi_separation_by_a_0_1_column_is_named():
    table, treated = random_cohort(2)
    flag = np.zeros(120)
    flag[np.flatnonzero(treated)[:2]] = 1.0
    assert "The covariate flag must overlap between the arms" in refused(table.assign(flag=flag), treated)


def test_separation_by_several_columns_names_those_and_no_other():
    table, _ = random_cohort(2)
    rng = np.random.default_rng(0)
    table = table.assign(albumin=rng.normal(size=120), bilirubin=rng.normal(size=120))
    sentence = refused(table, (table["albumin"] + table["bilirubin"] > 0).to_numpy())
    assert "albumin, bilirubin together tell treated from control without error" in sentence
    assert sentence.endswith("Leave one of them out, merge levels, " + REMEDY)


def test_a_single_counterexample_makes_a_model():
    table, _ = random_cohort(2)
    rng = np.random.default_rng(0)
    table = table.assign(albumin=rng.normal(size=120), bilirubin=rng.normal(size=120))
    treated = (table["albumin"] + table["bilirubin"] > 0).to_numpy()
    middle = np.argmin(np.abs(table["albumin"] + table["bilirubin"] - 1))
    treated[middle] = ~treated[middle]
    assert fit_propensity(table, treated).converged


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000))
def test_refuses_exactly_when_the_arms_can_be_separated(seed):
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(8, 40)), int(rng.integers(1, 4))
    values = rng.integers(-2, 3, (n, p)).astype(float)
    treated = rng.random(n) < 1 / (1 + np.exp(-2 * values.sum(axis=1)))
    design = np.column_stack((np.ones(n), values))
    if treated.all() or not treated.any() or np.linalg.matrix_rank(design) < p + 1:
        return
    signed = np.where(treated, 1.0, -1.0)[:, None] * design
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(n), bounds=(-1, 1), method="highs")
    separated = -found.fun > 1e-6
    try:
        fit_propensity(pd.DataFrame(values, columns=[f"x{j}" for j in range(p)]), treated)
    except EstimationError:
        assert separated
    else:
        assert not separated


def test_fewer_patients_than_terms_is_refused():
    table = pd.DataFrame({f"x{j}": [1.0, 2.0, 2.0, 1.0 + j] for j in range(3)})
    assert refused(table, np.array([1, 1, 0, 0], dtype=bool)) == (
        "A propensity model needs more patients than terms; found 4 patients and 4 terms. "
        "Choose fewer covariates or merge levels."
    )


def test_one_arm_and_no_covariate_are_refused():
    table, treated = random_cohort(2)
    assert "found 120 treated and 0 control" in refused(table, np.ones(120, dtype=bool))
    assert "needs at least one covariate" in refused(table[[]], treated)


def test_scores_next_to_0_or_1_are_noted():
    x = np.concatenate((np.linspace(-50, 0, 60), np.linspace(0, 50, 60)))
    treated = x > 0
    treated[[58, 62]] = treated[[62, 58]]
    codes = [note.code for note in fit_propensity(pd.DataFrame({"x": x}), treated).notes]
    assert codes == ["extreme_scores"]


def test_settings_left_as_they_are_change_no_bit():
    table, treated = random_cohort(2)
    model, chosen = fit_propensity(table, treated), fit_propensity(table, treated, PropensitySettings())
    assert chosen.logit.tobytes() == model.logit.tobytes()
    assert chosen.standard_errors.tobytes() == model.standard_errors.tobytes()
    assert (model.method, model.penalty, model.n_folds, model.seed, model.knots) == ("logistic", None, None, None, ())


def test_the_table_has_a_row_for_each_term():
    table, treated = random_cohort(2)
    model = fit_propensity(table, treated)
    printed = model.to_table()
    assert printed["term"].tolist() == ["(Intercept)", "age", "afp", "grade=B", "grade=C"]
    assert printed["coefficient"].tolist() == model.coefficients.tolist()
    assert printed["standard_error"].tolist() == model.standard_errors.tolist()


COLUMN = PropensitySettings(model="column", column="score")


def test_a_score_brought_in_is_taken_as_it_is():
    table, treated = random_cohort(2)
    score = fit_propensity(table, treated).propensity_score
    model = fit_propensity(table, treated, COLUMN, score)
    assert (model.propensity_score == score).all()
    np.testing.assert_allclose(model.logit, np.log(score / (1 - score)), rtol=1e-12)
    assert (model.method, model.terms, model.n_iterations, model.notes) == ("column", (), 0, ())
    assert len(model.to_table()) == model.coefficients.size == 0
    assert model.c_statistic == pytest.approx(fit_propensity(table, treated).c_statistic)


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        (
            None,
            "The propensity score in score must be brought in as a column of probabilities; none was found. Name the "
            "column, or choose a model.",
        ),
        (
            [0.2, np.nan, 0.4, 0.5],
            "The propensity score in score must be known for every patient; 1 of 4 values are missing. Leave these "
            "patients out, or choose a model.",
        ),
        (
            [0.2, 0.0, 1.0, 20.0],
            "The propensity score in score must be a probability above 0 and below 1; 3 of 4 values are not. Bring in the "
            "probability of the treated arm, not its log odds or a percentage, or choose a model.",
        ),
        (
            [0.2, 0.2, 0.2, 0.2],
            "The propensity score in score must vary; all 4 patients have the same value. Name another column, or choose "
            "a model.",
        ),
    ],
)
def test_a_score_that_is_none_is_refused(score, sentence):
    table, _ = random_cohort(2)
    with pytest.raises(SettingsError) as error:
        fit_propensity(table[:4], [True, False, True, False], COLUMN, score)
    assert str(error.value) == sentence


def test_a_score_of_one_arm_is_refused():
    table, _ = random_cohort(2)
    assert "found 4 treated and 0 control" in refused(table[:4], np.ones(4, dtype=bool), COLUMN, np.full(4, 0.5))


@pytest.mark.parametrize("name", ["calibration", "folds", "propensity.fitting", "splines", "terms"])
def test_the_examples_hold(name):
    outcome = doctest.testmod(importlib.import_module(f"analysis.design.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
