"""Unmeasured confounding and power with small counts hidden."""

from collections.abc import Collection
from typing import Any

from analysis.reporting.suppression import hidden_events, is_small, suppress_sentence

Json = dict[str, Any]


def suppress_sensitivity(document: Json, hidden: Collection[tuple[str, str]], below: int) -> None:
    """Hide what would tell a small count.

    Parameters
    ----------
    document : dict
        With ``sensitivity``; changed in place.
    hidden : collection of (str, str)
        Endpoint and population of which the numbers of responders or the estimates are hidden elsewhere.
    below : int
        The limit. An endpoint goes whole in a population where an arm has few patients, few events, or few without;
        a covariate where an arm has few patients of a level; bounds for hidden bias, and what pairs could have shown,
        where few sets decide, few do not, or few point one way.
    """
    found = document["sensitivity"]
    control = found["negative_control"]
    for endpoint in [*found["endpoints"], *([] if control is None else [control])]:
        for when in ("before", "after"):
            view = endpoint[when]
            if (endpoint["outcome"], when) in hidden or _few(view, below):
                endpoint[when] = None
                continue
            view["notes"] = [note | {"text": suppress_sentence(note["text"], below)} for note in view["notes"]]
            if endpoint is not control:
                _suppress_view(view, below)


def _few(view: Json, below: int) -> bool:
    return any(hidden_events(view[f"n_{arm}"], view[f"events_{arm}"], below) for arm in ("treated", "control"))


def _suppress_view(view: Json, below: int) -> None:
    if view["covariates"] is not None:
        # The ratio of two shares tells a level's patients where one of them is known.
        view["covariates"] = [item for item in view["covariates"] if not is_small(item["rarest_level"], below)] or None
    bounds = view["hidden_bias"]
    if bounds is None:
        return
    parts = (
        bounds["n_decisive"],
        bounds["n_sets"] - bounds["n_decisive"],
        bounds["treated_outcomes"],
        bounds["n_decisive"] - bounds["treated_outcomes"],
    )
    if any(is_small(part, below) for part in parts):
        view["hidden_bias"] = None
        if any("McNemar" in item["method"] for item in view["detectable"]):
            view["detectable"] = []
