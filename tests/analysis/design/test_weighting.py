"""Weights from the score: their formulas by hand, their laws, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.design.balance import covariate_balance
from analysis.design.propensity import fit_propensity
from analysis.design.weighting import ESTIMANDS, embed_weights, weight_patients
from analysis.errors import EstimationError, SettingsError
from tests.analysis.design.cohorts import reference_cohort
from tests.analysis.design.references import reference

SCORE = np.array([0.2, 0.5, 0.8, 0.4])
TREATED = np.array([True, False, True, False])

EXACT = 1e-12
"""Formulas of a few additions and divisions."""

PRINTED = 1e-10
"""Closed forms of R's own scores, printed with 15 digits."""

FITTED = 1e-6
"""Iterated fits: the product's score against R's, and R's general minimiser against Newton's method."""

NO_ROOM = 1e-6
"""A share of the weight that no patient can be given at least: the means lie at the edge of what can be reached."""

WEIGHTINGS = {
    "ATE": {"method": "iptw"},
    "stabilised": {"method": "iptw", "stabilised": True},
    "ATT": {"method": "iptw", "estimand": "ATT"},
    "ATC": {"method": "iptw", "estimand": "ATC"},
    "ATO": {"method": "overlap"},
    "ATM": {"method": "matching"},
    "truncated": {"method": "iptw", "truncate": 95},
    "ATT_truncated": {"method": "iptw", "estimand": "ATT", "truncate": 95},
    "entropy": {"method": "entropy"},
}
"""What R was asked for, by its name there."""

BALANCED = 1e-8
"""Means aimed at are met to the tolerance of Newton's method, in units of a standard deviation."""


@pytest.mark.parametrize(
    ("method", "estimand", "weights"),
    [
        ("iptw", "ATE", [5.0, 2.0, 1.25, 1 / 0.6]),
        ("iptw", "ATT", [1.0, 1.0, 1.0, 0.4 / 0.6]),
        ("iptw", "ATC", [4.0, 1.0, 0.25, 1.0]),
        ("overlap", "ATO", [0.8, 0.5, 0.2, 0.4]),
        ("matching", "ATM", [1.0, 1.0, 0.25, 0.4 / 0.6]),
    ],
)
def test_weights_follow_from_the_score_by_hand(method: str, estimand: str, weights: list[float]) -> None:
    found = weight_patients(SCORE, TREATED, method=method, estimand=estimand)  # type: ignore[arg-type]
    assert found.weights == pytest.approx(weights, rel=EXACT)
    assert found.estimand == estimand


@pytest.mark.parametrize("name", ["gbsg", "veteran"])
@pytest.mark.parametrize("asked", WEIGHTINGS)
def test_weights_of_the_real_cohorts_equal_r(name: str, asked: str) -> None:
    patients, expected = reference_cohort(name), reference("weighting", name)
    found = weight_patients(
        expected["score"],
        patients.treated,
        covariates=patients.covariates,
        **WEIGHTINGS[asked],  # type: ignore[arg-type]
    )
    tolerance = FITTED if asked == "entropy" else PRINTED
    assert found.weights == pytest.approx(expected["weights"][asked], rel=tolerance)
    sizes = expected["effective_sample_size"][asked]
    assert found.effective_sample_size_treated == pytest.approx(sizes["treated"], rel=tolerance)
    assert found.effective_sample_size_control == pytest.approx(sizes["control"], rel=tolerance)
    if asked == "truncated":
        assert found.truncated_at == pytest.approx(expected["bounds"], rel=PRINTED)


@pytest.mark.parametrize("name", ["gbsg", "veteran"])
@pytest.mark.parametrize("asked", WEIGHTINGS)
def test_weighted_means_from_the_products_own_score_equal_svymean(name: str, asked: str) -> None:
    patients, expected = reference_cohort(name), reference("weighting", name)["means"][asked]
    score = fit_propensity(patients.covariates, patients.treated).propensity_score
    weights = weight_patients(score, patients.treated, covariates=patients.covariates, **WEIGHTINGS[asked]).weights  # type: ignore[arg-type]
    balance = covariate_balance(patients.covariates, patients.treated, weights)
    for arm, means in (("treated", balance.mean_treated_after), ("control", balance.mean_control_after)):
        found = dict(zip(balance.terms, means, strict=True))
        assert {term: found[term] for term in expected[arm]} == pytest.approx(expected[arm], rel=FITTED)


def test_stabilised_weights_are_multiplied_by_the_share_of_their_arm() -> None:
    plain = weight_patients(SCORE, TREATED, method="iptw").weights
    stabilised = weight_patients(SCORE, TREATED, method="iptw", stabilised=True).weights
    assert stabilised == pytest.approx(plain * 0.5, rel=EXACT)


def test_truncation_moves_weights_to_percentiles_and_counts_them() -> None:
    score = np.linspace(0.02, 0.98, 50)
    treated = np.arange(50) % 2 == 0
    plain = weight_patients(score, treated, method="iptw")
    cut = weight_patients(score, treated, method="iptw", truncate=95)
    low, high = np.percentile(plain.weights, [5, 95])
    assert cut.truncated_at == pytest.approx((low, high), rel=EXACT)
    assert cut.weights == pytest.approx(np.clip(plain.weights, low, high), rel=EXACT)
    assert cut.n_truncated == int(((plain.weights < low) | (plain.weights > high)).sum())


def test_the_treated_of_the_att_weigh_one_even_when_truncated() -> None:
    score = np.linspace(0.02, 0.98, 50)
    treated = np.arange(50) % 2 == 0
    cut = weight_patients(score, treated, method="iptw", estimand="ATT", truncate=90)
    assert (cut.weights[treated] == 1).all()


def cohort(seed: int, n: int = 200) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"age": rng.normal(60, 10, n), "stage": pd.Categorical(rng.choice(list("ABC"), n))})
    treated = rng.random(n) < 1 / (1 + np.exp(-((table["age"] - 60) / 12 + (table["stage"] == "B"))))
    return table, treated.to_numpy()


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_overlap_weights_of_a_logistic_score_balance_every_mean_exactly(seed: int) -> None:
    table, treated = cohort(seed)
    score = fit_propensity(table, treated).propensity_score
    weights = weight_patients(score, treated, method="overlap").weights
    for column in (table["age"], table["stage"] == "B", table["stage"] == "C"):
        values = column.to_numpy(dtype=float)
        means = [np.average(values[rows], weights=weights[rows]) for rows in (treated, ~treated)]
        assert means[0] == pytest.approx(means[1], rel=1e-6)  # as exact as the iterated fit of the score


@example(seed=31, estimand="ATC")  # the last step changes the dual by less than rounding
@given(seed=st.integers(0, 10_000), estimand=st.sampled_from(ESTIMANDS["entropy"]))
@settings(max_examples=30, deadline=None)
def test_entropy_balancing_gives_the_means_aimed_at(seed: int, estimand: str) -> None:
    table, treated = cohort(seed)
    target = treated if estimand == "ATT" else ~treated
    columns = np.column_stack([table["age"], table["stage"] == "A", table["stage"] == "B"]).astype(float)
    try:
        found = weight_patients(
            np.full(treated.size, 0.5), treated, method="entropy", estimand=estimand, covariates=table
        )  # type: ignore[arg-type]
    except EstimationError:
        assert _largest_smallest_share(columns[~target], columns[target].mean(axis=0)) < NO_ROOM
        return
    assert (found.weights > 0).all()
    assert (found.weights[target] == 1).all()
    assert found.weights[~target].sum() == pytest.approx(target.sum(), rel=1e-9)
    for column in (table["age"], table["stage"] == "A", table["stage"] == "B"):
        values = column.to_numpy(dtype=float)
        aim = values[target].mean()
        assert abs(np.average(values[~target], weights=found.weights[~target]) - aim) < BALANCED * values.std()


def _largest_smallest_share(columns: np.ndarray, aim: np.ndarray) -> float:
    """The most that every patient can weigh at least, of a sum of 1, while the means are those aimed at; 0 where none."""
    n = len(columns)
    found = linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=np.column_stack([-np.eye(n), np.ones(n)]),
        b_ub=np.zeros(n),
        A_eq=np.column_stack([np.vstack([columns.T, np.ones(n)]), np.zeros(columns.shape[1] + 1)]),
        b_eq=np.append(aim, 1.0),
        bounds=(0, None),
    )
    return -float(found.fun) if found.success else 0.0


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (
            {"method": "overlap", "estimand": "ATE"},
            SettingsError,
            "weighting.estimand must be one that overlap can answer, ATO; found ATE.",
        ),
        (
            {"method": "overlap", "stabilised": True},
            SettingsError,
            "Stabilised weights belong to iptw for the ATE; found overlap for the ATO. Set stabilised: false.",
        ),
        (
            {"method": "iptw", "truncate": 30.0},
            SettingsError,
            "weighting.truncate must be a percentile above 50 and below 100; found 30.",
        ),
        ({"method": "entropy"}, SettingsError, "Entropy balancing needs the covariates; none were given."),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    arguments: dict[str, object], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        weight_patients(SCORE, TREATED, **arguments)  # type: ignore[arg-type]
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("score", "estimand", "n"), [([0.0, 0.5, 0.5], None, "1 patient has"), ([0.5, 1.0, 1.0], "ATT", "2 patients have")]
)
def test_a_score_without_a_chance_of_the_treatment_given_is_refused(score, estimand, n) -> None:
    with pytest.raises(EstimationError) as refused:
        weight_patients(score, [True, False, score[0] == 0], method="iptw", estimand=estimand)
    assert str(refused.value) == (
        f"Every patient needs a chance of the treatment given; {n} a score that makes the weight endless. Leave out "
        "patients outside the common support, or ask for the effect among patients who might have been given either "
        "treatment (overlap)."
    )


def test_certain_scores_take_no_part_where_nobody_could_be_compared_with_them() -> None:
    score, treated = [1.0, 0.5, 0.0, 0.5, 0.0], [True, True, False, False, True]
    assert weight_patients(score, treated, method="overlap").weights.tolist() == [0.0, 0.5, 0.0, 0.5, 1.0]
    # Matching weights reach 1 as the chance of the treatment given reaches 0.
    found = weight_patients(score, treated, method="matching")
    assert found.weights.tolist() == [0.0, 1.0, 0.0, 1.0, 1.0]
    assert (found.n_treated, found.n_control) == (2, 1)
    assert weight_patients(score[:4], treated[:4], method="iptw", estimand="ATT").weights.tolist() == [1, 1, 0, 1]
    with pytest.raises(EstimationError) as refused:
        weight_patients([1.0, 0.0], [True, False], method="overlap")
    assert str(refused.value).splitlines() == [
        f"Weights need patients of both arms who might have been given either treatment; every {arm} patient has a score "
        "of 0 or 1, or next to it. Take out the covariate that tells the arms apart."
        for arm in ("treated", "control")
    ]


def test_a_score_outside_0_and_1_is_refused() -> None:
    for score in ([1.2, 0.5], [0.5, float("nan")]):
        with pytest.raises(EstimationError, match="must lie between 0 and 1"):
            weight_patients(score, [True, False], method="overlap")


def test_a_patient_who_decides_an_arm_is_noted() -> None:
    score = np.full(24, 0.5)
    score[0] = 0.01
    found = weight_patients(score, np.arange(24) < 12, method="iptw")
    assert [note.text for note in found.notes] == [
        "The treated arm's 12 patients say as much as 1 of equal weight: a few decide its result.",
        "One patient carries 82 % of the treated arm's weight.",
    ]


def test_truncation_is_noted() -> None:
    table, treated = cohort(1)
    score = fit_propensity(table, treated).propensity_score
    found = weight_patients(score, treated, method="iptw", truncate=99)
    assert found.notes[0].text == (
        f"{found.n_truncated} weights were moved to the percentiles 1 and 99: a steadier estimate, of a population between "
        "that of the weights and that of the study."
    )
    entropy = weight_patients(score, treated, method="entropy", covariates=table, truncate=95)
    assert entropy.notes[0].text.endswith("Means are no longer balanced exactly.")


def test_patients_outside_the_support_weigh_nothing() -> None:
    table, treated = cohort(2)
    score = fit_propensity(table, treated).propensity_score
    rows = np.flatnonzero((score > 0.2) & (score < 0.8))
    inside = weight_patients(score[rows], treated[rows], method="iptw", truncate=99)
    found = embed_weights(inside, rows, treated.size)
    assert found.n == treated.size
    assert found.weights[rows].tolist() == inside.weights.tolist()
    assert not np.delete(found.weights, rows).any()
    assert (found.n_treated, found.notes) == (inside.n_treated, inside.notes)
    with pytest.raises(ValueError, match="one row per patient"):
        embed_weights(inside, rows[1:], treated.size)


@given(seed=st.integers(0, 10_000), asked=st.sampled_from(["ATE", "ATO", "ATM", "truncated"]))
@settings(max_examples=30, deadline=None)
def test_arms_are_treated_alike_and_patients_have_no_order(seed: int, asked: str) -> None:
    rng = np.random.default_rng(seed)
    score, treated = rng.uniform(0.05, 0.95, 30), rng.permutation(30) < 12
    found = weight_patients(score, treated, **WEIGHTINGS[asked])  # type: ignore[arg-type]
    swapped = weight_patients(1 - score, ~treated, **WEIGHTINGS[asked])  # type: ignore[arg-type]
    assert swapped.weights == pytest.approx(found.weights, rel=1e-9)
    assert swapped.effective_sample_size_control == pytest.approx(found.effective_sample_size_treated, rel=1e-9)
    order = rng.permutation(30)
    shuffled = weight_patients(score[order], treated[order], **WEIGHTINGS[asked])  # type: ignore[arg-type]
    assert shuffled.weights == pytest.approx(found.weights[order], rel=1e-12)


@pytest.mark.parametrize("chance", [5e-324, 1e-310, 1e-200])
def test_a_chance_next_to_none_is_none(chance: float) -> None:
    score, treated = [chance, 0.5, chance, 0.4], [True, True, False, False]
    for estimand in ("ATE", "ATC"):
        with pytest.raises(EstimationError, match="1 patient has a score that makes the weight endless"):
            weight_patients(score, treated, method="iptw", estimand=estimand)
    for method, estimand in (("overlap", "ATO"), ("iptw", "ATT"), ("matching", "ATM")):
        found = weight_patients(score, treated, method=method, estimand=estimand)
        assert found.weights[2] == 0.0
        assert (found.n_control, found.effective_sample_size_control) == (1, 1.0)
        with pytest.raises(EstimationError, match="every control patient has a score of 0 or 1, or next to it"):
            weight_patients([0.5, chance], [True, False], method=method, estimand=estimand)


def test_a_small_matching_weight_keeps_its_figures() -> None:
    found = weight_patients([1e-12, 0.5, 0.5], [False, False, True], method="matching")
    assert found.weights[0] == pytest.approx(1e-12, rel=1e-11)
