"""The table beneath the curves: who is still at risk at each tick, and who has left and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.phrases import join_phrases, phrase
from charts.style import format_count, format_number
from charts.survival.content import DrawnCurve, SurvivalContent
from charts.survival.words import legend_label

TableRow = Literal["at risk", "censored", "events"]

ROW_NAME = {
    "at risk": phrase("At risk"),
    "effective": phrase("Effective"),
    "censored": phrase("Censored"),
    "events": phrase("Events"),
}
ROW_TITLE = {
    "at risk": phrase("Patients at risk"),
    "censored": phrase("Censored so far"),
    "events": phrase("Events so far"),
}
_SAME_NUMBER = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A line of the table: a heading that spans it, or a row of counts with its name.

    Attributes
    ----------
    name, heading : str
        One of them is empty.
    counts : tuple of str
        One for each tick; empty for a heading.
    colour : str
        Of the arm; empty when the line belongs to both.
    quiet : bool
        Whether it belongs to a population behind another.
    """

    name: str = ""
    heading: str = ""
    counts: tuple[str, ...] = ()
    colour: str = ""
    quiet: bool = False


def table_lines(
    content: SurvivalContent, rows: Sequence[TableRow], *, compared: bool, fits: Callable[[Sequence[str]], bool]
) -> list[TableLine]:
    """The lines from top to bottom: one row an arm where its name fits beside it, else a heading and its rows.

    Parameters
    ----------
    content : SurvivalContent
        The curves and the ticks.
    rows : sequence of {"at risk", "censored", "events"}
        What is counted. Where patients are weighted, their effective number follows those at risk.
    compared : bool
        Whether the names must say which population a row belongs to.
    fits : callable
        Whether these names can stand beside the counts.
    """
    if not rows:
        return []
    curves = content.listed
    names = [legend_label(curve.label, curve.population, compared=compared, compact=False) for curve in curves]
    single = len(rows) == 1 and not any(_weighted(curve) for curve in curves) and fits(names)
    lines = [TableLine(heading=ROW_TITLE[rows[0]], quiet=True)] if single else []
    for curve, name in zip(curves, names, strict=True):
        colour = curve.colour
        if single:
            lines.append(TableLine(name=name, counts=_counts(curve, rows[0]), colour=colour, quiet=curve.ghost))
            continue
        heading = join_phrases((curve.label, curve.when), ", ") if compared else curve.label
        lines.append(TableLine(heading=heading, colour=colour, quiet=curve.ghost))
        for row in rows:
            lines.append(TableLine(name=ROW_NAME[row], counts=_counts(curve, row), colour=colour, quiet=curve.ghost))
            if row == "at risk" and _weighted(curve):
                effective = tuple(format_number(moment.effective_at_risk or 0.0, ",.1f") for moment in curve.at)
                lines.append(TableLine(name=ROW_NAME["effective"], counts=effective, colour=colour, quiet=curve.ghost))
    return lines


def _counts(curve: DrawnCurve, row: TableRow) -> tuple[str, ...]:
    if row == "at risk":
        return tuple(format_count(moment.at_risk) for moment in curve.at)
    return tuple(format_count(moment.censored if row == "censored" else moment.events) for moment in curve.at)


def _weighted(curve: DrawnCurve) -> bool:
    """Whether the effective number at risk ever differs from the number at risk."""
    return any(
        moment.effective_at_risk is not None and abs(moment.effective_at_risk - moment.at_risk) > _SAME_NUMBER
        for moment in curve.at
    )
