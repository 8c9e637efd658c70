"""What a forest plot shows, before anything is drawn: panels of rows, each row with a mark for each population."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

from analysis.phrases import join_phrases, phrase
from charts.lettering import breaking
from charts.style import (
    NOT_ESTIMATED,
    WHEN_NAME,
    DesignWord,
    Population,
    format_count,
    format_interval,
    format_points,
    format_points_tick,
    format_ratio,
    format_tick,
)

When = Literal["before", "after"]
RowKind = Literal["heading", "level", "single", "overall"]

_RATIO_ENDS = (0.05, 20.0)
"""A ratio beyond these ends is not drawn to its place; its limits run over the edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestMark:
    """One effect; None where there is none.

    Attributes
    ----------
    when : {"before", "after"}
    ghost : bool
        Whether it stands behind another.
    few : bool
        Whether it rests on few patients or events.
    share : float
        Size of the mark from 0 to 1.
    counts, words : str
        Events and patients left of the axis; the effect with its limits right of it.
    hover : str
        What else is said of it.
    """

    when: When
    ghost: bool
    few: bool
    share: float
    estimate: float | None
    lower: float | None
    upper: float | None
    counts: str
    words: str
    hover: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """A heading with words at its end, or a name with marks.

    Attributes
    ----------
    name : str
    kind : {"heading", "level", "single", "overall"}
        A heading has no marks, its levels are set in; the overall row stands under a rule.
    marks : tuple of ForestMark
        From top to bottom.
    words : str
        At the right end of a heading; of a level without a mark, such as ``reference``.
    counts : str
        Of a row without a mark.
    key : str
        What a click on a mark says of the row: a place in the result, never a label.
    """

    name: str
    kind: RowKind
    marks: tuple[ForestMark, ...] = ()
    words: str = ""
    counts: str = ""
    key: str = ""

    @property
    def lines(self) -> int:
        """Lines of lettering that it takes."""
        return max(1, len(self.marks))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestPanel:
    """Rows over one axis of effects.

    Attributes
    ----------
    rows : tuple of ForestRow
    log : bool
        True for ratios.
    range : (float, float)
    ticks : tuple of float
        In the effect's own unit.
    title : str
    """

    rows: tuple[ForestRow, ...]
    log: bool
    range: tuple[float, float]
    ticks: tuple[float, ...]
    title: str

    @property
    def guide(self) -> float:
        """No effect."""
        return 1.0 if self.log else 0.0

    def tick_text(self, tick: float) -> str:
        """A tick's name."""
        return format_tick(tick) if self.log else format_points_tick(tick)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestContent:
    """Panels from top to bottom with the sentences above them.

    Attributes
    ----------
    panels : tuple of ForestPanel
    whens : tuple of {"before", "after"}
        The populations, the one in front first.
    sentences : tuple of str
    design_word : {"matching", "weighting"}
    arrows : bool
        Whether an arrow leads from the effect before to that after.
    """

    panels: tuple[ForestPanel, ...]
    whens: tuple[When, ...]
    sentences: tuple[str, ...]
    design_word: DesignWord
    arrows: bool = False

    @property
    def marks(self) -> tuple[ForestMark, ...]:
        """Every mark of every panel."""
        return tuple(mark for panel in self.panels for row in panel.rows for mark in row.marks)

    @property
    def has_few(self) -> bool:
        """Whether a mark rests on few patients or events."""
        return any(mark.few and mark.estimate is not None for mark in self.marks)

    @property
    def counts(self) -> tuple[str, ...]:
        """Everything that stands in the column of counts."""
        rows = [row.counts for panel in self.panels for row in panel.rows]
        return (*(mark.counts for mark in self.marks), *rows)


def populations_shown(population: Population) -> tuple[When, ...]:
    """The populations of a switch, the one in front first."""
    return ("after", "before") if population == "compare" else (population,)


def effect_words(estimate: float | None, lower: float | None, upper: float | None, *, log: bool) -> str:
    """An effect with its limits, or a dash.

    Examples
    --------
    >>> effect_words(0.7, 0.5, 1.02, log=True)
    '0.70 (0.50–1.02)'
    """
    form = format_ratio if log else format_points
    if estimate is None:
        return NOT_ESTIMATED
    return phrase("{effect} ({limits})", effect=form(estimate), limits=format_interval(lower, upper, form))


def part_of(events: int, n: int) -> str:
    """Events among patients, as the column of counts has them.

    Examples
    --------
    >>> part_of(12, 1034)
    '12/1,034'
    """
    return f"{format_count(events)}/{format_count(n)}"


def forest_panel(rows: Sequence[ForestRow], *, log: bool, title: str) -> ForestPanel:
    """A panel whose axis holds all limits, as far as they are worth drawing, and no effect."""
    values = [
        value
        for row in rows
        for mark in row.marks
        for value in (mark.estimate, mark.lower, mark.upper)
        if value is not None and mark.estimate is not None
    ]
    low, high = _reach(values, log)
    return ForestPanel(rows=tuple(rows), log=log, range=(low, high), ticks=_ticks(low, high, log), title=title)


def _reach(values: Sequence[float], log: bool) -> tuple[float, float]:
    if log:
        kept = [min(max(value, _RATIO_ENDS[0]), _RATIO_ENDS[1]) for value in values] or [0.5, 2.0]
        return min(*kept, 0.8) / 1.1, max(*kept, 1.25) * 1.1
    kept = [min(max(value, -1.0), 1.0) for value in values] or [-0.1, 0.1]
    return min(*kept, -0.05) - 0.03, max(*kept, 0.05) + 0.03


def _ticks(low: float, high: float, log: bool) -> tuple[float, ...]:
    if log:
        for series in ((0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0), (0.5, 0.7, 1.0, 1.5, 2.0)):
            ticks = tuple(tick for tick in series if low <= tick <= high)
            if len(ticks) >= 3:
                return ticks
        return ticks
    step = next((step for step in (0.05, 0.1, 0.2, 0.25) if (high - low) / step <= 7), 0.5)
    return tuple(round(step * number, 10) for number in range(ceil(low / step), floor(high / step) + 1))


def describe_forest(content: ForestContent) -> str:
    """A forest plot in words, for readers who do not see it."""
    parts = []
    for panel in content.panels:
        rows = []
        for row in panel.rows:
            marks = [_mark_words(mark, len(content.whens)) for mark in row.marks]
            said = [part for part in (row.counts, row.words, *marks) if part]
            told = join_phrases(said, ", ")
            rows.append(phrase("{what}: {told}", what=row.name, told=told) if said else row.name.strip())
        parts.append(phrase("{sentence}.", sentence=panel.title))
        parts.append(phrase("{sentence}.", sentence=join_phrases(rows, "; ")))
    return breaking(join_phrases([*parts, *content.sentences]))


def _mark_words(mark: ForestMark, n_populations: int) -> str:
    words = join_phrases((WHEN_NAME[mark.when], mark.words)) if n_populations > 1 else mark.words
    return join_phrases((mark.counts, words), ", ") if mark.counts else words
