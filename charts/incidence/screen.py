"""The interactive figure of cumulative incidence."""

import plotly.graph_objects as go

from analysis.study.competing import CompetingComparison
from charts.incidence.content import Cause, incidence_content
from charts.style import LIGHT, DesignWord, Population, Theme
from charts.survival.screen import curves_figure, most_time_ticks


def incidence_figure(
    before: CompetingComparison | None,
    after: CompetingComparison | None = None,
    *,
    population: Population,
    cause: Cause = "event",
    treated_label: str,
    control_label: str,
    outcome: str,
    time_unit: str = "months",
    theme: Theme = LIGHT,
    width: int = 560,
    plot_height: int = 300,
    compact: bool = False,
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> go.Figure:
    """Draw how many patients of each arm have had the event first, or what competes with it, by when.

    Parameters
    ----------
    before, after : CompetingComparison or None
        Only what the population view needs has to be given.
    population : {"before", "after", "compare"}
        Which of them to draw.
    cause : {"event", "competing"}
        The endpoint's event, or what competes with it.
    treated_label, control_label, outcome, time_unit, theme, width, plot_height, compact, shown_set, design_word
        As in :func:`charts.survival.survival_figure`.

    Raises
    ------
    ValueError
        When the view needs a comparison that was not given.
    """
    content = incidence_content(
        before,
        after,
        population=population,
        cause=cause,
        treated_label=treated_label,
        control_label=control_label,
        time_unit=time_unit,
        most_ticks=most_time_ticks(width, compact=compact),
        compact=compact,
        shown_set=shown_set,
        design_word=design_word,
    )
    return curves_figure(
        content,
        outcome=outcome,
        time_unit=time_unit,
        table_rows=("at risk",),
        compared=population == "compare" and not compact,
        theme=theme,
        width=width,
        plot_height=plot_height,
        compact=compact,
    )
