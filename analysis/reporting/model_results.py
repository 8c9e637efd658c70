"""Cox tables, subgroups and the board of endpoints: their keys of the results file, and their tables."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.notes import Note
from analysis.outcomes.cox_table import CoxEstimate, CoxTable, CoxTableVariable, JointTest
from analysis.outcomes.subgroups import SubgroupLevel
from analysis.reporting.suppressed_models import Hidden, suppress_models
from analysis.reporting.suppression import hidden_responses, is_active
from analysis.study import StudyResult
from analysis.study.cox_tables import EndpointCoxTable, endpoint_cox_table
from analysis.study.endpoint_board import BoardEffect, EndpointBoard, endpoint_board
from analysis.study.subgroups import EndpointSubgroups, Subgroup, compare_subgroups, subgroup_endpoints

Json = dict[str, Any]

_ESTIMATE = ("hazard_ratio", "ci_lower", "ci_upper", "p_value")
_EFFECT = ("estimate", "ci_lower", "ci_upper")
_COUNTS = ("n_treated", "n_control", "events_treated", "events_control")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyModels:
    """What is told of every endpoint by models, before and after the design.

    Attributes
    ----------
    cox : tuple of (EndpointCoxTable, EndpointCoxTable)
        Of each survival endpoint.
    subgroups : tuple of (EndpointSubgroups, EndpointSubgroups)
        Of each survival and response endpoint; none where the study names no subgroups.
    board : EndpointBoard
    """

    cox: tuple[tuple[EndpointCoxTable, EndpointCoxTable], ...]
    subgroups: tuple[tuple[EndpointSubgroups, EndpointSubgroups], ...]
    board: EndpointBoard


def study_models(result: StudyResult) -> StudyModels:
    """Fit the models of every endpoint of a study.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    StudyModels
        In the order of the endpoints.
    """
    patients, design, settings = result.patients, result.design, result.settings
    return StudyModels(
        cox=tuple(
            (
                endpoint_cox_table(patients, None, settings, item.name),
                endpoint_cox_table(patients, design, settings, item.name),
            )
            for item in patients.endpoints
        ),
        subgroups=tuple(
            (
                compare_subgroups(patients, None, settings, name, measure),
                compare_subgroups(patients, design, settings, name, measure),
            )
            for name, measure in (subgroup_endpoints(patients) if settings.outcomes.subgroups else ())
        ),
        board=endpoint_board(result.before, result.after, settings.outcomes, settings.confidence.level),
    )


def models_document(models: StudyModels) -> Json:
    """Cox tables, subgroups and the board as plain values.

    Parameters
    ----------
    models : StudyModels
        As `study_models` gives them.

    Returns
    -------
    dict
        ``cox_tables``, ``subgroups`` and ``endpoint_board``.
    """
    return {
        "cox_tables": [
            {"outcome": before.endpoint, "before": _cox(before), "after": _cox(after)} for before, after in models.cox
        ],
        "subgroups": [
            {
                "outcome": before.endpoint,
                "measure": before.measure,
                "before": _subgroups(before),
                "after": _subgroups(after),
            }
            for before, after in models.subgroups
        ],
        "endpoint_board": {
            "adjustment": models.board.adjustment,
            "adjustment_in_words": models.board.method,
            "n_tests_before": models.board.n_tests_before,
            "n_tests_after": models.board.n_tests_after,
            "endpoints": [
                {
                    "outcome": item.name,
                    "measure": item.measure,
                    "cause_specific": item.cause_specific,
                    "before": _board(item.before),
                    "after": _board(item.after),
                }
                for item in models.board.endpoints
            ],
        },
    }


def _notes(notes: Iterable[Note]) -> list[Json]:
    return [{"code": note.code, "text": note.text} for note in notes]


def _cox(found: EndpointCoxTable) -> Json:
    table = found.table
    return {
        "left_out": list(found.left_out),
        "notes": _notes(found.notes),
        "model": None if table is None else _model(table),
    }


def _model(table: CoxTable) -> Json:
    return {
        "n": table.n,
        "events": table.n_events,
        "coefficients": table.n_coefficients,
        "robust": table.robust,
        "proportional_hazards": _joint(table.proportional_hazards),
        "variables": [_variable(variable) for variable in table.variables],
    }


def _variable(variable: CoxTableVariable) -> Json:
    return {
        "variable": variable.name,
        "univariable": _joint(variable.univariable_test),
        "multivariable": _joint(variable.multivariable_test),
        "proportional_hazards": _joint(variable.proportional_hazards),
        "levels": [
            {
                "level": row.level,
                "reference": row.reference,
                "n": row.n,
                "events": row.n_events,
                "univariable": _estimate(row.univariable),
                "multivariable": _estimate(row.multivariable),
            }
            for row in variable.rows
        ],
    }


def _estimate(found: CoxEstimate | None) -> Json | None:
    return None if found is None else {key: getattr(found, key) for key in _ESTIMATE}


def _joint(test: JointTest | None) -> Json | None:
    if test is None:
        return None
    return {"chi_square": test.chi_square, "degrees_of_freedom": test.degrees_of_freedom, "p_value": test.p_value}


def _subgroups(found: EndpointSubgroups) -> Json:
    return {
        "overall": None if found.overall is None else _level(found.overall),
        "columns": [_column(item) for item in found.subgroups],
        "notes": _notes(found.notes),
    }


def _column(item: Subgroup) -> Json:
    effects = item.effects
    test = None if effects is None else effects.interaction
    return {
        "column": item.column,
        "missing": None if effects is None else effects.n_missing,
        "reason": item.reason,
        "interaction": None
        if test is None
        else {
            "chi_square": test.chi_square,
            "degrees_of_freedom": test.degrees_of_freedom,
            "p_value": test.p_value,
            "method": test.method,
        },
        "levels": [] if effects is None else [_level(level) for level in effects.levels],
    }


def _level(level: SubgroupLevel) -> Json:
    return {
        "level": level.label,
        **{key: getattr(level, key) for key in _COUNTS},
        **{key: getattr(level.effect, key) for key in _EFFECT},
        "few": level.small,
    }


def _board(effect: BoardEffect | None) -> Json | None:
    keys = (*_COUNTS, *_EFFECT, "p_value", "adjusted_p_value", "test")
    return None if effect is None else {key: getattr(effect, key) for key in keys}


def model_tables(result: StudyResult, models: StudyModels | None = None) -> dict[str, pd.DataFrame]:
    """Cox tables, subgroups and the board as tables, small counts hidden where the study asks for it.

    Parameters
    ----------
    result : StudyResult
        One run.
    models : StudyModels, optional
        What `study_models` gives, where it is at hand.

    Returns
    -------
    dict of str to DataFrame
        ``cox``, ``subgroups`` and ``endpoints``; those without a row are absent.
    """
    document = models_document(models or study_models(result))
    below = result.settings.exports.suppress_below
    if is_active(below):
        suppress_models(document, hidden_rates(result, below), below)
    rows = {
        "cox": list(_cox_rows(document["cox_tables"])),
        "subgroups": list(_subgroup_rows(document["subgroups"])),
        "endpoints": list(_board_rows(document["endpoint_board"])),
    }
    return {name: _typed(pd.DataFrame(found)) for name, found in rows.items() if found}


def hidden_rates(result: StudyResult, below: int) -> Hidden:
    """Responses whose rate is hidden in a population.

    Parameters
    ----------
    result : StudyResult
        One run.
    below : int
        The limit.

    Returns
    -------
    set of (str, str)
        Endpoint and population.
    """
    hidden = set()
    for when, outcomes in (("before", result.before), ("after", result.after)):
        for item in outcomes.response:
            for arm in () if item.comparison is None else (item.comparison.treated, item.comparison.control):
                rates = {"objective_response": arm.objective_response, "disease_control": arm.disease_control}
                counts = {name: rate.count for name, rate in rates.items() if rate is not None}
                if "objective_response" in hidden_responses(arm.categories, counts, arm.n, below):
                    hidden.add((item.name, when))
    return hidden


def _cox_rows(tables: Iterable[Json]) -> Iterator[Json]:
    for table in tables:
        for when in ("before", "after"):
            model = table[when]["model"]
            for variable in () if model is None else model["variables"]:
                for level in variable["levels"]:
                    row = {"outcome": table["outcome"], "population": when, "variable": variable["variable"]}
                    row |= {key: level[key] for key in ("level", "reference", "n", "events")}
                    for name in ("univariable", "multivariable"):
                        found = level[name] or dict.fromkeys(_ESTIMATE)
                        row |= {f"{name}_{key}": found[key] for key in _ESTIMATE}
                    test = variable["proportional_hazards"]
                    yield row | {"proportional_hazards_p_value": None if test is None else test["p_value"]}


def _subgroup_rows(endpoints: Iterable[Json]) -> Iterator[Json]:
    for endpoint in endpoints:
        for when in ("before", "after"):
            view = endpoint[when]
            named = {"outcome": endpoint["outcome"], "population": when, "measure": endpoint["measure"]}
            for column in view["columns"]:
                test = column["interaction"]
                for level in column["levels"]:
                    p_value = None if test is None else test["p_value"]
                    yield named | {"subgroup": column["column"], **level, "interaction_p_value": p_value}
            if view["overall"] is not None:
                yield named | {"subgroup": None, **view["overall"], "interaction_p_value": None}


def _board_rows(board: Json) -> Iterator[Json]:
    for endpoint in board["endpoints"]:
        for when in ("before", "after"):
            if endpoint[when] is not None:
                named = {"outcome": endpoint["outcome"], "measure": endpoint["measure"], "population": when}
                yield named | endpoint[when] | {"adjustment": board["adjustment"]}


def _typed(
    table: pd.DataFrame, words: Collection[str] = ("level", "subgroup", "test", "reference", "few")
) -> pd.DataFrame:
    """Counts as whole numbers and estimates as numbers, also where some are absent."""
    counts = {"n", "events", *_COUNTS}
    kept = {"outcome", "population", "variable", "measure", "adjustment", *words}
    kinds = {name: "Int64" if name in counts else "float64" for name in table if name not in kept}
    return table.astype(kinds)
