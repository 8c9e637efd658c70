"""The methods up to balance, in English: patients, missing values, score and design."""

from collections.abc import Callable

from analysis.manuscript.text.citations import cite
from analysis.manuscript.text.english.words import counted, done, groups, listed
from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.design import EQUIPOISE
from analysis.manuscript.text.numbers import decimals, plain
from analysis.settings import Coarsening, EligibilityRule, MatchingSettings
from charts.lettering import clean_label
from charts.style import format_count


def setting(facts: StudyFacts) -> str:
    """Who is compared with whom."""
    treated, control = groups(facts)
    score = "propensity score " if facts.score_used else ""
    return (
        f"In this observational cohort study, {treated} was compared with {control} (the reference) after "
        f"{score}{done(facts)}."
    )


def eligibility(facts: StudyFacts) -> str:
    """Who may be in the study."""
    rules = facts.cohort.rules
    if not rules:
        return f"All patients recorded in one of the two groups ({facts.cohort.arm_column}) were eligible."
    told = "; ".join(map(_rule, rules))
    return f"Patients recorded in one of the two groups ({facts.cohort.arm_column}) were eligible if they met: {told}."


def _rule(rule: EligibilityRule) -> str:
    parts = [
        f"{words} {plain(bound) if isinstance(bound, float) else bound.isoformat()}"
        for words, bound in (
            ("at least", rule.at_least),
            ("above", rule.above),
            ("at most", rule.at_most),
            ("below", rule.below),
        )
        if bound is not None
    ]
    if rule.one_of is not None:
        parts.append(listed([clean_label(item) for item in rule.one_of], "or"))
    if rule.none_of is not None:
        parts.append(f"not {listed([clean_label(item) for item in rule.none_of], 'or')}")
    kept = ", or not recorded" if rule.missing == "keep" else ""
    return f"{clean_label(rule.column)} {listed(parts)}{kept}".strip()


def time_zero(facts: StudyFacts) -> str:
    """Time zero and the data cut-off."""
    cohort = facts.cohort
    told = [] if cohort.index is None else [f"Time zero was the date recorded as {cohort.index}."]
    if cohort.cutoff is not None:
        told.append(f"The data cut-off was {cohort.cutoff.isoformat()}.")
    return " ".join(told)


def missing(facts: StudyFacts) -> str:
    """What became of missing covariates."""
    found = facts.missing
    if not found.anything:
        return "No covariate had missing values."
    if found.imputed:
        return _imputed(facts)
    if found.method == "indicator":
        return (
            "Missing values of numerical covariates were set to the mean of the observed values and marked by an "
            "indicator; missing values of categorical covariates formed a category of their own."
        )
    return "Patients with a missing value in a covariate were left out (complete-case analysis)."


def _imputed(facts: StudyFacts) -> str:
    found = facts.missing
    names = listed([name for name, _ in found.columns])
    made = {"matching": "patients were matched", "weighting": "patients were weighted"}[done(facts)]
    return (
        f"Missing values of {counted(len(found.columns), 'covariate')} ({names}) were imputed by chained equations with "
        f"predictive mean matching from the covariates and the treatment group, without the outcomes "
        f"({format_count(found.n_sets)} imputed data sets, {counted(found.iterations, 'iteration')}, "
        f"seed {found.seed}) {cite('vanbuuren2011')}. Within each imputed data set the propensity score was estimated "
        f"and {made}, and the effects were pooled by Rubin's rules {cite('mitra2016', 'rubin1987', 'barnard1999')}. "
        f"Results that are not stated to be pooled, curves and numbers of patients among them, are of imputed data set "
        f"{found.shown}."
    )


def score(facts: StudyFacts) -> str:
    """The model of the treatment."""
    found, settings = facts.score, facts.score.settings
    treated, _ = groups(facts)
    names = ", ".join(found.covariates)
    covariates = f"{counted(len(found.covariates), 'covariate')} ({names})"
    if settings.model == "column":
        return (
            f"The propensity score was supplied with the data ({clean_label(settings.column or '')}) and not estimated "
            f"here; {covariates} {'was' if len(found.covariates) == 1 else 'were'} examined for balance."
        )
    told = (
        f"The propensity score, the probability of belonging to {treated} given the covariates, was estimated by "
        f"{_MODELS[settings.model](facts)} from {covariates}{_terms(facts)}."
    )
    if found.dropped:
        verb = "was" if len(found.dropped) == 1 else "were"
        told += f" Of the terms, {listed(found.dropped)} {verb} left out of the model for repeating others."
    return told


def _ridge(facts: StudyFacts) -> str:
    if facts.score.settings.penalty is not None:
        return f"ridge-penalised logistic regression (penalty {plain(facts.score.settings.penalty)})"
    folds = "" if facts.score.n_folds is None else f" over {counted(facts.score.n_folds, 'fold')}"
    seed = "" if facts.score.seed is None else f", seed {facts.score.seed}"
    return f"ridge-penalised logistic regression (penalty chosen by cross-validation{folds}{seed})"


def _trees(words: str) -> Callable[[StudyFacts], str]:
    def told(facts: StudyFacts) -> str:
        settings = facts.score.settings
        return (
            f"{words}, cross-fitted in {counted(settings.folds, 'fold')} (seed {settings.seed}) "
            f"{cite('chernozhukov2018')},"
        )

    return told


_MODELS: dict[str, Callable[[StudyFacts], str]] = {
    "logistic": lambda facts: "logistic regression",
    "firth": lambda facts: f"logistic regression with Firth's penalised likelihood {cite('firth1993')}",
    "ridge": _ridge,
    "boosting": _trees("gradient-boosted trees"),
    "forest": _trees("a random forest"),
}


def _terms(facts: StudyFacts) -> str:
    settings = facts.score.settings
    if settings.model in ("boosting", "forest"):
        return ""
    parts = ["as main effects"]
    parts += [
        f"with {clean_label(item.column)} as a restricted cubic spline with {counted(item.knots, 'knot')}"
        for item in settings.splines
    ]
    crossed = [f"{clean_label(one)} and {clean_label(other)}" for one, other in settings.interactions]
    if crossed:
        parts.append(
            f"with the {'interaction' if len(crossed) == 1 else 'interactions'} of {listed(crossed, 'and of')}"
        )
    return f" {', '.join(parts)}"


def support(facts: StudyFacts) -> str:
    """Who was left out by the score."""
    found = facts.design.support
    if found is None:
        return ""
    method = found.settings.method
    if method == "common_range":
        words = "whose propensity score lay in the range that both groups reached"
        return f"Only patients {words} entered the comparison; the score was not estimated again."
    scale = "propensity score" if method == "score" else "preference score"
    source = cite("crump2009") if method == "score" else cite("walker2013")
    between = (
        ""
        if found.lower is None or found.upper is None
        else f" lay between {plain(found.lower)} and {plain(found.upper)}"
    )
    return f"Only patients whose {scale}{between} {source} entered the comparison; the score was not estimated again."


_DISTANCES = {
    "logit": "the logit of the propensity score",
    "probability": "the propensity score",
    "mahalanobis": "the Mahalanobis distance of the covariates",
}
_ORDERS = {
    "closest": "in order of the closest pairs",
    "largest": "from the highest propensity score downwards",
    "smallest": "from the lowest propensity score upwards",
    "data": "in the order of the data file",
}


def design(facts: StudyFacts) -> str:
    """How the groups were made comparable."""
    if facts.design.weighting is not None:
        return _WEIGHTINGS[facts.design.weighting.method](facts)
    return _MATCHINGS[facts.design.matching.method](facts)


def _who(facts: StudyFacts) -> str:
    """Whom partners are looked for, and how many."""
    matching = facts.design.matching
    if matching.ratio == 1:
        return "Patients were matched 1:1"
    arms = (facts.cohort.treated, facts.cohort.control)
    focal, other = arms if matching.estimand != "ATC" else arms[::-1]
    start = f"Each patient of the {focal} group"
    return (
        f"{start} was matched with up to {counted(matching.ratio, 'patient')} of the {other} group (1:{matching.ratio})"
    )


def _distance(matching: MatchingSettings) -> str:
    source = f" {cite('rubin1980')}" if matching.distance == "mahalanobis" else ""
    return f"on {_DISTANCES[matching.distance]}{source}"


def _caliper(facts: StudyFacts) -> str:
    matching, found = facts.design.matching, facts.design
    if matching.caliper is None or found.caliper_width is None:
        return "without a caliper"
    scale = "propensity score" if matching.distance == "probability" else "logit of the propensity score"
    size = plain(matching.caliper)
    if matching.caliper_scale == "raw":
        words = f"a caliper of {size} on the {scale}"
    else:
        kind = "standard deviation" if matching.caliper == 1 else "standard deviations"
        kind = f"pooled {kind}" if matching.caliper_scale == "pooled_sd" else kind
        words = f"a caliper of {size} {kind} of the {scale}"
    widths = []
    if found.caliper_on_logit is not None:
        widths.append(f"{decimals(found.caliper_on_logit, 3)} on the logit scale")
    if found.caliper_on_probability is not None:
        median = "at the median score of the treated"
        widths.append(f"{decimals(found.caliper_on_probability, 3)} on the probability scale {median}")
    return f"within {words} ({', '.join(widths)}) {cite('austin2011')}"


def _nearest(facts: StudyFacts) -> str:
    matching = facts.design.matching
    if matching.replacement:
        return (
            f"{_who(facts)} with replacement {_distance(matching)} by nearest-neighbour matching, {_caliper(facts)} "
            f"{cite('stuart2010')}."
        )
    order = f"in random order (seed {matching.seed})" if matching.order == "random" else _ORDERS[matching.order]
    return (
        f"{_who(facts)} without replacement {_distance(matching)} by greedy nearest-neighbour matching {order}, "
        f"{_caliper(facts)} {cite('stuart2010')}."
    )


def _optimal(facts: StudyFacts) -> str:
    matching = facts.design.matching
    sources = cite("rosenbaum1989") if matching.ratio == 1 else cite("rosenbaum1989", "ming2000")
    return (
        f"{_who(facts)} without replacement {_distance(matching)} by optimal matching, which forms as many matches as are "
        f"allowed at the least total distance, {_caliper(facts)} {sources}."
    )


def _full(facts: StudyFacts) -> str:
    treated, control = facts.cohort.treated, facts.cohort.control
    return (
        f"Patients were placed in matched sets {_distance(facts.design.matching)} by optimal full matching, each set "
        f"holding one patient of the {treated} group with one or more of the {control} group or the reverse, {_caliper(facts)} "
        f"{cite('hansen2004')}."
    )


def _strata(facts: StudyFacts) -> str:
    matching = facts.design.matching
    word = "coarsened exact matching" if matching.coarsen else "exact matching"
    source = f" {cite('iacus2012')}" if matching.coarsen else ""
    return (
        f"Patients were grouped by {word}{source} into strata of {listed(_strata_columns(matching))}; strata without "
        "patients of both groups were left out."
    )


def _strata_columns(matching: MatchingSettings) -> list[str]:
    return [*(clean_label(name) for name in matching.exact), *map(_classes, matching.coarsen)]


def _classes(item: Coarsening) -> str:
    if item.cutpoints is not None:
        return f"{clean_label(item.column)} in classes cut at {listed([plain(point) for point in item.cutpoints])}"
    return f"{clean_label(item.column)} in {counted(item.bins or 0, 'class', 'classes')} of equal width"


_MATCHINGS: dict[str, Callable[[StudyFacts], str]] = {
    "nearest": _nearest,
    "optimal": _optimal,
    "full": _full,
    "strata": _strata,
}


def _iptw(facts: StudyFacts) -> str:
    treated, control = facts.cohort.treated, facts.cohort.control
    weights = {
        "ATE": f"1/PS in the {treated} group and 1/(1 − PS) in the {control} group",
        "ATT": f"1 in the {treated} group and PS/(1 − PS) in the {control} group",
        "ATC": f"(1 − PS)/PS in the {treated} group and 1 in the {control} group",
    }[facts.design.estimand]
    return (
        f"Patients were weighted by inverse probability of treatment weighting, with weights of {weights}, PS being the "
        f"propensity score {cite('robins2000')}."
    )


def _overlap(facts: StudyFacts) -> str:
    return (
        "Patients were weighted by overlap weights, each patient by the probability of belonging to the other group "
        f"{cite('li2018')}."
    )


def _matching_weights(facts: StudyFacts) -> str:
    return (
        "Patients were weighted by matching weights, the smaller of the probabilities of the two groups divided by the "
        f"probability of the patient's own group {cite('ligreene2013')}."
    )


def _entropy(facts: StudyFacts) -> str:
    return (
        "Patients were weighted by entropy balancing, which makes the means of the covariates agree exactly with weights "
        f"as even as possible {cite('hainmueller2012')}."
    )


_WEIGHTINGS: dict[str, Callable[[StudyFacts], str]] = {
    "iptw": _iptw,
    "overlap": _overlap,
    "matching": _matching_weights,
    "entropy": _entropy,
}


def design_details(facts: StudyFacts) -> str:
    """What else pairs had to fulfil, and what became of the weights."""
    return _weighting_details(facts) if facts.design.weighting is not None else _matching_details(facts)


def _weighting_details(facts: StudyFacts) -> str:
    weighting, told = facts.design.weighting, []
    if weighting is None:
        return ""
    if weighting.stabilised:
        told.append("Weights were stabilised.")
    if weighting.truncate is not None:
        low, high = plain(100 - weighting.truncate), plain(weighting.truncate)
        told.append(f"Weights were truncated at percentiles {low} and {high} {cite('cole2008')}.")
    return " ".join(told)


def _matching_details(facts: StudyFacts) -> str:
    matching, told = facts.design.matching, []
    if matching.method != "strata":
        if matching.exact:
            told.append(f"Matching was exact on {listed([clean_label(name) for name in matching.exact])}.")
        if matching.coarsen:
            told.append(f"Partners had to share {listed([_classes(item) for item in matching.coarsen])}.")
        apart = [f"{plain(item.width)} in {clean_label(item.column)}" for item in matching.calipers]
        if apart:
            told.append(f"Partners could differ by at most {listed(apart)}.")
        if matching.method in ("nearest", "optimal") and matching.min_ratio > 1:
            told.append(f"Sets with fewer than {matching.min_ratio} matches were dissolved.")
    if facts.design.effective is not None:
        told.append("Patients were weighted according to the composition of their matched sets.")
    return " ".join(told)


def estimand(facts: StudyFacts) -> str:
    """Whom the effect refers to, as it was set."""
    treated, control = facts.cohort.treated, facts.cohort.control
    words = {
        "ATT": f"in patients like those of the {treated} group (average treatment effect in the treated, ATT)",
        "ATC": f"in patients like those of the {control} group (average treatment effect in the controls, ATC)",
        "ATE": "in all patients (average treatment effect, ATE)",
        "ATO": "in patients for whom either treatment was likely (average treatment effect in the overlap population, ATO)",
        "ATM": "in patients who could be matched (average treatment effect in the matchable, ATM)",
    }[facts.design.estimand]
    return f"The estimand was the average effect of treatment {words}."


def balance(facts: StudyFacts) -> str:
    """How balance was measured."""
    found, settings = facts.balance, facts.balance.settings
    arm = {
        "pooled": "the pooled standard deviation of both groups",
        "treated": f"the standard deviation of the {facts.cohort.treated} group",
        "control": f"the standard deviation of the {facts.cohort.control} group",
    }[settings.denominator]
    when = (
        f"before {done(facts)} as denominator throughout"
        if settings.after == "fixed"
        else f"as denominator, taken anew after {done(facts)}"
    )
    told = f"Balance was assessed by standardised mean differences (SMDs), with {arm} {when}"
    told += f" {cite('stuart2010')}"
    if settings.binary == "raw":
        told += "; for proportions the raw difference was used"
    if found.threshold is not None:
        told += f"; an absolute SMD of at most {plain(found.threshold)} was taken as balance {cite('austin2009')}"
    told += "."
    if settings.also:
        names = listed([clean_label(name) for name in settings.also])
        told += f" Balance was also examined in {names}, which took no part in the propensity score."
    if facts.score.equipoise is not None:
        low, high = map(plain, EQUIPOISE)
        between = f"from {low} to {high} {cite('walker2013')}"
        told += f" Overlap was described by the share of patients with a preference score {between}."
    return told
