"""Cox tables, subgroups and the board of endpoints with small counts hidden."""

from collections.abc import Collection, Iterable
from typing import Any

from analysis.reporting.suppression import hidden_events, is_small, suppress_sentence

Json = dict[str, Any]

Hidden = Collection[tuple[str, str]]
"""Endpoint and population."""

_ARMS = ("treated", "control")


def suppress_models(document: Json, hidden: Hidden, below: int) -> None:
    """Hide what would tell a small count in the tables of models.

    Parameters
    ----------
    document : dict
        With ``cox_tables``, ``subgroups`` and ``endpoint_board``; changed in place.
    hidden : collection of (str, str)
        Endpoint and population of which the numbers of responders or the estimates are hidden elsewhere.
    below : int
        The limit. What is told of the arms hides with them: the whole table of a population goes where an arm has few
        patients, few events, or few without. A covariate or a column of subgroups goes whole where one of its levels
        has, as levels sum to known totals.
    """
    for table in document["cox_tables"]:
        for when in ("before", "after"):
            _suppress_cox(table[when], (table["outcome"], when) in hidden, below)
    for endpoint in document["subgroups"]:
        for when in ("before", "after"):
            _suppress_subgroups(endpoint[when], (endpoint["outcome"], when) in hidden, below)
    for when in ("before", "after"):
        _suppress_board(document["endpoint_board"]["endpoints"], when, hidden, below)


def _suppress_board(endpoints: list[Json], when: str, hidden: Hidden, below: int) -> None:
    """An endpoint goes with its small counts, and an adjusted p-value that is that of a hidden one with it."""
    shown, told = [], set()
    for endpoint in endpoints:
        found = endpoint[when]
        if found is None:
            continue
        if (endpoint["outcome"], when) in hidden or _few(found, below):
            told.add(found["adjusted_p_value"])
            _hide(found, found)
        else:
            shown.append(found)
    for found in shown:
        if found["adjusted_p_value"] in told - {1.0}:
            found["adjusted_p_value"] = None


def _suppress_notes(view: Json, below: int) -> None:
    view["notes"] = [note | {"text": suppress_sentence(note["text"], below)} for note in view["notes"]]


def _suppress_cox(view: Json, hidden: bool, below: int) -> None:
    _suppress_notes(view, below)
    model = view["model"]
    if model is None:
        return
    arms = model["variables"][0]["levels"]
    if hidden or any(hidden_events(row["n"], row["events"], below) for row in arms):
        view["model"] = None
        return
    for variable in model["variables"]:
        if any(hidden_events(row["n"], row["events"], below) for row in variable["levels"]):
            _hide(variable, ("univariable", "multivariable", "proportional_hazards"))
            for row in variable["levels"]:
                _hide(row, ("n", "events", "univariable", "multivariable"))


def _suppress_subgroups(view: Json, hidden: bool, below: int) -> None:
    _suppress_notes(view, below)
    overall = view["overall"]
    whole = hidden or (overall is not None and _few(overall, below))
    if whole:
        view["overall"] = None
    for column in view["columns"]:
        column["reason"] = None if column["reason"] is None else suppress_sentence(column["reason"], below)
        rows = [*column["levels"], *_without_level(overall, column["levels"])]
        small = is_small(column["missing"], below) or any(_few(row, below) for row in rows)
        if whole or small:
            _hide(column, ("missing", "interaction"))
            for level in column["levels"]:
                _hide(level, (key for key in level if key != "level"))


def _without_level(overall: Json | None, levels: list[Json]) -> list[Json]:
    """The patients without a value of the column, who follow from all patients and those of the levels."""
    if overall is None or not levels:
        return []
    counts = (f"{what}_{arm}" for what in ("n", "events") for arm in _ARMS)
    return [{name: overall[name] - sum(level[name] for level in levels) for name in counts}]


def _few(row: Json, below: int) -> bool:
    return any(hidden_events(row[f"n_{arm}"], row[f"events_{arm}"], below) for arm in _ARMS)


def _hide(row: Json, keys: Iterable[str]) -> None:
    for key in tuple(keys):
        row[key] = None
