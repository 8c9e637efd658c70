"""What is written down of a visit: each event with exactly the facts that may be known of it."""

import traceback

from ui.audit import metrics
from ui.audit.log import AuditLog, Identity

_FORMATS = ("png", "svg", "pdf", "eps", "tiff", "pptx")
EXPORTS = (
    *(f"{what} {extension}" for what in ("figure", "figures") for extension in _FORMATS),
    *("figure data", "table csv", "study", "matched cohort", "weighted cohort", "results", "tables"),
    *("tables word", "tables excel", "tables latex", "tables html", "report html", "report word", "slides", "capsule"),
    *("validation csv", "validation json"),
    "other",
)
"""Kinds of files that leave; whatever a caller calls one beyond these is ``other``."""

_log = AuditLog()


def open_log(where: str, identity: Identity, key: str) -> None:
    """Write events from now on."""
    global _log
    _log = AuditLog(where, identity, key)


def named(subject: str, email: str) -> str:
    """A person as the log names people."""
    return _log.named(subject, email)


def began(who: str, visit: str, *, is_operator: bool) -> None:
    """A visit was let in."""
    metrics.SIGNED_IN.inc()
    _log.write("let in", who, visit, role="operator" if is_operator else "analyst")


def refused(who: str, visit: str, reason: str) -> None:
    """A visit was not let in."""
    metrics.REFUSED.labels(reason).inc()
    _log.write("refused", who, visit, reason=reason)


def opened(who: str, visit: str, *, rows: int, columns: int, is_sample: bool) -> None:
    """A cohort lies on the desk."""
    metrics.OPENED.inc()
    _log.write("cohort opened", who, visit, rows=rows, columns=columns, sample=is_sample)


def unread(who: str, visit: str, problems: int) -> None:
    """A file could not be read."""
    metrics.UNREAD.inc()
    _log.write("file refused", who, visit, problems=problems)


def exported(who: str, visit: str, kind: str, size: int) -> None:
    """A file left, of so many bytes."""
    known = kind if kind in EXPORTS else "other"
    metrics.EXPORTS.labels(known).inc()
    _log.write("export", who, visit, kind=known, bytes=size)


def failed(who: str, visit: str, error: BaseException) -> None:
    """The product failed; its error by kind and place in the code, never by its text."""
    kind = _kind(error)
    metrics.FAILED.labels(kind).inc()
    frames = traceback.extract_tb(error.__traceback__)
    _log.write("error", who, visit, code=kind, line=(frames[-1].lineno or 0) if frames else 0)


def _kind(error: BaseException) -> str:
    name = type(error).__name__
    return name if name.isascii() and name.isidentifier() and len(name) <= 40 and not name.startswith("_") else "Error"


def signed_out(who: str, visit: str, seconds: float) -> None:
    """A person signed out."""
    ended(who, visit, "signed out", seconds)


def ended(who: str, visit: str, reason: str, seconds: float) -> None:
    """A session was wiped, or its browser left."""
    metrics.ENDED.labels(reason).inc()
    _log.write("session ended", who, visit, reason=reason, seconds=round(seconds, 1))
