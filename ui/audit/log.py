"""The audit log: one line of JSON for each event, to standard output or to a file that is only ever appended to."""

import errno
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import sys
import threading
from datetime import UTC, datetime
from typing import Literal

from ui.audit import metrics

Value = str | int | float | bool
Identity = Literal["hashed", "email", "subject"]

WORDS = re.compile(r"[A-Za-z][A-Za-z0-9_ ]{0,39}")
"""What a text of an event may be: a word of the product's own, never one that was typed or read."""

HASH_LETTERS = 20


class AuditLog:
    """Where events are written.

    Parameters
    ----------
    where : str
        ``off``, ``stdout``, or the path of a file.
    identity : {"hashed", "email", "subject"}
        How people are named.
    key : str
        The secret of the hashes; a new one for each server where it is empty.

    Examples
    --------
    >>> log = AuditLog("off", "hashed", "key")
    >>> log.named("subject", "a@b.org") == log.named("subject", "other@b.org")
    True
    """

    def __init__(self, where: str = "off", identity: Identity = "hashed", key: str = "") -> None:
        self._where = where
        self._identity = identity
        self._key = (key or secrets.token_hex(32)).encode()
        self._lock = threading.Lock()
        self._has_failed = False
        self._was_cut = False

    def named(self, subject: str, email: str) -> str:
        """A person as the log names people; empty for nobody."""
        if self._identity == "hashed":
            who = subject or email
            return (
                hmac.new(self._key, who.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:HASH_LETTERS]
                if who
                else ""
            )
        return (email or subject) if self._identity == "email" else (subject or email)

    def write(self, event: str, who: str = "", visit: str = "", **facts: Value) -> None:
        """Write an event down; a log that cannot be written is counted, said once, and stops nobody's work.

        Parameters
        ----------
        event : str
        who : str
            As `named` gives it.
        visit : str
            The visit's name in the log.
        **facts
            Numbers, and words of the product's own.

        Raises
        ------
        ValueError
            A text is not a word of the product's own.
        """
        for name, value in {"event": event, **facts}.items():
            if isinstance(value, str) and not WORDS.fullmatch(value):
                raise ValueError(f"what an audit log says under {name} must be a word of the product's own")
        if self._where == "off":
            return
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event}
        line |= {name: value for name, value in (("who", who), ("visit", visit)) if value}
        self._put(json.dumps(line | facts, ensure_ascii=True) + "\n")

    def _put(self, line: str) -> None:
        try:
            with self._lock:
                if self._where == "stdout":
                    sys.stdout.write(line)
                    sys.stdout.flush()
                    return
                # Opened for each line: a file that was moved away by a rotation is followed by a new one.
                place = os.open(self._where, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    self._append(place, line.encode())
                finally:
                    os.close(place)
            self._has_failed = False
        except OSError as error:
            metrics.LOST_EVENTS.inc()
            if not self._has_failed:
                print(f"The audit log cannot be written: {type(error).__name__} {error.errno}", file=sys.stderr)
            self._has_failed = True

    def _append(self, place: int, line: bytes) -> None:
        """Append a line: behind one that was cut off, by a full disk or a killed server, on a line of its own."""
        content = b"\n" + line if self._ends_within_a_line(place) else line
        written = os.write(place, content)
        self._was_cut = written < len(content)
        if self._was_cut:
            raise OSError(errno.ENOSPC, "only a part of the line was written")

    def _ends_within_a_line(self, place: int) -> bool:
        found = os.fstat(place)
        if not stat.S_ISREG(found.st_mode) or not found.st_size:
            return False
        try:
            with open(self._where, "rb") as content:
                content.seek(-1, os.SEEK_END)
                return content.read(1) != b"\n"
        except OSError:  # it may be written but not read
            return self._was_cut
