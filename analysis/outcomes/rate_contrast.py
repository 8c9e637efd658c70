"""One rate in two arms: how far they lie apart, and whether chance alone could explain it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes import contingency
from analysis.outcomes.arm_weights import ArmWeights, OutcomeSums, arm_weights, outcome_sums
from analysis.outcomes.contingency import TwoByTwo
from analysis.outcomes.rate_effects import (
    Estimate,
    RateWithSize,
    odds_ratio,
    paired_difference,
    risk_difference,
    risk_ratio,
)
from analysis.outcomes.rate_kernel import discordant_pairs, pair_rows
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NamedTest:
    """A test's name as it is printed, and its two-sided p-value."""

    name: str
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateContrast:
    """One rate in the treated arm against the same rate in the control arm.

    Attributes
    ----------
    risk_difference, risk_ratio, odds_ratio : Estimate
        Of the two arms as independent samples, from the weighted rates where weights differ.
    paired_difference : Estimate or None
        The difference over matched pairs, with an interval that respects the pairing.
    test : NamedTest
        The one test to print, of unweighted counts.
    tests : dict
        p-values of ``pearson``, ``yates``, ``fisher``, ``likelihood_ratio``, ``mcnemar_exact`` and ``mcnemar_mid_p``;
        None where undefined, and for the last two without pairs.
    """

    risk_difference: Estimate
    risk_ratio: Estimate
    odds_ratio: Estimate
    paired_difference: Estimate | None
    test: NamedTest
    tests: dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedPairs:
    """Positions of the two patients of each complete pair; entry i of both arrays is pair i."""

    treated_row: NDArray[np.int64]
    control_row: NDArray[np.int64]


def complete_pairs(treated: NDArray[np.bool_], subclass: NDArray[np.int64]) -> MatchedPairs:
    """Find the pairs of which both patients are present.

    Parameters
    ----------
    treated : (n,) bool
    subclass : (n,) int
        Number of the matched set, −1 outside any.

    Raises
    ------
    EstimationError
        When a set has two patients of one arm.
    """
    number, n_sets = _set_numbers(subclass)
    treated_row, control_row, crowded = pair_rows(treated, number, n_sets)
    if crowded:
        raise EstimationError(
            phrase(
                "Paired tests need sets of one treated and one control patient: patients sharing a "
                "set with another of their arm: {n}. Match 1:1 without replacement, or compare "
                "without pairs.",
                n=crowded,
            )
        )
    return MatchedPairs(treated_row=treated_row, control_row=control_row)


def _set_numbers(subclass: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """The sets, with numbers so low that each can have a place of its own, in their order."""
    n_sets = int(subclass.max(initial=-1)) + 1
    if n_sets <= 4 * subclass.size:
        return subclass, n_sets
    labels, number = np.unique(subclass, return_inverse=True)
    n_without = int(np.count_nonzero(labels < 0))
    return number - n_without, labels.size - n_without


def contrast_rates(
    outcome: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64] | None = None,
    pairs: MatchedPairs | None = None,
    *,
    confidence_level: float = 0.95,
) -> RateContrast:
    """Estimate how one rate differs between the treated and the control arm, and test it.

    The test to print is Fisher's exact test when any expected count is below 5, otherwise Pearson's chi-squared
    without continuity correction.

    Parameters
    ----------
    outcome : (n,) bool
    treated : (n,) bool
        Both arms have at least one patient.
    weights : (n,) float, optional
        Positive. Where they differ within an arm the effects rest on effective sizes; tests never use weights.
    pairs : MatchedPairs, optional
        Gives the paired tests and the paired difference.
    confidence_level : float

    Returns
    -------
    RateContrast
    """
    given = np.ones(treated.size) if weights is None else weights
    arms = arm_weights(treated, given)
    sums = outcome_sums(outcome, treated, given, arms)
    return contrast_arms(outcome, sums, arms, pairs, confidence_level=confidence_level)


def contrast_arms(
    outcome: NDArray[np.bool_],
    sums: OutcomeSums,
    arms: tuple[ArmWeights, ArmWeights],
    pairs: MatchedPairs | None,
    *,
    confidence_level: float,
) -> RateContrast:
    """The contrast of :func:`contrast_rates` from what the arms come to."""
    n_pairs = 0 if pairs is None else len(pairs.treated_row)
    discordant = None
    if pairs is not None and n_pairs:
        discordant = discordant_pairs(outcome, pairs.treated_row, pairs.control_row)
    table = TwoByTwo(treated_count=sums.treated, treated_n=arms[0].n, control_count=sums.control, control_n=arms[1].n)
    tests = _tests(table, discordant)
    treated = RateWithSize(rate=sums.treated_share, size=arms[0].size)
    control = RateWithSize(rate=sums.control_share, size=arms[1].size)
    return RateContrast(
        risk_difference=risk_difference(treated, control, confidence_level),
        risk_ratio=risk_ratio(treated, control, confidence_level),
        odds_ratio=odds_ratio(treated, control, confidence_level),
        paired_difference=None if discordant is None else paired_difference(*discordant, n_pairs, confidence_level),
        test=_named_test(table, tests),
        tests=tests,
    )


def _tests(table: TwoByTwo, discordant: tuple[int, int] | None) -> dict[str, float | None]:
    pearson, yates, likelihood_ratio = contingency.approximate_p_values(table)
    return {
        "pearson": pearson,
        "yates": yates,
        "fisher": contingency.fisher_p(table),
        "likelihood_ratio": likelihood_ratio,
        "mcnemar_exact": None if discordant is None else contingency.mcnemar_exact_p(*discordant),
        "mcnemar_mid_p": None if discordant is None else contingency.mcnemar_mid_p(*discordant),
    }


def _named_test(table: TwoByTwo, tests: dict[str, float | None]) -> NamedTest:
    pearson, fisher = tests["pearson"], tests["fisher"]
    # Where Pearson's statistic is undefined an expected count is 0, so Fisher is the one named.
    if pearson is not None and not contingency.too_small_for_chi_squared(table):
        return NamedTest(name=phrase("Pearson chi-squared"), p_value=pearson)
    assert fisher is not None
    return NamedTest(name=phrase("Fisher exact"), p_value=fisher)


def undefined_ratio_notes(contrast: RateContrast, outcome_name: str) -> tuple[Note, ...]:
    """Say which ratios, or limits of ratios, the counts leave undefined."""
    ratios = {phrase("risk ratio"): contrast.risk_ratio, phrase("odds ratio"): contrast.odds_ratio}
    unknown = [name for name, ratio in ratios.items() if ratio.estimate is None]
    unlimited = [name for name, ratio in ratios.items() if ratio.estimate is not None and ratio.ci_lower is None]
    notes = []
    if unknown:
        text = phrase(
            "No {ratio} for {outcome}: in one arm nobody, or everybody, has it. No count was altered to get round this.",
            ratio=unknown[0] if len(unknown) == 1 else phrase("risk ratio and no odds ratio"),
            outcome=outcome_name,
        )
        notes.append(Note(code="ratio_undefined", text=text))
    if unlimited:
        text = phrase(
            "No confidence limits of the {ratio} for {outcome}: in one arm nobody, or everybody, has it. "
            "No count was altered to get round this.",
            ratio=unlimited[0] if len(unlimited) == 1 else phrase("risk ratio or the odds ratio"),
            outcome=outcome_name,
        )
        notes.append(Note(code="ratio_limits_undefined", text=text))
    return tuple(notes)
