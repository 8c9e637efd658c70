"""Which columns are known only after time zero: they describe what happened, and are not for adjustment."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.guesses.pairing import EndpointGuess
from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.labels import as_labels
from analysis.cohort.words.baseline_words import BASELINE_WORDS
from analysis.cohort.words.codings import name_words
from analysis.cohort.words.outcome_words import ENDPOINT_WORDS, TIME_WORDS, UNIT_WORDS
from analysis.cohort.words.role_words import AFTER_WORDS, COURSE_WORDS, RESPONSE_WORDS, split_words
from analysis.phrases import phrase

_TREATED = {"treatment", "tx", "trt", "therapy", "drug", "rx", "medication", "chemo"}
_SINCE = {"from", "since", "to", "until", "before", "diagnosis", "dx", "interval"}

_RESPONSES = {"resp", "recist", "mrecist", "irecist", "bor", "responder"}

_VISIT = re.compile(
    r"(week|wk|w|month|mo|year|yr)(0*[1-9]\d*)|(day|visit|cycle|c)(0*[2-9]|0*[1-9]\d+)(d\d+)?"
    r"|[1-9]\d*(w|wk|wks|weeks?|m|mo|mos|months?|y|yrs?|years?)|[1-9]\d+(d|days?)"
)
"""A word such as ``week8``, ``3m`` or ``c2d1``: a visit after the first."""

_EAST_ASIAN_VISIT = re.compile(
    r"[1-9]\d*((개월|주|년|か月|ヶ月|ヵ月|カ月|週|週間|年)(차|후|째|後|目|時|시점)|(개월|か月|ヶ月|ヵ月|カ月)$)"
)

_LEAST_ROWS = 20
_LEAST_KNOWN = 10
_NEARLY_ALL = 0.97
_SAME_ORDER = 0.95
_MOST_LABELS = 6
_COMMONEST_EVENT = 0.9
_FEWEST_OTHERS = 3
_FEWEST_OF_MANY = 2
_MANY = 100
"""Of so many patients two are the same two by chance once in 4,950 times."""
_SAME_FEW = 0.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomeSample:
    """One endpoint in the sampled rows.

    Attributes
    ----------
    name : str
        The endpoint.
    event : (n, ) array of bool
        True where it was observed.
    known : (n, ) array of bool
        False where nobody knows.
    time : (n, ) array of float
        NaN where missing.
    """

    name: str
    event: NDArray[np.bool_]
    known: NDArray[np.bool_]
    time: NDArray[np.float64]


def sample_outcomes(
    profiles: Collection[ColumnProfile], endpoints: tuple[EndpointGuess, ...]
) -> tuple[OutcomeSample, ...]:
    """Take the outcomes that have columns and a coding, to hold other columns against them.

    Parameters
    ----------
    profiles : collection of ColumnProfile
        All columns.
    endpoints : tuple of EndpointGuess
        As guessed.

    Returns
    -------
    tuple of OutcomeSample
        In the order of the endpoints.
    """
    by_column = {profile.column: profile for profile in profiles}
    samples = []
    for endpoint in endpoints:
        observed = endpoint.observed or endpoint.proposed
        if endpoint.time is None or endpoint.event is None or observed is None:
            continue
        labels = as_labels(by_column[endpoint.event].sample)
        samples.append(
            OutcomeSample(
                name=endpoint.name,
                event=labels.isin(observed).to_numpy(dtype=bool),
                known=labels.notna().to_numpy(dtype=bool),
                time=by_column[endpoint.time].sample.to_numpy(dtype=np.float64),
            )
        )
    return tuple(samples)


def is_named_after(column: str) -> bool:
    """Tell whether a column's name says that it is known only after time zero.

    Parameters
    ----------
    column : str
        Its name.

    Returns
    -------
    bool
        True for outcomes, later treatments, changes, harms, the length of treatment and later visits; False where the
        name says ``baseline`` or ``prior`` as well.
    """
    words = set(split_words(column)) | set(name_words(column))
    if words & BASELINE_WORDS:
        return False
    if words & AFTER_WORDS or words & set(ENDPOINT_WORDS):
        return True
    parts = set(split_words(column))
    if (parts <= RESPONSE_WORDS and parts & _RESPONSES) or {"overall", "survival"} <= parts:
        return True
    if words <= TIME_WORDS | set(UNIT_WORDS):
        return not words <= {"t", "m"}  # stages of a tumour
    if words & COURSE_WORDS and words & _TREATED and not words & _SINCE:
        return True
    plain = unicodedata.normalize("NFKC", column).casefold()
    return any(_VISIT.fullmatch(word) for word in name_words(column)) or bool(_EAST_ASIAN_VISIT.search(plain))


def follows_outcome(profile: ColumnProfile, outcomes: tuple[OutcomeSample, ...]) -> str | None:
    """Tell whether a column's cells are strongly determined by an outcome.

    Parameters
    ----------
    profile : ColumnProfile
        Any column that is no outcome itself.
    outcomes : tuple of OutcomeSample
        Of the same rows.

    Returns
    -------
    str or None
        How, in words; None where nothing shows it.
    """
    if profile.n < _LEAST_ROWS:
        return None
    present = profile.codes >= 0
    for outcome in outcomes:
        reason = (
            _filled_with_events(present, outcome)
            or _labels_tell_events(profile, present, outcome)
            or _orders_times(profile, present, outcome)
        )
        if reason is not None:
            return reason
    return None


def _filled_with_events(present: NDArray[np.bool_], outcome: OutcomeSample) -> str | None:
    known = outcome.known
    n_events, n_filled = int(outcome.event[known].sum()), int(present[known].sum())
    if min(n_events, n_filled, int(known.sum()) - n_events) < _LEAST_KNOWN or n_events > _COMMONEST_EVENT * known.sum():
        return None
    both = int((present & outcome.event)[known].sum())
    if both >= _NEARLY_ALL * n_filled and both >= 0.6 * n_events:
        return phrase("filled in for patients with the event of {endpoint} only", endpoint=outcome.name)
    return None


def _labels_tell_events(profile: ColumnProfile, present: NDArray[np.bool_], outcome: OutcomeSample) -> str | None:
    known = outcome.known & present
    if not 2 <= profile.n_distinct <= _MOST_LABELS or known.sum() < _LEAST_ROWS:
        return None
    event, codes = outcome.event[known], profile.codes[known]
    share = max(float(event.mean()), 1 - float(event.mean()))
    if share > _COMMONEST_EVENT:
        return (
            phrase("its values tell who had the event of {endpoint}", endpoint=outcome.name)
            if tells_the_few(codes, event)
            else None
        )
    counts = np.zeros((int(codes.max()) + 1, 2))
    np.add.at(counts, (codes, event.astype(np.int64)), 1)
    told = float(counts.max(axis=1).sum() / counts.sum())
    return (
        phrase("its values nearly tell who had the event of {endpoint}", endpoint=outcome.name)
        if told >= _NEARLY_ALL
        else None
    )


def tells_the_few(codes: NDArray[np.int64], event: NDArray[np.bool_]) -> bool:
    """Tell whether two labels are an event that nearly everyone had, or nearly nobody.

    There any column agrees with the event in most patients, so the few others count alone.

    Parameters
    ----------
    codes : (n, ) array of int
        The label of each patient by number, none missing.
    event : (n, ) array of bool
        Who had the event.

    Returns
    -------
    bool
        True where at least three patients (two of a hundred) differ from the rest in the event, one label is held by them
        and hardly anybody else, and four fifths of all who differ in either differ in both.

    Examples
    --------
    >>> event = np.arange(60) >= 4  # all but the first four
    >>> tells_the_few(event.astype(np.int64), event), tells_the_few((np.arange(60) >= 6).astype(np.int64), event)
    (True, False)
    """
    few = event if event.mean() < 0.5 else ~event
    labels = np.unique(codes)
    if few.sum() < (_FEWEST_OF_MANY if len(few) >= _MANY else _FEWEST_OTHERS) or len(labels) != 2:
        return False
    return any(
        int((held & few).sum()) >= _SAME_FEW * int((held | few).sum()) for held in (codes == label for label in labels)
    )


def _orders_times(profile: ColumnProfile, present: NDArray[np.bool_], outcome: OutcomeSample) -> str | None:
    if not profile.is_number or profile.n_distinct <= _MOST_LABELS:
        return None
    values = profile.sample.to_numpy(dtype=np.float64)
    both = present & np.isfinite(values) & np.isfinite(outcome.time)
    if both.sum() < _LEAST_ROWS:
        return None
    ranks = [pd.Series(item[both]).rank().to_numpy() for item in (values, outcome.time)]
    if min(np.ptp(rank) for rank in ranks) == 0:
        return None
    correlation = abs(float(np.corrcoef(*ranks)[0, 1]))
    return (
        phrase("orders patients as the time of {endpoint} does", endpoint=outcome.name)
        if correlation >= _SAME_ORDER
        else None
    )
