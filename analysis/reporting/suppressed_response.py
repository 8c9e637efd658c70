"""Small counts hidden in what is told of response beside its rates."""

from typing import Any

from analysis.reporting.suppression import is_active, is_small

Json = dict[str, Any]

_OF_A_CROSS = ("n_agree", "table", "kappa", "weighted_kappa", "tests")


def suppress_response(document: Json, below: int) -> Json:
    """Hide small counts of crossed criteria, responses over time and adverse events.

    Parameters
    ----------
    document : dict
        With the keys that `response_document` gives; changed in place.
    below : int
        Counts from 1 to ``below`` − 1 are hidden; nothing is done for 0 and 1.

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
        for arm in () if one["reason"] is not None else ("treated", "control"):
            _suppress_times(one[arm], below)
    for one in document["adverse_events"]:
        _suppress_terms(one["terms"], below)
        for row in (one, *one["terms"]):
            row.update(dict.fromkeys(key for key in ("n_treated", "n_control") if is_small(row[key], below)))
    document["response_evaluable"] = []
    return document


def _suppress_times(arm: Json, below: int) -> None:
    """An arm's times go with any count that is small, among all patients or among the responders."""
    parts = [arm[key] for key in ("n", "n_responders", "n_ended_without_response", "n_censored")]
    ended = arm["n_ended"]
    parts += [] if ended is None else [ended, arm["n_responders"] - ended]
    if any(is_small(count, below) for count in parts):
        arm.update(dict.fromkeys(key for key in arm if key != "n" or is_small(arm["n"], below)))


def _suppress_terms(terms: list[Json], below: int) -> None:
    """A term goes in both arms and of every grade where a count, or what is left of the arm, is small."""
    small = {
        term["term"]
        for term in terms
        for arm in ("treated", "control")
        if is_small(term[f"count_{arm}"], below) or is_small(term[f"n_{arm}"] - term[f"count_{arm}"], below)
    }
    kept = ("term", "lowest_grade", "test", "n_treated", "n_control")
    for term in terms:
        if term["term"] in small:
            term.update(dict.fromkeys(key for key in term if key not in kept))
            continue
        for arm in ("treated", "control"):
            if any(is_small(count, below) for count in term[f"grades_{arm}"]):
                term[f"grades_{arm}"] = None
