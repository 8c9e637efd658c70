"""What a study says twice or against itself, whatever the cohort holds."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from analysis.design_contradictions import design_contradictions
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

ANY_EVENT = "Any adverse event"
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
        yield "outcomes must name at least one survival or response endpoint; none was found."
    if settings.treatment.treated == settings.treatment.control:
        yield "treatment.treated and treatment.control must be two different labels; both are the same."
    for name, count in Counter(item.column for item in settings.covariates).items():
        if count > 1:
            yield f"covariates must name each column once; '{name}' stands there {count} times."
    for kind, endpoints in (("survival", outcomes.survival), ("response", outcomes.response)):
        for name, count in Counter(item.name for item in endpoints).items():
            if count > 1:
                yield f"outcomes.{kind} must give each endpoint its own name; '{name}' stands there {count} times."
    for time, count in Counter(outcomes.times).items():
        if count > 1:
            yield f"outcomes.times must name each time once; {time:g} stands there {count} times."
    yield from _of_subgroups(outcomes.subgroups)
    for endpoint in outcomes.survival:
        yield from _of_endpoint(endpoint, settings.dates, dates_known=dates_known)
    for number, rule in enumerate(settings.eligibility, start=1):
        yield from _of_rule(number, rule)
    for item in outcomes.response:
        if sum(given is not None for given in (item.column, item.responder, item.scans)) != 1:
            yield f"outcomes.response '{item.name}' needs either column or responder or scans, one of them alone."
        if item.scans is not None and settings.scans is None:
            yield f"outcomes.response '{item.name}' follows from scans, and the study has none; add scans with their file."
        yield from _of_scans(item, settings)
    if settings.scans is not None and settings.cohort.id is None:
        yield "scans are joined to their patients by id, and the cohort names none; add cohort.id."
    yield from _of_adverse_events(outcomes.adverse_events)
    for covariate in settings.covariates:
        if covariate.type == "numeric" and covariate.reference is not None:
            yield (
                f"covariates: a reference level belongs to a categorical column; '{covariate.column}' is numeric. "
                "Remove reference or set type: categorical."
            )
    yield from _of_landmark(settings, outcomes_known=outcomes_known)
    yield from _of_negative_control(settings.outcomes, outcomes_known=outcomes_known)
    yield from design_contradictions(settings)
    yield from _columns_with_two_roles(settings)


def _of_subgroups(subgroups: tuple[SubgroupSettings, ...]) -> Iterator[str]:
    for name, count in Counter(item.column for item in subgroups).items():
        if count > 1:
            yield f"outcomes.subgroups must name each column once; '{name}' stands there {count} times."
    for item in subgroups:
        if item.cutpoints is not None and any(low >= high for low, high in pairwise(item.cutpoints)):
            yield f"outcomes.subgroups: cutpoints of '{item.column}' must rise from one to the next. Sort them, each once."


def _of_adverse_events(events: tuple[AdverseEventSettings, ...]) -> Iterator[str]:
    for column, count in Counter(item.column for item in events).items():
        if count > 1:
            yield f"outcomes.adverse_events must name each column once; '{column}' stands there {count} times."
    columns = {item.column: item.name or item.column for item in events}
    for name, count in Counter(columns.values()).items():
        if count > 1:
            yield f"outcomes.adverse_events must give each its own name; '{name}' stands there {count} times."
        if name == ANY_EVENT:
            yield f"outcomes.adverse_events: '{name}' is the line of all of them together; give another name."


def _of_endpoint(endpoint: SurvivalEndpoint, dates: DatesSettings | None, *, dates_known: bool) -> Iterator[str]:
    where = f"outcomes.survival '{endpoint.name}'"
    if endpoint.from_dates is not None:
        yield from _of_competing_dates(where, endpoint, dates)
        given = [key for key in ("time", "event", "observed", "unit") if getattr(endpoint, key) is not None]
        given += ["blank"] if endpoint.blank != "unknown" else []
        if given:
            yield f"{where} is built from dates and takes no {' and no '.join(given)}; remove one or the other."
        if not dates_known:
            return
        if dates is None:
            yield f"{where} is built from dates, and the study has none; add dates with the columns of dates."
        else:
            yield from _lacking_dates(where, endpoint.from_dates, dates)
        return
    absent = [key for key in ("time", "event") if getattr(endpoint, key) is None]
    if absent:
        columns = " and ".join(f"{'an' if key == 'event' else 'a'} {key} column" for key in absent)
        yield f"{where} needs {columns}; add {' and '.join(absent)}, or from_dates to build it from dates."
    both = set(endpoint.observed or ()) & set(endpoint.competing or ())
    if both:
        yield (
            f"{where}: a label means the event or what competes with it, not both; {', '.join(sorted(both))} "
            f"{'stands' if len(both) == 1 else 'stand'} in observed and in competing."
        )
    if endpoint.time is not None and endpoint.time == endpoint.event:
        yield f"{where} needs a time and an event column; both are '{endpoint.time}'."


def _of_competing_dates(where: str, endpoint: SurvivalEndpoint, dates: DatesSettings | None) -> Iterator[str]:
    if endpoint.competing is None:
        return
    if endpoint.from_dates != "ttp":
        yield f"{where}: death is part of the event and nothing else is dated; remove competing."
    elif endpoint.competing != ("death",):
        yield f"{where} is built from dates, where death alone can compete; write competing: [death]."
    elif dates is not None and dates.death is None and dates.died is None:
        yield f"{where} needs to know who died; add dates.death, or dates.died for a column of labels."


def _lacking_dates(where: str, kind: str, dates: DatesSettings) -> Iterator[str]:
    deaths = dates.death is not None or dates.died is not None
    if kind in ("pfs", "ttp") and dates.progression is None:
        yield f"{where} needs the date of progression; add dates.progression."
    if kind in ("os", "pfs") and not deaths:
        yield f"{where} needs to know who died; add dates.death, or dates.died for a column of labels."
    if kind == "os" and dates.last_contact is None:
        yield f"{where} needs the date of last contact of patients alive; add dates.last_contact."
    if kind in ("pfs", "ttp") and dates.last_contact is None and dates.last_assessment is None:
        yield f"{where} needs a date to censor patients at; add dates.last_assessment or dates.last_contact."


def _of_landmark(settings: StudySettings, *, outcomes_known: bool) -> Iterator[str]:
    """A landmark needs a survival endpoint, a response, and the time it was first seen."""
    asked = settings.outcomes.landmark
    if asked is None:
        return
    if outcomes_known and all(item.competing is not None for item in settings.outcomes.survival):
        yield (
            "outcomes.landmark draws survival curves from its time on; add a survival endpoint without competing events, "
            "or remove the landmark."
        )
    found = next((item for item in settings.outcomes.response if item.name == asked.response), None)
    if found is None:
        names = ", ".join(f"'{item.name}'" for item in settings.outcomes.response) or "none"
        yield f"outcomes.landmark.response must name a response endpoint; '{asked.response}' is none of them ({names})."
        return
    dated = settings.dates is not None and settings.dates.response is not None
    if asked.at is None and not dated and found.scans is None:
        yield (
            f"outcomes.landmark needs the time at which '{asked.response}' was first seen; add at with its column, or "
            "dates.response."
        )


def _of_negative_control(outcomes: OutcomeSettings, *, outcomes_known: bool) -> Iterator[str]:
    """It is one of the endpoints, and not the only one."""
    name = outcomes.negative_control
    if name is None or not outcomes_known:
        return
    names = [item.name for item in outcomes.survival] + [item.name for item in outcomes.response]
    if name not in names:
        known = ", ".join(f"'{one}'" for one in names) or "none"
        yield f"outcomes.negative_control must name an endpoint of the study; '{name}' is none of them ({known})."
    elif names.count(name) > 1:
        yield f"outcomes.negative_control must name one endpoint; '{name}' is a survival endpoint and a response. Rename one."
    elif len(names) == 1:
        yield f"outcomes.negative_control leaves nothing to compare: '{name}' is the only endpoint. Add another."


def _of_scans(item: ResponseEndpoint, settings: StudySettings) -> Iterator[str]:
    if item.scans is not None and item.change is not None:
        yield f"outcomes.response '{item.name}' follows from scans, which tell its change; remove change."
    needed = {"recist": "sum", "mrecist": "viable_sum"}.get(item.scans or "")
    if needed is not None and settings.scans is not None and getattr(settings.scans, needed) is None:
        yield f"outcomes.response '{item.name}' follows from the column scans.{needed}, and there is none; add it."


def _of_rule(number: int, rule: EligibilityRule) -> Iterator[str]:
    where = f"eligibility.{number} ('{rule.column}')"
    bounds = [rule.at_least, rule.above, rule.at_most, rule.below]
    given = [bound for bound in bounds if bound is not None]
    if not given and rule.one_of is None and rule.none_of is None:
        yield f"{where} must say who is eligible; add at_least, above, at_most, below, one_of or none_of."
    if len({isinstance(bound, float | int) for bound in given}) > 1:
        yield f"{where} must have bounds of one kind, numbers or dates; both were found."
        return
    for first, second in (("at_least", "above"), ("at_most", "below")):
        if getattr(rule, first) is not None and getattr(rule, second) is not None:
            yield f"{where} takes {first} or {second}, not both."
    lower = rule.at_least if rule.at_least is not None else rule.above
    upper = rule.at_most if rule.at_most is not None else rule.below
    if lower is not None and upper is not None and lower > upper:  # type: ignore[operator]  # of one kind, see above
        yield f"{where} leaves nobody eligible: its lower bound is above its upper bound."


def _columns_with_two_roles(settings: StudySettings) -> Iterator[str]:
    roles = _roles_beside_treatment(settings)
    if settings.treatment.column in roles:
        column = settings.treatment.column
        yield f"treatment.column must hold the treatment alone; '{column}' is also {roles[column]}. Name another."
    roles[settings.treatment.column] = "the treatment"
    for covariate in settings.covariates:
        if covariate.column in roles:
            yield (
                f"covariates must be known before treatment; '{covariate.column}' is {roles[covariate.column]}. "
                "Remove it from covariates."
            )
    for rule in settings.eligibility:
        if rule.column in roles and rule.column in _known_later(settings):
            yield (
                f"eligibility must be known at time zero; '{rule.column}' is {roles[rule.column]}. "
                "Choose patients by what is known before treatment."
            )
    for use, columns in _design_columns(settings).items():
        for column in columns:
            if column in roles:
                yield f"{use} must name columns known before treatment; '{column}' is {roles[column]}. Remove it."


def _design_columns(settings: StudySettings) -> dict[str, tuple[str, ...]]:
    matching = settings.matching
    return {
        "matching.exact": matching.exact,
        "matching.calipers": tuple(item.column for item in matching.calipers),
        "matching.coarsen": tuple(item.column for item in matching.coarsen),
        "propensity.column": tuple(filter(None, (settings.propensity.column,))),
        "balance.also": settings.balance.also,
        "outcomes.subgroups": tuple(item.column for item in settings.outcomes.subgroups),
        "centre": tuple(filter(None, (settings.centre,))),
    }


def _roles_beside_treatment(settings: StudySettings) -> dict[str, str]:
    roles: dict[str, str] = {}
    if settings.cohort.id is not None:
        roles[settings.cohort.id] = "the patient's id"
    for endpoint in settings.outcomes.survival:
        for name in (endpoint.time, endpoint.event):
            if name is not None:
                roles[name] = f"part of the outcome {endpoint.name}"
    for item in settings.outcomes.response:
        for column in (item.column, item.responder):
            if column is not None:
                roles[column] = f"the outcome {item.name}"
        if item.change is not None:
            roles[item.change] = f"the change of {item.name}"
    for adverse in settings.outcomes.adverse_events:
        roles[adverse.column] = "an adverse event"
    if settings.outcomes.landmark is not None and settings.outcomes.landmark.at is not None:
        roles[settings.outcomes.landmark.at] = "the time of the response"
    roles.update(_dates_by_column(settings))
    return roles


_DATES_IN_WORDS = {
    "index": "the index date",
    "treatment_start": "the start of treatment",
    "progression": "the date of progression",
    "death": "the date of death",
    "died": "the column of deaths",
    "last_contact": "the date of last contact",
    "last_assessment": "the date of the last assessment",
    "response": "the date of response",
}


def _dates_by_column(settings: StudySettings) -> dict[str, str]:
    if settings.dates is None:
        return {}
    named = {key: getattr(settings.dates, key) for key in _DATES_IN_WORDS}
    return {column: _DATES_IN_WORDS[key] for key, column in named.items() if column is not None}


def _known_later(settings: StudySettings) -> set[str]:
    """Columns of outcomes and of dates after the index date."""
    columns = set(_roles_beside_treatment(settings))
    known = {settings.cohort.id} | ({settings.dates.index, settings.dates.treatment_start} if settings.dates else set())
    return columns - known
