"""A computation whose answer is known, how far the product's may be from it, and what came out."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.phrases import join_phrases, phrase

Value = float | str | None
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far a number may be from the known one, and why it may at all.

    Attributes
    ----------
    relative : float
        Of the known number's size.
    absolute : float
        The least distance that is allowed, whatever the size; what is allowed is the larger of the two.
    reason : str
        Why the two numbers are not the same to the last bit.
    """

    relative: float = 0.0
    absolute: float = 0.0
    reason: str

    def allowed(self, expected: float) -> float:
        """The largest distance from a known number."""
        return max(self.absolute, self.relative * abs(expected))

    @property
    def words(self) -> str:
        """Such as ``1e-10 of the number``.

        Examples
        --------
        >>> Tolerance(relative=1e-10, absolute=1e-12, reason="sums").words
        '1e-10 of the number, at least 1e-12'
        """
        if not self.relative:
            return f"{self.absolute:.3g}" if self.absolute else phrase("none")
        if not self.absolute:
            return phrase("{relative:.0e} of the number", relative=self.relative)
        return phrase(
            "{relative:.0e} of the number, at least {absolute:.0e}", relative=self.relative, absolute=self.absolute
        )


EXACT = Tolerance(reason=phrase("counts and words are equal or they are not"))
CLOSED_FORM = Tolerance(relative=1e-10, absolute=1e-12, reason=phrase("the same formula, added up in another order"))
TAIL = Tolerance(relative=1e-8, absolute=1e-12, reason=phrase("tails of distributions by other algorithms"))
ITERATED = Tolerance(
    relative=1e-6, absolute=1e-12, reason=phrase("fits that stop by rules of their own, and what rests on them")
)


def printed(half_a_unit: float) -> Tolerance:
    """What is allowed where a source prints so many digits: half a unit of the last, and a hair for rounding."""
    return Tolerance(
        absolute=half_a_unit * (1 + 1e-3), reason=phrase("half a unit of the last digit that the source prints")
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownAnswer:
    """One check: numbers that are known, and the computation that must give them.

    Attributes
    ----------
    group : str
        The part of the product that is checked.
    name : str
        Unique among all checks.
    what : str
        What is computed, from which data.
    source : str
        Where the known numbers come from, with version or DOI.
    expected : mapping of str to float, str or None
        Known values by name; None where there is no such value, such as a median that is not reached.
    tolerance : Tolerance
    compute : callable
        Gives the product's values under the same names.
    """

    group: str
    name: str
    what: str
    source: str
    expected: Values
    tolerance: Tolerance
    compute: Callable[[], Values]

    def check(self) -> "CheckedAnswer":
        """Compute, and compare every value; a computation that fails is a check that fails."""
        found: Values = {}
        problem = None
        try:
            found = self.compute()
        except AnalysisError as error:
            problem = join_phrases(error.problems)
        except Exception as error:
            # The text of an unforeseen error may hold a path; its kind does not.
            problem = phrase("The computation failed ({kind}).", kind=type(error).__name__)
        return CheckedAnswer(
            group=self.group,
            name=self.name,
            what=self.what,
            source=self.source,
            tolerance=self.tolerance,
            values=tuple(
                _compared(name, value, found.get(name), self.tolerance) for name, value in self.expected.items()
            ),
            problem=problem,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComparedValue:
    """One known value beside the one that was found.

    Attributes
    ----------
    name : str
    expected, found : float, str or None
    deviation : float or None
        Their distance; None where one of them is no number.
    allowed : float or None
        The largest distance that agrees; None where the known value is no number.
    agrees : bool
    """

    name: str
    expected: Value
    found: Value
    deviation: float | None
    allowed: float | None
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedAnswer:
    """What came out of one check.

    Attributes
    ----------
    group, name, what, source, tolerance
        Those of the `KnownAnswer`.
    values : tuple of ComparedValue
    problem : str or None
        Why nothing was found, where the computation failed.
    """

    group: str
    name: str
    what: str
    source: str
    tolerance: Tolerance
    values: tuple[ComparedValue, ...]
    problem: str | None

    @property
    def passes(self) -> bool:
        """True where there is something to compare and every value agrees."""
        return self.problem is None and bool(self.values) and all(value.agrees for value in self.values)

    @property
    def n_agreeing(self) -> int:
        """How many values agree."""
        return sum(value.agrees for value in self.values)

    @property
    def worst(self) -> ComparedValue:
        """The value farthest from the known one for what is allowed, those that cannot be compared before all."""
        return max(self.values, key=_strain)


def _strain(value: ComparedValue) -> tuple[bool, float]:
    if not value.deviation:
        return not value.agrees, 0.0
    return not value.agrees, value.deviation / value.allowed if value.allowed else math.inf


def _compared(name: str, expected: Value, found: Value, tolerance: Tolerance) -> ComparedValue:
    if isinstance(expected, str) or expected is None:
        agrees = type(expected) is type(found) and expected == found
        return ComparedValue(
            name=name, expected=expected, found=_plain(found), deviation=None, allowed=None, agrees=agrees
        )
    allowed = tolerance.allowed(expected)
    number = _plain(found)
    if isinstance(number, str) or number is None:
        return ComparedValue(name=name, expected=expected, found=number, deviation=None, allowed=allowed, agrees=False)
    deviation = abs(number - expected)
    return ComparedValue(
        name=name,
        expected=expected,
        found=number,
        deviation=deviation,
        allowed=allowed,
        agrees=deviation <= allowed,
    )


def _plain(found: Value) -> Value:
    """A number of Python's own, None where it is not a finite one."""
    if isinstance(found, str) or found is None:
        return found
    number = float(found)
    return number if math.isfinite(number) else None
