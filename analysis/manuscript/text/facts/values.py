"""Numbers that several facts are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An estimate with its limits and its p-value; None where there is none, or where it is hidden.

    Attributes
    ----------
    estimate, ci_lower, ci_upper, p_value : float or None
    """

    estimate: float | None
    ci_lower: float | None = None
    ci_upper: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoArms:
    """A number of patients, or another count, in each arm; None where it is hidden."""

    treated: int | None
    control: int | None

    @property
    def both(self) -> int | None:
        """Both together."""
        return None if self.treated is None or self.control is None else self.treated + self.control


def effect_of(view: Json | None, estimate: str = "estimate") -> Effect | None:
    """An effect of the results file; None where there is no estimate.

    Parameters
    ----------
    view : mapping or None
        With ``ci_lower`` and ``ci_upper``, and where there is a test ``p_value``.
    estimate : str
        The key of the estimate.
    """
    if view is None or view.get(estimate) is None:
        return None
    return Effect(
        estimate=view[estimate],
        ci_lower=view.get("ci_lower"),
        ci_upper=view.get("ci_upper"),
        p_value=view.get("p_value"),
    )


def p_of(test: Json | None) -> float | None:
    """The p-value of a test of the results file; None without the test."""
    return None if test is None else test["p_value"]
