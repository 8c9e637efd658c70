"""Columns to which a study gives two roles that exclude each other."""

from collections.abc import Iterator

from analysis.phrases import phrase
from analysis.settings import StudySettings


def role_contradictions(settings: StudySettings) -> Iterator[str]:
    """Every sentence in which a study gives a column a role that goes ill with another, whatever the cohort holds.

    Parameters
    ----------
    settings : StudySettings
        Settings whose single values are all valid.

    Yields
    ------
    str
        One sentence a problem.
    """
    roles = _roles_beside_treatment(settings)
    if settings.treatment.column in roles:
        column = settings.treatment.column
        yield phrase(
            "treatment.column must hold the treatment alone; '{column}' is also {role}. Name another.",
            column=column,
            role=roles[column],
        )
    roles[settings.treatment.column] = phrase("the treatment")
    for covariate in settings.covariates:
        if covariate.column in roles:
            yield (
                phrase(
                    "covariates must be known before treatment; '{column}' is {role}. Remove it from covariates.",
                    column=covariate.column,
                    role=roles[covariate.column],
                )
            )
    for rule in settings.eligibility:
        if rule.column in roles and rule.column in _known_later(settings):
            yield (
                phrase(
                    "eligibility must be known at time zero; '{column}' is {role}. Choose patients by "
                    "what is known before treatment.",
                    column=rule.column,
                    role=roles[rule.column],
                )
            )
    for use, columns in _design_columns(settings).items():
        for column in columns:
            if column in roles:
                yield phrase(
                    "{use} must name columns known before treatment; '{column}' is {role}. Remove it.",
                    use=use,
                    column=column,
                    role=roles[column],
                )


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
        roles[settings.cohort.id] = phrase("the patient's id")
    for endpoint in settings.outcomes.survival:
        for name in (endpoint.time, endpoint.event):
            if name is not None:
                roles[name] = phrase("part of the outcome {name}", name=endpoint.name)
    for item in settings.outcomes.response:
        for column in (item.column, item.responder):
            if column is not None:
                roles[column] = phrase("the outcome {name}", name=item.name)
        if item.change is not None:
            roles[item.change] = phrase("the change of {name}", name=item.name)
    for adverse in settings.outcomes.adverse_events:
        roles[adverse.column] = phrase("an adverse event")
    if settings.outcomes.landmark is not None and settings.outcomes.landmark.at is not None:
        roles[settings.outcomes.landmark.at] = phrase("the time of the response")
    roles.update(_dates_by_column(settings))
    return roles


_DATES_IN_WORDS = {
    "index": phrase("the index date"),
    "treatment_start": phrase("the start of treatment"),
    "progression": phrase("the date of progression"),
    "death": phrase("the date of death"),
    "died": phrase("the column of deaths"),
    "last_contact": phrase("the date of last contact"),
    "last_assessment": phrase("the date of the last assessment"),
    "response": phrase("the date of response"),
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
