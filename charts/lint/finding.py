"""One thing that a journal would send a figure back for."""

from dataclasses import dataclass
from typing import Literal

Weight = Literal["sent back", "look at it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is not as it should be.

    Attributes
    ----------
    rule : str
        Which rule it breaks, in a word or two.
    weight : {"sent back", "look at it"}
        Whether journals ask for it, or some of them do.
    text : str
        What was found and what to do, in a sentence or two.
    """

    rule: str
    weight: Weight
    text: str
