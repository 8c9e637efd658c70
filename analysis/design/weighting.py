"""Weights from the propensity score: every patient stays, and counts for more or less."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.decimals import settle_decimal
from analysis.design.arms import arm_name
from analysis.design.entropy import balance_by_entropy
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase

WeightingMethod = Literal["iptw", "overlap", "matching", "entropy"]
Estimand = Literal["ATE", "ATT", "ATC", "ATO", "ATM"]

ESTIMANDS: dict[WeightingMethod, tuple[Estimand, ...]] = {
    "iptw": ("ATE", "ATT", "ATC"),
    "overlap": ("ATO",),
    "matching": ("ATM",),
    "entropy": ("ATT", "ATC"),
}
"""The estimands each method can answer, the usual one first."""

LARGE_SHARE = 0.1
"""A patient who carries more than this share of an arm's weight can turn its result alone."""

SMALL_EFFECTIVE_SHARE = 0.5
"""An arm whose effective sample size is a smaller share of its patients than this has lost much of its precision."""

SMALLEST_CHANCE = 1e-100
"""A smaller chance, or weight, counts as 0: the squares of it and of its reciprocal are beyond what a number can hold."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightedPatients:
    """The weight of every patient, and what the weights cost.

    Attributes
    ----------
    n : int
        Patients, both arms.
    method : str
        "iptw", "overlap", "matching" or "entropy".
    estimand : str
        Whom the effect refers to: ATE all patients, ATT patients like the treated, ATC patients like the controls,
        ATO patients who might have been given either, ATM patients who could be matched.
    weights : ndarray of float64, shape (n,)
        Above 0 for every patient, but 0 where a score of 0 or 1, or next to it (``SMALLEST_CHANCE``), leaves nobody to be
        compared with, and outside the common support.
    stabilised : bool
        Whether weights were multiplied by the share of the patient's own arm (ATE only).
    truncated_at : tuple of float or None
        Lower and upper bound put on the weights; None without truncation.
    n_truncated : int
        Patients whose weight was moved to a bound.
    n_treated, n_control : int
        Patients with a weight above 0.
    effective_sample_size_treated, effective_sample_size_control : float
        (Σw)²/Σw² in each arm.
    largest_share_treated, largest_share_control : float
        Largest single weight over the sum of its arm.
    notes : tuple of Note
        What a reader should know before trusting the weights.
    """

    n: int
    method: str
    estimand: str
    weights: NDArray[np.float64]
    stabilised: bool
    truncated_at: tuple[float, float] | None
    n_truncated: int
    n_treated: int
    n_control: int
    effective_sample_size_treated: float
    effective_sample_size_control: float
    largest_share_treated: float
    largest_share_control: float
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row per patient: row and weight."""
        return pd.DataFrame({"row": np.arange(self.n), "weight": self.weights})


def weight_patients(
    propensity_score: ArrayLike,
    treated: ArrayLike,
    *,
    method: WeightingMethod,
    estimand: Estimand | None = None,
    stabilised: bool = False,
    truncate: float | None = None,
    covariates: pd.DataFrame | None = None,
) -> WeightedPatients:
    """Weigh every patient so that the arms resemble one population.

    With p the propensity score, treated patients and controls are given

    - iptw, ATE: 1/p and 1/(1−p); stabilised, times the share of their own arm;
    - iptw, ATT: 1 and p/(1−p); ATC: (1−p)/p and 1;
    - overlap, ATO: 1−p and p;
    - matching, ATM: min(p, 1−p)/p and min(p, 1−p)/(1−p);
    - entropy, ATT: 1 and the weights closest to equal that give the controls the means of the treated in every
      column, exactly; ATC the other way round. The score plays no part.

    Parameters
    ----------
    propensity_score : array_like of float, shape (n,)
        Probability of treatment, within (0, 1).
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    method : {"iptw", "overlap", "matching", "entropy"}
        How.
    estimand : {"ATE", "ATT", "ATC", "ATO", "ATM"}, optional
        The usual one of the method when absent (see ``ESTIMANDS``).
    stabilised : bool
        For the ATE by iptw: the sum of each arm's weights then is about its number of patients.
    truncate : float, optional
        Percentile in (50, 100): weights above it are moved to it, weights below 100 minus it to that. Percentiles are of
        the weights of both arms together, without an arm in which all weights are 1 (interpolated, as R's type 7).
    covariates : DataFrame, shape (n, p), optional
        Needed for entropy balancing.

    Returns
    -------
    WeightedPatients

    Raises
    ------
    EstimationError
        A score of 0 or 1, or next to it, where its reciprocal is needed, an arm whose weights are all 0, or means that no
        weights can give.
    SettingsError
        An estimand the method cannot answer.

    Notes
    -----
    Robins, Hernán & Brumback 2000, doi:10.1097/00001648-200009000-00011 (stabilised); Li, Morgan & Zaslavsky 2018,
    doi:10.1080/01621459.2016.1260466 (overlap); Li & Greene 2013, doi:10.1515/ijb-2012-0030 (matching weights);
    Hainmueller 2012, doi:10.1093/pan/mpr025 (entropy); Cole & Hernán 2008, doi:10.1093/aje/kwn164 (truncation).

    Examples
    --------
    >>> weighted = weight_patients([0.2, 0.5, 0.5, 0.8], [False, True, False, True], method="overlap")
    >>> weighted.weights.tolist()
    [0.2, 0.5, 0.5, 0.19999999999999996]
    """
    score = np.asarray(propensity_score, dtype=np.float64)
    arm = np.asarray(treated, dtype=bool)
    chosen = _estimand(method, estimand, stabilised)
    _refuse_one_arm(arm)
    if method == "entropy":
        if covariates is None:
            raise SettingsError(phrase("Entropy balancing needs the covariates; none were given."))
        weights = balance_by_entropy(covariates, arm if chosen == "ATT" else ~arm)
    else:
        _refuse_endless_weights(score, arm, method, chosen)
        weights = _score_weights(score, arm, method, chosen)
        weights[weights < SMALLEST_CHANCE] = 0.0
        _refuse_empty_weights(weights, arm)
    if stabilised:
        share = arm.mean()
        weights = weights * np.where(arm, share, 1 - share)
    bounds, n_truncated = None, 0
    if truncate is not None:
        weights, bounds, n_truncated = _truncated(weights, arm, truncate)
    effective = [_effective(weights[rows]) for rows in (arm, ~arm)]
    shares = [float(weights[rows].max() / weights[rows].sum()) for rows in (arm, ~arm)]
    notes = (*_truncation_note(method, truncate, n_truncated), *_concentration_notes(arm, effective, shares))
    return WeightedPatients(
        n=arm.size,
        method=method,
        estimand=chosen,
        weights=weights,
        stabilised=stabilised,
        truncated_at=bounds,
        n_truncated=n_truncated,
        n_treated=int((weights[arm] > 0).sum()),
        n_control=int((weights[~arm] > 0).sum()),
        effective_sample_size_treated=effective[0],
        effective_sample_size_control=effective[1],
        largest_share_treated=shares[0],
        largest_share_control=shares[1],
        notes=notes,
    )


def _estimand(method: WeightingMethod, estimand: Estimand | None, stabilised: bool) -> Estimand:
    offered = ESTIMANDS[method]
    chosen = offered[0] if estimand is None else estimand
    if chosen not in offered:
        raise SettingsError(
            phrase(
                "weighting.estimand must be one that {method} can answer, {estimands}; found {estimand}.",
                method=method,
                estimands=join_phrases(offered, phrase(" or ")),
                estimand=chosen,
            )
        )
    if stabilised and (method, chosen) != ("iptw", "ATE"):
        raise SettingsError(
            phrase(
                "Stabilised weights belong to iptw for the ATE; found {method} for the {estimand}. Set "
                "stabilised: false.",
                method=method,
                estimand=chosen,
            )
        )
    return chosen


def _refuse_one_arm(treated: NDArray[np.bool_]) -> None:
    if treated.all() or not treated.any():
        raise EstimationError(phrase("Weights need patients of both arms; all patients are of one."))


def _refuse_endless_weights(
    score: NDArray[np.float64], treated: NDArray[np.bool_], method: WeightingMethod, estimand: Estimand
) -> None:
    if not (np.isfinite(score).all() and (score >= 0).all() and (score <= 1).all()):
        raise EstimationError(
            phrase("Every propensity score must lie between 0 and 1; some do not. Correct the score.")
        )
    if method != "iptw":
        return
    endless = (treated & (score < SMALLEST_CHANCE) & (estimand != "ATT")) | (
        ~treated & (score == 1) & (estimand != "ATC")
    )
    if endless.any():
        n = int(endless.sum())
        raise EstimationError(_endless_sentence(n))


def _endless_sentence(n: int) -> str:
    if n == 1:
        return phrase(
            "Every patient needs a chance of the treatment given; {n:,} patient has a score that makes the weight "
            "endless. Leave out patients outside the common support, or ask for the effect among patients who might have "
            "been given either treatment (overlap).",
            n=n,
        )
    return phrase(
        "Every patient needs a chance of the treatment given; {n:,} patients have a score that makes the weight endless. "
        "Leave out patients outside the common support, or ask for the effect among patients who might have been given "
        "either treatment (overlap).",
        n=n,
    )


def _score_weights(
    score: NDArray[np.float64], treated: NDArray[np.bool_], method: WeightingMethod, estimand: Estimand
) -> NDArray[np.float64]:
    own = np.where(treated, score, 1 - score)  # the chance of the treatment that was given
    if method == "overlap":
        return np.where(treated, 1 - score, score)
    if method == "matching":
        # min(p, 1 − p) over the own chance is 1 wherever that chance is the smaller one, also as it reaches 0.
        return np.divide(np.where(treated, 1 - score, score), own, out=np.ones_like(score), where=own > 0.5)
    tilt = {"ATE": np.ones_like(score), "ATT": score, "ATC": 1 - score}[estimand]
    weights = np.divide(tilt, own, out=np.zeros_like(score), where=own > 0)
    if estimand in ("ATT", "ATC"):
        weights[treated == (estimand == "ATT")] = 1.0  # exactly, not by division
    return weights


def _refuse_empty_weights(weights: NDArray[np.float64], treated: NDArray[np.bool_]) -> None:
    problems = [
        phrase(
            "Weights need patients of both arms who might have been given either treatment; "
            "every {arm} patient has a score of 0 or 1, or next to it. Take out the covariate "
            "that tells the arms apart.",
            arm=arm_name(treated=arm),
        )
        for arm, rows in ((True, treated), (False, ~treated))
        if not (weights[rows] > 0).any()
    ]
    if problems:
        raise EstimationError(*problems)


def _truncated(
    weights: NDArray[np.float64], treated: NDArray[np.bool_], percentile: float
) -> tuple[NDArray[np.float64], tuple[float, float], int]:
    """Weights moved to the percentiles of all weights that vary: an arm of ones has nothing to truncate."""
    if not 50 < percentile < 100:
        raise SettingsError(
            phrase(
                "weighting.truncate must be a percentile above 50 and below 100; found {percentile:g}.",
                percentile=percentile,
            )
        )
    varying = np.zeros(weights.size, dtype=bool)
    for rows in (treated, ~treated):
        varying |= rows & (np.ptp(weights[rows]) > 0)
    if not varying.any():
        return weights, (float(weights.min()), float(weights.max())), 0
    low, high = np.percentile(weights[varying], [100 - percentile, percentile])
    moved = np.where(varying, np.clip(weights, low, high), weights)
    return moved, (float(low), float(high)), int((moved != weights).sum())


def _effective(weights: NDArray[np.float64]) -> float:
    return settle_decimal(float(weights.sum() ** 2 / (weights**2).sum()))


def _truncation_note(method: WeightingMethod, truncate: float | None, n_truncated: int) -> tuple[Note, ...]:
    if truncate is None or n_truncated == 0:
        return ()
    text = phrase(
        "{n:,} weights were moved to the percentiles {lower:g} and {upper:g}: a steadier estimate, of a population "
        "between that of the weights and that of the study.",
        n=n_truncated,
        lower=100 - truncate,
        upper=truncate,
    )
    if n_truncated == 1:
        text = phrase(
            "{n:,} weight was moved to the percentiles {lower:g} and {upper:g}: a steadier estimate, of a population "
            "between that of the weights and that of the study.",
            n=n_truncated,
            lower=100 - truncate,
            upper=truncate,
        )
    if method == "entropy":
        text = join_phrases((text, phrase("Means are no longer balanced exactly.")))
    return (Note(code="truncated_weights", text=text),)


def _concentration_notes(treated: NDArray[np.bool_], effective: list[float], shares: list[float]) -> tuple[Note, ...]:
    notes = []
    for arm, rows, size, share in zip((True, False), (treated, ~treated), effective, shares, strict=True):
        n = int(rows.sum())
        if size < SMALL_EFFECTIVE_SHARE * n:
            text = phrase(
                "The {arm} arm's {n:,} patients say as much as {size:.0f} of equal weight: a few decide its result.",
                arm=arm_name(treated=arm),
                n=n,
                size=size,
            )
            notes.append(Note(code="small_effective_sample", text=text))
        if n > 1 / LARGE_SHARE and share > LARGE_SHARE:
            text = phrase(
                "One patient carries {share:.0f} % of the {arm} arm's weight.",
                share=100 * share,
                arm=arm_name(treated=arm),
            )
            notes.append(Note(code="large_weight", text=text))
    return tuple(notes)


def embed_weights(weighted: WeightedPatients, rows: ArrayLike, n: int) -> WeightedPatients:
    """The same weights among all n patients, when only some of them were weighted; the others weigh 0.

    Parameters
    ----------
    weighted : WeightedPatients
        Made on the patients ``rows``.
    rows : array_like of int, shape (weighted.n,)
        Their rows among all patients.
    n : int
        All patients.

    Examples
    --------
    >>> weighted = weight_patients([0.25, 0.5], [True, False], method="overlap")
    >>> embed_weights(weighted, [0, 2], 3).weights.tolist()
    [0.75, 0.0, 0.5]
    """
    places = np.asarray(rows, dtype=np.int64)
    if places.shape != (weighted.n,):
        raise ValueError("rows must name one row per patient of the weights")
    weights = np.zeros(n)
    weights[places] = weighted.weights
    return replace(weighted, n=n, weights=weights)
