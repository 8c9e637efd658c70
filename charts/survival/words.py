"""What a Kaplan–Meier figure says: who each curve is, how the arms compare."""

from analysis.outcomes.survival_comparison import ArmSurvival, SurvivalComparison
from analysis.phrases import capitalised, join_phrases, phrase
from charts.lettering import short_label, unbroken
from charts.style import (
    WHEN_NAME,
    Arm,
    format_count,
    format_interval,
    format_level,
    format_p_statement,
    format_ratio,
    format_time,
    time_form,
    versus,
)

LABEL_IN_SENTENCE = 20
"""Ems of an arm's label where it is only named again."""


def legend_label(label: str, population: str, *, compared: bool, compact: bool) -> str:
    """An arm's name in a legend, with its population where two are shown."""
    if compact:
        return named_again(label)
    return join_phrases((label, WHEN_NAME[population]), ", ") if compared else label


def named_again(label: str) -> str:
    """A label cut to the room it has where it is only named again."""
    return short_label(label, LABEL_IN_SENTENCE)


def curve_words(arm: ArmSurvival, name: str, time_unit: str, *, compact: bool, median: bool) -> str:
    """Who a curve is, how many they are and had events, and their median, in the unit of the time axis."""
    curve = arm.curve
    limits = format_interval(curve.median_ci_lower, curve.median_ci_upper, time_form(time_unit))
    n = format_count(arm.n_events)
    events = phrase("{n} event", "of an arm", n=n) if arm.n_events == 1 else phrase("{n} events", "of an arm", n=n)
    patients = f"n = {format_count(arm.n)},"
    if not median:
        return join_phrases((name + ":", unbroken(patients), *(() if compact else (unbroken(events),))))
    fields = {"median": format_time(curve.median, time_unit), "limits": limits}
    if curve.median_ci_lower is None and curve.median_ci_upper is None:
        median_words = phrase("median {median}", **fields)
    elif compact:
        median_words = phrase("median {median} ({limits})", **fields)
    else:
        level = format_level(curve.confidence_level)
        median_words = phrase("median {median} ({level} {limits})", level=level, **fields)
    parts = (patients, median_words) if compact else (patients, events + ",", median_words)
    return join_phrases((name + ":", *(unbroken(part) for part in parts)))


def contrast_sentence(comparison: SurvivalComparison, labels: dict[Arm, str], prefix: str) -> str:
    """The hazard ratio with its interval and reference arm, then every test by its name."""
    parts = []
    if comparison.cox is not None:
        cox = comparison.cox
        level = format_level(comparison.treated.curve.confidence_level)
        limits = format_interval(cox.ci_lower, cox.ci_upper, format_ratio)
        interval = (
            phrase("({level} {limits}, robust)", level=level, limits=limits)
            if cox.robust
            else phrase("({level} {limits})", level=level, limits=limits)
        )
        ratio = phrase("hazard ratio {ratio}", ratio=format_ratio(cox.hazard_ratio))
        estimate = join_phrases((unbroken(ratio), unbroken(interval)))
        parts.append(
            join_phrases((estimate, versus(named_again(labels["treated"]), named_again(labels["control"]))), ", ")
        )
    robust = phrase("robust by set") if comparison.log_rank is not None else phrase("robust log-rank")
    tests = (
        (phrase("log-rank"), comparison.log_rank),
        (robust, comparison.log_rank_robust),
        (phrase("stratified by set"), comparison.log_rank_stratified),
    )
    parts.extend(
        unbroken(join_phrases((name, format_p_statement(test.p_value)))) for name, test in tests if test is not None
    )
    return capitalised(prefix + (join_phrases(parts, "; ") if parts else phrase("too few events to compare the arms")))
