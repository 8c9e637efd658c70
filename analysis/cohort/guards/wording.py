"""Turns of phrase shared by the sentences of the guards."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.findings import Problem, Remedy
from analysis.phrases import join_phrases, phrase


def warn(code: str, column: str | None, text: str, remedy: Remedy | None = None) -> Problem:
    """Make a warning.

    Parameters
    ----------
    code : str
        The rule.
    column : str or None
        The column it concerns.
    text : str
        The sentence.
    remedy : Remedy or None
        The one change that mends it.

    Returns
    -------
    Problem
        Of severity ``warning``.
    """
    return Problem(severity="warning", column=column, text=text, code=code, remedy=remedy)


def stop(code: str, column: str | None, text: str, remedy: Remedy | None = None) -> Problem:
    """Make an error, for what a run would refuse.

    Parameters
    ----------
    code : str
        The rule.
    column : str or None
        The column it concerns.
    text : str
        The sentence.
    remedy : Remedy or None
        The one change that mends it.

    Returns
    -------
    Problem
        Of severity ``error``.
    """
    return Problem(severity="error", column=column, text=text, code=code, remedy=remedy)


def remove_covariate(column: str) -> Remedy:
    """Offer to take a column out of the covariates.

    Parameters
    ----------
    column : str
        The covariate.

    Returns
    -------
    Remedy
        Of kind ``remove_covariate``.
    """
    return Remedy(
        kind="remove_covariate", column=column, words=phrase("Remove “{column}” from the covariates", column=column)
    )


def counted(count: int, total: int) -> str:
    """Say how many of how many patients.

    Parameters
    ----------
    count, total : int
        The part and the whole.

    Returns
    -------
    str
        Such as ``3 of 1,200 patients``.
    """
    return phrase("{n:,} of {total:,} patients", n=count, total=total)


def verb(count: int, singular: str, plural: str) -> str:
    """Choose between a clause of one and a clause of several.

    Parameters
    ----------
    count : int
        Of whom it is said.
    singular, plural : str
        Both clauses.

    Returns
    -------
    str
        The singular for one.
    """
    return singular if count == 1 else plural


def by_arm(labels: Sequence[str], counts: Sequence[int], totals: Sequence[int], more: Sequence[str] = ("", "")) -> str:
    """Say a count in each arm.

    Parameters
    ----------
    labels : sequence of str
        The arms.
    counts, totals : sequence of int
        Of each arm.
    more : sequence of str
        What follows each count.

    Returns
    -------
    str
        Such as ``“LEN” 3 of 56, “SOR” 1 of 67``.
    """
    parts = [
        phrase("“{arm}” {n:,} of {total:,}{more}", arm=label, n=count, total=total, more=rest)
        for label, count, total, rest in zip(labels, counts, totals, more, strict=True)
    ]
    return join_phrases(parts, ", ")


def all_of(parts: Sequence[str]) -> str:
    """Say several things in one.

    Parameters
    ----------
    parts : sequence of str
        Such as columns.

    Returns
    -------
    str
        Such as ``OS and PFS``.
    """
    return join_phrases(parts, phrase(" and ", "between names"))


def differs_by_chance(counts: Sequence[int], totals: Sequence[int], points: float = 0.10, z: float = 1.96) -> bool:
    """Tell whether two shares are no further apart than chance would bring them, or than matters.

    Parameters
    ----------
    counts, totals : sequence of two ints
        Part and whole of each arm.
    points : float
        The smallest difference of shares that matters.
    z : float
        Standard errors of the pooled share; a difference of fewer is put down to chance.

    Returns
    -------
    bool
        True as well where an arm is empty.
    """
    if min(totals) == 0:
        return True
    difference = abs(counts[0] / totals[0] - counts[1] / totals[1])
    pooled = sum(counts) / sum(totals)
    error = float(np.sqrt(pooled * (1 - pooled) * (1 / totals[0] + 1 / totals[1])))
    return difference < points or difference <= z * error


def even_rows(n: int, most: int) -> NDArray[np.int64]:
    """Rows spread evenly over a table, where all of them would take too long and tell no more.

    Parameters
    ----------
    n : int
        Rows of the table.
    most : int
        Rows wanted.

    Returns
    -------
    (m, ) array of int
        All rows when there are no more than ``most``.
    """
    return np.arange(n) if n <= most else np.linspace(0, n - 1, most).astype(np.int64)
