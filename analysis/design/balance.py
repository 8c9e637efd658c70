"""Balance: how alike the arms are in each covariate, before and after matching or weighting."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from math import sqrt
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.balance_kernel import distribution_gaps
from analysis.design.terms import CovariateTerm, covariate_terms
from analysis.errors import EstimationError
from analysis.notes import Note

Entry = TypeVar("Entry")

NORMAL_975 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CovariateBalance:
    """Differences between the arms, one entry per term, before and after.

    Differences are treated minus control. What cannot be computed is None. "Before" is the full sample, "after" the
    same patients under the design's weights.

    Attributes
    ----------
    terms : tuple of str
        A numeric covariate's name, or ``column=level``; a category of two levels has one term, its second level.
    covariate : tuple of str
        The column each term was made from.
    kind : tuple of {"continuous", "binary"}
        Binary: a level of a category, or a numeric covariate of 0 and 1 only.
    smd_before, smd_after : tuple of float or None
        Difference of means over √((s₁² + s₀²)/2) of the full sample, the same divisor before and after; s² is
        p(1 − p) for a binary term and the n − 1 variance otherwise.
    variance_ratio_before, variance_ratio_after : tuple of float or None
        s₁²/s₀²; None for a binary term. Weighted variances are Σw(x − m)²·Σw/((Σw)² − Σw²).
    ks_before, ks_after : tuple of float
        Largest difference of the arms' distribution functions, in [0, 1]; of proportions for a binary term.
    ecdf_difference_before, ecdf_difference_after : tuple of float
        Mean absolute difference of the distribution functions over the distinct values of the full sample; of
        proportions for a binary term.
    mean_treated_before, mean_control_before, mean_treated_after, mean_control_after : tuple of float
        Means; proportions for a binary term.
    sd_treated_before, sd_control_before, sd_treated_after, sd_control_after : tuple of float or None
        Standard deviations, by the rules of the variances above.
    n_treated_before, n_control_before, n_treated_after, n_control_after : int
        Patients; after, those with a weight above 0.
    effective_sample_size_treated_after, effective_sample_size_control_after : float
        (Σw)²/Σw².
    chance_smd_before, chance_smd_after : float
        |SMD| that a randomised comparison of this (effective) size stays below with a probability of 95 %.
    largest_smd_before, largest_smd_after : float or None
        Largest |SMD| of all terms.
    method : str
        What the SMD is divided by.
    notes : tuple of Note
        Terms without a standardised difference.
    """

    terms: tuple[str, ...]
    covariate: tuple[str, ...]
    kind: tuple[str, ...]
    smd_before: tuple[float | None, ...]
    smd_after: tuple[float | None, ...]
    variance_ratio_before: tuple[float | None, ...]
    variance_ratio_after: tuple[float | None, ...]
    ks_before: tuple[float, ...]
    ks_after: tuple[float, ...]
    ecdf_difference_before: tuple[float, ...]
    ecdf_difference_after: tuple[float, ...]
    mean_treated_before: tuple[float, ...]
    mean_control_before: tuple[float, ...]
    mean_treated_after: tuple[float, ...]
    mean_control_after: tuple[float, ...]
    sd_treated_before: tuple[float | None, ...]
    sd_control_before: tuple[float | None, ...]
    sd_treated_after: tuple[float | None, ...]
    sd_control_after: tuple[float | None, ...]
    n_treated_before: int
    n_control_before: int
    n_treated_after: int
    n_control_after: int
    effective_sample_size_treated_after: float
    effective_sample_size_control_after: float
    chance_smd_before: float
    chance_smd_after: float
    largest_smd_before: float | None
    largest_smd_after: float | None
    method: str
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row per term, in columns ``term``, ``covariate``, ``kind`` and the measures; None stays None."""
        columns: dict[str, pd.Series] = {}
        for field in fields(self):
            entries = getattr(self, field.name)
            if isinstance(entries, tuple) and field.name != "notes":
                name = "term" if field.name == "terms" else field.name
                columns[name] = pd.Series(entries, dtype=object if None in entries else None)
        return pd.DataFrame(columns)


def covariate_balance(covariates: pd.DataFrame, treated: ArrayLike, weights: ArrayLike) -> CovariateBalance:
    """Measure how alike the arms are in each covariate, in the full sample and under the design's weights.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numeric columns and categoricals, without missing values.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    weights : array_like of float, shape (n,)
        Weights of the design, 0 for a patient left out. Their scale within an arm does not matter.

    Returns
    -------
    CovariateBalance

    Raises
    ------
    EstimationError
        An arm is empty, or all its weights are 0.

    Notes
    -----
    The divisor of the SMD is that of the full sample also after matching, so that a changed SMD means changed means.
    Under randomisation an SMD has a standard error of about √(1/n₁ + 1/n₀); 1.96 times that, with the effective
    sizes after matching, is ``chance_smd``. With 25 patients per arm it is 0.55: lines at 0.1 say little there.

    Sources: Stuart 2010, doi:10.1214/09-STS313; Ho et al. 2007, doi:10.1093/pan/mpl013.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [50.0, 60.0, 40.0, 50.0]})
    >>> balance = covariate_balance(table, [True, True, False, False], [1.0, 0.0, 0.0, 1.0])
    >>> round(balance.smd_before[0], 3), balance.smd_after
    (1.414, (0.0,))
    """
    arm = np.asarray(treated, dtype=np.bool_)
    weight = np.asarray(weights, dtype=np.float64)
    if arm.shape != weight.shape or arm.size != len(covariates):
        raise ValueError("covariates, treated and weights must have one entry per patient")
    if (weight < 0).any():
        raise ValueError("weights must not be negative")
    _refuse_empty_arms(arm, weight)
    terms = [_term_balance(term, arm, weight) for term in covariate_terms(covariates, every_level=True)]
    return _collect(terms, arm, weight)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _ArmMoments:
    mean: float
    variance: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _TermBalance:
    term: str
    covariate: str
    binary: bool
    treated_before: _ArmMoments
    control_before: _ArmMoments
    treated_after: _ArmMoments
    control_after: _ArmMoments
    gaps: tuple[float, float, float, float]

    @property
    def divisor(self) -> float | None:
        one, zero = self.treated_before.variance, self.control_before.variance
        return None if one is None or zero is None or one + zero <= 0 else sqrt((one + zero) / 2)


def _refuse_empty_arms(arm: NDArray[np.bool_], weight: NDArray[np.float64]) -> None:
    problems = []
    for label, members in (("treated", arm), ("control", ~arm)):
        if not members.any():
            problems.append(
                f"Balance needs patients in both arms; the {label} arm is empty. Check the treatment column."
            )
        elif not (weight[members] > 0).any():
            problems.append(
                f"Balance after matching needs matched patients in both arms; no {label} patient has a weight above 0. "
                "Widen the caliper."
            )
    if problems:
        raise EstimationError(*problems)


def _term_balance(term: CovariateTerm, arm: NDArray[np.bool_], weight: NDArray[np.float64]) -> _TermBalance:
    values = term.values
    binary = term.level is not None or bool(((values == 0.0) | (values == 1.0)).all())
    moments = [
        _moments(values[members], w[members], binary=binary)
        for w in (np.ones(values.size), weight)
        for members in (arm, ~arm)
    ]
    if binary:
        before = abs(moments[0].mean - moments[1].mean)
        after = abs(moments[2].mean - moments[3].mean)
        gaps = (before, before, after, after)
    else:
        order = np.argsort(values, kind="stable")
        found = distribution_gaps(values[order], arm[order], weight[order])
        gaps = (float(found[0]), float(found[1]), float(found[2]), float(found[3]))
    return _TermBalance(
        term=term.name,
        covariate=term.covariate,
        binary=binary,
        treated_before=moments[0],
        control_before=moments[1],
        treated_after=moments[2],
        control_after=moments[3],
        gaps=gaps,
    )


def _moments(values: NDArray[np.float64], weight: NDArray[np.float64], *, binary: bool) -> _ArmMoments:
    used = weight > 0
    values, weight = values[used], weight[used]
    total = weight.sum()
    # Measured from the first value, so that a constant column has a variance of exactly 0.
    origin = values[0]
    offsets = values - origin
    offset = float(weight @ offsets / total)
    mean = float(origin) + offset
    if binary:
        mean = min(max(mean, 0.0), 1.0)
        return _ArmMoments(mean=mean, variance=mean * (1.0 - mean))
    freedom = total * total - weight @ weight
    if values.size < 2 or freedom <= 0:
        return _ArmMoments(mean=mean, variance=None)
    return _ArmMoments(mean=mean, variance=float(weight @ np.square(offsets - offset) * total / freedom))


def _collect(terms: list[_TermBalance], arm: NDArray[np.bool_], weight: NDArray[np.float64]) -> CovariateBalance:
    smd_before = tuple(_ratio(t.treated_before.mean - t.control_before.mean, t.divisor) for t in terms)
    smd_after = tuple(_ratio(t.treated_after.mean - t.control_after.mean, t.divisor) for t in terms)
    n_treated, n_control = int(arm.sum()), int((~arm).sum())
    effective_treated = _effective_sample_size(weight[arm])
    effective_control = _effective_sample_size(weight[~arm])

    def each(read: Callable[[_TermBalance], Entry]) -> tuple[Entry, ...]:
        return tuple(read(term) for term in terms)

    return CovariateBalance(
        terms=each(lambda t: t.term),
        covariate=each(lambda t: t.covariate),
        kind=each(lambda t: "binary" if t.binary else "continuous"),
        smd_before=smd_before,
        smd_after=smd_after,
        variance_ratio_before=each(lambda t: _variance_ratio(t.binary, t.treated_before, t.control_before)),
        variance_ratio_after=each(lambda t: _variance_ratio(t.binary, t.treated_after, t.control_after)),
        ks_before=each(lambda t: t.gaps[0]),
        ks_after=each(lambda t: t.gaps[2]),
        ecdf_difference_before=each(lambda t: t.gaps[1]),
        ecdf_difference_after=each(lambda t: t.gaps[3]),
        mean_treated_before=each(lambda t: t.treated_before.mean),
        mean_control_before=each(lambda t: t.control_before.mean),
        mean_treated_after=each(lambda t: t.treated_after.mean),
        mean_control_after=each(lambda t: t.control_after.mean),
        sd_treated_before=each(lambda t: _root(t.treated_before.variance)),
        sd_control_before=each(lambda t: _root(t.control_before.variance)),
        sd_treated_after=each(lambda t: _root(t.treated_after.variance)),
        sd_control_after=each(lambda t: _root(t.control_after.variance)),
        n_treated_before=n_treated,
        n_control_before=n_control,
        n_treated_after=int((weight[arm] > 0).sum()),
        n_control_after=int((weight[~arm] > 0).sum()),
        effective_sample_size_treated_after=effective_treated,
        effective_sample_size_control_after=effective_control,
        chance_smd_before=chance_smd(n_treated, n_control),
        chance_smd_after=chance_smd(effective_treated, effective_control),
        largest_smd_before=_largest(smd_before),
        largest_smd_after=_largest(smd_after),
        method="pooled standard deviation of the full sample",
        notes=_degenerate_note(terms),
    )


def _ratio(difference: float, divisor: float | None) -> float | None:
    return None if divisor is None else difference / divisor


def _variance_ratio(binary: bool, treated: _ArmMoments, control: _ArmMoments) -> float | None:
    if binary or treated.variance is None or control.variance is None or control.variance <= 0:
        return None
    return treated.variance / control.variance


def _root(variance: float | None) -> float | None:
    return None if variance is None else sqrt(variance)


def _effective_sample_size(weight: NDArray[np.float64]) -> float:
    return float(weight.sum() ** 2 / np.square(weight).sum())


def chance_smd(n_treated: float, n_control: float) -> float:
    """|SMD| that chance alone stays below in 95 % of randomised comparisons of this (effective) size.

    1.96·√(1/n₁ + 1/n₀), the normal approximation to the distribution of an SMD whose true value is 0.

    >>> round(chance_smd(25, 25), 3)
    0.554
    """
    return NORMAL_975 * sqrt(1.0 / n_treated + 1.0 / n_control)


def _largest(smd: tuple[float | None, ...]) -> float | None:
    return max((abs(value) for value in smd if value is not None), default=None)


def _degenerate_note(terms: list[_TermBalance]) -> tuple[Note, ...]:
    names = [term.term for term in terms if term.divisor is None]
    if not names:
        return ()
    text = (
        f"No standardised difference is given for {', '.join(names)}: it needs a covariate that varies within the arms, "
        "and two patients or more in each."
    )
    return (Note(code="no_standardised_difference", text=text),)
