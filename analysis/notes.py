"""A warning as data: a sentence kept beside the number it concerns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something a reader should know before trusting a number.

    Attributes
    ----------
    code : str
        A stable name in snake case, such as ``few_events``.
    text : str
        The sentence for people. Never a patient's value or identifier.
    """

    code: str
    text: str
