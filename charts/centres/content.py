"""What a forest plot of centres shows, before anything is drawn: a row for each centre, and one for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.phrases import join_phrases, phrase
from analysis.study.centres import CentreComparison, CentreEffect, Heterogeneity
from charts.lettering import breaking, clean_label, short_label, unbroken
from charts.style import (
    NOT_ESTIMATED,
    WHEN_NAME,
    DesignWord,
    Population,
    format_count,
    format_interval,
    format_level,
    format_number,
    format_p_statement,
    format_percent,
    format_points,
    format_points_tick,
    format_ratio,
    format_tick,
    population_name,
    versus,
)

When = Literal["before", "after"]
ALL = phrase("All centres")
LABEL_ON_AXIS = 14
_RATIO_ENDS = (0.05, 20.0)
"""A hazard ratio beyond these ends is not drawn to its place; its limits run over the edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreMark:
    """The effect of one centre in one population; None where there is none."""

    when: When
    ghost: bool
    n: int
    few: bool
    estimate: float | None
    lower: float | None
    upper: float | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreRow:
    """A centre, or all of them: its name, who is in it, and a mark for each population shown."""

    name: str
    counts: str
    overall: bool
    marks: tuple[CentreMark, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CentresContent:
    """The rows from top to bottom, the sentences above them, and the axis of effects.

    ``log`` is True for hazard ratios; ``guide`` is no effect; ``range`` and ``ticks`` are in the effect's own unit.
    """

    rows: tuple[CentreRow, ...]
    whens: tuple[When, ...]
    sentences: tuple[str, ...]
    log: bool
    guide: float
    range: tuple[float, float]
    ticks: tuple[float, ...]
    title: str
    design_word: DesignWord

    @property
    def has_few(self) -> bool:
        """Whether a centre is too small to take part in the heterogeneity."""
        return any(mark.few for row in self.rows for mark in row.marks)

    def tick_text(self, tick: float) -> str:
        """A tick's name."""
        return format_tick(tick) if self.log else format_points_tick(tick)


def centres_content(
    found: CentreComparison,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    overall_before: CentreEffect | None = None,
    overall_after: CentreEffect | None = None,
    design_word: DesignWord = "matching",
) -> CentresContent:
    """Gather the rows: the largest centre first, then all of them."""
    whens: tuple[When, ...] = ("after", "before") if population == "compare" else (population,)
    log = found.measure == "hazard_ratio"
    order = sorted(range(len(found.before)), key=lambda row: -_size(found.before[row]))
    rows = [_row({"before": found.before[row], "after": found.after[row]}, whens, log) for row in order]
    overall = {"before": overall_before, "after": overall_after}
    if any(overall[when] is not None for when in whens):
        rows.append(_row(overall, whens, log, overall=True))
    low, high = _reach(rows, log)
    arms = versus(short_label(treated_label, LABEL_ON_AXIS), short_label(control_label, LABEL_ON_AXIS))
    what = phrase("Hazard ratio") if log else phrase("Difference in points")
    return CentresContent(
        rows=tuple(rows),
        whens=whens,
        sentences=_sentences(found, whens, design_word),
        log=log,
        guide=1.0 if log else 0.0,
        range=(low, high),
        ticks=_ticks(low, high, log),
        title=phrase("{what}, {arms} ({level})", what=what, arms=arms, level=format_level(found.confidence_level)),
        design_word=design_word,
    )


def _size(effect: CentreEffect) -> int:
    return effect.n_treated + effect.n_control


def _row(
    effects: Mapping[str, CentreEffect | None],
    whens: Sequence[When],
    log: bool,
    *,
    overall: bool = False,
) -> CentreRow:
    given = [(when, effect) for when in whens if (effect := effects.get(when)) is not None]
    marks = tuple(_mark(when, effect, log, ghost=len(whens) > 1 and when == "before") for when, effect in given)
    shown = given[0][1]
    n = format_count(shown.n_events)
    events = phrase("{n} event", n=n) if shown.n_events == 1 else phrase("{n} events", n=n)
    arms = versus(format_count(shown.n_treated), format_count(shown.n_control)) + ","
    counts = join_phrases((unbroken(arms), unbroken(events)))
    return CentreRow(name=ALL if overall else clean_label(shown.level), counts=counts, overall=overall, marks=marks)


def _mark(when: When, effect: CentreEffect, log: bool, *, ghost: bool) -> CentreMark:
    form = format_ratio if log else format_points
    words = NOT_ESTIMATED
    if effect.estimate is not None:
        limits = format_interval(effect.ci_lower, effect.ci_upper, form)
        words = phrase("{effect} ({limits})", effect=form(effect.estimate), limits=limits)
    return CentreMark(
        when=when,
        ghost=ghost,
        n=_size(effect),
        few=effect.few,
        estimate=effect.estimate,
        lower=effect.ci_lower,
        upper=effect.ci_upper,
        words=words,
    )


def _reach(rows: Sequence[CentreRow], log: bool) -> tuple[float, float]:
    """The ends of the axis: all limits, as far as they are worth drawing, and no effect."""
    values = [
        value
        for row in rows
        for mark in row.marks
        for value in (mark.estimate, mark.lower, mark.upper)
        if value is not None
    ]
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
    first, last = int(-(-low // step)), int(high // step)
    return tuple(round(step * number, 10) for number in range(first, last + 1))


def _sentences(found: CentreComparison, whens: Sequence[When], design_word: DesignWord) -> tuple[str, ...]:
    both: dict[When, Heterogeneity | None] = {
        "before": found.heterogeneity_before,
        "after": found.heterogeneity_after,
    }
    sentences = []
    for when in whens:
        heterogeneity = both[when]
        where = population_name(when, design_word)
        if heterogeneity is None:
            sentences.append(phrase("Centres, {where}: too few to compare their effects.", where=where))
            continue
        parts = (
            phrase("{n} centres,", n=heterogeneity.n_levels),
            phrase(
                "Q = {q} on {degrees} df,",
                q=format_number(heterogeneity.q, ".1f"),
                degrees=heterogeneity.degrees_of_freedom,
            ),
            format_p_statement(heterogeneity.p_value) + ",",
            f"I² = {format_percent(heterogeneity.i_squared)}",
        )
        told = join_phrases([unbroken(part) for part in parts])
        sentences.append(phrase("Differences between centres, {where}: {told}.", where=where, told=told))
    return tuple(sentences)


def centres_table(
    found: CentreComparison,
    *,
    overall_before: CentreEffect | None = None,
    overall_after: CentreEffect | None = None,
) -> pd.DataFrame:
    """The figure's numbers: one row for each centre and population, and for all centres where they were given."""
    given = (("before", found.before, overall_before), ("after", found.after, overall_after))
    rows = [
        (when, name, one.n_treated, one.n_control, one.n_events, one.estimate, one.ci_lower, one.ci_upper)
        for when, effects, overall in given
        for name, one in [*((one.level, one) for one in effects), *([(ALL, overall)] if overall is not None else [])]
    ]
    names = ["population", "centre", "treated", "control", "events", found.measure, "ci_lower", "ci_upper"]
    table = pd.DataFrame(rows, columns=names)
    return table.astype(dict.fromkeys(names[5:], object)).where(table.notna(), None)


def describe_centres(
    found: CentreComparison,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    overall_before: CentreEffect | None = None,
    overall_after: CentreEffect | None = None,
    design_word: DesignWord = "matching",
) -> str:
    """The figure in a sentence or two, for readers who do not see it: the effect of each centre, and of all."""
    content = centres_content(
        found,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        overall_before=overall_before,
        overall_after=overall_after,
        design_word=design_word,
    )
    words = phrase(
        "{title} of {endpoint} by {centre}: {rows}.",
        title=content.title,
        endpoint=clean_label(found.endpoint),
        centre=clean_label(found.centre),
        rows=join_phrases([_row_words(row) for row in content.rows], "; "),
    )
    return breaking(join_phrases([words, *content.sentences]))


def _row_words(row: CentreRow) -> str:
    marks = [join_phrases((WHEN_NAME[mark.when], mark.words)) for mark in row.marks]
    return phrase("{name} ({counts}) {marks}", name=row.name, counts=row.counts, marks=join_phrases(marks, ", "))
