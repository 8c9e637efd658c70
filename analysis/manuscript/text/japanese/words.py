"""Words that Japanese sentences share."""

from collections.abc import Sequence

from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.values import Effect, TwoArms
from analysis.manuscript.text.numbers import limits, measure_form
from charts.style import format_count, format_level, format_p_statement, format_ratio, format_time

TO = "～"
"""Between two limits where a dash would be misread."""

UNITS = {"days": "日", "weeks": "週", "months": "か月", "years": "年"}
ENDPOINTS = {
    "os": "全生存期間",
    "pfs": "無増悪生存期間",
    "ttp": "無増悪期間",
    "dfs": "無病生存期間",
    "efs": "無イベント生存期間",
}
TESTS = {
    "Pearson chi-squared": "Pearsonのカイ二乗検定",
    "Fisher exact": "Fisherの正確検定",
    "McNemar exact": "McNemarの正確検定",
    "Robust Wald": "ロバストWald検定",
    "Robust score": "ロバストスコア検定",
}
MEASURES = {
    "hazard_ratio": "ハザード比",
    "rmst_difference": "境界内平均生存時間の差",
    "rate_difference": "奏効割合の差",
}


def listed(items: Sequence[str]) -> str:
    """Items as a list, without a particle that would hang on how the last one sounds."""
    return "、".join(items)


def spelled(name: str, kind: str | None = None) -> str:
    """An endpoint with its name in full where its label has one meaning."""
    full = ENDPOINTS.get(kind or name.casefold())
    return name if full is None else f"{full}（{name}）"


def done(facts: StudyFacts) -> str:
    """``マッチング`` or ``重み付け``."""
    return "マッチング" if facts.design.matched else "重み付け"


def sets_word(facts: StudyFacts) -> str:
    """What patients stand in."""
    return "マッチドペア" if facts.design.pairs else "マッチドセット"


def level(facts: StudyFacts) -> str:
    """The name of every interval."""
    return format_level(facts.confidence.level)


def within(facts: StudyFacts, effect: Effect, measure: str) -> str:
    """The limits of an effect with their name."""
    return f"{level(facts)} {limits(effect, measure_form(measure, facts.unit), TO)}"


def ratio(facts: StudyFacts, effect: Effect) -> str:
    """A ratio with its limits and its p-value."""
    told = f"{format_ratio(effect.estimate)}（{within(facts, effect, 'hazard_ratio')}"
    return f"{told}）" if effect.p_value is None else f"{told}、{format_p_statement(effect.p_value)}）"


def timed(facts: StudyFacts, value: float | None) -> str:
    """A time with its unit."""
    return f"{format_time(value, facts.unit)}{UNITS[facts.unit]}"


def arms(facts: StudyFacts, numbers: TwoArms) -> str:
    """Patients of both arms; empty where one is hidden."""
    if numbers.treated is None or numbers.control is None:
        return ""
    cohort = facts.cohort
    return f"{cohort.treated}群{format_count(numbers.treated)}例、{cohort.control}群{format_count(numbers.control)}例"


def population(when: str, facts: StudyFacts) -> str:
    """``マッチング前``; with imputed sets, which of them is told of."""
    told = f"{done(facts)}{'前' if when == 'before' else '後'}"
    return f"{told}（補完データ{facts.missing.shown}）" if when == "after" and facts.missing.imputed else told
