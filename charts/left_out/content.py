"""What the figures of patients left out show, before anything is drawn: points of a map, and rows of differences."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.left_out import ArmLeftOut, LeftOut
from analysis.phrases import join_phrases, phrase
from charts.lettering import clean_label
from charts.style import ARM_COLOUR, BALANCE_LINES, Arm, format_count, format_smd

MOST_POINTS = 3_000
_BAND = 0.32
"""Half the width of the band in which the patients of a level are spread."""
_ARMS: tuple[Arm, Arm] = ("treated", "control")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapAxis:
    """One covariate as an axis: its name, where it starts and ends, and the levels of a category at 0, 1, 2, …"""

    name: str
    levels: tuple[str, ...]
    range: tuple[float, float]

    def named(self, most: float) -> list[int]:
        """The levels that have their names on the axis: all, or every so many where there is room for `most`."""
        every = ceil(len(self.levels) / max(1.0, floor(most)))
        return list(range(0, len(self.levels), max(1, every)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapPoints:
    """The patients of one arm, kept or left out.

    Attributes
    ----------
    arm, kept, label
        Which.
    n : int
        Patients, drawn or not.
    row, x, y : (m,) arrays
        Those drawn: their places in the design, and in the map.
    """

    arm: Arm
    kept: bool
    label: str
    n: int
    row: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @property
    def entry(self) -> str:
        """Who they are, in words."""
        n = format_count(self.n)
        if self.kept:
            return phrase("{arm}, compared: n = {n}", arm=self.label, n=n)
        return phrase("{arm}, left out: n = {n}", arm=self.label, n=n)

    @property
    def colour(self) -> str:
        """Of the arm."""
        return ARM_COLOUR[self.arm]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapContent:
    """The axes, the groups of points, and what is said about those that are not drawn."""

    x: MapAxis
    y: MapAxis
    groups: tuple[MapPoints, ...]
    sentence: str

    @property
    def listed(self) -> tuple[MapPoints, ...]:
        """In the order a reader is told of them: the compared, then the left out."""
        return tuple(sorted(self.groups, key=lambda group: (not group.kept, group.arm == "control")))


def map_content(
    first: pd.Series,
    second: pd.Series,
    treated: ArrayLike,
    weights: ArrayLike,
    *,
    treated_label: str,
    control_label: str,
    seed: int = 0,
) -> MapContent:
    """Place the patients by two covariates; of very many a random part, the same for the same seed."""
    rng = np.random.default_rng(seed)
    (x, x_axis), (y, y_axis) = (_placed(series, rng) for series in (first, second))
    arm, kept = np.asarray(treated, dtype=np.bool_), np.asarray(weights, dtype=np.float64) > 0
    whole = np.isfinite(x) & np.isfinite(y)
    drawn = np.zeros(arm.size, dtype=np.bool_)
    rows = np.flatnonzero(whole)
    drawn[rng.choice(rows, MOST_POINTS, replace=False) if rows.size > MOST_POINTS else rows] = True
    labels = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    groups = []
    for is_kept in (False, True):
        for name in _ARMS:
            members = (arm if name == "treated" else ~arm) & (kept if is_kept else ~kept)
            row = np.flatnonzero(members & drawn)
            groups.append(
                MapPoints(arm=name, kept=is_kept, label=labels[name], n=int(members.sum()), row=row, x=x[row], y=y[row])
            )
    return MapContent(x=x_axis, y=y_axis, groups=tuple(groups), sentence=_drawn_words(rows.size, arm.size))


def _placed(series: pd.Series, rng: np.random.Generator) -> tuple[NDArray[np.float64], MapAxis]:
    """Numbers as they are; levels in bands, their patients spread so that they do not hide each other."""
    name = clean_label(str(series.name))
    if isinstance(series.dtype, pd.CategoricalDtype):
        used = series.cat.remove_unused_categories()
        codes = used.cat.codes.to_numpy(dtype=np.float64)
        levels = tuple(clean_label(str(level)) for level in used.cat.categories)
        places = np.where(codes < 0, np.nan, codes + rng.uniform(-_BAND, _BAND, codes.size))
        return places, MapAxis(name=name, levels=levels, range=(-0.5, max(len(levels), 1) - 0.5))
    values = series.to_numpy(dtype=np.float64)
    found = values[np.isfinite(values)]
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
    air = 0.04 * (high - low) or 0.5
    return values, MapAxis(name=name, levels=(), range=(low - air, high + air))


def _drawn_words(whole: int, everyone: int) -> str:
    parts = []
    if whole > MOST_POINTS:
        n, of = format_count(MOST_POINTS), format_count(whole)
        parts.append(phrase("{n} of {of} patients drawn, chosen at random.", n=n, of=of))
    if whole < everyone:
        missing = everyone - whole
        n = format_count(missing)
        parts.append(
            phrase("{n} patient without a value not drawn.", n=n)
            if missing == 1
            else phrase("{n} patients without a value not drawn.", n=n)
        )
    return join_phrases(parts)


def describe_left_out_map(
    first: pd.Series,
    second: pd.Series,
    treated: ArrayLike,
    weights: ArrayLike,
    *,
    treated_label: str,
    control_label: str,
) -> str:
    """The map in a sentence, for readers who do not see it: how many of each arm are compared and left out."""
    content = map_content(first, second, treated, weights, treated_label=treated_label, control_label=control_label)
    what = phrase("Map of patients by {first} and {second}.", first=content.x.name, second=content.y.name)
    groups = phrase("{sentence}.", sentence=join_phrases([group.entry for group in content.listed], "; "))
    return join_phrases([what, groups, *([content.sentence] if content.sentence else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTerm:
    """One term: how far the patients compared stand from their arm as it was, in its standard deviations."""

    name: str
    treated: float | None
    control: float | None

    def shown(self, arm: Arm) -> float | None:
        """The difference in one arm, compared − original."""
        return self.treated if arm == "treated" else self.control


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MovedContent:
    """The terms, those that moved most first, each arm in words, and where the axis ends on both sides."""

    terms: tuple[MovedTerm, ...]
    entries: dict[Arm, str]
    end: float
    n_not_drawn: int

    @property
    def step(self) -> float:
        """Between the ticks."""
        return next((step for step in (0.1, 0.2, 0.5) if 2 * self.end / step <= 9), float(ceil(self.end / 4)))

    @property
    def ticks(self) -> list[float]:
        """On both sides of zero."""
        side = int(self.end / self.step)
        return [round(self.step * number, 10) for number in range(-side, side + 1)]

    @property
    def sentence(self) -> str:
        """How many terms are not drawn; empty where all are."""
        return phrase("{n} terms that moved less are not drawn.", n=self.n_not_drawn) if self.n_not_drawn else ""


def moved_content(
    found: LeftOut, *, treated_label: str, control_label: str, most_terms: int | None = None
) -> MovedContent:
    """Put the terms in order, the one that moved most in either arm first."""
    terms = [
        MovedTerm(name=_term_name(term, column), treated=treated, control=control)
        for term, column, treated, control in zip(
            found.terms, found.covariate, found.treated.smd_compared, found.control.smd_compared, strict=True
        )
    ]
    ranked = sorted(terms, key=lambda term: -max(abs(term.treated or 0.0), abs(term.control or 0.0)))
    drawn = ranked if most_terms is None else ranked[:most_terms]
    sizes = [abs(value) for term in terms for value in (term.treated, term.control) if value is not None]
    return MovedContent(
        terms=tuple(drawn),
        entries={
            "treated": _arm_entry(found.treated, treated_label),
            "control": _arm_entry(found.control, control_label),
        },
        end=1.08 * max([1.5 * BALANCE_LINES[0], *sizes]),
        n_not_drawn=len(terms) - len(drawn),
    )


def _term_name(term: str, column: str) -> str:
    """A level of a category reads ``column: level``."""
    level = term.removeprefix(f"{column}=")
    return clean_label(term if level == term else f"{column}: {level}")


def _arm_entry(one: ArmLeftOut, label: str) -> str:
    return phrase(
        "{arm}: {n_compared} of {n} compared, {n_left_out} left out",
        arm=clean_label(label),
        n_compared=format_count(one.n_compared),
        n=format_count(one.n_original),
        n_left_out=format_count(one.n_left_out),
    )


def describe_left_out(found: LeftOut, *, treated_label: str, control_label: str) -> str:
    """The figure in a sentence, for readers who do not see it: how far each arm moved, and in what."""
    content = moved_content(found, treated_label=treated_label, control_label=control_label)
    parts = []
    for arm, one in (("treated", found.treated), ("control", found.control)):
        words = content.entries["treated" if arm == "treated" else "control"]
        if one.moved and one.largest_smd_compared is not None:
            place = one.moved[0]
            name = _term_name(found.terms[place], found.covariate[place])
            words += phrase(", moved most in {term} ({smd})", term=name, smd=format_smd(one.smd_compared[place]))
        parts.append(words)
    what = phrase(
        "Standardised differences of the patients compared to their arm as it was, {n} terms.", n=len(found.terms)
    )
    return join_phrases((what, phrase("{sentence}.", sentence=join_phrases(parts, "; "))))
