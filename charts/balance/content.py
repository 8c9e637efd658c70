"""What a Love plot shows, before anything is drawn: terms in order, their differences, and what chance would give."""

import math
from dataclasses import dataclass

from analysis.design.balance import CovariateBalance
from charts.lettering import clean_label
from charts.style import BALANCE_LINES, Population, format_smd

WHEN: dict[Population, tuple[str, ...]] = {"before": ("before",), "after": ("after",), "compare": ("before", "after")}
_SMALLEST_END = 0.25
_WIDEST_CHANCE = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LoveTerm:
    """One term with its standardised mean differences, treated − control; None where there is none."""

    name: str
    before: float | None
    after: float | None

    def shown(self, when: str) -> float | None:
        """The size of the difference, before or after."""
        smd = self.before if when == "before" else self.after
        return None if smd is None else abs(smd)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoveContent:
    """Everything a Love plot shows.

    Attributes
    ----------
    terms : tuple of LoveTerm
        From the largest difference before matching to the smallest, those without one last.
    when : tuple of str
        Which differences are shown: ``before``, ``after`` or both.
    chance : float or None
        The size that chance alone stays below in 95 of 100 randomised cohorts of this size.
    end : float
        Where the axis ends.
    sentence : str
        The largest differences in words, and how many terms are not drawn.
    """

    terms: tuple[LoveTerm, ...]
    when: tuple[str, ...]
    chance: float | None
    end: float
    sentence: str

    @property
    def step(self) -> float:
        """Between the ticks of the axis."""
        return next((step for step in (0.1, 0.2, 0.5) if self.end / step <= 7), 1.0)

    def entry(self, when: str) -> str:
        """The name of a mark."""
        return f"{when.capitalize()} matching"

    @property
    def chance_entry(self) -> str:
        """What the shade is."""
        return (
            ""
            if self.chance is None
            else f"Chance alone, {self.when[-1]} matching: up to {format_smd(self.chance)} (95%)"
        )

    @property
    def chance_brief(self) -> str:
        """What the shade is, in a word or two."""
        return "" if self.chance is None else "Chance (95%)"


def love_content(balance: CovariateBalance, population: Population, most_terms: int | None = None) -> LoveContent:
    """Put the terms in order; with ``most_terms`` only those with the largest differences are kept."""
    when = WHEN[population]
    rows = zip(balance.terms, balance.covariate, balance.smd_before, balance.smd_after, strict=True)
    terms = [
        LoveTerm(name=_term_name(term, column), before=_number(before), after=_number(after))
        for term, column, before, after in rows
    ]
    drawn = terms
    if most_terms is not None and len(terms) > most_terms:
        by_size = sorted(terms, key=lambda term: -max((term.shown(one) or 0.0 for one in when), default=0.0))
        drawn = by_size[:most_terms]
    drawn = sorted(drawn, key=lambda term: (term.before is None, -(term.shown("before") or 0.0)))
    chances = [_number(balance.chance_smd_before), _number(balance.chance_smd_after)]
    chance = chances[0] if population == "before" else chances[1]
    # The axis is the same in every view, so that switching between them moves the marks and not the scale.
    reach = max([_SMALLEST_END, *(term.shown(one) or 0.0 for term in terms for one in ("before", "after"))])
    end = 1.06 * max(reach, min(max(size or 0.0 for size in chances), _WIDEST_CHANCE * reach))
    sentence = _sentence(balance, when, len(terms) - len(drawn))
    return LoveContent(terms=tuple(drawn), when=when, chance=chance, end=end, sentence=sentence)


def _term_name(term: str, column: str) -> str:
    """A level of a category reads ``column: level``."""
    level = term.removeprefix(f"{column}=")
    return clean_label(term if level == term else f"{column}: {level}")


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _sentence(balance: CovariateBalance, when: tuple[str, ...], left_out: int) -> str:
    sizes = {"before": balance.largest_smd_before, "after": balance.largest_smd_after}
    words = ", ".join(f"{format_smd(_number(sizes[one]))} {one} matching" for one in when)
    more = f" {left_out} terms with smaller differences are not drawn." if left_out else ""
    return f"Largest difference: {words}.{more}"


def describe_love(balance: CovariateBalance, *, population: Population) -> str:
    """The figure in a sentence, for readers who do not see it: the largest differences and how many are above 0.1."""
    content = love_content(balance, population)
    limit = BALANCE_LINES[0]
    counts = []
    for when in content.when:
        above = sum((term.shown(when) or 0.0) > limit for term in content.terms)
        counts.append(f"{above} above {limit:g} {when} matching")
    chance = f" {content.chance_entry}." if content.chance_entry else ""
    return (
        f"Love plot of absolute standardised mean differences of {len(content.terms)} terms: {', '.join(counts)}. "
        f"{content.sentence}{chance}"
    )
