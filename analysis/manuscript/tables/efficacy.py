"""The efficacy summary: every endpoint in both arms, before and after the design."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from analysis.manuscript.tables.draft import Form, Json, TableDraft, percent
from analysis.manuscript.tables.hiding import HIDDEN
from analysis.manuscript.tables.numbers import format_plain, table_ratio
from analysis.manuscript.tables.rates import EFFICACY_WIDTH, write_rates
from analysis.manuscript.tables.source import ARMS, WHEN, TableSource, When
from analysis.manuscript.tables.table import Column, ManuscriptTable
from analysis.reporting.suppression import is_active
from charts.style import NOT_ESTIMATED, format_points, time_form

Cell = Callable[[When], tuple[str, ...]]


def efficacy_table(source: TableSource) -> ManuscriptTable:
    """Survival and response endpoints: numbers, medians, milestones, ratios, differences and rates with their tests.

    Parameters
    ----------
    source : TableSource

    Returns
    -------
    ManuscriptTable
        Rows that the run does not have are absent, such as medians where other events compete. Estimates are those over
        all imputed sets where covariates were imputed and the run pools them.
    """
    draft = source.draft()
    for endpoint in source.document["survival"]:
        _Survival(source, draft, endpoint).write()
    for endpoint in source.document["response"]:
        write_rates(source, draft, endpoint)
    _remarks(source, draft)
    heads = [Column(head=draft.say("efficacy.head"), align="left")]
    for when in WHEN:
        group = source.group(draft, when)
        effect = Column(head=draft.say("efficacy.effect", level=draft.level), group=group)
        heads += [*source.arm_columns(draft, when), effect, Column(head=draft.say("p"), group=group)]
    title = source.title(draft, "efficacy", **source.labels)
    return draft.finish(name="efficacy", title=title, columns=heads)


def _remarks(source: TableSource, draft: TableDraft) -> None:
    settings = source.publication.result.settings
    draft.remark(draft.say("efficacy.note.direction", **source.labels))
    if source.weighted:
        draft.remark(draft.say("efficacy.note.weighted", design=draft.say(f"design.{source.kind}")))
    if source.document["response"]:
        method = draft.say(f"method.{settings.confidence.proportion}")
        draft.remark(draft.say("method.response", method=method))
        draft.remark(draft.say("method.difference"))
    rest = source.imputed(draft, "rest")
    if rest is not None:
        draft.remark(rest)


class _Survival:
    """The rows of one survival endpoint."""

    def __init__(self, source: TableSource, draft: TableDraft, endpoint: Json) -> None:
        self.source, self.draft, self.name = source, draft, endpoint["outcome"]
        self.views: dict[When, Json] = {when: endpoint[when] for when in WHEN if endpoint[when] is not None}
        self.unit = source.publication.result.patients.time_unit
        self.unit_word = draft.say(f"unit.{self.unit}")
        self.time: Form = time_form(self.unit)
        self.differences = _found(source.document["differences"], self.name)
        self.competing = _found(source.document["competing_risks"], self.name)
        self.rivalled = any(item.name == self.name and item.competing is not None for item in
                            source.publication.result.patients.endpoints)  # fmt: skip

    def write(self) -> None:
        """Write the heading and every row that either population has."""
        draft = self.draft
        draft.heading(self.name, EFFICACY_WIDTH)
        self._row("efficacy.patients", lambda when: self._arms(when, lambda arm: draft.count(arm["n"])))
        self._row("efficacy.events", lambda when: self._arms(when, lambda arm: draft.share(arm["events"], _part(arm))))
        if self.rivalled:
            self._incidences()
        else:
            self._medians()
            self._milestones()
            self._means()
        self._ratios()
        self._tests()

    def _row(self, key: str, cell: Cell, *, notes: tuple[str | None, ...] = (), **values: object) -> None:
        cells = [text for when in WHEN for text in (cell(when) if when in self.views else ("", "", "", ""))]
        if any(cells):
            self.draft.row(self.draft.say(key, **values), *cells, level=1, notes=notes)

    def _arms(self, when: When, form: Callable[[Json], str], effect: str = "", p_value: str = "") -> tuple[str, ...]:
        first, second = (form(self.views[when]["arms"][arm]) for arm in ARMS)
        return first, second, effect, p_value

    def _difference(self, when: When, measure: str) -> Any:
        found = self.differences.get(when)
        return HIDDEN if found is HIDDEN else None if found is None else found[measure]

    def _medians(self) -> None:
        draft = self.draft

        def cell(when: When) -> tuple[str, ...]:
            found = self._difference(when, "median")
            effect = "" if found is None else draft.interval(found, _signed(self.time), name="difference")
            form = partial(draft.interval, form=self.time, name="median", prefix="median_")
            return self._arms(when, form, effect)

        note = _bootstrap_note(self, "median")
        self._row("efficacy.follow_up", lambda when: self._arms(when, self._follow_up), unit=self.unit_word)
        self._row("efficacy.median", cell, notes=(note,), unit=self.unit_word, level=draft.level)

    def _follow_up(self, arm: Json) -> str:
        return self.draft.shown(arm["follow_up_median"], self.time)

    def _milestones(self) -> None:
        draft = self.draft
        times = [moment["time"] for view in self.views.values() for moment in view["arms"]["treated"]["at"]]
        for time in dict.fromkeys(times):

            def cell(when: When, time: float = time) -> tuple[str, ...]:
                effect, p_value = self._milestone(when, time)
                return self._arms(when, lambda arm: _survival_at(draft, arm, time), effect, p_value)

            notes = (*self._milestone_notes(time),)
            values = {"time": format_plain(time), "unit": self.unit_word, "level": draft.level}
            self._row("efficacy.at", cell, notes=notes, **values)

    def _milestone(self, when: When, time: float) -> tuple[str, str]:
        pooled = self.source.pooled_effect(when, self.name, "milestone_difference", time=time)
        found = pooled or self._milestone_of(when, time)
        if found is None or found is HIDDEN:
            return "", ""
        name = "estimate" if pooled else "difference"
        p_value = found["p_value"]
        return self.draft.interval(found, format_points, name=name), "" if p_value is None else self.draft.p(p_value)

    def _milestone_of(self, when: When, time: float) -> Any:
        rows = self._difference(when, "milestones")
        return None if rows in (None, HIDDEN) else next((row for row in rows if row["time"] == time), None)

    def _milestone_notes(self, time: float) -> Iterator[str | None]:
        pooled = self.source.pooled_effect("after", self.name, "milestone_difference", time=time)
        if pooled is not None:
            yield self.source.imputed(self.draft, "pooled")
            return
        rows = {when: self._milestone_of(when, time) for when in WHEN}
        tested = ["difference" if row and row is not HIDDEN and row["p_value"] is not None else None for row in
                  rows.values()]  # fmt: skip
        yield self.source.tests(self.draft, *tested)
        yield _bootstrap_note(self, "milestones")

    def _means(self) -> None:
        draft = self.draft
        horizon = next(
            (view["rmst"]["horizon"] for view in self.views.values() if isinstance(view["rmst"], dict)), None
        )
        if horizon is None:
            return

        def cell(when: When) -> tuple[str, ...]:
            mean = self.views[when]["rmst"]
            if not isinstance(mean, dict):
                return ("", "", "", "") if mean is None else (*[draft.say("hidden")] * 3, "")
            found = self._pooled(when, "rmst_difference") or mean
            name = "difference" if found is mean else "estimate"
            effect = draft.interval(found, _signed(self.time), name=name)
            return (*(draft.shown(mean[arm], self.time) for arm in ARMS), effect, draft.p(found["p_value"]))

        note = self._pooled_note("rmst_difference") or self.source.tests(draft, *self._tested("rmst", "difference"))
        self._row("efficacy.rmst", cell, notes=(note,), time=format_plain(horizon), unit=self.unit_word)

    def _pooled(self, when: When, measure: str) -> Json | None:
        return self.source.pooled_effect(when, self.name, measure)

    def _pooled_note(self, measure: str) -> str | None:
        if self._pooled("after", measure) is None and self._pooled("before", measure) is None:
            return None
        return self.source.imputed(self.draft, "pooled")

    def _tested(self, key: str, name: str) -> tuple[str | None, str | None]:
        """The test's name for each population that has it."""
        before, after = (name if isinstance(self.views.get(when, {}).get(key), dict) else None for when in WHEN)
        return before, after

    def _ratios(self) -> None:
        key = "efficacy.cause_specific" if self.rivalled else "efficacy.hazard_ratio"
        names = [self._wald(when) for when in WHEN]
        note = self._pooled_note("hazard_ratio") or self.source.tests(self.draft, *names)
        self._row(key, lambda when: self._ratio(when, "cox", pooled="hazard_ratio"), notes=(note,))
        note = self.source.tests(self.draft, *self._tested("cox_stratified", "Wald sets"))
        self._row("efficacy.by_set", lambda when: self._ratio(when, "cox_stratified"), notes=(note,))

    def _wald(self, when: When) -> str | None:
        found = self.views.get(when, {}).get("cox")
        return None if not isinstance(found, dict) else "Wald robust" if found["robust"] else "Wald"

    def _ratio(self, when: When, key: str, pooled: str | None = None) -> tuple[str, ...]:
        found = self.views[when][key]
        if found is None:
            return "", "", "", ""
        if found is HIDDEN:
            return "", "", self.draft.say("hidden"), ""
        over_sets = None if pooled is None else self._pooled(when, pooled)
        found, name = (found, "hazard_ratio") if over_sets is None else (over_sets, "estimate")
        return "", "", self.draft.interval(found, table_ratio, name=name), self.draft.p(found["p_value"])

    def _tests(self) -> None:
        for key, name in (
            ("log_rank", "log-rank"),
            ("log_rank_stratified", "log-rank stratified"),
            ("log_rank_robust", "log-rank robust"),
        ):
            note = self.source.tests(self.draft, *self._tested(key, name))
            self._row(f"efficacy.{key}", partial(self._test, key=key), notes=(note,))
        names = [
            "Schoenfeld" if self.views.get(when, {}).get("schoenfeld_p_value") is not None else None for when in WHEN
        ]
        note = self.source.tests(self.draft, *names)
        self._row("efficacy.proportional", self._proportional, notes=(note,))

    def _test(self, when: When, key: str) -> tuple[str, ...]:
        found = self.views[when][key]
        p_value = found if found in (None, HIDDEN) else found["p_value"]
        return "", "", "", "" if p_value is None else self.draft.p(p_value)

    def _proportional(self, when: When) -> tuple[str, ...]:
        p_value = self.views[when]["schoenfeld_p_value"]
        return "", "", "", "" if p_value is None else self.draft.p(p_value)

    def _incidences(self) -> None:
        for cause, key in (("event", "incidence"), ("competing", "incidence_competing")):
            if cause == "competing":
                self._row("efficacy.competing", self._competing_events)
            times = [
                row["time"] for one in self.competing.values() if isinstance(one, dict) for row in one[cause]["at"]
            ]
            for time in dict.fromkeys(times):
                pooled = self.source.pooled_effect("after", self.name, "incidence_difference", time=time, cause=cause)
                note = (
                    self.source.tests(self.draft, *["difference" if when in self.competing else None for when in WHEN])
                    if pooled is None
                    else self.source.imputed(self.draft, "pooled")
                )
                values = {"time": format_plain(time), "unit": self.unit_word, "level": self.draft.level}
                cell = partial(self._incidence, cause=cause, time=time)
                self._row(f"efficacy.{key}", cell, notes=(note,), **values)
            if cause == "event":
                self._subdistribution()

    def _competing_events(self, when: When) -> tuple[str, ...]:
        found = self.competing.get(when)
        if not isinstance(found, dict):
            return "", "", "", ""
        counts = [found["competing"][f"events_{arm}"] for arm in ARMS]
        first, second = (
            self.draft.share(count, count / found[f"n_{arm}"]) for count, arm in zip(counts, ARMS, strict=True)
        )
        return first, second, "", ""

    def _incidence(self, when: When, cause: str, time: float) -> tuple[str, ...]:
        draft, found = self.draft, self.competing.get(when)
        if not isinstance(found, dict):
            return ("", "", "", "") if found is None else (*[draft.say("hidden")] * 3, "")
        row = next((row for row in found[cause]["at"] if row["time"] == time), None)
        if row is None:
            absent = draft.say("hidden") if is_active(self.source.below) else NOT_ESTIMATED
            return absent, absent, absent, ""
        pooled = self.source.pooled_effect(when, self.name, "incidence_difference", time=time, cause=cause)
        difference = pooled or row["difference"]
        effect = draft.interval(difference, format_points, name="estimate" if pooled else "difference")
        arms = (draft.interval(row[arm], percent, name="incidence") for arm in ARMS)
        p_value = difference["p_value"]
        return (*arms, effect, "" if p_value is None else draft.p(p_value))

    def _subdistribution(self) -> None:
        for key, row, test in (("fine_gray", "subdistribution", "Fine-Gray"), ("gray", "gray", "Gray")):
            names = [
                test if isinstance(self.competing.get(when), dict) and self.competing[when]["event"][key] else None
                for when in WHEN
            ]
            pooled = self.source.pooled_effect("after", self.name, f"{key}_hazard_ratio", cause="event")
            note = self.source.imputed(self.draft, "pooled") if pooled else self.source.tests(self.draft, *names)
            self._row(f"efficacy.{row}", partial(self._event_estimate, key=key), notes=(note,))

    def _event_estimate(self, when: When, key: str) -> tuple[str, ...]:
        found = self.competing.get(when)
        estimate = found["event"][key] if isinstance(found, dict) else None
        if estimate is None:
            return "", "", "", ""
        pooled = self.source.pooled_effect(when, self.name, f"{key}_hazard_ratio", cause="event")
        name = "estimate" if pooled else "hazard_ratio"
        shown = pooled or estimate
        effect = "" if key == "gray" else self.draft.interval(shown, table_ratio, name=name)
        return "", "", effect, self.draft.p(shown["p_value"])


def _found(items: list[Json], name: str) -> dict[str, Any]:
    item = next((item for item in items if item["outcome"] == name), None)
    return {} if item is None else {when: item[when] for when in WHEN if item[when] is not None}


def _part(arm: Json) -> float | None:
    return None if HIDDEN in (arm["n"], arm["events"]) else arm["events"] / arm["n"]


def _survival_at(draft: TableDraft, arm: Json, time: float) -> str:
    moment = next((moment for moment in arm["at"] if moment["time"] == time), None)
    return "" if moment is None else draft.interval(moment, percent, name="survival")


def _signed(form: Form) -> Form:
    """A difference of times with its sign, as differences of percentages have."""

    def printed(value: float | None) -> str:
        shown = form(value)
        return (
            f"+{shown}" if value is not None and value > 0 and any(digit in shown for digit in "123456789") else shown
        )

    return printed


def _bootstrap_note(rows: _Survival, measure: str) -> str | None:
    """How limits were had by resampling, where they were."""
    whens = [when for when in WHEN if _resampled(rows.differences.get(when), measure)]
    if not whens:
        return None
    resamples = rows.draft.count(rows.differences[whens[0]]["resamples"])
    if len(whens) == len(rows.differences):
        return rows.draft.say("method.bootstrap", resamples=resamples)
    design = rows.draft.say(f"design.{rows.source.kind}")
    return rows.draft.say("method.bootstrap_after", design=design, resamples=resamples)


def _resampled(found: Any, measure: str) -> bool:
    if not isinstance(found, dict) or not found[measure]:
        return False
    first = found[measure][0] if isinstance(found[measure], list) else found[measure]
    return isinstance(first, dict) and "bootstrap" in str(first["method"])
