"""The results of one endpoint, in English."""

from analysis.manuscript.text.english.results import rates_words
from analysis.manuscript.text.english.words import (
    counted,
    done,
    level,
    listed,
    population,
    ratio_words,
    sets_word,
    versus,
    within,
)
from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.response import ResponseFacts, ResponseView
from analysis.manuscript.text.facts.survival import ArmFacts, MomentFacts, SurvivalFacts, SurvivalView
from analysis.manuscript.text.numbers import limits, plain
from charts.style import (
    format_count,
    format_interval,
    format_p_statement,
    format_percent,
    format_points,
    format_ratio,
    format_time,
    time_form,
)


def before(facts: StudyFacts, endpoint: SurvivalFacts) -> str:
    """Events, medians, ratio and test before the design."""
    view = endpoint.before
    return "" if view is None else _told(facts, endpoint, view, "before")


def after(facts: StudyFacts, endpoint: SurvivalFacts) -> str:
    """The same under the design, and pooled where covariates were imputed."""
    view = endpoint.after
    if view is None:
        return f"{population('after', facts)}, {endpoint.name} could not be compared."
    told = _told(facts, endpoint, view, "after")
    if view.pooled is not None:
        kind = "cause-specific" if endpoint.competes else "marginal"
        pooled = f"Pooled over {counted(facts.missing.pooled, 'imputed data set')}, the {kind} "
        told += f" {pooled}{ratio_words(facts, view.pooled, 'HR was')}."
    return told


def _told(facts: StudyFacts, endpoint: SurvivalFacts, view: SurvivalView, when: str) -> str:
    told = []
    events = _events(facts, view)
    follow_up = ""
    if view.follow_up is not None:
        follow_up = f"median follow-up was {format_time(view.follow_up, facts.unit)} {facts.unit}"
    start = population(when, facts)
    if events:
        told.append(f"{start}, {endpoint.name} events occurred in {events}{follow_up and '; ' + follow_up}.")
    elif follow_up:
        told.append(f"{start}, {follow_up}.")
    if endpoint.competes:
        return " ".join(told)
    effects = _effects(facts, view, when)
    medians = _medians(facts, view)
    name = endpoint.name
    if medians:
        told.append(f"Median {name} was {medians}{f' ({effects})' if effects else ''}.")
    elif effects:
        told.append(f"For {name}, the comparison gave {effects}.")
    if when == "after":
        told.append(_tests(facts, view))
    return " ".join(text for text in told if text)


def _events(facts: StudyFacts, view: SurvivalView) -> str:
    arms = [
        f"{format_count(arm.events)} of {format_count(arm.n)} patients in the {label} group"
        for label, arm in ((facts.cohort.treated, view.treated), (facts.cohort.control, view.control))
        if arm.events is not None and arm.n is not None
    ]
    return listed(arms) if len(arms) == 2 else ""


def _medians(facts: StudyFacts, view: SurvivalView) -> str:
    """Empty where medians are hidden, as they are with the events of an arm."""
    if view.cox is None and view.treated.events is None:
        return ""
    return listed(
        [
            f"{_median(facts, arm)} in the {label} group"
            for label, arm in ((facts.cohort.treated, view.treated), (facts.cohort.control, view.control))
        ]
    )


def _median(facts: StudyFacts, arm: ArmFacts) -> str:
    if arm.median is None:
        return "not reached"
    interval = format_interval(arm.ci_lower, arm.ci_upper, time_form(facts.unit))
    return f"{format_time(arm.median, facts.unit)} {facts.unit} ({level(facts)} {interval})"


def _effects(facts: StudyFacts, view: SurvivalView, when: str) -> str:
    parts = [] if view.cox is None else [ratio_words(facts, view.cox, "HR")]
    if when == "before" and view.log_rank is not None:
        parts.append(f"log-rank {format_p_statement(view.log_rank)}")
    return "; ".join(parts)


def _tests(facts: StudyFacts, view: SurvivalView) -> str:
    named = (
        ("unstratified", view.log_rank),
        (f"stratified by {sets_word(facts)}", view.log_rank_stratified),
        ("robust", view.log_rank_robust),
    )
    tests = [f"{format_p_statement(p)} ({name})" for name, p in named if p is not None]
    told = [f"The log-rank {'test' if len(tests) == 1 else 'tests'} gave {listed(tests)}."] if tests else []
    if view.cox_stratified is not None:
        told.append(f"Conditional on the {sets_word(facts)}, the {ratio_words(facts, view.cox_stratified, 'HR was')}.")
    return " ".join(told)


def further(facts: StudyFacts, endpoint: SurvivalFacts) -> str:
    """Proportional hazards, restricted means, milestones and the adjusted ratio under the design."""
    view = endpoint.after
    if view is None:
        return ""
    told = []
    if view.schoenfeld is not None:
        p = format_p_statement(view.schoenfeld)
        told.append(
            f"Proportional hazards were in doubt ({p}), so that the HR is to be read beside the difference in RMST."
            if view.doubtful
            else f"There was no evidence against proportional hazards ({p})."
        )
    if view.rmst is not None:
        mean = view.rmst
        p = "" if mean.difference.p_value is None else f", {format_p_statement(mean.difference.p_value)}"
        told.append(
            f"RMST up to {plain(round(mean.horizon, 2))} {facts.unit} was {format_time(mean.treated, facts.unit)} {facts.unit} "
            f"in the {facts.cohort.treated} group and {format_time(mean.control, facts.unit)} {facts.unit} in the "
            f"{facts.cohort.control} group, a difference of "
            f"{format_time(mean.difference.estimate, facts.unit)} {facts.unit} "
            f"({within(facts, mean.difference, 'rmst_difference')}{p})."
        )
    if view.pooled_rmst is not None:
        told.append(
            f"Pooled, the difference in RMST was {format_time(view.pooled_rmst.estimate, facts.unit)} {facts.unit} "
            f"({within(facts, view.pooled_rmst, 'rmst_difference')})."
        )
    if view.moments:
        moments = listed([_moment(facts, moment) for moment in view.moments])
        told.append(f"{endpoint.name}, {versus(facts)}, was {moments}.")
    if view.adjusted is not None:
        kind = "cause-specific HR was" if endpoint.competes else "HR was"
        told.append(f"Adjusted for the covariates, the {ratio_words(facts, view.adjusted, kind)}.")
    return " ".join(told)


def _moment(facts: StudyFacts, moment: MomentFacts) -> str:
    told = (
        f"{format_percent(moment.treated.estimate)} v {format_percent(moment.control.estimate)} at {plain(moment.time)} "
        f"{facts.unit}"
    )
    if moment.difference is None:
        return told
    interval = limits(moment.difference, format_points, " to ")
    return f"{told} (difference {format_points(moment.difference.estimate)} points, {level(facts)} {interval})"


def competing(facts: StudyFacts, endpoint: SurvivalFacts) -> str:
    """Incidences, Gray's test and ratios under the design."""
    found = None if endpoint.after is None else endpoint.after.competing
    if found is None:
        return ""
    told = []
    if found.competing.both is not None:
        told.append(
            f"Competing events came first in {format_count(found.competing.treated or 0)} patients in the "
            f"{facts.cohort.treated} group and {format_count(found.competing.control or 0)} in the {facts.cohort.control} group."
        )
    if found.moments:
        moments = listed([_moment(facts, moment) for moment in found.moments])
        told.append(f"The cumulative incidence of {endpoint.name} after {done(facts)}, {versus(facts)}, was {moments}.")
    if found.fine_gray is not None:
        told.append(f"The {ratio_words(facts, found.fine_gray, 'subdistribution HR was')}.")
    if found.cause_specific is not None:
        told.append(f"The {ratio_words(facts, found.cause_specific, 'cause-specific HR was')}.")
    named = (("unstratified", found.gray), (f"stratified by {sets_word(facts)}", found.gray_stratified))
    tests = [f"{format_p_statement(p)} ({name})" for name, p in named if p is not None]
    if tests:
        told.append(f"Gray's test gave {listed(tests)}.")
    return " ".join(told)


def landmark(facts: StudyFacts, endpoint: SurvivalFacts) -> str:
    """Responders against the others from the landmark on."""
    found = None if endpoint.after is None else endpoint.after.landmark
    if found is None or found.hazard_ratio is None:
        return ""
    return (
        f"From the landmark at {plain(found.time)} {facts.unit} on, {format_count(found.n_responded)} patients who had responded "
        f"by {found.response} and {format_count(found.n_others)} who had not differed in {endpoint.name} with "
        f"{ratio_words(facts, found.hazard_ratio, 'HR')}; this compares patients by what became of them and is no effect of "
        "treatment."
    )


def response_before(facts: StudyFacts, item: ResponseFacts) -> str:
    """Rates before the design."""
    return "" if item.before is None else _rates(facts, item, item.before, "before")


def response_after(facts: StudyFacts, item: ResponseFacts) -> str:
    """Rates under the design."""
    if item.after is None:
        return f"{population('after', facts)}, response by {item.name} could not be compared."
    told = _rates(facts, item, item.after, "after")
    if item.after.pooled is not None:
        pooled = item.after.pooled
        told += (
            f" Pooled over {counted(facts.missing.pooled, 'imputed data set')}, the difference was "
            f"{format_points(pooled.estimate)} percentage points ({within(facts, pooled, 'rate_difference')})."
        )
    return told


def _rates(facts: StudyFacts, item: ResponseFacts, view: ResponseView, when: str) -> str:
    start, told = population(when, facts), []
    name = "objective response" if item.categorical else "response"
    if view.objective is not None:
        found = view.objective
        told.append(f"{start}, {name} by {item.name} was seen in {rates_words(facts, found, weighted=view.weighted)}.")
        if when == "after" and found.odds_ratio is not None:
            odds = limits(found.odds_ratio, format_ratio, " to ")
            told.append(f"The odds ratio was {format_ratio(found.odds_ratio.estimate)} ({level(facts)} {odds}).")
        if found.paired_difference is not None:
            told.append(_paired(facts, view))
    if when == "after" and view.disease_control is not None:
        found = view.disease_control
        told.append(f"Disease control was reached by {rates_words(facts, found, weighted=view.weighted)}.")
    return " ".join(told)


def _paired(facts: StudyFacts, view: ResponseView) -> str:
    found = view.objective
    if found is None or found.paired_difference is None:
        return ""
    named = (("exact", found.mcnemar_exact), ("mid-p", found.mcnemar_mid_p))
    tests = [f"{name} {format_p_statement(p)}" for name, p in named if p is not None]
    mcnemar = f"; McNemar's test, {listed(tests)}" if tests else ""
    return (
        f"Within pairs the difference was {format_points(found.paired_difference.estimate)} percentage points "
        f"({within(facts, found.paired_difference, 'rate_difference')}{mcnemar})."
    )


def evaluable(facts: StudyFacts, item: ResponseFacts) -> str:
    """The sensitivity analysis of evaluable patients under the design."""
    found = None if item.after is None else item.after.evaluable
    if found is None or found.rate_treated is None or found.difference is None:
        return ""
    return (
        f"Among evaluable patients alone, objective response was {format_percent(found.rate_treated)} of "
        f"{format_count(found.n_treated)} v {format_percent(found.rate_control)} of {format_count(found.n_control)} (difference "
        f"{format_points(found.difference.estimate)} percentage points, {within(facts, found.difference, 'rate_difference')})."
    )
