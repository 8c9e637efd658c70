"""Counts of labels and patients in words."""

from collections import Counter
from collections.abc import Callable
from typing import Literal

from analysis.phrases import join_phrases, phrase

MOST_LABELS = 4

Noun = Literal["patient", "row", "column", "covariate", "event", "adverse event", "rule"]


def counted_labels(counts: Counter[str]) -> str:
    """Labels with how often they occur, the most frequent first: ``‘dead’ (40) or ‘expired’ (2)``."""
    if not counts:
        return phrase("nobody")
    named = [f"‘{label}’ ({count:,})" for label, count in counts.most_common(MOST_LABELS)]
    others = sum(counts.values()) - sum(count for _, count in counts.most_common(MOST_LABELS))
    listed = join_phrases(named, phrase(" or "))
    return phrase("{listed} or others ({others:,})", listed=listed, others=others) if others else listed


def number_of(count: int, noun: Noun) -> str:
    """A count with its noun: ``1 patient``, ``2,000 patients``."""
    one, several = _COUNTED[noun]
    return one if count == 1 else several(count)


_COUNTED: dict[Noun, tuple[str, Callable[[int], str]]] = {
    "patient": (phrase("1 patient"), lambda n: phrase("{n:,} patients", n=n)),
    "row": (phrase("1 row"), lambda n: phrase("{n:,} rows", n=n)),
    "column": (phrase("1 column"), lambda n: phrase("{n:,} columns", n=n)),
    "covariate": (phrase("1 covariate"), lambda n: phrase("{n:,} covariates", n=n)),
    "event": (phrase("1 event", "counted"), lambda n: phrase("{n:,} events", "counted", n=n)),
    "adverse event": (phrase("1 adverse event"), lambda n: phrase("{n:,} adverse events", n=n)),
    "rule": (phrase("1 rule"), lambda n: phrase("{n:,} rules", n=n)),
}
