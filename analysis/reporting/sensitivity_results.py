"""Unmeasured confounding and power: their key of the results file, and their table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.notes import Note
from analysis.reporting.model_results import hidden_rates
from analysis.reporting.suppressed_sensitivity import suppress_sensitivity
from analysis.reporting.suppression import is_active
from analysis.sensitivity.e_value import EValue
from analysis.sensitivity.measured_covariates import CovariateComparison
from analysis.sensitivity.power import DetectableEffect, NotExcluded
from analysis.sensitivity.rosenbaum import RosenbaumBounds
from analysis.sensitivity.tipping_point import TippingPoints
from analysis.study import StudyResult
from analysis.study.sensitivity import (
    EndpointConfounding,
    EndpointEffect,
    EndpointPower,
    StudyConfounding,
    study_confounding,
    study_power,
)

Json = dict[str, Any]

_EFFECT = ("estimate", "ci_lower", "ci_upper")
_COUNTS = ("n_treated", "n_control", "events_treated", "events_control")

EVERY_TENTH = 10
"""Of the grid's shares of treated patients, those written to the results file: 0, 10, … 100 %."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudySensitivity:
    """Of each population, before and after: what could undo its effects, and what it could have shown."""

    confounding: tuple[StudyConfounding, StudyConfounding]
    power: tuple[tuple[EndpointPower, ...], tuple[EndpointPower, ...]]


def study_sensitivity(result: StudyResult) -> StudySensitivity:
    """Examine both populations of a run.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    StudySensitivity
    """
    patients, design, settings = result.patients, result.design, result.settings
    return StudySensitivity(
        confounding=(
            study_confounding(patients, None, settings, result.before),
            study_confounding(patients, design, settings, result.after),
        ),
        power=(
            study_power(patients, None, settings, result.before),
            study_power(patients, design, settings, result.after),
        ),
    )


def sensitivity_document(found: StudySensitivity) -> Json:
    """What could undo the effects and what could have been shown, as plain values.

    Parameters
    ----------
    found : StudySensitivity
        As `study_sensitivity` gives it.

    Returns
    -------
    dict
        ``sensitivity`` with ``endpoints`` and ``negative_control``.
    """
    known = [{_key(item.effect): item for item in one.endpoints} for one in found.confounding]
    controls = [one.control_effect for one in found.confounding]
    named = next((item for item in controls if item is not None), None)
    return {
        "sensitivity": {
            "endpoints": [
                {
                    "outcome": before.effect.endpoint,
                    "measure": before.effect.measure,
                    "before": _view(before, known[0].get(_key(before.effect))),
                    "after": _view(after, known[1].get(_key(after.effect))),
                }
                for before, after in zip(*found.power, strict=True)
            ],
            "negative_control": None
            if named is None
            else {
                "outcome": named.endpoint,
                "measure": named.measure,
                "before": _control(found.confounding[0]),
                "after": _control(found.confounding[1]),
            },
        }
    }


def _key(effect: EndpointEffect) -> tuple[str, str]:
    return effect.measure, effect.endpoint


def _view(power: EndpointPower, found: EndpointConfounding | None) -> Json:
    """One endpoint in one population; of the negative control what it could have shown alone."""
    effect = power.effect
    notes = {note.text: note for note in (*(() if found is None else found.notes), *power.notes)}
    return {
        **{key: getattr(effect, key) for key in _COUNTS},
        **{key: getattr(effect.effect, key) for key in _EFFECT},
        "outcome_share": None if found is None else found.share,
        "e_value": None if found is None or found.e_value is None else _e_value(found.e_value),
        "covariates": None
        if found is None or found.covariates is None
        else _covariates(found.covariates, found.rarest),
        "left_out": [] if found is None else list(found.left_out),
        "hidden_bias": None if found is None or found.bounds is None else _bounds(found.bounds),
        "tipping_point": None if found is None or found.tipping is None else _tipping(found.tipping),
        "detectable": [_detectable(item) for item in power.detectable],
        "detectable_from_events": [_detectable(item) for item in power.from_events],
        "not_excluded": None if power.not_excluded is None else _not_excluded(power.not_excluded),
        "notes": _notes(notes.values()),
    }


def _notes(notes: Iterable[Note]) -> list[Json]:
    return [{"code": note.code, "text": note.text} for note in notes]


def _e_value(found: EValue) -> Json:
    keys = ("estimate", "limit", "bias_factor", "bias_factor_limit", "risk_ratio", "rare", "method")
    return {key: getattr(found, key) for key in keys}


def _covariates(found: CovariateComparison, rarest: dict[str, int]) -> list[Json]:
    keys = ("treatment_ratio", "outcome_ratio", "bias_factor", "e_value", "explains_estimate", "explains_limit")
    return [
        {"covariate": item.name, **{key: getattr(item, key) for key in keys}, "rarest_level": rarest.get(item.name)}
        for item in found.covariates
    ]


def _bounds(found: RosenbaumBounds) -> Json:
    keys = ("p_value", "critical_gamma", "direction", "treated_outcomes", "expected", "n_sets", "n_decisive", "method")
    return {
        **{key: getattr(found, key) for key in keys},
        "gammas": list(found.gammas),
        "p_lower": list(found.p_lower),
        "p_upper": list(found.p_upper),
    }


def _tipping(found: TippingPoints) -> Json:
    limits = found.tipping_strengths_limit
    return {
        "prevalence_control": found.prevalence_control,
        "prevalence_treated": list(found.prevalence_treated[::EVERY_TENTH]),
        "strength": list(found.tipping_strengths[::EVERY_TENTH]),
        "strength_limit": None if limits is None else list(limits[::EVERY_TENTH]),
    }


def _detectable(found: DetectableEffect) -> Json:
    return {key: getattr(found, key) for key in ("power", "alpha", "below", "above", "method")}


def _not_excluded(found: NotExcluded) -> Json:
    return {key: getattr(found, key) for key in ("significant", "largest_decrease", "largest_increase")}


def _control(found: StudyConfounding) -> Json:
    effect, compared = found.control_effect, found.negative_control
    assert effect is not None
    return {
        **{key: getattr(effect, key) for key in _COUNTS},
        **{key: getattr(effect.effect, key) for key in _EFFECT},
        "p_value": None if compared is None else compared.p_value,
        "holds_no_effect": None if compared is None else compared.holds_no_effect,
        "notes": _notes((*found.notes, *(() if compared is None else compared.notes))),
    }


def sensitivity_table(result: StudyResult, found: StudySensitivity | None = None) -> pd.DataFrame | None:
    """One row for each endpoint and population, small counts hidden where the study asks for it.

    Parameters
    ----------
    result : StudyResult
        One run.
    found : StudySensitivity, optional
        What `study_sensitivity` gives, where it is at hand.

    Returns
    -------
    DataFrame or None
        None without a row.
    """
    document = sensitivity_document(found or study_sensitivity(result))
    below = result.settings.exports.suppress_below
    if is_active(below):
        suppress_sensitivity(document, hidden_rates(result, below), below)
    rows = list(_rows(document["sensitivity"]))
    if not rows:
        return None
    table = pd.DataFrame(rows)
    kinds = dict.fromkeys((*_COUNTS, "n_sets", "n_decisive"), "Int64")
    words = {"outcome", "population", "measure", "negative_control", "strongest_covariate", "significant"}
    return table.astype({name: kinds.get(name, "float64") for name in table if name not in words})


def _rows(document: Json) -> Iterator[Json]:
    control = document["negative_control"]
    for endpoint in document["endpoints"]:
        for when in ("before", "after"):
            view = endpoint[when]
            if view is None:
                continue
            is_control = control is not None and control["outcome"] == endpoint["outcome"]
            yield {
                "outcome": endpoint["outcome"],
                "population": when,
                "measure": endpoint["measure"],
                "negative_control": is_control,
                **{key: view[key] for key in (*_COUNTS, *_EFFECT)},
                **_e_value_cells(view),
                **_bounds_cells(view["hidden_bias"]),
                **_power_cells(view),
            }


def _e_value_cells(view: Json) -> Json:
    value, strongest = view["e_value"], (view["covariates"] or [None])[0]
    cells = {
        "e_value": None if value is None else value["estimate"],
        "e_value_limit": None if value is None else value["limit"],
        "strongest_covariate": None if strongest is None else strongest["covariate"],
    }
    keys = ("treatment_ratio", "outcome_ratio", "bias_factor")
    return cells | {f"strongest_{key}": None if strongest is None else strongest[key] for key in keys}


def _bounds_cells(bounds: Json | None) -> Json:
    names = {"n_sets": "n_sets", "n_decisive": "n_decisive", "p_value": "p_without_hidden_bias"}
    names |= {"critical_gamma": "critical_gamma"}
    return {name: None if bounds is None else bounds[key] for key, name in names.items()}


def _power_cells(view: Json) -> Json:
    cells: Json = {}
    by_power = {round(100 * item["power"]): item for item in view["detectable"]}
    for power in (80, 90):
        for side in ("below", "above"):
            cells[f"detectable_{side}_{power}"] = by_power[power][side] if power in by_power else None
    left = view["not_excluded"]
    return cells | {
        key: None if left is None else left[key] for key in ("significant", "largest_decrease", "largest_increase")
    }
