"""What a Love plot shows, before anything is drawn: terms in order, their differences, and what chance would give."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from analysis.design.balance import CovariateBalance
from analysis.phrases import join_phrases, phrase
from charts.lettering import clean_label
from charts.style import BALANCE_LINES, DesignWord, Population, format_number, format_smd, population_name

When = Literal["before", "after"]
SortOrder = Literal["before", "after", "name", "study"]

WHEN: dict[Population, tuple[When, ...]] = {"before": ("before",), "after": ("after",), "compare": ("before", "after")}
NOT_IN_MODEL = phrase("Not in the model")
RAW_ENTRY = phrase("Diamond: raw difference of proportions; the shade is for standardised differences")
BOLD = 1.14
"""How much wider a heading is than a term of the same letters."""
_SMALLEST_END = 0.25
_WIDEST_CHANCE = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LoveTerm:
    """One term with its differences, treated − control; None where there is none.

    Attributes
    ----------
    name, column, level : str
        As it is named alone; the covariate it belongs to, and its level there (the name where it has none).
    before, after : float or None
        Standardised mean differences; differences of proportions where ``raw``.
    raw : bool
        Whether the difference is one of proportions, not divided by a standard deviation.
    in_model : bool
        Whether the design tries to balance it.
    """

    name: str
    column: str
    level: str
    before: float | None
    after: float | None
    raw: bool = False
    in_model: bool = True

    def shown(self, when: str) -> float | None:
        """The size of the difference, before or after."""
        smd = self.before if when == "before" else self.after
        return None if smd is None else abs(smd)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoveRow:
    """A line of the figure: a term, or the heading of those beneath it; ``apart`` has a rule above."""

    name: str
    term: LoveTerm | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoveContent:
    """Everything a Love plot shows.

    Attributes
    ----------
    rows : tuple of LoveRow
        From top to bottom, those without a difference last where the order is by size.
    when : tuple of str
        Which differences are shown: ``before``, ``after`` or both.
    chance : float or None
        The size that chance alone stays below in 95 of 100 randomised cohorts of this size.
    end : float
        Where the axis ends.
    sentence : str
        The largest differences in words, and how many terms are not drawn.
    divided_by : str
        Whose standard deviation the differences are divided by: ``pooled``, ``treated`` or ``control``.
    design_word : {"matching", "weighting"}
        What made the population after.
    """

    rows: tuple[LoveRow, ...]
    when: tuple[When, ...]
    chance: float | None
    end: float
    sentence: str
    divided_by: str = "pooled"
    design_word: DesignWord = "matching"

    @property
    def terms(self) -> tuple[LoveTerm, ...]:
        """The terms from top to bottom."""
        return tuple(row.term for row in self.rows if row.term is not None)

    @property
    def step(self) -> float:
        """Between the ticks of the axis."""
        return next((step for step in (0.1, 0.2, 0.5) if self.end / step <= 7), 1.0)

    def entry(self, when: When) -> str:
        """The name of a mark."""
        return population_name(when, self.design_word).capitalize()

    @property
    def raw_entry(self) -> str:
        """What a diamond is; empty where there is none."""
        return RAW_ENTRY if any(term.raw for term in self.terms) else ""

    @property
    def chance_entry(self) -> str:
        """What the shade is."""
        if self.chance is None:
            return ""
        where = population_name(self.when[-1], self.design_word)
        return phrase("Chance alone, {where}: up to {chance} (95%)", where=where, chance=format_smd(self.chance))

    @property
    def chance_brief(self) -> str:
        """What the shade is, in a word or two."""
        return "" if self.chance is None else phrase("Chance (95%)")

    @property
    def axis_titles(self) -> tuple[str, str]:
        """The axis's name, long and short."""
        whose = {
            "pooled": "",
            "treated": phrase(" (SD of the treated arm)"),
            "control": phrase(" (SD of the control arm)"),
        }[self.divided_by]
        if self.terms and all(term.raw for term in self.terms):
            return phrase("Absolute difference of proportions"), phrase("Absolute difference")
        if self.raw_entry:
            return phrase("Absolute difference, standardised{whose} or raw", whose=whose), phrase("Absolute difference")
        return phrase("Absolute standardised mean difference{whose}", whose=whose), phrase("Absolute SMD")


def love_content(
    balance: CovariateBalance,
    population: Population,
    most_terms: int | None = None,
    *,
    other_balance: CovariateBalance | None = None,
    sort: SortOrder = "before",
    grouped: bool = False,
    design_word: DesignWord = "matching",
) -> LoveContent:
    """Put the terms in order; with ``most_terms`` only those with the largest differences are kept."""
    when = WHEN[population]
    model = _terms(balance, in_model=True)
    others = [] if other_balance is None else _terms(other_balance, in_model=False)
    drawn = _largest(model, most_terms, when)
    rows = [*_rows(drawn, sort, grouped)]
    if others:
        rows += [LoveRow(name=NOT_IN_MODEL, apart=True), *_rows(others, sort, grouped)]
    chances = [_number(balance.chance_smd_before), _number(balance.chance_smd_after)]
    # The axis is the same in every view, so that switching between them moves the marks and not the scale.
    sizes = (term.shown(one) or 0.0 for term in [*model, *others] for one in ("before", "after"))
    reach = max([_SMALLEST_END, *sizes])
    return LoveContent(
        rows=tuple(rows),
        when=when,
        chance=chances[0] if population == "before" else chances[1],
        end=1.06 * max(reach, min(max(size or 0.0 for size in chances), _WIDEST_CHANCE * reach)),
        sentence=_sentence(model, others, when, len(model) - len(drawn), design_word),
        divided_by=balance.convention.denominator,
        design_word=design_word,
    )


def _terms(balance: CovariateBalance, *, in_model: bool) -> list[LoveTerm]:
    rows = zip(balance.terms, balance.covariate, balance.kind, balance.smd_before, balance.smd_after, strict=True)
    return [
        LoveTerm(
            name=_term_name(term, column),
            column=clean_label(column),
            level=clean_label(term.removeprefix(f"{column}=")),
            before=_number(before),
            after=_number(after),
            raw=kind == "binary" and balance.convention.binary == "raw",
            in_model=in_model,
        )
        for term, column, kind, before, after in rows
    ]


def _term_name(term: str, column: str) -> str:
    """A level of a category reads ``column: level``."""
    level = term.removeprefix(f"{column}=")
    return clean_label(term if level == term else f"{column}: {level}")


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _largest(terms: list[LoveTerm], most: int | None, when: Sequence[When]) -> list[LoveTerm]:
    """At most so many terms, those with the largest differences shown, in the order of the study."""
    if most is None or len(terms) <= most:
        return terms
    by_size = sorted(range(len(terms)), key=lambda row: -max(terms[row].shown(one) or 0.0 for one in when))
    return [terms[row] for row in sorted(by_size[:most])]


def _rows(terms: list[LoveTerm], sort: SortOrder, grouped: bool) -> Iterable[LoveRow]:
    if not grouped:
        return [LoveRow(name=term.name, term=term) for term in _sorted(terms, sort)]
    rows: list[LoveRow] = []
    groups = [_sorted(list(group), sort) for _, group in groupby(terms, key=lambda term: term.column)]
    for group in sorted(groups, key=_group_key(sort)):
        if len(group) == 1:
            rows.append(LoveRow(name=group[0].name, term=group[0]))
        else:
            rows.append(LoveRow(name=group[0].column))
            rows.extend(LoveRow(name=term.level, term=term) for term in group)
    return rows


def _sorted(terms: list[LoveTerm], sort: SortOrder) -> list[LoveTerm]:
    if sort == "study":
        return terms
    if sort == "name":
        return sorted(terms, key=lambda term: term.name.casefold())
    return sorted(terms, key=lambda term: (term.shown(sort) is None, -(term.shown(sort) or 0.0)))


def _group_key(sort: SortOrder) -> Callable[[list[LoveTerm]], tuple[bool, float, str]]:
    """A covariate stands where its first term would, as its terms are in order already."""

    def key(group: list[LoveTerm]) -> tuple[bool, float, str]:
        if sort == "study":
            return (False, 0.0, "")
        if sort == "name":
            return (False, 0.0, group[0].column.casefold())
        return (group[0].shown(sort) is None, -(group[0].shown(sort) or 0.0), "")

    return key


def _sentence(
    model: list[LoveTerm], others: list[LoveTerm], when: Sequence[When], left_out: int, design_word: DesignWord
) -> str:
    words = join_phrases(
        (
            phrase("{size} {when}", size=format_smd(_largest_size(model, one)), when=population_name(one, design_word))
            for one in when
        ),
        ", ",
    )
    sentence: str = phrase("Largest difference: {words}.", words=words)
    if others:
        sizes = (_size_words(format_smd(_largest_size(others, one)), one) for one in when)
        not_in_model = join_phrases(sizes, ", ")
        sentence += phrase(" Not in the model: {not_in_model}.", not_in_model=not_in_model)
    if left_out:
        sentence += phrase(" {n} terms with smaller differences are not drawn.", n=left_out)
    return sentence


def _size_words(size: str, when: When) -> str:
    return phrase("{size} before", size=size) if when == "before" else phrase("{size} after", size=size)


def _largest_size(terms: list[LoveTerm], when: When) -> float | None:
    return max((size for term in terms if (size := term.shown(when)) is not None), default=None)


def describe_love(
    balance: CovariateBalance,
    *,
    population: Population,
    other_balance: CovariateBalance | None = None,
    design_word: DesignWord = "matching",
) -> str:
    """The figure in a sentence, for readers who do not see it: the largest differences and how many are above 0.1."""
    content = love_content(balance, population, other_balance=other_balance, design_word=design_word)
    limit = BALANCE_LINES[0]
    model = [term for term in content.terms if term.in_model]
    counts: list[str] = []
    for when in content.when:
        above = sum((term.shown(when) or 0.0) > limit for term in model)
        counts.append(
            phrase(
                "{above} above {limit} {when}",
                above=above,
                limit=format_number(limit, "g"),
                when=population_name(when, design_word),
            )
        )
    more = [term for term in content.terms if not term.in_model]
    extra = phrase(", and of {n} more that are not in the model", n=len(more)) if more else ""
    chance = phrase(" {sentence}.", sentence=content.chance_entry) if content.chance_entry else ""
    raw = phrase(" {sentence}.", sentence=content.raw_entry) if content.raw_entry else ""
    return phrase(
        "Love plot of absolute standardised mean differences of {n_model} terms: "
        "{counts}{extra}. {sentence}{chance}{raw}",
        n_model=len(model),
        counts=join_phrases(counts, ", "),
        extra=extra,
        sentence=content.sentence,
        chance=chance,
        raw=raw,
    )
