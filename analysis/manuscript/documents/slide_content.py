"""What five slides say of a run: titles, short lines, and which figure stands beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.manuscript.documents.examined import study_line, what_was_examined
from analysis.manuscript.documents.outline import report_title
from analysis.manuscript.documents.words import say
from analysis.manuscript.publication import Publication
from analysis.manuscript.text import Caption, captions, manuscript_text
from analysis.manuscript.text.facts import StudyFacts, study_facts
from analysis.manuscript.text.facts.response import RateFacts, ResponseFacts, ResponseView
from analysis.manuscript.text.facts.survival import ArmFacts, SurvivalFacts, SurvivalView
from analysis.manuscript.text.facts.values import Effect
from analysis.manuscript.text.figures import Figure as FigureFacts
from analysis.manuscript.text.figures import study_figures as figures_of_run
from analysis.manuscript.text.numbers import decimals, plain
from charts.style import (
    format_count,
    format_interval,
    format_level,
    format_p_statement,
    format_percent,
    format_points,
    format_ratio,
    format_smd,
    format_time,
    time_form,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """One endpoint in the table of the last slide: before and after the design."""

    endpoint: str
    measure: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideContent:
    """One slide.

    Attributes
    ----------
    title : str
    lines : tuple of str
        Short statements beside the figure.
    figure : str or None
        The stem of the figure; None for text alone.
    caption : Caption or None
        Of that figure.
    notes : str
        For the one who speaks.
    effects : tuple of EffectRow
        Of the last slide.
    """

    title: str
    lines: tuple[str, ...]
    figure: str | None = None
    caption: Caption | None = None
    notes: str = ""
    effects: tuple[EffectRow, ...] = ()


def five_slides(publication: Publication) -> tuple[SlideContent, ...]:
    """Question and design, balance, the first endpoint, a second one, and what it means.

    Parameters
    ----------
    publication : Publication
        Numbers follow the number style in force; counts that the results file hides are left out.

    Returns
    -------
    tuple of SlideContent
        Five.
    """
    return tuple(_Slides(publication).all())


class _Slides:
    def __init__(self, publication: Publication) -> None:
        self.publication, self.language = publication, publication.language
        self.facts: StudyFacts = study_facts(publication)
        self.captions: Mapping[str, Caption] = captions(publication)
        self.figures: tuple[FigureFacts, ...] = figures_of_run(publication)
        self.kind = publication.result.design.kind
        self.level = format_level(self.facts.confidence.level)
        self.unit = say(self.language, "unit", self.facts.unit)

    def all(self) -> Iterator[SlideContent]:
        survival, response = self.facts.survival, self.facts.response
        yield self._question()
        yield self._balance()
        if survival:
            yield self._survival(survival[0])
        elif response:
            yield self._response(response[0])
        if survival and response:
            yield self._response(response[0])
        elif len(survival) > 1:
            yield self._survival(survival[1])
        else:
            yield self._second_look()
        yield self._meaning()

    def say(self, key: str, **values: object) -> str:
        return say(self.language, "say", key, **values)

    def _question(self) -> SlideContent:
        facts, design = self.facts, self.facts.design
        names = ", ".join([*(item.name for item in facts.survival), *(item.name for item in facts.response)])
        lines = [
            self.say("compare", treated=facts.cohort.treated, control=facts.cohort.control),
            self.say("endpoints", names=names),
            self.say("estimand", estimand=say(self.language, "estimand", design.estimand)),
        ]
        if facts.score.c_statistic is not None:
            lines.append(self.say("covariates", n=len(facts.score.covariates), c=decimals(facts.score.c_statistic, 2)))
        if design.n_sets is not None:
            lines.append(self.say("pairs" if design.pairs else "sets", n=format_count(design.n_sets)))
        if design.effective is not None:
            treated, control = (decimals(size, 1) for size in design.effective)
            lines.append(self.say("effective", treated=treated, control=control))
        notes = "\n".join((report_title(self.publication).text, study_line(self.publication), self._methods()))
        return self._with_figure(say(self.language, "slide", "question"), lines, "flow", notes=notes)

    def _methods(self) -> str:
        sections = manuscript_text(self.publication).methods
        return "\n".join(text for section in sections[:3] for text in section.paragraphs)

    def _balance(self) -> SlideContent:
        balance = self.facts.balance
        lines = []
        if balance.largest_before is not None and balance.largest_after is not None:
            before, after = format_smd(balance.largest_before), format_smd(balance.largest_after)
            lines.append(self.say("smd", before=before, after=after))
        if balance.threshold is not None:
            lines.append(
                self.say(
                    "threshold",
                    threshold=plain(balance.threshold),
                    n=balance.n_terms,
                    n_before=balance.n_above_before,
                    n_after=balance.n_above_after,
                )
            )
        if balance.largest_term is not None:
            lines.append(self.say("worst", term=balance.largest_term))
        return self._with_figure(say(self.language, "slide", f"balance.{self.kind}"), lines, "balance")

    def _survival(self, endpoint: SurvivalFacts) -> SlideContent:
        lines = list(self._survival_lines(endpoint))
        kind = "incidence" if endpoint.competes else "survival"
        return self._with_figure(self._endpoint_title(endpoint.name), lines, kind, endpoint=endpoint.name)

    def _survival_lines(self, endpoint: SurvivalFacts) -> Iterator[str]:
        view, cohort = endpoint.after, self.facts.cohort
        if view is None:
            yield self.say("not compared", endpoint=endpoint.name)
            return
        if view.pooled is not None and not endpoint.competes:
            yield self._ratio("pooled", view.pooled, n=self.facts.missing.pooled)
        elif (ratio := self._ratio_of(endpoint, view)) is not None:
            yield self._ratio("subratio" if endpoint.competes else "ratio", ratio)
        yield from self._arm(cohort.treated, view.treated, endpoint)
        yield from self._arm(cohort.control, view.control, endpoint)
        if view.rmst is not None and not endpoint.competes:
            form, effect = time_form(self.facts.unit), view.rmst.difference
            yield self.say(
                "rmst",
                horizon=plain(view.rmst.horizon),
                unit=self.unit,
                estimate=form(effect.estimate),
                limits=format_interval(effect.ci_lower, effect.ci_upper, form),
            )
        if view.doubtful:
            yield self.say("doubtful", p=format_p_statement(view.schoenfeld))
        before = None if endpoint.before is None else self._ratio_of(endpoint, endpoint.before)
        if before is not None and not endpoint.competes:
            yield self._ratio("before", before)

    def _ratio_of(self, endpoint: SurvivalFacts, view: SurvivalView) -> Effect | None:
        if endpoint.competes:
            return None if view.competing is None else view.competing.fine_gray
        return view.cox

    def _ratio(self, key: str, effect: Effect, **values: object) -> str:
        return self.say(
            key,
            estimate=format_ratio(effect.estimate),
            ci=self.level,
            limits=format_interval(effect.ci_lower, effect.ci_upper, format_ratio),
            p=format_p_statement(effect.p_value),
            **values,
        )

    def _arm(self, label: str, arm: ArmFacts, endpoint: SurvivalFacts) -> Iterator[str]:
        if endpoint.competes:
            return
        if arm.events is not None and arm.n is not None:
            yield self.say("events", arm=label, events=format_count(arm.events), n=format_count(arm.n))
        if arm.n is not None:
            form = time_form(self.facts.unit)
            yield self.say(
                "median",
                arm=label,
                median=format_time(arm.median, self.facts.unit),
                unit="" if arm.median is None else self.unit,
                ci=self.level,
                limits=format_interval(arm.ci_lower, arm.ci_upper, form),
            )

    def _response(self, endpoint: ResponseFacts) -> SlideContent:
        lines = list(self._response_lines(endpoint))
        return self._with_figure(self._endpoint_title(endpoint.name), lines, "response")

    def _response_lines(self, endpoint: ResponseFacts) -> Iterator[str]:
        view, cohort = endpoint.after, self.facts.cohort
        if view is None:
            yield self.say("not compared", endpoint=endpoint.name)
            return
        if view.objective is None:
            yield self.say("hidden")
            return
        for label, rate in ((cohort.treated, view.objective.treated), (cohort.control, view.objective.control)):
            yield from self._rate(label, rate)
        difference = view.pooled or view.objective.difference
        if difference is not None:
            p_value = difference.p_value if view.pooled is not None else view.objective.p_value
            yield self._difference(difference, p_value)
        yield from self._control(view)

    def _rate(self, label: str, found: RateFacts) -> Iterator[str]:
        if found.rate is not None:
            limits = format_interval(found.rate.ci_lower, found.rate.ci_upper, format_percent)
            yield self.say("rate", arm=label, rate=format_percent(found.rate.estimate), ci=self.level, limits=limits)

    def _difference(self, effect: Effect, p_value: float | None) -> str:
        return self.say(
            "difference",
            estimate=format_points(effect.estimate),
            limits=format_interval(effect.ci_lower, effect.ci_upper, format_points),
            p=format_p_statement(p_value),
        )

    def _control(self, view: ResponseView) -> Iterator[str]:
        found = view.disease_control
        if found is not None and found.treated.rate is not None and found.control.rate is not None:
            rates = {
                "treated": format_percent(found.treated.rate.estimate),
                "control": format_percent(found.control.rate.estimate),
            }
            yield self.say("control", **rates)

    def _second_look(self) -> SlideContent:
        """The same endpoint before the design, where the study has only one."""
        names = [*(item.name for item in self.facts.survival), *(item.name for item in self.facts.response)]
        name = names[0]
        title = say(
            self.language,
            "slide",
            "endpoint",
            endpoint=name,
            when=say(self.language, "slide", f"before.{self.kind}"),
        )
        kinds = ("survival", "incidence") if self.facts.survival else ("response",)
        found = next((item for item in self.figures if item.kind in kinds and item.population == "before"), None)
        return self._placed(title, list(self._before_lines(name)), found)

    def _before_lines(self, name: str) -> Iterator[str]:
        for row in self._rows():
            if row.endpoint == name:
                yield f"{row.measure}: {row.before}"

    def _endpoint_title(self, name: str) -> str:
        when = say(self.language, "slide", f"when.{self.kind}")
        return say(self.language, "slide", "endpoint", endpoint=name, when=when)

    def _with_figure(
        self, title: str, lines: list[str], kind: str, *, endpoint: str = "", notes: str = ""
    ) -> SlideContent:
        found = next(
            (
                item
                for item in self.figures
                if item.kind == kind and item.population != "before" and endpoint in ("", item.endpoint)
            ),
            None,
        )
        return self._placed(title, lines, found, notes)

    def _placed(self, title: str, lines: list[str], found: FigureFacts | None, notes: str = "") -> SlideContent:
        caption = None if found is None else self.captions[found.stem]
        told = [] if caption is None else [f"{caption.title} {caption.text}"]
        return SlideContent(
            title=title,
            lines=tuple(lines),
            figure=None if found is None else found.stem,
            caption=caption,
            notes="\n\n".join([*told, notes or "\n".join(lines)]).strip(),
        )

    def _meaning(self) -> SlideContent:
        limits = manuscript_text(self.publication).results[-1:]
        notes = [text for section in limits for text in section.paragraphs]
        return SlideContent(
            title=say(self.language, "slide", "meaning"),
            lines=(*self._sensitivity(), *self._limits(), what_was_examined(self.publication)),
            notes="\n\n".join(notes),
            effects=tuple(self._rows()),
        )

    def _rows(self) -> Iterator[EffectRow]:
        for survival in self.facts.survival:
            ratios = [self._table_ratio(survival, view) for view in (survival.before, survival.after)]
            measure = f"{say(self.language, 'column', 'ratio')} ({self.level})"
            yield EffectRow(endpoint=survival.name, measure=measure, before=ratios[0], after=ratios[1])
        for response in self.facts.response:
            told = [self._table_difference(view) for view in (response.before, response.after)]
            measure = f"{say(self.language, 'column', 'rate difference')} ({self.level})"
            yield EffectRow(endpoint=response.name, measure=measure, before=told[0], after=told[1])

    def _table_ratio(self, endpoint: SurvivalFacts, view: SurvivalView | None) -> str:
        effect = None if view is None else view.pooled or self._ratio_of(endpoint, view)
        if effect is None:
            return "–"
        return f"{format_ratio(effect.estimate)} ({format_interval(effect.ci_lower, effect.ci_upper, format_ratio)})"

    def _table_difference(self, view: ResponseView | None) -> str:
        effect = None
        if view is not None:
            effect = view.pooled or (None if view.objective is None else view.objective.difference)
        if effect is None:
            return "–"
        return f"{format_points(effect.estimate)} ({format_interval(effect.ci_lower, effect.ci_upper, format_points)})"

    def _sensitivity(self) -> Iterator[str]:
        values = [
            f"{item.endpoint} {format_ratio(item.e_value)}"
            for item in self.facts.confounding
            if item.e_value is not None
        ]
        if values:
            yield self.say("e value", values=", ".join(values))
        for item in self.facts.confounding:
            if item.critical_gamma is not None and item.critical_gamma > 1:
                yield self.say("gamma", endpoint=item.endpoint, gamma=plain(round(item.critical_gamma, 2)))
        curve = self.facts.curve
        if curve is not None and None not in (curve.lowest, curve.highest, curve.median):
            form = format_ratio if curve.measure == "hazard_ratio" else format_points
            told = {name: form(getattr(curve, name)) for name in ("lowest", "highest", "median")}
            yield self.say("curve", n=format_count(curve.n_with_estimate), **told)

    def _limits(self) -> Iterator[str]:
        """The first sentence on what may confound, as the limitations of the results have it."""
        for section in manuscript_text(self.publication).results[-1:]:
            for text in section.paragraphs[:1]:
                ending = "。" if self.language == "ja" else ". "
                yield text.split(ending)[0].rstrip(".。") + ending.strip()
