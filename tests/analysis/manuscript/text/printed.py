"""The numbers of a text, and those that a results file and its settings can print."""

import math
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any, Final

from analysis.manuscript.publication import Publication
from analysis.manuscript.text.facts import StudyFacts
from analysis.reporting.results import results_document
from analysis.reporting.suppressed_results import suppress_results
from charts.style import (
    format_count,
    format_level,
    format_p_statement,
    format_percent,
    format_points,
    format_ratio,
    format_time,
)

CONSTANTS: Final = {"0.3", "0.7", "1", "3", "5", "95", "100", "0.1", "0.2"}
"""Equipoise, the mean of weights, grade 3, expected counts below 5, 95 times in 100, and the lines of a Love plot."""

_P = re.compile(r"p ?[=<>] ?\d?\.\d+")
_NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?%?")
_LABEL = re.compile(r"[^\W\d].*\d|\d.*[^\W\d]|\d\.\d+\.\d|\d-\d\d-\d")
"""A label with a digit that is no number: with letters too, a version or a date."""
_FORMULAE: Final = ("1/(1 − PS)", "(1 − PS)", "1/PS", "[1-9]")


def document_of(publication: Publication) -> dict[str, Any]:
    """The results file as it is written, small counts hidden."""
    found = deepcopy(results_document(publication.result, publication.findings, publication.ledger))
    return dict(suppress_results(found, publication.result.settings.exports.suppress_below))


_NOT_TOLD: Final = (
    "subgroups",
    "centres",
    "specification_curve",
    "bootstrap",
    "sensitivity",
    "endpoint_board",
    "ledger",
)
"""Parts of the results file that other sentences tell of."""


def of_endpoint(document: Any, name: str) -> list[Any]:
    """Every entry of the results file about one endpoint that its own paragraph may tell."""
    if isinstance(document, dict):
        if name in (document.get("outcome"), document.get("criterion")):
            return [_without_covariates(document)]
        return [found for key, item in document.items() if key not in _NOT_TOLD for found in of_endpoint(item, name)]
    if isinstance(document, list | tuple):
        return [found for item in document for found in of_endpoint(item, name)]
    return []


def _without_covariates(entry: dict[str, Any]) -> dict[str, Any]:
    """Of a Cox table the treatment alone, its first variable."""
    found = dict(entry)
    for when in ("before", "after"):
        model = (found.get(when) or {}).get("model") if isinstance(found.get(when), dict) else None
        if model is not None:
            found[when] = {"n": model["n"], "events": model["events"], "treatment": model["variables"][:1]}
    return found


def leaves(value: Any) -> Iterator[Any]:
    """Every number and every word of a document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def printable(documents: Iterable[Any], unit: str) -> set[str]:
    """What the numbers of documents look like in print, each in the forms of what it measures."""
    found: set[str] = set()
    for document in documents:
        _collect(document, "", "any", unit, found)
    return found | {text.lstrip("−-") for text in found}


_UNPRINTED: Final = ("standard_error", "chi_square", "log_hazard_ratio", "log_odds_ratio")


def _collect(value: Any, key: str, kind: str, unit: str, found: set[str]) -> None:
    if isinstance(value, dict):
        kind = _kind(value, key, kind)
        for name, item in value.items():
            _collect(item, name, kind, unit, found)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect(item, key, kind, unit, found)
    elif isinstance(value, int) and not isinstance(value, bool):
        found.add(format_count(value))
    elif isinstance(value, float) and math.isfinite(value) and key not in _UNPRINTED:
        found |= (
            {format_p_statement(value)} if key.endswith("p_value") or "mcnemar" in key else _forms(value, kind, unit)
        )


def _kind(entry: dict[str, Any], key: str, kind: str) -> str:
    """What the numbers of an entry measure, where it says."""
    if "hazard_ratio" in entry or key in ("odds_ratio", "e_value", "kappa"):
        return "ratio"
    if "horizon" in entry:
        return "time"
    share = isinstance(entry.get("survival", entry.get("incidence")), float)
    if share or key in ("risk_difference", "paired_difference", "rate"):
        return "share"
    return kind


def _forms(value: float, kind: str, unit: str) -> set[str]:
    ratios = {format_ratio(value)}
    times = {format_time(value, unit), f"{value:.2f}".rstrip("0").rstrip(".")}
    shares = {format_percent(value), format_points(value), f"{value:g}"}
    if kind != "any":
        return {"ratio": ratios, "time": times, "share": shares}[kind]
    return ratios | times | shares | {f"{value:,.1f}", f"{value:,.2f}", f"{value:,.3f}"}


def numbers_of(text: str, labels: Iterable[str]) -> list[str]:
    """The numbers that a text prints, without those that are part of labels, citations and formulae."""
    for label in labels:
        text = text.replace(label, "")
    text = re.sub(r"\[[\d,]+\]", "", text)
    for formula in _FORMULAE:
        text = text.replace(formula, "")
    text = re.sub(r"\b1:(\d)", r"\1", text)
    # Both limits of a percentage share one sign.
    text = re.sub(r"(\d+\.\d)(–|~|～| to )(\d+\.\d%)", r"\1%\2\3", text)
    p_values = _P.findall(text)
    return [*p_values, *(found.rstrip(",") for found in _NUMBER.findall(_P.sub("", text)))]


def known_numbers(documents: Iterable[Any], facts: StudyFacts) -> set[str]:
    """What these documents can print, the level and the declared constants."""
    level = format_level(facts.confidence.level).removesuffix(" CI")
    return printable(documents, facts.unit) | CONSTANTS | {level}


def unexplained(text: str, known: set[str], labels: Iterable[str]) -> list[str]:
    """Numbers of a text that are not known."""
    return [number for number in numbers_of(text, labels) if not {number, number.lstrip("+−")} & known]


def labels_of(publication: Publication, document: Any) -> list[str]:
    """Words of the study that hold digits, columns, levels, names, versions, dates and digests, the longest first."""
    settings = publication.result.settings
    words = [value for value in leaves(settings.model_dump(mode="json")) if isinstance(value, str)]
    words += [value for value in leaves(document) if isinstance(value, str)]
    words += [str(name) for name in publication.result.patients.covariates.columns]
    digest = publication.ledger.lock.digest[:12] if publication.ledger.lock is not None else ""
    return sorted(filter(_LABEL.search, {*words, digest}), key=len, reverse=True)
