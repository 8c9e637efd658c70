"""Which columns of a cohort a study names."""

from collections.abc import Iterator, Sequence
from typing import Any

from analysis.cohort.design_columns import uses_of_design
from analysis.phrases import phrase
from analysis.settings import StudySettings


def uses_of_study(settings: StudySettings) -> dict[str, str]:
    """Every column that a study needs, and what for.

    Parameters
    ----------
    settings : StudySettings
        The study. Columns of subgroups and of further specifications are not among them: what needs those says so.

    Returns
    -------
    dict of str to str
        Such as ``{"arm": "treatment.column"}``.
    """
    uses: dict[str, str] = {}
    if settings.cohort.id is not None:
        uses[settings.cohort.id] = "cohort.id"
    uses.setdefault(settings.treatment.column, "treatment.column")
    for covariate in settings.covariates:
        uses.setdefault(covariate.column, "covariates")
    for column, use in uses_of_design(settings).items():
        uses.setdefault(column, use)
    for rule in settings.eligibility:
        uses.setdefault(rule.column, "eligibility")
    for use, name in settings.dates or ():
        if use not in ("died_observed", "cutoff") and name is not None:
            uses.setdefault(name, f"dates.{use}")
    for endpoint in settings.outcomes.survival:
        if endpoint.time is not None:
            uses.setdefault(endpoint.time, phrase("time of {endpoint}", endpoint=endpoint.name))
        if endpoint.event is not None:
            uses.setdefault(endpoint.event, phrase("event of {endpoint}", endpoint=endpoint.name))
    for response in settings.outcomes.response:
        for name in filter(None, (response.column, response.responder)):
            uses.setdefault(name, phrase("response {endpoint}", endpoint=response.name))
        if response.change is not None:
            uses.setdefault(response.change, phrase("change of {endpoint}", endpoint=response.name))
    for adverse in settings.outcomes.adverse_events:
        uses.setdefault(adverse.column, "outcomes.adverse_events")
    if settings.outcomes.landmark is not None and settings.outcomes.landmark.at is not None:
        uses.setdefault(settings.outcomes.landmark.at, "outcomes.landmark.at")
    return uses


def columns_to_read(settings: StudySettings, names: Sequence[str]) -> dict[str, str]:
    """Choose the columns that a study may touch, in a cohort of which only those are read.

    Parameters
    ----------
    settings : StudySettings
        The study.
    names : sequence of str
        Every column of the cohort.

    Returns
    -------
    dict of str to str
        Every name that stands anywhere in the study, and what for. A label that is also a column is read in vain, which
        costs less than a list that forgets a setting. What the study needs is here whether the cohort has it or not.

    Examples
    --------
    >>> study = StudySettings.model_validate({
    ...     "treatment": {"column": "arm", "treated": "B", "control": "A"},
    ...     "covariates": ["age"],
    ...     "outcomes": {"response": [{"name": "ORR", "responder": "r"}], "subgroups": ["sex"]},
    ... })
    >>> list(columns_to_read(study, ["id", "arm", "age", "sex", "weight", "r"]))
    ['arm', 'age', 'r', 'sex']
    """
    uses = uses_of_study(settings)
    said = set(_texts(settings.model_dump()))
    return uses | {name: phrase("the study file") for name in names if name in said and name not in uses}


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict):
        for value in values.values():
            yield from _texts(value)
    elif isinstance(values, list | tuple | set | frozenset):
        for value in values:
            yield from _texts(value)
