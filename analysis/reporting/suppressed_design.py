"""The design and the centres in the results file with small counts hidden."""

from collections.abc import Iterable
from typing import Any

from analysis.design.description import describe_design
from analysis.design.matched_sets import OUTSIDE_SUPPORT
from analysis.reporting.suppression import hidden_parts, hidden_steps, is_active, is_small, suppress_sentence
from analysis.settings import StudySettings

Json = dict[str, Any]

_ARMS = ("treated", "control")
_REASONS_OF_MATCHING = {"treated": "unmatched", "control": "unmatched_controls"}


def suppress_design(document: Json, below: int) -> None:
    """Hide small counts of the flow, the design, its sets or weights, and the calibration of its score.

    Parameters
    ----------
    document : dict
        The results; changed in place.
    below : int
        Counts from 1 to ``below`` − 1 are hidden.
    """
    flow, design, matching, weighting = (document[key] for key in ("flow", "design", "matching", "weighting"))
    support = flow[-2]["kind"] == "support"
    analysed = flow[-3 if support else -2]
    if any(is_small(analysed[arm], below) for arm in _ARMS):
        document["propensity"]["n"] = None  # less the other arm, which the flow gives, it is the small one
    for name in (*_ARMS, "other"):
        hidden = hidden_steps([step[name] for step in flow], below, support=support)
        if name in _ARMS:
            _suppress_reasons(document, name, below, support_hidden=support and hidden[-2])
        for step, hide in zip(flow, hidden, strict=True):
            step[name] = None if hide else step[name]
    design["estimand_sentence"] = suppress_sentence(design["estimand_sentence"], below)
    small = [arm for arm in _ARMS if is_small(design[f"n_{arm}"], below)]
    for found in (design, matching, weighting):
        if found is not None:
            _hide(found, [f"n_{arm}" for arm in small if f"n_{arm}" in found])
            _hide(found["effective_sample_size"], small)
    if matching is not None:
        matching["sets"] = None
        _hide(matching, ["n_sets"] if is_small(matching["n_sets"], below) else [])
    if weighting is not None and is_small(weighting["n_truncated"], below):
        weighting["n_truncated"] = None
        design["sentence"] = describe_design(StudySettings.model_validate(document["study"]))
    _suppress_calibration(document["propensity"]["calibration"], below)


def _suppress_reasons(document: Json, arm: str, below: int, *, support_hidden: bool) -> None:
    """Hide small numbers left out for a reason; the flow gives how many the support left out, unless it is hidden."""
    design, matching = document["design"], document["matching"]
    counts: dict[str, int] = design["left_out"][arm]
    within = {reason: count for reason, count in counts.items() if support_hidden or reason != OUTSIDE_SUPPORT}
    hidden = hidden_parts(within, below) | ({OUTSIDE_SUPPORT} if support_hidden else set())
    shown = {reason: None if reason in hidden else count for reason, count in counts.items()}
    design["left_out"][arm] = shown
    if matching is not None:
        matching[_REASONS_OF_MATCHING[arm]] = shown
    if support_hidden:
        design["support"][f"left_out_{arm}"] = None


def _suppress_calibration(calibration: Json, below: int) -> None:
    """The groups of the score are left out whole where one has few patients of an arm: they sum to known totals."""
    groups = calibration["groups"]
    counts = [count for group in groups for count in (group["treated"], group["n"] - group["treated"])]
    if any(is_small(count, below) for count in counts):
        calibration["groups"] = None


def suppress_centres(centres: Json, below: int) -> None:
    """Hide what would tell how few patients, or events, a centre has.

    Parameters
    ----------
    centres : dict
        As `centre_document` gives it; changed in place.
    below : int
        The limit. Of a centre that is hidden only the name remains; where that is one alone, the smallest of the
        others is hidden with it, because centres sum to known totals.
    """
    rows = _rows_of_centres(centres)
    for name in small_centres(centres, below):
        for row in rows[name]:
            _hide(row, [key for key in row if key != "centre"])


def small_centres(centres: Json, below: int) -> set[str]:
    """Which centres are hidden whole, here and in the table of centres.

    Parameters
    ----------
    centres : dict
        As `centre_document` gives it.
    below : int
        The limit.

    Returns
    -------
    set of str
        None where nothing is to be hidden.
    """
    rows = _rows_of_centres(centres)
    return hidden_centres(
        {name: [count for row in found for count in _counts(row)] for name, found in rows.items()}, below
    )


def _rows_of_centres(centres: Json) -> dict[str, list[Json]]:
    """Everything that is told of each centre."""
    rows: dict[str, list[Json]] = {row["centre"]: [row] for row in centres["balance"]}
    for effects in centres["effects"]:
        for effect in (*effects["before"], *effects["after"]):
            rows[effect["centre"]].append(effect)
    return rows


def _counts(row: Json) -> list[int]:
    """Patients of each arm, and those with and without an event, as far as a row tells them."""
    counts = [count for key, count in row.items() if key.startswith("n_")]
    return counts if "events" not in row else [*counts, row["events"], sum(counts) - row["events"]]


def hidden_centres(counts: dict[str, list[int]], below: int) -> set[str]:
    """Which centres are hidden whole.

    Parameters
    ----------
    counts : dict of str to list of int
        Every count that is told of a centre.
    below : int
        The limit.

    Returns
    -------
    set of str
        Those with a small count, and where that is one alone, the smallest of the others too.

    Examples
    --------
    >>> sorted(hidden_centres({"A": [40, 30], "B": [3, 12], "C": [9, 20]}, 5))
    ['B', 'C']
    """
    if not is_active(below):
        return set()
    hidden = {name for name, found in counts.items() if any(is_small(count, below) for count in found)}
    if len(hidden) == 1:
        others = sorted((sum(found), name) for name, found in counts.items() if name not in hidden)
        hidden |= {name for _, name in others[:1]}
    return hidden


def _hide(row: Json, keys: Iterable[str]) -> None:
    for key in keys:
        row[key] = None
