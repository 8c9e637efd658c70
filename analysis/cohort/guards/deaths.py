"""Columns of labels and of dates that disagree about who died."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.wording import verb, warn
from analysis.cohort.labels import NAMED_LABELS, as_labels
from analysis.cohort.words.baseline_words import BASELINE_WORDS
from analysis.cohort.words.codings import observed_labels, tell_deaths, tells_event
from analysis.cohort.words.role_words import endpoint_of, split_words
from analysis.phrases import phrase


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
        yield from _contradictions(str(name), column, dead, alive, dated, fates=_fates(evidence, str(name)))


_Fates = tuple[str, str]
_ONE_IS_WRONG = phrase("one of the two is wrong")


def _fates(evidence: Evidence, name: str) -> _Fates:
    """What becomes of the dead without a date, and of the living with one."""
    if not any(outcome.settings.from_dates in ("os", "pfs") for outcome in evidence.outcomes):
        return _ONE_IS_WRONG, _ONE_IS_WRONG
    dates = evidence.settings.dates if evidence.settings is not None else None
    if dates is not None and dates.died is not None:
        dated = phrase("their deaths are dated by the last contact, which may be too early")
        return dated if dates.died == name else _ONE_IS_WRONG, _ONE_IS_WRONG
    return (
        phrase("they count as alive at the last contact, and survival looks longer than it is"),
        phrase("they count as dead, and survival looks shorter than it is"),
    )


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
    fates: _Fates,
) -> Iterator[Problem]:
    undated, living = int((dead & ~dated).sum()), int((alive & dated).sum())
    n_dead, n_alive = int(dead.sum()), int(alive.sum())
    if undated:
        yield warn(
            "death_without_date",
            name,
            phrase(
                "{column}: whoever is dead must have a date in {dates}, and {found}; {fate}. Add the dates of death.",
                column=name,
                dates=column,
                found=verb(
                    undated,
                    phrase("{n:,} of {total:,} deaths has none", n=undated, total=n_dead),
                    phrase("{n:,} of {total:,} deaths have none", n=undated, total=n_dead),
                ),
                fate=fates[0],
            ),
        )
    if living:
        yield warn(
            "death_date_of_living",
            name,
            phrase(
                "{column}: whoever is alive must have no date in {dates}, and {found}; {fate}. Correct one of the two.",
                column=name,
                dates=column,
                found=verb(
                    living,
                    phrase("{n:,} of {total:,} patients has one", n=living, total=n_alive),
                    phrase("{n:,} of {total:,} patients have one", n=living, total=n_alive),
                ),
                fate=fates[1],
            ),
        )
