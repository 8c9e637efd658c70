"""What the figure of one covariate shows, before anything is drawn: curves of a number, or bars of a category."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.distribution import ArmCurve, LevelShares, NumericDistribution
from analysis.phrases import join_phrases, phrase
from charts.legend import LegendEntry, MarkKind
from charts.lettering import breaking, clean_label, unbroken
from charts.style import (
    ARM_COLOUR,
    WHEN_NAME,
    Arm,
    DesignWord,
    Population,
    format_count,
    format_number,
    format_percent,
    population_name,
)

CurveKind = Literal["ecdf", "density"]
When = Literal["before", "after"]

_ARMS: tuple[Arm, Arm] = ("treated", "control")
_SAME_SIZE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnDistribution:
    """One arm of one population.

    Attributes
    ----------
    arm, when, ghost
        Whose; before or after; whether it stands behind another.
    label, entry : str
        The arm's label, and its name in a legend.
    y : ndarray of float64, or None
        Percent at or below, density, or percent in each level; None where there is no density.
    """

    arm: Arm
    when: When
    ghost: bool
    label: str
    entry: str
    y: NDArray[np.float64] | None

    @property
    def colour(self) -> str:
        """Of the arm."""
        return ARM_COLOUR[self.arm]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DistributionContent:
    """Everything the figure of one covariate shows.

    Attributes
    ----------
    name : str
        Of the covariate.
    kind : {"ecdf", "density", "shares"}
        What is drawn.
    x : ndarray of float64
        Values of the covariate; empty for a category.
    levels : tuple of str
        Of a category; empty for a number.
    drawn : tuple of DrawnDistribution
        In the order they are drawn, those behind first.
    highest : float
        The largest of all that was given, shown or not: a view moves the curves and not the scale.
    note : str
        Patients without a value; empty where there are none.
    """

    name: str
    kind: Literal["ecdf", "density", "shares"]
    x: NDArray[np.float64]
    levels: tuple[str, ...]
    drawn: tuple[DrawnDistribution, ...]
    highest: float
    note: str

    @property
    def listed(self) -> tuple[DrawnDistribution, ...]:
        """In the order a reader is told of them."""
        return tuple(sorted(self.drawn, key=lambda one: (one.ghost, one.arm == "control")))

    @property
    def legend(self) -> tuple[LegendEntry, ...]:
        """Who is drawn, each with its mark."""
        mark: MarkKind = "box" if self.kind == "shares" else "line"
        return tuple(
            LegendEntry(words=one.entry, colour=one.colour, kind=mark, arm=one.arm, ghost=one.ghost)
            for one in self.listed
        )

    @property
    def y_title(self) -> str:
        """The name of the axis of what was counted."""
        return {
            "ecdf": phrase("Patients at or below (%)"),
            "density": phrase("Density"),
            "shares": phrase("Share of the arm (%)"),
        }[self.kind]


def distribution_content(
    found: NumericDistribution | LevelShares,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    curve: CurveKind,
    design_word: DesignWord,
) -> DistributionContent:
    """Gather what the chosen population shows."""
    if population != "after" and found.treated_before is None:
        raise ValueError(f"The view {population!r} needs the distribution before {design_word}, and there is none.")
    whens: tuple[When, ...] = ("before", "after") if population == "compare" else (population,)
    labels = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    kind: Literal["ecdf", "density", "shares"] = "shares" if isinstance(found, LevelShares) else curve
    drawn = tuple(
        DrawnDistribution(
            arm=arm,
            when=when,
            ghost=population == "compare" and when == "before",
            label=labels[arm],
            entry=_entry(found, arm, when, labels[arm], population == "compare"),
            y=_heights(found, arm, when, kind),
        )
        for when in whens
        for arm in _ARMS
    )
    given = [
        _heights(found, arm, when, kind) for arm in _ARMS for when in ("before", "after") if _is_given(found, when)
    ]
    x, levels = np.zeros(0), tuple[str, ...]()
    if isinstance(found, LevelShares):
        levels = tuple(clean_label(level) for level in found.levels)
    else:
        x = found.values if kind == "ecdf" else found.grid
    return DistributionContent(
        name=clean_label(found.covariate),
        kind=kind,
        x=x,
        levels=levels,
        drawn=drawn,
        highest=100.0
        if kind == "ecdf"
        else max((float(y.max(initial=0.0)) for y in given if y is not None), default=1.0),
        note=_missing(found.n_missing),
    )


def _is_given(found: NumericDistribution | LevelShares, when: When) -> bool:
    return when == "after" or found.treated_before is not None


def _heights(
    found: NumericDistribution | LevelShares, arm: Arm, when: When, kind: Literal["ecdf", "density", "shares"]
) -> NDArray[np.float64] | None:
    if isinstance(found, LevelShares):
        return 100 * np.asarray(_shares(found, arm, when), dtype=np.float64)
    one = _curve(found, arm, when)
    return 100 * one.ecdf if kind == "ecdf" else one.density


def _shares(found: LevelShares, arm: Arm, when: When) -> tuple[float, ...]:
    if when == "after":
        return found.treated_after if arm == "treated" else found.control_after
    return (found.treated_before if arm == "treated" else found.control_before) or ()


def _curve(found: NumericDistribution, arm: Arm, when: When) -> ArmCurve:
    before = found.treated_before if arm == "treated" else found.control_before
    after = found.treated_after if arm == "treated" else found.control_after
    return after if when == "after" or before is None else before


def _entry(found: NumericDistribution | LevelShares, arm: Arm, when: When, label: str, compared: bool) -> str:
    name = join_phrases((label, WHEN_NAME[when]), ", ") if compared else label
    if isinstance(found, LevelShares):
        return name
    one = _curve(found, arm, when)
    parts = [unbroken(f"n = {format_count(one.n)}")]
    if abs(one.effective_sample_size - one.n) > _SAME_SIZE:
        parts.append(unbroken(phrase("effectively {n}", n=format_number(one.effective_sample_size, ",.1f"))))
    return name + ": " + join_phrases(parts, ", ")


def _missing(count: int) -> str:
    if not count:
        return ""
    n = format_count(count)
    if count == 1:
        return phrase("{n} patient without a value left aside.", n=n)
    return phrase("{n} patients without a value left aside.", n=n)


def distribution_table(
    found: NumericDistribution | LevelShares, *, treated_label: str, control_label: str
) -> pd.DataFrame:
    """The figure's numbers: one row for each value (or level), arm and population, shares from 0 to 1."""
    labels = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    tables = []
    whens: tuple[When, ...] = ("before", "after")
    for when in whens:
        for arm in _ARMS:
            if not _is_given(found, when):
                continue
            columns: dict[str, Any]
            if isinstance(found, LevelShares):
                columns = {"level": found.levels, "share": _shares(found, arm, when)}
            else:
                columns = {"value": found.values, "share_at_or_below": _curve(found, arm, when).ecdf}
            tables.append(pd.DataFrame({"population": when, "arm": labels[arm], **columns}))
    return pd.concat(tables, ignore_index=True)


def describe_distribution(
    found: NumericDistribution | LevelShares,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
) -> str:
    """The figure in a sentence or two, for readers who do not see it: quartiles of each arm, or shares of each level."""
    content = distribution_content(
        found,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        curve="ecdf",
        design_word=design_word,
    )
    arms = [phrase("{what}: {told}", what=one.entry, told=_in_words(content, one)) for one in content.listed]
    what = phrase(
        "Distribution of {covariate} {where}.",
        covariate=content.name,
        where=population_name(population, design_word),
    )
    told = phrase("{sentence}.", sentence=breaking(join_phrases(arms, "; ")))
    return join_phrases([what, told, *([content.note] if content.note else [])])


def _in_words(content: DistributionContent, one: DrawnDistribution) -> str:
    if one.y is None or not one.y.size:
        return phrase("no patients")
    if content.kind == "shares":
        return ", ".join(
            f"{level} {format_percent(share / 100)}"
            for level, share in zip(content.levels, one.y.tolist(), strict=True)
        )
    quartiles = [content.x[min(int(np.searchsorted(one.y, q - 1e-9)), content.x.size - 1)] for q in (25.0, 50.0, 75.0)]
    low, middle, high = (format_number(value, ".4g") for value in quartiles)
    return phrase("median {median}, quartiles {low} and {high}", median=middle, low=low, high=high)
