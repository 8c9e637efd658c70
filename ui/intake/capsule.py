"""A capsule on its way to the desk, and the session it opens again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis.cohort.isolation import read_cohort_isolated
from analysis.cohort.reading import Cohort
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import AnalysisError
from analysis.manuscript.capsule import Capsule
from analysis.phrases import phrase
from analysis.plan import SHORT
from analysis.study.ledger import LedgerEntry
from ui.form import StudyForm, form_from_settings
from ui.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PendingCapsule:
    """A capsule whose cohort is not on the desk yet.

    Attributes
    ----------
    name : str
        The file's name.
    capsule : Capsule
    """

    name: str
    capsule: Capsule

    def is_of(self, digest: str) -> bool:
        """Whether a file with this SHA-256 is the capsule's cohort."""
        return self.capsule.cohort_sha256 == digest


def waiting_words(pending: PendingCapsule) -> str:
    """What the person is asked for."""
    capsule = pending.capsule
    known = {"name": pending.name, "digest": capsule.cohort_sha256[:SHORT], "entries": _entries(capsule)}
    if not capsule.cohort_name:
        return phrase(
            "The capsule {name} knows its cohort by its digest alone. Drop that file: its "
            "SHA-256 begins with {digest}. Its study and {entries} wait for it.",
            **known,
        )
    return phrase(
        "The capsule {name} knows its cohort, {cohort}, by its digest alone. Drop that file: its "
        "SHA-256 begins with {digest}. Its study and {entries} wait for it.",
        cohort=capsule.cohort_name,
        **known,
    )


def opened_words(pending: PendingCapsule) -> str:
    """What was brought back."""
    return phrase(
        "The session of {name} is open again: its study and {entries}.",
        name=pending.name,
        entries=_entries(pending.capsule),
    )


def other_cohort_words(pending: PendingCapsule, name: str, digest: str) -> str:
    """That a file is not the cohort of the capsule, and what became of it."""
    return phrase(
        "{name} is not the cohort of the capsule {capsule}: its SHA-256 begins with {digest}, "
        "that of the capsule's with {wanted}. It was read on its own, without the "
        "capsule's study.",
        name=name,
        capsule=pending.name,
        digest=digest[:SHORT],
        wanted=pending.capsule.cohort_sha256[:SHORT],
    )


def _entries(capsule: Capsule) -> str:
    n = len(capsule.ledger.entries)
    return phrase("1 examined specification") if n == 1 else phrase("{n:,} examined specifications", n=n)


def open_capsule(desk: Workspace, capsule: Capsule, protect: Callable[[Cohort, str | None], Cohort]) -> tuple[str, ...]:
    """Put the session of a capsule on the desk that holds its cohort.

    Parameters
    ----------
    desk : Workspace
        With the cohort of the capsule.
    capsule : Capsule
    protect : callable
        Takes columns out of a file of scans that may tell who a patient is.

    Returns
    -------
    tuple of str
        What could not be brought back.
    """
    columns = [str(column) for column in desk.cohort.table.columns]

    def form(entry: LedgerEntry) -> StudyForm:
        return form_from_settings(columns, entry.settings)

    desk.record.restore(capsule.ledger, form)
    desk.take_record(desk.record)
    problems = _bring_scans(desk, capsule, protect)
    desk.change(form_from_settings(columns, capsule.settings))
    return problems


def _bring_scans(desk: Workspace, capsule: Capsule, protect: Callable[[Cohort, str | None], Cohort]) -> tuple[str, ...]:
    settings = capsule.settings.scans
    if capsule.scans is None or settings is None or desk.cohort.scans is not None:
        return ()
    order: Any = capsule.settings.cohort.date_order
    try:
        scans = read_cohort_isolated(capsule.scans, capsule.scans_file or "scans.csv", ReadingOptions(date_order=order))
        desk.take_scans(protect(scans, settings.id), settings)
    except AnalysisError as error:
        return error.problems
    return ()
