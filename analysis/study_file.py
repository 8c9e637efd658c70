"""Reading and writing the study file, with every problem in it said at once."""

import contextlib
import copy
import io
import json
import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from analysis.contradictions import contradictions
from analysis.errors import SettingsError
from analysis.phrases import phrase
from analysis.settings import SplineSettings, StudySettings

MAXIMUM_STUDY_CHARACTERS = 1_000_000
"""A study file is a page of text; far more is a cohort dropped on the wrong place."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyDraft:
    """A study file as far as it could be understood.

    Attributes
    ----------
    settings : StudySettings or None
        The settings without the parts that were refused; None when nothing usable was left.
    problems : tuple of str
        One sentence for every part that was refused. Empty for a sound file.
    """

    settings: StudySettings | None
    problems: tuple[str, ...]


def load_study(text: str) -> StudySettings:
    """Read a study file, YAML or JSON.

    Parameters
    ----------
    text : str
        The file's text. Words such as ``no`` and ``on`` are text, as in YAML 1.2, so that they can name an arm.

    Returns
    -------
    StudySettings
        The settings with every default filled in.

    Raises
    ------
    SettingsError
        When anything in the file is unknown, missing or out of range: all problems in one error.
    """
    draft = draft_study(text)
    if draft.problems or draft.settings is None:
        raise SettingsError(*draft.problems)
    return draft.settings


def draft_study(text: str) -> StudyDraft:
    """Read as much of a study file as can be understood, so that its other problems can be told together.

    Parameters
    ----------
    text : str
        The file's text, YAML or JSON.

    Returns
    -------
    StudyDraft
        The settings that remain, and a sentence for each part that was refused.
    """
    try:
        raw = _parse(text)
    except SettingsError as error:
        return StudyDraft(settings=None, problems=error.problems)
    return draft_settings(raw)


def draft_settings(raw: dict[str, Any]) -> StudyDraft:
    """Understand as much of a study given as plain values as can be.

    Parameters
    ----------
    raw : dict
        The keys and values of a study file. It is not changed.

    Returns
    -------
    StudyDraft
        The settings that remain, and a sentence for each part that was refused.
    """
    problems: list[str] = []
    refused: list[Any] = []
    while True:
        try:
            settings = StudySettings.model_validate(raw)
        except ValidationError as error:
            errors = error.errors(include_url=False, include_input=True)
            if not refused:  # what is wrong in later rounds follows from the parts taken out in the first
                refused = errors
                problems.extend(_sentence(item) for item in refused if not _emptied_by_another(item))
            raw = copy.deepcopy(raw)
            if not _drop(raw, {_refused_part(item) for item in errors}):
                return StudyDraft(settings=None, problems=tuple(dict.fromkeys(problems)))
        else:
            lost = {item["loc"][0] for item in refused}
            problems.extend(
                contradictions(settings, outcomes_known="outcomes" not in lost, dates_known="dates" not in lost)
            )
            return StudyDraft(settings=settings, problems=tuple(dict.fromkeys(problems)))


def study_yaml(settings: StudySettings) -> str:
    """Write the settings as a study file that loads back to the same settings.

    Parameters
    ----------
    settings : StudySettings
        The settings of a run, defaults included.

    Returns
    -------
    str
        YAML in the order of the documentation.
    """
    stream = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = None
    writer.allow_unicode = True
    writer.width = 110
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # declared as None there
    writer.representer.add_representer(str, _quoted_where_doubtful)
    writer.dump(study_values(settings), stream)
    return stream.getvalue()


def _quoted_where_doubtful(representer: Any, value: str) -> Any:
    """Quote all but plain words, and the words that older YAML readers take for true or false: an arm may be "no"."""
    plain = re.fullmatch(r"[^\W\d_][\w ./()%+-]*", value) and not value.endswith(" ")
    doubtful = value.lower() in {"y", "n", "yes", "no", "on", "off"}
    style = None if plain and not doubtful else '"'
    return representer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def study_values(settings: StudySettings) -> dict[str, Any]:
    """The settings as plain values, a covariate without type or reference as its column's name alone.

    Parameters
    ----------
    settings : StudySettings
        The settings of a run.

    Returns
    -------
    dict
        Strings, numbers, lists and dictionaries only.
    """
    values = settings.model_dump(mode="json")
    values["covariates"] = [
        item["column"] if item["type"] is None and item["reference"] is None else item for item in values["covariates"]
    ]
    values["eligibility"] = [_given(rule) for rule in values["eligibility"]]
    values["dates"] = None if values["dates"] is None else _given(values["dates"])
    values["propensity"]["splines"] = [_spline(item) for item in values["propensity"]["splines"]]
    del values["matching" if settings.weighting is not None else "weighting"]  # a study file holds one of the two
    return values


def _spline(values: dict[str, Any]) -> Any:
    usual = SplineSettings(column=values["column"])
    return values["column"] if values["knots"] == usual.knots else values


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """What was said: bounds and dates that are absent have no default to be shown."""
    return {key: value for key, value in values.items() if value is not None}


def study_schema() -> dict[str, Any]:
    """The JSON Schema of the study file.

    Returns
    -------
    dict
        A schema that editors can check a study file against.
    """
    return StudySettings.model_json_schema(mode="validation")


def _parse(text: str) -> dict[str, Any]:
    if len(text) > MAXIMUM_STUDY_CHARACTERS:
        raise SettingsError(
            phrase(
                "The study file must be a page of text; it has {n:,} characters. Is it the cohort's file?", n=len(text)
            )
        )
    try:
        raw = _load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found = getattr(error, "problem", None)
        what = found.splitlines()[0] if found else phrase("it cannot be parsed")
        if mark is None:
            raise SettingsError(phrase("The study file must be valid YAML or JSON; {what}.", what=what)) from None
        raise SettingsError(
            phrase("The study file must be valid YAML or JSON; {what} near line {line}.", what=what, line=mark.line + 1)
        ) from None
    except (ValueError, RecursionError) as error:
        no_such_day = "day is out of range" in str(error) or "month must be in" in str(error)
        what = phrase("it holds a date that does not exist") if no_such_day else phrase("it cannot be parsed")
        raise SettingsError(phrase("The study file must be valid YAML or JSON; {what}.", what=what)) from error
    if not isinstance(raw, dict):
        raise SettingsError(
            phrase("The study file must hold keys such as treatment, covariates and outcomes; none was found.")
        )
    return {str(key): value for key, value in raw.items()}


def _load(text: str) -> Any:
    if text.lstrip().startswith("{"):
        # JSON first: it writes letters beyond the first 65,536, such as emoji, in a way that YAML does not read.
        with contextlib.suppress(ValueError):
            return json.loads(text, object_pairs_hook=_each_key_once)
    return YAML(typ="safe", pure=True).load(text)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice leaves the text to the YAML reader, which says so."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError
    return values


_UNKNOWN_KEY = ("extra_forbidden", "invalid_key")


def _sentence(item: Any) -> str:
    kind, context = item["type"], item.get("ctx", {})
    places = [str(part + 1) if isinstance(part, int) else str(part) for part in item["loc"]]
    if kind in _UNKNOWN_KEY:
        places[-1] = str(item["loc"][-1])  # a key written as a number is no place in a list
    where = ".".join(places) or phrase("A key")
    if kind in _UNKNOWN_KEY:
        return phrase("{where} is not a key of the study file; remove it or correct its name.", where=where)
    if kind == "missing":
        return phrase("{where} is required; add it to the study file.", where=where)
    if kind in ("too_short", "string_too_short"):
        return phrase("{where} must not be empty.", where=where)
    return phrase(
        "{where} {expectation}; {found}.",
        where=where,
        expectation=_expectation(kind, context),
        found=_found(item["input"]),
    )


def _expectation(kind: str, context: dict[str, Any]) -> str:
    if kind == "literal_error":
        first, _, last = str(context["expected"]).rpartition(" or ")
        return phrase(
            "must be {expected}", expected=phrase("{first} or {last}", first=first, last=last) if first else last
        )
    if kind == "greater_than_equal":
        return phrase("must be at least {bound:,}", bound=context["ge"])
    if kind == "less_than_equal":
        return phrase("must be at most {bound:,}", bound=context["le"])
    if kind == "less_than":
        return phrase("must be below {bound:,}", bound=context["lt"])
    if kind == "value_error":
        told: tuple[str, ...] = context[
            "error"
        ].args  # the phrase itself: pydantic's own message has forgotten its parts
        return told[0] if told else phrase("must be a valid value")
    nouns = {
        "int": phrase("must be a whole number"),
        "float": phrase("must be a number"),
        "bool": phrase("must be true or false"),
        "string": phrase("must be text"),
        "tuple": phrase("must be a list"),
        "model": phrase("must be a group of keys"),
    }
    return next((noun for stem, noun in nouns.items() if kind.startswith(stem)), phrase("must be a valid value"))


def _found(value: Any) -> str:
    if value is None:
        return phrase("found nothing")
    if isinstance(value, dict):
        return phrase("found a group of keys")
    if isinstance(value, list | tuple):
        return phrase("found a list")
    if isinstance(value, bool):
        return phrase("found {value}", value=str(value).lower())
    return phrase("found {value}", value=str(value) if isinstance(value, int | float) else repr(str(value)[:40]))


def _emptied_by_another(item: Any) -> bool:
    """A list that counts as too short only because each of its entries was refused already."""
    return item["type"] == "too_short" and bool(item["input"])


def _refused_part(item: Any) -> tuple[Any, ...]:
    """The place to take out: the part itself, or what cannot stand without it."""
    location = tuple(item["loc"])
    if item["type"] == "missing":
        return location[:-1]
    if item["type"] in _UNKNOWN_KEY:
        return location
    if location[:2] == ("outcomes", "response"):
        return location[:3]  # an endpoint without its column would be another endpoint
    if location[:2] == ("outcomes", "survival") and location[3:] in (("time",), ("event",), ("from_dates",)):
        return location[:3]
    if location[:1] == ("eligibility",):
        return location[:2]  # a rule without one of its bounds would be another rule
    return location


def _drop(raw: dict[str, Any], places: set[tuple[Any, ...]]) -> bool:
    """Take the refused parts out, so that what is left can be checked too; False when nothing could be taken out."""
    outermost = {place for place in places if not any(place[:length] in places for length in range(len(place)))}
    # From the end of each list, so that earlier places keep their number.
    ordered = sorted(outermost, key=lambda place: [(isinstance(part, str), part) for part in place], reverse=True)
    taken_out = [_drop_part(raw, place) for place in ordered]
    return any(taken_out)


def _drop_part(raw: dict[str, Any], place: tuple[Any, ...]) -> bool:
    """Remove one part, or the closest thing around it where the study file wrote it in short."""
    parent: Any = raw
    for depth, part in enumerate(place):
        child = parent[part] if _holds(parent, part) else None
        if depth == len(place) - 1 or not isinstance(child, dict | list):
            if _holds(parent, part):
                del parent[part]
                return True
            return False
        parent = child
    return False


def _holds(parent: Any, part: Any) -> bool:
    if isinstance(parent, dict):
        return part in parent
    return isinstance(parent, list) and isinstance(part, int) and part < len(parent)
