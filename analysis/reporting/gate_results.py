"""The balance gate and the ledger in files."""

from typing import Any

import pandas as pd

from analysis.plan import plan_digest
from analysis.reporting.suppression import is_active
from analysis.settings import StudySettings
from analysis.study import StudyResult
from analysis.study.gate import OF_COUNTS, BalanceGate, balance_gate, check_words, gate_sentence
from analysis.study.ledger import Ledger, LedgerEntry, ledger_of_run, ledger_sentences

Json = dict[str, Any]


def result_gate(result: StudyResult) -> BalanceGate:
    """The gate of one run."""
    return balance_gate(result.patients, result.propensity, result.design, result.balance, result.settings.gate)


def gate_document(result: StudyResult) -> Json:
    """The gate as plain values.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    dict
        ``passed``, the ``sentence``, and the ``checks`` with their ``reason``.
    """
    gate = result_gate(result)
    return {
        "passed": not gate.attention,
        "sentence": gate_sentence(gate),
        "checks": [
            {
                "name": check.name,
                "what": check.what,
                "where": check.where,
                "value": check.value,
                "relation": check.relation,
                "threshold": check.threshold,
                "verdict": check.verdict,
                "reason": check.reason,
                "sentence": check_words(check),
            }
            for check in gate.checks
        ],
    }


def ledger_document(result: StudyResult, ledger: Ledger | None = None) -> Json:
    """The ledger as plain values.

    Parameters
    ----------
    result : StudyResult
        The run that the file is of.
    ledger : Ledger, optional
        Of the session; that of the run alone when absent.

    Returns
    -------
    dict
        The run's own ``settings_sha256``, the ``sentences`` of what is true of it, ``outcomes``, the ``plan`` and the
        ``entries``.
    """
    found = ledger or ledger_of_run(result)
    lock = found.lock
    return {
        "settings_sha256": plan_digest(result.settings),
        "sentences": list(ledger_sentences(found, result.settings)),
        "outcomes": {"opened": found.opened, "time": found.opened_time},
        "plan": None
        if lock is None
        else {"settings_sha256": lock.digest, "time": lock.time, "outcomes_seen": lock.outcomes_seen},
        "entries": [_entry(entry, found) for entry in found.entries],
    }


def _entry(entry: LedgerEntry, ledger: Ledger) -> Json:
    return {
        "number": entry.number,
        "time": entry.time,
        "settings_sha256": entry.digest,
        "design": entry.design,
        "n_sets": entry.n_sets,
        "n_treated": entry.n_treated,
        "n_control": entry.n_control,
        "effective_sample_size": {"treated": entry.effective_treated, "control": entry.effective_control},
        "largest_smd": entry.largest_smd,
        "outcomes_visible": entry.outcomes_visible,
        "is_plan": None if ledger.lock is None else ledger.lock.digest == entry.digest,
        "effects": [
            {
                "outcome": effect.endpoint,
                "measure": effect.measure,
                "estimate": effect.estimate,
                "ci_lower": effect.ci_lower,
                "ci_upper": effect.ci_upper,
            }
            for effect in entry.effects
        ],
    }


def suppress_gate(gate: Json) -> None:
    """Hide what gives patients' numbers away: counts, and what is said of them."""
    for check in gate["checks"]:
        if check["name"] in OF_COUNTS:
            check["value"] = check["sentence"] = None
    gate["sentence"] = None


def suppress_ledger(ledger: Json) -> None:
    """Hide every number of patients and every effect: two specifications of nearly the same patients tell them apart."""
    for entry in ledger["entries"]:
        for key in ("n_sets", "n_treated", "n_control", "effective_sample_size"):
            entry[key] = None
        entry["effects"] = []


def gate_tables(result: StudyResult, ledger: Ledger | None = None) -> dict[str, pd.DataFrame]:
    """The tables ``gate`` and ``ledger``, nothing in them that small counts would forbid.

    Parameters
    ----------
    result : StudyResult
        One run.
    ledger : Ledger, optional
        Of the session; that of the run alone when absent.
    """
    checks, found = result_gate(result).to_table(), (ledger or ledger_of_run(result)).to_table()
    if is_active(result.settings.exports.suppress_below):
        checks["value"] = checks["value"].where(~checks["name"].isin(OF_COUNTS))
        hidden = ["n_sets", "n_treated", "n_control", "effective_treated", "effective_control"]
        found[hidden] = None
    return {"gate": checks, "ledger": found}


def gate_lines(result: StudyResult, ledger: Ledger | None = None) -> list[str]:
    """The gate and what is true of the run, as lines of a terminal."""
    return [
        gate_sentence(result_gate(result)),
        " ".join(ledger_sentences(ledger or ledger_of_run(result), result.settings)),
    ]


def provenance(ledger: Ledger, settings: StudySettings) -> str:
    """What is true of a specification, in one line for every file."""
    return " ".join(ledger_sentences(ledger, settings))
