"""Effects pooled beyond ratios and rates: lists of the results file, hidden where what they pool is hidden."""

from collections.abc import Callable, Iterator
from typing import Any

from analysis.reporting.imputation_results import pooled_estimate
from analysis.study.pooled_effects import PooledEffect, PooledEffects, PooledInteraction

Json = dict[str, Any]

PLACE = ("time", "cause", "variable", "level", "lowest_grade")
POPULATIONS = ("before", "after")


def pooled_effects_document(found: tuple[PooledEffects, PooledEffects] | None) -> dict[str, Json]:
    """Effects and tests of interaction of both populations, as they stand under ``pooled``.

    Parameters
    ----------
    found : (PooledEffects, PooledEffects) or None
        Before and after; None where nothing was imputed.

    Returns
    -------
    dict
        By population ``effects`` and ``interactions``.
    """
    if found is None:
        return {}
    return {
        when: {
            "effects": [_effect(effect) for effect in one.effects],
            "interactions": [_interaction(test) for test in one.interactions],
        }
        for when, one in zip(POPULATIONS, found, strict=True)
    }


def _effect(effect: PooledEffect) -> Json:
    place = effect.place
    named = {"outcome": place.endpoint, "measure": place.measure} | {key: getattr(place, key) for key in PLACE}
    return named | (pooled_estimate(effect.estimate) or {})


def _interaction(found: PooledInteraction) -> Json:
    test = found.test
    return {
        "outcome": found.endpoint,
        "variable": found.variable,
        "statistic": test.statistic,
        "degrees_of_freedom": test.degrees_of_freedom,
        "denominator_degrees_of_freedom": test.denominator_degrees_of_freedom,
        "p_value": test.p_value,
        "n_sets": test.n_sets,
    }


def pooled_effect_notes(found: tuple[PooledEffects, PooledEffects] | None) -> list[Json]:
    """What is not pooled and why, as notes of the results file."""
    return [
        {"code": note.code, "text": note.text, "outcome": name, "population": when}
        for when, one in zip(POPULATIONS, found or (), strict=False)
        for name, note in one.notes
    ]


def pooled_effect_rows(pooled: dict[str, Json]) -> Iterator[Json]:
    """A row for each effect and each test of interaction, for the table of pooled estimates.

    Parameters
    ----------
    pooled : dict
        ``before`` and ``after`` with ``effects`` and ``interactions``, hidden where they are hidden.

    Yields
    ------
    dict
    """
    for when in POPULATIONS:
        for effect in pooled[when]["effects"]:
            yield {"population": when} | effect
        for test in pooled[when]["interactions"]:
            kept = {key: test[key] for key in ("outcome", "variable", "p_value", "n_sets")}
            degrees = test["denominator_degrees_of_freedom"]
            yield kept | {"population": when, "measure": "interaction", "degrees_of_freedom": degrees}


def suppress_pooled_effects(document: Json) -> None:
    """Leave out what is pooled of something that is hidden in the shown set.

    Parameters
    ----------
    document : dict
        The whole results document, everything else hidden already; changed in place.
    """
    for when, pooled in document["imputation"]["pooled"].items():
        shown = _shown_places(document, when)
        pooled["effects"] = [effect for effect in pooled["effects"] if shown(effect)]
        told = {
            (endpoint["outcome"], column["column"])
            for endpoint in document["subgroups"]
            for column in endpoint[when]["columns"]
            if column["interaction"] is not None
        }
        pooled["interactions"] = [
            test for test in pooled["interactions"] if (test["outcome"], test["variable"]) in told
        ]


def _shown_places(document: Json, when: str) -> Callable[[Json], bool]:
    places: set[tuple[Any, ...]] = set()
    for item in document["differences"]:
        rows = () if item[when] is None else item[when]["milestones"]
        places |= {(item["outcome"], "milestone_difference", row["time"]) for row in rows}
    for item in document["competing_risks"]:
        for cause in ("event", "competing") if item[when] is not None else ():
            places |= {(item["outcome"], f"{name}_hazard_ratio", cause) for name in ("fine_gray", "cause_specific")}
            moments = item[when][cause]["at"]
            places |= {(item["outcome"], "incidence_difference", moment["time"], cause) for moment in moments}
    for item in document["landmark"]:
        if item[when] is not None:
            places.add((item["outcome"], "landmark_hazard_ratio", item[when]["time"]))
    places |= _places_of_levels(document, when)
    for one in document["adverse_events"]:
        rows = one["terms"] if one["population"] == when else ()
        places |= {
            (None, "adverse_event_risk_difference", row["term"], row["lowest_grade"])
            for row in rows
            if row["risk_difference"] is not None
        }
    return lambda effect: _key(effect) in places


def _places_of_levels(document: Json, when: str) -> set[tuple[Any, ...]]:
    places: set[tuple[Any, ...]] = set()
    for endpoint in document["subgroups"]:
        for column in endpoint[when]["columns"]:
            named = (endpoint["outcome"], f"subgroup_{endpoint['measure']}", column["column"])
            places |= {(*named, level["level"]) for level in column["levels"] if level["estimate"] is not None}
    for table in document["cox_tables"]:
        model = table[when]["model"]
        for variable in () if model is None else model["variables"]:
            for row in variable["levels"]:
                for name in ("univariable", "multivariable"):
                    if row[name] is not None:
                        places.add((table["outcome"], f"{name}_hazard_ratio", variable["variable"], row["level"]))
    return places


_NAMED_BY = {
    "milestone_difference": ("time",),
    "incidence_difference": ("time", "cause"),
    "fine_gray_hazard_ratio": ("cause",),
    "cause_specific_hazard_ratio": ("cause",),
    "landmark_hazard_ratio": ("time",),
    "adverse_event_risk_difference": ("variable", "lowest_grade"),
}


def _key(effect: Json) -> tuple[Any, ...]:
    by = _NAMED_BY.get(effect["measure"], ("variable", "level"))
    return (effect["outcome"], effect["measure"], *(effect[name] for name in by))
