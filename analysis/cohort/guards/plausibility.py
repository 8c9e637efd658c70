"""Values no patient can have, and columns in which two units seem mixed."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.ranges import (
    CHANGE_WORDS,
    PERCENT_WORDS,
    Quantity,
    Unit,
    named_unit,
    quantity_of,
)
from analysis.cohort.guards.wording import even_rows, verb, warn
from analysis.cohort.words.codings import name_words
from analysis.phrases import phrase

ADULT = 18
"""Years; younger patients are seldom meant to be in a study of adults."""

FAR_APART = 4.0
"""Ashman's D, the distance of two heaps in their spreads, above which there are two; halves of one bell have 2.6."""

_LOOKED_AT = 20_000
_FEWEST = 20
_FEWEST_IN_A_HEAP = 3
_CODES = np.array([-9.0, -99, -999, -9999, 99, 999, 9999, 99999, 88, 888, 8888])


def guard_plausibility(evidence: Evidence) -> Iterator[Problem]:
    """Find impossible values, mixed units and codes for "unknown" among numbers.

    Parameters
    ----------
    evidence : Evidence
        Its table; the rows of both arms.

    Yields
    ------
    Problem
        ``impossible_values``, ``children``, ``mixed_units``, ``missing_code``.

    Notes
    -----
    Ashman KM, Bird CM, Zepf SE. Astron J 1994;108:2348-61, doi:10.1086/117248.
    """
    table = evidence.table
    covariates = {item.column for item in evidence.settings.covariates} if evidence.settings is not None else set()
    everyone = len(evidence.both) == len(table)
    for name in table.columns:
        column = str(name)
        if table[name].dtype.kind != "f" or column == evidence.id:
            continue
        quantity, percent = quantity_of(column), _percent(column)
        if quantity is None and percent is None and column not in covariates:
            continue
        numbers = table[name].to_numpy()
        numbers = numbers if everyone else numbers[evidence.both]
        numbers = numbers[np.isfinite(numbers)]
        if not len(numbers):
            continue
        if quantity is not None and not _is_binary(numbers):
            yield from _of_quantity(column, numbers, quantity)
        elif quantity is None and percent is not None:
            yield from _outside(column, numbers, percent, above_zero=False)
        elif quantity is None:
            yield from _codes(column, numbers)


def _percent(column: str) -> Unit | None:
    words = set(name_words(column))
    if not words & PERCENT_WORDS and not column.rstrip(" )]").endswith("%"):
        return None
    return Unit(label="%", lower=-100, upper=np.inf) if words & CHANGE_WORDS else Unit(label="%", lower=0, upper=100)


def _is_binary(numbers: NDArray[np.float64]) -> bool:
    return bool(((numbers == 0) | (numbers == 1)).all())


def _of_quantity(column: str, numbers: NDArray[np.float64], quantity: Quantity) -> Iterator[Problem]:
    split = _split(numbers, quantity.factor) if quantity.factor is not None else None
    if split is not None:
        yield _mixed(column, numbers, quantity, split)
        return
    unit = named_unit(column, quantity) or _usual_unit(numbers, quantity)
    if unit is not None:
        yield from _outside(column, numbers, unit, above_zero=quantity.above_zero)
    if quantity.name == "age":
        yield from _children(column, numbers)


def _usual_unit(numbers: NDArray[np.float64], quantity: Quantity) -> Unit | None:
    """The unit in which the median is a usual one; None where the column seems to be something else."""
    if quantity.is_score:
        return quantity.units[0]
    median = float(np.median(numbers[even_rows(len(numbers), _LOOKED_AT)]))
    return next((unit for unit in quantity.units if unit.usual[0] <= median <= unit.usual[1]), None)


def _outside(column: str, numbers: NDArray[np.float64], unit: Unit, *, above_zero: bool) -> Iterator[Problem]:
    low = numbers <= 0 if above_zero and unit.lower == 0 else numbers < unit.lower
    outside = int((low | (numbers > unit.upper)).sum())
    if not outside:
        return
    yield warn(
        "impossible_values",
        column,
        phrase(
            "{column}: every value must {bounds}, and {found}; a slip of the pen, another unit or a code for “unknown” is "
            "matched as if it were true. Correct or blank them.",
            column=column,
            bounds=_bounds(unit, above_zero),
            found=verb(
                outside,
                phrase("{n:,} of {total:,} values does not", n=outside, total=len(numbers)),
                phrase("{n:,} of {total:,} values do not", n=outside, total=len(numbers)),
            ),
        ),
    )


def _bounds(unit: Unit, above_zero: bool) -> str:
    label = " " + unit.label if unit.label else ""
    if not np.isfinite(unit.upper):
        return phrase("be {lower:g}{unit} or more", lower=unit.lower, unit=label)
    if above_zero and unit.lower == 0:
        return phrase("be above 0 and at most {upper:,.10g}{unit}", upper=unit.upper, unit=label)
    return phrase("lie between {lower:g} and {upper:,.10g}{unit}", lower=unit.lower, upper=unit.upper, unit=label)


def _children(column: str, numbers: NDArray[np.float64]) -> Iterator[Problem]:
    young = int(((numbers >= 0) & (numbers < ADULT)).sum())
    if young:
        yield warn(
            "children",
            column,
            phrase(
                "{column}: {found} younger than {age}; in a study of adults that is a mistake in the age or in who was "
                "included. Check them, or add a rule of eligibility.",
                column=column,
                found=verb(
                    young,
                    phrase("{n:,} of {total:,} patients is", n=young, total=len(numbers)),
                    phrase("{n:,} of {total:,} patients are", n=young, total=len(numbers)),
                ),
                age=ADULT,
            ),
        )


def _split(numbers: NDArray[np.float64], factor: float) -> float | None:
    """The number between two heaps that lie about a unit's factor apart; None where there is one heap."""
    sample = np.log10(numbers[numbers > 0])
    sample = np.sort(sample[even_rows(len(sample), _LOOKED_AT)])
    n = len(sample)
    if n < _FEWEST:
        return None
    below = np.arange(_FEWEST_IN_A_HEAP, n - _FEWEST_IN_A_HEAP + 1)
    total = np.cumsum(sample)
    first = total[below - 1] / below
    second = (total[-1] - total[below - 1]) / (n - below)
    cut = int(below[np.argmax(below * (n - below) * (first - second) ** 2)])
    means = sample[:cut].mean(), sample[cut:].mean()
    spread = np.sqrt((sample[:cut].var() + sample[cut:].var()) / 2)
    apart = means[1] - means[0]
    if apart < FAR_APART * spread or not np.log10(factor / 2.5) <= apart <= np.log10(factor * 2.5):
        return None
    return float(10 ** ((sample[cut - 1] + sample[cut]) / 2))


def _mixed(column: str, numbers: NDArray[np.float64], quantity: Quantity, split: float) -> Problem:
    fewer = min(int((numbers > split).sum()), int(((numbers > 0) & (numbers <= split)).sum()))
    return warn(
        "mixed_units",
        column,
        phrase(
            "{column}: all values must be in one unit, and they fall into two heaps about {factor:.0f} times apart ({n:,} of "
            "{total:,} values in the smaller one), as {unit} and {other} are; the same finding would count as two. Convert "
            "them to one unit.",
            column=column,
            factor=quantity.factor,
            n=fewer,
            total=len(numbers),
            unit=quantity.units[0].label,
            other=quantity.units[-1].label,
        ),
    )


def _codes(column: str, numbers: NDArray[np.float64]) -> Iterator[Problem]:
    """Repeated nines far from everything else."""
    coded = np.isin(numbers, _CODES)
    count = int(coded.sum())
    if count < 2 or count == len(numbers):
        return
    others = numbers[~coded]
    low, high = float(others.min()), float(others.max())
    spread = high - low
    if spread == 0:
        return
    codes = numbers[coded]
    far = int(((codes > high + spread) | ((codes < low - spread) & (codes < 0) & (low >= 0))).sum())
    if far >= 2:
        yield warn(
            "missing_code",
            column,
            phrase(
                "{column}: every number must be a measurement, and {n:,} of {total:,} values are nines or eights far from all "
                "others, as codes for “unknown” are; they would be matched as if measured. Blank them.",
                column=column,
                n=far,
                total=len(numbers),
            ),
        )
