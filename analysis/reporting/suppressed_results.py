"""The results file with small counts hidden: null where a count, or what would give it away, is left out."""

from collections.abc import Iterable
from typing import Any

from analysis.reporting.gate_results import suppress_gate, suppress_ledger
from analysis.reporting.pooled_results import suppress_pooled_effects
from analysis.reporting.robustness_results import suppress_robustness
from analysis.reporting.suppressed_design import suppress_centres, suppress_design
from analysis.reporting.suppressed_models import suppress_models
from analysis.reporting.suppressed_response import suppress_response
from analysis.reporting.suppressed_sensitivity import suppress_sensitivity
from analysis.reporting.suppression import (
    NOT_GIVEN,
    hidden_events,
    hidden_milestones,
    hidden_responses,
    is_active,
    is_small,
    suppress_sentence,
)

Json = dict[str, Any]

_OF_TWO_ARMS = ("log_rank", "log_rank_stratified", "log_rank_robust", "cox", "cox_stratified", "rmst")


def suppress_results(document: Json, below: int) -> Json:
    """Hide small counts in a results document.

    Parameters
    ----------
    document : dict
        As `results_document` gives it; changed in place.
    below : int
        Counts from 1 to ``below`` − 1 are hidden. Nothing is done for 0 and 1.

    Returns
    -------
    dict
        The document, with ``suppressed_below``, without the matched sets.
    """
    if not is_active(below):
        return document
    document["suppressed_below"] = below
    sizes = {
        f"{arm}_{when}": _analysed(document, arm, when)
        for arm in ("treated", "control")
        for when in ("before", "after")
    }
    suppress_design(document, below)
    suppress_gate(document["gate"])
    suppress_ledger(document["ledger"])
    document["notes"] = [_suppress_note(note, document["design"]["support"], below) for note in document["notes"]]
    gone = _suppress_endpoints(document, below)
    hidden = {(name, when) for name, when, what in gone if what != "disease_control"}
    suppress_models(document, hidden, below)
    suppress_sensitivity(document, hidden, below)
    suppress_response(document, below, {(name, when) for name, when, what in gone if what == "objective_response"})
    suppress_robustness(document, gone, below)
    suppress_balance(document["balance"], sizes, below)
    if document["balance_other"] is not None:
        suppress_balance(document["balance_other"], sizes, below)
    if document["centres"] is not None:
        suppress_centres(document["centres"], below)
    if document.get("imputation") is not None:
        _suppress_imputation(document["imputation"], gone, below)
        suppress_pooled_effects(document)
    return document


def _suppress_note(note: Json, support: Json | None, below: int) -> Json:
    """A note without a small number, and without the patients outside the support where they are hidden."""
    told = support is None or note["code"] != "outside_support" or None not in support.values()
    return note | {"text": suppress_sentence(note["text"], below) if told else NOT_GIVEN.format(below)}


def _analysed(document: Json, arm: str, when: str) -> int:
    flow = document["flow"]
    before = -3 if flow[-2]["kind"] == "support" else -2
    return flow[-1 if when == "after" else before][arm] or 0


Gone = set[tuple[str, str, str]]
"""Endpoint, population and what of it is hidden: ``survival``, or a rate."""


def _suppress_endpoints(document: Json, below: int) -> Gone:
    gone: Gone = set()
    for endpoint in document["survival"]:
        for when in ("before", "after"):
            if endpoint[when] is not None and _suppress_survival(endpoint[when], below):
                gone.add((endpoint["outcome"], when, "survival"))
    for endpoint in document["response"]:
        for when in ("before", "after"):
            if endpoint[when] is not None:
                gone |= {(endpoint["outcome"], when, rate) for rate in _suppress_response(endpoint[when], below)}
    return gone


def _suppress_survival(view: Json, below: int) -> bool:
    """Hide an endpoint's small counts; True when its estimates are hidden too."""
    few = False
    for arm in view["arms"].values():
        n, events = arm["n"], arm["events"]
        counts = [(at["at_risk"], at["events"], at["censored"]) for at in arm["at"]]
        keys = (
            "survival",
            "ci_lower",
            "ci_upper",
            "at_risk",
            "events",
            "censored",
            "effective_at_risk",
            "past_follow_up",
        )
        _hide_rows(arm["at"], hidden_milestones(counts, n, events, below), keys)
        if is_small(events, below) or is_small(n, below):
            few = True
            _hide_keys(arm, ("median", "median_ci_lower", "median_ci_upper"))
        if hidden_events(n, events, below):
            _hide_keys(arm, ("events",))
        if is_small(n, below):
            _hide_keys(arm, ("n", "effective_n"))
    if few:  # the standard error of a hazard ratio is nearly that of the events
        _hide_keys(view, (*_OF_TWO_ARMS, "schoenfeld_p_value"))
    return few


def _suppress_response(view: Json, below: int) -> set[str]:
    """Hide an endpoint's small counts; the rates that are hidden with them."""
    gone: set[str] = set()
    for arm in view["arms"].values():
        rates = {name: arm[name]["count"] for name in ("objective_response", "disease_control") if arm[name]}
        hidden = hidden_responses(arm["categories"], rates, arm["n"], below)
        gone |= hidden & rates.keys()
        if arm["categories"]:
            arm["categories"] = {key: None if key in hidden else count for key, count in arm["categories"].items()}
        for name in hidden & rates.keys():
            _hide_keys(arm[name], ("count", "rate", "ci_lower", "ci_upper"))
        if is_small(arm["n"], below):
            _hide_keys(arm, ("n", "effective_sample_size"))
    for name in gone:
        view[name] = None
    return gone


def _suppress_imputation(imputation: Json, gone: Gone, below: int) -> None:
    """What the imputed sets give together goes where what one of them gives is hidden."""
    for column in imputation["columns"]:
        _hide_keys(column, ["missing"] if is_small(column["missing"], below) else [])
    for one in imputation["sets"]:
        _hide_keys(one, [key for key in ("n_sets", "n_treated", "n_control") if is_small(one[key], below)])
    for when, pooled in imputation["pooled"].items():
        for item in pooled["survival"]:
            if (item["outcome"], when, "survival") in gone:
                _hide_keys(item, [key for key in item if key not in ("outcome", "rmst_horizon")])
        for item in pooled["response"]:
            _hide_keys(item, [rate for rate in item if (item["outcome"], when, rate) in gone])


def suppress_balance(rows: list[Json], sizes: dict[str, int], below: int) -> list[Json]:
    """Hide what would tell how few patients of an arm have a level.

    Parameters
    ----------
    rows : list of dict
        One for each term, as in the balance table; changed in place.
    sizes : dict
        Patients in ``treated_before``, ``control_before``, ``treated_after`` and ``control_after``.
    below : int
        The limit.

    Returns
    -------
    list of dict
        The rows. Where a level is hidden, so is the next smallest of its category, as proportions sum to one.
    """
    for when in ("before", "after"):
        hidden: dict[str, list[int]] = {}
        for place, row in enumerate(rows):
            if row["kind"] == "binary" and any(
                _is_rare(row, arm, when, sizes, below) for arm in ("treated", "control")
            ):
                hidden.setdefault(row["covariate"], []).append(place)
        for covariate, places in hidden.items():
            levels = [place for place, row in enumerate(rows) if row["covariate"] == covariate]
            rest = sorted(
                (place for place in levels if place not in places), key=lambda place: _rarest(rows[place], when)
            )
            for place in (*places, *(rest[:1] if len(places) == 1 else ())):
                _hide_keys(rows[place], [key for key in rows[place] if key.endswith(f"_{when}")])
    for row in rows:
        _hide_keys(row, [key for key in ("n_missing",) if is_small(row.get(key), below)])
    return rows


def _is_rare(row: Json, arm: str, when: str, sizes: dict[str, int], below: int) -> bool:
    # Of whom no value is known is told for both arms together: at worst they are all of this one.
    n = max(sizes[f"{arm}_{when}"] - (row.get("n_missing") or 0), 0)
    share = row[f"mean_{arm}_{when}"]
    if share is None:
        return False
    count = round(share * n) if 0 < share < 1 else 0
    # A level with a weight above nought has at least one patient, however little he weighs.
    return is_small(max(count, 1) if 0 < share < 1 else 0, below) or is_small(n - count if 0 < share < 1 else 0, below)


def _rarest(row: Json, when: str) -> float:
    return min(row[f"mean_treated_{when}"] or 0.0, row[f"mean_control_{when}"] or 0.0)


def _hide_rows(rows: list[Json], hidden: Iterable[bool], keys: Iterable[str]) -> None:
    keys = tuple(keys)
    for row, hide in zip(rows, hidden, strict=True):
        if hide:
            _hide_keys(row, [key for key in keys if key in row])


def _hide_keys(row: Json, keys: Iterable[str]) -> None:
    for key in keys:
        row[key] = None
