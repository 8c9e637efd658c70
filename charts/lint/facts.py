"""What is known of a printed figure that its lines and letters do not tell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureFacts:
    """What whoever drew a figure knows of it.

    Attributes
    ----------
    has_curves : bool
        Whether it shows curves over time of patients who leave them.
    has_table : bool
        Whether the numbers at risk stand under the curves.
    has_tail : bool
        Whether a curve runs on where few patients remain.
    marks_tail : bool
        Whether that part is drawn differently and explained.
    """

    has_curves: bool = False
    has_table: bool = False
    has_tail: bool = False
    marks_tail: bool = False


_KNOWN: "WeakKeyDictionary[Figure, FigureFacts]" = WeakKeyDictionary()


def remember(figure: "Figure", facts: FigureFacts) -> None:
    """Keep what is known of a figure for as long as it lives."""
    _KNOWN[figure] = facts


def facts_of(figure: "Figure") -> FigureFacts:
    """What is known of a figure; nothing where nobody said anything."""
    return _KNOWN.get(figure, FigureFacts())
