"""Which labels of an event column mean the event: told where only one reading is left, otherwise proposed."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from analysis.cohort.words.codings import (
    is_reversed_name,
    is_unknown_label,
    name_words,
    observed_label,
    observed_labels,
    tells_event,
)
from analysis.phrases import phrase

_ALIVE = {
    "lebt",
    "lebend",
    "vivant",
    "vivante",
    "alive",
    "living",
    "survived",
    "생존",
    "생존여부",
    "생존유무",
    "生存",
    "生存有無",
}
_DEAD = {"dead", "death", "died", "deceased", "사망", "死亡"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCoding:
    """How an event column is coded.

    Attributes
    ----------
    observed : tuple of str or None
        Labels that mean the event, where names and labels leave one reading; None otherwise.
    proposed : tuple of str or None
        What a person will probably say, where ``observed`` is None and a usual coding is in sight.
    certainty : float
        0 to 1.
    reason : str
        Why, for people.
    """

    observed: tuple[str, ...] | None
    proposed: tuple[str, ...] | None
    certainty: float
    reason: str


def guess_labelled_coding(labels: Collection[str], column: str, about: str) -> EventCoding:
    """Say which labels mean the event where the file describes the column, as SAS, SPSS and Stata files do.

    Parameters
    ----------
    labels : collection of str
        The column's distinct labels.
    column : str
        Its name.
    about : str
        What the file says of it, such as ``Vital status (1=alive, 2=dead)``; empty where it says nothing.

    Returns
    -------
    EventCoding
        Where the description turns round what the name alone would mean, the labels are stated with a low certainty: a
        run that knows the name only must not read them the other way.

    Examples
    --------
    >>> guess_labelled_coding(["0", "1"], "status", "Status (1=censored)").observed
    ('0',)
    """
    by_name = guess_coding(labels, column)
    if not about:
        return by_name
    coding = guess_coding(labels, f"{column} {about}")
    if coding.observed is None and coding.proposed is not None and by_name.observed is not None:
        return EventCoding(observed=coding.proposed, proposed=None, certainty=coding.certainty, reason=coding.reason)
    return coding if coding.observed is not None or coding.proposed is not None else by_name


def guess_coding(labels: Collection[str], column: str) -> EventCoding:
    """Say which labels of an event column mean the event, or propose it.

    Parameters
    ----------
    labels : collection of str
        The column's distinct labels. Those that say “unknown” are neither event nor censored.
    column : str
        Its name: it turns 1 and yes round where it says ``CNSR`` or ``alive``.

    Returns
    -------
    EventCoding
        With neither observed nor proposed labels where any reading would be made up.

    Examples
    --------
    >>> guess_coding(["0", "1"], "CNSR").observed, guess_coding(["1", "2"], "status").proposed
    (('0',), ('2',))
    """
    legend = _legend(labels, column)
    if legend is not None:
        reason = phrase("{meaning}, because the column's name says so", meaning=_means(legend))
        return EventCoding(observed=legend, proposed=None, certainty=1.0, reason=reason)
    plain = observed_labels(labels, column)
    known = [label for label in labels if not is_unknown_label(label)]
    if plain is not None:
        neither = "" if len(known) == len(labels) else phrase("; labels that say unknown are neither")
        return EventCoding(observed=plain, proposed=None, certainty=1.0, reason=_means(plain) + neither)
    if is_reversed_name(column):
        return _reversed(known, column)
    if len(known) == len(labels) == 1 and (known[0].casefold() in _YES or tells_event(known[0], column)):
        reason = phrase("{meaning}, which all patients have", meaning=_means(tuple(known)))
        return EventCoding(observed=tuple(known), proposed=None, certainty=0.5, reason=reason)
    if {label.strip() for label in known} == {"1", "2"}:
        second = tuple(label for label in known if label.strip() == "2")
        reason = phrase("1 and 2 can be read in two ways, and 2 is proposed as the event; it must be said")
        return EventCoding(observed=None, proposed=second, certainty=0.25, reason=reason)
    if {label.casefold() for label in known} == {"o", "x"}:
        circle = tuple(label for label in known if label.casefold() == "o")
        reason = phrase("O is proposed as the event, as in Korea and Japan; it must be said")
        return EventCoding(observed=None, proposed=circle, certainty=0.4, reason=reason)
    return EventCoding(observed=None, proposed=None, certainty=0.0, reason=_OPEN)


_YES = {"1", "yes", "y", "true", "t"}

_CODE_AND_WORD = re.compile(r"(\d)\s*[=:,\-]?\s*([^\W\d_]+(?:[ -][^\W\d_]+)*)|([^\W\d_]+)\s*[=:]\s*(\d)")


def _legend(labels: Collection[str], column: str) -> tuple[str, ...] | None:
    """What a name such as ``death (1: dead, 0: alive)`` says of its codes."""
    name = unicodedata.normalize("NFKC", column)
    said = {}
    for before, word, other_word, after in _CODE_AND_WORD.findall(name):
        said[before or after] = tells_event(word or other_word, "")
    known = [label for label in labels if said.get(label) is not None]
    rest = [label for label in labels if label not in known and not is_unknown_label(label)]
    if len(known) == len(rest) == 1:  # one of two codes is explained, and the other one is the opposite
        return tuple(known if said[known[0]] else rest)
    observed = tuple(label for label in known if said[label])
    return observed if observed and len(observed) < len(known) and not rest else None


_OPEN = phrase("which label means the event must be said")


def _reversed(known: list[str], column: str) -> EventCoding:
    words = set(name_words(column))
    zero = tuple(label for label in known if label == "0")
    if "cnsr" in words and zero and len(known) > 1 and all(label.isdigit() for label in known):
        reason = phrase(
            "{meaning}, because CNSR counts censoring, as in analysis data of trials (ADaM)", meaning=_means(zero)
        )
        return EventCoding(observed=zero, proposed=None, certainty=0.8, reason=reason)
    yes = observed_label(known, "event")
    if yes is None:
        return EventCoding(observed=None, proposed=None, certainty=0.0, reason=_OPEN)
    no = tuple(label for label in known if label != yes)
    if words & _ALIVE and not words & _DEAD:
        reason = phrase("{meaning}, because the column's name says who is alive", meaning=_means(no))
        return EventCoding(observed=no, proposed=None, certainty=0.8, reason=reason)
    if words & _DEAD:
        return EventCoding(observed=None, proposed=None, certainty=0.0, reason=_OPEN)
    reason = phrase(
        "“{label}” is proposed as the event, because the column's name says the opposite of "
        "one; some files mean the event all the same, so it must be said",
        label=no[0],
    )
    return EventCoding(observed=None, proposed=no, certainty=0.3, reason=reason)


def _means(observed: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{label}”" for label in observed)
    if len(observed) == 1:
        return phrase("{labels} means the event", labels=shown)
    return phrase("{labels} mean the event", labels=shown)
