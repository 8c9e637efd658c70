"""The digest of a plan: what a study's settings say of the analysis, whatever they say of its looks."""

import hashlib
import json
from typing import Any

from analysis.phrases import join_phrases, phrase
from analysis.settings import StudySettings

SHORT = 12
"""Digits of a digest that are shown: enough to tell the plans of a lifetime apart."""

OF_COHORT = ("id", "time_unit", "table", "sheet")
"""What of the cohort's settings decides who is studied: another table or sheet holds other patients."""


def plan_values(settings: StudySettings) -> dict[str, Any]:
    """What a plan says of its analysis, as plain values.

    Parameters
    ----------
    settings : StudySettings
        A study.

    Returns
    -------
    dict
        What differs from the defaults, so that a setting that is added to the product changes no plan made before it.
        Left out is what changes no estimate: the title, the name of the cohort's file and how its text is read, the
        checks of the gate, what files hide and how they look, and the analyses of robustness, which are made beside the
        plan's own.
    """
    values = settings.model_dump(mode="json", exclude_defaults=True, exclude=_beside(settings))
    values["cohort"] = {key: item for key, item in values.get("cohort", {}).items() if key in OF_COHORT}
    values["design"] = "matching" if settings.weighting is None else "weighting"
    return values


def plan_digest(settings: StudySettings) -> str:
    """The SHA-256 of a plan: equal for two studies exactly where `plan_values` are.

    Parameters
    ----------
    settings : StudySettings
        A study.

    Returns
    -------
    str
        64 hexadecimal digits.

    Notes
    -----
    The values are written as JSON with sorted keys, without blanks, in UTF-8.

    Examples
    --------
    >>> study = StudySettings.model_validate({
    ...     "treatment": {"column": "arm", "treated": "B", "control": "A"},
    ...     "covariates": ["age"],
    ...     "outcomes": {"response": [{"name": "ORR", "responder": "r"}]},
    ... })
    >>> plan_digest(study)[:SHORT]
    '1e92591fa6ca'
    >>> plan_digest(study) == plan_digest(study.model_copy(update={"title": "Another title"}))
    True
    """
    text = json.dumps(plan_values(settings), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def changed_settings(first: StudySettings, second: StudySettings) -> tuple[tuple[str, str, str], ...]:
    """The settings in which two plans differ.

    Parameters
    ----------
    first, second : StudySettings
        Two studies.

    Returns
    -------
    tuple of (str, str, str)
        The setting's name with dots, as in the study file, and its value in each, in the order of the study file;
        ``–`` where the other design does not have it.
    """
    one, other = (_flat(_complete(settings)) for settings in (first, second))
    names = [*one, *(name for name in other if name not in one)]
    return tuple((name, one.get(name, "–"), other.get(name, "–")) for name in names if one.get(name) != other.get(name))


def _complete(settings: StudySettings) -> dict[str, Any]:
    """Every setting of the analysis, defaults too: a default is a choice as well."""
    values = settings.model_dump(mode="json", exclude=_beside(settings))
    values["cohort"] = {key: values["cohort"][key] for key in OF_COHORT}
    return values


def _flat(values: dict[str, Any], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{above}{key}.")
        else:
            found[f"{above}{key}"] = _words(value)
    return found


_NONE = phrase("none", "a setting")


def _words(value: Any) -> str:
    if isinstance(value, list):
        return join_phrases((_words(item) for item in value), ", ") or _NONE
    if isinstance(value, dict):
        given = {key: item for key, item in value.items() if item is not None}
        if len(given) == 1:
            return _words(next(iter(given.values())))
        return "(" + join_phrases((f"{key}: " + _words(item) for key, item in given.items()), ", ") + ")"
    if value is None:
        return _NONE
    return f"{value:g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)


def _beside(settings: StudySettings) -> set[str]:
    """The parts of a study that change no estimate."""
    unused = "matching" if settings.weighting is not None else "weighting"
    return {"title", "gate", "exports", "manuscript", "robustness", unused}
