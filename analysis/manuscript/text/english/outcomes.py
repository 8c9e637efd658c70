"""The methods from endpoints on, in English."""

from analysis.manuscript.text.citations import cite
from analysis.manuscript.text.english.words import (
    MEASURES,
    TESTS,
    counted,
    done,
    groups,
    level,
    listed,
    sets_word,
    spelled,
)
from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.response import ResponseFacts
from analysis.manuscript.text.facts.survival import SurvivalFacts, SurvivalView
from analysis.manuscript.text.numbers import plain
from analysis.settings import DatesSettings
from charts.lettering import clean_label
from charts.style import format_count


def views(facts: StudyFacts) -> list[SurvivalView]:
    """Every survival endpoint under the design that could be compared."""
    return [item.after for item in facts.survival if item.after is not None]


def survival_endpoints(facts: StudyFacts) -> str:
    """Each survival endpoint and where it is from."""
    return " ".join(map(_endpoint, facts.survival))


def _endpoint(endpoint: SurvivalFacts) -> str:
    settings = endpoint.settings
    name = spelled(endpoint.name, settings.from_dates)
    name = name[0].upper() + name[1:]
    if endpoint.dates is not None:
        told = f"{name} was the time from {clean_label(endpoint.dates.index)} to {_rule(endpoint, endpoint.dates)}."
    else:
        told = f"{name} was taken as recorded (time {clean_label(settings.time or '')}, event {clean_label(settings.event or '')}"
        if settings.observed is not None:
            told += f" = {listed([clean_label(item) for item in settings.observed], 'or')}"
        told += "; blank events taken as censored)." if settings.blank == "censored" else ")."
    if endpoint.competes:
        rivals = listed([clean_label(item) for item in settings.competing or ()], "or")
        told += f" Events that compete with it ({rivals}) were analysed as competing risks."
    return told


def _rule(endpoint: SurvivalFacts, dates: DatesSettings) -> str:
    kind = endpoint.settings.from_dates
    death = clean_label(dates.death or dates.died or "")
    if kind == "os":
        return f"death ({death}); patients alive were censored at the last contact ({clean_label(dates.last_contact or '')})"
    ends = [
        f"the {words} ({clean_label(column)})"
        for words, column in (("last assessment", dates.last_assessment), ("last contact", dates.last_contact))
        if column is not None
    ]
    progression = clean_label(dates.progression or "")
    censored = f"were censored at {', or without one at '.join(ends)}"
    if kind == "pfs":
        return (
            f"progression ({progression}) or death ({death}), whichever came first; patients without either {censored}"
        )
    return f"progression ({progression}); patients without it {censored}"


def response_endpoints(facts: StudyFacts) -> str:
    """Each response endpoint, its denominator, and how it was judged."""
    if not facts.response:
        return ""
    told = [_response(item) for item in facts.response]
    if any(item.categorical for item in facts.response):
        told.append(
            "Objective response was complete or partial response and disease control was objective response or stable "
            "disease; patients whose best response could not be evaluated were counted as non-responders, and evaluable "
            "patients alone were analysed in addition."
        )
    return " ".join(told)


def _response(item: ResponseFacts) -> str:
    settings = item.settings
    if settings.scans is not None:
        source = cite("eisenhauer2009") if settings.scans == "recist" else cite("lencioni2010")
        return f"Best response by {item.name} was derived from the lesion sums of each scan {source}."
    if settings.responder is not None:
        return f"Response by {item.name} was taken as recorded ({clean_label(settings.responder)})."
    folded = item.name.casefold()
    source = cite("lencioni2010") if "mrecist" in folded else cite("eisenhauer2009") if "recist 1.1" in folded else ""
    return f"Best response by {item.name} was taken as recorded ({clean_label(settings.column or '')}){source and ' ' + source}."


def response_times(facts: StudyFacts) -> str:
    """How responses over time were found."""
    if not facts.courses or facts.scans is None:
        return ""
    names = listed([item.criterion for item in facts.courses])
    confirmed = (
        "a response had to be confirmed by a later scan" if facts.scans.confirmed else "confirmation was not required"
    )
    ends = facts.courses[0].ends_with
    ending = "progression on a scan" if ends is None else f"progression on a scan or a {ends} event"
    return (
        f"Time to response and its duration were derived from the lesion sums of each scan ({names}); {confirmed}, and a "
        f"response ended with {ending}."
    )


def adverse_events(facts: StudyFacts) -> str:
    """Which adverse events are compared."""
    if not facts.adverse_events:
        return ""
    grades = listed([_grade(item.lowest_grade) for item in facts.adverse_events])
    terms = counted(facts.adverse_events[0].n_terms, "adverse event")
    return f"The worst grade of {terms} was compared: {grades}."


def _grade(lowest: int) -> str:
    return "any grade" if lowest == 1 else f"grade {lowest} or worse"


def curves(facts: StudyFacts) -> str:
    """Curves, medians and follow-up."""
    plain_ones = [item for item in facts.survival if not item.competes]
    if not facts.survival:
        return ""
    told = []
    if plain_ones:
        kind = {"log-log": "log-log", "log": "logarithmic", "plain": "plain"}[facts.confidence.survival]
        variance = (
            "Greenwood's variance"
            if facts.design.effective is None
            else f"Greenwood's variance before {done(facts)} and the infinitesimal-jackknife variance over "
            f"{_unit(facts)} after it"
        )
        told.append(
            f"Survival was estimated by the Kaplan–Meier method {cite('kaplan1958')} with {kind} confidence limits from "
            f"{variance}; limits of medians were read from those of the curve {cite('brookmeyer1982')}."
        )
    told.append(f"Median follow-up was estimated by the reverse Kaplan–Meier method {cite('schemper1996')}.")
    return " ".join(told)


def _unit(facts: StudyFacts) -> str:
    return f"matched {sets_word(facts)}s" if facts.design.clustered else "patients"


def log_rank(facts: StudyFacts) -> str:
    """Which log-rank tests were made."""
    found = [item.after for item in facts.survival if item.after is not None and not item.competes]
    before = any(
        item.before is not None and item.before.log_rank is not None for item in facts.survival if not item.competes
    )
    kinds = []
    if any(view.log_rank is not None for view in found):
        kinds.append("the unstratified log-rank test")
    if any(view.log_rank_stratified is not None for view in found):
        kinds.append(f"the log-rank test stratified by matched {sets_word(facts)}")
    if any(view.log_rank_robust is not None for view in found):
        weighted = "weighted " if facts.design.effective is not None else ""
        kinds.append(f"the {weighted}log-rank test with a robust variance over {_unit(facts)} {cite('lin1989')}")
    parts = [f"before {done(facts)} by the log-rank test"] if before else []
    parts += [f"after {done(facts)} by {listed(kinds)}"] if kinds else []
    return f"Survival was compared {' and '.join(parts)}." if parts else ""


def cox(facts: StudyFacts) -> str:
    """Hazard ratios, marginal and conditional."""
    found = views(facts)
    if not any(view.cox is not None for view in found):
        return ""
    _, control = groups(facts)
    weighted = "weighted " if facts.design.effective is not None else ""
    told = (
        f"Hazard ratios (HRs) were estimated by Cox models of treatment alone, with Efron's handling of ties and {control} as "
        f"reference {cite('efron1977')}; after {done(facts)} the {weighted}HR is marginal, with a robust sandwich variance "
        f"over {_unit(facts)} {cite('austin2014', 'lin1989')}."
    )
    if any(
        item.after is not None and item.after.cox_stratified is not None and not item.competes
        for item in facts.survival
    ):
        told += f" A Cox model stratified by matched {sets_word(facts)} gave the conditional HR beside it."
    return told


def proportional(facts: StudyFacts) -> str:
    """The test of proportional hazards."""
    if not any(view.schoenfeld is not None for view in views(facts)):
        return ""
    return f"Proportional hazards were tested by scaled Schoenfeld residuals {cite('grambsch1994')}."


def differences(facts: StudyFacts) -> str:
    """Restricted means, milestones and medians."""
    found = views(facts)
    means = [view.rmst for view in found if view.rmst is not None]
    told = []
    if means:
        horizons = list(dict.fromkeys(f"{plain(round(mean.horizon, 2))} {facts.unit}" for mean in means))
        told.append(f"restricted mean survival times (RMSTs) up to {listed(horizons)} {cite('royston2013')}")
    times = list(dict.fromkeys(moment.time for view in found for moment in view.moments))
    if times:
        told.append(f"survival at {listed([plain(time) for time in times])} {facts.unit}")
    if any(view.median_difference is not None for view in found):
        told.append("medians")
    if not told:
        return ""
    drawn = next((view for view in found if view.resamples is not None), None)
    sentence = f"Differences in {listed(told)} were estimated"
    if drawn is None:
        return f"{sentence}."
    unit = f"matched {sets_word(facts)}s drawn whole" if facts.design.clustered else "patients within groups"
    source = f" {cite('austinsmall2014')}" if facts.design.clustered else ""
    return (
        f"{sentence}; after {done(facts)} their limits are percentiles of {format_count(drawn.resamples or 0)} bootstrap "
        f"resamples of {unit} (seed {drawn.seed}){source}."
    )


def competing(facts: StudyFacts) -> str:
    """Competing risks."""
    if not any(view.competing is not None for view in views(facts)):
        return ""
    stratified = any(view.competing is not None and view.competing.gray_stratified is not None for view in views(facts))
    also = f", after {done(facts)} also stratified by matched {sets_word(facts)}" if stratified else ""
    return (
        f"With competing events, cumulative incidences were estimated by the Aalen–Johansen method {cite('putter2007')} and "
        f"compared by Gray's test{also} {cite('gray1988')}; subdistribution HRs are from Fine–Gray models {cite('fine1999')} and "
        "cause-specific HRs from Cox models."
    )


def landmark(facts: StudyFacts) -> str:
    """The landmark analysis."""
    found = next((view.landmark for view in views(facts) if view.landmark is not None), None)
    if found is None:
        return ""
    return (
        f"Survival by response ({found.response}) was analysed from a landmark at {plain(found.time)} {facts.unit}, among "
        f"patients still followed without an event {cite('anderson1983')}."
    )


def rates(facts: StudyFacts) -> str:
    """Rates, their differences and their tests."""
    after = [item.after for item in facts.response if item.after is not None and item.after.objective is not None]
    before = [item.before for item in facts.response if item.before is not None and item.before.objective is not None]
    if not (after or before):
        return ""
    exact = facts.confidence.proportion == "clopper-pearson"
    kind = f"Clopper–Pearson limits {cite('clopper1934')}" if exact else f"Wilson limits {cite('wilson1927')}"
    told = (
        f"Response rates are given with {kind} and their differences with Newcombe's limits {cite('newcombe1998')}; rates "
        "were compared by Fisher's exact test where an expected count was below 5 and by Pearson's χ² test without "
        "continuity correction elsewhere."
    )
    contrasts = [view.objective for view in after if view.objective is not None]
    if any(contrast.paired_difference is not None for contrast in contrasts):
        told += (
            f" Within matched pairs, differences have Tango's limits {cite('tango1998')} and McNemar's test is given, exact "
            f"and mid-p {cite('fagerland2013')}."
        )
    robust = list(dict.fromkeys(contrast.test for contrast in contrasts if contrast.test.startswith("Robust")))
    if robust:
        names = listed([TESTS[name] for name in robust])
        told += (
            f" After {done(facts)}, rates are weighted, with a sandwich variance over {_unit(facts)}, and were compared by the "
            f"{names}."
        )
    elif any(view.weighted for view in after):
        told += (
            f" After {done(facts)}, rates and differences are weighted and rest on effective sample sizes; tests are of "
            "unweighted counts."
        )
    return told


def agreement(facts: StudyFacts) -> str:
    """Agreement of criteria."""
    if not facts.agreement:
        return ""
    return f"Agreement between response criteria was measured by unweighted Cohen's κ {cite('cohen1960')}."


def safety(facts: StudyFacts) -> str:
    """How adverse events were compared."""
    if not facts.adverse_events:
        return ""
    tests = list(dict.fromkeys(TESTS[item.contrast.test] for item in facts.adverse_events))
    return f"Adverse events after {done(facts)} were compared by {listed(tests)}."


def adjusted(facts: StudyFacts) -> str:
    """The multivariable Cox models."""
    if not any(view.adjusted is not None for view in views(facts)):
        return ""
    kept = "weights and " if facts.design.effective is not None else ""
    return (
        f"Multivariable Cox models adjusted the effect of treatment for all covariates, before {done(facts)} and, keeping "
        f"{kept}the robust variance, after it (doubly robust) {cite('funk2011')}."
    )


def subgroups(facts: StudyFacts) -> str:
    """Which subgroups were compared."""
    if not facts.subgroups:
        return ""
    return (
        f"Effects in subgroups of {listed(facts.subgroups[0].columns)} were compared by tests of interaction, without "
        f"adjustment for their number {cite('wang2007')}."
    )


def centres(facts: StudyFacts) -> str:
    """How centres were compared."""
    if not facts.centres:
        return ""
    return (
        f"Balance and effects were also examined by centre ({facts.cohort.centre}); heterogeneity was assessed by Cochran's "
        f"Q and I² {cite('higgins2002')}."
    )


_ADJUSTMENTS = {
    "holm": ("Holm's method", "holm1979"),
    "hochberg": ("Hochberg's method", "hochberg1988"),
    "benjamini-hochberg": ("the Benjamini–Hochberg method", "benjamini1995"),
}


def multiplicity(facts: StudyFacts) -> str:
    """How p-values of several endpoints were adjusted."""
    board = facts.board
    if board.n_tests < 2:
        return ""
    if board.adjustment == "none":
        return f"The p-values of the {counted(board.n_tests, 'endpoint')} were not adjusted for their number."
    name, source = _ADJUSTMENTS[board.adjustment]
    return f"The p-values of the {counted(board.n_tests, 'endpoint')} were also adjusted by {name} {cite(source)}."


def confounding(facts: StudyFacts) -> str:
    """What was asked of unmeasured confounding."""
    found = facts.confounding
    told = []
    if any(item.e_value is not None for item in found):
        told.append(f"E-values {cite('vanderweele2017')}")
    if any(item.has_bounds for item in found):
        told.append(f"Rosenbaum bounds within matched {sets_word(facts)}s {cite('rosenbaum2002')}")
    if any(item.has_tipping for item in found):
        told.append(f"tipping points for a binary confounder {cite('lin1998')}")
    return f"Sensitivity to unmeasured confounding was assessed by {listed(told)}." if told else ""


def negative_control(facts: StudyFacts) -> str:
    """The negative control."""
    found = facts.negative_control
    if found is None:
        return ""
    return (
        f"{found.endpoint}, which treatment cannot change, served as negative-control outcome {cite('lipsitch2010')}."
    )


def specifications(facts: StudyFacts) -> str:
    """The specification curve."""
    curve = facts.curve
    if curve is None:
        return ""
    part = "" if curve.complete else f" of {format_count(curve.n_planned)} planned"
    return (
        f"The {MEASURES[curve.measure]} of {curve.endpoint} was estimated again under {format_count(curve.n_done)}{part} "
        f"specifications of the analysis (specification curve) {cite('simonsohn2020')}."
    )


def bootstrap(facts: StudyFacts) -> str:
    """The bootstrap of the effect."""
    found = facts.bootstrap
    if found is None:
        return ""
    drawn = (
        f"matched {sets_word(facts)}s {cite('austinsmall2014')}"
        if found.draws == "sets"
        else f"patients, with score and {done(facts)} repeated in each"
    )
    return (
        f"The {MEASURES[found.measure]} of {found.endpoint} was bootstrapped with {format_count(found.n_done)} replicates of "
        f"{drawn} (seed {found.seed}), with percentile and bias-corrected accelerated limits {cite('efron1987')}."
    )


def confidence(facts: StudyFacts) -> str:
    """The level of every interval."""
    return (
        f"Confidence intervals (CIs) are two-sided, at a level of {level(facts).removesuffix(' CI')}; p-values are two-sided. "
        "Times that were not reached are given as NR."
    )


def plan(facts: StudyFacts) -> str:
    """What is on record of the plan."""
    found = facts.plan
    told = []
    if found.digest is None:
        told.append("No locked analysis plan is on record.")
    else:
        when = {
            True: "locked after outcomes had been seen",
            False: "locked before outcomes were seen",
            None: "named in the study file",
        }[found.outcomes_seen]
        verb = "follows" if found.followed else "departs from"
        told.append(f"The analysis {verb} the plan {when} (SHA-256 {found.digest}…).")
    if found.number is not None:
        told.append(f"It was specification {found.number} of {found.total} that were examined.")
    opened = {
        "covered": "Outcomes were covered while the design was chosen.",
        "from the start": "Outcomes were in sight while the design was chosen.",
        "after lock": "Outcomes were covered until the plan was locked.",
        "early": "Outcomes were opened before a plan was locked.",
        "command line": "Whether outcomes had been seen when the analysis was specified is not on record.",
    }.get(found.opened)
    return " ".join([*told, *([opened] if opened else [])])


def suppression(facts: StudyFacts) -> str:
    """Which counts are hidden."""
    below = facts.cohort.suppress_below
    return f"Counts of patients below {below} are not shown." if below > 1 else ""


def software(facts: StudyFacts) -> str:
    """What computed it."""
    of = facts.software.of
    libraries = [name for name, _ in facts.software.versions if name not in ("version", "python")]
    named = listed([f"{name} {of(name)}" for name in libraries])
    return f"Analyses were done with Matched Cohort Explorer {of('version')} (Python {of('python')}; {named})."
