"""The effect in the levels of subgroups as a forest plot, with the test of interaction beside each column's name."""

from collections.abc import Mapping
from math import sqrt
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from analysis.outcomes.subgroups import SubgroupLevel
from analysis.phrases import join_phrases, phrase
from analysis.study.subgroups import EndpointSubgroups, Subgroup
from charts.column import in_column
from charts.forest.content import (
    ForestContent,
    ForestMark,
    ForestRow,
    RowKind,
    When,
    describe_forest,
    effect_words,
    forest_panel,
    part_of,
    populations_shown,
)
from charts.forest.publication import forest_print
from charts.forest.screen import forest_screen
from charts.lettering import clean_label, short_label
from charts.style import (
    DOUBLE_COLUMN_MM,
    LIGHT,
    WHEN_NAME,
    DesignWord,
    Population,
    Theme,
    format_level,
    format_p_statement,
    versus,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABEL_ON_AXIS = 14
NO_TEST = phrase("no test")


def subgroups_content(
    before: EndpointSubgroups | None,
    after: EndpointSubgroups | None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
) -> ForestContent:
    """Gather the rows: each column with its test of interaction, its levels, and all patients beneath.

    Parameters
    ----------
    before, after : EndpointSubgroups or None
        Of one endpoint in both populations.
    population : {"before", "after", "compare"}
    treated_label, control_label : str
        The arms.
    design_word : {"matching", "weighting"}
    """
    given = {"before": before, "after": after}
    found: dict[When, EndpointSubgroups] = {
        when: item for when in populations_shown(population) if (item := given[when]) is not None
    }
    whens = tuple(found)
    front = next(iter(found.values()))
    log = front.measure == "hazard_ratio"
    most = max((_size(level) for item in found.values() for level in _levels(item)), default=1)
    rows: list[ForestRow] = []
    for place, subgroup in enumerate(front.subgroups):
        rows += _rows({when: item.subgroups[place] for when, item in found.items()}, subgroup.column, log, most)
    overall = {when: item.overall for when, item in found.items() if item.overall is not None}
    if overall:
        rows.append(_row(phrase("All patients"), "overall", overall, len(found) > 1, log, most))
    arms = versus(short_label(treated_label, LABEL_ON_AXIS), short_label(control_label, LABEL_ON_AXIS))
    level = format_level(front.confidence_level)
    what = phrase("Hazard ratio") if log else phrase("Difference in points")
    beside = (
        phrase("Events/patients beside the names, {arms}.", arms=arms)
        if log
        else phrase("Responders/patients beside the names, {arms}.", arms=arms)
    )
    test = phrase("p: test of interaction, not of a single level.")
    return ForestContent(
        panels=(
            forest_panel(rows, log=log, title=phrase("{what}, {arms} ({level})", what=what, arms=arms, level=level)),
        ),
        whens=whens,
        sentences=(join_phrases((beside, test)),),
        design_word=design_word,
    )


def _size(level: SubgroupLevel) -> int:
    return level.n_treated + level.n_control


def _levels(found: EndpointSubgroups) -> list[SubgroupLevel]:
    return [level for item in found.subgroups if item.effects is not None for level in item.effects.levels]


def _rows(found: Mapping[When, Subgroup], column: str, log: bool, most: int) -> list[ForestRow]:
    heading = ForestRow(name=clean_label(column), kind="heading", words=_interactions(found))
    by_label: dict[str, dict[When, SubgroupLevel]] = {}
    for when, item in found.items():
        for level in () if item.effects is None else item.effects.levels:
            by_label.setdefault(level.label, {})[when] = level
    order = _order(found)
    return [
        heading,
        *(_row(clean_label(label), "level", by_label[label], len(found) > 1, log, most) for label in order),
    ]


def _order(found: Mapping[When, Subgroup]) -> list[str]:
    """Labels as the population with the most levels has them: a design can only lose levels."""
    labels = [[level.label for level in item.effects.levels] for item in found.values() if item.effects is not None]
    longest = max(labels, key=len, default=[])
    return list(dict.fromkeys([*longest, *(label for some in labels for label in some)]))


def _interactions(found: Mapping[When, Subgroup]) -> str:
    parts = []
    for when, item in found.items():
        test = None if item.effects is None else item.effects.interaction
        p_value = NO_TEST if test is None else format_p_statement(test.p_value)
        parts.append(join_phrases((WHEN_NAME[when], p_value)) if len(found) > 1 else p_value)
    return join_phrases(parts, ", ")


def _row(
    name: str, kind: RowKind, levels: Mapping[When, SubgroupLevel], compared: bool, log: bool, most: int
) -> ForestRow:
    marks = []
    for when, level in levels.items():
        values = (level.effect.estimate, level.effect.ci_lower, level.effect.ci_upper)
        arms = ((level.events_treated, level.n_treated), (level.events_control, level.n_control))
        marks.append(
            ForestMark(
                when=when,
                ghost=compared and when == "before",
                few=level.small,
                share=sqrt(_size(level) / most) if most else 0.0,
                estimate=values[0],
                lower=values[1],
                upper=values[2],
                counts=versus(*(part_of(events, n) for events, n in arms)),
                words=effect_words(*values, log=log),
                hover=phrase("Few patients or events") if level.small else "",
            )
        )
    return ForestRow(name=name, kind=kind, marks=tuple(marks))


def subgroups_figure(
    before: EndpointSubgroups | None,
    after: EndpointSubgroups | None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
    theme: Theme = LIGHT,
    width: int = 640,
) -> go.Figure:
    """Draw the effect in every level with its limits; arguments as in :func:`subgroups_content`."""
    content = subgroups_content(
        before,
        after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        design_word=design_word,
    )
    return forest_screen(content, theme=theme, width=width)


@in_column
def subgroups_publication(
    before: EndpointSubgroups | None,
    after: EndpointSubgroups | None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
    width: float = DOUBLE_COLUMN_MM,
) -> "Figure":
    """Draw the subgroups for print; ``width`` in millimetres."""
    content = subgroups_content(
        before,
        after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        design_word=design_word,
    )
    return forest_print(content, width=width)


def describe_subgroups(
    before: EndpointSubgroups | None,
    after: EndpointSubgroups | None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
) -> str:
    """The figure in words, for readers who do not see it."""
    content = subgroups_content(
        before,
        after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        design_word=design_word,
    )
    return describe_forest(content)


def subgroup_rows(before: EndpointSubgroups | None, after: EndpointSubgroups | None) -> pd.DataFrame:
    """The figure's numbers: one row for each population, column and level."""
    tables = []
    for when, found in (("before", before), ("after", after)):
        for item in () if found is None else found.subgroups:
            if item.effects is not None:
                test = item.effects.interaction
                table = item.effects.to_table().assign(interaction_p_value=None if test is None else test.p_value)
                assert found is not None
                table.insert(0, "subgroup", item.column)
                table.insert(0, "measure", found.measure)
                table.insert(0, "population", when)
                table.insert(0, "outcome", found.endpoint)
                tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({"subgroup": [], "level": []})
