"""Words that English sentences share."""

from collections.abc import Sequence

from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.values import Effect
from analysis.manuscript.text.numbers import limits, measure_form
from charts.style import format_count, format_level, format_p_statement, format_ratio

NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

ENDPOINTS = {
    "os": "overall survival",
    "pfs": "progression-free survival",
    "ttp": "time to progression",
    "dfs": "disease-free survival",
    "efs": "event-free survival",
}
"""What names of endpoints stand for where they stand for one thing only."""

TESTS = {
    "Pearson chi-squared": "Pearson's χ² test",
    "Fisher exact": "Fisher's exact test",
    "McNemar exact": "McNemar's exact test",
    "Robust Wald": "robust Wald test",
    "Robust score": "robust score test",
}

MEASURES = {
    "hazard_ratio": "hazard ratio",
    "rmst_difference": "difference in restricted mean survival time",
    "rate_difference": "difference in response rate",
}


def listed(items: Sequence[str], word: str = "and") -> str:
    """Items as a list in a sentence.

    Examples
    --------
    >>> listed(["age", "sex", "stage"])
    'age, sex and stage'
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def counted(count: int, one: str, several: str | None = None) -> str:
    """A number of things, small ones in words.

    Examples
    --------
    >>> counted(1, "covariate"), counted(13, "covariate")
    ('one covariate', '13 covariates')
    """
    number = NUMERALS[count] if count < len(NUMERALS) else format_count(count)
    return f"{number} {one if count == 1 else several or one + 's'}"


def groups(facts: StudyFacts) -> tuple[str, str]:
    """Both arms as a sentence calls them."""
    return f"the {facts.cohort.treated} group", f"the {facts.cohort.control} group"


def spelled(name: str, kind: str | None = None) -> str:
    """An endpoint with its name in full where its label has one meaning; the label itself is never changed.

    Examples
    --------
    >>> spelled("PFS"), spelled("RFS")
    ('progression-free survival (PFS)', 'RFS')
    """
    full = ENDPOINTS.get(kind or name.casefold())
    return name if full is None or full == name.casefold() else f"{full} ({name})"


def versus(facts: StudyFacts) -> str:
    """Both arms in the order in which two numbers stand."""
    return f"{facts.cohort.treated} v {facts.cohort.control}"


def done(facts: StudyFacts) -> str:
    """``matching`` or ``weighting``."""
    return facts.design.kind


def sets_word(facts: StudyFacts) -> str:
    """What patients stand in."""
    return "pair" if facts.design.pairs else "set"


def level(facts: StudyFacts) -> str:
    """The name of every interval."""
    return format_level(facts.confidence.level)


def within(facts: StudyFacts, effect: Effect, measure: str) -> str:
    """The limits of an effect with their name."""
    return f"{level(facts)} {limits(effect, measure_form(measure, facts.unit), ' to ')}"


def ratio_words(facts: StudyFacts, effect: Effect, name: str = "hazard ratio") -> str:
    """A ratio with its limits and its p-value."""
    told = f"{name} {format_ratio(effect.estimate)}, {within(facts, effect, 'hazard_ratio')}"
    return told if effect.p_value is None else f"{told}, {format_p_statement(effect.p_value)}"


def population(when: str, facts: StudyFacts) -> str:
    """``Before matching``; with imputed sets, which of them is told of."""
    told = f"{'Before' if when == 'before' else 'After'} {done(facts)}"
    if when == "after" and facts.missing.imputed:
        return f"{told} (imputed data set {facts.missing.shown})"
    return told
