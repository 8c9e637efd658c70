"""Small counts hidden in what is told of response beside its rates."""

from collections.abc import Collection
from typing import Any

from analysis.reporting.suppression import is_active, is_small, suppress_sentence

Json = dict[str, Any]

_OF_A_CROSS = ("n_agree", "table", "kappa", "weighted_kappa", "tests")


def suppress_response(document: Json, below: int, hidden: Collection[tuple[str, str]] = ()) -> Json:
    """Hide small counts of crossed criteria, responses over time and adverse events.

    Parameters
    ----------
    document : dict
        With the keys that `response_document` gives; changed in place.
    below : int
        Counts from 1 to ``below`` − 1 are hidden; nothing is done for 0 and 1.
    hidden : collection of (str, str)
        Endpoint and population of which the number of responders is hidden elsewhere.

    Returns
    -------
    dict
        The document. A cross-table goes whole, with that of the other arm and of both, where one cell is small: rows and
        columns would tell it. The size of a small arm goes, and with it that of both. Evaluable patients go too, as
        their number tells how many could not be evaluated.
    """
    if not is_active(below):
        return document
    for one in document["agreement"]:
        crosses = [one[arm] for arm in ("both", "treated", "control") if one[arm] is not None]
        if any(is_small(count, below) for cross in crosses for row in cross["table"] for count in row):
            for cross in crosses:
                cross.update(dict.fromkeys(_OF_A_CROSS))
        small = [arm for arm in ("treated", "control") if one[arm] is not None and is_small(one[arm]["n"], below)]
        for arm in (*small, *(("both",) if small and one["both"] is not None else ())):
            one[arm]["n"] = None
    for one in document["response_over_time"]:
        if one["reason"] is not None:
            one["reason"] = suppress_sentence(one["reason"], below)
            continue
        # Scans tell of the same patients as a response: responders who are hidden there are hidden here.
        told = any(when == one["population"] for _, when in hidden)
        for arm in ("treated", "control"):
            _suppress_times(one[arm], below, whole=told)
    for one in document["adverse_events"]:
        _suppress_terms(one["terms"], below)
        for row in (one, *one["terms"]):
            row.update(dict.fromkeys(key for key in ("n_treated", "n_control") if is_small(row[key], below)))
    document["response_evaluable"] = []
    return document


def _suppress_times(arm: Json, below: int, *, whole: bool) -> None:
    """An arm's times go with any count that is small, among all patients or among the responders."""
    parts = [arm[key] for key in ("n", "n_responders", "n_ended_without_response", "n_censored")]
    ended = arm["n_ended"]
    parts += [] if ended is None else [ended, arm["n_responders"] - ended]
    if whole or any(is_small(count, below) for count in parts):
        arm.update(dict.fromkeys(key for key in arm if key != "n" or is_small(arm["n"], below)))


def _suppress_terms(terms: list[Json], below: int) -> None:
    """A term goes in both arms and of every grade where a count, or what is left of the arm or of its events, is small."""
    small = {
        term["term"]
        for term in terms
        for arm in ("treated", "control")
        if any(is_small(count, below) for count in _parts(terms, term, arm))
    }
    told = {
        (term["lowest_grade"], term["adjusted_p_value"])
        for term in terms
        if term["term"] in small and term["adjusted_p_value"] not in (None, 1.0)
    }
    kept = ("term", "lowest_grade", "test", "n_treated", "n_control")
    for term in terms:
        if term["term"] in small:
            term.update(dict.fromkeys(key for key in term if key not in kept))
            continue
        if (term["lowest_grade"], term["adjusted_p_value"]) in told:  # it is that of a hidden term
            term["adjusted_p_value"] = None
        for arm in ("treated", "control"):
            if any(is_small(count, below) for count in term[f"grades_{arm}"]):
                term[f"grades_{arm}"] = None


def _parts(terms: list[Json], term: Json, arm: str) -> list[int]:
    """Patients with the event, without it, and with it in lower grades than another line of the same term tells of."""
    count, n = term[f"count_{arm}"], term[f"n_{arm}"]
    others = [one[f"count_{arm}"] for one in terms if one["term"] == term["term"]]
    return [count, n - count, *(abs(count - other) for other in others)]
