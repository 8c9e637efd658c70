"""Counts of labels and patients in words."""

from collections import Counter

MOST_LABELS = 4


def counted_labels(counts: Counter[str]) -> str:
    """Labels with how often they occur, the most frequent first: ``‘dead’ (40) or ‘expired’ (2)``."""
    if not counts:
        return "nobody"
    named = [f"‘{label}’ ({count:,})" for label, count in counts.most_common(MOST_LABELS)]
    others = sum(counts.values()) - sum(count for _, count in counts.most_common(MOST_LABELS))
    return " or ".join(named) + (f" or others ({others:,})" if others else "")


def number_of(count: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun: ``1 patient``, ``2,000 patients``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
