"""How large a hidden bias in who was treated must be before a matched comparison loses its significance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, betaincinv

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.sensitivity.decisive_sets import DecisiveSets

GAMMAS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)

# Root finding on log Γ stops here; no reader needs more digits of Γ.
ROOT_PRECISION = 1e-14

# Outcomes of the sum less likely than this are left out of long convolutions; no p-value is read that far out.
NEGLIGIBLE = 1e-60

# Fewer decisive sets than this can hardly show anything, whatever the bias.
FEW_SETS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RosenbaumBounds:
    """The smallest and largest p-value that hidden bias of each size could have given.

    Γ is the most by which two patients of one set, alike in all that was measured, may differ in their odds of
    treatment. At Γ = 1 both bounds are the p-value of a randomised comparison.

    Attributes
    ----------
    gammas, p_lower, p_upper : (g,) float64
        Γ ≥ 1, and the bounds on the two-sided p-value.
    p_value : float
        Without hidden bias.
    critical_gamma : float or None
        The bias at which the upper bound reaches ``alpha``: up to it the finding stays significant whatever the bias,
        beyond it that is not assured. None where it is not significant even without bias.
    direction : {"more", "fewer"}
        Whether more or fewer treated patients have the outcome than expected without effect and bias.
    treated_outcomes : int
    expected : float
        Treated patients with the outcome in the decisive sets, found and expected at Γ = 1.
    n_sets, n_decisive : int
    alpha : float
    method : str
    notes : tuple of Note
    """

    gammas: NDArray[np.float64]
    p_lower: NDArray[np.float64]
    p_upper: NDArray[np.float64]
    p_value: float
    critical_gamma: float | None
    direction: Literal["more", "fewer"]
    treated_outcomes: int
    expected: float
    n_sets: int
    n_decisive: int
    alpha: float
    method: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kinds:
    """Sets of one kind counted together: (kinds, 3) of size, exposed and with outcome; how many; the sum observed.

    ``exposed`` is the arm whose outcomes are more than expected, so that only the upper tail is ever asked for.
    """

    kinds: NDArray[np.int64]
    counts: NDArray[np.int64]
    observed: int


def rosenbaum_bounds(sets: DecisiveSets, gammas: Sequence[float] = GAMMAS, *, alpha: float = 0.05) -> RosenbaumBounds:
    """Bound the p-value of a matched comparison under hidden bias of size Γ, and find the Γ that would undo it.

    The statistic is the number of treated patients with the outcome, over the decisive sets (of McNemar in pairs, of
    Mantel and Haenszel in larger ones). Under bias at most Γ it is largest, for an outcome of yes or no, when the
    hidden cause is the outcome itself: each set then gives an extended hypergeometric count with odds Γ, a pair a coin
    with Γ/(1 + Γ). The sum's distribution is computed exactly by convolution, never by a normal approximation. The
    p-value is twice the tail in the observed direction, at most 1; at Γ = 1 in pairs it is McNemar's exact one.

    Parameters
    ----------
    sets : DecisiveSets
        From :func:`response_sets` or :func:`survival_sets`.
    gammas : sequence of float
        Each ≥ 1.
    alpha : float
        Two-sided level of significance, between 0 and 1.

    Returns
    -------
    RosenbaumBounds

    Raises
    ------
    EstimationError
        If a Γ is below 1 or not finite, or ``alpha`` does not lie between 0 and 1.

    Notes
    -----
    Rosenbaum 2002, Observational Studies, chapter 4, doi:10.1007/978-1-4757-3692-2.

    Examples
    --------
    >>> from analysis.sensitivity.decisive_sets import pair_sets
    >>> bounds = rosenbaum_bounds(pair_sets(12, 2), [1.0, 1.5, 2.0])
    >>> [round(float(p), 4) for p in bounds.p_upper], round(bounds.critical_gamma, 3)
    ([0.0129, 0.0796, 0.2107], 1.336)
    """
    bias = np.asarray(gammas, dtype=np.float64)
    _refuse(bias, alpha)
    treated, control = _kinds_of(sets, treated=True), _kinds_of(sets, treated=False)
    more = _tail(treated, 0.0) <= _tail(control, 0.0)
    kinds = treated if more else control
    p_value = _two_sided(_tail(kinds, 0.0))
    return RosenbaumBounds(
        gammas=bias,
        p_lower=np.array([_two_sided(_tail(kinds, -math.log(gamma))) for gamma in bias]),
        p_upper=np.array([_two_sided(_tail(kinds, math.log(gamma))) for gamma in bias]),
        p_value=p_value,
        critical_gamma=_critical_gamma(kinds, alpha) if p_value <= alpha else None,
        direction="more" if more else "fewer",
        treated_outcomes=int(sets.n_treated_outcome.sum()),
        expected=float(np.sum(sets.n_treated * sets.n_outcome / sets.size)),
        n_sets=sets.n_sets,
        n_decisive=sets.size.size,
        alpha=alpha,
        method=_method(sets),
        notes=_notes(sets, p_value, alpha),
    )


def _refuse(gammas: NDArray[np.float64], alpha: float) -> None:
    problems = []
    wrong = int(np.count_nonzero(~(np.isfinite(gammas) & (gammas >= 1.0))))
    if gammas.ndim != 1 or wrong:
        problems.append(
            phrase(
                "Every Γ must be a finite number of at least 1, 1 being no hidden bias; {wrong} of "
                "{n} are not. Give the odds by which two patients of one set may differ.",
                wrong=wrong,
                n=gammas.size,
            )
        )
    if not 0.0 < alpha < 1.0:
        problems.append(
            phrase("The level of significance must lie between 0 and 1; this one does not. Give 0.05 for 5 %.")
        )
    if problems:
        raise EstimationError(*problems)


def _kinds_of(sets: DecisiveSets, *, treated: bool) -> _Kinds:
    exposed = sets.n_treated if treated else sets.size - sets.n_treated
    observed = sets.n_treated_outcome if treated else sets.n_outcome - sets.n_treated_outcome
    table = np.column_stack([sets.size, exposed, sets.n_outcome]).reshape(-1, 3)
    kinds, counts = np.unique(table, axis=0, return_counts=True)
    return _Kinds(kinds=kinds, counts=counts, observed=int(observed.sum()))


def _two_sided(tail: float) -> float:
    return min(1.0, 2.0 * tail)


def _tail(sets: _Kinds, log_odds: float) -> float:
    """Probability of a sum of at least the observed one, the odds of being exposed multiplied for those with outcome."""
    if sets.counts.size == 0 or sets.observed == 0:
        return 1.0
    if sets.counts.size == 1 and _is_coin(sets.kinds[0]):
        probability = float(_pmf(sets.kinds[0], log_odds)[1])
        return float(bdtrc(sets.observed - 1, int(sets.counts[0]), probability))
    lowest, total = 0, np.ones(1)
    for kind, count in zip(sets.kinds, sets.counts, strict=True):
        start, pmf = _repeated(_pmf(kind, log_odds), int(count))
        skipped, total = _trimmed(np.convolve(total, pmf))
        lowest += start + skipped + int(count) * _least(kind)
    from_here = max(0, sets.observed - lowest)
    return min(1.0, float(np.sum(total[from_here:])))


def _least(kind: NDArray[np.int64]) -> int:
    size, exposed, outcomes = (int(entry) for entry in kind)
    return max(0, exposed + outcomes - size)


def _is_coin(kind: NDArray[np.int64]) -> bool:
    return _least(kind) == 0 and min(int(kind[1]), int(kind[2])) == 1


def _pmf(kind: NDArray[np.int64], log_odds: float) -> NDArray[np.float64]:
    """Extended hypergeometric probabilities of exposed patients with the outcome, from the least possible number on."""
    size, exposed, outcomes = (int(entry) for entry in kind)
    count = np.arange(_least(kind), min(exposed, outcomes), dtype=np.float64)
    steps = np.log((exposed - count) * (outcomes - count)) - np.log(
        (count + 1) * (size - exposed - outcomes + count + 1)
    )
    logarithm = np.concatenate([[0.0], np.cumsum(steps + log_odds)])
    weight: NDArray[np.float64] = np.exp(logarithm - logarithm.max())
    return weight / weight.sum()


def _repeated(pmf: NDArray[np.float64], count: int) -> tuple[int, NDArray[np.float64]]:
    """Distribution of the sum of ``count`` independent such numbers, by squaring: where it starts, and probabilities."""
    start, total = 0, np.ones(1)
    square_start, square = 0, pmf
    while True:
        if count & 1:
            skipped, total = _trimmed(np.convolve(total, square))
            start += square_start + skipped
        count >>= 1
        if not count:
            return start, total
        skipped, square = _trimmed(np.convolve(square, square))
        square_start = 2 * square_start + skipped


def _trimmed(pmf: NDArray[np.float64]) -> tuple[int, NDArray[np.float64]]:
    kept = np.flatnonzero(pmf > NEGLIGIBLE)
    return int(kept[0]), pmf[kept[0] : kept[-1] + 1]


def _critical_gamma(sets: _Kinds, alpha: float) -> float:
    if sets.counts.size == 1 and tuple(sets.kinds[0]) == (2, 1, 1):
        # The tail of a binomial is an incomplete beta function, whose inverse is Clopper and Pearson's limit.
        n = int(sets.counts[0])
        probability = float(betaincinv(sets.observed, n - sets.observed + 1, alpha / 2.0))
        return max(1.0, probability / (1.0 - probability))

    def excess(log_gamma: float) -> float:
        return _tail(sets, log_gamma) - alpha / 2.0

    if excess(0.0) >= 0.0:
        return 1.0
    from scipy.optimize import brentq  # slow to load, and needed on one page only

    beyond = 1.0
    while excess(beyond) <= 0.0:
        beyond *= 2.0
    return math.exp(float(brentq(excess, 0.0, beyond, xtol=ROOT_PRECISION, rtol=4 * np.finfo(np.float64).eps)))


def _method(sets: DecisiveSets) -> str:
    if sets.pairs:
        return phrase(
            "Rosenbaum bounds, pairs in which the treated patient {outcome} or a control did: exact "
            "binomial tail, doubled",
            outcome=sets.outcome,
        )
    return phrase(
        "Rosenbaum bounds, matched sets in which the treated patient {outcome} or a control did: exact "
        "convolved extended hypergeometric tail, doubled",
        outcome=sets.outcome,
    )


def _notes(sets: DecisiveSets, p_value: float, alpha: float) -> tuple[Note, ...]:
    notes = []
    if sets.size.size < FEW_SETS:
        notes.append(
            Note(
                code="few_decisive_sets",
                text=phrase(
                    "Only {n_decisive} of {n_sets} matched sets tell the arms apart; bounds for hidden bias "
                    "rest on these alone.",
                    n_decisive=sets.size.size,
                    n_sets=sets.n_sets,
                ),
            )
        )
    if p_value > alpha:
        notes.append(
            Note(
                code="not_significant_without_bias",
                text=phrase(
                    "The comparison within matched sets is not significant even without hidden bias, so "
                    "that no bias is needed to undo it."
                ),
            )
        )
    return tuple(notes)


def amplification(gamma: float, treatment_odds: float) -> float:
    """Say Γ with two numbers: the odds by which a hidden cause raises the outcome, if it raises treatment by these.

    Parameters
    ----------
    gamma : float
        Γ ≥ 1, in pairs.
    treatment_odds : float
        How many times the odds of treatment it multiplies, above Γ.

    Returns
    -------
    float
        (Γ·Λ − 1)/(Λ − Γ): how many times it multiplies the odds that its bearer has the worse outcome of a pair.

    Raises
    ------
    EstimationError
        If Γ is below 1, or the odds of treatment do not exceed it.

    Notes
    -----
    Rosenbaum & Silber 2009, doi:10.1198/jasa.2009.tm08470.

    Examples
    --------
    >>> amplification(1.25, 2.0)
    2.0
    """
    if not (gamma >= 1.0 and treatment_odds > gamma and math.isfinite(treatment_odds)):
        raise EstimationError(
            phrase(
                "A hidden cause behind Γ must multiply the odds of treatment by more than Γ, and Γ "
                "be at least 1; these do not. Give larger odds of treatment."
            )
        )
    return (gamma * treatment_odds - 1.0) / (treatment_odds - gamma)
