"""The record of one cohort in one session: whether outcomes were seen, which plan was locked, what was examined.

Nothing here can be taken back but what nobody could have learnt from: a lock, while outcomes are still covered.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from analysis.study.ledger import Ledger, LedgerEffect, LedgerEntry, PlanLock
from ui.form import StudyForm

Sight = Literal["unseen", "covered", "locked", "open", "opened early"]
"""``unseen`` before any page could have shown an outcome; ``locked`` is covered, with a plan."""


def present_time() -> str:
    """Now, to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Record:
    """The state of sight and the ledger; the same for every study of a cohort, and for every upload of its file.

    Parameters
    ----------
    clock : callable, optional
        Gives the present time as text.

    Attributes
    ----------
    sight : Sight
    ledger : Ledger
    """

    def __init__(self, clock: Callable[[], str] = present_time) -> None:
        self._clock = clock
        self._forms: dict[str, StudyForm] = {}
        self.sight: Sight = "unseen"
        self.ledger = Ledger()

    def covers(self, *, blinded: bool) -> bool:
        """True while no outcome may be computed for a page; before the first one, as the study asks."""
        return self.sight in ("covered", "locked") or (self.sight == "unseen" and blinded)

    def arrive(self, *, blinded: bool) -> None:
        """A page that shows outcomes is about to be drawn; the first one decides whether they are covered."""
        if self.sight != "unseen":
            return
        self.sight = "covered" if blinded else "open"
        if not blinded:
            self._open("from the start")

    @property
    def can_lock(self) -> bool:
        """A plan that was locked before outcomes were seen stays the plan."""
        return self.sight in ("covered", "open", "opened early") and (
            self.ledger.lock is None or self.ledger.lock.outcomes_seen is True
        )

    def lock(self, digest: str) -> None:
        """Make this specification the plan."""
        if not self.can_lock:
            return
        seen = self.sight != "covered"
        self.ledger = replace(self.ledger, lock=PlanLock(digest=digest, time=self._clock(), outcomes_seen=seen))
        if not seen:
            self.sight = "locked"

    @property
    def can_unlock(self) -> bool:
        """True while the lock has told nobody anything: outcomes are covered, or had been seen before it."""
        lock = self.ledger.lock
        return self.sight == "locked" or (lock is not None and lock.outcomes_seen is True)

    def unlock(self) -> None:
        """Take the lock back; outcomes stay as they are."""
        if not self.can_unlock:
            return
        self.ledger = replace(self.ledger, lock=None)
        if self.sight == "locked":
            self.sight = "covered"

    def can_show(self, digest: str | None) -> bool:
        """True where the plan is locked and the study on the desk is that plan."""
        return self.sight == "locked" and self.ledger.lock is not None and self.ledger.lock.digest == digest

    def show(self, digest: str | None) -> None:
        """Uncover the outcomes of the plan."""
        if self.can_show(digest):
            self.sight = "open"
            self._open("after lock")

    def open_early(self) -> None:
        """Uncover outcomes without a plan; written into every export from now on."""
        if self.sight == "covered":
            self.sight = "opened early"
            self._open("early")

    def examine(self, digest: str, form: StudyForm, entry: Callable[[int, str], LedgerEntry]) -> None:
        """Write a specification down when it is first examined, and its effects when they are first in sight.

        Parameters
        ----------
        digest : str
            Of the specification.
        form : StudyForm
            With which it can be had back.
        entry : callable
            Makes the entry from its number and the time.
        """
        known = self.ledger.entry(digest)
        if known is None:
            made = entry(len(self.ledger.entries) + 1, self._clock())
            self.ledger = replace(self.ledger, entries=(*self.ledger.entries, made))
            self._forms[digest] = form
        elif not known.effects and self.sight in ("open", "opened early"):
            self._add_effects(known, entry(known.number, "").effects)

    def restore(self, ledger: Ledger, form: Callable[[LedgerEntry], StudyForm]) -> None:
        """Go on with what an earlier session wrote down; what has been seen since stays seen.

        Parameters
        ----------
        ledger : Ledger
            Of the earlier session. Its entries come first.
        form : callable
            Makes the form of an entry, with which it can be had back.
        """
        own, unopened = self.ledger, self.sight in ("unseen", "covered", "locked")
        added = [entry for entry in own.entries if ledger.entry(entry.digest) is None]
        entries = tuple(replace(entry, number=place) for place, entry in enumerate([*ledger.entries, *added], start=1))
        first = own if ledger.opened == "covered" else ledger
        self.ledger = Ledger(
            entries=entries, lock=own.lock or ledger.lock, opened=first.opened, opened_time=first.opened_time
        )
        self._forms |= {entry.digest: form(entry) for entry in ledger.entries}
        if unopened:
            self.sight = _sight_of(self.ledger)

    def form(self, digest: str) -> StudyForm | None:
        """The form of a specification that was examined."""
        return self._forms.get(digest)

    def _add_effects(self, known: LedgerEntry, effects: tuple[LedgerEffect, ...]) -> None:
        entries = (replace(one, effects=effects) if one is known else one for one in self.ledger.entries)
        self.ledger = replace(self.ledger, entries=tuple(entries))

    def _open(self, how: Literal["from the start", "after lock", "early"]) -> None:
        self.ledger = replace(self.ledger, opened=how, opened_time=self._clock())


def _sight_of(ledger: Ledger) -> Sight:
    """What may be seen where a ledger ended."""
    if ledger.opened == "early":
        return "opened early"
    if ledger.opened != "covered":
        return "open"
    return "locked" if ledger.lock is not None else "covered"
