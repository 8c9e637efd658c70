"""What a response figure shows, before anything is drawn: bars, rates and sentences for each endpoint."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.outcomes.proportion import Rate
from analysis.outcomes.response import ArmResponse, ResponseComparison
from analysis.phrases import capitalised, join_phrases, phrase
from charts.lettering import breaking, clean_label, short_label, unbroken
from charts.palette import PaletteColours
from charts.style import (
    RESPONDER_COLOUR,
    RESPONDER_LETTERING,
    RESPONSE_CATEGORIES,
    RESPONSE_COLOUR,
    RESPONSE_LETTERING,
    RESPONSE_NAME,
    WHEN_NAME,
    Arm,
    DesignWord,
    Population,
    format_count,
    format_interval,
    format_level,
    format_p_statement,
    format_percent,
    format_points,
    population_name,
    population_prefix,
    versus,
)

FILL = PaletteColours[str]((*RESPONSE_COLOUR, *RESPONDER_COLOUR))
LETTERING = {**RESPONSE_LETTERING, **RESPONDER_LETTERING}
LONG_NAME = {
    **RESPONSE_NAME,
    "responder": phrase("complete or partial response"),
    "non-responder": phrase("no response"),
}
SHORT_NAME = {"responder": phrase("responder"), "non-responder": phrase("non-responder")}
"""Categories that are no abbreviation."""
LABEL_IN_SENTENCE = 16
_SAME_RATE = 1e-12

Comparisons = Mapping[str, ResponseComparison | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One category of a bar: how many patients, and their share of the arm."""

    category: str
    count: int
    share: float
    start: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseRow:
    """One bar with its rate: an arm of a population.

    Attributes
    ----------
    title : str
        Who it is, in words.
    segments : tuple of Segment
        From the best response to the worst, then not evaluable.
    counts : str
        The count of each category, in words.
    rate : Rate
        The objective response rate.
    weighted : bool
        Whether the patients weigh differently, so that the rate is not the count over the size.
    rate_forms : tuple of str
        Printed forms of the rate, the longest first: the last has neither the count nor that it is weighted.
    """

    arm: Arm
    population: Literal["before", "after"]
    ghost: bool
    label: str
    title: str
    segments: tuple[Segment, ...]
    counts: str
    rate: Rate
    weighted: bool
    rate_forms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseBlock:
    """One endpoint: its name, how the arms differ, and a row for each arm and population."""

    name: str
    sentences: tuple[str, ...]
    rows: tuple[ResponseRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseContent:
    """Every endpoint, the categories that occur in them, and where the axis of rates ends (in percent)."""

    blocks: tuple[ResponseBlock, ...]
    categories: tuple[str, ...]
    level_name: str
    rate_end: float
    design_word: DesignWord

    def rate_words(
        self, row: ResponseRow, room: float, width_of: Callable[[str], float], *, counted: bool = True
    ) -> str:
        """A row's rate as it fits, in whatever unit the room is measured; with its count only where all rows' fit."""
        rows = [one for block in self.blocks for one in block.rows]
        if counted and all(width_of(one.rate_forms[0]) <= room for one in rows):
            return row.rate_forms[0]
        return next((words for words in row.rate_forms[1:] if width_of(words) <= room), row.rate_forms[-1])

    @property
    def weighted_words(self) -> str:
        """What a title over all rates adds where some are weighted and have no room to say so; empty elsewhere."""
        weighted = [row.weighted for block in self.blocks for row in block.rows]
        if not any(weighted):
            return ""
        return phrase(", weighted") if all(weighted) else phrase(", after: weighted")


def response_content(
    before: Comparisons | None,
    after: Comparisons | None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> ResponseContent:
    """Gather what the chosen population shows; endpoints without a comparison are left out."""
    labels: dict[Arm, str] = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    order: tuple[Literal["before", "after"], ...] = ("after", "before") if population == "compare" else (population,)
    given = {"before": before, "after": after}
    for name in order:
        if given[name] is None:
            raise ValueError(f"The view {population!r} needs the comparisons {name} {design_word}, and there are none.")
    names = list(dict.fromkeys(name for where in order for name in given[where] or ()))
    blocks = []
    for endpoint in names:
        shown = [
            (where, comparison) for where in order if (comparison := (given[where] or {}).get(endpoint)) is not None
        ]
        if shown:
            blocks.append(_block(endpoint, shown, labels, population == "compare", shown_set))
    rows = [row for block in blocks for row in block.rows]
    found = {segment.category for row in rows for segment in row.segments}
    highest = max((100 * row.rate.ci_upper for row in rows), default=100.0)
    levels = [
        comparison.confidence_level for where in order for comparison in (given[where] or {}).values() if comparison
    ]
    return ResponseContent(
        blocks=tuple(blocks),
        categories=tuple(category for category in FILL if category in found),
        level_name=format_level(levels[0]) if levels else "",
        rate_end=next((end for end in (20.0, 40.0, 60.0, 80.0) if highest <= end), 100.0),
        design_word=design_word,
    )


def _block(
    name: str,
    shown: list[tuple[Literal["before", "after"], ResponseComparison]],
    labels: dict[Arm, str],
    compared: bool,
    shown_set: str,
) -> ResponseBlock:
    rows = []
    sentences = []
    for population, comparison in shown:
        prefix = population_prefix(population, compared=compared, shown_set=shown_set)
        sentences.append(_contrast_sentence(comparison, labels, prefix))
        arms: tuple[tuple[Arm, ArmResponse], ...] = (("treated", comparison.treated), ("control", comparison.control))
        for arm, response in arms:
            when = ", " + WHEN_NAME[population] if compared else ""
            rows.append(_row(response, arm, population, compared, labels[arm], when))
    return ResponseBlock(name=clean_label(name), sentences=tuple(sentences), rows=tuple(rows))


def _row(
    response: ArmResponse,
    arm: Arm,
    population: Literal["before", "after"],
    compared: bool,
    label: str,
    when: str,
) -> ResponseRow:
    rate = response.objective_response
    fraction = f"{format_count(rate.count)}/{format_count(response.n)}"
    limits = format_interval(rate.ci_lower, rate.ci_upper, format_percent)
    words = phrase("{rate} ({limits})", rate=format_percent(rate.rate), limits=limits)
    weighted = response.effective_sample_size is not None
    segments = _segments(response)
    return ResponseRow(
        arm=arm,
        population=population,
        ghost=compared and population == "before",
        label=label,
        title=label + when + f" (n = {format_count(response.n)})",
        segments=segments,
        counts=" · ".join(unbroken(f"{segment.category} {format_count(segment.count)}") for segment in segments),
        rate=rate,
        weighted=weighted,
        rate_forms=(
            phrase("{fraction}, weighted {rate}", fraction=fraction, rate=words),
            phrase("weighted {rate}", rate=words),
            words,
        )
        if weighted
        else (f"{fraction}, " + words, words),
    )


def _segments(response: ArmResponse) -> tuple[Segment, ...]:
    """The bar's categories; responders and the rest where only that is known."""
    rate = response.objective_response
    if response.categories is None:
        counts = {"responder": rate.count, "non-responder": response.n - rate.count}
        shares = {"responder": rate.rate, "non-responder": 1 - rate.rate}
    else:
        counts = {category: response.categories[category] for category in RESPONSE_CATEGORIES}
        shares = response.category_shares or {category: count / response.n for category, count in counts.items()}
    segments = []
    start = 0.0
    for category, count in counts.items():
        segments.append(Segment(category=category, count=count, share=shares[category], start=start))
        start += shares[category]
    return tuple(segments)


def _contrast_sentence(comparison: ResponseComparison, labels: dict[Arm, str], prefix: str) -> str:
    contrast = comparison.objective_response
    difference = contrast.risk_difference
    arms = versus(short_label(labels["treated"], LABEL_IN_SENTENCE), short_label(labels["control"], LABEL_IN_SENTENCE))
    test = unbroken(join_phrases((contrast.test.name, format_p_statement(contrast.test.p_value))))
    if difference.estimate is None:
        sentence = prefix + join_phrases((test, arms), ", ")
    else:
        limits = format_interval(difference.ci_lower, difference.ci_upper, format_points)
        level = format_level(comparison.confidence_level)
        sentence = prefix + phrase(
            "{points} {interval} {arms}; {test}",
            points=unbroken(phrase("difference {points} points", points=format_points(difference.estimate))),
            interval=unbroken(phrase("({level} {limits}),", level=level, limits=limits)),
            arms=arms,
            test=test,
        )
    return capitalised(sentence)


def describe_response(
    before: Comparisons | None,
    after: Comparisons | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> str:
    """The figure in a sentence or two, for readers who do not see it: rates of each arm, difference and test."""
    content = response_content(
        before,
        after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        shown_set=shown_set,
        design_word=design_word,
    )
    parts = []
    for block in content.blocks:
        rows = join_phrases([join_phrases((row.title, row.rate_forms[0])) for row in block.rows], "; ")
        parts.append(phrase("{endpoint}: {rows}.", endpoint=block.name, rows=rows))
        parts += [phrase("{sentence}.", sentence=sentence) for sentence in block.sentences]
    what = phrase(
        "Best response as stacked bars and objective response rates with {level} {where}.",
        level=content.level_name,
        where=population_name(population, design_word),
    )
    return breaking(join_phrases([what, *parts]))
