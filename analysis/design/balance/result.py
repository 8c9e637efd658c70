"""The table of balance: one entry per term, before and after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.arms import arm_name
from analysis.design.balance.convention import describe_convention
from analysis.design.balance.measures import TermMeasures, chance_smd, effective_sample_size, root
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.settings import BalanceSettings

Entry = TypeVar("Entry")


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
        Difference of means over the divisor of the convention, usually √((s₁² + s₀²)/2) of the full sample before and
        after; s² is p(1 − p) for a binary term and the n − 1 variance otherwise.
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
    n_missing : tuple of int or None
        Patients without a value, who have no part in the term's measures; None where there are none.
    convention : BalanceSettings
        How differences were standardised.
    method : str
        The convention in words: what the SMD is divided by.
    notes : tuple of Note
        Terms without a standardised difference, differences left raw, and missing values.
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
    n_missing: tuple[int, ...] | None = None
    convention: BalanceSettings
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


def collect_balance(
    terms: Sequence[TermMeasures],
    arm: NDArray[np.bool_],
    weight: NDArray[np.float64],
    convention: BalanceSettings,
    notes: tuple[Note, ...] = (),
) -> CovariateBalance:
    """Put the measures of all terms side by side, and add what holds for all of them."""
    smd_before = tuple(term.smd(convention, after=False) for term in terms)
    smd_after = tuple(term.smd(convention, after=True) for term in terms)
    n_treated, compared = int(np.count_nonzero(arm)), weight > 0
    n_control = arm.size - n_treated
    effective_treated = effective_sample_size(weight[arm])
    effective_control = effective_sample_size(weight[~arm])

    def each(read: Callable[[TermMeasures], Entry]) -> tuple[Entry, ...]:
        return tuple(read(term) for term in terms)

    return CovariateBalance(
        terms=each(lambda t: t.term),
        covariate=each(lambda t: t.covariate),
        kind=each(lambda t: "binary" if t.binary else "continuous"),
        smd_before=smd_before,
        smd_after=smd_after,
        variance_ratio_before=each(lambda t: t.variance_ratio(after=False)),
        variance_ratio_after=each(lambda t: t.variance_ratio(after=True)),
        ks_before=each(lambda t: t.gaps[0]),
        ks_after=each(lambda t: t.gaps[2]),
        ecdf_difference_before=each(lambda t: t.gaps[1]),
        ecdf_difference_after=each(lambda t: t.gaps[3]),
        mean_treated_before=each(lambda t: t.treated_before.mean),
        mean_control_before=each(lambda t: t.control_before.mean),
        mean_treated_after=each(lambda t: t.treated_after.mean),
        mean_control_after=each(lambda t: t.control_after.mean),
        sd_treated_before=each(lambda t: root(t.treated_before.variance)),
        sd_control_before=each(lambda t: root(t.control_before.variance)),
        sd_treated_after=each(lambda t: root(t.treated_after.variance)),
        sd_control_after=each(lambda t: root(t.control_after.variance)),
        n_treated_before=n_treated,
        n_control_before=n_control,
        n_treated_after=int(np.count_nonzero(compared & arm)),
        n_control_after=int(np.count_nonzero(compared & ~arm)),
        effective_sample_size_treated_after=effective_treated,
        effective_sample_size_control_after=effective_control,
        chance_smd_before=chance_smd(n_treated, n_control),
        chance_smd_after=chance_smd(effective_treated, effective_control),
        largest_smd_before=largest_size(smd_before),
        largest_smd_after=largest_size(smd_after),
        n_missing=each(lambda t: t.n_missing) if any(term.n_missing for term in terms) else None,
        convention=convention,
        method=describe_convention(convention),
        notes=(*_degenerate_note(terms, smd_before, smd_after, convention), *raw_note(terms, convention), *notes),
    )


def largest_size(smd: Sequence[float | None]) -> float | None:
    """The largest |SMD|, None where there is no SMD."""
    return max((abs(value) for value in smd if value is not None), default=None)


def _degenerate_note(
    terms: Sequence[TermMeasures],
    smd_before: Sequence[float | None],
    smd_after: Sequence[float | None],
    convention: BalanceSettings,
) -> tuple[Note, ...]:
    values = zip(terms, smd_before, smd_after, strict=True)
    names = [term.term for term, before, after in values if before is None or after is None]
    if not names:
        return ()
    listed = ", ".join(names)
    if convention.denominator == "pooled":
        text = phrase(
            "No standardised difference is given for {terms}: it needs a covariate that varies within the arms, and "
            "two patients or more in each.",
            terms=listed,
        )
    else:
        text = phrase(
            "No standardised difference is given for {terms}: it needs a covariate that varies within the {arm} arm, "
            "and two patients or more there.",
            terms=listed,
            arm=arm_name(treated=convention.denominator == "treated"),
        )
    return (Note(code="no_standardised_difference", text=text),)


def raw_note(terms: Sequence[TermMeasures], convention: BalanceSettings) -> tuple[Note, ...]:
    """That differences of proportions stand beside standardised ones, where they do."""
    if convention.binary == "standardised" or not any(term.binary for term in terms):
        return ()
    text = phrase(
        "Shares are compared by their plain difference, other covariates by a standardised "
        "one: limits such as 0.1, and what chance would leave, are those of standardised "
        "differences."
    )
    return (Note(code="raw_proportions", text=text),)
