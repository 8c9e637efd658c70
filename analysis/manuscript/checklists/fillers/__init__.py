"""What a run says of each item, by the key that the guidelines' files name."""

from collections.abc import Callable, Mapping

from analysis.manuscript.checklists.fillers.methods import METHODS
from analysis.manuscript.checklists.fillers.results import RESULTS
from analysis.manuscript.checklists.fillers.score import SCORE
from analysis.manuscript.checklists.run_words import Fill, RunWords

FILLERS: Mapping[str, Callable[[RunWords], Fill | None]] = {**METHODS, **SCORE, **RESULTS}
"""None where the run says nothing, `NOT_APPLICABLE` where there is nothing to say."""
