"""How far a report is: what is being made, how much is done and how much there is."""

from collections.abc import Callable

OnProgress = Callable[[str, int, int], None]
"""Called with what is being made, how many parts are done and how many are planned."""


class Progress:
    """Counts the parts of a report.

    Parameters
    ----------
    on_progress : callable or None
        Told of each part before it is made.
    planned : int
        How many parts there will be.
    """

    def __init__(self, on_progress: OnProgress | None, planned: int) -> None:
        self._on_progress, self._planned, self._done = on_progress, planned, 0

    def begin(self, part: str) -> None:
        """A part is about to be made."""
        if self._on_progress is not None:
            self._on_progress(part, min(self._done, self._planned), self._planned)
        self._done += 1

    def end(self) -> None:
        """All is made."""
        if self._on_progress is not None:
            self._on_progress("", self._planned, self._planned)
