"""Which columns are a time and its event."""

from dataclasses import dataclass

import numpy as np

from analysis.cohort.guesses.event_coding import EventCoding, guess_coding, guess_labelled_coding
from analysis.cohort.guesses.evidence import score_of
from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.words.baseline_words import BASELINE_WORDS
from analysis.cohort.words.codings import is_unknown_label, observed_labels, tell_deaths
from analysis.cohort.words.outcome_words import ENDPOINT_WORDS, EVENT_WORDS, TIME_WORDS, UNIT_WORDS
from analysis.cohort.words.role_words import endpoint_of, split_words, unit_of
from analysis.phrases import phrase

MOST_EVENT_LABELS = 4
"""An event column has two labels; one with up to this many may still be an event whose coding must be asked for."""

_LEAST_TIMES = 10
"""Fewer different values than this are a stage or a grade, though it be called T; smaller files need fewer."""

_LEAST_SCORE = 2.0
_PLAIN_PAIR = 4.0
_CODING_OPEN = 0.5
"""Score that an endpoint cannot pass as long as nobody has said which label means the event."""

_DEAD = {"dead", "died", "death", "deceased", "expired", "사망", "死亡"}
_PROGRESSION = {"progression", "progressed", "progress", "진행", "増悪", "進行"}
"""The event of time to progression, and of progression-free survival where no other column is."""

_HAPPENED = _DEAD | {"progression", "progressed", "recurrence", "relapse"}
"""What a column of yes or nothing is named after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointGuess:
    """A time and an event that seem to belong together, or dates from which they can be built.

    Attributes
    ----------
    name : str
        Such as ``OS``.
    time, event : str or None
        Columns; None for an endpoint that is built from dates.
    observed : tuple of str or None
        The labels that mean the event; None when a person must say.
    proposed : tuple of str or None
        What a person will probably say, where ``observed`` is None; never used unless confirmed.
    unit : str or None
        What the time column is written in, as its name states or dates show; None where neither does.
    from_dates : str or None
        ``os``, ``pfs`` or ``ttp`` for an endpoint built from the dates of the guess.
    score : float
        How sure, 0 to 1.
    reason : str
        Why, for people.
    must_say_unit : bool
        True where the unit is not the one that the file states, so that a study must name it.
    """

    name: str
    time: str | None
    event: str | None
    observed: tuple[str, ...] | None
    proposed: tuple[str, ...] | None
    unit: str | None
    from_dates: str | None
    score: float
    reason: str
    must_say_unit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Half:
    """A column that may be one half of a pair."""

    profile: ColumnProfile
    position: int
    stem: tuple[str, ...]
    endpoint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A time and its event, how well their names go together, and how many other halves would go as well."""

    time: _Half
    event: _Half
    strength: float
    rivals: int


def guess_endpoints(profiles: tuple[ColumnProfile, ...]) -> tuple[EndpointGuess, ...]:
    """Pair times with events by their names, their content and their places in the file.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Every column, in the order of the file; those with another role already left out.

    Returns
    -------
    tuple of EndpointGuess
        In the order of the times; each time and each event at most once.
    """
    times = [half for position, profile in enumerate(profiles) if (half := _time_half(profile, position))]
    events = [half for position, profile in enumerate(profiles) if (half := _event_half(profile, position))]
    scored = sorted(
        (
            (_score(time, event), -abs(event.position - time.position - 1), -time.position, time, event)
            for time in times
            for event in events
        ),
        key=lambda item: item[:3],
        reverse=True,
    )
    pairs: list[_Pair] = []
    for strength, _, _, time, event in scored:
        taken = {half.position for pair in pairs for half in (pair.time, pair.event)}
        if strength < _LEAST_SCORE or time.position in taken or event.position in taken:
            continue
        rivals = sum(
            other >= strength and (time_too is time) != (event_too is event)
            for other, _, _, time_too, event_too in scored
            if time_too.position not in taken and event_too.position not in taken
        )
        pairs.append(_Pair(time=time, event=event, strength=strength, rivals=rivals))
    pairs.sort(key=lambda pair: pair.time.position)
    return _named(pairs)


def _time_half(profile: ColumnProfile, position: int) -> _Half | None:
    if not profile.is_number or profile.n_distinct < min(_LEAST_TIMES, max(3, profile.n_present // 4)):
        return None
    words = _words_of_outcome(profile)
    values = profile.values
    if values.min() < 0 or not np.isfinite(values.max()) or BASELINE_WORDS.intersection(words):
        return None
    timely = any(word in TIME_WORDS or word in UNIT_WORDS or word in ENDPOINT_WORDS for word in words)
    if not timely or (endpoint_of(words) is None and not _is_generic(words)):
        return None
    return _Half(profile=profile, position=position, stem=_stem(words), endpoint=endpoint_of(words))


def _words_of_outcome(profile: ColumnProfile) -> list[str]:
    """The words of a column's name, or of what the file says of it where its name speaks of no outcome."""
    words = split_words(profile.column)
    if endpoint_of(words) is not None or not profile.label:
        return words
    about = split_words(profile.label)
    return about if endpoint_of(about) is not None else words


def _is_generic(words: list[str]) -> bool:
    """A name such as ``time``, ``t`` or ``follow_up_months``, with no word of its own."""
    return all(word in TIME_WORDS or word in UNIT_WORDS for word in words)


def _event_half(profile: ColumnProfile, position: int) -> _Half | None:
    words = _words_of_outcome(profile)
    labels = profile.labels.index.tolist()
    spelled_out = len(labels) > 1 and observed_labels(labels, profile.column) is not None
    n_known = sum(not is_unknown_label(str(label)) for label in labels)
    if profile.is_date or not (spelled_out or 2 <= n_known <= MOST_EVENT_LABELS or _one_label_of_event(profile, words)):
        return None
    if BASELINE_WORDS.intersection(words):
        return None
    endpoint = endpoint_of(words) or ("OS" if _tells_deaths(profile) else None)
    if endpoint is None and not (set(words) & EVENT_WORDS and set(words) <= EVENT_WORDS | TIME_WORDS):
        return None
    if n_known > 2 and not spelled_out and not any(word in EVENT_WORDS for word in words):
        return None
    return _Half(profile=profile, position=position, stem=_stem(words), endpoint=endpoint)


def _one_label_of_event(profile: ColumnProfile, words: list[str]) -> bool:
    """Whether a column is named as the event of an endpoint, and says yes of every patient, or yes or nothing."""
    named = EVENT_WORDS if not profile.n_missing else EVENT_WORDS | _HAPPENED
    if profile.n_distinct != 1 or endpoint_of(words) is None or not named.intersection(words):
        return False
    return guess_coding(profile.labels.index.tolist(), profile.column).observed is not None


def _tells_deaths(profile: ColumnProfile) -> bool:
    labels = [str(label) for label in profile.labels.index]
    return any(label.casefold() in _DEAD for label in labels) or tell_deaths(labels)


def _stem(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in TIME_WORDS | EVENT_WORDS and word not in UNIT_WORDS)


def _score(time: _Half, event: _Half) -> float:
    """How well two columns go together: by endpoint, then by the rest of their names."""
    if time.endpoint == "TTP" and event.endpoint == "PFS":
        return 2.5 if _PROGRESSION.issuperset(event.stem) else 0.0
    if time.endpoint is not None and event.endpoint is not None:
        return (4.0 if time.stem == event.stem else 3.0) if time.endpoint == event.endpoint else 0.0
    if time.stem == event.stem:
        return 3.5
    one_is_generic = not time.stem or not event.stem
    neighbours = abs(event.position - time.position) <= 2
    return 2.5 if one_is_generic and neighbours else 2.0 if one_is_generic else 0.0


def _named(pairs: list[_Pair]) -> tuple[EndpointGuess, ...]:
    guesses: list[EndpointGuess] = []
    for pair in pairs:
        time, event = pair.time, pair.event
        name = "TTP" if time.endpoint == "TTP" else event.endpoint or time.endpoint or "Survival"
        taken = {guess.name for guess in guesses}
        if name in taken:
            name = f"{name} ({time.profile.column})"
        coding = _coding(event.profile)
        beside = phrase("; another column would go with it as well") if pair.rivals else ""
        guesses.append(
            EndpointGuess(
                name=name,
                time=time.profile.column,
                event=event.profile.column,
                observed=coding.observed,
                proposed=coding.proposed,
                unit=unit_of(split_words(time.profile.column)) or unit_of(split_words(time.profile.label)),
                from_dates=None,
                score=_pair_score(pair, coding),
                reason=phrase(
                    "the names of the time and the event go together{beside}; {reason}",
                    beside=beside,
                    reason=coding.reason,
                ),
            )
        )
    return tuple(guesses)


def _coding(profile: ColumnProfile) -> EventCoding:
    """What a column's labels mean; open where it holds one label and blanks, of which nobody has said what they mean."""
    if profile.n_distinct == 1 and profile.n_missing:
        reason = phrase("it holds one label and blank cells, and whether blank means no event must be said")
        return EventCoding(observed=None, proposed=None, certainty=0.2, reason=reason)
    return guess_labelled_coding(profile.labels.index.tolist(), profile.column, profile.label)


def _pair_score(pair: _Pair, coding: EventCoding) -> float:
    score = score_of(min(1.0, pair.strength / _PLAIN_PAIR), coding.certainty, rivals=min(pair.rivals, 1))
    return score if coding.observed is not None else min(score, _CODING_OPEN)


def find_deaths(profiles: tuple[ColumnProfile, ...]) -> tuple[ColumnProfile, tuple[str, ...]] | None:
    """Find the column that says who died, where deaths have no date.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Columns that may still be one.

    Returns
    -------
    (ColumnProfile, tuple of str) or None
        The column and its labels that mean death; None without a column whose coding needs no question.
    """
    for position, profile in enumerate(profiles):
        half = _event_half(profile, position)
        if half is None or half.endpoint != "OS" or (profile.n_distinct == 1 and profile.n_missing):
            continue
        coding = guess_coding(profile.labels.index.tolist(), profile.column)
        if coding.observed is not None:
            return profile, coding.observed
    return None
