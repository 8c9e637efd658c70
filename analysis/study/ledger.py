"""The ledger: every specification that was examined, when, and whether outcomes were in sight."""

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from analysis.cohort.selection import StudyCohort
from analysis.design.balance import CovariateBalance
from analysis.design.description import describe_design
from analysis.design.design import Design
from analysis.phrases import phrase
from analysis.plan import SHORT, plan_digest
from analysis.settings import StudySettings
from analysis.study.populations import PopulationOutcomes
from analysis.study.result import StudyResult

Opened = Literal["covered", "from the start", "after lock", "early", "command line"]
"""Whether outcomes have been seen: not yet, before anything was locked, once the plan was, or before it was by choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEffect:
    """The effect that one specification found for one endpoint.

    Attributes
    ----------
    endpoint : str
    measure : {"hazard_ratio", "risk_difference"}
    estimate, ci_lower, ci_upper : float or None
        Under the design, at the study's level.
    """

    endpoint: str
    measure: Literal["hazard_ratio", "risk_difference"]
    estimate: float | None
    ci_lower: float | None
    ci_upper: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One specification that was examined.

    Attributes
    ----------
    number : int
        From 1, in the order of the first look.
    time : str or None
        When it was first examined, ISO 8601 in UTC; None from the command line, whose files depend on nothing else than
        the study and the cohort.
    digest : str
        As `plan_digest` gives it.
    settings : StudySettings
        The specification.
    design : str
        The design in words.
    n_sets : int or None
        Matched sets; None where patients are weighted.
    n_treated, n_control : int
        Patients compared.
    effective_treated, effective_control : float
        Patients of equal weight that they are worth.
    largest_smd : float or None
        Largest |SMD| under the design.
    outcomes_visible : bool
        Whether outcomes were in sight when it was first examined.
    effects : tuple of LedgerEffect
        Empty until outcomes were in sight.
    """

    number: int
    time: str | None
    digest: str
    settings: StudySettings
    design: str
    n_sets: int | None
    n_treated: int
    n_control: int
    effective_treated: float
    effective_control: float
    largest_smd: float | None
    outcomes_visible: bool
    effects: tuple[LedgerEffect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLock:
    """A plan that was locked.

    Attributes
    ----------
    digest : str
    time : str or None
        None where the study file brought the plan.
    outcomes_seen : bool or None
        Whether outcomes had been in sight before; None where that is not known.
    """

    digest: str
    time: str | None
    outcomes_seen: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What was examined, what was planned, and when outcomes came in sight.

    Attributes
    ----------
    entries : tuple of LedgerEntry
        Each specification once.
    lock : PlanLock or None
        The plan in force.
    opened : Opened
    opened_time : str or None
    """

    entries: tuple[LedgerEntry, ...] = ()
    lock: PlanLock | None = None
    opened: Opened = "covered"
    opened_time: str | None = None

    def entry(self, digest: str) -> LedgerEntry | None:
        """The entry of a specification; None where it was not examined."""
        return next((entry for entry in self.entries if entry.digest == digest), None)

    def to_table(self) -> pd.DataFrame:
        """One row a specification, without settings and effects."""
        rows = [_row(entry, self.lock) for entry in self.entries]
        return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = (
    *("number", "time", "settings_sha256", "design", "n_sets", "n_treated", "n_control"),
    *("effective_treated", "effective_control", "largest_smd", "outcomes_visible", "is_plan"),
)


def _row(entry: LedgerEntry, lock: PlanLock | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: getattr(entry, "digest" if name == "settings_sha256" else name) for name in _COLUMNS if name != "is_plan"
    }
    return row | {"is_plan": None if lock is None else lock.digest == entry.digest}


def ledger_entry(
    settings: StudySettings,
    patients: StudyCohort,
    design: Design,
    balance: CovariateBalance,
    after: PopulationOutcomes | None,
    *,
    number: int = 1,
    time: str | None = None,
) -> LedgerEntry:
    """Write down one specification.

    Parameters
    ----------
    settings, patients, design, balance
        Of one run.
    after : PopulationOutcomes or None
        Outcomes under the design; None while they are covered.
    number, time
        Its place in the ledger and when it was examined.

    Returns
    -------
    LedgerEntry
    """
    return LedgerEntry(
        number=number,
        time=time,
        digest=plan_digest(settings),
        settings=settings,
        design=describe_design(settings, design),
        n_sets=None if design.sets is None else design.sets.n_sets,
        n_treated=design.n_treated,
        n_control=design.n_control,
        effective_treated=float(design.effective_sample_size_treated),
        effective_control=float(design.effective_sample_size_control),
        largest_smd=balance.largest_smd_after,
        outcomes_visible=after is not None,
        effects=() if after is None else ledger_effects(after),
    )


Numbers = tuple[float | None, float | None, float | None]
"""An estimate and its limits."""


def ledger_effects(after: PopulationOutcomes) -> tuple[LedgerEffect, ...]:
    """The effect of each endpoint under a design: hazard ratios, and differences of response rates."""
    found = []
    for survival in after.survival:
        ratio = None if survival.comparison is None else survival.comparison.cox
        numbers: Numbers = (None, None, None) if ratio is None else (ratio.hazard_ratio, ratio.ci_lower, ratio.ci_upper)
        found.append(_effect(survival.name, "hazard_ratio", numbers))
    for response in after.response:
        contrast = None if response.comparison is None else response.comparison.objective_response
        gap = None if contrast is None else contrast.risk_difference
        numbers = (None, None, None) if gap is None else (gap.estimate, gap.ci_lower, gap.ci_upper)
        found.append(_effect(response.name, "risk_difference", numbers))
    return tuple(found)


def _effect(endpoint: str, measure: Literal["hazard_ratio", "risk_difference"], numbers: Numbers) -> LedgerEffect:
    return LedgerEffect(
        endpoint=endpoint, measure=measure, estimate=numbers[0], ci_lower=numbers[1], ci_upper=numbers[2]
    )


def ledger_of_run(result: StudyResult) -> Ledger:
    """The ledger of a run from a study file: one entry, and the plan that the file names.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    Ledger
        What was examined elsewhere, or seen before, a study file cannot tell.
    """
    plan = result.settings.gate.plan
    entry = ledger_entry(result.settings, result.patients, result.design, result.balance, result.after)
    lock = None if plan is None else PlanLock(digest=plan, time=None, outcomes_seen=None)
    return Ledger(entries=(entry,), lock=lock, opened="command line")


def ledger_sentences(ledger: Ledger, settings: StudySettings) -> tuple[str, ...]:
    """What is true of a specification: its place among those examined, its plan, and when outcomes were seen.

    Parameters
    ----------
    ledger : Ledger
        Of the session, or of a run.
    settings : StudySettings
        The specification that is spoken of.

    Returns
    -------
    tuple of str
        Such as ``Third specification examined of 5.``, ``Plan 3f2a… locked before outcomes were seen; this is it.``
    """
    digest = plan_digest(settings)
    return tuple(
        sentence for sentence in (_place(ledger, digest), _plan(ledger, digest), _OPENED[ledger.opened]) if sentence
    )


_OPENED: dict[Opened, str] = {
    "covered": phrase("Outcomes have not been seen."),
    "from the start": phrase("Outcomes were in sight from the start."),
    "after lock": phrase("Outcomes were covered until the plan was locked."),
    "early": phrase("Outcomes were opened early, before a plan was locked."),
    "command line": phrase("Run from a study file; what was seen before it cannot be told."),
}


def _place(ledger: Ledger, digest: str) -> str:
    entry, total = ledger.entry(digest), len(ledger.entries)
    if ledger.opened == "command line":
        return phrase("Specification {digest}.", digest=digest[:SHORT])
    if entry is None:
        return phrase("Specification {digest}, not yet examined.", digest=digest[:SHORT])
    place = _ordinal(entry.number)
    if total == entry.number:
        return phrase("{place} specification examined.", place=place)
    return phrase("{place} specification examined of {n:,}.", place=place, n=total)


def _plan(ledger: Ledger, digest: str) -> str:
    lock = ledger.lock
    if lock is None:
        return phrase("No plan was locked.")
    when = {
        True: phrase("Plan {digest} locked after outcomes were seen", digest=lock.digest[:SHORT]),
        False: phrase("Plan {digest} locked before outcomes were seen", digest=lock.digest[:SHORT]),
        None: phrase("Plan {digest} named by the file", digest=lock.digest[:SHORT]),
    }[lock.outcomes_seen]
    if lock.digest == digest:
        return phrase("{plan}; this specification is that plan.", plan=when)
    return phrase("{plan}; this specification departs from it.", plan=when)


_WORDS = (
    phrase("First"),
    phrase("Second"),
    phrase("Third"),
    phrase("Fourth"),
    phrase("Fifth"),
    phrase("Sixth"),
    phrase("Seventh"),
    phrase("Eighth"),
    phrase("Ninth"),
    phrase("Tenth"),
)


def _ordinal(number: int) -> str:
    """First to Tenth in words, 11th, 21st and so on in figures."""
    if number <= len(_WORDS):
        return _WORDS[number - 1]
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return {
        "st": phrase("{number:,}st", number=number),
        "nd": phrase("{number:,}nd", number=number),
        "rd": phrase("{number:,}rd", number=number),
        "th": phrase("{number:,}th", number=number),
    }[ending]
