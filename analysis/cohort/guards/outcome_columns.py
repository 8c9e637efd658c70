"""Covariates, strata and eligibility rules that say how treatment went rather than who was treated."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.design_columns import uses_of_design
from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.wording import even_rows, remove_covariate, warn
from analysis.cohort.guesses.after_guess import is_named_after, tells_the_few
from analysis.cohort.words.outcome_words import ENDPOINT_WORDS
from analysis.cohort.words.role_words import AFTER_WORDS, RESPONDER_WORDS, RESPONSE_WORDS, split_words
from analysis.phrases import phrase

SAME_ORDER = 0.97
"""Rank correlation from which one number says the same as the other."""

SAME_PARTITION = 0.99
"""Share of patients whose event a covariate must tell for it to be the event under another name."""

_FEWEST = 20
_LOOKED_AT = 5_000
_MOST_LEVELS = 20
_PATIENTS_PER_LEVEL = 10
_COMMONEST = 0.9
_END_DATES = {
    "last_contact": phrase("last contact", "an event"),
    "death": phrase("death", "an event"),
    "progression": phrase("progression", "an event"),
    "response": phrase("response", "an event"),
}


def guard_outcome_columns(evidence: Evidence) -> Iterator[Problem]:
    """Find what is offered for adjustment but was known only after time zero.

    Parameters
    ----------
    evidence : Evidence
        Its covariates, by what they hold and by their names.

    Yields
    ------
    Problem
        ``outcome_as_covariate`` (by content), ``known_later`` (by name), ``eligible_by_outcome``.

    Notes
    -----
    Rosenbaum PR. J R Stat Soc A 1984;147:656-66, doi:10.2307/2981697: adjustment for what treatment has changed
    takes away part of its effect.
    """
    if evidence.settings is None:
        return
    told = set()
    for column, outcome in _copies(evidence):
        told.add(column)
        yield warn(
            "outcome_as_covariate",
            column,
            phrase(
                "{column}: a covariate must be known before treatment, and it says nearly the same as {outcome}; patients "
                "would be matched on how treatment went. Remove it from the covariates.",
                column=column,
                outcome=outcome,
            ),
            remove_covariate(column),
        )
    outcomes = _outcome_columns(evidence)
    for column in dict.fromkeys(item.column for item in evidence.settings.covariates):
        if column not in told and column not in outcomes and _is_known_later(column, evidence):
            yield warn(
                "known_later",
                column,
                phrase(
                    "{column}: a covariate must be known before treatment, and {how} this was known only after it began; "
                    "matching on what treatment has changed takes away part of its effect. Remove it from the covariates, "
                    "or confirm that it was measured before time zero.",
                    column=column,
                    how=_how_told(column),
                ),
                remove_covariate(column),
            )
    yield from _strata_and_rules(evidence, outcomes)


_DESIGN_WORDS = {
    "matching.exact": phrase("a column of exact matching"),
    "matching.calipers": phrase("a column with a caliper"),
    "matching.coarsen": phrase("a column cut into classes"),
    "propensity.column": phrase("a propensity score"),
    "balance.also": phrase("a column of the balance table"),
    "centre": phrase("the centre"),
}

_DESIGN_PLACES = {
    "matching.exact": phrase("exact matching"),
    "matching.calipers": phrase("the calipers"),
    "matching.coarsen": phrase("the classes"),
    "propensity.column": phrase("the score"),
    "balance.also": phrase("the balance table"),
    "centre": phrase("the centres"),
}


def _strata_and_rules(evidence: Evidence, outcomes: set[str]) -> Iterator[Problem]:
    settings = evidence.settings
    if settings is None:
        return
    covariates = {item.column for item in settings.covariates}
    for column, use in uses_of_design(settings).items():
        if column not in outcomes and column not in covariates and _is_known_later(column, evidence):
            yield warn(
                "known_later",
                column,
                phrase(
                    "{column}: {use} must be known before treatment, and {how} this was known only after it began. Remove "
                    "it from {place}, or confirm that it was measured before time zero.",
                    column=column,
                    use=_DESIGN_WORDS[use],
                    how=_how_told(column),
                    place=_DESIGN_PLACES[use],
                ),
            )
    for column in dict.fromkeys(rule.column for rule in settings.eligibility):
        if column not in outcomes and _is_known_later(column, evidence):
            yield warn(
                "eligible_by_outcome",
                column,
                phrase(
                    "{column}: patients must be chosen by what is known at time zero, and {how} this was known only later; "
                    "whoever must live long enough to be eligible cannot die early. Choose by what was known before "
                    "treatment.",
                    column=column,
                    how=_how_told(column),
                ),
            )


def _outcome_columns(evidence: Evidence) -> set[str]:
    """Columns that the study itself uses as outcomes; they are refused elsewhere."""
    settings = evidence.settings
    if settings is None:
        return set()
    survival = [name for item in settings.outcomes.survival for name in (item.time, item.event)]
    responses = [name for item in settings.outcomes.response for name in (item.column, item.responder)]
    dates = settings.dates.model_dump(exclude={"died_observed", "cutoff"}).values() if settings.dates else ()
    return {str(name) for name in (*survival, *responses, *dates) if name is not None}


def _is_known_later(column: str, evidence: Evidence) -> bool:
    if column in evidence.roles:
        return evidence.roles[column] == "after"
    if column not in evidence.table or evidence.table[column].dtype.kind == "M" or not is_named_after(column):
        return False
    return not _belongs_to_earlier_treatment(split_words(column), column, evidence.table)


def _how_told(column: str) -> str:
    return phrase("by its name") if is_named_after(column) else phrase("by what it holds")


def _belongs_to_earlier_treatment(words: list[str], column: str, table: pd.DataFrame) -> bool:
    """A response whose first word another column shares, as ``ab_best_response`` and ``ab_months``."""
    named = RESPONSE_WORDS | RESPONDER_WORDS
    if not named.intersection(words) or words[0] in named | AFTER_WORDS | set(ENDPOINT_WORDS):
        return False
    return any(str(name) != column and split_words(str(name))[:1] == words[:1] for name in table.columns)


def _copies(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Covariates that order or divide the patients as an outcome does, with the outcome in words."""
    patients = evidence.patients
    if patients is None or len(evidence.row) < _FEWEST:
        return
    rows = even_rows(len(evidence.row), _LOOKED_AT)
    times, parts = list(_times(evidence, rows)), list(_partitions(evidence, rows))
    for name in patients.covariates.columns:
        column = patients.covariates[name].iloc[rows]
        if column.dtype.kind == "f":
            values = column.to_numpy()
            found = next((words for words, time in times if _same_order(values, time)), None)
        else:
            found = None
        found = found or next((words for words, part in parts if _same_partition(column, part)), None)
        if found is not None:
            yield str(name), found


def _times(evidence: Evidence, rows: NDArray[np.int64]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    for outcome in evidence.outcomes:
        words = phrase("the time of {endpoint}", endpoint=outcome.name)
        yield words, np.where(outcome.known, outcome.time, np.nan)[rows]
    index = evidence.day("index")
    for use, end in _END_DATES.items():
        day = evidence.day(use)
        if index is not None and day is not None:
            words = phrase("the time from {start} to {end}", start=evidence.date_column("index"), end=end)
            yield words, (day - index)[rows]


def _partitions(evidence: Evidence, rows: NDArray[np.int64]) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Events and responses by number, -1 where unknown."""
    for outcome in evidence.outcomes:
        words = phrase("the event of {endpoint}", endpoint=outcome.name)
        yield words, np.where(outcome.known, outcome.event.astype(np.int64), -1)[rows]
    for response in evidence.patients.responses if evidence.patients is not None else ():
        if response.category is not None:
            words = phrase("the best response of {endpoint}", endpoint=response.name)
            yield words, pd.factorize(response.category[rows])[0].astype(np.int64)
        words = phrase("the response of {endpoint}", endpoint=response.name)
        yield words, response.objective_response[rows].astype(np.int64)


def _same_order(values: NDArray[np.float64], time: NDArray[np.float64]) -> bool:
    known = np.isfinite(values) & np.isfinite(time)
    if known.sum() < _FEWEST:
        return False
    first, second = pd.Series(values[known]).rank().to_numpy(), pd.Series(time[known]).rank().to_numpy()
    if min(len(np.unique(first)), len(np.unique(second))) < _FEWEST / 2:
        return False
    return bool(abs(np.corrcoef(first, second)[0, 1]) >= SAME_ORDER)


def _same_partition(column: pd.Series, part: NDArray[np.int64]) -> bool:
    """Whether each level of a covariate tells the outcome, or where nearly everyone had it, the few who had not."""
    codes, levels = pd.factorize(column)
    known = (codes >= 0) & (part >= 0)
    n = int(known.sum())
    if n < max(_FEWEST, _PATIENTS_PER_LEVEL * len(levels)) or len(levels) > _MOST_LEVELS:
        return False
    width = int(part.max()) + 1
    counts = np.bincount(codes[known] * width + part[known], minlength=len(levels) * width).reshape(-1, width)
    if counts.sum(axis=0).max() > _COMMONEST * n:
        return width <= 2 and tells_the_few(codes[known].astype(np.int64), part[known] == 1)
    return bool(counts.max(axis=1).sum() >= SAME_PARTITION * n)
