"""The results of one endpoint in languages whose sentences end in their verb, from templates of the language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.manuscript.text.facts import StudyFacts
from analysis.manuscript.text.facts.response import ContrastFacts, ResponseFacts, ResponseTimeFacts, ResponseView
from analysis.manuscript.text.facts.survival import ArmFacts, MomentFacts, SurvivalFacts, SurvivalView
from analysis.manuscript.text.facts.values import Effect
from analysis.manuscript.text.numbers import limits, plain
from charts.style import (
    format_count,
    format_interval,
    format_level,
    format_p_statement,
    format_percent,
    format_points,
    format_ratio,
    format_time,
    time_form,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointWords:
    """The words of one language.

    Attributes
    ----------
    templates : mapping of str to str
        Sentences with names of fields in braces.
    to, comma, joiner : str
        Between limits, between items, between sentences.
    units : mapping of str to str
    population : callable
        Of ``before`` or ``after``.
    sets_word : callable
    ratio : callable
        A ratio with its limits and its p-value.
    within : callable
        The limits of an effect.
    rates : callable
        A rate in both arms to the end of the sentence, without the full stop.
    spoken : callable
        What a formatted template goes through, where words depend on how those before them sound.
    """

    templates: Mapping[str, str]
    to: str
    comma: str
    joiner: str
    units: Mapping[str, str]
    population: Callable[[str, StudyFacts], str]
    sets_word: Callable[[StudyFacts], str]
    ratio: Callable[[StudyFacts, Effect], str]
    within: Callable[[StudyFacts, Effect, str], str]
    rates: Callable[..., str]
    spoken: Callable[[str], str] = str

    def tell(self, key: str, **fields: str) -> str:
        """One sentence, or a part of one."""
        return self.spoken(self.templates[key].format(**fields))

    def join(self, sentences: list[str]) -> str:
        """Those that are not empty."""
        return self.joiner.join(sentence for sentence in sentences if sentence)

    # Survival ---------------------------------------------------------------------------------------------------

    def before(self, facts: StudyFacts, endpoint: SurvivalFacts) -> str:
        """Events, medians, ratio and test before the design."""
        return "" if endpoint.before is None else self._told(facts, endpoint, endpoint.before, "before")

    def after(self, facts: StudyFacts, endpoint: SurvivalFacts) -> str:
        """The same under the design, and pooled where covariates were imputed."""
        view = endpoint.after
        if view is None:
            return self.tell("not_compared", when=self.population("after", facts), name=endpoint.name)
        told = [self._told(facts, endpoint, view, "after")]
        if view.pooled is not None:
            told.append(
                self.tell(
                    "pooled_cause" if endpoint.competes else "pooled",
                    n=format_count(facts.missing.pooled),
                    ratio=self.ratio(facts, view.pooled),
                )
            )
        return self.join(told)

    def _told(self, facts: StudyFacts, endpoint: SurvivalFacts, view: SurvivalView, when: str) -> str:
        told = []
        start = self.population(when, facts)
        arms = ((facts.cohort.treated, view.treated), (facts.cohort.control, view.control))
        counts = [
            self.tell("events_arm", label=label, n=format_count(arm.n), events=format_count(arm.events))
            for label, arm in arms
            if arm.n is not None and arm.events is not None
        ]
        if len(counts) == 2:
            told.append(self.tell("events", when=start, name=endpoint.name, arms=self.comma.join(counts)))
        if view.follow_up is not None:
            told.append(self.tell("follow_up", when=start, time=self._time(facts, view.follow_up)))
        if endpoint.competes:
            return self.join(told)
        shown = view.cox is not None or view.treated.events is not None
        if shown:
            medians = self.comma.join(self._median(facts, label, arm) for label, arm in arms)
            told.append(self.tell("medians", when=start, name=endpoint.name, arms=medians))
        if view.cox is not None:
            told.append(self.tell("cox", ratio=self.ratio(facts, view.cox)))
        told.append(self._tests(facts, view, when))
        if view.cox_stratified is not None:
            words = {"sets": self.sets_word(facts), "ratio": self.ratio(facts, view.cox_stratified)}
            told.append(self.tell("conditional", **words))
        return self.join(told)

    def _time(self, facts: StudyFacts, value: float | None) -> str:
        return f"{format_time(value, facts.unit)}{self.units[facts.unit]}"

    def _median(self, facts: StudyFacts, label: str, arm: ArmFacts) -> str:
        if arm.median is None:
            return self.tell("median_not_reached", label=label)
        interval = format_interval(arm.ci_lower, arm.ci_upper, time_form(facts.unit)).replace(" to ", self.to)
        level = format_level(facts.confidence.level)
        return self.tell("median", label=label, time=self._time(facts, arm.median), ci=f"{level} {interval}")

    def _tests(self, facts: StudyFacts, view: SurvivalView, when: str) -> str:
        found = [(self.templates["plain"], view.log_rank)]
        if when == "after":
            found.append((self.tell("stratified", sets=self.sets_word(facts)), view.log_rank_stratified))
            found.append((self.templates["robust"], view.log_rank_robust))
        if when == "before":
            return "" if view.log_rank is None else self.tell("log_rank_before", p=format_p_statement(view.log_rank))
        told = [f"{name} {format_p_statement(p)}" for name, p in found if p is not None]
        return self.tell("log_rank", tests=self.comma.join(told)) if told else ""

    def further(self, facts: StudyFacts, endpoint: SurvivalFacts) -> str:
        """Proportional hazards, restricted means, milestones and the adjusted ratio under the design."""
        view = endpoint.after
        if view is None:
            return ""
        told = []
        if view.schoenfeld is not None:
            told.append(
                self.tell("doubtful" if view.doubtful else "proportional", p=format_p_statement(view.schoenfeld))
            )
        if view.rmst is not None:
            told.append(
                self.tell(
                    "rmst",
                    horizon=f"{plain(round(view.rmst.horizon, 2))}{self.units[facts.unit]}",
                    rmst_treated=self._time(facts, view.rmst.treated),
                    rmst_control=self._time(facts, view.rmst.control),
                    difference=self._time(facts, view.rmst.difference.estimate),
                    ci=self.within(facts, view.rmst.difference, "rmst_difference"),
                    **_arms(facts),
                )
            )
        if view.pooled_rmst is not None:
            ci = self.within(facts, view.pooled_rmst, "rmst_difference")
            told.append(self.tell("pooled_rmst", difference=self._time(facts, view.pooled_rmst.estimate), ci=ci))
        if view.moments:
            moments = self.comma.join(self._moment(facts, moment) for moment in view.moments)
            told.append(self.tell("moments", name=endpoint.name, moments=moments, **_arms(facts)))
        if view.adjusted is not None:
            told.append(
                self.tell("adjusted_cause" if endpoint.competes else "adjusted", ratio=self.ratio(facts, view.adjusted))
            )
        return self.join(told)

    def _moment(self, facts: StudyFacts, moment: MomentFacts) -> str:
        time = f"{plain(moment.time)}{self.units[facts.unit]}"
        shares = f"{format_percent(moment.treated.estimate)}{self.templates['versus']}{format_percent(moment.control.estimate)}"
        if moment.difference is None:
            return f"{time} {shares}"
        ci = self.within(facts, moment.difference, "rate_difference")
        difference = format_points(moment.difference.estimate)
        return f"{time} {shares}{self.tell('difference', difference=difference, ci=ci)}"

    def competing(self, facts: StudyFacts, endpoint: SurvivalFacts) -> str:
        """Incidences, Gray's test and ratios under the design."""
        found = None if endpoint.after is None else endpoint.after.competing
        if found is None:
            return ""
        told = []
        if found.competing.treated is not None and found.competing.control is not None:
            counts = {
                "treated": f"{facts.cohort.treated}",
                "control": f"{facts.cohort.control}",
                "n_treated": format_count(found.competing.treated),
                "n_control": format_count(found.competing.control),
            }
            told.append(self.tell("competing", **counts))
        if found.moments:
            moments = self.comma.join(self._moment(facts, moment) for moment in found.moments)
            told.append(self.tell("incidence", name=endpoint.name, moments=moments, **_arms(facts)))
        if found.fine_gray is not None:
            told.append(self.tell("fine_gray", ratio=self.ratio(facts, found.fine_gray)))
        if found.cause_specific is not None:
            told.append(self.tell("cause_specific", ratio=self.ratio(facts, found.cause_specific)))
        named = (
            (self.templates["plain"], found.gray),
            (self.tell("stratified", sets=self.sets_word(facts)), found.gray_stratified),
        )
        tests = [f"{name} {format_p_statement(p)}" for name, p in named if p is not None]
        if tests:
            told.append(self.tell("gray", tests=self.comma.join(tests)))
        return self.join(told)

    def landmark(self, facts: StudyFacts, endpoint: SurvivalFacts) -> str:
        """Responders against the others from the landmark on."""
        found = None if endpoint.after is None else endpoint.after.landmark
        if found is None or found.hazard_ratio is None:
            return ""
        return self.tell(
            "landmark",
            time=f"{plain(found.time)}{self.units[facts.unit]}",
            response=found.response,
            name=endpoint.name,
            responded=format_count(found.n_responded),
            others=format_count(found.n_others),
            ratio=self.ratio(facts, found.hazard_ratio),
        )

    # Response ---------------------------------------------------------------------------------------------------

    def response_before(self, facts: StudyFacts, item: ResponseFacts) -> str:
        """Rates before the design."""
        return "" if item.before is None else self._rates(facts, item, item.before, "before")

    def response_after(self, facts: StudyFacts, item: ResponseFacts) -> str:
        """Rates under the design."""
        if item.after is None:
            return self.tell("not_compared", when=self.population("after", facts), name=item.name)
        told = [self._rates(facts, item, item.after, "after")]
        if item.after.pooled is not None:
            pooled = item.after.pooled
            words = {"n": format_count(facts.missing.pooled), "difference": format_points(pooled.estimate)}
            told.append(self.tell("pooled_rate", ci=self.within(facts, pooled, "rate_difference"), **words))
        return self.join(told)

    def _rates(self, facts: StudyFacts, item: ResponseFacts, view: ResponseView, when: str) -> str:
        start, told = self.population(when, facts), []
        if view.objective is not None:
            rates = self.rates(facts, view.objective, weighted=view.weighted)
            key = "objective" if item.categorical else "response"
            told.append(self.tell(key, when=start, name=item.name, rates=rates))
            if when == "after" and view.objective.odds_ratio is not None:
                ci = self.within(facts, view.objective.odds_ratio, "hazard_ratio")
                told.append(self.tell("odds", ratio=format_ratio(view.objective.odds_ratio.estimate), ci=ci))
            told.append(self._paired(facts, view.objective))
        if when == "after" and view.disease_control is not None:
            rates = self.rates(facts, view.disease_control, weighted=view.weighted)
            told.append(self.tell("control", rates=rates))
        return self.join(told)

    def _paired(self, facts: StudyFacts, found: ContrastFacts) -> str:
        if found.paired_difference is None:
            return ""
        named = ((self.templates["exact"], found.mcnemar_exact), ("mid-p", found.mcnemar_mid_p))
        tests = self.comma.join(f"{name} {format_p_statement(p)}" for name, p in named if p is not None)
        return self.tell(
            "paired",
            difference=format_points(found.paired_difference.estimate),
            ci=self.within(facts, found.paired_difference, "rate_difference"),
            tests=self.tell("mcnemar", tests=tests) if tests else "",
        )

    def evaluable(self, facts: StudyFacts, item: ResponseFacts) -> str:
        """The sensitivity analysis of evaluable patients under the design."""
        found = None if item.after is None else item.after.evaluable
        if found is None or found.rate_treated is None or found.difference is None:
            return ""
        return self.tell(
            "evaluable",
            treated=facts.cohort.treated,
            control=facts.cohort.control,
            n_treated=format_count(found.n_treated),
            n_control=format_count(found.n_control),
            rates=f"{format_percent(found.rate_treated)}{self.templates['versus']}{format_percent(found.rate_control)}",
            difference=format_points(found.difference.estimate),
            ci=self.within(facts, found.difference, "rate_difference"),
        )

    def response_times_found(self, facts: StudyFacts) -> str:
        """When patients respond, and for how long, under the design."""
        told = []
        for item in facts.courses:
            arms = [
                text
                for label, arm in ((facts.cohort.treated, item.treated), (facts.cohort.control, item.control))
                if (text := self._course(facts, label, arm))
            ]
            if arms:
                when = self.population("after", facts)
                told.append(self.tell("times", when=when, criterion=item.criterion, arms=self.comma.join(arms)))
        return self.join(told)

    def _course(self, facts: StudyFacts, label: str, arm: ResponseTimeFacts) -> str:
        if not arm.n_responders or arm.median is None:
            return ""
        duration = ""
        if arm.duration is not None:
            effect = Effect(estimate=arm.duration, ci_lower=arm.duration_lower, ci_upper=arm.duration_upper)
            ci = f"{format_level(facts.confidence.level)} {limits(effect, time_form(facts.unit), self.to)}"
            duration = self.tell("duration", time=self._time(facts, arm.duration), ci=ci)
        n = format_count(arm.n_responders)
        return self.tell("time", label=label, n=n, time=self._time(facts, arm.median), duration=duration)


def _arms(facts: StudyFacts) -> dict[str, str]:
    """Both labels, for templates that name the arms."""
    return {"treated": facts.cohort.treated, "control": facts.cohort.control}
