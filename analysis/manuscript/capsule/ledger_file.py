"""The ledger of a session as plain values, and back again."""

from math import isfinite
from typing import Any

from analysis.errors import SettingsError
from analysis.manuscript.publication import Publication
from analysis.phrases import phrase
from analysis.plan import plan_digest
from analysis.settings import StudySettings
from analysis.study.ledger import Ledger, LedgerEffect, LedgerEntry, PlanLock
from analysis.study_file import draft_settings, study_values

Json = dict[str, Any]

_PLAIN = ("number", "time", "design", "n_sets", "n_treated", "n_control", "effective_treated", "effective_control")


def ledger_values(publication: Publication, *, hidden: bool) -> Json:
    """A ledger with the settings of every specification, so that each can be had back.

    Parameters
    ----------
    publication : Publication
        One run.
    hidden : bool
        Whether small counts are hidden: two specifications of nearly the same patients would tell them apart, so that
        only when outcomes came in sight and the plan are kept.

    Returns
    -------
    dict
    """
    ledger = publication.ledger
    lock = ledger.lock
    return {
        "opened": ledger.opened,
        "opened_time": ledger.opened_time,
        "plan": None
        if lock is None
        else {"digest": lock.digest, "time": lock.time, "outcomes_seen": lock.outcomes_seen},
        "entries": [] if hidden else [_entry(entry) for entry in ledger.entries],
    }


def _entry(entry: LedgerEntry) -> Json:
    values: Json = {name: getattr(entry, name) for name in _PLAIN}
    return values | {
        "largest_smd": entry.largest_smd,
        "outcomes_visible": entry.outcomes_visible,
        "study": study_values(entry.settings),
        "effects": [
            {
                "endpoint": effect.endpoint,
                "measure": effect.measure,
                "estimate": effect.estimate,
                "ci_lower": effect.ci_lower,
                "ci_upper": effect.ci_upper,
            }
            for effect in entry.effects
        ],
    }


def ledger_from_values(values: Any) -> Ledger:
    """The ledger that `ledger_values` wrote.

    Parameters
    ----------
    values : dict
        From a file, which anyone may have changed.

    Returns
    -------
    Ledger
        The digest of each entry is computed again from its settings.

    Raises
    ------
    SettingsError
        The values are no ledger.
    """
    try:
        plan = values["plan"]
        opened = values["opened"]
        if opened not in ("covered", "from the start", "after lock", "early", "command line"):
            raise ValueError
        return Ledger(
            entries=tuple(_entry_from(item, number) for number, item in enumerate(values["entries"], start=1)),
            lock=None
            if plan is None
            else PlanLock(
                digest=_text(plan["digest"]), time=_text_or_none(plan["time"]), outcomes_seen=plan["outcomes_seen"]
            ),
            opened=opened,
            opened_time=_text_or_none(values["opened_time"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise SettingsError(
            phrase(
                "The ledger of a capsule must be as the product wrote it, and this one is not. Download the capsule again."
            )
        ) from None


def _entry_from(item: Json, number: int) -> LedgerEntry:
    settings = _settings(item["study"])
    return LedgerEntry(
        number=number,
        time=_text_or_none(item["time"]),
        digest=plan_digest(settings),
        settings=settings,
        design=_text(item["design"]),
        n_sets=None if item["n_sets"] is None else int(_finite(item["n_sets"])),
        n_treated=int(_finite(item["n_treated"])),
        n_control=int(_finite(item["n_control"])),
        effective_treated=_finite(item["effective_treated"]),
        effective_control=_finite(item["effective_control"]),
        largest_smd=_number(item["largest_smd"]),
        outcomes_visible=bool(item["outcomes_visible"]),
        effects=tuple(
            LedgerEffect(
                endpoint=_text(effect["endpoint"]),
                measure="hazard_ratio" if effect["measure"] == "hazard_ratio" else "risk_difference",
                estimate=_number(effect["estimate"]),
                ci_lower=_number(effect["ci_lower"]),
                ci_upper=_number(effect["ci_upper"]),
            )
            for effect in item["effects"]
        ),
    )


def _settings(values: Json) -> StudySettings:
    if not isinstance(values, dict):
        raise ValueError
    draft = draft_settings(values)
    if draft.problems or draft.settings is None:
        raise ValueError
    return draft.settings


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _number(value: Any) -> float | None:
    return None if value is None else _finite(value)


def _finite(value: Any) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError
    return number
