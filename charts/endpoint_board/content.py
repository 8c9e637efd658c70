"""What the board of endpoints shows: a panel of hazard ratios and one of differences of rates."""

import pandas as pd

from analysis.phrases import join_phrases, phrase
from analysis.study.endpoint_board import BoardEffect, BoardEndpoint, EndpointBoard, Measure
from charts.forest.content import (
    ForestContent,
    ForestMark,
    ForestPanel,
    ForestRow,
    When,
    describe_forest,
    effect_words,
    forest_panel,
    part_of,
    populations_shown,
)
from charts.lettering import clean_label, short_label
from charts.style import DesignWord, Population, format_level, format_p, format_p_statement, versus

LABEL_ON_AXIS = 14
FEW_EVENTS = 10
"""An endpoint with fewer events or responders is drawn hollow."""

_TITLES: dict[Measure, str] = {
    "hazard_ratio": phrase("Hazard ratio"),
    "risk_difference": phrase("Difference in response, points"),
}


def board_content(
    board: EndpointBoard,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
) -> ForestContent:
    """Gather the endpoints in the order of the study, survival endpoints in the upper panel.

    Parameters
    ----------
    board : EndpointBoard
    population : {"before", "after", "compare"}
        A comparison draws an arrow from before to after.
    treated_label, control_label : str
        The arms.
    design_word : {"matching", "weighting"}
    """
    whens = populations_shown(population)
    arms = versus(short_label(treated_label, LABEL_ON_AXIS), short_label(control_label, LABEL_ON_AXIS))
    panels = [
        _panel(
            [item for item in board.endpoints if item.measure == measure],
            whens,
            join_phrases((title, arms), ", "),
            board,
        )
        for measure, title in _TITLES.items()
        if any(item.measure == measure for item in board.endpoints)
    ]
    return ForestContent(
        panels=tuple(panels),
        whens=whens,
        sentences=(phrase("Events or responders/patients of both arms beside the names."),),
        design_word=design_word,
        arrows=len(whens) > 1,
    )


def _panel(endpoints: list[BoardEndpoint], whens: tuple[When, ...], title: str, board: EndpointBoard) -> ForestPanel:
    log = endpoints[0].measure == "hazard_ratio"
    rows = []
    for item in endpoints:
        given = [(when, effect) for when in whens if (effect := _of(item, when)) is not None]
        marks = tuple(_mark(when, effect, log, ghost=len(whens) > 1 and when == "before") for when, effect in given)
        words = "" if marks else "–"
        place = str(board.endpoints.index(item))
        rows.append(ForestRow(name=clean_label(item.name), kind="single", marks=marks, words=words, key=place))
    return forest_panel(rows, log=log, title=title + " (" + format_level(board.confidence_level) + ")")


def _of(endpoint: BoardEndpoint, when: When) -> BoardEffect | None:
    return endpoint.before if when == "before" else endpoint.after


def _mark(when: When, effect: BoardEffect, log: bool, *, ghost: bool) -> ForestMark:
    values = (effect.estimate, effect.ci_lower, effect.ci_upper)
    hover = format_p_statement(effect.p_value)
    if effect.adjusted_p_value is not None:
        hover += phrase(", adjusted {p}", p=format_p(effect.adjusted_p_value))
    return ForestMark(
        when=when,
        ghost=ghost,
        few=effect.n_events < FEW_EVENTS,
        share=0.6,
        estimate=values[0],
        lower=values[1],
        upper=values[2],
        counts=part_of(effect.n_events, effect.n_treated + effect.n_control),
        words=effect_words(*values, log=log),
        hover=hover,
    )


def describe_board(
    board: EndpointBoard,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    design_word: DesignWord = "matching",
) -> str:
    """The figure in words, for readers who do not see it."""
    content = board_content(
        board,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        design_word=design_word,
    )
    return describe_forest(content)


def board_table(board: EndpointBoard) -> pd.DataFrame:
    """The figure's numbers: one row for each endpoint and population, full precision."""
    counts = ("n_treated", "n_control", "events_treated", "events_control")
    names = (*counts, "estimate", "ci_lower", "ci_upper", "p_value", "adjusted_p_value")
    rows = [
        {"outcome": item.name, "measure": item.measure, "population": when}
        | {name: getattr(effect, name) for name in names}
        | {"test": effect.test, "adjustment": board.adjustment}
        for item in board.endpoints
        for when, effect in (("before", item.before), ("after", item.after))
        if effect is not None
    ]
    columns = ["outcome", "measure", "population", *names, "test", "adjustment"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(names[4:], "float64"))
