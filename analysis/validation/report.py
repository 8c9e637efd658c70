"""A validation as a document, as a table and as lines of text."""

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.phrases import phrase
from analysis.validation.known_answer import CheckedAnswer, Value
from analysis.validation.validation import GROUPS, Validation
from analysis.validation.value_names import value_name


def validation_document(validation: Validation) -> dict[str, Any]:
    """Everything of a validation as plain values: numbers, text, true and false, null.

    Parameters
    ----------
    validation : Validation

    Returns
    -------
    dict
        Keys as docs/validation.md lists them.
    """
    return {
        "passes": validation.passes,
        "checks": len(validation.checks),
        "agreeing": validation.n_agreeing,
        "values": validation.n_values,
        "seconds": round(validation.seconds, 3),
        "software": validation.versions,
        "sources": list(validation.sources),
        "results": [_check_document(check) for check in validation.checks],
    }


def validation_json(validation: Validation) -> bytes:
    """The document as a JSON file in UTF-8."""
    text = json.dumps(validation_document(validation), ensure_ascii=False, indent=2, allow_nan=False)
    return (text + "\n").encode("utf-8")


def _check_document(check: CheckedAnswer) -> dict[str, Any]:
    return {
        "group": check.group,
        "name": check.name,
        "what": check.what,
        "source": check.source,
        "passes": check.passes,
        "problem": check.problem,
        "tolerance": {
            "relative": check.tolerance.relative,
            "absolute": check.tolerance.absolute,
            "reason": check.tolerance.reason,
        },
        "values": [
            {
                "name": value.name,
                "expected": value.expected,
                "found": value.found,
                "deviation": value.deviation,
                "allowed": value.allowed,
                "agrees": value.agrees,
            }
            for value in check.values
        ],
    }


def validation_table(validation: Validation) -> pd.DataFrame:
    """Every compared value as a row, at full precision, and what it was computed with.

    Parameters
    ----------
    validation : Validation

    Returns
    -------
    DataFrame
        Columns group, check, value, expected, found, deviation, allowed, agrees, reason, source, problem, software.
    """
    software = "; ".join(f"{name} {version}" for name, version in validation.versions.items())
    return pd.DataFrame(
        [
            {
                "group": check.group,
                "check": check.name,
                "value": value.name,
                "expected": value.expected,
                "found": value.found,
                "deviation": value.deviation,
                "allowed": value.allowed,
                "agrees": value.agrees,
                "reason": check.tolerance.reason,
                "source": check.source,
                "problem": check.problem,
                "software": software,
            }
            for check in validation.checks
            for value in check.values
        ]
    )


def validation_lines(validation: Validation) -> Iterator[str]:
    """What a terminal shows: each group, every check that differs, the sum, the versions.

    Parameters
    ----------
    validation : Validation

    Yields
    ------
    str
        One line.
    """
    for group in GROUPS:
        checks = [check for check in validation.checks if check.group == group]
        yield f"{group:<32}{sum(check.passes for check in checks):>4} of {len(checks)}"
        yield from (f"  differs: {check.name}: {difference_words(check)}" for check in checks if not check.passes)
    yield validation_sentence(validation)
    yield ", ".join(f"{name} {version}" for name, version in validation.versions.items())
    yield f"Known answers by {', '.join(validation.sources)} and publications."


def validation_sentence(validation: Validation) -> str:
    """Such as ``62 of 62 known answers agree: 701 values compared in 1.1 s.``"""
    return phrase(
        "{n_agreeing} of {n_checks} known answers agree: {n_values:,} values compared in {seconds:.1f} s.",
        n_agreeing=validation.n_agreeing,
        n_checks=len(validation.checks),
        n_values=validation.n_values,
        seconds=validation.seconds,
    )


def difference_words(check: CheckedAnswer) -> str:
    """How a check differs: why nothing was computed, or the value farthest from the known one and how many others."""
    if check.problem is not None:
        return check.problem
    worst, others = check.worst, len(check.values) - check.n_agreeing - 1
    told = {"value": value_name(worst.name), "found": value_words(worst.found), "known": value_words(worst.expected)}
    if others > 0:
        return phrase("{value} is {found}, known {known}, and {others} more", **told, others=others)
    return phrase("{value} is {found}, known {known}", **told)


def value_words(value: Value) -> str:
    """A value as it is shown: seven digits of a number, ``none`` where there is none.

    Examples
    --------
    >>> value_words(0.123456789123), value_words(240.0), value_words(None)
    ('0.1234568', '240', 'none')
    """
    if value is None:
        return phrase("none")
    return value if isinstance(value, str) else f"{value:.7g}"
