"""How good the design is: its checks, the balance of every term, and who was selected."""

from collections.abc import Iterator
from functools import partial

from analysis.manuscript.tables.draft import Form, Json, TableDraft, percent
from analysis.manuscript.tables.numbers import format_plain, format_value, significant_decimals, table_ratio
from analysis.manuscript.tables.source import ARMS, WHEN, TableSource
from analysis.manuscript.tables.table import Column, ManuscriptTable
from charts.style import NOT_ESTIMATED, format_smd

_SHARES = ("overlap", "kept", "weight share")


def gate_tables(source: TableSource) -> Iterator[ManuscriptTable]:
    """What the design should show and what it shows, and the C-statistic; none where no check is made."""
    document = source.document
    if not document["gate"]["checks"]:
        return
    draft = source.draft()
    for check in document["gate"]["checks"]:
        name = draft.say(f"gate.{check['name']}", design=draft.say(f"design.{source.kind}"))
        where = draft.say("both arms") if check["where"] == "both arms" else check["where"] or ""
        limit = draft.say(f"gate.{check['relation']}", value=_limit(check["name"], check["threshold"]))
        value = draft.shown(check["value"], partial(_check_value, check["name"]))
        verdict = check["verdict"]
        told = draft.say(f"gate.{verdict}") if isinstance(verdict, str) else draft.say("hidden")
        draft.row(name, str(where), value, limit, told)
    statistic = document["propensity"]["c_statistic"]
    if statistic is not None:
        draft.row(draft.say("gate.c"), "", draft.shown(statistic, table_ratio), "", "")
    draft.remark(draft.say("gate.note"))
    shown = source.imputed(draft, "shown")
    if shown is not None:
        draft.remark(shown)
    names = ("head", "where", "value", "threshold", "verdict")
    heads = [
        Column(head=draft.say(f"gate.{name}"), align="left" if name in ("head", "where") else "center")
        for name in names
    ]
    yield draft.finish(name="diagnostics", title=draft.say("gate.title"), columns=heads)


def _check_value(name: str, value: float | None) -> str:
    if value is None:
        return NOT_ESTIMATED
    if name in _SHARES:
        return percent(value)
    if name == "events":
        return format_value(value, 0)
    if name == "effective size":
        return format_value(value, 1)
    return format_value(value, max(2, significant_decimals(value))) if name == "smd" else table_ratio(value)


def _limit(name: str, threshold: float) -> str:
    return format_plain(100 * threshold if name in _SHARES else threshold)


def balance_tables(source: TableSource) -> Iterator[ManuscriptTable]:
    """SMD, variance ratio and KS of every term before and after the design."""
    draft, document = source.draft(), source.document
    rows = [*document["balance"], *(document["balance_other"] or [])]
    for row in rows:
        draft.row(str(row["term"]), *[cell for when in WHEN for cell in _balance_cells(draft, row, when)])
    summary = document["balance_summary"]
    for key, name in (("largest_smd", "balance.largest"), ("chance_smd", "balance.chance")):
        cells = [cell for when in WHEN for cell in (draft.shown(summary[f"{key}_{when}"], format_smd), "", "")]
        draft.row(draft.say(name), *cells)
    draft.remark(draft.say("balance.note", **source.labels))
    shown = source.imputed(draft, "shown")
    if shown is not None:
        draft.remark(shown)
    heads = [Column(head=draft.say("balance.head"), align="left")]
    for when in WHEN:
        keys = ("baseline.smd", "balance.variance_ratio", "balance.ks")
        heads += [Column(head=draft.say(key), group=source.group(draft, when)) for key in keys]
    yield draft.finish(name="balance", title=source.title(draft, "balance"), columns=heads)


def _balance_cells(draft: TableDraft, row: Json, when: str) -> tuple[str, str, str]:
    forms: tuple[tuple[str, Form], ...] = (("smd", format_smd), ("variance_ratio", table_ratio), ("ks", format_smd))
    first, second, third = (
        "" if name == "variance_ratio" and row["kind"] == "binary" else draft.shown(row[f"{name}_{when}"], form)
        for name, form in forms
    )
    return first, second, third


def selection_tables(source: TableSource) -> Iterator[ManuscriptTable]:
    """Patients of each arm at every step, and why the design left out those it did."""
    draft, document = source.draft(), source.document
    others = any(step["other"] != 0 for step in document["flow"])
    for step in document["flow"]:
        cells = [draft.count(step[arm]) for arm in ARMS]
        cells += ([draft.count(step["other"])] if step["kind"] in ("read", "eligibility") else [""]) if others else []
        draft.row(_step(draft, step), *cells)
    reasons = document["design"]["left_out"]
    names = list(dict.fromkeys(reason for arm in ARMS for reason in reasons[arm]))
    if names:
        draft.heading(draft.say(f"left_out.reasons.{source.kind}"), 3 + others)
    for name in names:
        cells = [draft.count(reasons[arm].get(name, 0)) for arm in ARMS]
        draft.row(draft.words.known("reason", name), *cells, *([""] if others else []), level=1)
    shown = source.imputed(draft, "shown")
    if shown is not None:
        draft.remark(shown)
    heads = [Column(head=draft.say("left_out.head"), align="left"), *(Column(head=source.labels[arm]) for arm in ARMS)]
    heads += [Column(head=draft.say("left_out.other"))] if others else []
    yield draft.finish(name="selection", title=draft.say("left_out.title"), columns=heads)


def _step(draft: TableDraft, step: Json) -> str:
    if step["kind"] == "eligibility":
        return draft.say("left_out.eligibility", rule=step["step"])
    key = "imputed" if step["step"] == "covariates imputed" else step["kind"]
    return draft.say(f"left_out.{key}")
