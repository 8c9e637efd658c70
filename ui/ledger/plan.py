"""Locking a plan, keeping to it, and writing down what is examined on the desk."""

from dataclasses import replace

from analysis.plan import plan_digest
from analysis.study.ledger import Ledger, PlanLock, ledger_entry
from ui.form import settings_from_form
from ui.workspace import StudyState, Workspace


def desk_digest(desk: Workspace) -> str | None:
    """The digest of the specification on the desk; None while the form is incomplete."""
    settings, _ = settings_from_form(desk.form)
    return None if settings is None else plan_digest(settings)


def lock_plan(desk: Workspace) -> None:
    """Make the specification on the desk the plan."""
    digest = desk_digest(desk)
    if digest is not None and desk.record.can_lock:
        desk.record.lock(digest)
        desk.set_gate(plan=digest)


def unlock_plan(desk: Workspace) -> None:
    """Take the plan back, where that is honest."""
    if desk.record.can_unlock:
        desk.record.unlock()
        desk.forget_plans()


def show_outcomes(desk: Workspace) -> None:
    """Uncover the outcomes of the plan; nothing happens where the desk has departed from it."""
    desk.record.show(desk_digest(desk))


def go_to(desk: Workspace, digest: str) -> None:
    """Put a specification of the ledger on the desk; a change like any other."""
    form = desk.record.form(digest)
    if form is not None:
        now = desk.form
        desk.change(replace(form, gate=now.gate, exports=now.exports, manuscript=now.manuscript))


def examine(desk: Workspace, state: StudyState) -> None:
    """Write the specification on the desk into the ledger, where it could be carried out."""
    settings, patients, design, balance = state.settings, state.patients, state.design, state.balance
    if settings is None or patients is None or design is None or balance is None:
        return
    desk.record.examine(
        plan_digest(settings),
        desk.form,
        lambda number, time: ledger_entry(settings, patients, design, balance, state.after, number=number, time=time),
    )


def ledger_of(desk: Workspace) -> Ledger:
    """What was examined and seen, with the plan that the study file brought where none was locked here."""
    found, plan = desk.record.ledger, desk.form.gate.plan
    if found.lock is not None or plan is None:
        return found
    return replace(found, lock=PlanLock(digest=plan, time=None, outcomes_seen=None))
