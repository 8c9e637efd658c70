"""Who may be in a study: rules on columns known at time zero, one after the other, each a step of the flow."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.arms import Arms
from analysis.cohort.day_values import day_values
from analysis.cohort.findings import Findings
from analysis.cohort.kept_labels import labels_in
from analysis.cohort.labels import Labels, describe_labels, label_of
from analysis.cohort.numeric import numeric_values
from analysis.cohort.spellings import find_spellings
from analysis.phrases import join_phrases, phrase
from analysis.settings import Bound, EligibilityRule


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EligibilityStep:
    """One rule, and who is left after it.

    Attributes
    ----------
    words : str
        The rule's reason, or the rule itself in words.
    eligible : (n, ) array of bool
        True for rows of the file that meet this rule and every one before it.
    """

    words: str
    eligible: NDArray[np.bool_]


def eligibility_steps(
    table: pd.DataFrame, arms: Arms | None, rules: Sequence[EligibilityRule], findings: Findings
) -> tuple[EligibilityStep, ...]:
    """Apply the rules of eligibility in their order.

    Parameters
    ----------
    table : pandas.DataFrame
        All n rows of the file.
    arms : Arms or None
        Whose cells can be at fault, and which arms must keep patients; None while the arms are unknown.
    rules : sequence of EligibilityRule
        All of a rule's bounds and lists must hold. Patients without a value are not eligible unless the rule keeps
        them.
    findings : Findings
        Takes what is wrong, a column whose values the rule does not fit, a label that is not there, an arm with
        nobody left, and notes how many patients have no value, and which rule leaves nobody out.

    Returns
    -------
    tuple of EligibilityStep
        One a rule; a rule that cannot be applied leaves everyone in.
    """
    studied = arms.studied if arms is not None else np.ones(len(table), dtype=bool)
    eligible = np.ones(len(table), dtype=bool)
    steps = []
    for rule in rules:
        words = rule_in_words(rule)
        meets = _meets(table, studied & eligible, rule, findings) if rule.column in table else None
        if meets is not None:
            missing = table[rule.column].isna().to_numpy()
            _note_missing(missing & studied & eligible, rule, words, findings)
            meets = np.where(missing, rule.missing == "keep", meets)
            if arms is not None:
                _look_at_arms(arms, eligible, meets, words, findings)
            eligible = eligible & meets
        steps.append(EligibilityStep(words=words, eligible=eligible))
    return tuple(steps)


def eligible_rows(
    table: pd.DataFrame, arms: Arms | None, rules: Sequence[EligibilityRule], findings: Findings
) -> NDArray[np.bool_]:
    """Tell who meets every rule of eligibility.

    Parameters
    ----------
    table, arms, rules, findings
        As for `eligibility_steps`.

    Returns
    -------
    (n, ) array of bool
        True for the rows that are left after the last rule.
    """
    steps = eligibility_steps(table, arms, rules, findings)
    return steps[-1].eligible if steps else np.ones(len(table), dtype=bool)


def rule_in_words(rule: EligibilityRule) -> str:
    """Name a rule of eligibility as a step of the flow.

    Parameters
    ----------
    rule : EligibilityRule
        With its own reason or without.

    Returns
    -------
    str
        The reason where one is given, otherwise the rule.

    Examples
    --------
    >>> rule_in_words(EligibilityRule(column="age", at_least=18))
    'age at least 18'
    >>> rule_in_words(EligibilityRule(column="stage", one_of=("B", "C")))
    'stage is B or C'
    """
    if rule.reason:
        return rule.reason
    conditions = join_phrases((*_bounds_in_words(rule), *_labels_in_words(rule)), phrase(" and ", "conditions"))
    return phrase("{conditions} or missing", conditions=conditions) if rule.missing == "keep" else conditions


def _bounds_in_words(rule: EligibilityRule) -> list[str]:
    lowest, highest = rule.at_least, rule.at_most
    if lowest is not None and highest is not None:
        words = [phrase("from {lowest} to {highest}", lowest=_bound(lowest), highest=_bound(highest))]
    else:
        words = [*_lower_bounds(rule), *_upper_bounds(rule)]
    if not words:
        return []
    return [phrase("{column} {bounds}", column=rule.column, bounds=join_phrases(words, phrase(" and ", "conditions")))]


def _lower_bounds(rule: EligibilityRule) -> Iterator[str]:
    is_date = _asks_for_dates(rule)
    if rule.at_least is not None:
        bound = _bound(rule.at_least)
        yield phrase("from {bound}", bound=bound) if is_date else phrase("at least {bound}", bound=bound)
    if rule.above is not None:
        bound = _bound(rule.above)
        yield phrase("after {bound}", bound=bound) if is_date else phrase("above {bound}", bound=bound)


def _upper_bounds(rule: EligibilityRule) -> Iterator[str]:
    is_date = _asks_for_dates(rule)
    if rule.at_most is not None:
        bound = _bound(rule.at_most)
        yield phrase("up to {bound}", bound=bound) if is_date else phrase("at most {bound}", bound=bound)
    if rule.below is not None:
        bound = _bound(rule.below)
        yield phrase("before {bound}", bound=bound) if is_date else phrase("below {bound}", bound=bound)


def _bound(value: Bound) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else label_of(value)


def _labels_in_words(rule: EligibilityRule) -> list[str]:
    words = []
    if rule.one_of is not None:
        words.append(phrase("{column} is {labels}", column=rule.column, labels=_listed(rule.one_of)))
    if rule.none_of is not None:
        words.append(phrase("{column} is not {labels}", column=rule.column, labels=_listed(rule.none_of)))
    return words


def _listed(labels: tuple[str, ...]) -> str:
    if len(labels) == 1:
        return labels[0]
    return phrase("{others} or {last}", others=", ".join(labels[:-1]), last=labels[-1])


def _given_bounds(rule: EligibilityRule) -> list[Bound]:
    return [bound for bound in (rule.at_least, rule.above, rule.at_most, rule.below) if bound is not None]


def _asks_for_dates(rule: EligibilityRule) -> bool:
    return any(isinstance(bound, datetime.date) for bound in _given_bounds(rule))


def _meets(
    table: pd.DataFrame, at_stake: NDArray[np.bool_], rule: EligibilityRule, findings: Findings
) -> NDArray[np.bool_] | None:
    """Which rows meet the rule; missing values meet nothing."""
    column = table[rule.column]
    meets = np.ones(len(table), dtype=bool)
    if _given_bounds(rule):
        within = _within_bounds(column, at_stake, rule, findings)
        if within is None:
            return None
        meets &= within
    if rule.one_of is not None or rule.none_of is not None:
        listed = _among_labels(labels_in(table, rule.column), rule, findings)
        if listed is None:
            return None
        meets &= listed
    return meets


def _within_bounds(
    column: pd.Series, at_stake: NDArray[np.bool_], rule: EligibilityRule, findings: Findings
) -> NDArray[np.bool_] | None:
    values = _comparable(column, at_stake, rule, findings)
    if values is None:
        return None
    within = np.ones(len(values), dtype=bool)
    if rule.at_least is not None:
        within &= values >= _of_kind(rule.at_least)
    if rule.above is not None:
        within &= values > _of_kind(rule.above)
    if rule.at_most is not None:
        within &= values <= _of_kind(rule.at_most)
    if rule.below is not None:
        within &= values < _of_kind(rule.below)
    return within


def _of_kind(bound: Bound) -> float:
    return float(np.datetime64(bound, "D").astype(np.int64)) if isinstance(bound, datetime.date) else bound


def _comparable(
    column: pd.Series, at_stake: NDArray[np.bool_], rule: EligibilityRule, findings: Findings
) -> NDArray[np.float64] | None:
    """The column as numbers, dates as days since 1970; None with a sentence where the bounds are of another kind."""
    name, is_date = rule.column, column.dtype.kind == "M"
    if is_date != _asks_for_dates(rule) and (is_date or column.dtype.kind == "f"):
        holds, bounds, remedy = (
            (phrase("dates"), phrase("numbers"), phrase("Write them as dates such as 2024-01-31."))
            if is_date
            else (phrase("numbers"), phrase("dates"), phrase("Write them as numbers, or choose a column of dates."))
        )
        findings.refuse_study(
            name,
            phrase(
                "eligibility: the bounds of “{column}” are {bounds}, and the column holds {holds}. {remedy}",
                column=name,
                bounds=bounds,
                holds=holds,
                remedy=remedy,
            ),
        )
        return None
    looked_at = at_stake if column.dtype == object else np.ones(len(column), dtype=bool)
    values = np.full(len(column), np.nan)
    if _asks_for_dates(rule):
        days = day_values(column[looked_at], findings, use=phrase("eligibility by date"))
        if days is None:
            return None
        values[looked_at] = np.where(np.isnat(days), np.nan, days.astype(np.int64))
        return values
    numbers = numeric_values(
        column[looked_at], findings, otherwise=phrase("A rule with bounds needs a column of numbers.")
    )
    if numbers is None:
        return None
    values[looked_at] = numbers
    return values


def _among_labels(labels: Labels, rule: EligibilityRule, findings: Findings) -> NDArray[np.bool_] | None:
    among = np.ones(len(labels), dtype=bool)
    for wanted, is_wanted in ((rule.one_of, True), (rule.none_of, False)):
        if wanted is None:
            continue
        absent = [label for label in wanted if not find_spellings(labels, (label,), Findings())]
        if absent:
            shown = ", ".join(f"“{label}”" for label in absent)
            findings.refuse_study(
                rule.column,
                phrase(
                    "eligibility: every label must be in the column “{column}”, and {absent} not; "
                    "it holds {labels}. Write the labels as they are there.",
                    column=rule.column,
                    absent=phrase("{labels} is", labels=shown)
                    if len(absent) == 1
                    else phrase("{labels} are", labels=shown),
                    labels=describe_labels(labels),
                ),
            )
            return None
        among &= labels.isin(find_spellings(labels, wanted, findings)) == is_wanted
    return among


def _note_missing(missing: NDArray[np.bool_], rule: EligibilityRule, words: str, findings: Findings) -> None:
    count = int(missing.sum())
    if count:
        patients = phrase("1 patient has") if count == 1 else phrase("{count:,} patients have", count=count)
        if rule.missing == "keep":
            fate = phrase("is kept") if count == 1 else phrase("are kept")
        else:
            fate = phrase("is not eligible") if count == 1 else phrase("are not eligible")
        findings.note(
            "eligibility_missing",
            phrase(
                "Eligibility “{words}”: {patients} no value in “{column}” and {fate}.",
                words=words,
                patients=patients,
                column=rule.column,
                fate=fate,
            ),
        )


def _look_at_arms(
    arms: Arms, before: NDArray[np.bool_], meets: NDArray[np.bool_], words: str, findings: Findings
) -> None:
    """Refuse a rule that empties an arm; note one that leaves nobody out."""
    for role, arm in (("treated", arms.treated), ("control", arms.control)):
        reached = int((arm & before).sum())
        if reached and not (arm & before & meets).any():
            findings.refuse_data(
                None,
                phrase(
                    "The {role} arm must have patients left after the eligibility rule “{words}”, and "
                    "none of its {reached:,} meets it. Change the rule, or choose another arm.",
                    role=phrase("treated", "arm") if role == "treated" else phrase("control", "arm"),
                    words=words,
                    reached=reached,
                ),
            )
    if not (arms.studied & before & ~meets).any():
        findings.note(
            "eligibility_idle",
            phrase("Eligibility “{words}”: every patient who reached this rule meets it.", words=words),
        )
