"""Small counts of patients, hidden where results leave the product.

A count from 1 to k − 1 is hidden, a zero and a total are not. Whatever would let a hidden count be worked out is
hidden with it: the other part of a sum of two, rates and their limits, estimates of an endpoint that an arm has few
events of. Rows of single patients are left out altogether. The sizes of the populations before and after the design are
always given, so that the number left out by the design follows from them.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np

CATEGORIES = ("CR", "PR", "SD", "PD", "NE")
RATES: Mapping[str, tuple[str, ...]] = {"objective_response": ("CR", "PR"), "disease_control": ("CR", "PR", "SD")}

NOT_GIVEN = "This note names a count below {} and is not given."

NO_SUPPRESSION = 2
"""Counts below 2 are the ones that are 1; a smaller limit hides nothing but would promise something."""


def is_active(below: int) -> bool:
    """Tell whether a limit hides anything.

    Parameters
    ----------
    below : int
        Counts below it are hidden.

    Returns
    -------
    bool
        False for 0 and 1.
    """
    return below >= NO_SUPPRESSION


def is_small(count: int | None, below: int) -> bool:
    """Tell whether a count must be hidden.

    Parameters
    ----------
    count : int or None
        A number of patients.
    below : int
        The limit k.

    Returns
    -------
    bool
        True from 1 to k − 1.
    """
    return count is not None and 0 < count < below


def suppress_sentence(text: str, below: int) -> str:
    """A sentence that names a small number says only that it is not given.

    Parameters
    ----------
    text : str
        A note.
    below : int
        The limit.

    Returns
    -------
    str
        The note itself where no whole number in it is small.
    """
    if any(is_small(int(number), below) for number in re.findall(r"(?<![\d.,])\d{1,9}(?![\d.,]*\d)", text)):
        return NOT_GIVEN.format(below)
    return text


def hidden_steps(counts: Sequence[int], below: int, *, support: bool = False) -> list[bool]:
    """Which steps of a flow are hidden, so that no step's loss of 1 to k − 1 patients can be worked out.

    Parameters
    ----------
    counts : sequence of int
        Patients after each step. The patients analysed before the design and those compared after it, the last step,
        are always given unless they are small themselves.
    below : int
        The limit k.
    support : bool
        Whether the last step but one is the common support, which stands between those two.

    Returns
    -------
    list of bool
        One for each step.

    Examples
    --------
    >>> hidden_steps([70, 68, 56, 25], 5)
    [True, False, False, False]
    >>> hidden_steps([70, 60, 57, 25], 5, support=True)
    [False, False, True, False]
    """
    hidden = [is_small(count, below) for count in counts]
    analysed = len(counts) - (3 if support else 2)
    shown: int | None = None
    for place in range(len(counts) - 1, -1, -1):
        given = place in (analysed, len(counts) - 1)
        if not given and shown is not None and is_small(counts[place] - shown, below):
            hidden[place] = True
        if support and place == len(counts) - 2 and is_small(counts[analysed] - counts[place], below):
            hidden[place] = True
        if not hidden[place]:
            shown = counts[place]
    return hidden


def hidden_events(n: int, events: int, below: int) -> bool:
    """Tell whether an arm's number of events is hidden: few events, or few patients without one.

    Parameters
    ----------
    n, events : int
        Patients and those with the event.
    below : int
        The limit k.

    Returns
    -------
    bool
        True when either part of the arm is small.
    """
    return is_small(events, below) or is_small(n - events, below) or is_small(n, below)


def hidden_milestones(counts: Sequence[tuple[int, int, int]], n: int, events: int, below: int) -> list[bool]:
    """Which times of a table of numbers at risk are hidden.

    Parameters
    ----------
    counts : sequence of (int, int, int)
        At risk, with an event and censored by each time, in the order of time.
    n, events : int
        The arm's patients and events in all.
    below : int
        The limit k.

    Returns
    -------
    list of bool
        A time is hidden whole when one of its counts is small, or when the difference from the last time shown, or
        from the totals at the end, is.

    Examples
    --------
    >>> hidden_milestones([(20, 5, 0), (18, 7, 0), (10, 10, 5)], 25, 20, 5)
    [False, True, False]
    """
    totals = None if hidden_events(n, events, below) else (events, n - events)
    last = (n, 0, 0)
    hidden = []
    for row in counts:
        differences = [abs(now - then) for now, then in zip(row, last, strict=True)]
        if totals is not None:
            differences += [totals[0] - row[1], totals[1] - row[2]]
        hide = any(is_small(count, below) for count in (*row, *differences))
        hidden.append(hide)
        last = last if hide else row
    return hidden


def hidden_responses(categories: Mapping[str, int] | None, rates: Mapping[str, int], n: int, below: int) -> set[str]:
    """Which counts of a response endpoint are hidden in one arm.

    Parameters
    ----------
    categories : mapping of str to int, or None
        Patients by best response; None where only responders are known.
    rates : mapping of str to int
        Patients with an objective response and with disease control, as far as they are known.
    n : int
        The arm's patients, always given.
    below : int
        The limit k.

    Returns
    -------
    set of str
        Names of categories and rates. No count from 1 to k − 1 of a category, of a rate, or of the patients without
        it can be worked out from the counts that remain and the arm's size.

    Examples
    --------
    >>> sorted(hidden_responses({"CR": 0, "PR": 10, "SD": 9, "PD": 4, "NE": 12}, {"disease_control": 19}, 35, 5))
    ['NE', 'PD']
    """
    counts = {**(categories or {}), **rates}
    if is_small(n, below):
        return set(counts)
    hidden = {name for name, count in counts.items() if is_small(count, below) or is_small(n - count, below)}
    if not categories:
        return hidden
    sensitive = [_members(name) for name, count in counts.items() if is_small(count, below)]
    sensitive += [1.0 - _members(name) for name, count in counts.items() if is_small(n - count, below)]
    while _any_follows(sensitive, [name for name in counts if name not in hidden]):
        # The smallest count that settles it goes, a zero only where nothing else is left; rates are worth more.
        left = sorted((name in rates, counts[name] == 0, counts[name], name) for name in counts if name not in hidden)
        names = [name for *_, name in left]
        hidden.add(
            next((one for one in names if not _any_follows(sensitive, [n for n in names if n != one])), names[0])
        )
    return hidden


def _members(name: str) -> np.ndarray:
    return np.array([float(category in RATES.get(name, (name,))) for category in CATEGORIES])


def _any_follows(sensitive: Sequence[np.ndarray], given: Sequence[str]) -> bool:
    """Whether a sum of categories can be worked out from those given and the arm's size."""
    known = np.array([np.ones(len(CATEGORIES)), *(_members(name) for name in given)])
    return any(np.linalg.matrix_rank(np.vstack([known, one])) == np.linalg.matrix_rank(known) for one in sensitive)


def hidden_parts(counts: Mapping[str, int], below: int) -> set[str]:
    """Which parts of a known total are hidden.

    Parameters
    ----------
    counts : mapping of str to int
        Parts that sum to a total which is given.
    below : int
        The limit k.

    Returns
    -------
    set of str
        The small parts, and where that is only one, the smallest of the others too.
    """
    hidden = {name for name, count in counts.items() if is_small(count, below)}
    if len(hidden) == 1:
        others = sorted((count == 0, count, name) for name, count in counts.items() if name not in hidden)
        hidden |= {name for _, _, name in others[:1]}
    return hidden
