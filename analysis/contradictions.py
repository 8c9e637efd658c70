"""What a study says twice or against itself, whatever the cohort holds."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from analysis.design_contradictions import design_contradictions
from analysis.phrases import join_phrases, phrase
from analysis.role_contradictions import role_contradictions
from analysis.settings import (
    AdverseEventSettings,
    DatesSettings,
    EligibilityRule,
    OutcomeSettings,
    ResponseEndpoint,
    StudySettings,
    SubgroupSettings,
    SurvivalEndpoint,
)

ANY_EVENT = phrase("Any adverse event")
"""The line of all adverse events together, which none of them may be called."""


def contradictions(
    settings: StudySettings, *, outcomes_known: bool = True, dates_known: bool = True
) -> tuple[str, ...]:
    """Every sentence in which a study contradicts itself, whatever the cohort holds.

    Parameters
    ----------
    settings : StudySettings
        Settings whose single values are all valid.
    outcomes_known : bool, optional
        False when part of the outcomes was refused already, so that their absence is not told again.
    dates_known : bool, optional
        False when part of the dates was refused already.

    Returns
    -------
    tuple of str
        One sentence a problem; empty when the study makes sense.
    """
    return tuple(_contradictions(settings, outcomes_known=outcomes_known, dates_known=dates_known))


def _contradictions(settings: StudySettings, *, outcomes_known: bool, dates_known: bool) -> Iterator[str]:
    outcomes = settings.outcomes
    if outcomes_known and not outcomes.survival and not outcomes.response:
        yield phrase("outcomes must name at least one survival or response endpoint; none was found.")
    if settings.treatment.treated == settings.treatment.control:
        yield phrase("treatment.treated and treatment.control must be two different labels; both are the same.")
    for name, count in Counter(item.column for item in settings.covariates).items():
        if count > 1:
            yield phrase(
                "covariates must name each column once; '{name}' stands there {count} times.", name=name, count=count
            )
    for kind, endpoints in (("survival", outcomes.survival), ("response", outcomes.response)):
        for name, count in Counter(item.name for item in endpoints).items():
            if count > 1:
                yield phrase(
                    "outcomes.{kind} must give each endpoint its own name; '{name}' stands there {count} times.",
                    kind=kind,
                    name=name,
                    count=count,
                )
    for time, count in Counter(outcomes.times).items():
        if count > 1:
            yield phrase(
                "outcomes.times must name each time once; {time:g} stands there {count} times.", time=time, count=count
            )
    yield from _of_subgroups(outcomes.subgroups)
    for endpoint in outcomes.survival:
        yield from _of_endpoint(endpoint, settings.dates, dates_known=dates_known)
    for number, rule in enumerate(settings.eligibility, start=1):
        yield from _of_rule(number, rule)
    for item in outcomes.response:
        if sum(given is not None for given in (item.column, item.responder, item.scans)) != 1:
            yield phrase(
                "outcomes.response '{name}' needs either column or responder or scans, one of them alone.",
                name=item.name,
            )
        if item.scans is not None and settings.scans is None:
            yield phrase(
                "outcomes.response '{name}' follows from scans, and the study has none; add scans with their file.",
                name=item.name,
            )
        yield from _of_scans(item, settings)
    if settings.scans is not None and settings.cohort.id is None:
        yield phrase("scans are joined to their patients by id, and the cohort names none; add cohort.id.")
    yield from _of_adverse_events(outcomes.adverse_events)
    for covariate in settings.covariates:
        if covariate.type == "numeric" and covariate.reference is not None:
            yield (
                phrase(
                    "covariates: a reference level belongs to a categorical column; '{column}' is "
                    "numeric. Remove reference or set type: categorical.",
                    column=covariate.column,
                )
            )
    yield from _of_landmark(settings, outcomes_known=outcomes_known)
    yield from _of_negative_control(settings.outcomes, outcomes_known=outcomes_known)
    yield from design_contradictions(settings)
    yield from role_contradictions(settings)


def _of_subgroups(subgroups: tuple[SubgroupSettings, ...]) -> Iterator[str]:
    for name, count in Counter(item.column for item in subgroups).items():
        if count > 1:
            yield phrase(
                "outcomes.subgroups must name each column once; '{name}' stands there {count} times.",
                name=name,
                count=count,
            )
    for item in subgroups:
        if item.cutpoints is not None and any(low >= high for low, high in pairwise(item.cutpoints)):
            yield phrase(
                "outcomes.subgroups: cutpoints of '{column}' must rise from one to the next. Sort them, each once.",
                column=item.column,
            )


def _of_adverse_events(events: tuple[AdverseEventSettings, ...]) -> Iterator[str]:
    for column, count in Counter(item.column for item in events).items():
        if count > 1:
            yield phrase(
                "outcomes.adverse_events must name each column once; '{column}' stands there {count} times.",
                column=column,
                count=count,
            )
    columns = {item.column: item.name or item.column for item in events}
    for name, count in Counter(columns.values()).items():
        if count > 1:
            yield phrase(
                "outcomes.adverse_events must give each its own name; '{name}' stands there {count} times.",
                name=name,
                count=count,
            )
        if name == ANY_EVENT:
            yield phrase(
                "outcomes.adverse_events: '{name}' is the line of all of them together; give another name.", name=name
            )


def _of_endpoint(endpoint: SurvivalEndpoint, dates: DatesSettings | None, *, dates_known: bool) -> Iterator[str]:
    where = f"outcomes.survival '{endpoint.name}'"
    if endpoint.from_dates is not None:
        yield from _of_competing_dates(where, endpoint, dates)
        given = [key for key in ("time", "event", "observed", "unit") if getattr(endpoint, key) is not None]
        given += ["blank"] if endpoint.blank != "unknown" else []
        if given:
            yield phrase(
                "{where} is built from dates and takes no {settings}; remove one or the other.",
                where=where,
                settings=join_phrases(given, phrase(" and no ")),
            )
        if not dates_known:
            return
        if dates is None:
            yield phrase(
                "{where} is built from dates, and the study has none; add dates with the columns of dates.", where=where
            )
        else:
            yield from _lacking_dates(where, endpoint.from_dates, dates)
        return
    yield from _lacking_columns(where, endpoint)
    both = set(endpoint.observed or ()) & set(endpoint.competing or ())
    if len(both) == 1:
        yield phrase(
            "{where}: a label means the event or what competes with it, not both; {label} stands in observed and in "
            "competing.",
            where=where,
            label=both.pop(),
        )
    elif both:
        yield phrase(
            "{where}: a label means the event or what competes with it, not both; {labels} stand in observed and in "
            "competing.",
            where=where,
            labels=", ".join(sorted(both)),
        )
    if endpoint.time is not None and endpoint.time == endpoint.event:
        yield phrase("{where} needs a time and an event column; both are '{time}'.", where=where, time=endpoint.time)


def _lacking_columns(where: str, endpoint: SurvivalEndpoint) -> Iterator[str]:
    if endpoint.time is None and endpoint.event is None:
        yield phrase(
            "{where} needs a time column and an event column; add time and event, or from_dates to build it from dates.",
            where=where,
        )
    elif endpoint.time is None:
        yield phrase("{where} needs a time column; add time, or from_dates to build it from dates.", where=where)
    elif endpoint.event is None:
        yield phrase("{where} needs an event column; add event, or from_dates to build it from dates.", where=where)


def _of_competing_dates(where: str, endpoint: SurvivalEndpoint, dates: DatesSettings | None) -> Iterator[str]:
    if endpoint.competing is None:
        return
    if endpoint.from_dates != "ttp":
        yield phrase("{where}: death is part of the event and nothing else is dated; remove competing.", where=where)
    elif endpoint.competing != ("death",):
        yield phrase(
            "{where} is built from dates, where death alone can compete; write competing: [death].", where=where
        )
    elif dates is not None and dates.death is None and dates.died is None:
        yield phrase(
            "{where} needs to know who died; add dates.death, or dates.died for a column of labels.", where=where
        )


def _lacking_dates(where: str, kind: str, dates: DatesSettings) -> Iterator[str]:
    deaths = dates.death is not None or dates.died is not None
    if kind in ("pfs", "ttp") and dates.progression is None:
        yield phrase("{where} needs the date of progression; add dates.progression.", where=where)
    if kind in ("os", "pfs") and not deaths:
        yield phrase(
            "{where} needs to know who died; add dates.death, or dates.died for a column of labels.", where=where
        )
    if kind == "os" and dates.last_contact is None:
        yield phrase("{where} needs the date of last contact of patients alive; add dates.last_contact.", where=where)
    if kind in ("pfs", "ttp") and dates.last_contact is None and dates.last_assessment is None:
        yield phrase(
            "{where} needs a date to censor patients at; add dates.last_assessment or dates.last_contact.", where=where
        )


def _of_landmark(settings: StudySettings, *, outcomes_known: bool) -> Iterator[str]:
    """A landmark needs a survival endpoint, a response, and the time it was first seen."""
    asked = settings.outcomes.landmark
    if asked is None:
        return
    if outcomes_known and all(item.competing is not None for item in settings.outcomes.survival):
        yield (
            phrase(
                "outcomes.landmark draws survival curves from its time on; add a survival endpoint "
                "without competing events, or remove the landmark."
            )
        )
    found = next((item for item in settings.outcomes.response if item.name == asked.response), None)
    if found is None:
        names = ", ".join(f"'{item.name}'" for item in settings.outcomes.response) or phrase("none", "no endpoint")
        yield phrase(
            "outcomes.landmark.response must name a response endpoint; '{response}' is none of them ({names}).",
            response=asked.response,
            names=names,
        )
        return
    dated = settings.dates is not None and settings.dates.response is not None
    if asked.at is None and not dated and found.scans is None:
        yield (
            phrase(
                "outcomes.landmark needs the time at which '{response}' was first seen; add at with "
                "its column, or dates.response.",
                response=asked.response,
            )
        )


def _of_negative_control(outcomes: OutcomeSettings, *, outcomes_known: bool) -> Iterator[str]:
    """It is one of the endpoints, and not the only one."""
    name = outcomes.negative_control
    if name is None or not outcomes_known:
        return
    names = [item.name for item in outcomes.survival] + [item.name for item in outcomes.response]
    if name not in names:
        known = ", ".join(f"'{one}'" for one in names) or phrase("none", "no endpoint")
        yield phrase(
            "outcomes.negative_control must name an endpoint of the study; '{name}' is none of them ({known}).",
            name=name,
            known=known,
        )
    elif names.count(name) > 1:
        yield phrase(
            "outcomes.negative_control must name one endpoint; '{name}' is a survival endpoint "
            "and a response. Rename one.",
            name=name,
        )
    elif len(names) == 1:
        yield phrase(
            "outcomes.negative_control leaves nothing to compare: '{name}' is the only endpoint. Add another.",
            name=name,
        )


def _of_scans(item: ResponseEndpoint, settings: StudySettings) -> Iterator[str]:
    if item.scans is not None and item.change is not None:
        yield phrase(
            "outcomes.response '{name}' follows from scans, which tell its change; remove change.", name=item.name
        )
    needed = {"recist": "sum", "mrecist": "viable_sum"}.get(item.scans or "")
    if needed is not None and settings.scans is not None and getattr(settings.scans, needed) is None:
        yield phrase(
            "outcomes.response '{name}' follows from the column scans.{needed}, and there is none; add it.",
            name=item.name,
            needed=needed,
        )


def _of_rule(number: int, rule: EligibilityRule) -> Iterator[str]:
    where = f"eligibility.{number} ('{rule.column}')"
    bounds = [rule.at_least, rule.above, rule.at_most, rule.below]
    given = [bound for bound in bounds if bound is not None]
    if not given and rule.one_of is None and rule.none_of is None:
        yield phrase(
            "{where} must say who is eligible; add at_least, above, at_most, below, one_of or none_of.", where=where
        )
    if len({isinstance(bound, float | int) for bound in given}) > 1:
        yield phrase("{where} must have bounds of one kind, numbers or dates; both were found.", where=where)
        return
    for first, second in (("at_least", "above"), ("at_most", "below")):
        if getattr(rule, first) is not None and getattr(rule, second) is not None:
            yield phrase("{where} takes {first} or {second}, not both.", where=where, first=first, second=second)
    lower = rule.at_least if rule.at_least is not None else rule.above
    upper = rule.at_most if rule.at_most is not None else rule.below
    if lower is not None and upper is not None and lower > upper:  # type: ignore[operator]  # of one kind, see above
        yield phrase("{where} leaves nobody eligible: its lower bound is above its upper bound.", where=where)
