"""Time zero: the same moment in both arms, when treatment begins, and not in different years."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.wording import by_arm, counted, even_rows, warn
from analysis.phrases import phrase

GRACE_DAYS = 7
"""Treatment within a week of the index date is treatment on it: so long a prescription may wait."""

FEWEST_FOR_A_MEDIAN = 10
"""The median of fewer patients is hardly more than one of them."""

_LOOKED_AT = 20_000

SAME_ERA = 0.9
"""Share of pairs, one patient of each arm, above which the arms were treated one after the other."""


def guard_time_zero(evidence: Evidence) -> Iterator[Problem]:
    """Find treatment that does not begin at time zero, and arms that were treated in different years.

    Parameters
    ----------
    evidence : Evidence
        Its dates, stated or guessed.

    Yields
    ------
    Problem
        ``immortal_time``, ``prevalent_users``, ``time_zero_differs``, ``treatment_eras``.

    Notes
    -----
    Suissa S. Am J Epidemiol 2008;167:492-9, doi:10.1093/aje/kwm324. Hernán MA et al. J Clin Epidemiol 2016;79:70-5,
    doi:10.1016/j.jclinepi.2016.04.014.
    """
    index = evidence.day("index")
    if index is None:
        return
    start = evidence.day("treatment_start")
    if start is not None and evidence.date_column("treatment_start") != evidence.date_column("index"):
        yield from _start_of_treatment(evidence, start - index)
    yield from _eras(evidence, index)


def _start_of_treatment(evidence: Evidence, delay: NDArray[np.float64]) -> Iterator[Problem]:
    known = ~np.isnan(delay)
    late, early = delay > GRACE_DAYS, delay < -GRACE_DAYS
    start, index = evidence.date_column("treatment_start"), evidence.date_column("index")
    names = (
        phrase("(by their names “{start}” and “{index}”)", start=start, index=index)
        if evidence.dates_are_guessed
        else phrase("(“{start}” and “{index}”)", start=start, index=index)
    )
    n = int(known.sum())
    if late.any():
        count = int(late.sum())
        yield warn(
            "immortal_time",
            start,
            phrase(
                "{column}: treatment must begin at time zero {names}; in {patients} it begins more than {days} days "
                "later{arms}. Nobody can die before a treatment that they lived to receive, so survival looks longer than "
                "it is. Count time from the start of treatment in both arms.",
                column=start,
                names=names,
                patients=counted(count, n),
                days=GRACE_DAYS,
                arms=_each_arm(evidence, late, delay),
            ),
        )
    if early.any():
        count = int(early.sum())
        yield warn(
            "prevalent_users",
            start,
            phrase(
                "{column}: treatment must begin at time zero {names}; in {patients} it begins more than {days} days "
                "earlier{arms}. Whoever died or progressed in between is not in the file, and those who are look better. "
                "Count time from the start of treatment in both arms.",
                column=start,
                names=names,
                patients=counted(count, n),
                days=GRACE_DAYS,
                arms=_each_arm(evidence, early, delay),
            ),
        )
    if not late.any() and not early.any():
        yield from _shifted_arms(evidence, delay, names)


def _each_arm(evidence: Evidence, found: NDArray[np.bool_], delay: NDArray[np.float64]) -> str:
    """Count of each arm, and how long it was where enough patients hide each other."""
    arms = evidence.arms()
    if not arms:
        return ""
    known = ~np.isnan(delay)
    medians = [_median(np.abs(delay[found & arm])) for _, arm in arms]
    more = ["" if median is None else phrase(" (median {days:.0f} days)", days=median) for median in medians]
    counts, totals = ([int((mask & arm).sum()) for _, arm in arms] for mask in (found, known))
    return ": " + by_arm(evidence.labels, counts, totals, more)


def _median(delay: NDArray[np.float64]) -> float | None:
    known = delay[~np.isnan(delay)]
    return float(np.median(known)) if len(known) >= FEWEST_FOR_A_MEDIAN else None


def _shifted_arms(evidence: Evidence, delay: NDArray[np.float64], names: str) -> Iterator[Problem]:
    medians = [_median(delay[arm]) for _, arm in evidence.arms()]
    if len(medians) < 2:
        return
    first, second = medians
    if first is None or second is None or abs(first - second) < GRACE_DAYS / 2:
        return
    yield warn(
        "time_zero_differs",
        evidence.date_column("index"),
        phrase(
            "{column}: time zero must be the same moment in both arms {names}; from it to the start of treatment there are "
            "{days_treated:.0f} days at the median in “{treated}” and {days_control:.0f} in “{control}”, and the arm with the "
            "longer wait seems to live longer by as much. Count time from the start of treatment in both arms.",
            column=evidence.date_column("index"),
            names=names,
            days_treated=first,
            treated=evidence.labels[0],
            days_control=second,
            control=evidence.labels[1],
        ),
    )


def _eras(evidence: Evidence, index: NDArray[np.float64]) -> Iterator[Problem]:
    arms = evidence.arms()
    if not arms:
        return
    treated, control = (index[arm & ~np.isnan(index)] for _, arm in arms)
    if min(len(treated), len(control)) < FEWEST_FOR_A_MEDIAN:
        return
    share = _share_later(*(days[even_rows(len(days), _LOOKED_AT)] for days in (treated, control)))
    if max(share, 1 - share) < SAME_ERA:
        return
    later, earlier = evidence.labels if share > 0.5 else evidence.labels[::-1]
    months = abs(np.median(treated) - np.median(control)) / 30.4375
    column = evidence.date_column("index")
    yield warn(
        "treatment_eras",
        column,
        phrase(
            "{column}: both arms must be treated in the same years, and “{later}” began later than “{earlier}” in "
            "{percent:.0f} % of all pairs of a patient from each (medians {months:.0f} months apart); what else became "
            "better in the meantime would count as the effect of the drug. Keep to the years of both by an eligibility rule "
            "on “{column}”, or name it as a limitation.",
            column=column,
            later=later,
            earlier=earlier,
            percent=100 * max(share, 1 - share),
            months=months,
        ),
    )


def _share_later(treated: NDArray[np.float64], control: NDArray[np.float64]) -> float:
    """Share of pairs in which the treated patient began later, ties half."""
    ordered = np.sort(control)
    below = np.searchsorted(ordered, treated, side="left")
    up_to = np.searchsorted(ordered, treated, side="right")
    return float((below + up_to).mean() / 2 / len(control))
