"""The tables of a study with small counts hidden: "<k" for a count, blank for what would give it away."""

from typing import Any

import pandas as pd

from analysis.reporting.suppressed_results import suppress_balance
from analysis.reporting.suppression import (
    CATEGORIES,
    RATES,
    hidden_events,
    hidden_milestones,
    hidden_responses,
    hidden_steps,
    is_active,
    is_small,
)

OF_SINGLE_PATIENTS = ("patients", "sets", "curves", "specifications", "bootstrap")
"""Tables with a row for each patient, set, distinct time, specification or replicate: left out whole."""

SUPPORT_STEP = "within the common support"

HIDDEN = "hidden"
"""What stands for a count that is not small itself, but would give a small one away."""

_OF_TWO_ARMS = ("hazard_ratio", "log_rank", "schoenfeld", "rmst_treated", "rmst_control", "rmst_difference")


def suppress_tables(tables: dict[str, pd.DataFrame], below: int) -> dict[str, pd.DataFrame]:
    """Hide small counts in the tables of a study.

    Parameters
    ----------
    tables : dict of str to DataFrame
        As the command line writes them, by name.
    below : int
        Counts from 1 to ``below`` − 1 are hidden. Nothing is done for 0 and 1.

    Returns
    -------
    dict of str to DataFrame
        Without the tables of single patients.
    """
    if not is_active(below):
        return tables
    kept = {name: table for name, table in tables.items() if name not in OF_SINGLE_PATIENTS}
    flow, survival = kept["flow"], kept.get("survival")
    analysed = -3 if _has_support(flow) else -2
    sizes = {
        f"{arm}_{when}": int(flow[arm].iloc[-1 if when == "after" else analysed])
        for arm in ("treated", "control")
        for when in ("before", "after")
    }
    kept["flow"] = suppress_flow(flow, below)
    for name in ("balance", "balance_other"):
        if name in kept:
            kept[name] = suppress_balance_table(kept[name], sizes, below)
    gone: set[tuple[str, str, str]] = set()
    if survival is not None:
        gone |= _endpoints_of_few_events(survival, below)
        kept["at_risk"] = _at_risk(kept["at_risk"], survival, below)
        kept["survival"] = _survival(survival, below)
    if "response" in kept:
        gone |= _hidden_rates(kept["response"], below)
        kept["response"] = suppress_response(kept["response"], below)
    if "response_contrasts" in kept:
        kept["response_contrasts"] = _without(kept["response_contrasts"], kept["response_contrasts"]["rate"], gone)
    if "pooled" in kept:
        kept["pooled"] = _without(kept["pooled"], kept["pooled"]["measure"].map(_subject), gone)
    return kept


def suppress_flow(table: pd.DataFrame, below: int) -> pd.DataFrame:
    """The flow of patients, as `flow_table` gives it, with small steps hidden."""
    support, table = _has_support(table), table.astype(object)
    for arm in ("treated", "control", "other"):
        counts = [int(count) for count in table[arm]]
        hidden = hidden_steps(counts, below, support=support)
        table[arm] = [_shown(count, hide, below) for count, hide in zip(counts, hidden, strict=True)]
    return table


def _has_support(flow: pd.DataFrame) -> bool:
    return bool(flow["step"].iloc[-2] == SUPPORT_STEP)


def suppress_balance_table(table: pd.DataFrame, sizes: dict[str, int], below: int) -> pd.DataFrame:
    """The balance table with the rows of rare levels blank."""
    rows = [{str(key): None if pd.isna(value) else value for key, value in row.items()} for row in _records(table)]
    return _like(pd.DataFrame(suppress_balance(rows, sizes, below), columns=table.columns), table)


def suppress_response(table: pd.DataFrame, below: int) -> pd.DataFrame:
    """Best responses and rates, as `response_table` gives them, with small counts hidden."""
    rows = _records(table)
    for row in rows:
        counts, rates = _counts_of(row)
        hidden = hidden_responses(counts, rates, int(row["n"]), below)
        for name in hidden:
            key = f"{name}_count" if name in RATES else name
            row[key] = _shown(int(row[key]), True, below)
            beside = (
                [f"{name}_{part}" for part in ("rate", "ci_lower", "ci_upper")] if name in RATES else [f"{name}_share"]
            )
            row |= dict.fromkeys(beside)
        if is_small(int(row["n"]), below):
            row |= {"n": f"<{below}", "effective_n": None}
    return _from(rows, table)


def _counts_of(row: dict[str, Any]) -> tuple[dict[str, int] | None, dict[str, int]]:
    known = all(not pd.isna(row[category]) for category in CATEGORIES)
    counts = {category: int(row[category]) for category in CATEGORIES} if known else None
    return counts, {name: int(row[f"{name}_count"]) for name in RATES if not pd.isna(row[f"{name}_count"])}


def _hidden_rates(table: pd.DataFrame, below: int) -> set[tuple[str, str, str]]:
    """Endpoint, population and rate wherever the rate of an arm is hidden."""
    found = set()
    for row in _records(table):
        counts, rates = _counts_of(row)
        hidden = hidden_responses(counts, rates, int(row["n"]), below)
        found |= {(row["outcome"], row["population"], name) for name in hidden & rates.keys()}
    return found


def _endpoints_of_few_events(table: pd.DataFrame, below: int) -> set[tuple[str, str, str]]:
    """Endpoint and population wherever an arm has few events."""
    return {
        (row["outcome"], row["population"], "survival")
        for row in _records(table)
        if any(
            not pd.isna(row[key]) and is_small(int(row[key]), below)
            for key in ("n_treated", "n_control", "events_treated", "events_control")
        )
    }


def _subject(measure: str) -> str:
    """What a pooled measure is of: a rate, or survival."""
    return next((rate for rate in RATES if measure.startswith(rate)), "survival")


def _without(table: pd.DataFrame, subjects: pd.Series, gone: set[tuple[str, str, str]]) -> pd.DataFrame:
    """The rows that are not about something hidden."""
    rows = zip(table["outcome"], table["population"], subjects, strict=True)
    return table[[row not in gone for row in rows]].reset_index(drop=True)


def _survival(table: pd.DataFrame, below: int) -> pd.DataFrame:
    rows = _records(table)
    for row in rows:
        few = False
        for arm in ("treated", "control"):
            if pd.isna(row[f"n_{arm}"]):
                continue
            n, events = int(row[f"n_{arm}"]), int(row[f"events_{arm}"])
            row[f"events_{arm}"] = _shown(events, hidden_events(n, events, below), below)
            row[f"n_{arm}"] = _shown(n, is_small(n, below), below)
            if is_small(n, below):
                row[f"effective_n_{arm}"] = None
            if is_small(events, below) or is_small(n, below):
                few = True
                row |= {key: None for key in row if key.startswith("median") and key.endswith(arm)}
        if few:
            row |= {key: None for key in row if key.startswith(_OF_TWO_ARMS)}
    return _from(rows, table)


def _at_risk(table: pd.DataFrame, survival: pd.DataFrame, below: int) -> pd.DataFrame:
    totals = {(row["outcome"], row["population"]): row for row in _records(survival)}
    parts = []
    for (outcome, population), group in table.groupby(["outcome", "population"], sort=False):
        for arm, (_, rows) in zip(("treated", "control"), group.groupby("arm", sort=False), strict=True):
            total = totals[(outcome, population)]
            n, events = int(total[f"n_{arm}"]), int(total[f"events_{arm}"])
            parts.append(_at_risk_of_arm(_records(rows), n, events, below))
    return _from([row for part in parts for row in part], table)


def _at_risk_of_arm(rows: list[dict[str, Any]], n: int, events: int, below: int) -> list[dict[str, Any]]:
    counts = [(int(row["at_risk"]), int(row["events"]), int(row["censored"])) for row in rows]
    for row, hide in zip(rows, hidden_milestones(counts, n, events, below), strict=True):
        if hide:
            row |= {name: _shown(int(row[name]), True, below) for name in ("at_risk", "events", "censored")}
            row |= dict.fromkeys(("survival", "ci_lower", "ci_upper", "effective_at_risk", "past_follow_up"))
    return rows


def _shown(count: int, hide: bool, below: int) -> int | str:
    if not hide:
        return count
    return f"<{below}" if is_small(count, below) else HIDDEN


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict(orient="records")]


def _from(rows: list[dict[str, Any]], like: pd.DataFrame) -> pd.DataFrame:
    return _like(pd.DataFrame(rows, columns=like.columns, dtype=object), like)


def _like(table: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Columns that still hold nothing but numbers are numbers again."""
    for column, dtype in like.dtypes.items():
        if not table[column].map(lambda value: isinstance(value, str)).any():
            table[column] = table[column].astype(dtype)
    return table
