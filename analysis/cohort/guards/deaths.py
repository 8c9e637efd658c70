"""Columns of labels and of dates that disagree about who died."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.wording import counted, verb, warn
from analysis.cohort.labels import NAMED_LABELS, as_labels
from analysis.cohort.words.baseline_words import BASELINE_WORDS
from analysis.cohort.words.codings import observed_labels, tell_deaths, tells_event
from analysis.cohort.words.role_words import endpoint_of, split_words


def guard_deaths(evidence: Evidence) -> Iterator[Problem]:
    """Find patients who are dead by a column of labels and have no date of death, and the other way round.

    Parameters
    ----------
    evidence : Evidence
        Its table and dates.

    Yields
    ------
    Problem
        ``death_without_date``, ``death_date_of_living``.
    """
    day, column = evidence.day("death"), evidence.date_column("death")
    if day is None or column is None or np.isnan(day).all():
        return
    dated = ~np.isnan(day)
    for name in evidence.table.columns:
        told = _who_died(str(name), evidence.table[name])
        if told is None:
            continue
        dead, alive = told[0][evidence.row], told[1][evidence.row]
        yield from _contradictions(str(name), column, dead, alive, dated, counts=_counts_dates(evidence))


def _counts_dates(evidence: Evidence) -> bool:
    """Whether deaths are taken from the dates."""
    return any(outcome.settings.from_dates in ("os", "pfs") for outcome in evidence.outcomes)


def _who_died(name: str, values: pd.Series) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    """Who is dead and who is alive by a column of labels; None for any other column."""
    words = split_words(name)
    if values.dtype.kind == "M" or BASELINE_WORDS.intersection(words) or values.nunique() > NAMED_LABELS:
        return None
    labels = as_labels(values)
    distinct = [str(label) for label in labels.dropna().unique()]
    if not tell_deaths(distinct):
        observed = observed_labels(distinct, name) if endpoint_of(words) == "OS" else None
        if observed is None:
            return None
    else:
        observed = tuple(label for label in distinct if tells_event(label, ""))
    dead = labels.isin(observed).to_numpy(dtype=bool)
    spoken = [label for label in distinct if label not in observed and tells_event(label, "") is not None]
    alive = labels.isin(spoken or set(distinct) - set(observed)).to_numpy(dtype=bool)
    return dead, alive


def _contradictions(
    name: str,
    column: str,
    dead: NDArray[np.bool_],
    alive: NDArray[np.bool_],
    dated: NDArray[np.bool_],
    *,
    counts: bool,
) -> Iterator[Problem]:
    undated, living = int((dead & ~dated).sum()), int((alive & dated).sum())
    if undated:
        fate = (
            "they count as alive at the last contact, and survival looks longer than it is"
            if counts
            else "one of the two is wrong"
        )
        yield warn(
            "death_without_date",
            name,
            f"{name}: whoever is dead must have a date in {column}, and {counted(undated, int(dead.sum()), 'deaths')} "
            f"{verb(undated, 'has', 'have')} none; {fate}. Add the dates of death.",
        )
    if living:
        fate = "they count as dead, and survival looks shorter than it is" if counts else "one of the two is wrong"
        yield warn(
            "death_date_of_living",
            name,
            f"{name}: whoever is alive must have no date in {column}, and {counted(living, int(alive.sum()))} "
            f"{verb(living, 'has', 'have')} one; {fate}. Correct one of the two.",
        )
