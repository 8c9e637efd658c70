"""Cox tables, subgroups and the board of endpoints as printed tables."""

import pandas as pd

from analysis.design.description import design_name
from analysis.outcomes.cox_table import EVENTS_PER_COEFFICIENT, CoxEstimate, CoxTable, CoxTableRow, JointTest
from analysis.outcomes.subgroups import SubgroupLevel
from analysis.phrases import phrase
from analysis.study.cox_tables import EndpointCoxTable
from analysis.study.endpoint_board import BoardEffect, EndpointBoard
from analysis.study.subgroups import ALL, EndpointSubgroups
from charts.lettering import short_pair
from charts.style import (
    NOT_ESTIMATED,
    DesignWord,
    format_interval,
    format_level,
    format_p,
    format_p_statement,
    format_points,
    format_ratio,
    population_name,
)

REFERENCE = phrase("reference", "a level")

INTERACTION = phrase("p of interaction")
"""The column of the test between levels."""


def cox_printed(table: CoxTable) -> pd.DataFrame:
    """Each level in one row: events, and the hazard ratio alone and with all covariates.

    Parameters
    ----------
    table : CoxTable
        As computed.

    Returns
    -------
    DataFrame
        Text only. p-values are Wald's; that of proportional hazards stands in the first row of its variable.
    """
    level = format_level(table.confidence_level)
    rows = []
    for variable in table.variables:
        for place, row in enumerate(variable.rows):
            rows.append(
                {
                    phrase("Variable"): variable.name if place == 0 else "",
                    phrase("Level"): phrase("per unit") if row.level is None else row.level,
                    phrase("Events/n"): f"{row.n_events:,}/{row.n:,}",
                    phrase("Alone ({level})", level=level): _ratio(row, row.univariable),
                    phrase("p alone"): _p(row.univariable),
                    phrase("All ({level})", level=level): _ratio(row, row.multivariable),
                    phrase("p all"): _p(row.multivariable),
                    "PH p": _joint(variable.proportional_hazards) if place == 0 else "",
                }
            )
    return pd.DataFrame(rows)


def _ratio(row: CoxTableRow, found: CoxEstimate | None) -> str:
    if row.reference:
        return REFERENCE
    if found is None:
        return NOT_ESTIMATED
    limits = format_interval(found.ci_lower, found.ci_upper, format_ratio)
    return f"{format_ratio(found.hazard_ratio)} ({limits})"


def _p(found: CoxEstimate | None) -> str:
    return "" if found is None else format_p(found.p_value)


def _joint(test: JointTest | None) -> str:
    return NOT_ESTIMATED if test is None else format_p(test.p_value)


def treatment_sentence(
    found: EndpointCoxTable, treated_label: str, control_label: str, when: str, design_word: DesignWord
) -> str | None:
    """The treatment's hazard ratio alone and adjusted for the covariates, in a sentence; None where there is neither.

    Parameters
    ----------
    found : EndpointCoxTable
        Of one population.
    treated_label, control_label : str
        The arms.
    when : {"before", "after"}
        Which population.
    design_word : {"matching", "weighting"}
    """
    if found.table is None:
        return None
    row = found.table.variables[0].rows[-1]
    if row.univariable is None or row.multivariable is None:
        return None
    level = format_level(found.table.confidence_level)
    where = population_name("before" if when == "before" else "after", design_word).capitalize()
    robust = phrase(", which is doubly robust") if when == "after" else ""
    few = ""
    if found.table.events_per_coefficient < EVENTS_PER_COEFFICIENT:
        few = phrase(", on few events ({n:.1f} for each coefficient)", n=found.table.events_per_coefficient)
    alone, together = (_stated(item, level) for item in (row.univariable, row.multivariable))
    return phrase(
        "{population}, the hazard ratio of {endpoint}, {treated} v {control}, was {alone} by treatment alone and {together} "
        "adjusted for the covariates{robust}{few}; {p}.",
        population=where,
        endpoint=found.endpoint,
        treated=treated_label,
        control=control_label,
        alone=alone,
        together=together,
        robust=robust,
        few=few,
        p=format_p_statement(row.multivariable.p_value),
    )


def _stated(found: CoxEstimate, level: str) -> str:
    limits = format_interval(found.ci_lower, found.ci_upper, format_ratio)
    return phrase("{effect} ({level} {limits})", effect=format_ratio(found.hazard_ratio), level=level, limits=limits)


def subgroups_printed(
    populations: dict[str, EndpointSubgroups],
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
) -> pd.DataFrame:
    """Each level in a row for every population: events of both arms and the effect, with the test of interaction.

    Parameters
    ----------
    populations : dict
        Heading to subgroups, such as ``{"Before": …, "After": …}``.
    treated_label, control_label : str
        The arms.
    design_word : {"matching", "weighting"}
        Over the column of the headings.

    Returns
    -------
    DataFrame
        Text only. An asterisk marks few patients or events; the p-value of interaction stands in the first row of its
        column.
    """
    rows: dict[tuple[str, str], list[dict[str, str]]] = {}
    for heading, found in populations.items():
        for item in found.subgroups:
            effects = item.effects
            test = None if effects is None else effects.interaction
            for place, level in enumerate(() if effects is None else effects.levels):
                p_value = NOT_ESTIMATED if test is None else format_p(test.p_value)
                names = _named(item.column, level.label, heading, design_word)
                cells = _subgroup_cells(found, level, treated_label, control_label)
                interaction = {INTERACTION: p_value if place == 0 else ""}
                rows.setdefault((item.column, level.label), []).append(names | cells | interaction)
        if found.overall is not None:
            names = _named(ALL, "", heading, design_word)
            cells = _subgroup_cells(found, found.overall, treated_label, control_label)
            rows.setdefault((ALL, ""), []).append(names | cells | {INTERACTION: ""})
    last = rows.pop((ALL, ""), [])
    return pd.DataFrame([row for group in (*rows.values(), last) for row in group])


def _named(column: str, level: str, heading: str, design_word: DesignWord) -> dict[str, str]:
    return {
        phrase("Subgroup"): column,
        phrase("Level"): level,
        design_name(design_word).capitalize(): heading,
    }


def _subgroup_cells(
    found: EndpointSubgroups, level: SubgroupLevel, treated_label: str, control_label: str
) -> dict[str, str]:
    ratio = found.measure == "hazard_ratio"
    form = format_ratio if ratio else format_points
    effect = level.effect
    words = NOT_ESTIMATED
    if effect.estimate is not None:
        limits = format_interval(effect.ci_lower, effect.ci_upper, form)
        words = form(effect.estimate) + " (" + limits + (")*" if level.small else ")")
    heads = short_pair(treated_label, control_label)
    arms = ((level.events_treated, level.n_treated), (level.events_control, level.n_control))
    return {
        **{head: f"{events:,}/{n:,}" for head, (events, n) in zip(heads, arms, strict=True)},
        _effect_heading(ratio, format_level(found.confidence_level)): words,
    }


def _effect_heading(ratio: bool, level: str) -> str:
    if ratio:
        return phrase("{measure} ({level})", measure="HR", level=level)
    return phrase("{measure} ({level})", measure=phrase("Difference"), level=level)


def board_printed(board: EndpointBoard, headings: dict[str, str], design_word: DesignWord = "matching") -> pd.DataFrame:
    """Each endpoint in a row for every population: its effect, its p and its adjusted p.

    Parameters
    ----------
    board : EndpointBoard
        As computed.
    headings : dict
        The populations to show, ``before`` and ``after``, and what they are called.
    design_word : {"matching", "weighting"}
        Over the column of the headings.

    Returns
    -------
    DataFrame
        Text only; as many rows an endpoint as there are headings, without a column of adjusted p-values where none are
        adjusted.
    """
    level = format_level(board.confidence_level)
    rows = []
    for item in board.endpoints:
        ratio = item.measure == "hazard_ratio"
        words = phrase("cause-specific HR") if item.cause_specific else "HR"
        for when, heading in headings.items():
            effect = item.before if when == "before" else item.after
            row = {
                phrase("Endpoint"): item.name,
                design_name(design_word).capitalize(): heading,
                phrase("Effect"): words if ratio else phrase("points", "of percent"),
                phrase("Estimate ({level})", level=level): _effect(effect, ratio),
                "p": NOT_ESTIMATED if effect is None else format_p(effect.p_value),
            }
            if board.adjustment != "none":
                row[phrase("Adjusted p")] = NOT_ESTIMATED if effect is None else format_p(effect.adjusted_p_value)
            rows.append(row)
    return pd.DataFrame(rows)


def _effect(effect: BoardEffect | None, ratio: bool) -> str:
    form = format_ratio if ratio else format_points
    if effect is None or effect.estimate is None:
        return NOT_ESTIMATED
    return form(effect.estimate) + " (" + format_interval(effect.ci_lower, effect.ci_upper, form) + ")"
