"""What the ledger says of a specification is true of it."""

from dataclasses import replace

import pytest

from analysis.plan import SHORT, plan_digest
from analysis.settings import GateSettings
from analysis.study.ledger import Ledger, LedgerEntry, PlanLock, ledger_entry, ledger_of_run, ledger_sentences
from tests.analysis.study.cases import study
from tests.analysis.study.outcome_cases import outcome_result


def entry(number: int, caliper: float, *, visible: bool = False) -> LedgerEntry:
    settings = study(matching={"caliper": caliper})
    return LedgerEntry(
        number=number, time="2024-01-31T10:00:00+00:00", digest=plan_digest(settings), settings=settings, design="pairs",
        n_sets=9, n_treated=9, n_control=9, effective_treated=9.0, effective_control=9.0, largest_smd=0.1,
        outcomes_visible=visible,
    )  # fmt: skip


THREE = tuple(entry(number, number / 10) for number in (1, 2, 3))
PLAN = THREE[2].digest


def test_the_sentences_of_a_plan_kept() -> None:
    ledger = Ledger(entries=THREE, lock=PlanLock(digest=PLAN, time="then", outcomes_seen=False), opened="after lock")
    assert ledger_sentences(ledger, THREE[2].settings) == (
        "Third specification examined.",
        f"Plan {PLAN[:SHORT]} locked before outcomes were seen; this specification is that plan.",
        "Outcomes were covered until the plan was locked.",
    )


def test_the_sentences_of_a_plan_left() -> None:
    ledger = Ledger(entries=THREE, lock=PlanLock(digest=PLAN, time="then", outcomes_seen=True), opened="early")
    assert ledger_sentences(ledger, THREE[0].settings) == (
        "First specification examined of 3.",
        f"Plan {PLAN[:SHORT]} locked after outcomes were seen; this specification departs from it.",
        "Outcomes were opened early, before a plan was locked.",
    )


def test_the_sentences_without_a_plan() -> None:
    ledger = Ledger(entries=THREE[:1])
    unseen = THREE[1].settings
    assert ledger_sentences(ledger, unseen) == (
        f"Specification {plan_digest(unseen)[:SHORT]}, not yet examined.",
        "No plan was locked.",
        "Outcomes have not been seen.",
    )


@pytest.mark.parametrize(
    ("number", "word"), [(10, "Tenth"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"), (112, "112th")]
)
def test_a_long_ledger_counts_in_figures(number: int, word: str) -> None:
    entries = tuple(entry(place, place / 1000) for place in range(1, number + 1))
    assert ledger_sentences(Ledger(entries=entries), entries[-1].settings)[0] == f"{word} specification examined."


def test_a_run_has_one_entry_without_a_time_and_does_not_claim_more() -> None:
    result = outcome_result()
    ledger = ledger_of_run(result)
    assert [(one.number, one.time, one.outcomes_visible) for one in ledger.entries] == [(1, None, True)]
    digest = plan_digest(result.settings)
    said = "Run from a study file; what was seen before it cannot be told."
    assert ledger_sentences(ledger, result.settings) == (
        f"Specification {digest[:SHORT]}.",
        "No plan was locked.",
        said,
    )
    for plan, words in ((digest, "is that plan"), ("0" * 64, "departs from it")):
        named = replace(result, settings=result.settings.model_copy(update={"gate": GateSettings(plan=plan)}))
        told = ledger_sentences(ledger_of_run(named), named.settings)[1]
        assert told == f"Plan {plan[:SHORT]} named by the file; this specification {words}."


def test_effects_are_those_of_the_run_and_none_while_outcomes_are_covered() -> None:
    result = outcome_result()
    parts = (result.settings, result.patients, result.design, result.balance)
    comparison = result.after.survival[1].comparison
    assert comparison is not None
    assert comparison.cox is not None
    effects = ledger_entry(*parts, result.after).effects
    assert [(one.endpoint, one.measure) for one in effects] == [
        *(("TTP", "hazard_ratio"), ("OS", "hazard_ratio"), ("RECIST", "risk_difference"))
    ]
    assert effects[1].estimate == comparison.cox.hazard_ratio
    covered = ledger_entry(*parts, None)
    assert covered.effects == ()
    assert not covered.outcomes_visible


def test_the_table_marks_the_plan_and_limits_stand_in_order() -> None:
    table = Ledger(entries=THREE, lock=PlanLock(digest=PLAN, time="then", outcomes_seen=False)).to_table()
    assert table["is_plan"].tolist() == [False, False, True]
    result = outcome_result()
    effects = ledger_entry(result.settings, result.patients, result.design, result.balance, result.after).effects
    for one in effects:
        assert one.ci_lower is not None
        assert one.ci_upper is not None
        assert one.ci_lower < one.ci_upper
