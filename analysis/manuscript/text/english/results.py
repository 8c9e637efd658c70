"""The results of the patients and the design, and of everything beside single endpoints, in English."""

from analysis.manuscript.text.english.words import (
    MEASURES,
    TESTS,
    counted,
    done,
    level,
    listed,
    sets_word,
    within,
)
from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.design import EQUIPOISE
from analysis.manuscript.text.facts.response import ContrastFacts, ResponseTimeFacts
from analysis.manuscript.text.facts.values import TwoArms
from analysis.manuscript.text.numbers import decimals, limits, measure_form, plain
from charts.style import (
    format_count,
    format_interval,
    format_p_statement,
    format_percent,
    format_points,
    format_ratio,
    format_smd,
    format_time,
    time_form,
)


def _arms(facts: StudyFacts, numbers: TwoArms) -> str:
    if numbers.treated is None or numbers.control is None:
        return ""
    return (
        f"{format_count(numbers.treated)} in the {facts.cohort.treated} group and "
        f"{format_count(numbers.control)} in the {facts.cohort.control} group"
    )


def flow(facts: StudyFacts) -> str:
    """The patients from the file to the analysis."""
    cohort, told = facts.cohort, []
    read = _arms(facts, cohort.read)
    if read:
        other = ""
        if cohort.other:
            other = f" of the two groups and {counted(cohort.other, 'record')} of neither"
        told.append(f"The data file held {format_count(cohort.read.both or 0)} patients{other}: {read}.")
    eligible = _arms(facts, cohort.last_eligible)
    if cohort.rules and eligible:
        told.append(f"Of these, {eligible} were eligible.")
    lost = cohort.without_covariate
    if lost.both:
        told.append(f"A missing covariate led to the exclusion of {_arms(facts, lost)}.")
    if cohort.analysed == cohort.read:
        told.append(f"All of them were eligible for {done(facts)}.")
    elif analysed := _arms(facts, cohort.analysed):
        told.append(f"The comparison started from {format_count(cohort.analysed.both or 0)} patients: {analysed}.")
    return " ".join(told)


def missing_found(facts: StudyFacts) -> str:
    """How much was missing, and how the imputed sets differ."""
    found = facts.missing
    if not found.imputed:
        return ""
    names = [f"{name} in {format_count(count)}" for name, count in found.columns if count is not None]
    told = [f"Values were missing for {listed(names)} patients."] if names else []
    if found.n_failed:
        told.append(
            f"In {counted(found.n_failed, 'imputed data set')} no comparison could be formed; the other "
            f"{format_count(found.pooled)} were pooled."
        )
    if found.sets_found:
        low, high = found.sets_found
        told.append(
            f"Over the imputed data sets {_from_to(format_count(low), format_count(high))} {sets_word(facts)}s were formed."
        )
    return " ".join(told)


def _from_to(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def score_found(facts: StudyFacts) -> str:
    """How well the score tells the groups apart, and how far they overlap."""
    found, told = facts.score, []
    if found.c_statistic is not None:
        told.append(f"the C-statistic of the propensity score was {decimals(found.c_statistic, 2)}")
    if found.equipoise is not None:
        low, high = map(plain, EQUIPOISE)
        told.append(f"{format_percent(found.equipoise)} of patients had a preference score from {low} to {high}")
    return f"{_capital(listed(told))}." if told else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def support_found(facts: StudyFacts) -> str:
    """Who was left out by the score."""
    found = facts.design.support
    if found is None or found.left_out.both is None:
        return ""
    if found.left_out.both == 0:
        return "No patient was left out for the common support."
    return f"Outside the common support lay {_arms(facts, found.left_out)}."


_REASONS = {
    "no control within the caliper": "had no control within the caliper",
    "control taken by a closer patient": "had a control who was matched with a closer patient",
    "no control in the same stratum": "had no control in the same stratum",
    "no treated patient within the caliper": "had no treated patient within the caliper",
    "treated patient taken by a closer patient": "had a treated patient who was matched with a closer patient",
    "no treated patient in the same stratum": "had no treated patient in the same stratum",
    "not needed as a match": "were not needed as a match",
    "matched in a set too small to be kept": "stood in a set too small to be kept",
    "outside the common support": "lay outside the common support",
    "a weight of 0": "had a weight of 0",
    "control given to another patient": "had a control who was given to another patient",
    "treated patient given to another one": "had a treated patient who was given to another one",
}


def design_found(facts: StudyFacts) -> str:
    """Sets or weights, and who was left out."""
    design, told = facts.design, []
    compared = _arms(facts, design.compared)
    if compared:
        if design.matched and design.n_sets is not None:
            sets = counted(design.n_sets, "matched pair" if design.pairs else "matched set")
            told.append(f"Matching formed {sets}, with {compared}.")
        else:
            told.append(f"The weighted comparison included all patients with a weight: {compared}.")
    if design.effective is not None:
        one, other = (decimals(size, 1) for size in design.effective)
        told.append(f"The effective sample sizes were {one} and {other}.")
    if design.n_truncated:
        told.append(
            f"{_capital(counted(design.n_truncated, 'weight'))} {'was' if design.n_truncated == 1 else 'were'} truncated."
        )
    for label, reasons in (
        (facts.cohort.treated, design.left_out_treated),
        (facts.cohort.control, design.left_out_control),
    ):
        known = [(reason, count) for reason, count in reasons if count]
        if known:
            parts = [f"{format_count(count or 0)} {_REASONS.get(reason, reason)}" for reason, count in known]
            told.append(f"Of the patients in the {label} group who were left out, {listed(parts)}.")
    return " ".join(told)


def target(facts: StudyFacts) -> str:
    """Whom the effect now refers to."""
    design, analysed = facts.design, facts.cohort.analysed
    if design.estimand not in ("ATT", "ATC"):
        return ""
    treated = design.estimand == "ATT"
    label = facts.cohort.treated if treated else facts.cohort.control
    total, kept = (
        (analysed.treated, design.compared.treated) if treated else (analysed.control, design.compared.control)
    )
    if total is None or kept is None:
        return ""
    if total == kept:
        return f"All {format_count(total)} patients in the {label} group were kept; the effect refers to them."
    return (
        f"As {format_count(total - kept)} of {format_count(total)} patients in the {label} group had no counterpart, "
        f"the effect refers to patients like the other {format_count(kept)} and not to the whole {label} group."
    )


def balance_found(facts: StudyFacts) -> str:
    """How far balance was reached."""
    found = facts.balance
    if found.largest_before is None or found.largest_after is None:
        return ""
    told = [
        f"The largest absolute SMD was {format_smd(found.largest_before)} before {done(facts)} and "
        f"{format_smd(found.largest_after)} after it{f' ({found.largest_term})' if found.largest_term else ''}."
    ]
    if found.threshold is not None:
        above = f"above {plain(found.threshold)}"
        hidden = " that are not hidden for small counts" if found.some_hidden else ""
        told.append(
            f"Of {counted(found.n_terms, 'term')}{hidden}, {format_count(found.n_above_before)} before and "
            f"{format_count(found.n_above_after)} after {done(facts)} had an absolute SMD {above}."
        )
        if found.n_above_after and found.chance_after is not None:
            told.append(
                f"In groups of this size chance alone would leave an absolute SMD of up to {format_smd(found.chance_after)} in "
                f"a single term 95 times in 100."
            )
    if len(facts.missing.smd_after) == 2:
        low, high = map(format_smd, facts.missing.smd_after)
        told.append(
            f"Over the imputed data sets the largest absolute SMD after {done(facts)} was {_from_to(low, high)}."
        )
    return " ".join(told)


def response_times_found(facts: StudyFacts) -> str:
    """When patients respond, and for how long, under the design."""
    told = []
    for item in facts.courses:
        arms = [
            text
            for label, arm in ((facts.cohort.treated, item.treated), (facts.cohort.control, item.control))
            if (text := _course(facts, label, arm))
        ]
        if arms:
            told.append(f"By {item.criterion}, median time to response after {done(facts)} was {listed(arms)}.")
    return " ".join(told)


def _course(facts: StudyFacts, label: str, arm: ResponseTimeFacts) -> str:
    if not arm.n_responders or arm.median is None:
        return ""
    who = f"{counted(arm.n_responders, 'responder')} of the {label} group"
    told = f"{format_time(arm.median, facts.unit)} {facts.unit} among {who}"
    if arm.duration is not None:
        interval = format_interval(arm.duration_lower, arm.duration_upper, time_form(facts.unit))
        told += f" (median duration {format_time(arm.duration, facts.unit)} {facts.unit}, {level(facts)} {interval})"
    return told


def agreement_found(facts: StudyFacts) -> str:
    """How far criteria agree."""
    told = []
    for item in facts.agreement:
        sentence = (
            f"{item.first} and {item.second} agreed in {format_count(item.n_agree)} of {format_count(item.n)} patients"
        )
        if item.kappa is not None:
            sentence += (
                f" (κ {format_ratio(item.kappa.estimate)}, {level(facts)} {limits(item.kappa, format_ratio, ' to ')})"
            )
        told.append(f"{sentence}.")
    return " ".join(told)


def safety_found(facts: StudyFacts) -> str:
    """Adverse events under the design."""
    told = []
    for item in facts.adverse_events:
        found = item.contrast
        if found.treated.count is None or found.control.count is None:
            continue
        grade = "any grade" if item.lowest_grade == 1 else f"grade {item.lowest_grade} or worse"
        told.append(f"An adverse event of {grade} occurred in {rates_words(facts, found)}.")
    return " ".join(told)


def rates_words(facts: StudyFacts, found: ContrastFacts, *, weighted: bool = False) -> str:
    """A rate in both arms, its difference and the test, as in ``10 of 25 patients (40.0%) …``."""
    arms = []
    for label, arm in ((facts.cohort.treated, found.treated), (facts.cohort.control, found.control)):
        share = None if arm.rate is None else arm.rate.estimate
        inside = f"{'weighted ' if weighted else ''}{format_percent(share)}"
        if arm.rate is not None and arm.rate.ci_lower is not None:
            inside += f", {level(facts)} {limits(arm.rate, format_percent, ' to ')}"
        arms.append(
            f"{format_count(arm.count or 0)} of {format_count(arm.n or 0)} patients in the {label} group ({inside})"
        )
    told = listed(arms)
    if found.difference is not None:
        interval = limits(found.difference, format_points, " to ")
        told += (
            f", a difference of {format_points(found.difference.estimate)} percentage points ({level(facts)} {interval}"
        )
        told += f"; {TESTS[found.test]}, {format_p_statement(found.p_value)})" if found.p_value is not None else ")"
    return told


def subgroups_found(facts: StudyFacts) -> str:
    """The smallest p-value of interaction of each endpoint."""
    told = []
    for item in facts.subgroups:
        if not item.interactions:
            continue
        column, p = min(item.interactions, key=lambda test: test[1])
        among = (
            "the only test"
            if len(item.interactions) == 1
            else f"the smallest of {counted(len(item.interactions), 'test')}"
        )
        pooled = ", pooled" if item.pooled else ""
        told.append(f"{format_p_statement(p)} for {item.endpoint} ({column}{pooled}; {among})")
    return f"After {done(facts)}, tests of interaction gave at the least {listed(told)}." if told else ""


def centres_found(facts: StudyFacts) -> str:
    """How far centres differ."""
    told = [
        f"I² {format_percent(item.i_squared)}, {format_p_statement(item.p_value)} for {item.endpoint}"
        for item in facts.centres
        if item.i_squared is not None and item.p_value is not None
    ]
    if not told:
        return ""
    return (
        f"Over {counted(facts.centres[0].n_centres, 'centre')}, heterogeneity after {done(facts)} was {listed(told)}."
    )


def multiplicity_found(facts: StudyFacts) -> str:
    """Adjusted p-values of the endpoints."""
    board = facts.board
    if board.adjustment == "none" or len(board.p_values) < 2:
        return ""
    told = [f"{format_p_statement(adjusted)} for {name}" for name, _, adjusted in board.p_values]
    where = f" in imputed data set {facts.missing.shown}" if facts.missing.imputed else ""
    return f"Adjusted for {counted(board.n_tests, 'endpoint')}, the p-values after {done(facts)}{where} were {listed(told)}."


def confounding_found(facts: StudyFacts) -> str:
    """What it would take to explain the effects away."""
    values, told = [], []
    for item in facts.confounding:
        if item.e_value is not None:
            near = item.e_value_limit
            limit = "" if near is None else f" ({format_ratio(near)} for the limit nearest to no effect)"
            values.append(f"{format_ratio(item.e_value)} for {item.endpoint}{limit}")
    if values:
        told.append(f"The E-value was {listed(values)}.")
    bounded = [item for item in facts.confounding if item.has_bounds and item.bounds_p is not None]
    weak = [f"{item.endpoint} ({format_p_statement(item.bounds_p)})" for item in bounded if item.critical_gamma is None]
    if weak:
        within_sets = (
            f"Within {sets_word(facts)}s, the {'comparison' if len(weak) == 1 else 'comparisons'} of {listed(weak)}"
        )
        told.append(f"{within_sets} {'was' if len(weak) == 1 else 'were'} not significant even without hidden bias.")
    told += [
        f"The comparison of {item.endpoint} within {sets_word(facts)}s would lose its significance at a hidden bias of "
        f"Γ = {format_ratio(item.critical_gamma)}."
        for item in bounded
        if item.critical_gamma is not None
    ]
    return " ".join(told)


def negative_control_found(facts: StudyFacts) -> str:
    """Whether the arms differ in the negative control."""
    found = facts.negative_control
    if found is None or found.effect is None or found.holds_no_effect is None:
        return ""
    verdict = (
        "held no effect, as it should" if found.holds_no_effect else "excluded no effect, a sign of bias that is left"
    )
    form = measure_form(found.measure, facts.unit)
    return (
        f"For {found.endpoint}, the negative control, the {MEASURES[found.measure]} was {form(found.effect.estimate)} and its "
        f"interval ({within(facts, found.effect, found.measure)}) {verdict}."
    )


def specifications_found(facts: StudyFacts) -> str:
    """What the specification curve showed."""
    curve = facts.curve
    if curve is None or curve.lowest is None:
        return ""
    form = measure_form(curve.measure, facts.unit)
    told = (
        f"Over {counted(curve.n_with_estimate, 'specification')} with an estimate, the {MEASURES[curve.measure]} of "
        f"{curve.endpoint} ran from {form(curve.lowest)} to {form(curve.highest)} (median {form(curve.median)})"
    )
    if curve.n_same_sign is not None:
        told += f"; {format_count(curve.n_same_sign)} estimates lay on the same side of no effect as that of the study"
    told += "."
    if curve.n_random:
        told += (
            f" Of {format_count(curve.n_random)} random orders of matching, estimates ran from {form(curve.random_lowest)} to "
            f"{form(curve.random_highest)}."
        )
    return told


def bootstrap_found(facts: StudyFacts) -> str:
    """The limits of the bootstrap."""
    found = facts.bootstrap
    if found is None:
        return ""
    named = (("percentile", found.percentile), ("bias-corrected accelerated", found.accelerated))
    told = [f"{name} {within(facts, effect, found.measure)}" for name, effect in named if effect is not None]
    if not told:
        return ""
    return f"The bootstrap of the {MEASURES[found.measure]} of {found.endpoint} gave {listed(told)}."


def limits_design(facts: StudyFacts) -> str:
    """What the design cannot do."""
    told = [
        "This was an observational comparison, and residual confounding by covariates that were not measured, or measured "
        "badly, cannot be excluded; the E-values tell how strong it would have to be."
        if any(item.e_value is not None for item in facts.confounding)
        else "This was an observational comparison, and residual confounding by covariates that were not measured, or "
        "measured badly, cannot be excluded."
    ]
    analysed, lost = facts.cohort.analysed.both, facts.left_out
    if analysed is not None and lost:
        told.append(
            f"Of {format_count(analysed)} patients, {format_count(lost)} {'was' if lost == 1 else 'were'} left out of the "
            "comparison; the results may not apply to patients like them."
        )
    if facts.balance.threshold is not None and facts.balance.n_above_after:
        told.append(
            f"Imbalance above the threshold remained in {'at least ' if facts.balance.some_hidden else ''}"
            f"{counted(facts.balance.n_above_after, 'term')} after {done(facts)}."
        )
    return " ".join(told)


def limits_outcomes(facts: StudyFacts) -> str:
    """Few events, and proportional hazards in doubt."""
    few = [f"{name} ({format_count(count)})" for name, count in facts.few_events]
    told = [f"Events were few for {listed(few)}."] if few else []
    doubtful = [item.name for item in facts.survival if item.after is not None and item.after.doubtful]
    if doubtful:
        told.append(
            f"Proportional hazards were in doubt for {listed(doubtful)}, whose HR is an average over follow-up."
        )
    if facts.few_responders:
        responders = [f"{name} ({format_count(count)})" for name, count in facts.few_responders]
        told.append(f"Responders were few by {listed(responders)}.")
    return " ".join(told)


def limits_plan(facts: StudyFacts) -> str:
    """What the plan leaves open."""
    plan = facts.plan
    if plan.digest is None:
        return "Without a locked plan, choices made after outcomes were seen cannot be ruled out."
    told = []
    if plan.outcomes_seen:
        told.append("The plan was locked only after outcomes had been seen.")
    if not plan.followed:
        told.append("The analysis departs from the locked plan.")
    return " ".join(told)
