"""What an overlap figure shows, before anything is drawn: bins, histograms and names."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.phrases import join_phrases, phrase
from charts.lettering import clean_label, short_label
from charts.style import MINUS, WHEN_NAME, Arm, DesignWord, Population, format_count, format_number, population_name

Scale = Literal["probability", "logit"]

_FEW, _MANY = 16, 30
_MANY_PATIENTS = 400
_STEPS: dict[Scale, float] = {"probability": 0.05, "logit": 0.5}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreHistogram:
    """The scores of one arm in one population.

    Attributes
    ----------
    share : (k,) float64
        Of the arm's patients, by weight where they have one, in each bin; the bins sum to 1.
    count : (k,) int64
        Patients in each bin, never weighted.
    n : int
        Patients of the arm.
    lowest, highest : float or None
        The range of their scores; None without patients.
    """

    arm: Arm
    population: Literal["before", "after"]
    share: NDArray[np.float64]
    count: NDArray[np.int64]
    n: int
    lowest: float | None
    highest: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OverlapContent:
    """The bins and the histograms that a population view shows, those behind first."""

    edges: NDArray[np.float64]
    histograms: tuple[ScoreHistogram, ...]
    labels: dict[Arm, str]
    compared: bool
    design_word: DesignWord

    def is_ghost(self, histogram: ScoreHistogram) -> bool:
        """Whether it stands behind another."""
        return self.compared and histogram.population == "before"

    def entry(self, histogram: ScoreHistogram) -> str:
        """Who a histogram is, in words."""
        name = self.labels[histogram.arm]
        if self.compared:
            name = join_phrases((name, WHEN_NAME[histogram.population]), ", ")
        n = format_count(histogram.n)
        if histogram.arm == "treated":
            return phrase("{arm} (above): n = {n}", arm=name, n=n)
        return phrase("{arm} (below): n = {n}", arm=name, n=n)

    @property
    def listed(self) -> tuple[ScoreHistogram, ...]:
        """The histograms in the order a reader is told of them."""
        return tuple(sorted(self.histograms, key=lambda one: (self.is_ghost(one), one.arm == "control")))

    @property
    def highest(self) -> float:
        """The largest share of all bins, in percent."""
        return 100 * max(float(histogram.share.max()) for histogram in self.histograms)


def overlap_content(
    score: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike | None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    scale: Scale,
    design_word: DesignWord = "matching",
) -> OverlapContent:
    """Count the scores of each arm in bins that all populations share."""
    scores = np.asarray(score, dtype=np.float64)
    in_treated = np.asarray(treated, dtype=bool)
    if population != "before" and weights is None:
        raise ValueError(f"The view {population!r} needs the weights after {design_word}, and there are none.")
    edges = _bin_edges(scores, scale)
    names: tuple[Literal["before", "after"], ...] = ("before", "after") if population == "compare" else (population,)
    histograms = []
    for name in names:
        used = np.ones(scores.size) if name == "before" or weights is None else np.asarray(weights, dtype=np.float64)
        arms: tuple[tuple[Arm, NDArray[np.bool_]], ...] = (("treated", in_treated), ("control", ~in_treated))
        for arm, members in arms:
            histograms.append(_histogram(scores, members & (used > 0), used, edges, arm, name))
    labels: dict[Arm, str] = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    return OverlapContent(
        edges=edges,
        histograms=tuple(histograms),
        labels=labels,
        compared=population == "compare",
        design_word=design_word,
    )


def _bin_edges(scores: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """Bins over the range of all scores, rounded outwards to a step, so that they stay when patients are left out."""
    step = _STEPS[scale]
    low, high = step * np.floor(scores.min() / step), step * np.ceil(scores.max() / step)
    high = max(high, low + step)
    bins = _MANY if scores.size >= _MANY_PATIENTS else _FEW
    return np.linspace(low, high, bins + 1)


def _histogram(
    scores: NDArray[np.float64],
    members: NDArray[np.bool_],
    weights: NDArray[np.float64],
    edges: NDArray[np.float64],
    arm: Arm,
    population: Literal["before", "after"],
) -> ScoreHistogram:
    count = np.histogram(scores[members], edges)[0]
    weight = np.histogram(scores[members], edges, weights=weights[members])[0]
    total = weight.sum()
    share = weight / total if total > 0 else np.zeros(edges.size - 1)
    return ScoreHistogram(
        arm=arm,
        population=population,
        share=share,
        count=count.astype(np.int64),
        n=int(members.sum()),
        lowest=float(scores[members].min()) if members.any() else None,
        highest=float(scores[members].max()) if members.any() else None,
    )


def score_title(content: OverlapContent, scale: Scale, most: float) -> str:
    """The name of the score's axis, which says of which arm."""
    arm = short_label(content.labels["treated"], most)
    if scale == "probability":
        return phrase("Propensity score for {arm}", arm=arm)
    return phrase("Logit of the propensity score for {arm}", arm=arm)


def share_ticks(highest: float) -> tuple[list[float], list[str]]:
    """Round percentages on both sides of zero, without a sign."""
    step = next((step for step in (1, 2, 5, 10, 20, 25) if highest / step <= 3.2), 50)
    side = [float(step * row) for row in range(1, int(highest / step) + 1)]
    ticks = [-tick for tick in reversed(side)] + [0.0] + side
    return ticks, [f"{abs(tick):.0f}" for tick in ticks]


def score_ticks(edges: NDArray[np.float64]) -> tuple[list[float], list[str]]:
    """Round scores within the range of the bins, with their names."""
    low, high = float(edges[0]), float(edges[-1])
    step = next((step for step in (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0) if (high - low) / step <= 7), high - low)
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    ticks = [round(step * number, 10) for number in range(first, last + 1)]
    digits = 2 if step < 0.1 else 1 if step < 1 else 0
    return ticks, [f"{tick:.{digits}f}".replace("-", MINUS) for tick in ticks]


def overlap_table(
    score: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    scale: Scale = "probability",
) -> pd.DataFrame:
    """The figure's numbers: one row for each bin of each histogram; arguments as in :func:`overlap_figure`."""
    content = overlap_content(
        score,
        treated,
        weights,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        scale=scale,
    )
    tables = [
        pd.DataFrame(
            {
                "population": histogram.population,
                "arm": content.labels[histogram.arm],
                "from": content.edges[:-1],
                "to": content.edges[1:],
                "patients": histogram.count,
                "share": histogram.share,
            }
        )
        for histogram in content.histograms
    ]
    return pd.concat(tables, ignore_index=True)


def describe_overlap(
    score: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    scale: Scale = "probability",
    design_word: DesignWord = "matching",
) -> str:
    """The figure in a sentence, for readers who do not see it: patients of each arm and the range of their scores."""
    content = overlap_content(
        score,
        treated,
        weights,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        scale=scale,
        design_word=design_word,
    )
    arms = join_phrases(
        [
            phrase(
                "{arm} {when}, {n} patients, {lowest} to {highest}",
                arm=content.labels[histogram.arm],
                when=population_name(histogram.population, design_word),
                n=format_count(histogram.n),
                lowest=format_number(histogram.lowest or 0.0, ".2f"),
                highest=format_number(histogram.highest or 0.0, ".2f"),
            )
            for histogram in content.listed
        ],
        "; ",
    )
    if scale == "probability":
        return phrase("Mirrored histograms of propensity scores: {arms}.", arms=arms)
    return phrase("Mirrored histograms of logits of the propensity score: {arms}.", arms=arms)
