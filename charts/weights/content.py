"""What a figure of weights shows, before anything is drawn: bins, histograms and what each arm is worth."""

from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.balance import effective_sample_size
from analysis.phrases import join_phrases, phrase
from charts.lettering import breaking, clean_label, unbroken
from charts.style import Arm, format_count, format_number, format_percent
from charts.ticks import round_ticks

_BINS = 24
_WIDE_RANGE = 20.0
"""Weights that differ by more than this factor are drawn on a logarithmic axis."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmWeights:
    """The weights above 0 of one arm.

    Attributes
    ----------
    arm, label
        Whose.
    n, n_left_out : int
        Patients with a weight above 0, and those with a weight of 0.
    count : (k,) int64
        Patients in each bin.
    share : (k,) float64
        The same as shares of those with a weight.
    effective_sample_size : float
        (Σw)²/Σw².
    largest : float or None
        The largest weight; None without patients.
    largest_share : float or None
        Its part of the arm's weight.
    """

    arm: Arm
    label: str
    n: int
    n_left_out: int
    count: NDArray[np.int64]
    share: NDArray[np.float64]
    effective_sample_size: float
    largest: float | None
    largest_share: float | None

    @property
    def entry(self) -> str:
        """The arm in words, for a legend."""
        if self.largest is None:
            told = phrase("no patient has a weight")
        else:
            parts = [
                f"n = {format_count(self.n)},",
                phrase("effectively {n},", n=format_number(self.effective_sample_size, ",.1f")),
                phrase("largest weight {weight}", weight=format_weight(self.largest)),
                phrase("({share} of the arm)", share=format_percent(self.largest_share)),
            ]
            told = join_phrases([unbroken(part) for part in parts])
        if self.arm == "treated":
            return phrase("{arm} (above): {told}", arm=self.label, told=told)
        return phrase("{arm} (below): {told}", arm=self.label, told=told)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightsContent:
    """Bins that both arms share, the arms, and whether the axis of weights is logarithmic."""

    edges: NDArray[np.float64]
    arms: tuple[ArmWeights, ArmWeights]
    log: bool

    @property
    def highest(self) -> float:
        """The largest share of all bins, in percent."""
        return max(1.0, 100 * max(float(one.share.max(initial=0.0)) for one in self.arms))

    @property
    def ticks(self) -> tuple[float, ...]:
        """On the axis of weights."""
        low, high = float(self.edges[0]), float(self.edges[-1])
        if self.log:
            powers = range(floor(log10(low)), ceil(log10(high)) + 1)
            steps = (1.0, 2.0, 5.0) if len(powers) <= 4 else (1.0,)
            return tuple(
                round(step * 10.0**power, 10) for power in powers for step in steps if low <= step * 10.0**power <= high
            )
        return round_ticks(low, high, 8)


def weights_differ(weights: ArrayLike, treated: ArrayLike) -> bool:
    """Tell whether some patients count for more than others of their arm.

    Parameters
    ----------
    weights : array_like of float, shape (n,)
        At least 0; patients with 0 are left out.
    treated : array_like of bool, shape (n,)
        True for the treated arm.

    Examples
    --------
    >>> weights_differ([1, 1, 0, 0.5], [True, True, True, False])
    False
    >>> weights_differ([1, 2, 0, 0.5], [True, True, True, False])
    True
    """
    weight, in_treated = np.asarray(weights, dtype=np.float64), np.asarray(treated, dtype=np.bool_)
    arms = (weight[(weight > 0) & rows] for rows in (in_treated, ~in_treated))
    return any(used.size > 0 and bool(used.min() < used.max()) for used in arms)


def weights_content(
    weights: ArrayLike, treated: ArrayLike, *, treated_label: str, control_label: str
) -> WeightsContent:
    """Count the weights above 0 of each arm in bins that both share."""
    weight = np.asarray(weights, dtype=np.float64)
    in_treated = np.asarray(treated, dtype=np.bool_)
    used = weight[weight > 0]
    log = used.size > 0 and float(used.max() / used.min()) > _WIDE_RANGE
    edges = _edges(used, log=log)
    arms = (
        _arm_weights("treated", treated_label, weight[in_treated], edges),
        _arm_weights("control", control_label, weight[~in_treated], edges),
    )
    return WeightsContent(edges=edges, arms=arms, log=log)


def _edges(used: NDArray[np.float64], *, log: bool) -> NDArray[np.float64]:
    if used.size == 0:
        return np.linspace(0.0, 1.0, _BINS + 1)
    low, high = float(used.min()), float(used.max())
    if log:
        return np.geomspace(low * 0.999, high * 1.001, _BINS + 1)
    if high - low < 1e-9 * high:
        return np.linspace(0.0, 2 * high, _BINS)
    return np.linspace(0.0, 1.001 * high, _BINS + 1)


def _arm_weights(arm: Arm, label: str, weight: NDArray[np.float64], edges: NDArray[np.float64]) -> ArmWeights:
    used = weight[weight > 0]
    count = np.histogram(used, edges)[0].astype(np.int64)
    return ArmWeights(
        arm=arm,
        label=clean_label(label),
        n=int(used.size),
        n_left_out=int(weight.size - used.size),
        count=count,
        share=count / max(used.size, 1),
        effective_sample_size=effective_sample_size(used) if used.size else 0.0,
        largest=float(used.max()) if used.size else None,
        largest_share=float(used.max() / used.sum()) if used.size else None,
    )


def format_weight(weight: float) -> str:
    """A weight with three significant digits.

    Examples
    --------
    >>> format_weight(3.14159), format_weight(0.01234), format_weight(1234.5)
    ('3.14', '0.0123', '1,234')
    """
    return format_number(weight, ",.0f" if weight >= 100 else ".3g")


def weights_table(weights: ArrayLike, treated: ArrayLike, *, treated_label: str, control_label: str) -> pd.DataFrame:
    """The figure's numbers: one row for each bin of each arm."""
    content = weights_content(weights, treated, treated_label=treated_label, control_label=control_label)
    tables = [
        pd.DataFrame(
            {
                "arm": one.label,
                "from": content.edges[:-1],
                "to": content.edges[1:],
                "patients": one.count,
                "share": one.share,
            }
        )
        for one in content.arms
    ]
    return pd.concat(tables, ignore_index=True)


def describe_weights(weights: ArrayLike, treated: ArrayLike, *, treated_label: str, control_label: str) -> str:
    """The figure in a sentence, for readers who do not see it: what each arm is worth, and its largest weight."""
    content = weights_content(weights, treated, treated_label=treated_label, control_label=control_label)
    arms = breaking(join_phrases([one.entry for one in content.arms], "; "))
    if content.log:
        return phrase("Mirrored histograms of the weights, on a logarithmic axis: {arms}.", arms=arms)
    return phrase("Mirrored histograms of the weights: {arms}.", arms=arms)
