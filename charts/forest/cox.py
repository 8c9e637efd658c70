"""The Cox table as a forest plot: each level's hazard ratio, of one model alone or of all covariates together."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import pandas as pd
import plotly.graph_objects as go

from analysis.outcomes.cox_table import CoxEstimate, CoxTable, CoxTableRow, CoxTableVariable
from analysis.phrases import phrase
from analysis.study.cox_tables import EndpointCoxTable
from charts.column import in_column
from charts.forest.content import (
    ForestContent,
    ForestMark,
    ForestRow,
    When,
    describe_forest,
    effect_words,
    forest_panel,
    part_of,
    populations_shown,
)
from charts.forest.publication import forest_print
from charts.forest.screen import forest_screen
from charts.lettering import clean_label, unbroken
from charts.style import (
    DOUBLE_COLUMN_MM,
    LIGHT,
    DesignWord,
    Population,
    Theme,
    format_count,
    format_level,
    format_p_statement,
    population_name,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Model = Literal["univariable", "multivariable"]

REFERENCE = phrase("reference")
FEW_EVENTS = 5
"""A level with fewer events is drawn hollow."""


def cox_content(
    before: EndpointCoxTable | None,
    after: EndpointCoxTable | None,
    *,
    population: Population,
    model: Model = "multivariable",
    design_word: DesignWord = "matching",
) -> ForestContent:
    """Gather the rows: the treatment, then the covariates in the order of the study.

    Parameters
    ----------
    before, after : EndpointCoxTable or None
        Of one endpoint in both populations.
    population : {"before", "after", "compare"}
    model : {"univariable", "multivariable"}
        Whose ratios are shown.
    design_word : {"matching", "weighting"}
    """
    found = {"before": before, "after": after}
    whens = tuple(when for when in populations_shown(population) if found[when] is not None)
    tables: dict[When, CoxTable] = {
        when: table for when in whens for item in [found[when]] if item is not None and (table := item.table)
    }
    names = list(dict.fromkeys(variable.name for table in tables.values() for variable in table.variables))
    rows = [row for name in names for row in _rows(name, tables, model, len(whens) > 1)]
    level = next((table.confidence_level for table in tables.values()), 0.95)
    fields = {"level": format_level(level)}
    title = (
        phrase("Hazard ratio, all together ({level})", **fields)
        if model == "multivariable"
        else phrase("Hazard ratio, each alone ({level})", **fields)
    )
    return ForestContent(
        panels=(forest_panel(rows, log=True, title=title),),
        whens=whens,
        sentences=tuple(_sentence(when, table, design_word, model) for when, table in tables.items()),
        design_word=design_word,
    )


def _sentence(when: When, table: CoxTable, design_word: DesignWord, model: Model) -> str:
    where = population_name(when, design_word).capitalize()
    fields = {"where": where, "n": format_count(table.n), "events": format_count(table.n_events)}
    if model == "univariable":
        return phrase("{where}: {n} patients, {events} events.", **fields)
    test = table.proportional_hazards
    text = phrase(
        "{where}: {n} patients, {events} events for {coefficients:,} coefficients",
        coefficients=table.n_coefficients,
        **fields,
    )
    if test is not None:
        text += phrase("; proportional hazards of all terms {p}", p=unbroken(format_p_statement(test.p_value)))
    return phrase("{sentence}.", sentence=text)


def _rows(name: str, tables: Mapping[When, CoxTable], model: Model, compared: bool) -> list[ForestRow]:
    found: dict[When, CoxTableVariable] = {
        when: variable for when, table in tables.items() for variable in table.variables if variable.name == name
    }
    levels = list(dict.fromkeys(row.level for variable in found.values() for row in variable.rows))
    if levels == [None]:
        return [
            _row(phrase("{covariate}, per unit", covariate=clean_label(name)), "single", None, found, model, compared)
        ]
    heading = ForestRow(name=clean_label(name), kind="heading")
    return [heading, *(_row(clean_label(str(level)), "level", level, found, model, compared) for level in levels)]


def _row(
    name: str,
    kind: Literal["single", "level"],
    level: str | None,
    found: Mapping[When, CoxTableVariable],
    model: Model,
    compared: bool,
) -> ForestRow:
    rows: dict[When, CoxTableRow] = {
        when: row for when, variable in found.items() for row in variable.rows if row.level == level
    }
    if all(row.reference for row in rows.values()):
        front = next(iter(rows.values()))
        return ForestRow(name=name, kind=kind, words=REFERENCE, counts=part_of(front.n_events, front.n))
    marks = tuple(_mark(when, row, model, ghost=compared and when == "before") for when, row in rows.items())
    return ForestRow(name=name, kind=kind, marks=marks)


def _mark(when: When, row: CoxTableRow, model: Model, *, ghost: bool) -> ForestMark:
    found: CoxEstimate | None = getattr(row, model)
    values = (None, None, None) if found is None else (found.hazard_ratio, found.ci_lower, found.ci_upper)
    return ForestMark(
        when=when,
        ghost=ghost,
        few=row.n_events < FEW_EVENTS,
        share=0.4,
        estimate=values[0],
        lower=values[1],
        upper=values[2],
        counts=part_of(row.n_events, row.n),
        words=REFERENCE if row.reference else effect_words(*values, log=True),
        hover="" if found is None else format_p_statement(found.p_value),
    )


def cox_figure(
    before: EndpointCoxTable | None,
    after: EndpointCoxTable | None,
    *,
    population: Population,
    model: Model = "multivariable",
    design_word: DesignWord = "matching",
    theme: Theme = LIGHT,
    width: int = 640,
) -> go.Figure:
    """Draw the hazard ratio of every level with its limits, events and patients beside it; see :func:`cox_content`."""
    content = cox_content(before, after, population=population, model=model, design_word=design_word)
    return forest_screen(content, theme=theme, width=width)


@in_column
def cox_publication(
    before: EndpointCoxTable | None,
    after: EndpointCoxTable | None,
    *,
    population: Population,
    model: Model = "multivariable",
    design_word: DesignWord = "matching",
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw the Cox table for print; ``width`` in millimetres."""
    content = cox_content(before, after, population=population, model=model, design_word=design_word)
    return forest_print(content, width=width)


def describe_cox(
    before: EndpointCoxTable | None,
    after: EndpointCoxTable | None,
    *,
    population: Population,
    model: Model = "multivariable",
    design_word: DesignWord = "matching",
) -> str:
    """The figure in words, for readers who do not see it."""
    return describe_forest(cox_content(before, after, population=population, model=model, design_word=design_word))


def cox_rows(before: EndpointCoxTable | None, after: EndpointCoxTable | None) -> pd.DataFrame:
    """The figure's numbers: one row for each population, variable and level, both models side by side."""
    tables = [
        item.table.to_table().assign(population=when, outcome=item.endpoint)
        for when, item in (("before", before), ("after", after))
        if item is not None and item.table is not None
    ]
    if not tables:
        return pd.DataFrame({"outcome": [], "population": []})
    joined = pd.concat(tables, ignore_index=True)
    return joined[["outcome", "population", *(name for name in joined if name not in ("outcome", "population"))]]
