"""Words that Korean sentences share."""

from collections.abc import Sequence

from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.values import Effect, TwoArms
from analysis.manuscript.text.numbers import limits, measure_form
from charts.style import format_count, format_level, format_p_statement, format_ratio, format_time

TO = "~"
"""Between two limits where a dash would be misread."""

UNITS = {"days": "일", "weeks": "주", "months": "개월", "years": "년"}
ENDPOINTS = {
    "os": "전체생존기간",
    "pfs": "무진행생존기간",
    "ttp": "진행까지의 시간",
    "dfs": "무병생존기간",
    "efs": "무사건생존기간",
}
TESTS = {
    "Pearson chi-squared": "Pearson 카이제곱 검정",
    "Fisher exact": "Fisher의 정확 검정",
    "McNemar exact": "McNemar의 정확 검정",
    "Robust Wald": "로버스트 Wald 검정",
    "Robust score": "로버스트 점수 검정",
}
MEASURES = {
    "hazard_ratio": "위험비",
    "rmst_difference": "제한평균생존시간의 차이",
    "rate_difference": "반응률의 차이",
}


def listed(items: Sequence[str]) -> str:
    """Items as a list, without a particle that would hang on how the last one sounds."""
    return ", ".join(items)


def spelled(name: str, kind: str | None = None) -> str:
    """An endpoint with its name in full where its label has one meaning."""
    full = ENDPOINTS.get(kind or name.casefold())
    return name if full is None else f"{full}({name})"


def done(facts: StudyFacts) -> str:
    """``매칭`` or ``가중``."""
    return "매칭" if facts.design.matched else "가중"


def sets_word(facts: StudyFacts) -> str:
    """What patients stand in."""
    return "매칭 쌍" if facts.design.pairs else "매칭 세트"


def level(facts: StudyFacts) -> str:
    """The name of every interval."""
    return format_level(facts.confidence.level)


def within(facts: StudyFacts, effect: Effect, measure: str) -> str:
    """The limits of an effect with their name."""
    return f"{level(facts)} {limits(effect, measure_form(measure, facts.unit), TO)}"


def ratio(facts: StudyFacts, effect: Effect) -> str:
    """A ratio with its limits and its p-value."""
    told = f"{format_ratio(effect.estimate)}({within(facts, effect, 'hazard_ratio')}"
    return f"{told})" if effect.p_value is None else f"{told}, {format_p_statement(effect.p_value)})"


def timed(facts: StudyFacts, value: float | None) -> str:
    """A time with its unit."""
    return f"{format_time(value, facts.unit)}{UNITS[facts.unit]}"


def arms(facts: StudyFacts, numbers: TwoArms) -> str:
    """Patients of both arms; empty where one is hidden."""
    if numbers.treated is None or numbers.control is None:
        return ""
    cohort = facts.cohort
    return f"{cohort.treated}군 {format_count(numbers.treated)}명, {cohort.control}군 {format_count(numbers.control)}명"


def population(when: str, facts: StudyFacts) -> str:
    """``매칭 전``; with imputed sets, which of them is told of."""
    told = f"{done(facts)} {'전' if when == 'before' else '후'}"
    return f"{told}(대체 자료 {facts.missing.shown})" if when == "after" and facts.missing.imputed else told
