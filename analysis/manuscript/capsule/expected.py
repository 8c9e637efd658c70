"""The numbers of a results file that another program can hold its own against, each under a key of plain letters."""

import io
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_BALANCE = ("smd", "mean_treated", "mean_control")
_ARM = ("n", "events", "median", "median_ci_lower", "median_ci_upper", "follow_up_median")
_MOMENT = ("survival", "ci_lower", "ci_upper", "at_risk", "events", "censored")
_COX = ("hazard_ratio", "ci_lower", "ci_upper", "p_value", "log_hazard_ratio", "standard_error")
_RMST = ("horizon", "treated", "control", "difference", "ci_lower", "ci_upper", "p_value")
_RATE = ("count", "rate", "ci_lower", "ci_upper")
_ARMS = ("treated", "control")
_POPULATIONS = ("before", "after")

Number = float | int | None


def expected_values(document: Json, *, hidden: bool = False) -> dict[str, Number]:
    """Pick the numbers of a results document that are rebuilt elsewhere.

    Parameters
    ----------
    document : dict
        As `results_document` gives it, small counts hidden where they are.
    hidden : bool, optional
        Whether small counts are hidden: what is absent then says nothing and is left out.

    Returns
    -------
    dict
        Keys such as ``survival/0/after/cox/hazard_ratio``: endpoints, terms and milestones by their place, counted
        from 0, since labels of data may hold anything. None where a number is not reached or undefined.
    """
    found = dict(_values(document))
    return {key: value for key, value in found.items() if not (hidden and value is None)}


def _values(document: Json) -> Iterator[tuple[str, Number]]:
    complete = [step for step in document["flow"] if step["kind"] in ("complete", "imputed")]
    for arm in _ARMS:
        yield f"patients/{arm}", complete[-1][arm] if complete else None
    yield from _design(document)
    for when in _POPULATIONS:
        for place, row in enumerate(document["balance"] or ()):
            yield from ((f"balance/{when}/{place}/{name}", row[f"{name}_{when}"]) for name in _BALANCE)
        for place, endpoint in enumerate(document["survival"]):
            if endpoint[when] is not None:
                yield from _survival(f"survival/{place}/{when}", endpoint[when], when)
        for place, endpoint in enumerate(document["response"]):
            if endpoint[when] is not None:
                yield from _response(f"response/{place}/{when}", endpoint[when])


def _design(document: Json) -> Iterator[tuple[str, Number]]:
    score, design = document["propensity"], document["design"]
    for what in ("coefficients", "standard_errors"):
        yield from ((f"propensity/{what}/{place}", value) for place, value in enumerate(score[what].values()))
    yield "propensity/c_statistic", score["c_statistic"]
    for arm in _ARMS:
        yield f"design/n_{arm}", design[f"n_{arm}"]
        yield f"design/effective_sample_size/{arm}", design["effective_sample_size"][arm]


def _survival(key: str, view: Json, when: str) -> Iterator[tuple[str, Number]]:
    for name in _ARMS:
        arm = view["arms"][name]
        yield from ((f"{key}/arms/{name}/{item}", arm[item]) for item in _ARM)
        for place, moment in enumerate(arm["at"]):
            yield from ((f"{key}/arms/{name}/at/{place}/{item}", moment[item]) for item in _MOMENT)
    yield f"{key}/follow_up_median", view["follow_up_median"]
    for test in ("log_rank", "log_rank_stratified", "log_rank_robust"):
        yield from _picked(f"{key}/{test}", view[test], ("chi_square", "p_value"))
    for ratio in ("cox", "cox_stratified"):
        yield from _picked(f"{key}/{ratio}", view[ratio], _COX)
    yield from _picked(f"{key}/rmst", view["rmst"], _RMST)
    if when == "before":
        yield from _picked(key, view, ("schoenfeld_p_value",))


def _response(key: str, view: Json) -> Iterator[tuple[str, Number]]:
    for rate in ("objective_response", "disease_control"):
        for name in _ARMS:
            yield from _picked(f"{key}/arms/{name}/{rate}", view["arms"][name][rate], _RATE)
        if view[rate] is not None:
            yield from _picked(
                f"{key}/{rate}/risk_difference", view[rate]["risk_difference"], ("estimate", "ci_lower", "ci_upper")
            )
            yield from _picked(f"{key}/{rate}/test", view[rate]["test"], ("p_value",))
    for name in _ARMS:
        yield f"{key}/arms/{name}/n", view["arms"][name]["n"]


def _picked(key: str, values: Json | None, names: tuple[str, ...]) -> Iterator[tuple[str, Number]]:
    """The numbers of one estimate; none of one that the run did not make."""
    if values is not None:
        yield from ((f"{key}/{name}", values[name]) for name in names if name in values)


def expected_csv(values: dict[str, Number]) -> bytes:
    """Write expected values as CSV with the columns ``key`` and ``value``, all digits, ``NA`` for None.

    >>> expected_csv({"design/n_treated": 3, "survival/0/before/arms/treated/median": None}).decode()
    'key,value\\ndesign/n_treated,3\\nsurvival/0/before/arms/treated/median,NA\\n'
    """
    text = io.StringIO()
    text.write("key,value\n")
    for key, value in values.items():
        text.write(f"{key},{'NA' if value is None else repr(value)}\n")
    return text.getvalue().encode()
