"""The figure of cumulative incidence for a journal's page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.study.competing import CompetingComparison
from charts.column import in_column
from charts.incidence.content import Cause, incidence_content
from charts.style import DOUBLE_COLUMN_MM, DesignWord, Population
from charts.survival.publication import curves_publication, most_printed_ticks
from charts.survival.table import TableRow

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@in_column
def incidence_publication(
    before: CompetingComparison | None,
    after: CompetingComparison | None = None,
    *,
    population: Population,
    cause: Cause = "event",
    treated_label: str,
    control_label: str,
    outcome: str,
    time_unit: str = "months",
    table_rows: Sequence[TableRow] = ("at risk",),
    width: float = DOUBLE_COLUMN_MM,
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> "Figure":
    """Draw cumulative incidence for print; arguments as in :func:`incidence_figure`, ``width`` in millimetres."""
    content = incidence_content(
        None if population == "after" else before,
        None if population == "before" else after,
        population=population,
        cause=cause,
        treated_label=treated_label,
        control_label=control_label,
        time_unit=time_unit,
        most_ticks=most_printed_ticks(width),
        shown_set=shown_set,
        design_word=design_word,
    )
    return curves_publication(
        content, outcome=outcome, time_unit=time_unit, population=population, table_rows=table_rows, width=width
    )
