"""Whatever is pressed in whatever order, the record never forgets that outcomes were seen."""

from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from analysis.cohort.reading import read_cohort
from analysis.plan import plan_digest
from analysis.study.ledger import ledger_sentences
from analysis.study_file import load_study
from ui.form import form_from_settings, settings_from_form
from ui.ledger.plan import desk_digest, examine, go_to, ledger_of, lock_plan, show_outcomes, unlock_plan
from ui.ledger.record import Record
from ui.workspace import Workspace

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
CALIPERS = (0.05, 0.2, 0.5)


def desk(*, blinded: bool = False) -> Workspace:
    cohort = read_cohort((REFERENCE / "veteran.csv").read_bytes(), "veteran.csv")
    study = load_study((REFERENCE / "veteran.study.json").read_text())
    found = Workspace(cohort, "veteran.csv", form_from_settings(cohort.table.columns, study))
    found.record = Record(clock=lambda: "2024-01-31T10:00:00+00:00")
    found.set_gate(blinded=blinded)
    return found


def look(found: Workspace) -> None:
    """Open a page that would show outcomes."""
    found.record.arrive(blinded=found.form.gate.blinded)
    examine(found, found.state())


class AnyOrder(RuleBasedStateMachine):
    """A person who presses whatever can be pressed, and some of what cannot."""

    @initialize(blinded=st.booleans())
    def open_a_study(self, blinded: bool) -> None:
        self.desk = desk(blinded=blinded)
        self.seen = False
        self.examined: list[str] = []
        self.locked_before_seen: str | None = None

    @rule()
    def look(self) -> None:
        look(self.desk)
        self.note()

    @rule(caliper=st.sampled_from(CALIPERS))
    def change(self, caliper: float) -> None:
        self.desk.change_matching(caliper=caliper)

    @rule()
    def undo(self) -> None:
        self.desk.undo()

    @rule()
    def redo(self) -> None:
        self.desk.redo()

    @rule(blinded=st.booleans())
    def switch(self, blinded: bool) -> None:
        form = self.desk.form
        self.desk.change(replace(form, gate=form.gate.model_copy(update={"blinded": blinded})))

    @rule()
    def load_the_study_file_anew(self) -> None:
        study, _ = settings_from_form(desk().form)
        assert study is not None
        self.desk.change(form_from_settings(self.desk.cohort.table.columns, study))

    @rule()
    def upload_the_file_anew(self) -> None:
        again = desk()
        again.take_record(self.desk.record)
        self.desk = again

    @rule()
    def lock(self) -> None:
        could = self.desk.record.can_lock
        lock_plan(self.desk)
        if could and not self.seen:
            self.locked_before_seen = desk_digest(self.desk)

    @rule()
    def unlock(self) -> None:
        if self.desk.record.sight == "locked":
            self.locked_before_seen = None
        unlock_plan(self.desk)

    @rule()
    def show(self) -> None:
        show_outcomes(self.desk)

    @rule()
    def open_early(self) -> None:
        self.desk.record.open_early()

    @precondition(lambda self: bool(self.examined))
    @rule(data=st.data())
    def go_back(self, data: st.DataObject) -> None:
        digest = data.draw(st.sampled_from(self.examined))
        go_to(self.desk, digest)
        assert desk_digest(self.desk) == digest

    def note(self) -> None:
        """What a witness would remember of the page."""
        state = self.desk.state()
        self.seen |= state.before is not None
        assert state.settings is not None
        digest = plan_digest(state.settings)
        if digest not in self.examined:
            self.examined.append(digest)

    @invariant()
    def the_record_is_true(self) -> None:
        found = self.desk.record
        state = self.desk.state()
        assert state.is_covered == (state.before is None) == (state.after is None)
        if self.seen:
            assert not state.is_covered
            assert found.ledger.opened in ("from the start", "after lock", "early")
        assert [entry.digest for entry in found.ledger.entries] == self.examined
        assert [entry.number for entry in found.ledger.entries] == list(range(1, len(self.examined) + 1))
        lock = found.ledger.lock
        if found.ledger.opened == "after lock":
            assert lock is not None
            assert lock.outcomes_seen is False
        if lock is not None:
            assert self.desk.form.gate.plan == lock.digest
            if lock.outcomes_seen is False:
                assert lock.digest == self.locked_before_seen
        if found.sight in ("covered", "locked"):
            assert self.desk.form.gate.blinded
            assert not any(entry.effects or entry.outcomes_visible for entry in found.ledger.entries)


AnyOrder.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestAnyOrder = AnyOrder.TestCase


def test_a_plan_kept_is_said_to_be_kept() -> None:
    found = desk(blinded=True)
    look(found)
    found.change_matching(caliper=0.5)
    look(found)
    lock_plan(found)
    assert found.state().after is None
    show_outcomes(found)
    look(found)
    state = found.state()
    assert state.after is not None
    assert state.settings is not None
    assert state.settings.gate.plan == plan_digest(state.settings)
    said = " ".join(ledger_sentences(ledger_of(found), state.settings))
    assert said.startswith("Second specification examined. Plan ")
    assert "locked before outcomes were seen; this specification is that plan" in said
    first, second = found.record.ledger.entries
    assert (first.effects, second.outcomes_visible) == ((), False)
    comparison = state.after.survival[0].comparison
    assert comparison is not None
    assert comparison.cox is not None
    assert second.effects[0].estimate == comparison.cox.hazard_ratio


def test_a_departed_plan_cannot_be_shown_and_undo_brings_no_unlocked_plan_back() -> None:
    found = desk(blinded=True)
    look(found)
    lock_plan(found)
    found.change_matching(caliper=0.05)
    show_outcomes(found)
    assert found.state().is_covered
    unlock_plan(found)
    found.undo()
    assert (found.record.sight, found.form.gate.plan) == ("covered", None)


def test_a_plan_that_a_study_file_brings_is_named_as_such() -> None:
    found = desk()
    found.set_gate(plan="0" * 64)
    look(found)
    state = found.state()
    assert state.settings is not None
    assert ledger_sentences(ledger_of(found), state.settings)[1] == (
        "Plan 000000000000 named by the file; this specification departs from it."
    )


@pytest.mark.parametrize("blinded", [True, False])
def test_the_gate_and_the_design_are_the_same_covered_or_not(blinded: bool) -> None:
    found, other = desk(blinded=blinded), desk()
    look(found)
    state, plain = found.state(), other.state()
    assert state.gate is not None
    assert plain.gate is not None
    assert state.gate.to_table().equals(plain.gate.to_table())
    assert state.design is not None
    assert plain.design is not None
    assert (state.design.weights == plain.design.weights).all()
    assert state.patients is not None
    assert bool(state.patients.endpoints) is not blinded


def test_a_restored_ledger_comes_first_is_numbered_on_and_opens_nothing_that_it_had_covered() -> None:
    earlier, later = desk(blinded=True), desk(blinded=True)
    for found, calipers in ((earlier, (0.2, 0.5)), (later, (0.05, 0.2))):
        for caliper in calipers:
            found.change_matching(caliper=caliper)
            look(found)
    old, own = earlier.record.ledger.entries, later.record.ledger.entries
    later.record.restore(earlier.record.ledger, lambda _: earlier.form)
    expected = [old[0].digest, old[1].digest, own[0].digest]
    assert [entry.digest for entry in later.record.ledger.entries] == expected
    assert [entry.number for entry in later.record.ledger.entries] == [1, 2, 3]
    assert later.record.form(old[1].digest) is earlier.form
    assert later.record.covers(blinded=True)

    earlier.record.open_early()
    later.record.restore(earlier.record.ledger, lambda _: earlier.form)
    assert later.record.ledger.opened == "early"
    assert not later.record.covers(blinded=True)


def test_nothing_is_computed_before_the_first_page_of_a_blinded_study() -> None:
    assert desk(blinded=True).state().is_covered
    assert not desk().state().is_covered


def test_what_was_shown_after_a_lock_can_be_neither_unlocked_nor_locked_anew() -> None:
    found = desk(blinded=True)
    look(found)
    lock_plan(found)
    plan = found.record.ledger.lock
    found.record.open_early()
    assert found.record.sight == "locked"
    show_outcomes(found)
    look(found)
    found.change_matching(caliper=0.05)
    lock_plan(found)
    unlock_plan(found)
    found.record.open_early()
    assert found.record.ledger.lock is plan
    assert (found.record.sight, found.record.ledger.opened) == ("open", "after lock")


def test_neither_a_change_nor_another_upload_says_that_a_locked_study_is_not_blinded() -> None:
    found = desk(blinded=True)
    look(found)
    found.change(replace(found.form, gate=found.form.gate.model_copy(update={"blinded": False})))
    assert found.form.gate.blinded
    lock_plan(found)
    again = desk()
    again.take_record(found.record)
    assert again.form.gate.blinded
    assert again.is_covered
